import hashlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from churn.errors import SourceError, TableError
from churn.params.ingest import Ingest, Source
from churn.stores.sources.download import download
from churn.stores.sources.fetch import fetch

TABLE = b"customerID,tenure,Churn\n0001-A,1,No\n0002-B,2,Yes\n"
PAGES = {
    "/table.csv": TABLE,
    "/empty.csv": b"",
    "/header.csv": TABLE[:24],
    "/semicolons.csv": TABLE.replace(b",", b";"),
    "/latin.csv": TABLE.replace(b"A", "é".encode("latin-1")),
    "/rows.jsonl": b'{"id": "007", "n": 20.10}\n{"id": "008", "n": null}\n',
}


class Site(BaseHTTPRequestHandler):
    """Serve the pages; be slow, torn or looping where the path says so."""

    def do_GET(self):
        path = self.path.partition("?")[0]
        if path == "/slow.csv":
            time.sleep(1.5)
        body = TABLE if path in ("/torn.csv", "/slow.csv") else PAGES.get(path)
        self.send_response(302 if path == "/loop.csv" else 200 if body is not None else 404)
        self.send_header("Location", path)
        self.send_header("Content-Length", str(len(body or b"") + 50 * (path == "/torn.csv")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def site():
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def builtin(url):
    source = Source(kind="https", at=url, sha256=hashlib.sha256(TABLE).hexdigest())
    return Ingest(sources=[source], uri=None, query=None, sha256=None, timeout_seconds=5)


def own(uri, sha256=None):
    return builtin("http://127.0.0.1:9/never.csv").model_copy(update={"uri": uri, "sha256": sha256})


def test_the_published_table_arrives_as_it_is(site, tmp_path):
    assert fetch(builtin(f"{site}/table.csv"), tmp_path / "raw.csv") == f"{site}/table.csv"
    assert (tmp_path / "raw.csv").read_bytes() == TABLE


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("/torn.csv", "the download broke off"),
        ("/none.csv", "the server answered 404 Not Found"),
        ("/loop.csv", "TooManyRedirects"),
        ("/header.csv", "its sha256 is .*, expected"),
    ],
)
def test_a_bad_answer_is_told_and_leaves_nothing(site, tmp_path, page, reason):
    for wanted in (builtin(site + page), own(site + page, "0" * 64)):
        with pytest.raises(SourceError, match=reason):
            fetch(wanted, tmp_path / "raw.csv")
    assert not list(tmp_path.iterdir())


def test_a_silent_server_is_left_in_time(site, tmp_path):
    with pytest.raises(SourceError, match="no answer in time"):
        download(f"{site}/slow.csv", tmp_path / "raw.csv", timeout_seconds=0.3)


def test_an_own_table_is_read_by_the_ending_of_its_path(site, tmp_path):
    sha256 = hashlib.sha256(PAGES["/rows.jsonl"]).hexdigest()
    told = fetch(own(f"{site}/rows.jsonl?version=1", sha256), tmp_path / "raw.csv")
    assert told == f"{site}/rows.jsonl"
    assert (tmp_path / "raw.csv").read_text() == "id,n\n007,20.10\n008,\n"


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("/empty.csv", "empty"),
        ("/header.csv", "it has no rows"),
        ("/semicolons.csv", "not separated by commas"),
        ("/latin.csv", "not UTF-8"),
    ],
)
def test_a_page_that_is_no_table_is_named_by_its_address(site, tmp_path, page, reason):
    with pytest.raises(TableError, match=f"^ingest.uri: {site}{page}: .*{reason}"):
        fetch(own(site + page), tmp_path / "raw.csv")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("address", ["{site}/table.html", "{site}/table"])
def test_an_unknown_ending_is_refused(site, tmp_path, address):
    with pytest.raises(SourceError, match=r"ending '.*' is unknown; save the table as one of \.csv, \.parquet"):
        fetch(own(address.format(site=site)), tmp_path / "raw.csv")


def test_secrets_of_an_address_stay_out_of_messages(site, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("TOKEN", "hush1")
    host = site.removeprefix("http://")
    for uri in (f"http://me:hush2@{host}/none.csv?sig=${{TOKEN}}", f"http://me:hush2@{host}/${{TOKEN}}/t.csv"):
        with pytest.raises(SourceError, match="404") as fault:
            fetch(own(uri), tmp_path / "raw.csv")
        assert "hush" not in str(fault.value) + caplog.text
        assert f"http://***@{host}/" in str(fault.value)
