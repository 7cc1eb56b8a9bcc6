import json

import numpy as np
import pytest

import models
from churn.lifecycle.migration import Migration
from churn.lifecycle.moving import migrate, place
from duels import made

TIERS = {"low": 0.0, "medium": 0.3, "high": 0.6}


@pytest.fixture
def rows():
    return models.test_rows().head(100)


def moved(rows, changes, champion=0.1):
    said = np.full(len(rows), champion)
    said[list(changes)] = list(changes.values())
    return migrate(made(said, champion, rows=rows), TIERS, TIERS)


def test_a_tier_begins_at_its_bound():
    assert place(np.array([0.0, 0.3, 0.2999, 0.6, 1.0]), TIERS).tolist() == ["low", "medium", "low", "high", "high"]


def test_cells_stand_by_rising_tiers_however_the_model_spells_them(rows):
    done = migrate(made(0.35, 0.35, rows=rows), dict(sorted(TIERS.items())), TIERS)
    assert [one.champion for one in done.moves][::3] == ["low", "medium", "high"]


def test_customers_and_revenue_stand_in_the_cell_of_their_move(rows):
    done = moved(rows, {3: 0.7, 5: 0.4, 6: 0.4})
    cells = {(one.champion, one.challenger): one for one in done.moves}
    assert len(cells) == 9
    assert (cells["low", "high"].customers, cells["low", "medium"].customers) == (1, 2)
    bills = rows["MonthlyCharges"]
    assert cells["low", "medium"].monthly_revenue == pytest.approx(bills.iloc[[5, 6]].sum(), abs=0.01)
    assert (done.moved_customers, done.moved_revenue) == (3, pytest.approx(bills.iloc[[3, 5, 6]].sum(), abs=0.01))
    assert sum(one.customers for one in done.moves) == done.rows == 100
    assert sum(one.monthly_revenue for one in done.moves) == pytest.approx(done.monthly_revenue, abs=0.1)


def test_the_top_flips_come_largest_first_without_a_name(rows):
    done = moved(rows, {3: 0.7, 5: 0.4, 6: 0.02})
    assert [(one.row, one.challenger_tier) for one in done.flips] == [(3, "high"), (5, "medium"), (6, "low")]
    assert set(done.flips[0].customer) == {"gender", "SeniorCitizen", "Partner", "Contract", "tenure"}
    assert "-TEST" not in done.model_dump_json(), "an id"


def test_nobody_flips_where_nothing_changes(rows):
    done = moved(rows, {})
    assert (done.moved_customers, done.flips, done.called_by_both) == (0, [], done.called)


def test_the_call_list_is_the_top_fifth_of_each(rows):
    said = np.linspace(0, 1, 100)
    done = migrate(made(said, np.roll(said, 5), rows=rows), TIERS, TIERS)
    assert (done.called, done.called_by_both) == (20, 15)


def test_other_bounds_move_customers_without_a_change_of_probability(rows):
    done = migrate(made(0.35, 0.35, rows=rows), TIERS, TIERS | {"medium": 0.5})
    assert (done.moved_customers, done.flips) == (100, [])


def test_tiers_of_other_names_stand_side_by_side(rows):
    done = migrate(made(0.35, 0.35, rows=rows), TIERS, {"calm": 0.0, "hot": 0.2})
    assert len(done.moves) == 6
    assert {(one.champion, one.challenger) for one in done.moves if one.customers} == {("medium", "hot")}


def test_no_customers_at_all_are_no_crash(rows):
    done = migrate(made(0.3, 0.3, rows=rows.head(0)), TIERS, TIERS)
    assert (done.rows, done.moved_customers) == (0, 0)
    assert "none" in done.words


def test_it_is_the_same_bytes_each_time_and_reads_back(rows):
    first, second = (moved(rows, {3: 0.7, 5: 0.7}).model_dump_json() for _ in range(2))
    assert first == second
    assert Migration.model_validate_json(first).model_dump_json() == first
    json.loads(first)


def test_the_words_tell_customers_revenue_list_and_flips(rows):
    words = moved(rows, {50: 0.7}).words
    assert "change tier: 1 of 100 (1.0%) customers" in words
    assert "stay on the call list (20% of all): 19 of 20" in words
    assert "row 50: 0.100 -> 0.700 (low -> high, " in words
