"""MLflow's own client, and clients that spell as it does, against a running service."""

import json
import time

import httpx
import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.pyfunc.scoring_server.client import ScoringServerClient

import models
from churn import contract, table
from churn.scoring.engine import Engine
from churn.services.api import frames
from churn.services.api.problems import Refusal
from customers import invent
from serving import CUSTOMER, customer

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def engine():
    return Engine(models.model().model, 1)


@pytest.fixture(scope="module")
def client(service):
    address = httpx.URL(service)
    return ScoringServerClient(address.host, address.port)


def expected(engine, raw):
    typed = table.typed(raw)
    return [one["churn_probability"] for one in engine.answers(typed.drop(columns=contract.TARGET).to_dict("records"))]


def ask(service, content, **query):
    return httpx.post(f"{service}/invocations", json=content, params=query)


def split(*customers):
    return {"dataframe_split": {"columns": list(CUSTOMER), "data": [list(one.values()) for one in customers]}}


def test_mlflows_client_finds_the_service_ready_and_of_its_own_version(client):
    client.wait_server_ready(timeout=5)
    assert client.get_version().split(".")[:2] == mlflow.__version__.split(".")[:2]


def test_mlflows_client_scores_a_raw_table_as_it_is(client, engine):
    raw = invent(300)
    assert (raw["TotalCharges"] == " ").any()
    found = client.invoke(raw).get_predictions()
    assert list(found) == ["churn_probability", "churn"]
    np.testing.assert_allclose(found["churn_probability"], expected(engine, raw), atol=1e-12)
    assert (found["churn"] == (found["churn_probability"] > engine.threshold)).all()


def test_mlflows_client_may_spell_a_missing_total_as_nan(client, engine):
    raw = invent(300)
    numbers = raw.assign(
        tenure=pd.to_numeric(raw["tenure"]), TotalCharges=pd.to_numeric(raw["TotalCharges"].str.strip())
    )
    assert numbers["TotalCharges"].isna().any()
    found = client.invoke(numbers).get_predictions()
    np.testing.assert_allclose(found["churn_probability"], expected(engine, raw), atol=1e-12)


def test_mlflows_client_is_told_which_cell_is_wrong(client):
    with pytest.raises(Exception, match=r"error code 400.*BAD_REQUEST.*row 1, column Contract: is one of"):
        client.invoke(pd.DataFrame([CUSTOMER, customer(Contract="Three year")]))


@pytest.mark.parametrize(
    "content",
    [
        split(CUSTOMER),
        {"dataframe_split": split(CUSTOMER)["dataframe_split"] | {"index": [7]}, "params": {"purpose": "test"}},
        {"dataframe_records": [CUSTOMER]},
        {"instances": [CUSTOMER]},
        {"inputs": [CUSTOMER]},
        {"inputs": {name: [cell] for name, cell in CUSTOMER.items()}},
        {"inputs": {name: [[cell]] for name, cell in CUSTOMER.items()}},
        {"instances": {name: [cell] for name, cell in CUSTOMER.items()}},
        {"inputs": CUSTOMER},
        {"dataframe_records": [{**CUSTOMER, "Churn": "Yes", "Unnamed: 0": 3}]},
    ],
)
def test_every_spelling_of_a_table_gets_the_same_answer(service, engine, content):
    answer = ask(service, content)
    assert answer.status_code == 200, answer.text
    (one,) = answer.json()["predictions"]
    told = engine.answer(CUSTOMER)
    assert one == {"churn_probability": pytest.approx(told["churn_probability"], abs=1e-12), "churn": told["churn"]}


def test_a_csv_as_pandas_writes_it_is_scored(service, engine):
    raw = invent(50)
    answer = httpx.post(f"{service}/invocations", content=raw.to_csv(), headers={"content-type": "text/csv"})
    found = [one["churn_probability"] for one in answer.json()["predictions"]]
    np.testing.assert_allclose(found, expected(engine, raw), atol=1e-12)


