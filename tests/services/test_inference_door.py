"""Triton's own HTTP client, and bodies it would never send, against a running service."""

import json

import httpx
import numpy as np
import pytest
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

import models
from churn import columns, contract, table
from churn.scoring.engine import Engine
from churn.services.api import tensors
from churn.services.api.problems import Refusal
from customers import invent
from serving import CUSTOMER

MODEL = "telco-churn"
INFER = f"/v2/models/{MODEL}/infer"
KINDS = {str: "BYTES", int: "INT64", float: "FP64"}
FIRST = {"name": "gender", "shape": [1], "datatype": "BYTES", "data": ["Male"]}


@pytest.fixture(scope="module")
def engine():
    return Engine(models.model().model, 1)


@pytest.fixture(scope="module")
def client(service):
    with triton.InferenceServerClient(service.removeprefix("http://")) as found:
        yield found


def rows(number=60):
    return table.typed(invent(number)).drop(columns=contract.TARGET)


def asked(frame, binary=True, numbers=None):
    found = []
    for one in columns.columns():
        cells = frame[one.name].to_numpy()
        if one.kind == "category":
            cells, kind = cells.astype(object), "BYTES"
        else:
            kind = numbers or ("INT64" if one.kind == "flag" or one.whole else "FP64")
            cells = cells.astype(tensors.TYPES[kind])
        tensor = triton.InferInput(one.name, [len(frame), 1], kind)
        tensor.set_data_from_numpy(cells.reshape(-1, 1), binary_data=binary)
        found.append(tensor)
    return found


def spelt(**changes):
    inputs = [
        {"name": name, "shape": [1], "datatype": KINDS[type(cell)], "data": [cell]} for name, cell in CUSTOMER.items()
    ]
    return {"inputs": inputs} | changes


def test_tritons_client_finds_server_and_model_ready(client):
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready(MODEL)
    assert client.is_model_ready(MODEL, "1")
    assert not client.is_model_ready(MODEL, "2")
    assert not client.is_model_ready("other")
    assert "binary_tensor_data" in client.get_server_metadata()["extensions"]


def test_the_metadata_is_enough_to_ask_by(client, engine):
    told = client.get_model_metadata(MODEL)
    assert told["versions"] == ["1"]
    frame, inputs = rows(5), []
    for one in told["inputs"]:
        assert one["shape"] == [-1, 1]
        cells = frame[one["name"]].to_numpy().astype(tensors.TYPES.get(one["datatype"], object))
        inputs.append(triton.InferInput(one["name"], [5, 1], one["datatype"]))
        inputs[-1].set_data_from_numpy(cells.reshape(5, 1))
    found = client.infer(MODEL, inputs)
    for one in told["outputs"]:
        assert found.as_numpy(one["name"]).shape == (5, 1)
        assert found.get_output(one["name"])["datatype"] == one["datatype"]


@pytest.mark.parametrize("binary_in", [True, False])
@pytest.mark.parametrize("binary_out", [True, False, None])
def test_tritons_client_gets_what_the_engine_says(client, engine, binary_in, binary_out):
    frame = rows()
    outputs = None
    if binary_out is not None:
        names = ("churn_probability", "churn", "offer", "expected_value", "risk_tier", "prediction_id")
        outputs = [triton.InferRequestedOutput(name, binary_data=binary_out) for name in names]
    found = client.infer(MODEL, asked(frame, binary_in), model_version="1", outputs=outputs, request_id="it is me")
    expected = engine.answers(frame.to_dict("records"))
    probabilities = [[one["churn_probability"]] for one in expected]
    np.testing.assert_allclose(found.as_numpy("churn_probability"), probabilities, atol=1e-12)
    np.testing.assert_allclose(found.as_numpy("expected_value"), [[one["expected_value"]] for one in expected])
    assert found.as_numpy("churn").tolist() == [[one["churn"]] for one in expected]
    assert found.as_numpy("offer").tolist() == [[one["offer"]] for one in expected]
    tiers = [cell.decode() if isinstance(cell, bytes) else cell for cell in found.as_numpy("risk_tier").ravel()]
    assert tiers == [one["risk_tier"] for one in expected]
    told = found.get_response()
    assert (told["id"], told["model_version"], told["model_name"]) == ("it is me", "1", MODEL)


