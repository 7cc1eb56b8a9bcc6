"""No model, or one that is torn: said, and mended without a new start."""

import asyncio

import serving
from churn.services.api.state import State


async def test_no_model_is_said(tmp_path):
    known = State.of(serving.settings(tmp_path))
    async with serving.opened(known) as api:
        answer = await api.post("/predict", json=serving.customer())
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert (await api.get("/ready")).status_code == 503
        assert (await api.get("/health")).status_code == 200


async def test_a_bundle_that_was_torn_is_served_once_it_is_mended(place, monkeypatch):
    monkeypatch.setattr("churn.services.api.served.AGAIN_SECONDS", 0.1)
    model = place / "bundle/1/model.onnx"
    whole = model.read_bytes()
    model.write_bytes(whole[:-10])
    known = State.of(serving.settings(place))
    async with serving.opened(known) as api:
        assert (await api.post("/predict", json=serving.customer())).status_code == 503
        model.write_bytes(whole)
        for _ in range(100):
            if known.served.ready:
                break
            await asyncio.sleep(0.1)
        assert (await api.post("/predict", json=serving.customer())).status_code == 200
