"""What `make reproduce` notices: each doctored figure makes it fail, and what is within tolerance does not."""

import json
import re
import shutil
import subprocess
import sys

import pytest

from reproduce import readme, tolerances
from reproduce.__main__ import keep, told
from reproduce.comparison import compare, compare_scores
from reproduce.results import results
from workshop import ROOT, Workshop

README = (ROOT / "README.md").read_text()
SIDES = ("one run", "the other")


@pytest.fixture
def runs(tmp_path):
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        shutil.copytree(ROOT / "reports", folder / "reports")
    return folders


def change(folder, file, **values):
    path = folder / file
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def off(runs):
    return [words for line in compare("the runs", *map(results, runs), SIDES) for words in line.off]


def test_equal_runs_are_equal(runs):
    lines = compare("the runs", *map(results, runs), SIDES)
    assert sum(line.compared for line in lines) > 300
    assert {line.tolerance for line in lines} >= {tolerances.FIGURE, tolerances.WORDS, tolerances.MONEY}
    assert told(lines) == 0


def test_what_was_compared_is_kept_for_the_page_of_promises(runs, tmp_path):
    path = tmp_path / "reproduction.json"
    keep(compare("the runs", *map(results, runs), SIDES), "f" * 64, path)
    same = json.loads(path.read_text())
    change(runs[1], readme.METRICS, rows=5)
    keep(compare("the runs", *map(results, runs), SIDES), "f" * 64, path)
    other = json.loads(path.read_text())
    assert (same["agree"], same["off"], other["agree"], other["off"]) == (True, 0, False, 1)
    assert sum(line["compared"] for line in same["lines"]) > 300


def test_a_metric_that_is_off_is_named(runs):
    auc = json.loads((runs[1] / readme.METRICS).read_text())["roc_auc"]
    change(runs[1], readme.METRICS, roc_auc=auc | {"low": auc["low"] + 1e-5})
    (words,) = off(runs)
    assert words.startswith(f"{readme.METRICS} roc_auc.low: one run ")
    assert told(compare("the runs", *map(results, runs), SIDES)) == 1


def test_the_last_digit_may_differ(runs):
    auc = json.loads((runs[1] / readme.METRICS).read_text())["roc_auc"]
    change(runs[1], readme.METRICS, roc_auc=auc | {"low": auc["low"] + 1e-6})
    assert off(runs) == []


@pytest.mark.parametrize("changes", [{"rows": 5}, {"model": "no digest"}, {"roc_auc": None}, {"new": 1.0}])
def test_counts_words_and_what_one_run_lacks_must_agree(runs, changes):
    change(runs[1], readme.METRICS, **changes)
    assert off(runs)


def test_another_digest_is_noted(runs):
    change(runs[1], readme.METRICS, model="0" * 64)
    lines = compare("the runs", *map(results, runs), SIDES)
    (digests,) = (line for line in lines if line.tolerance is tolerances.DIGESTS)
    assert (digests.apart, told(lines)) == (1, 0)


def test_another_digest_of_a_stage_is_noted(runs):
    path = runs[1] / "reports/pipeline.json"
    page = next(iter(re.findall(r"md5:[0-9a-f]{32}", path.read_text())))
    path.write_text(path.read_text().replace(page, f"md5:{'0' * 32}"))
    lines = compare("the runs", *map(results, runs), SIDES)
    (digests,) = (line for line in lines if line.tolerance is tolerances.DIGESTS)
    assert (digests.apart > 0, told(lines)) == (True, 0)


def test_a_report_that_one_run_lacks_is_off(runs):
    (runs[1] / "reports/gate.json").unlink()
    assert any("reports/gate.json" in words and "'absent'" in words for words in off(runs))


def test_a_curve_that_is_off_is_named(runs):
    path = runs[1] / "reports/plots/roc.csv"
    header, first, *rest = path.read_text().splitlines()
    path.write_text("\n".join([header, first.replace("0.0", "0.1", 1), *rest]))
    assert any(words.startswith("reports/plots/roc.csv") for words in off(runs))


@pytest.mark.parametrize(
    ("other", "words"),
    [({"a": 0.2, "b": 0.5 + 2e-6}, "test row b"), ({"a": 0.2}, "test row b"), ({"a": float("nan"), "b": 0.5}, "row a")],
)
def test_a_score_that_is_off_is_named(other, words):
    (found,) = compare_scores("the runs", {"a": 0.2, "b": 0.5}, other, SIDES).off
    assert words in found


def test_the_readme_s_figures_are_the_report_s():
    line = readme.check(README, results(ROOT))
    assert line.off == []
    assert line.compared == 3 * len(readme.FIGURES) + len(readme.BESIDE)


@pytest.mark.parametrize("words", readme.FIGURES)
def test_a_doctored_figure_of_the_readme_is_off(words):
    (row,) = (row for row in README.splitlines() if row.startswith(f"| {words} | "))
    doctored = row[:-3] + str((int(row[-3]) + 1) % 10) + row[-2:]
    (found,) = readme.check(README.replace(row, doctored), results(ROOT)).off
    assert found.startswith(f"README: {words}, high: ")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| ROC-AUC | ", "| ROC | "),
        ("customers that training never saw", "customers"),
        ("(7,043 customers", "(7,044 customers"),
        ("customers, 26.5 % left", "customers, 27.5 % left"),
        (readme.HEADING, "## Numbers"),
    ],
)
def test_a_readme_that_lost_or_turned_a_figure_is_off(old, new):
    assert old in README
    assert readme.check(README.replace(old, new), results(ROOT)).off


def test_two_whole_runs_agree_and_a_readme_of_another_table_is_off(tmp_path):
    """Run everything on a small invented table, which is not the one that README and reports speak of."""
    (tmp_path / "shop").mkdir()
    shop = Workshop.copy(tmp_path / "shop").with_small_table()
    shop.env["PYTHONPATH"] += f":{ROOT / 'tests'}"
    said = shop.run(sys.executable, "-m", "reproduce", "--fast", "--root", str(shop.root), fails=True)
    table, _, broken = said.partition("off:")
    assert "| the runs | score of a test row | " in table
    assert "README: ROC-AUC, value: " in broken
    assert "the commit" in broken
    assert "the other" not in broken
    assert not subprocess.check_output(["git", "status", "--porcelain"], cwd=shop.root)
