"""The champion beside the one before it, over a real registry and a real ledger."""

import asyncio
from dataclasses import replace

import numpy as np
import orjson
import pytest

import ledgers
import models
from churn import contract
from churn.errors import PromotionRefused, TrackingError
from churn.lifecycle import promotion
from churn.lifecycle.promotion import Author
from churn.lifecycle.regret import look
from churn.params.experiment import Experiment
from churn.scoring.engine import Engine
from churn.stores.ledger import entries, feedback
from churn.stores.ledger.entries import Write
from churn.stores.ledger.queries.alerts import alerts
from churn.stores.ledger.queries.cells import DAY
from churn.stores.ledger.watch import readings
from churn.stores.tracking import records
from syncing import with_wrong_golden_rows

GOOD, POOR = models.model(), models.model(noise=0.8, rows=300)
KNOBS = Experiment(days=28, share=0.5, level=0.95, min_labelled=200, min_each=30, min_known=0.9, mismatch=0.001,
                   min_shadowed=0.95, regret=0.025)  # fmt: skip
ME = Author("tester", "a reason")


@pytest.fixture
def house(known, tmp_path):
    """Simulate: the ledger's time is not the promotion's."""
    ledger = f"sqlite:///{tmp_path}/ledger.db"
    return known.model_copy(update={"database_url": ledger, "bundle_dir": tmp_path / "bundle", "simulation": True})


@pytest.fixture
def reign(enter, registry):
    """Make two models champion, one after the other; the gate is not asked, for it would refuse the poor one."""

    def reign(*trained):
        for number, one in enumerate(trained, 1):
            enter(one)
            told = records.read(registry)
            digest, before = one.metadata["digest"], told[-1].digest if told else ""
            intent = records.Intent(
                number, "2026-01-01T00:00:00+00:00", "t", "promote", number - 1 or None, number, "x", digest, before
            )
            records.begin(registry, intent)
            registry.alias("champion", number)
            records.end(registry, intent, "done", "2026-01-01T00:00:01+00:00")

    return reign


def served(house, model, version=2, customers=500, at=None, stayers=True):
    """Let a version score customers sixty days ago, half in a batch, and tell what became of them."""
    engine, rows = Engine(model.model, version), models.test_rows().head(customers)
    left = (rows["Churn"] == "Yes").tolist()
    at = at or entries.now() - 60 * DAY
    names = set(contract.EXAMPLE)
    cells = [{name: one for name, one in row.items() if name in names} for row in rows.to_dict("records")]
    plain = [{name: one.item() if isinstance(one, np.generic) else one for name, one in row.items()} for row in cells]
    people = [row | {contract.ID: f"c{place}"} for place, row in enumerate(plain)]

    async def fill():
        async with ledgers.opened(house.database_url) as ledger:
            said = engine.answers(people)
            for place, (person, answer) in enumerate(zip(people, said, strict=True)):
                entry = ledgers.record(person[contract.ID], answer["churn_probability"])
                entry = replace(entry, at=at + place, purpose="simulated", model_version=version,
                                inputs=orjson.dumps(person), results=orjson.dumps(answer))  # fmt: skip
                await ledger.put(Write(entry))
            day = feedback.day(at + 31 * DAY)
            for place, gone in enumerate(left):
                if not (gone or stayers):
                    continue
                await ledger.do(lambda one, place=place, gone=gone: feedback.outcome(
                    one, f"c{place}", gone, feedback.day(at + 10 * DAY) if gone else day, None, at, "crm", "simulated"
                ))  # fmt: skip

    asyncio.run(fill())


def told_alerts(house):
    async def ask():
        async with ledgers.opened(house.database_url) as ledger:
            return {one["kind"] for one in (await ledger.read(alerts, 0, 50, 0, (), "simulated"))["alerts"]}

    return asyncio.run(ask())


