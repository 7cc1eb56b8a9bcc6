"""Whole columns against a row at a time: what passes together passes alone, with the same values."""

import copy
import random

import pytest

import serving
from churn import columns
from churn.scoring import record
from churn.scoring.together import together

ROWS = [serving.customer(customerID=f"c{n}", tenure=n % 73, MonthlyCharges=18.25 + n) for n in range(50)]
CELLS = [
    None, True, False, 0, 1, 2, -1, 5.0, 5.5, 1e9, float("nan"), float("inf"), "", " ", "5", "Yes", "No", "Three year",
    "Zoë", "a\nb", "x" * 129, [], {}, ["Yes"], 10**30,
]  # fmt: skip


def test_rows_that_keep_the_contract_pass_together():
    found = together(copy.deepcopy(ROWS))
    assert list(found) == columns.names()
    assert found["tenure"] == [row["tenure"] for row in ROWS]
    assert together([{name: cell for name, cell in row.items() if name != "customerID"} for row in ROWS])


def test_a_whole_number_of_money_becomes_a_float_in_its_row():
    rows = [serving.customer(MonthlyCharges=30), serving.customer()]
    together(rows)
    assert rows == [record.check(serving.customer(MonthlyCharges=30)), record.check(serving.customer())]
    assert type(rows[0]["MonthlyCharges"]) is float


@pytest.mark.parametrize("seed", range(8))
def test_what_passes_together_passes_alone_with_the_same_values(seed):
    draw = random.Random(seed)
    for _ in range(300):
        rows = copy.deepcopy(ROWS[:5])
        row, name = draw.choice(rows), draw.choice([*ROWS[0], "more"])
        if draw.random() < 0.1:
            row.pop(name, None)
        else:
            row[name] = draw.choice(CELLS)
        alone = [record.check(copy.deepcopy(one)) for one in rows] if passes(rows) else None
        if together(rows) is not None:
            assert rows == alone
            assert [kinds(one) for one in rows] == [kinds(one) for one in alone]


def kinds(row):
    return {name: type(cell) for name, cell in row.items()}


def passes(rows):
    return not record.check_many(copy.deepcopy(rows))[1]


@pytest.mark.parametrize("rows", [[], [5], [serving.customer(), 5], [{}], [serving.customer(), {}]])
def test_what_is_no_customer_wants_a_closer_look(rows):
    assert together(rows) is None
