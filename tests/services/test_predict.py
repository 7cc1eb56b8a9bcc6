"""POST /predict and /predict/batch, over a real model and a real ledger."""

import json

import pytest

import serving
from churn.services.api.state import State
from churn.stores.ledger.queries.prediction import prediction as kept_prediction

NAMES = {"churn_probability", "churn", "offer", "expected_value", "risk_tier", "model_version", "prediction_id"}


async def told(known, prediction_id):
    return await known.ledger.read(kept_prediction, prediction_id)


async def test_one_customer_is_answered_with_every_name(api, known):
    answer = await api.post("/predict", json=serving.customer())
    said = answer.json()
    assert answer.status_code == 200, said
    assert set(said) == NAMES
    assert said["churn_probability"] == known.served.engine.answer(serving.customer())["churn_probability"]
    assert said["churn"] == (said["churn_probability"] > known.served.engine.threshold)
    assert said["offer"] == (said["expected_value"] > 0)


async def test_an_answered_prediction_is_in_the_ledger_with_its_inputs(api, known):
    said = (await api.post("/predict", json=serving.customer())).json()
    kept = await told(known, said["prediction_id"])
    assert kept["answer"]["churn_probability"] == said["churn_probability"]
    assert kept["inputs"]["MonthlyCharges"] == serving.customer()["MonthlyCharges"]
    assert kept["purpose"] == "production"


async def test_a_batch_answers_each_customer_once(api, known):
    rows = [serving.customer(customerID=f"c{n}", tenure=n % 73) for n in range(600)]
    rows[17] = rows[17] | {"Contract": "Three year"}
    rows[599] = 5
    said = (await api.post("/predict/batch", json=rows)).json()
    assert (said["scored"], said["rejected"]) == (598, 2)
    indexes = [one["index"] for one in said["predictions"]] + [one["index"] for one in said["rejects"]]
    assert sorted(indexes) == list(range(600))
    assert {one["index"]: one["column"] for one in said["rejects"]} == {17: "Contract", 599: ""}
    kept = await told(known, said["predictions"][100]["prediction_id"])
    assert kept["answer"]["churn_probability"] == said["predictions"][100]["churn_probability"]
    assert kept["inputs"]["customerID"] == f"c{said['predictions'][100]['index']}"


async def test_a_batch_gives_the_same_number_as_a_single(api):
    rows = [serving.customer(tenure=n, MonthlyCharges=18.25 + n) for n in range(73)]
    batch = (await api.post("/predict/batch", json=rows)).json()["predictions"]
    singles = [(await api.post("/predict", json=row)).json() for row in rows]
    assert [one["churn_probability"] for one in batch] == [one["churn_probability"] for one in singles]


async def test_raw_cells_are_understood(api):
    typed = (await api.post("/predict", json=serving.customer())).json()
    text = {name: str(value) for name, value in serving.customer().items()}
    assert (await api.post("/predict", json=text)).json()["churn_probability"] == typed["churn_probability"]
    fresh = await api.post("/predict", json=serving.customer(tenure=0, TotalCharges=" "))
    zero = await api.post("/predict", json=serving.customer(tenure=0, TotalCharges=0))
    assert fresh.json()["churn_probability"] == zero.json()["churn_probability"]


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"tenure": None}, "tenure"),
        ({"tenure": True}, "tenure"),
        ({"tenure": "five"}, "tenure"),
        ({"tenure": 5.5}, "tenure"),
        ({"tenure": -1}, "tenure"),
        ({"tenure": 10**25}, "tenure"),
        ({"MonthlyCharges": 500.01}, "MonthlyCharges"),
        ({"MonthlyCharges": [29.85]}, "MonthlyCharges"),
        ({"TotalCharges": " "}, "TotalCharges"),
        ({"SeniorCitizen": True}, "SeniorCitizen"),
        ({"SeniorCitizen": 2}, "SeniorCitizen"),
        ({"Contract": "month-to-month"}, "Contract"),
        ({"Contract": "Zwölf Jahre 契約"}, "Contract"),
        ({"Contract": {"deep": {"er": 1}}}, "Contract"),
        ({"customerID": ""}, "customerID"),
        ({"customerID": "a\nb"}, "customerID"),
        ({"customerID": "x" * 129}, "customerID"),
        ({"Churn": "Yes"}, "Churn"),
        ({"favourite_colour": "blue"}, "favourite_colour"),
    ],
)
async def test_a_wrong_cell_is_named(api, changes, column):
    answer = await api.post("/predict", json=serving.customer(**changes))
    said = answer.json()
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [one["column"] for one in said["errors"]] == [column]
    assert said["instance"].endswith(answer.headers["x-request-id"])


