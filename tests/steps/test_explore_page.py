"""The page of stage explore: its figures are those of the JSON, and hostile words stay words."""

import pandas as pd
import pytest

from churn import table
from churn.page import numbers
from churn.page.render import render
from churn.steps.explore.explore import explore
from churn.steps.explore.page import page
from judged import CAMPAIGN
from odd_tables import odd
from pages import assert_whole


@pytest.fixture(scope="module")
def told(telco_raw):
    return explore(table.typed(telco_raw), CAMPAIGN)


@pytest.fixture(scope="module")
def content(told):
    return render(page(told))


@pytest.fixture(scope="module")
def seen(content):
    return assert_whole(content)


def test_the_same_rows_give_the_same_bytes(told, content):
    assert render(page(told)) == content


def test_every_group_stands_with_its_figures(told, seen):
    shown = [
        dict(zip(head, row, strict=True))
        for head, *rows in seen.tables
        if head[:2] == ["Column", "Value"]
        for row in rows
    ]
    for column in told["columns"]:
        lines = [row for row in shown if row["Column"] == column["title"]]
        assert [row["Value"] for row in lines] == [one["value"] for one in column["groups"]]
        for row, one in zip(lines, column["groups"], strict=True):
            rate = one["churn_rate"]
            assert row["Customers"] == f"{one['rows']:,}"
            assert row["Churn rate"] == f"{rate['value']:.1%}"
            assert row["95% interval"] == f"{rate['low']:.1%} to {rate['high']:.1%}"


def test_columns_stand_in_the_order_of_what_they_say(told, seen):
    ranked = sorted(told["columns"], key=lambda one: -one["information"]["share"])
    rows = seen.table("Column")
    assert [row["Column"] for row in rows] == [one["title"] for one in ranked]
    assert [row["Says of the outcome"] for row in rows] == [f"{one['information']['share']:.1%}" for one in ranked]


def test_the_head_and_the_limits_quote_the_json(told, seen):
    for words in ("7,043", "26.5%", "25.5% to 27.6%", *(one["words"] for one in told["limits"])):
        assert " ".join(words.split()) in seen.text


def test_it_says_whose_rows_they_are(seen):
    assert "training rows only" in seen.text
    assert "nothing is sampled" in seen.text


def test_every_column_is_drawn(told, content):
    drawn = content.decode().count("<svg ")
    measured = sum(one["kind"] == "number" for one in told["columns"])
    assert drawn == len(told["columns"]) + measured + 2


@pytest.mark.parametrize("name", odd(3))
def test_odd_tables_become_pages(name):
    assert_whole(render(page(explore(odd(40)[name], CAMPAIGN))))


def test_unknown_is_said():
    seen = assert_whole(render(page(explore(odd(40)["one class"], CAMPAIGN))))
    assert "All customers have the same outcome" in seen.text
    assert {row["Says of the outcome"] for row in seen.table("Column")} == {
        "unknown: all customers have the same outcome"
    }
    empty = assert_whole(render(page(explore(odd(40)["no row"], CAMPAIGN))))
    assert "There is not a single row" in empty.text


def test_hostile_categories_stay_words():
    hostile = "<img src=x onerror=alert(1)> $\\frac{ {{ 7*7 }} \x00\u202e"
    rows: pd.DataFrame = odd(60)["another index"].assign(Contract=hostile)
    content = render(page(explore(rows, CAMPAIGN)))
    seen = assert_whole(content)
    assert "<img src=x onerror=alert(1)>" in seen.text
    assert numbers.count(len(rows)) in seen.text
