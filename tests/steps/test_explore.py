"""What stage explore counts, held to what others count."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, spearmanr
from sklearn.metrics import mutual_info_score

from churn import columns, contract, table
from churn.errors import TableError
from churn.steps.explore import association, identities, spread
from churn.steps.explore.explore import explore
from churn.steps.explore.groups import Groups, cells, group, outcome, rate
from judged import CAMPAIGN
from odd_tables import odd

LN2 = np.log(2)


@pytest.fixture(scope="module")
def rows(telco_raw):
    return table.typed(telco_raw)


@pytest.fixture(scope="module")
def told(rows):
    return explore(rows, CAMPAIGN)


def column(told, name):
    return next(one for one in told["columns"] if one["name"] == name)


def test_every_column_of_the_contract_is_told(told):
    assert [one["name"] for one in told["columns"]] == columns.names()


def test_what_is_known_of_the_public_table_is_found(told):
    """Figures of the whole table that others have counted."""
    assert (told["rows"], told["churned"]) == (7043, 1869)
    assert told["twice"]["repeated"] == 22
    assert told["twice"]["ceiling"] == pytest.approx(0.997444, abs=1e-6)
    (blank,) = told["blanks"]
    assert (blank["rows"], blank["churn_rate"]["value"]) == (11, 0.0)


def test_vectors_with_both_outcomes_are_those_of_pandas(told, rows):
    outcomes = rows.groupby(columns.names())[contract.TARGET].nunique()
    assert told["twice"]["vectors"] == (outcomes > 1).sum()
    assert told["twice"]["rows"] == table.contradictory(rows).sum()


def test_groups_are_those_of_pandas(told, rows):
    left = rows[contract.TARGET].eq(contract.POSITIVE)
    for name in columns.names("category"):
        counted = left.groupby(rows[name]).agg(["size", "sum"])
        found = {one["value"]: (one["rows"], one["churned"]) for one in column(told, name)["groups"]}
        assert found == {value: tuple(line) for value, line in zip(counted.index, counted.to_numpy(), strict=True)}


def test_tenths_cover_all_rows_in_order(told, rows):
    for name in columns.names("number"):
        groups = column(told, name)["groups"]
        assert sum(one["rows"] for one in groups) == len(rows)
        starts = [float(one["value"].split(" to ")[0].replace(",", "")) for one in groups]
        assert starts == sorted(starts)
        assert max(one["share"] for one in groups) < 0.2


@pytest.mark.parametrize(("left", "of"), [(0, 11), (11, 11), (1, 3), (374, 1338), (1, 1)])
def test_intervals_are_wilsons(left, of):
    low, high = binomtest(left, of).proportion_ci(method="wilson")
    assert rate(left, of) == {
        "value": pytest.approx(left / of, abs=1e-6),
        "low": pytest.approx(low, abs=1e-6),
        "high": pytest.approx(high, abs=1e-6),
    }


def test_information_is_mutual_information_without_its_bias(told, rows):
    churned = table.outcome(rows)
    for name in ("Contract", "PaymentMethod", "SeniorCitizen"):
        raw = mutual_info_score(churned, pd.factorize(rows[name])[0]) / LN2
        bias = (rows[name].nunique() - 1) / (2 * len(rows) * LN2)
        assert column(told, name)["information"]["bits"] == pytest.approx(raw - bias, abs=1e-6)


def test_columns_that_say_nothing_are_seldom_said_to(raw):
    """One test in twenty over all 19 columns together: 200 shuffles, seed 3, the upper bound of 5 % at that size."""
    typed, draw = table.typed(raw), np.random.default_rng(3)
    known, alarms = columns.columns(), 0
    found = {one.name: cells(typed, one) for one in known}
    for _ in range(200):
        left = draw.permutation(outcome(typed))
        told = [association.information(group(one, found[one.name], left), len(known))["told"] for one in known]
        alarms += any(told)
    assert alarms <= 18


def test_correlations_are_spearmans(told, rows):
    assert len(told["spearman"]) == 3
    for one in told["spearman"]:
        a, b = one["pair"]
        assert one["value"] == pytest.approx(spearmanr(rows[a], rows[b]).statistic, abs=1e-6)


def test_corrected_v_of_independent_columns_is_near_zero_and_of_equal_ones_is_one():
    draw = np.random.default_rng(5)
    free = [association.corrected_v(np.histogram2d(*draw.integers(0, 4, (2, 300)), bins=4)[0]) for _ in range(200)]
    assert np.mean(free) < 0.04
    assert association.corrected_v(np.diag([50.0, 60, 70])) == pytest.approx(1, abs=0.01)
    assert np.isnan(association.corrected_v(np.array([[5.0, 6.0]])))


def test_identities_of_the_table_are_found(told):
    (product,) = told["identities"]["numbers"]
    assert (product["column"], sorted(product["factors"])) == ("TotalCharges", ["MonthlyCharges", "tenure"])
    assert product["times"] == pytest.approx(1, abs=0.01)
    assert sorted(len(one["values"]) for one in told["identities"]["values"]) == [2, 7]


def test_an_identity_with_a_constant_is_found_and_noise_is_none():
    draw = np.random.default_rng(1)
    minutes = pd.Series(draw.uniform(10, 300, 500))
    numbers = {"minutes": minutes, "charge": (0.17 * minutes).round(2), "other": pd.Series(draw.uniform(1, 900, 500))}
    (one,) = identities.of_numbers(numbers)
    assert (one["column"], one["factors"], one["times"]) == ("charge", ["minutes"], pytest.approx(0.17, abs=1e-4))
    assert one["within"] > 0.99


def test_the_same_rows_give_the_same_bytes(rows, told):
    assert json.dumps(explore(rows, CAMPAIGN)) == json.dumps(told)


@pytest.mark.parametrize("name", odd(3))
def test_odd_tables_are_told_to_their_end(name):
    told = explore(odd()[name], CAMPAIGN)
    json.dumps(told, allow_nan=False)
    for one in told["columns"]:
        assert sum(line["rows"] for line in one["groups"]) == told["rows"]


def test_what_cannot_be_known_is_none_with_a_reason():
    tables = odd()
    one_class, constant = explore(tables["one class"], CAMPAIGN), explore(tables["all constant"], CAMPAIGN)
    assert {one["information"]["reason"] for one in one_class["columns"]} == {"all customers have the same outcome"}
    assert {one["value"] for one in constant["spearman"] + constant["cramers_v"]} == {None}
    assert explore(tables["no outcome"], CAMPAIGN)["churn_rate"]["value"] is None
    assert explore(tables["columns absent"], CAMPAIGN)["absent"] == ["tenure", "Contract"]
    assert explore(tables["no row"], CAMPAIGN)["rows"] == 0


def test_new_categories_beyond_the_first_are_counted_together():
    groups = column(explore(odd()["a new category in every row"], CAMPAIGN), "Contract")["groups"]
    assert len(groups) == 21
    assert groups[-1]["value"] == "(all other values)"


def test_a_table_without_the_contracts_columns_is_refused():
    with pytest.raises(TableError, match="none of the contract's columns; run `dvc repro prepare`"):
        explore(pd.DataFrame({"a": [1]}), CAMPAIGN)


def test_missing_cells_are_a_group_of_their_own():
    known = next(one for one in columns.columns() if one.name == "Contract")
    rows = pd.DataFrame({"Contract": ["One year", None, "Two year", None]})
    found: Groups = group(known, cells(rows, known), np.array([1.0, 1.0, 0.0, np.nan]))
    assert found.labels[-1] == "(missing)"
    assert (found.rows[-1], found.known[-1], found.left[-1]) == (2, 1, 1)


def test_dates_of_the_rows_are_told():
    dated = odd()["three rows"].assign(observed_at=["2026-01-31", "2026-02-28", "2026-02-28"])
    told = explore(dated, CAMPAIGN)
    assert told["days"] == ["2026-01-31", "2026-02-28"]
    assert "2026-01-31 to 2026-02-28" in told["limits"][0]["words"]


@pytest.mark.parametrize(
    "values", [[0, 1, 2, 9], range(73), [5], [0.5, 1.25, 7], [-3, 4_000_000], [0, 1e12], [1e99, -1e99]]
)
def test_bands_hold_every_customer_once_and_whole_numbers_are_not_split_unevenly(values):
    found = pd.Series(list(values), dtype="float64")
    told = spread.histogram(found, np.ones(len(found)))
    assert sum(told["rows"]) == sum(told["churned"]) == len(found)
    assert len(told["rows"]) <= 62
    wide = np.diff(told["edges"])
    assert np.allclose(wide, wide[0])
    if max(values) < 100 and all(float(one).is_integer() for one in values):
        assert wide[0] == round(wide[0])