async def test_a_missing_cell_is_named(api):
    short = serving.customer()
    del short["Contract"]
    said = (await api.post("/predict", json=short)).json()
    assert said["errors"] == [{"column": "Contract", "reason": "is missing"}]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"tenure": NaN}', 400),
        (b'{"tenure": 1e400}', 400),
        (b'{"tenure": 1, "tenure": 2}', 400),
        (b'{"tenure": 1, "tenur\\u0065": 2}', 400),
        (b"[" * 2000, 400),
        (b"[" * 900 + b"]" * 900, 422),
        (b'{"a":' * 900 + b"1" + b"}" * 900, 422),
        (b"\xff\xfe{}", 400),
        (b"null", 422),
        (b'"text"', 422),
        (b"[]", 422),
        (b"{}", 422),
    ],
)
async def test_a_body_that_is_no_customer_is_refused(api, body, status):
    answer = await api.post("/predict", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status, answer.text
    assert answer.json()["title"]


async def test_the_content_type_is_asked_for(api):
    answer = await api.post("/predict", content=json.dumps(serving.customer()))
    assert answer.status_code == 415
    named = {"content-type": "application/json; charset=utf-8"}
    assert (await api.post("/predict", content=json.dumps(serving.customer()), headers=named)).status_code == 200


async def test_a_batch_without_a_valid_customer_is_refused_and_counted(api):
    assert (await api.post("/predict/batch", json=[])).status_code == 422
    assert (await api.post("/predict/batch", json=serving.customer())).status_code == 422
    wrong = await api.post("/predict/batch", json=[{}, serving.customer(tenure=-1)])
    assert wrong.status_code == 422
    assert {one["index"] for one in wrong.json()["errors"]} == {0, 1}


async def test_limits_are_kept(place):
    known = State.of(serving.settings(place, CHURN_MAX_BATCH=3, CHURN_MAX_BODY_MB=0.002))
    async with serving.opened(known) as api:
        assert (await api.post("/predict/batch", json=[{}] * 4)).status_code == 413
        assert (await api.post("/predict", content=b" " * 2001)).status_code == 413

        async def endless():
            for _ in range(10**6):
                yield b"[" * 1000

        answer = await api.post("/predict", content=endless(), headers={"content-type": "application/json"})
        assert answer.status_code == 413


@pytest.mark.parametrize("query", ["purpose=profit", "explain=perhaps", "colour=blue", "purpose=test&purpose=test"])
async def test_an_unknown_term_is_refused(api, query):
    assert (await api.post(f"/predict?{query}", json=serving.customer())).status_code == 422


async def test_a_time_of_its_own_needs_simulation(api, place):
    at = "/predict?observed_at=2026-01-01T00:00:00Z"
    assert (await api.post(at, json=serving.customer())).status_code == 403
    known = State.of(serving.settings(place, CHURN_SIMULATION="1"))
    async with serving.opened(known) as simulated:
        said = (await simulated.post(at, json=serving.customer())).json()
        kept = await told(known, said["prediction_id"])
        assert kept["purpose"] == "simulated"
        assert kept["at"] == 1767225600 * 10**6


async def test_reasons_and_changes_come_when_asked_for(api):
    said = (await api.post("/predict?explain=true", json=serving.customer())).json()
    assert set(said) == NAMES | {"reasons", "changes"}
    assert said["reasons"][0]["text"]
    assert all(abs(one["effect"]) > 0 for one in said["reasons"])


async def test_an_id_is_the_same_however_the_other_cells_are_spelt(api, known):
    for row in (serving.customer(customerID=" pad "), serving.customer(customerID=" pad ", tenure="5")):
        said = (await api.post("/predict", json=row)).json()
        assert (await told(known, said["prediction_id"]))["inputs"]["customerID"] == "pad"