def test_only_the_outputs_asked_for_come_back(client):
    outputs = [triton.InferRequestedOutput("risk_tier"), triton.InferRequestedOutput("churn", binary_data=False)]
    found = client.infer(MODEL, asked(rows(3)), outputs=outputs)
    assert [one["name"] for one in found.get_response()["outputs"]] == ["risk_tier", "churn"]
    assert found.as_numpy("churn_probability") is None
    assert "data" in found.get_output("churn")
    assert "data" not in found.get_output("risk_tier")


def test_single_precision_is_near_enough(client, engine):
    frame = rows()
    found = client.infer(MODEL, asked(frame, numbers="FP32"))
    expected = [one["churn_probability"] for one in engine.answers(frame.to_dict("records"))]
    np.testing.assert_allclose(found.as_numpy("churn_probability").ravel(), expected, atol=1e-6)


def test_a_prediction_names_its_record_and_carries_the_id(client, service):
    frame = rows(2)
    inputs = asked(frame)
    name = triton.InferInput(contract.ID, [2, 1], "BYTES")
    name.set_data_from_numpy(np.array([["v2-a"], ["v2-b"]], dtype=object))
    found = client.infer(MODEL, [*inputs, name], parameters={"purpose": "test"})
    record = found.get_response()["parameters"]["record_id"]
    assert found.as_numpy("prediction_id").ravel().tolist() == [f"{record}.0".encode(), f"{record}.1".encode()]


def test_tritons_client_is_told_which_cell_is_wrong(client):
    frame = rows(3)
    frame.loc[frame.index[2], "tenure"] = 999
    with pytest.raises(InferenceServerException, match=r"row 2, column tenure: is a whole number") as told:
        client.infer(MODEL, asked(frame))
    assert told.value.status() == "400"


def test_another_version_or_model_is_refused(client):
    for name, version, words in (("other", "", "model 'other' is not served"), (MODEL, "7", "version '7' is not")):
        with pytest.raises(InferenceServerException, match=words):
            client.infer(name, asked(rows(1)), model_version=version)


def test_a_blank_total_may_be_nan_where_tenure_is_zero(client, engine):
    frame = rows(1).assign(tenure=0, TotalCharges=0.0)
    found = client.infer(MODEL, asked(frame.assign(TotalCharges=float("nan"))))
    expected = engine.answer(frame.to_dict("records")[0])["churn_probability"]
    assert found.as_numpy("churn_probability").item() == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([], "is a JSON object with inputs"),
        ({}, "list of tensors"),
        ({"inputs": []}, "list of tensors"),
        ({"inputs": [3]}, "list of tensors"),
        ({"inputs": [FIRST], "more": 1}, "is a JSON object with inputs"),
        ({"inputs": [FIRST, FIRST]}, "none stands twice"),
        ({"inputs": [{**FIRST, "shape": [2]}]}, "1 elements for shape"),
        ({"inputs": [{**FIRST, "shape": [1, 2]}]}, "its shape is"),
        ({"inputs": [{**FIRST, "shape": [-1]}]}, "its shape is"),
        ({"inputs": [{**FIRST, "shape": []}]}, "its shape is"),
        ({"inputs": [{**FIRST, "datatype": "STRING"}]}, "datatype is one of"),
        ({"inputs": [{**FIRST, "data": None}]}, "data is missing"),
        ({"inputs": [{**FIRST, "parameters": {"shared_memory_region": "x"}}]}, "shared memory"),
        ({"inputs": [{**FIRST, "parameters": {"binary_data_size": 4}}]}, "either data or"),
        ({"inputs": [FIRST]}, "column SeniorCitizen: is missing"),
        (spelt(inputs=[*spelt()["inputs"], {**FIRST, "name": "mood"}]), "column mood: is not in the contract"),
        (spelt(outputs=[{"name": "mood"}]), "outputs name some of"),
        (spelt(outputs=[{"name": [{}]}]), "outputs name some of"),
        (spelt(outputs=["churn"]), "outputs name some of"),
        (spelt(outputs={"name": "churn"}), "outputs is a list"),
        (spelt(outputs=[{"name": "churn"}] * 2), "named twice"),
        (spelt(outputs=[{"name": "churn"}] * 1000), "at most 6"),
        (spelt(outputs=[{"name": "churn", "parameters": {"classification": 2}}]), "classification"),
        (spelt(id=3), "id is text"),
        (spelt(parameters=[]), "parameters are an object"),
        (spelt(inputs=[{**one, "shape": [0], "data": []} for one in spelt()["inputs"]]), "no customer"),
    ],
)
def test_what_cannot_be_inferred_is_refused_in_the_protocols_words(service, content, words):
    answer = httpx.post(service + INFER, json=content)
    assert answer.status_code == 400, answer.text
    assert set(answer.json()) == {"error"}
    assert words in answer.json()["error"]


