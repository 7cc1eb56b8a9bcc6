import json
import threading

import pytest

import models
from churn.errors import ModelError, PromotionRefused, RetirementRefused, TrackingError
from churn.lifecycle import at_hand, delivery, pins, promotion, retirement, tell
from churn.lifecycle.promotion import Author
from churn.lifecycle.snapshot import snapshot
from churn.stores import bundle, notices
from churn.stores.tracking import records, retirements

GOOD, OTHER, THIRD = models.model(), models.model(noise=0.3, rows=400), models.model(noise=0.95, rows=300)
ME = Author("tester", "a reason")


@pytest.fixture
def retire(known):
    return lambda number, why="learnt from a broken export": retirement.retire(known, models.REGISTER, number, why)


@pytest.fixture
def unretire(known):
    return lambda number, why="the export was right": retirement.unretire(known, models.REGISTER, number, why)


@pytest.fixture
def two(enter, promote):
    """Version 1 was champion, version 2 is."""
    for one in (OTHER, GOOD):
        enter(one)
        promote()


@pytest.fixture
def three(enter, registry):
    """Versions 1 and 2 were champions, version 3 is, whatever the gate says of them."""
    for one in (OTHER, THIRD, GOOD):
        target = enter(one).version
        promotion._move(registry, "promote", (registry.by_alias("champion"), target), ME, lambda: None)


def deeds(registry):
    return retirements.read(registry.tags()).deeds


def test_a_retirement_is_kept_with_its_author_time_and_reason(two, retire, registry):
    said = retire(1)
    assert said == ("version 1 is retired: learnt from a broken export; `churn versions unretire 1` brings it back")
    (deed,) = deeds(registry)
    assert (deed.who, deed.action, deed.version, deed.why) == ("tester", "retire", 1, "learnt from a broken export")
    assert deed.model_digest == OTHER.metadata["digest"]
    told = tell.tell_versions(registry).splitlines()
    assert "retired by tester on 2" in told[1]
    assert told[1].endswith("learnt from a broken export")
    assert len(told) == 3


def test_a_retired_challenger_is_not_promoted_until_it_is_brought_back(enter, promote, retire, unretire, registry):
    enter(OTHER), promote(), enter(GOOD)
    retire(2)
    with pytest.raises(PromotionRefused, match=r"version 2 was retired by tester on .*: learnt from a broken export"):
        promote()
    assert (registry.aliases()["champion"], len(records.read(registry))) == (1, 1)
    assert unretire(2) == "version 2 may be used again: the export was right"
    assert "version 2 is @champion" in promote()
    assert [one.action for one in deeds(registry)] == ["retire", "unretire"]


def test_the_same_model_registered_again_stays_retired(enter, promote, retire):
    enter(OTHER), promote(), enter(GOOD)
    retire(2)
    assert enter(GOOD).version.number == 2
    with pytest.raises(PromotionRefused, match="version 2 was retired"):
        promote()


def test_a_rollback_passes_a_retired_version_over_and_says_so(three, retire, rollback, registry):
    retire(2)
    said = rollback()
    assert said.startswith("version 1 is @champion (rollback, before it: 3); version 2 was retired by tester on ")
    assert registry.aliases()["champion"] == 1


def test_a_rollback_with_only_retired_ones_before_it_moves_nothing(two, retire, rollback, registry):
    retire(1)
    with pytest.raises(PromotionRefused, match="no earlier @champion to go back to; version 1 was retired by tester"):
        rollback()
    assert registry.aliases()["champion"] == 2


def test_the_champion_is_not_retired(two, retire, registry):
    before = registry.tags()
    with pytest.raises(RetirementRefused, match="version 2 is @champion and answers customers; `churn promote` or"):
        retire(2)
    assert registry.tags() == before


@pytest.mark.parametrize("why", ["", "  \n", "bell \x07", "x" * 501])
def test_a_reason_is_asked_for_in_words_that_fit_a_line(two, retire, unretire, registry, why):
    for change in (retire, unretire):
        with pytest.raises(RetirementRefused, match=r"say why, in words|500 are shown"):
            change(1, why)
    assert not deeds(registry)


def test_a_reason_of_several_lines_is_kept_as_one(two, retire, registry):
    retire(1, "  broken\n\texport ")
    assert deeds(registry)[0].why == "broken export"


def test_what_is_retired_is_not_retired_again_nor_brought_back_twice(two, retire, unretire, registry):
    with pytest.raises(RetirementRefused, match="version 1 is not retired"):
        unretire(1)
    retire(1)
    with pytest.raises(RetirementRefused, match=r"version 1 is retired already: retired by tester on .*broken export"):
        retire(1, "again")
    unretire(1)
    with pytest.raises(RetirementRefused, match="not retired"):
        unretire(1)
    assert [one.action for one in deeds(registry)] == ["retire", "unretire"]


def test_an_unknown_version_is_said_to_be_unknown(two, retire, unretire):
    for change in (retire, unretire):
        with pytest.raises(ModelError, match="telco-churn has no version 9; `churn versions` lists them"):
            change(9)


