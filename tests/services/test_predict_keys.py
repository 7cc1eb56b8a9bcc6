"""The same request again under its key makes one prediction."""

import asyncio

import serving


async def test_the_same_key_gives_the_first_answer_again(api, known):
    key = {"Idempotency-Key": "k-1"}
    first = await api.post("/predict", json=serving.customer(), headers=key)
    again = await api.post("/predict", json=serving.customer(), headers=key)
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    other = await api.post("/predict", json=serving.customer(tenure=2), headers=key)
    assert other.status_code == 422
    assert (
        await api.post("/predict", json=serving.customer(), headers={"Idempotency-Key": "k" * 256})
    ).status_code == 422


async def test_a_key_used_by_many_at_once_makes_one_prediction(api):
    key = {"Idempotency-Key": "k-2"}
    answers = await asyncio.gather(*(api.post("/predict", json=serving.customer(), headers=key) for _ in range(20)))
    assert len({answer.json()["prediction_id"] for answer in answers}) == 1
