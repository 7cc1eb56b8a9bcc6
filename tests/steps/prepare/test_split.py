import numpy as np
import pytest

from churn import table
from churn.steps.prepare.split import is_test
from customers import invent

GOLDEN = [1, 4, 5, 17, 20, 26, 31, 35, 38, 44, 47, 54, 59, 61]


def test_a_row_keeps_its_side_whatever_stands_beside_it(typed):
    whole = is_test(typed, seed=20, share=0.2)
    backwards = is_test(typed.iloc[::-1], seed=20, share=0.2)[::-1]
    alone = np.array([is_test(typed.loc[[row]], seed=20, share=0.2)[0] for row in typed.index[:50]])
    assert (whole == backwards).all()
    assert (whole[:50] == alone).all()


def test_id_and_target_do_not_matter(typed):
    other = typed.assign(customerID="x", Churn="Yes")
    assert (is_test(other, 20, 0.2) == is_test(typed, 20, 0.2)).all()


def test_the_side_of_known_rows_never_changes():
    """These are the sides of rows that models in production were trained on or tested with."""
    sides = is_test(table.typed(invent(64, seed=1)), seed=20, share=0.2)
    assert np.flatnonzero(sides).tolist() == GOLDEN


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5])
def test_the_share_is_kept(share):
    """Four standard errors of a binomial share."""
    rows = table.typed(invent(8000, seed=3))
    assert abs(is_test(rows, seed=20, share=share).mean() - share) < 4 * np.sqrt(share * (1 - share) / len(rows))


def test_seeds_give_unrelated_sides():
    rows = table.typed(invent(8000, seed=3))
    one, other = is_test(rows, seed=20, share=0.5), is_test(rows, seed=21, share=0.5)
    assert abs(np.corrcoef(one, other)[0, 1]) < 4 / np.sqrt(len(rows))


def test_growing_the_share_only_adds_rows(typed):
    small, large = is_test(typed, 20, 0.2), is_test(typed, 20, 0.3)
    assert (large | ~small).all()
