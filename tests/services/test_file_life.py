"""Files over real sockets: senders who leave, files that swell, and what a worker is left with."""

import concurrent.futures
import io
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import numpy as np
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import serving
from churn import contract
from customers import invent

CSV, PARQUET = "text/csv", "application/vnd.apache.parquet"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return serving.bundled(tmp_path_factory.mktemp("files") / "bundle").parent


@pytest.fixture(scope="module")
def url(folder):
    with serving.running(folder, CHURN_MAX_FILE_MB="40") as at:
        yield at


@pytest.fixture(scope="module")
def many() -> bytes:
    return invent(150_000).drop(columns=contract.TARGET).to_csv(index=False).encode()


def files(folder: Path) -> list[Path]:
    root = folder / "files"
    return [one for one in root.rglob("*") if one.suffix != ".csv" or one.parent != root] if root.exists() else []


def clerks() -> list[psutil.Process]:
    return [
        one
        for one in psutil.process_iter(["cmdline"])
        if "churn.services.filing" in (one.info["cmdline"] or []) and one.status() != psutil.STATUS_ZOMBIE
    ]


def settled(folder: Path) -> bool:
    """Wait until nothing of a file is left, neither on disk nor running."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if not files(folder) and not clerks():
            return True
        time.sleep(0.05)
    return False


def sending(url: str, content: bytes, announced: int) -> socket.socket:
    """Send the head of a request and some content."""
    at = urlsplit(url)
    line = socket.create_connection((at.hostname, at.port))
    head = ("POST /predict/file HTTP/1.1", f"Host: {at.netloc}", f"Content-Type: {CSV}", f"Content-Length: {announced}")
    line.sendall("\r\n".join([*head, "", ""]).encode() + content)
    return line


def post(url: str, content: bytes, media: str, **more) -> httpx.Response:
    return httpx.post(f"{url}/predict/file", content=content, headers={"content-type": media}, timeout=120, **more)


def until(said, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not said() and time.monotonic() < end:
        time.sleep(0.005)
    assert said()


def test_a_sender_who_leaves_while_sending_leaves_nothing(url, folder, many):
    line = sending(url, many[:100_000], len(many))
    until(lambda: files(folder))
    line.close()
    assert settled(folder)


def test_a_sender_who_leaves_while_the_file_is_scored_stops_it(url, folder, many):
    line = sending(url, many, len(many))
    until(clerks)
    line.close()
    assert settled(folder)


def test_a_reader_who_leaves_midway_leaves_nothing(url, folder, many):
    asked = {"content": many, "headers": {"content-type": CSV}, "timeout": 120}
    with httpx.stream("POST", f"{url}/predict/file", **asked) as answer:
        assert answer.status_code == 200
        next(answer.iter_bytes(1000))
        assert not files(folder), "an answer needs no name to be read"
    assert settled(folder)
    assert post(url, many[: many.index(b"\n", 100_000) + 1], CSV).status_code == 200


def test_a_small_file_that_unpacks_to_a_giant_is_refused(url, folder):
    rows, content = pa.Table.from_pandas(invent(4).drop(columns=contract.TARGET), preserve_index=False), io.BytesIO()
    giant = pa.array(["x" * 1_400_000_000, "b", "c", "d"])
    pq.write_table(rows.append_column("note", giant), content, compression="zstd", use_dictionary=False)
    del giant
    assert len(content.getvalue()) < 1_000_000
    answer = post(url, content.getvalue(), PARQUET, params={"ignore": "note"})
    assert answer.status_code == 422, answer.text
    assert "too large to score" in answer.json()["detail"]
    assert settled(folder)
    assert httpx.get(f"{url}/health").status_code == 200


def test_a_small_file_of_endless_rows_is_refused(url):
    one = pa.Table.from_pandas(invent(1).drop(columns=contract.TARGET), preserve_index=False)
    rows = one.take(pa.array(np.zeros(5_000_000, np.int64)))
    content = io.BytesIO()
    pq.write_table(rows, content, compression="zstd")
    answer = post(url, content.getvalue(), PARQUET)
    assert answer.status_code == 413, answer.text
    assert "more than one file may" in answer.json()["detail"]


def test_a_worker_that_scored_files_is_as_light_as_before(url, folder, many):
    """The libraries of tables stay in the process that scored."""
    assert post(url, many, CSV).status_code == 200
    (worker,) = [
        one for one in psutil.process_iter(["cmdline"]) if str(urlsplit(url).port) in (one.info["cmdline"] or [])
    ]
    loaded = Path(f"/proc/{worker.pid}/maps").read_text()
    assert "onnxruntime" in loaded
    assert "pyarrow" not in loaded
    assert "pandas" not in loaded


def test_single_customers_hardly_wait_while_a_file_is_scored(url, many):
    with concurrent.futures.ThreadPoolExecutor(1) as pool, httpx.Client(base_url=url) as client:
        filing, taken = pool.submit(post, url, many, CSV), []
        while not filing.done():
            began = time.perf_counter()
            assert client.post("/predict", json=serving.customer()).status_code == 200
            taken.append(time.perf_counter() - began)
        assert filing.result().status_code == 200
    assert len(taken) > 20
    assert statistics.median(taken) < 1.0


def test_a_killed_worker_takes_its_clerk_along(folder, many, tmp_path):
    serving.bundled(tmp_path / "bundle")
    at = serving.free_port()
    words = ["churn.services.api.app:create", "--factory", "--port", str(at)]
    worker = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", *words], cwd=tmp_path, env=serving.environment(tmp_path),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        serving.wait_ready(f"http://127.0.0.1:{at}", worker)
        line = sending(f"http://127.0.0.1:{at}", many, len(many))
        until(clerks)
        worker.kill()
        until(lambda: not clerks())
        line.close()
    finally:
        worker.kill()
        worker.wait()
