from pathlib import Path

import pytest

from churn.errors import ParamsError
from churn.params import section
from churn.params.campaign import Campaign
from churn.params.gate import Gate
from churn.params.ingest import Ingest
from churn.params.prepare import Prepare
from churn.params.section import load
from churn.params.train import Train

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "params.yaml").read_text()


@pytest.mark.parametrize(
    ("section", "old", "new", "words"),
    [
        (Prepare, "test_share: 0.2", "test_shar: 0.2", "prepare.test_shar: Extra inputs"),
        (Prepare, "test_share: 0.2", "test_share: 1.5", "prepare.test_share: Input should be less than 1"),
        (Prepare, "period: month", "period: day", "prepare.period"),
        (Train, "folds: 5", "folds: many", "train.folds: Input should be a valid integer"),
        (Campaign, "medium: 0.3", "medium: 0.9", "lower bounds must rise"),
        (Gate, "level: 0.95", "level: .nan", "gate.level"),
        (Gate, "min_calibration_slope: 0.8", "min_calibration_slope: 1.3", "must lie below max_calibration_slope"),
        (Ingest, "kind: wheel", "kind: usb", "ingest.sources.2.kind"),
    ],
)
def test_a_typo_or_a_value_out_of_range_is_named(tmp_path, section, old, new, words):
    assert old in TEXT
    path = tmp_path / "params.yaml"
    path.write_text(TEXT.replace(old, new))
    with pytest.raises(ParamsError, match=words):
        load(section, path)


@pytest.mark.parametrize("text", ["", "prepare", "- a", "{:", "other: {}"])
def test_a_file_without_the_section_is_refused(tmp_path, text):
    path = tmp_path / "params.yaml"
    path.write_text(text)
    with pytest.raises(ParamsError, match=r"params\.yaml"):
        load(Prepare, path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ParamsError, match="nowhere"):
        load(Prepare, tmp_path / "nowhere.yaml")


def test_sections_are_frozen():
    loaded = load(Prepare, ROOT / "params.yaml")
    with pytest.raises(ValueError, match="frozen"):
        loaded.seed = 3


def test_the_digest_follows_the_values():
    loaded = load(Train, ROOT / "params.yaml")
    assert section.digest(loaded) == section.digest(loaded.model_copy())
    assert section.digest(loaded) != section.digest(loaded.model_copy(update={"seed": 8}))
