"""Rows that stand for several customers: from the batch to the weights of training, test and reference."""

import numpy as np
import pytest

from churn import table
from churn.params.prepare import Prepare
from churn.steps.prepare.prepare import prepare

PARAMS = Prepare(test_share=0.2, seed=20, reference_rows=50_000, period="month", window=None, half_life=None, ignore=[])


def batch(raw, weights, day="2026-03-04"):
    return raw.assign(observed_at=day, customerID="later-" + raw["customerID"], sampling_weight=weights)


def test_a_row_weighs_in_training_as_the_customers_it_stands_for_and_keeps_that_for_the_test(raw):
    done = prepare(raw, {"b": batch(raw, "10")}, PARAMS.model_copy(update={"half_life": 1}))
    weights = done.train.groupby("period")["weight"].unique()
    assert {period: list(one) for period, one in weights.items()} == {0: [0.5], 1: [10.0]}
    assert set(done.test.groupby("period")["sampling_weight"].unique().explode()) == {1.0, 10.0}
    assert table.sampling_weights(done.test).tolist() == done.test["sampling_weight"].tolist()


def test_without_weights_the_tables_are_as_they_were(raw):
    assert "sampling_weight" not in prepare(raw, {"b": batch(raw, "1").drop(columns="sampling_weight")}, PARAMS).train
    assert table.sampling_weights(raw).tolist() == [1.0] * len(raw)


def test_an_empty_weight_is_one(raw):
    done = prepare(raw, {"b": batch(raw, " ")}, PARAMS)
    assert set(done.train["weight"]) == {1.0}


@pytest.mark.parametrize("wrong", ["0.5", "0", "-3", "many", "inf", "nan", "1e9"])
def test_a_row_that_stands_for_nobody_or_for_no_number_is_set_aside(raw, wrong):
    sent = batch(raw, "2")
    sent.loc[5, "sampling_weight"] = wrong
    done = prepare(raw, {"b": sent}, PARAMS)
    (line,) = done.quarantine.to_dict("records")
    assert (line["row"], line["column"], line["value"]) == (5, "sampling_weight", wrong)
    assert len(done.rows) == 2 * len(raw) - 1


def test_the_base_table_cannot_carry_weights(raw):
    with pytest.raises(Exception, match="sampling_weight"):
        prepare(raw.assign(sampling_weight="2"), {}, PARAMS)


def test_the_reference_has_its_customers_in_the_shares_that_all_customers_have(raw):
    many = raw.loc[raw.index.repeat(20)].reset_index(drop=True)
    many["customerID"] = [f"c{number}" for number in many.index]
    many["MonthlyCharges"] = (many["MonthlyCharges"].astype(float) + many.index / 1e4).astype(str)
    monthly = many["Contract"].eq("Month-to-month")
    kept = many[~monthly | (np.arange(len(many)) % 10 == 0)]
    weights = np.where(kept["Contract"].eq("Month-to-month"), "10", "1")
    done = prepare(raw.head(1), {"b": batch(kept, weights)}, PARAMS)
    assert done.reference["Contract"].eq("Month-to-month").mean() == pytest.approx(monthly.mean(), abs=0.05)
    assert not done.reference.duplicated("customerID").any()
    assert set(done.reference["sampling_weight"]) == {1.0}
