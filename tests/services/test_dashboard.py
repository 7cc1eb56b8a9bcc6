import contextlib
import csv
import io
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import serving
from churn.services.api import keys
from churn.services.dashboard import calls

APP = Path(__file__).parents[2] / "src/churn/services/dashboard/app.py"


@pytest.fixture
def look(monkeypatch):
    """Look at the page of a service at an address."""

    def look(url, **env):
        for name, value in ({"CHURN_API_URL": url} | env).items():
            monkeypatch.setenv(name, value)
        st.cache_resource.clear()
        page = AppTest.from_file(str(APP), default_timeout=60).run()
        assert not page.exception
        return page

    yield look
    st.cache_resource.clear()


@contextlib.contextmanager
def without_model(folder):
    """Run the service where no model was ever brought."""
    port = serving.free_port()
    words = ["-m", "uvicorn", "churn.services.api.app:create", "--factory", "--port", str(port)]
    with (folder / "api.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, *words], cwd=folder, env=serving.environment(folder), stderr=log, stdout=log
        )
        for _ in range(200):
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"http://127.0.0.1:{port}/health")
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        process.terminate()
        process.wait(20)


def words(page):
    kinds = ("success", "warning", "error", "info", "caption", "code")
    return " ".join(one.value for kind in kinds for one in page.get(kind))


def test_a_service_that_is_down_is_said_with_how_to_start_it(look):
    page = look("http://127.0.0.1:9")
    assert "http://127.0.0.1:9 does not answer" in words(page)
    assert "make api" in words(page)
    assert not page.metric


def test_a_service_that_wants_a_key_is_said_with_how_to_make_one(look, tmp_path):
    serving.bundled(tmp_path / "bundle")
    key = keys.add(tmp_path / "keys.json", "dashboard", ["predict"])
    with serving.running(tmp_path) as url:
        assert "churn keys add" in words(look(url))
        assert "Nobody has been scored yet" in words(look(url, CHURN_API_KEY=key))


def test_without_scores_the_page_says_what_to_do_and_with_them_what_is_at_stake(look, tmp_path):
    serving.bundled(tmp_path / "bundle")
    with serving.running(tmp_path) as url:
        assert f"{url}/predict/batch" in words(look(url))
        risky = {"Contract": "Month-to-month", "tenure": 2, "MonthlyCharges": 95.0, "TotalCharges": 190.0}
        rows = [serving.customer(customerID=f"{number:04d}-TEST", **risky) for number in range(20)]
        assert httpx.post(f"{url}/predict/batch", json=rows).json()
        page = look(url)
    assert page.metric[0].value == "20"
    assert "model version 1" in words(page)
    assert "degraded" not in words(page)


def test_without_a_model_the_page_says_what_to_do(look, tmp_path):
    with without_model(tmp_path) as url:
        page = look(url)
    assert "No answers now" in words(page)
    assert "make pipeline" in words(page)


def test_a_name_that_looks_like_a_formula_stays_a_name_in_a_spreadsheet():
    written = calls._csv([{"customer": "=HYPERLINK(1)", "value": -2.5}])
    assert list(csv.reader(io.StringIO(written)))[1] == ["'=HYPERLINK(1)", "-2.5"]
