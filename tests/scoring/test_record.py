"""What a hostile customer may cost: no more than a kind one of the same length."""

import time

import pytest

from churn import contract
from churn.scoring.record import Faults, check

SECONDS = 2.0
"""A hundred times what each takes; a search that starts anew at every letter takes ten times as long as this."""


def refused(row):
    started = time.process_time()
    with pytest.raises(Faults) as wrong:
        check(row)
    assert time.process_time() - started < SECONDS
    return {fault.column: fault for fault in wrong.value.faults}


@pytest.mark.parametrize("text", ["1" * 16_000 + "x", "1" * 16_000 + ".x", "." + "1" * 16_000 + "x"])
def test_long_digits_that_are_no_number_are_refused_at_once(text):
    assert "whole number" in refused(contract.EXAMPLE | {"tenure": text})["tenure"].reason


def test_many_strange_names_are_refused_at_once_and_a_near_one_is_found():
    known = {name: cell for name, cell in contract.EXAMPLE.items() if name in {"gender", "Partner"}}
    named = {"ten_ure_": 1} | {f"tenures{number}": 1 for number in range(5000)}
    assert "rename 'ten_ure_'" in refused(known | named)["tenure"].reason
