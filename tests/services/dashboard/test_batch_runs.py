"""What is sent when the button of the page Batch is pressed, pressed again, and when it breaks off."""

import pytest

import serving
from churn.errors import ServiceError, ServiceSlow
from churn.scoring.files import csv_source
from churn.services.client.client import ChurnClient
from churn.services.dashboard import source
from churn.services.dashboard.batch import read, score
from churn.services.dashboard.batch.read import Upload
from looking import words
from uploads import as_csv, press, scores, table

FOR_REAL = "For real"


def choose(seen, name, content):
    seen.file_uploader[0].upload(name, content).run()
    seen.radio[0].set_value(FOR_REAL).run()
    return seen


def torn(rows=200, prefix="end"):
    """Make a file whose last cell is no UTF-8."""
    return as_csv(table(rows, prefix, note="plain"))[:-2] + b"\xff\n"


@pytest.fixture
def small(monkeypatch):
    """Read and send little at once."""
    monkeypatch.setattr(score, "PIECE", 10)
    monkeypatch.setattr(csv_source, "BYTES", 4096)


@pytest.fixture
def kept(service):
    """Tell a customer's last score in the ledger."""
    with ChurnClient(service) as client:
        yield client.last_prediction


def test_for_real_the_customers_get_their_score_once_however_often_the_page_runs(visit, service, kept):
    before = scores(service)
    seen = press(choose(visit("none.csv", b""), "up.csv", as_csv(table(12, "real"))))
    first = kept("real-3").prediction_id
    seen.run()
    seen.run()
    assert not [one for one in seen.button if one.label == "Score it"]
    assert kept("real-3").prediction_id == first
    assert scores(service) == before + 12


def test_a_file_that_comes_back_after_a_corrected_one_is_scored_again(visit, service, kept):
    first, mended = (table(4, "back", tenure=months, Contract="Month-to-month") for months in (1, 60))
    seen, said = visit("none.csv", b""), []
    for made in (first, mended, first):
        press(choose(seen, "up.csv", as_csv(made)))
        said.append(kept("back-0").churn_probability)
    assert said[0] == said[2] != said[1]
    again = press(choose(visit("none.csv", b""), "up.csv", as_csv(mended)))
    assert "4 customers scored" in words(again)
    assert kept("back-0").churn_probability == said[1]


def test_a_run_that_broke_off_goes_on_under_its_key_and_another_press_has_another(visit, kept, small, monkeypatch):
    keys, send, broken = [], ChurnClient.predict_batch, [3]

    def torn_once(self, rows, **asked):
        keys.append(asked["idempotency_key"])
        if len(keys) in broken:
            raise ServiceSlow("no answer")
        return send(self, rows, **asked)

    monkeypatch.setattr(ChurnClient, "predict_batch", torn_once)
    content = as_csv(table(30, "off"))
    seen = press(choose(visit("none.csv", b""), "up.csv", content))
    assert "goes on where it broke off" in words(seen)
    first = kept("off-0").prediction_id
    assert "30 customers scored" in words(press(seen))
    sent = set(keys)
    assert keys[:3] == keys[3:6]
    assert kept("off-0").prediction_id == first
    press(choose(visit("none.csv", b""), "up.csv", content))
    assert not sent & set(keys[3 + len(sent) :])
    assert kept("off-0").prediction_id != first


def test_a_file_that_broke_off_goes_on_where_it_did(service, monkeypatch):
    monkeypatch.setattr(score, "PIECE", 10)
    upload, seen = Upload("a.csv", as_csv(table(30, "torn"))), []

    def stop(rows, total, scored):
        seen.append(rows)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with ChurnClient(service) as client:
        with pytest.raises(KeyboardInterrupt):
            score.score(client, upload, "production", "torn", stop)
        first = client.last_prediction("torn-0").prediction_id
        done = score.score(client, upload, "production", "torn", stop)
        assert client.last_prediction("torn-0").prediction_id == first
    assert (done.scored, seen) == (30, [10, 20, 10, 20, 30])


def test_a_file_that_is_torn_at_its_end_is_not_begun(visit, kept, small):
    seen = press(choose(visit("none.csv", b""), "up.csv", torn()))
    assert "save it as UTF" in words(seen)
    assert "Nothing of it was scored" in words(seen)
    with pytest.raises(ServiceError, match="no score of this customer"):
        kept("end-0")


def test_a_file_that_is_too_long_is_not_begun(service, small, monkeypatch):
    monkeypatch.setattr(read, "MOST_ROWS", 20)
    seen = []
    with ChurnClient(service) as client, pytest.raises(read.TableError, match="churn score FILE"):
        score.score(client, Upload("a.csv", as_csv(table(30))), "what_if", "many", lambda *told: seen.append(told))
    assert not seen


def test_what_was_scored_before_a_file_proved_torn_is_told_and_the_pages_ask_anew(visit, kept, small, monkeypatch):
    monkeypatch.setattr(read, "_counted", lambda found: found.rows)
    forgotten, seen = [], choose(visit("none.csv", b""), "up.csv", torn(prefix="late"))
    monkeypatch.setattr(source, "forget", lambda: forgotten.append(True))
    press(seen)
    assert "save it as UTF" in words(seen)
    assert "Nothing of it was scored" not in words(seen)
    assert kept("late-0").churn_probability > 0
    assert forgotten


def test_a_service_that_goes_away_says_how_to_go_on(visit, tmp_path):
    serving.bundled(tmp_path / "bundle")
    with serving.running(tmp_path) as url:
        seen = visit("up.csv", as_csv(table()), url=url)
    press(seen)
    assert "does not answer" in words(seen)
