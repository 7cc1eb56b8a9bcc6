"""A model that params.yaml names otherwise is found under its own name by clients of the Open Inference Protocol."""

import asyncio

import pytest

import serving
from churn.services.api import inference_spelling
from churn.services.api.hot import HOT
from churn.services.api.state import State

INFER = "/v2/models/acme churn/infer"
BODY = inference_spelling.ask()["example"]


@pytest.fixture
def known(tmp_path):
    serving.bundled(tmp_path / "bundle", model="acme churn")
    return State.of(serving.settings(tmp_path))


async def test_the_model_is_described_and_ready_under_its_own_name(api):
    assert (await api.get("/v2/models/acme churn")).json()["name"] == "acme churn"
    assert (await api.get("/v2/models/acme churn/versions/1/ready")).json() == {"name": "acme churn", "ready": True}
    assert (await api.get("/model_info")).json()["model"] == "acme churn"


async def test_customers_are_inferred_under_its_own_name_by_the_hot_route(api):
    answer = await api.post(INFER, json=BODY)
    assert (answer.status_code, answer.json()["model_name"]) == (200, "acme churn")
    assert ("POST", INFER) in HOT


@pytest.mark.parametrize("path", ["/v2/models/telco-churn/infer", "/v2/models/telco-churn"])
async def test_no_other_name_is_served_and_the_right_one_is_said(api, path):
    answer = await api.post(path, json=BODY) if path.endswith("infer") else await api.get(path)
    assert (answer.status_code, answer.json()) == (
        404, {"error": "model 'telco-churn' is not served here; acme churn is"},
    )  # fmt: skip


async def test_a_model_that_comes_while_the_service_runs_is_followed(tmp_path):
    known = State.of(serving.settings(tmp_path))
    async with serving.opened(known) as api:
        assert (await api.post("/v2/models/late/infer", json=BODY)).status_code == 503
        serving.bundled(tmp_path / "bundle", model="late")
        for _ in range(200):
            if ("POST", "/v2/models/late/infer") in HOT:
                break
            await asyncio.sleep(0.05)
        assert (await api.post("/v2/models/late/infer", json=BODY)).json()["model_name"] == "late"
        assert ("POST", "/v2/models/late/infer") in HOT
