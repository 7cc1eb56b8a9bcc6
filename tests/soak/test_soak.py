"""What the soak counts is right: a late request from when it was due, a stolen second as what it was."""

import numpy as np

from soak.stolen import Stolen


def test_each_moment_gets_the_share_of_its_second(monkeypatch):
    told = Stolen()
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    told._times, told._steal = [10.0, 11.0, 12.0, 13.0], [5.0, 5.0, 6.0, 6.1]
    shares = told.shares(np.array([10.5, 11.5, 12.5, 14.0]))
    np.testing.assert_allclose(shares, [0.0, 0.5, 0.05, 0.05])


def test_a_machine_that_tells_of_no_steal_has_none():
    with Stolen() as told:
        pass
    assert list(told.shares(np.array([1.0, 2.0]))) == [0.0, 0.0]
