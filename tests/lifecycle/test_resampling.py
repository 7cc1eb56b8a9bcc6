import numpy as np
import pytest
from scipy.stats import bootstrap

import models
from churn.lifecycle.resampling import GRAIN, intervals

GATE = models.GATE.model_copy(update={"draws": 2000})


def ends(values, among=None, gate=GATE):
    values = np.asarray(values, float).reshape(len(values), -1)
    return intervals(values, np.ones_like(values) if among is None else among, 0.95, gate)


def test_the_interval_is_that_of_a_stock_bootstrap():
    values = np.random.default_rng(1).gamma(2, 1, 500)
    (found,) = ends(values)
    stock = bootstrap((values,), np.mean, n_resamples=5000, method="percentile", rng=2).confidence_interval
    assert found.value == pytest.approx(values.mean(), abs=1e-6)
    assert (found.low, found.high) == pytest.approx((stock.low, stock.high), abs=0.015)


def test_a_column_over_some_rows_has_the_interval_of_those_rows_alone():
    draw = np.random.default_rng(3)
    values, among = draw.normal(0, 1, (900, 1)), (np.arange(900) % 3 == 0)[:, None]
    (part,), (alone,) = ends(values, among), ends(values[among])
    assert part.value == alone.value
    assert part.high - part.low == pytest.approx(alone.high - alone.low, rel=0.1)


def test_a_large_table_in_blocks_has_the_width_of_theory():
    values = np.random.default_rng(5).normal(0, 1, 10 * GRAIN + 7)
    (found,) = ends(values)
    assert found.high - found.low == pytest.approx(2 * 1.96 / np.sqrt(len(values)), rel=0.08)


def test_sorting_the_rows_does_not_narrow_the_interval_in_blocks():
    values = np.sort(np.random.default_rng(6).normal(0, 1, 10 * GRAIN))
    (found,) = ends(values)
    assert found.high - found.low == pytest.approx(2 * 1.96 / np.sqrt(len(values)), rel=0.08)


def test_equal_gains_have_no_width():
    (found,) = ends([0.25] * 400)
    assert (found.value, found.low, found.high) == (0.25, 0.25, 0.25)


def test_the_same_rows_give_the_same_interval_and_another_seed_another():
    values = np.random.default_rng(7).normal(0, 1, 400)
    assert ends(values) == ends(values)
    assert ends(values) != ends(values, gate=GATE.model_copy(update={"seed": 99}))
