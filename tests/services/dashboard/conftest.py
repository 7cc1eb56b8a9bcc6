from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import played
import serving
from churn import contract
from churn.services.client.client import ChurnClient
from customers import invent
from looking import CALLED, GONE, HELD_OUT, ODD, QUIET, RISKY

APP = Path(__file__).parents[3] / "src/churn/services/dashboard/app.py"


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    """Run a service with 300 scored customers, some contacts and outcomes, and give its address."""
    folder = tmp_path_factory.mktemp("dashboard")
    serving.bundled(folder / "bundle")
    with serving.running(folder) as url, ChurnClient(url) as client:
        fill(client)
        yield url


@pytest.fixture
def app():
    """Give the file that `streamlit run` starts."""
    return str(APP)


@pytest.fixture
def look(monkeypatch, service):
    """Look at a page of the dashboard, by the name of its file; other environment may be given."""

    def look(page="today", url=service, **env):
        for name, value in ({"CHURN_API_URL": url} | env).items():
            monkeypatch.setenv(name, value)
        forget()
        seen = AppTest.from_file(str(APP), default_timeout=60).switch_page(f"views/{page}.py").run()
        assert not seen.exception
        return seen

    yield look
    forget()


@pytest.fixture
def visit(look):
    """Look at the page with a file chosen."""

    def visit(name, content, **options):
        seen = look("batch", **options)
        seen.file_uploader[0].upload(name, content).run()
        assert not seen.exception
        return seen

    return visit


def forget():
    st.cache_data.clear()
    st.cache_resource.clear()


def fill(client):
    """Score customers, some with odd names; call some, hold some out; tell what became of a few."""
    rows = invent(297, seed=4).drop(columns=contract.TARGET).to_dict("records")
    for row in rows[:8]:
        row |= {name: str(value) for name, value in RISKY.items()}
    odd = [serving.customer(**{contract.ID: name} | RISKY) for name in ODD]
    told = client.predict_batch(rows + odd)
    assert not told.rejects
    at = datetime.now(UTC) - timedelta(days=2)
    client.contact(CALLED, at, "phone", "one year contract, 50 off")
    client.contact(HELD_OUT, at, "phone", held_out=True)
    client.suppress(QUIET, "complaint", (at + timedelta(days=90)).date())
    client.outcome(GONE, True, at.date())


@pytest.fixture(scope="session")
def past(tmp_path_factory):
    """Run a service with a past, and give its address."""
    folder = tmp_path_factory.mktemp("past")
    serving.bundled(folder / "bundle")
    played.fill(folder)
    with serving.running(folder) as url:
        yield url