def test_a_large_table_is_scored_whole_and_in_order(service, engine):
    raw = invent(3000)
    answer = ask(service, {"dataframe_split": raw.to_dict(orient="split")}, purpose="test")
    found = [one["churn_probability"] for one in answer.json()["predictions"]]
    np.testing.assert_allclose(found, expected(engine, raw), atol=1e-12)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([CUSTOMER], "JSON object with one of"),
        ({}, "exactly one of"),
        ({"instances": [CUSTOMER], "inputs": [CUSTOMER]}, "exactly one of"),
        ({"dataframe": [CUSTOMER]}, "'dataframe'"),
        ({"dataframe_split": [CUSTOMER]}, "columns and data"),
        ({"dataframe_split": {"data": [[1]]}}, "have no names"),
        ({"dataframe_split": {"columns": ["a", "a"], "data": [[1, 1]]}}, "'a' stands twice"),
        ({"dataframe_split": {"columns": ["a", "b"], "data": [[1, 2], [1]]}}, "row 1 has 1 cells for 2 columns"),
        ({"dataframe_split": {"columns": ["a"], "data": [3]}}, "row 0 has no list"),
        ({"dataframe_records": CUSTOMER}, "list of objects"),
        ({"instances": [[1, 2, 3]]}, "no column names"),
        ({"inputs": {"tenure": [1, 2], "gender": ["Male"]}}, "different lengths: 1, 2"),
        ({"dataframe_records": []}, "no customer"),
        ({"dataframe_records": [3]}, "row 0: a customer is a JSON object"),
        ({"dataframe_records": [{}]}, "row 0, column gender: is missing"),
        ({"dataframe_records": [CUSTOMER], "params": 3}, "parameters are an object"),
        ({"dataframe_records": [CUSTOMER], "params": {"purpose": "fun"}}, "purpose is one of"),
    ],
)
def test_what_cannot_be_scored_is_refused_in_mlflows_words(service, content, words):
    answer = ask(service, content)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error_code", "message"}
    assert answer.json()["error_code"] == "BAD_REQUEST"
    assert words in answer.json()["message"]


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        (b"", "application/json", 400),
        (b'{"inputs": [', "application/json", 400),
        (b'{"inputs": [], "inputs": []}', "application/json", 400),
        (b"\xff\xfe", "text/csv", 400),
        (b"", "text/csv", 400),
        (b'a,b\n"1,2', "text/csv", 400),
        (b"a,b\n1,2,3", "text/csv", 400),
        (b"a,a\n1,2", "text/csv", 400),
        (b"PAR1", "application/vnd.apache.parquet", 415),
        (b"{}", "application/json; charset=latin-1", 415),
    ],
)
def test_a_body_that_is_no_table_is_refused_in_mlflows_words(service, body, media, status):
    answer = httpx.post(f"{service}/invocations", content=body, headers={"content-type": media})
    assert answer.status_code == status, answer.text
    assert answer.json()["error_code"] == "BAD_REQUEST"


def test_a_retry_under_a_key_gives_the_first_answer(service):
    headers = {"idempotency-key": "mlflow-1"}
    first, second = (
        httpx.post(f"{service}/invocations", json=split(CUSTOMER), headers=headers).json() for _ in range(2)
    )
    assert first == second
    other = httpx.post(f"{service}/invocations", json=split(CUSTOMER, CUSTOMER), headers=headers)
    assert other.status_code == 400
    assert "message" in other.json()


def test_nan_within_text_stays_text():
    body = json.dumps({"a": 'a NaN "NaN" \\', "b": float("nan")}).encode()
    assert json.loads(frames.without_nan(body)) == {"a": 'a NaN "NaN" \\', "b": None}


def test_a_text_that_never_ends_is_read_once():
    body = b'[NaN,"' + b'\\"' * 16_000
    started = time.process_time()
    assert frames.without_nan(body) == body.replace(b"NaN", b"null")
    assert time.process_time() - started < 2


def test_a_csv_keeps_quoted_commas_and_drops_the_byte_order_mark():
    body = '\ufeffname,other\n"a,b",1\n\n'.encode()
    assert frames.rows_of_csv(body) == [{"name": "a,b", "other": "1"}]


def test_a_csv_line_with_too_few_cells_is_named():
    with pytest.raises(Refusal, match="row 1 has 1 cells for 2 columns"):
        frames.rows_of_csv(b"a,b\n1,2\n1\n")
