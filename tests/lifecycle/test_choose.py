"""Which past to learn from: all of it while nothing changed, the recent part when customers did."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sklearn

from churn import columns, contract, table
from churn.campaign import offer_value
from churn.lifecycle.retraining.choose import Past, choose
from churn.lifecycle.retraining.knobs import spell
from churn.params.prepare import Prepare
from churn.params.retrain import Retrain
from churn.params.section import load
from churn.steps.train import families
from customers import invent
from models import CAMPAIGN

ROOT = Path(__file__).parents[2]
KNOBS = load(Retrain, ROOT / "params.yaml")


def chance(rows, changed):
    """Give the true chance of leaving; after the change it is the bound customers who leave."""
    monthly, fibre = rows["Contract"].eq("Month-to-month"), rows["InternetService"].eq("Fiber optic")
    odds = -1.0 + 1.2 * monthly + 0.8 * fibre - 0.04 * rows["tenure"]
    return (1 / (1 + np.exp(-(odds + changed * np.where(monthly, -1.5, 1.5))))).to_numpy()


def period(number, rows, seed, changed=0.0):
    drawn = table.typed(invent(rows, seed=seed))
    left = np.random.default_rng([seed, number]).random(rows) < chance(drawn, changed)
    return drawn.assign(
        **{contract.TARGET: np.where(left, contract.POSITIVE, contract.NEGATIVE)}, period=number, weight=1.0
    )


def lived(seed, *changed, rows=1500):
    return pd.concat([period(at, rows, seed * 100 + at, one) for at, one in enumerate(changed)], ignore_index=True)


def profit(rows, seed):
    """Fit on rows; give what offers bring among the customers of after the change, as a share of an oracle's."""
    market = table.typed(invent(4000, seed=seed + 7))
    truth, monthly = chance(market, 1.0), market["MonthlyCharges"].to_numpy()
    with sklearn.config_context(enable_metadata_routing=True):
        model = families.pipeline("scorecard", 7).fit(
            rows[columns.names()], table.outcome(rows), sample_weight=rows["weight"]
        )
        said = model.predict_proba(market[columns.names()])[:, 1]
    worth = offer_value(truth, monthly, CAMPAIGN)
    offered, best = np.asarray(offer_value(said, monthly, CAMPAIGN)) > 0, np.asarray(worth) > 0
    return float(worth[offered].sum() / worth[best].sum())


def test_while_nothing_changed_all_periods_are_learnt_from():
    chosen = [choose(lived(seed, 0, 0, 0, rows=800), KNOBS).past for seed in range(6)]
    assert sum(one == Past(None, None) for one in chosen) >= 5, chosen


def test_after_a_change_recent_rows_recover_most_and_the_pool_little_and_the_choice_finds_it():
    rows = lived(1, 0, 0, 0, 1.0)
    chosen = choose(rows, KNOBS)
    assert chosen.past == Past(1, None)
    assert "log loss" in chosen.words
    pool, recent = profit(rows, 1), profit(rows[rows["period"].eq(3)], 1)
    assert recent > 0.9
    assert pool < 0.6 < recent - 0.2


def test_a_slow_change_learns_from_part_of_the_past():
    chosen = choose(lived(2, 0, 0.3, 0.6, 0.9, 1.2), KNOBS).past
    assert chosen != Past(None, None)


@pytest.mark.parametrize(("newest", "words"), [(120, "too few to ask"), (0, "there is but one")])
def test_without_evidence_all_periods_are_learnt_from(newest, words):
    rows = pd.concat([period(0, 800, 1), *([period(1, newest, 2, 1.0)] if newest else [])], ignore_index=True)
    chosen = choose(rows, KNOBS)
    assert chosen.past == Past(None, None)
    assert words in chosen.words


def test_rows_that_stand_for_many_count_as_the_few_that_they_are():
    rows = pd.concat([period(0, 800, 1), period(1, 900, 2, 1.0)], ignore_index=True)
    heavy = rows.assign(sampling_weight=np.where(np.arange(len(rows)) % 30, 1.0, 500.0))
    assert "too few to ask" in choose(heavy, KNOBS).words


def test_the_choice_is_the_same_each_time():
    rows = lived(3, 0, 1.0, rows=600)
    assert choose(rows, KNOBS) == choose(rows, KNOBS)


@pytest.mark.parametrize("past", [Past(3, 1.5), Past(None, None), Past(1, None)])
def test_the_knobs_are_turned_and_every_comment_stays(tmp_path, past):
    path = tmp_path / "params.yaml"
    before = (ROOT / "params.yaml").read_text()
    path.write_text(before)
    spell(path, past)
    found = load(Prepare, path)
    assert (found.window, found.half_life) == (past.window, past.half_life)
    changed = [
        one for one, other in zip(before.splitlines(), path.read_text().splitlines(), strict=True) if one != other
    ]
    assert len(changed) <= 2
    assert path.read_text().count("#") == before.count("#")
