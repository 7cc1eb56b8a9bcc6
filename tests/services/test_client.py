"""The client against a running service, and against addresses where something else happens."""

import asyncio
import csv
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from churn.errors import ServiceError
from churn.services.client.async_client import AsyncChurnClient
from churn.services.client.client import ChurnClient
from churn.stores.files import digest
from customers import invent
from serving import CUSTOMER, customer
from telling import today


@pytest.fixture
def client(service):
    with ChurnClient(service) as found:
        yield found


def test_a_prediction_comes_typed_and_can_be_asked_why(client):
    found = client.predict(CUSTOMER, purpose="test")
    assert 0 < found.churn_probability < 1
    assert found.offer == (found.expected_value > 0)
    why = client.why(found.prediction_id)
    assert why.inputs == CUSTOMER
    assert why.replay.difference == 0.0


def test_reasons_and_changes_come_on_demand(client):
    assert client.predict(CUSTOMER, purpose="test").reasons is None
    found = client.predict(CUSTOMER, explain=True, purpose="test")
    assert all(one.text and one.direction in ("raises", "lowers") for one in found.reasons)


def test_a_batch_keeps_the_rejected_apart(client):
    found = client.predict_batch([CUSTOMER, customer(tenure=-1), CUSTOMER], purpose="test")
    assert [one.index for one in found.predictions] == [0, 2]
    assert [(one.index, one.column) for one in found.rejects] == [(1, "tenure")]


def test_a_refusal_says_status_and_cells(client):
    with pytest.raises(ServiceError, match="tenure is a whole number") as refusal:
        client.predict(customer(tenure=-1))
    fault = refusal.value
    assert (type(fault), fault.status, fault.errors[0]["column"]) == (ServiceError, 422, "tenure")
    assert fault.request_id


def test_the_last_prediction_is_the_one_made_last(client):
    client.predict(customer(customerID="client/1", tenure=1))
    last = client.predict(customer(customerID="client/1", tenure=60, TotalCharges=1800.0))
    assert client.last_prediction("client/1").prediction_id == last.prediction_id


def test_feedback_goes_round(client):
    name = "client-feedback"
    about = client.predict(customer(customerID=name), purpose="test").prediction_id
    first = client.outcome(name, True, today(), prediction_id=about)
    assert (first.purpose, first.repeated) == ("test", False)
    assert client.outcome(name, True, today(), prediction_id=about).repeated
    with pytest.raises(ServiceError) as contradiction:
        client.outcome(name, False, today(), prediction_id=about)
    assert contradiction.value.status == 409
    many = client.outcomes([{"customer_id": name, "churned": True, "observed_on": str(today())}, {"customer_id": ""}])
    assert (many.noted, many.rejected) == (1, 1)
    assert not client.contact(name, datetime.now(UTC), "phone", "one year, 50 off").repeated
    assert not client.suppress(name, "asked us not to", today() + timedelta(days=30)).repeated
    assert client.erase(name).counts["outcome"] >= 1


def test_everything_that_the_dashboard_reads_is_typed(client):
    client.predict(customer(customerID="client-page"))
    assert client.customers(limit=5, segment=("Contract:Month-to-month",), offer=None).customers
    assert client.portfolio().customers >= 1
    assert client.call_list(capacity=3).words
    assert client.call_list(holdout=0.5, arm="held_out", tier="high", segment=("Contract:Two year",)).quarter
    assert client.excluded(cause="contacted", limit=1).total >= 0
    assert client.curve(offer=10.0, months=6).assumptions.offer == 10.0
    assert client.campaign().words
    assert client.model_info().version == 1
    assert client.history(at=datetime.now(UTC)).then is not None
    assert client.performance(window_days=30).words
    assert client.drift().state in ("moved", "watch", "stable", "unknown")
    assert client.drift(windows=3).by_window == []
    assert client.readings(kind=["drift"], newest=True).total == client.decisions().total == 0
    assert client.service(days=1).requests > 0
    assert client.alerts().total >= 0
    assert client.alerts(severity=("high", "critical")).total == 0
    assert client.ready().simulation is False
    assert client.health().status == "alive"
    assert client.ready().model_version == 1


def test_what_the_registry_never_told_is_refused_in_words(client):
    client.patience = 0
    for ask in (client.versions, client.experiments, lambda: client.compare(1, 2), lambda: client.report("metrics")):
        with pytest.raises(ServiceError) as refusal:
            ask()
        assert refusal.value.status in (404, 503)


def test_a_file_comes_back_with_answers_and_its_rejects_apart(client, tmp_path):
    raw = invent(40)
    raw.loc[raw.index[3], "tenure"] = "soon"
    raw.drop(columns="Churn").to_csv(tmp_path / "in.csv", index=False)
    found = client.predict_file(tmp_path / "in.csv", tmp_path / "out.csv", rejects=tmp_path / "no.csv", purpose="test")
    assert found.rejected == 1
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text().splitlines()))
    single = client.predict(raw.drop(columns="Churn").iloc[0].to_dict(), purpose="test")
    assert float(rows[0]["churn_probability"]) == pytest.approx(single.churn_probability, abs=1e-9)
    assert "tenure" in (tmp_path / "no.csv").read_text()
    assert client.why(f"{found.record_id}.0").input_digest == digest(tmp_path / "in.csv")


def test_a_refused_file_leaves_nothing_behind(client, tmp_path):
    (tmp_path / "in.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ServiceError) as refusal:
        client.predict_file(tmp_path / "in.csv", tmp_path / "out.csv")
    assert 400 <= refusal.value.status < 500
    assert [one.name for one in tmp_path.iterdir()] == ["in.csv"]


def test_the_other_client_does_the_same_without_waiting(service):
    async def ask():
        async with AsyncChurnClient(service) as client:
            return await asyncio.gather(*(client.predict(CUSTOMER, purpose="test") for _ in range(5)))

    found = asyncio.run(ask())
    assert len({one.prediction_id for one in found}) == 5
    assert len({one.churn_probability for one in found}) == 1


def test_the_client_carries_no_model_and_no_table_library():
    heavy = "numpy onnxruntime pandas pyarrow sqlalchemy fastapi mlflow sklearn"
    words = f"import sys, churn.services.client.client; print(sorted(set('{heavy}'.split()) & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"
