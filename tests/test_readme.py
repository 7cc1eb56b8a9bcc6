"""The README's figures are those of the committed reports."""

import re

from reproduce import readme
from reproduce.results import results
from workshop import ROOT

README = (ROOT / "README.md").read_text()


def test_each_figure_is_the_report_s():
    assert readme.check(README, results(ROOT)).off == []


def test_it_stays_short():
    assert len(README.splitlines()) <= 230


def test_every_file_it_names_exists():
    named = set(re.findall(r"`((?:src|tests|reports|model|data)/[\w./]+)`", README))
    drawn = {f"reports/{name}.html" for name in ("drift/drift", "eda", "evaluation", "kpi", "model_card")}
    made = {"data/quarantine/rows.csv", "model/model_metadata.json", *drawn}
    assert {path for path in named - made if not (ROOT / path).exists()} == set()
