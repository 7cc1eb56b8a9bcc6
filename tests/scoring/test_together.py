"""Whole columns against a row at a time: what passes together passes alone, with the same values."""

import copy
import random

import orjson
import pytest

import serving
from churn import columns
from churn.scoring import record
from churn.scoring.decoded import decoded
from churn.scoring.together import together
from churn.services.api.blocks import plain

ROWS = [serving.customer(customerID=f"c{n}", tenure=n % 73, MonthlyCharges=18.25 + n) for n in range(50)]
CELLS = [
    None, True, False, 0, 1, 2, -1, 5.0, 5.5, 1e9, float("nan"), float("inf"), "", " ", "5", "Yes", "No", "Three year",
    "Zoë", "a\nb", "x" * 129, [], {}, ["Yes"], 10**30,
]  # fmt: skip


def test_rows_that_keep_the_contract_pass_together():
    found = together(copy.deepcopy(ROWS))
    assert list(found) == [*columns.names(), "customerID"]
    assert found["tenure"].tolist() == [row["tenure"] for row in ROWS]
    assert list(together(unnamed(ROWS))) == columns.names()


def test_a_whole_number_of_money_becomes_a_float():
    found = together([serving.customer(MonthlyCharges=30), serving.customer()])
    assert found["MonthlyCharges"].tolist() == [30.0, serving.customer()["MonthlyCharges"]]
    assert found["MonthlyCharges"].dtype == float


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("reads", [together, lambda rows: decoded(orjson.dumps(rows))], ids=["together", "decoded"])
def test_what_passes_together_passes_alone_with_the_same_values(seed, reads):
    draw, passed = random.Random(seed), 0
    for _ in range(300):
        rows = copy.deepcopy(ROWS[:5])
        row, name = draw.choice(rows), draw.choice([*ROWS[0], "more"])
        if draw.random() < 0.1:
            row.pop(name, None)
        else:
            row[name] = draw.choice(CELLS)
        try:
            found = reads(rows)
        except orjson.JSONEncodeError:
            continue
        if found is not None:
            passed += 1
            alone = [record.check(copy.deepcopy(one)) for one in rows]
            assert across(found) == alone
            assert [kinds(one) for one in across(found)] == [kinds(one) for one in alone]
    assert passed > 5


def unnamed(rows):
    return [{name: cell for name, cell in row.items() if name != "customerID"} for row in rows]


def across(found):
    return [dict(zip(found, row, strict=True)) for row in zip(*map(plain, found.values()), strict=True)]


def kinds(row):
    return {name: type(cell) for name, cell in row.items()}


@pytest.mark.parametrize("rows", [[], [5], [serving.customer(), 5], [{}], [serving.customer(), {}]])
def test_what_is_no_customer_wants_a_closer_look(rows):
    assert together(rows) is None


def test_customers_are_read_from_json_as_from_rows():
    for rows in (ROWS, unnamed(ROWS)):
        read, taken = decoded(orjson.dumps(rows)), together(rows)
        assert across(read) == across(taken)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b"[{}]", b"5", b"[5]", b"[", orjson.dumps(ROWS)[:-1], orjson.dumps(ROWS) + b",",
        orjson.dumps([ROWS[0], unnamed(ROWS)[1]]),
    ],
)  # fmt: skip
def test_what_is_no_list_of_customers_is_not_read(body):
    assert decoded(body) is None


@pytest.mark.parametrize("again", [b'"tenure":5', b'"tenure" :5', b'"tenure"\t:5', b'"tenu\\u0072e":5'])
def test_a_name_that_stands_twice_wants_a_closer_look(again):
    once = orjson.dumps([serving.customer()])
    assert decoded(once) is not None
    assert decoded(once.replace(b"[{", b"[{" + again + b",")) is None


def test_a_colon_in_an_id_is_no_name():
    assert decoded(orjson.dumps([serving.customer(customerID="a:b"), serving.customer(customerID=":")])) is None
    assert decoded(orjson.dumps([serving.customer(customerID="a:b"), serving.customer(customerID="c")])) is not None
