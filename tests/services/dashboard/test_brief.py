import html
import re

import pytest
from typer.testing import CliRunner

import serving
from churn.cli import app
from churn.services.client.client import ChurnClient
from looking import words

OUTSIDE = re.compile(rb"""(?:src|href|action|data)\s*=\s*["'](?!#)|url\((?!#)|@import|<script|<link|<iframe""")


def call(url, *options, **env):
    return CliRunner().invoke(app, ["brief", *map(str, options)], env={"CHURN_API_URL": url} | env)


@pytest.fixture(scope="module")
def written(service, tmp_path_factory):
    """Write the brief by command; give its bytes."""
    out = tmp_path_factory.mktemp("brief") / "brief.html"
    done = call(service, "--out", out, "--calls", 40)
    assert done.exit_code == 0, done.output
    assert str(out) in done.output
    assert [one.name for one in out.parent.iterdir()] == ["brief.html"]
    return out.read_bytes()


def test_the_file_needs_nothing_else(written):
    assert OUTSIDE.findall(written) == []
    assert b"://" not in re.sub(rb'xmlns(:\w+)?="[^"]*"', b"", written)
    assert b"default-src 'none'" in written


def test_its_figures_are_what_the_service_tells(written, service):
    page = written.decode()
    with ChurnClient(service) as client:
        told, calls = client.portfolio(days=7), client.call_list(capacity=40)
    risk = told.revenue_at_risk
    for figure in (
        told.at_risk,
        told.customers,
        risk.value,
        risk.low,
        risk.high,
        calls.expected_value,
        calls.customers,
    ):
        assert f"{figure:,.0f}" in page
    assert f"Approve {calls.customers:,} calls this week" in page


def test_what_cannot_be_told_is_said_to_be_so(written, service):
    page = written.decode()
    assert "What moved since last week is not known" in page
    assert "whether they paid cannot be told" in page
    with ChurnClient(service) as client:
        assert html.escape(client.performance().words) in page
    assert "Made by the pipeline" not in page


def test_it_names_no_single_customer(written):
    assert b"-TEST" not in written


def test_real_figures_are_not_called_simulated_and_simulated_ones_are_at_the_top(written, tmp_path):
    assert b"imulated" not in written
    serving.bundled(tmp_path / "bundle")
    with serving.running(tmp_path, CHURN_SIMULATION="1") as url:
        with ChurnClient(url) as client:
            client.predict(serving.customer(), purpose="simulated")
        refused = call(url, "--out", tmp_path / "brief.html")
        done = call(url, "--out", tmp_path / "brief.html", "--purpose", "simulated")
    assert (refused.exit_code, done.exit_code) == (1, 0)
    page = (tmp_path / "brief.html").read_text()
    assert "<title>Weekly churn brief (simulated)</title>" in page
    assert page.index("Simulated. These figures") < page.index("Customers at risk")


def test_a_service_that_is_away_leaves_the_last_brief_as_it_was(tmp_path, caplog):
    out = tmp_path / "brief.html"
    out.write_text("last week's")
    done = call("http://127.0.0.1:9", "--out", out)
    assert done.exit_code == 1
    assert "nobody answers at http://127.0.0.1:9" in caplog.text
    assert [one.read_text() for one in tmp_path.iterdir()] == ["last week's"]


@pytest.mark.parametrize("options", [("--purpose", "what_if"), ("--calls", 0), ("--calls", "many")])
def test_what_cannot_be_meant_is_refused(service, options):
    assert call(service, *options).exit_code == 2


def test_the_page_shows_the_same_brief_and_offers_it_as_a_file(look):
    seen = look("brief")
    (button,) = seen.get("download_button")
    assert button.label == "Download"
    (frame,) = seen.get("iframe")
    assert "Weekly churn brief" in frame.proto.srcdoc
    assert "churn brief --out brief.html --calls 100" in words(seen)
    seen.number_input[0].set_value(7).run()
    assert "Approve 7 calls this week" in seen.get("iframe")[0].proto.srcdoc