def test_a_champion_that_labels_show_to_be_worse_goes_back_by_itself_and_is_told(house, reign, registry):
    reign(GOOD, POOR)
    served(house, POOR)
    before = look.look(house, models.REGISTER, KNOBS, entries.now())
    assert (before.state, before.champion, before.before) == ("worse", 2, 1)
    assert registry.aliases()["champion"] == 2, "who looks moves nothing"
    done = look.automatic(house, models.REGISTER, KNOBS, entries.now())
    assert "version 1 is @champion (rollback, before it: 2)" in done.words
    assert registry.aliases()["champion"] == 1
    assert "rolled_back" in told_alerts(house)
    again = look.automatic(house, models.REGISTER, KNOBS, entries.now())
    assert (again.state, "not taken back by itself" in again.words) == ("held", True)


def test_a_champion_that_is_better_stays(house, reign, registry):
    reign(POOR, GOOD)
    served(house, GOOD)
    assert look.automatic(house, models.REGISTER, KNOBS, entries.now()).state == "held"
    assert registry.aliases()["champion"] == 2


def test_what_cannot_be_told_takes_nobody_back(house, reign, registry):
    reign(GOOD, POOR)
    served(house, POOR, customers=50)
    few = look.automatic(house, models.REGISTER, KNOBS, entries.now())
    assert (few.state, "200 are needed" in few.words) == ("unknown", True)
    early = look.look(house, models.REGISTER, KNOBS, entries.now() - 50 * DAY)
    assert early.figures["customers"] == 0, "labels that are not mature do not count"
    registry.alias("champion", 1)
    assert "history" in look.look(house, models.REGISTER, KNOBS, entries.now()).words


def test_while_labels_are_in_doubt_nobody_is_taken_back(house, reign, registry):
    reign(GOOD, POOR)
    served(house, POOR)
    cells = {"kind": "labels", "model_version": None, "since": 0, "until": entries.now(), "figures": {}}

    async def read(state):
        async with ledgers.opened(house.database_url) as ledger:
            told = [cells | {"state": state, "words": "gone customers are scored"}]
            await ledger.do(lambda one: readings.keep(one, entries.now(), "simulated", told))

    asyncio.run(read("alarm"))
    found = look.automatic(house, models.REGISTER, KNOBS, entries.now())
    assert (found.state, found.words) == ("unknown", "labels are in doubt: gone customers are scored")
    assert registry.aliases()["champion"] == 2
    asyncio.run(read("ok"))
    assert look.look(house, models.REGISTER, KNOBS, entries.now()).state == "worse"


def test_a_model_before_that_cannot_answer_any_more_leaves_it_unknown(house, reign, registry):
    reign(with_wrong_golden_rows(GOOD), POOR)
    served(house, POOR)
    found = look.automatic(house, models.REGISTER, KNOBS, entries.now())
    assert (found.state, "the two cannot be compared" in found.words) == ("unknown", True)


def test_while_only_leavers_were_told_nothing_is_judged(house, reign, registry):
    reign(GOOD, POOR)
    served(house, POOR, stayers=False)
    found = look.automatic(house, models.REGISTER, KNOBS, entries.now())
    assert (found.state, "leavers are often told before stayers" in found.words) == ("unknown", True)
    assert registry.aliases()["champion"] == 2


def test_a_way_back_that_fails_is_raised_and_moves_nothing(house, reign, registry, monkeypatch):
    reign(GOOD, POOR)
    served(house, POOR)

    def away(*_args, **_named):
        raise TrackingError("the store is away")

    monkeypatch.setattr(promotion, "rollback", away)
    with pytest.raises(TrackingError, match="away"):
        look.automatic(house, models.REGISTER, KNOBS, entries.now())
    assert registry.aliases()["champion"] == 2
    assert "rollback_failed" in told_alerts(house)


def test_a_champion_that_changed_meanwhile_is_not_taken_back_for_the_other(house, reign, registry):
    reign(GOOD, POOR)
    with pytest.raises(PromotionRefused, match="not @champion any more"):
        promotion.rollback(house, models.REGISTER, ME, only=7)
    assert registry.aliases()["champion"] == 2
