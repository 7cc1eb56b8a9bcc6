import numpy as np
import pytest

import models
from churn import contract
from churn.lifecycle.segment_floors import check_segments, worst
from duels import leaning, made, outcomes

GATE = models.GATE.model_copy(update={"draws": 2000})


def checked(challenger, champion=0.3, rows=None, gate=GATE):
    rows = models.test_rows() if rows is None else rows
    return check_segments(made(challenger, champion, rows=rows), gate)


def seniors():
    return models.test_rows()["SeniorCitizen"].eq(1).to_numpy()


def test_every_group_of_the_contract_is_told():
    found = checked(leaning(models.test_rows(), 0.2))
    assert {one.column for one in found} == {one.column for one in contract.SEGMENTS}
    assert sum(one.rows for one in found if one.column == "Contract") == len(models.test_rows())
    assert {one.state for one in found} == {"pass"}


def test_a_group_that_gets_worse_is_named_however_much_the_others_gain():
    rows = models.test_rows()
    said = np.where(seniors(), leaning(rows, -0.4), leaning(rows, 0.5))
    found = checked(said)
    assert [(one.column, one.group) for one in found if one.state == "fail"] == [("SeniorCitizen", "1")]
    (summed,) = worst(found)
    assert (summed.state, "SeniorCitizen 1 got worse" in summed.words) == ("fail", True)
    assert summed.high < 0


def test_a_small_group_is_told_and_not_judged():
    rows = models.test_rows()
    said = np.where(seniors(), leaning(rows, -0.4), leaning(rows, 0.5))
    gate = GATE.model_copy(update={"segment_rows": int(seniors().sum()) + 1})
    found = {(one.column, one.group): one for one in checked(said, gate=gate)}
    assert found["SeniorCitizen", "1"].words == "SeniorCitizen 1: too few to judge"
    assert found["SeniorCitizen", "1"].state == "unknown"
    assert worst(list(found.values()))[0].state == "pass"


@pytest.mark.parametrize("many", [True, False])
def test_a_group_with_few_who_left_or_few_who_stayed_is_not_judged(many):
    rows = models.test_rows()
    rows.loc[seniors(), "Churn"] = "Yes" if many else "No"
    found = {(one.column, one.group): one.state for one in checked(leaning(rows, 0.2), rows=rows)}
    assert found["SeniorCitizen", "1"] == "unknown"


def test_a_group_that_some_draws_miss_is_not_judged():
    rows = models.test_rows()
    rows.loc[rows.index[0], "Contract"] = "Two year"
    rows.loc[rows.index[1:], "Contract"] = "One year"
    gate = GATE.model_copy(update={"segment_rows": 1, "segment_churners": 1})
    rows.loc[rows.index[2], "Contract"] = "Two year"
    rows.loc[rows.index[[0, 2]], "Churn"] = ["Yes", "No"]
    found = {(one.column, one.group): one for one in checked(leaning(rows, -0.2), rows=rows, gate=gate)}
    assert (found["Contract", "Two year"].state, found["Contract", "Two year"].value) == ("unknown", None)


def test_where_no_group_can_be_judged_nothing_is_shown():
    gate = GATE.model_copy(update={"segment_rows": 10**6})
    (summed,) = worst(checked(leaning(models.test_rows(), 0.2), gate=gate))
    assert (summed.state, summed.value) == ("unknown", None)
    assert "no group is large enough" in summed.words


def test_a_contract_without_segments_asks_nothing(monkeypatch):
    monkeypatch.setattr(contract, "SEGMENTS", ())
    assert worst(checked(0.2)) == []


def test_groups_together_are_seldom_said_to_be_harmed_by_who_harms_nobody():
    rows, draw, alarms = models.test_rows(), np.random.default_rng(8), 0
    for _ in range(150):
        noise = draw.normal(0, 0.03, (2, len(rows)))
        alarms += any(one.state == "fail" for one in checked(0.3 + noise[0], 0.3 + noise[1], rows=rows))
    assert alarms <= 15, "5 % of 150 is 7.5"


def test_the_gain_of_a_group_is_that_of_its_customers_alone():
    rows = models.test_rows()
    found = {(one.column, one.group): one for one in checked(leaning(rows, 0.2))}
    left = outcomes(rows)[seniors()]
    there = leaning(rows, 0.2)[seniors()]
    gain = np.where(left, np.log(there / 0.3), np.log((1 - there) / 0.7)).mean()
    assert found["SeniorCitizen", "1"].value == pytest.approx(gain, abs=1e-6)