@pytest.mark.parametrize("head", ["x", "-1", "99999", "9" * 30])
def test_a_wrong_length_of_the_json_is_refused(service, head):
    answer = httpx.post(service + INFER, json=spelt(), headers={"inference-header-content-length": head})
    assert answer.status_code == 400
    assert "Inference-Header-Content-Length" in answer.json()["error"]


def test_an_unknown_address_is_told_in_the_protocols_words(service):
    answer = httpx.get(f"{service}/v2/models/{MODEL}/config")
    assert (answer.status_code, set(answer.json())) == (404, {"error"})


def test_a_retry_under_a_key_gives_the_first_answer(service):
    first, second = (
        httpx.post(service + INFER, json=spelt(), headers={"idempotency-key": "v2-1"}).json() for _ in range(2)
    )
    assert first == second


@pytest.mark.parametrize(
    ("tensor", "tail"),
    [
        ({"datatype": "BYTES", "parameters": {"binary_data_size": 3}}, b"\x01\x00\x00"),
        ({"datatype": "BYTES", "parameters": {"binary_data_size": 6}}, b"\x09\x00\x00\x00ab"),
        ({"datatype": "BYTES", "parameters": {"binary_data_size": 5}}, b"\x01\x00\x00\x00\xff"),
        ({"datatype": "FP64", "parameters": {"binary_data_size": 7}}, b"1234567"),
        ({"datatype": "FP64", "parameters": {"binary_data_size": 9}}, b"12345678"),
        ({"datatype": "FP64", "parameters": {"binary_data_size": True}}, b"1"),
        ({"datatype": "FP64", "parameters": {"binary_data_size": 8}}, b"12345678+"),
    ],
)
def test_bytes_that_are_no_tensor_are_refused(tensor, tail):
    with pytest.raises(Refusal):
        tensors.rows_of([{"name": "tenure", "shape": [1]} | tensor], tail)


def test_a_purpose_that_contradicts_itself_is_refused(service):
    asked = spelt(parameters={"purpose": "test"})
    answer = httpx.post(f"{service}{INFER}?purpose=production", json=asked)
    assert (answer.status_code, "purpose is one thing" in answer.text) == (400, True)
    assert httpx.post(f"{service}{INFER}?purpose=test", json=asked).status_code == 200


@pytest.mark.parametrize(
    ("media", "status"),
    [
        ("application/json", 200),
        ("Application/JSON; charset=utf-8", 200),
        ("application/octet-stream", 200),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
    ],
)
def test_only_what_the_protocol_sends_is_taken(service, media, status):
    answer = httpx.post(service + INFER, content=json.dumps(spelt()), headers={"content-type": media})
    assert answer.status_code == status, answer.text
