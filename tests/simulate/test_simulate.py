"""The simulations in miniature, and the population that all of them draw from."""

import importlib
import json
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from churn import columns, contract, table
from simulate import __main__ as simulate
from simulate import report
from simulate.population import draw, probability, real
from simulate.tables import Promise, Table, clopper_pearson

TABLE = Table("t", "make simulate", 1, "It shows.", ["a", "b"], [["x", 1234]], [Promise("p", "94 %", "1 to 2", True)])


@pytest.fixture(scope="module")
def drawn():
    return draw(20_000, np.random.default_rng(1))


def test_what_is_drawn_looks_as_the_typed_table_does(drawn):
    assert list(drawn) == list(real())
    assert drawn.dtypes.equals(real().dtypes)
    assert table.faults(drawn).empty
    assert not any(np.any(rule.broken(drawn)) for rule in contract.RULES)
    assert drawn[contract.ID].is_unique


def test_what_is_drawn_is_no_copy(drawn):
    assert drawn.duplicated(columns.names()).mean() < 0.01
    for name in columns.names("number"):
        assert drawn[name].mean() == pytest.approx(real()[name].mean(), rel=0.03)


def test_the_seed_decides_what_is_drawn(drawn):
    again, other = (draw(len(drawn), np.random.default_rng(seed)) for seed in (1, 2))
    assert drawn.equals(again)
    assert not drawn.equals(other)


def test_outcomes_come_from_the_true_probability(drawn):
    chance, outcome = probability(drawn), table.outcome(drawn)
    for part in np.array_split(np.argsort(chance), 10):
        spread = np.sqrt((chance[part] * (1 - chance[part])).sum())
        assert abs(outcome[part].sum() - chance[part].sum()) < 4 * spread
    assert 0.83 < roc_auc_score(outcome, chance) < 0.87


def test_a_value_that_nobody_has_seen_has_a_probability(drawn):
    odd = drawn.head(50).assign(InternetService="Satellite", more=1)
    assert np.isfinite(probability(odd)).all()


def test_an_interval_of_a_share_is_the_exact_one():
    assert clopper_pearson(0, 10) == (0.0, pytest.approx(0.30850, abs=1e-5))
    assert clopper_pearson(10, 10) == (pytest.approx(0.69150, abs=1e-5), 1.0)
    assert clopper_pearson(5, 100) == (pytest.approx(0.01643, abs=1e-5), pytest.approx(0.11283, abs=1e-5))


def test_a_row_that_does_not_fit_its_table_is_refused():
    with pytest.raises(ValueError, match="one cell for each"):
        Table("t", "c", 1, "s", ["a"], [[1, 2]])


def test_the_page_says_what_was_promised_and_what_was_found():
    page = report.page({"drift": report.plain([TABLE], 1, 2.0, "a machine")})
    assert "| [drift](#drift) | p | 94 % | 1 to 2 | met |" in page
    assert "| x | 1,234 |" in page
    assert "`make simulate`, seed 1" in page


def test_a_part_that_ran_alone_takes_its_place_beside_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(simulate, "FOLDER", tmp_path)
    for part, seed in (("million", 1), ("drift", 1), ("drift", 2)):
        simulate._write({part: report.plain([TABLE], seed, 2.0, "a machine")})
    kept = json.loads((tmp_path / "simulations.json").read_text())
    assert {part: found["seed"] for part, found in kept.items()} == {"drift": 2, "million": 1}
    assert list(kept) == ["drift", "million"]


@pytest.mark.parametrize("part", simulate.PARTS)
def test_each_part_runs(part):
    tables = importlib.import_module(f"simulate.{part}").run(3, True)
    assert tables
    assert all(one.rows and one.shows and one.command.startswith("make simulate") for one in tables)


def test_a_miniature_writes_nothing(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(simulate, "FOLDER", tmp_path / "none")
    monkeypatch.setattr(sys, "argv", ["simulate", "--quick", "--only", "intervals"])
    monkeypatch.setitem(sys.modules, "simulate.intervals", SimpleNamespace(run=lambda *_: [TABLE]))
    assert simulate.main() == 0
    assert not (tmp_path / "none").exists()
