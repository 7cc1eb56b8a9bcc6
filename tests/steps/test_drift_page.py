"""The page for people, and how much each column weighs in it."""

import pandas as pd
import pytest

from churn import columns, contract, table
from churn.params.drift import Drift
from churn.params.section import load
from churn.steps.drift.drift import judge
from churn.steps.drift.page import page
from churn.steps.drift.weights import weigh
from customers import invent

DRIFT = load(Drift)
HOSTILE = "</script><script>alert(1)</script>"


@pytest.fixture(scope="module")
def reference() -> pd.DataFrame:
    return table.typed(invent(2000, seed=1))


@pytest.fixture
def batch() -> pd.DataFrame:
    return table.typed(invent(300, seed=2))


def test_weights_share_out_one_and_follow_the_labels(reference):
    weights = weigh(reference)
    assert sum(weights.values()) == pytest.approx(1)
    assert weights["gender"] < 0.01
    assert max(weights, key=weights.get) == "tenure"
    shuffled = reference.assign(gender=reference[contract.TARGET].to_numpy())
    assert max(weigh(shuffled), key=weigh(shuffled).get) == "gender"
    silent = weigh(reference.assign(Churn="No"))
    assert set(silent.values()) == {1 / len(columns.names())}


def test_the_page_shows_the_words_above_the_drawing_and_escapes_what_came(reference, batch):
    batch.loc[batch.index[:100], "PaymentMethod"] = HOSTILE
    reading, drawn = judge(reference, batch, DRIFT, "2024-01-31-<b>.csv")
    text = page(reading, drawn, reference, batch, DRIFT)
    assert text.count("<body>") == 1
    assert HOSTILE not in text
    assert "<b>.csv" not in text
    assert "never seen before: &#x27;&lt;/script&gt;" in text
    assert text.index("Faults of the data") < text.index("root_metric")
    assert "There is no batch to judge" not in text
    assert "2.0% of clean batches alarm: thresholds from 4,000 draws (seed 17)" in text
    assert "Relation to churn: churn within the groups of tenure" in text


def test_without_a_batch_the_page_says_that_it_is_a_sample(reference, batch):
    reading, drawn = judge(reference, None, DRIFT, fault="there is no batch")
    shown = page(reading, drawn, reference, batch, DRIFT)
    assert "There is no batch to judge. What follows is a sample" in shown
    assert "drawDashboard" in shown
    plain = page(reading, drawn, reference, batch[:3], DRIFT)
    assert "There is no sample either" in plain
    assert "drawDashboard" not in plain
