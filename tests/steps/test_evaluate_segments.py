import numpy as np
import pytest

from churn import contract, table
from churn.steps.evaluate.scored import scored
from churn.steps.evaluate.segments import by_segment
from churn.terms import Segment
from customers import invent
from judged import CAMPAIGN, KNOBS


@pytest.fixture(scope="module")
def rows():
    return table.typed(invent(900))


@pytest.fixture(scope="module")
def told(rows):
    churn = np.where(rows["Contract"] == "Month-to-month", 0.4, 0.1) - 0.001 * rows["tenure"]
    return by_segment(rows, scored(rows, churn, 0.3, CAMPAIGN), KNOBS)


def test_every_segment_counts_every_row_once(told, rows):
    assert set(told) == {segment.column for segment in contract.SEGMENTS}
    assert {sum(group["rows"] for group in groups.values()) for groups in told.values()} == {len(rows)}


def test_a_group_s_figures_are_its_own(told, rows):
    group = rows[rows["Contract"] == "Two year"]
    figures = told["Contract"]["Two year"]
    assert figures["rows"] == len(group)
    assert figures["churn_rate"] == pytest.approx(table.outcome(group).mean(), abs=1e-6)
    assert figures["mean_probability"] == pytest.approx((0.1 - 0.001 * group["tenure"]).mean(), abs=1e-6)
    assert figures["roc_auc"]["low"] < figures["roc_auc"]["value"] < figures["roc_auc"]["high"]


def test_bands_are_closed_below_and_the_last_is_open_above(monkeypatch, rows):
    monkeypatch.setattr(contract, "SEGMENTS", (Segment("tenure", edges=(0, 12, 24)),))
    some = rows.assign(tenure=np.resize([0.0, 11.0, 12.0, 24.0, 70.0], len(rows)))
    told = by_segment(some, scored(some, np.full(len(some), 0.2), 0.3, CAMPAIGN), KNOBS)
    assert {name: group["rows"] for name, group in told["tenure"].items()} == {"0 to 12": 360, "12 to 24": 540}


def test_a_group_of_nobody_is_empty_and_not_a_crash(monkeypatch, rows):
    monkeypatch.setattr(contract, "SEGMENTS", (Segment("tenure", edges=(0, 500, 600)),))
    told = by_segment(rows, scored(rows, np.full(len(rows), 0.2), 0.3, CAMPAIGN), KNOBS)
    assert told["tenure"]["500 to 600"] == {"rows": 0}