def test_a_registry_that_is_away_retires_nothing(known):
    away = known.model_copy(update={"tracking_uri": "http://127.0.0.1:9"})
    away.__dict__.pop("store", None)
    with pytest.raises(TrackingError, match="does not answer"):
        retirement.retire(away, models.REGISTER, 1, "x")


def test_a_version_that_this_host_holds_by_a_pin_or_serves_is_not_retired(known, two, retire, registry, tmp_path):
    known_here = known.model_copy(update={"bundle_dir": tmp_path / "bundle"})
    first = registry.versions()[0]
    found = delivery.deliver(registry, known_here.bundle_dir, first, [])
    pins.put(known_here.bundle_dir, 1, first.digest, "ops", "a bad day")
    with pytest.raises(RetirementRefused, match=r"pinned on this host by ops \(a bad day\); `churn unpin` first"):
        retirement.retire(known_here, models.REGISTER, 1, "x")
    pins.lift(known_here.bundle_dir)
    bundle.point(known_here.bundle_dir, 1, found.digest)
    with pytest.raises(RetirementRefused, match="what this host serves; `churn sync --once`"):
        retirement.retire(known_here, models.REGISTER, 1, "x")
    assert not deeds(registry)


def test_a_retired_version_is_delivered_only_to_be_replayed(two, retire, registry, tmp_path):
    retire(1)
    first = registry.versions()[0]
    with pytest.raises(ModelError, match="a retired version is never served"):
        delivery.deliver(registry, tmp_path / "bundle", first, [])
    assert delivery.deliver(registry, tmp_path / "bundle", first, [], replayed=True).digest == first.digest


def test_a_file_is_not_scored_by_a_retired_version_and_an_old_answer_is_replayed(
    two, known, retire, registry, tmp_path
):
    (tmp_path / "params.yaml").write_text("register:\n  model: telco-churn\n  experiment: telco-churn\n")
    here = known.model_copy(update={"bundle_dir": tmp_path / "bundle"})
    assert at_hand.find(here, 1).version == 1
    retire(1)
    with pytest.raises(ModelError, match="version 1 was retired"):
        at_hand.find(here, 1)
    assert at_hand.find(here, 1, OTHER.metadata["digest"]).version == 1
    notices.write(here.bundle_dir, notices.REGISTRY, snapshot(registry, models.REGISTER))
    away = here.model_copy(update={"tracking_uri": "http://127.0.0.1:9"})
    away.__dict__.pop("store", None)
    with pytest.raises(ModelError, match="version 1 was retired"):
        at_hand.find(away, 1)


def test_the_picture_for_workers_tells_who_retired_what(two, retire, registry):
    retire(1)
    first, second = snapshot(registry, models.REGISTER)["versions"]
    assert first["retired"] | {"when": ""} == {
        "when": "",
        "who": "tester",
        "why": "learnt from a broken export",
        "words": first["retired"]["words"],
    }
    assert second["retired"] is None


def rewrite(registry, key, **changes):
    content = json.loads(registry.tags()[key]) | changes
    registry._client.set_registered_model_tag(registry.name, key, json.dumps(content, sort_keys=True))


def test_a_changed_record_stops_every_change_and_brings_nothing_back(
    three, retire, unretire, promote, rollback, registry
):
    retire(1), unretire(1)
    rewrite(registry, "retirement.000001", why="no reason")
    told = retirements.read(registry.tags())
    assert told.fault == "record 1 was changed"
    assert list(told.standing) == [OTHER.metadata["digest"]]
    assert "BROKEN: the records of retired versions" in tell.tell_versions(registry)
    assert "BROKEN" in retirement.tell(told)[-1]
    for change in (lambda: retire(2), lambda: unretire(1), rollback):
        with pytest.raises(TrackingError, match="cannot be trusted: record 1 was changed"):
            change()


def test_a_record_that_is_missing_or_not_readable_is_a_broken_chain(three, retire, unretire, registry):
    retire(1), retire(2)
    registry._client.set_registered_model_tag(registry.name, "retirement.000002", "{")
    assert retirements.read(registry.tags()).fault == "record 2 cannot be read"
    registry._client.delete_registered_model_tag(registry.name, "retirement.000001")
    assert retirements.read(registry.tags()).fault == "record 1 is missing"


def test_a_promotion_and_a_retirement_at_once_never_leave_a_retired_champion(enter, promote, retire, registry):
    enter(OTHER), promote(), enter(GOOD)
    said = []

    def attempt(change, *details):
        try:
            said.append(change(*details))
        except (PromotionRefused, RetirementRefused) as fault:
            said.append(fault)

    both = [threading.Thread(target=attempt, args=one) for one in ((promote,), (retire, 2))]
    [one.start() for one in both], [one.join() for one in both]
    retired = retirements.read(registry.tags()).standing
    assert len(said) == 2
    assert sum(isinstance(one, str) for one in said) == 1
    assert registry.by_alias("champion").digest not in retired
