"""What is read from an experiment: how often by chance alone, and how often where there is something to find."""

from collections import namedtuple

import numpy as np
import pytest

from churn.lifecycle.experiment import intent, mismatch, paired, shadow
from churn.lifecycle.experiment.running import Running, challenged

Row = namedtuple("Row", "customer model_version monthly called held before churned")  # noqa: PYI024  as rows of the ledger are
Pair = namedtuple("Pair", "one other monthly called held offer churned")  # noqa: PYI024
CAMPAIGN = {"months": 12, "margin": 0.6, "offer": 50, "contact": 5, "acceptance": 0.3, "horizon_days": 30,
            "holdout": 0.1, "tiers": {"low": 0.0, "high": 0.5}}  # fmt: skip
BOUNDS = {"level": 0.95, "min_labelled": 200, "min_each": 20, "min_known": 0.9, "mismatch": 0.001, "min_shadowed": 0.95}


def running(mode="live", **changes):
    cells = {"id": "e", "at": 0, "who": "t", "purpose": "production", "name": "n", "mode": mode, "champion": 1,
             "challenger": 2, "share": 0.5, "salt": "s", "declared": BOUNDS | {"campaign": CAMPAIGN}, "begins": 0,
             "ends": 1}  # fmt: skip
    return Running(**(cells | changes))


def met(rng, of, customers=1200, saved=0.0):
    """Make customers, one in ten of them new; those of the challenger leave less often by `saved`."""
    rows = []
    for number in range(customers):
        name = f"{rng.integers(1 << 60)}-{number}"
        mine, risk = of.challenged(name), rng.beta(1.2, 3.2)
        left = rng.random() < risk - saved * mine
        before = None if number % 10 == 0 else risk
        version = of.challenger if mine else of.champion
        rows.append(Row(name, version, rng.gamma(4, 16), rng.random() < 0.3, False, before, int(left)))
    return rows


def test_the_split_is_sticky_fair_and_another_one_with_another_salt():
    names = [f"customer {number}" for number in range(20_000)]
    for share in (0.1, 0.5):
        mine = [challenged("salt", name, share) for name in names]
        assert mine == [challenged("salt", name, share) for name in names]
        assert mismatch.of_split(mine.count(False), mine.count(True), share) > 0.001
    other = [challenged("another", name, 0.5) for name in names]
    both = sum(one and two for one, two in zip([challenged("salt", name, 0.5) for name in names], other, strict=True))
    assert both / len(names) == pytest.approx(0.25, abs=0.015)


def test_a_split_that_is_off_is_found_and_a_fair_one_is_left_alone_as_often_as_is_said():
    rng = np.random.default_rng(5)
    fair = [mismatch.of_split(4000 - int(mine), int(mine), 0.5) for mine in rng.binomial(4000, 0.5, 20_000)]
    assert np.mean(np.array(fair) < 0.01) == pytest.approx(0.01, abs=0.003)
    assert mismatch.of_split(2200, 1800, 0.5) < 1e-9
    assert mismatch.of_split(0, 0, 0.5) == 1


def test_with_nothing_to_find_a_live_experiment_finds_something_in_one_of_twenty():
    rng, states = np.random.default_rng(11), []
    for round_ in range(200):
        of = running(salt=f"s{round_}")
        states.append(intent.read(met(rng, of, customers=500), of).state)
    found = sum(one in {"better", "worse"} for one in states)
    assert states.count("unknown") <= 2
    assert 3 <= found <= 20, "5 % of 200, give or take three standard deviations"


def test_a_challenger_that_keeps_many_is_found_and_one_that_loses_them_too():
    rng = np.random.default_rng(3)
    found = intent.read(met(rng, running(), 4000, saved=0.12), running())
    assert found.state == "better"
    assert found.effect.low > 0
    assert "promote" in found.recommendation
    assert intent.read(met(rng, running(), 4000, saved=-0.12), running()).state == "worse"


def test_what_is_known_before_takes_spread_out_and_moves_nothing():
    rng = np.random.default_rng(1)
    before, other = rng.gamma(4, 16, 3000), rng.normal(0, 1, 3000)
    value = 7.2 * before + 50 * other + rng.normal(0, 100, 3000)
    other[::7] = np.nan
    after = intent.adjusted(value, before, other)
    assert after.mean() == pytest.approx(value.mean())
    assert after.std() < intent.adjusted(value, before).std() < 0.6 * value.std()
    assert intent.adjusted(value, np.full(3000, np.nan)) == pytest.approx(value)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda rows: [one for one in rows if one.model_version == 1 or one.customer[-1] not in "37"], "did not split"),
        (lambda rows: [one._replace(churned=None) if one.model_version == 2 and one.called else one for one in rows],
         "of one arm more"),
        (lambda rows: [one._replace(churned=one.churned or None) for one in rows], "leavers are often told before"),
        (lambda rows: rows[:120], "too few known outcomes"),
        (lambda rows: rows[:0], "too few known outcomes"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_unknown_and_says_why(spoil, words):
    rows = met(np.random.default_rng(9), running(), 3000)
    found = intent.read(spoil(rows), running())
    assert (found.state, found.effect) == ("unknown", None)
    assert words in found.words


def test_customers_count_for_the_arm_of_their_lot_whoever_answered_them():
    rows = met(np.random.default_rng(9), running(), 1200)
    crossed = [one._replace(model_version=3 - one.model_version) if place % 40 == 0 else one
               for place, one in enumerate(rows)]  # fmt: skip
    plain, mixed = (intent.read(some, running()) for some in (rows, crossed))
    assert plain.effect == mixed.effect
    assert mixed.figures["champion"]["answered_by_the_other"] > 0


def beside(rng, customers, worse=0.0, called=0.0):
    truth = rng.beta(1.2, 3.2, customers)
    one, other = (np.clip(truth + rng.normal(0, spread, customers), 0.01, 0.99) for spread in (0.05, 0.05 + worse))
    churned = rng.random(customers) < truth
    out = rng.random(customers)
    hot = one > 0.4
    return [Pair(a, b, 65.0, bool(h and o < called), bool(h and called <= o), True, int(c))
            for a, b, h, o, c in zip(one, other, hot, out, churned, strict=True)]  # fmt: skip


def test_a_shadow_is_read_in_pairs_and_finds_a_noisier_challenger():
    rng = np.random.default_rng(2)
    of = running("shadow")
    found = shadow.read(beside(rng, 4000, worse=0.2), 4000, 4000, of)
    assert found.state == "worse"
    assert found.figures["profit_per_1000"]["value"] < 0
    alike = [shadow.read(beside(rng, 800), 800, 800, of).state for _ in range(200)]
    assert alike.count("alike") >= 178, "95 % of 200, less three standard deviations"


def test_a_shadow_with_holes_is_not_read():
    rows = beside(np.random.default_rng(2), 800)
    assert "only 700 of 800 customers have a shadow" in shadow.read(rows, 800, 700, running("shadow")).words
    assert shadow.read([], 0, 0, running("shadow")).state == "unknown"


def test_the_held_out_stand_for_the_called_and_without_them_nothing_is_read():
    rng = np.random.default_rng(4)
    rows = beside(rng, 6000, called=0.9)
    found = paired.pairs(rows)
    assert found.weight.sum() == pytest.approx(6000, rel=1e-9)
    everybody = np.mean([one.churned for one in rows])
    left_out = np.mean([one.churned for one in rows if not one.called])
    weighed = float((found.churned * found.weight).sum() / found.weight.sum())
    assert abs(weighed - everybody) < 0.03 < abs(left_out - everybody)
    assert paired.pairs(beside(rng, 500, called=1.1)) is None
