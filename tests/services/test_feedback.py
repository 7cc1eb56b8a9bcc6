"""What callers tell of customers: checked first, noted once, refused with reasons."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

import ledgers
import serving
from churn.errors import LedgerFull
from churn.services.api import keys, noting
from churn.services.api.state import State
from churn.stores.ledger.tables import contact
from telling import CALL, GONE, PEACE, today

DOORS = [("/outcomes", GONE), ("/contacts", CALL), ("/suppressions", PEACE)]


@pytest.mark.parametrize(("path", "body"), DOORS)
async def test_what_is_told_is_noted_once_and_the_same_again_is_fine(api, path, body):
    first, again = await api.post(path, json=body), await api.post(path, json=body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert (first.json()["repeated"], again.json()["repeated"]) == (False, True)
    assert first.json()["id"] == again.json()["id"]


async def test_a_contradiction_is_a_conflict(api):
    await api.post("/outcomes", json=GONE)
    answer = await api.post("/outcomes", json=GONE | {"churned": False})
    assert answer.status_code == 409
    await api.post("/contacts", json=CALL)
    assert (await api.post("/contacts", json=CALL | {"held_out": True})).status_code == 409


async def test_an_outcome_of_an_unknown_or_anothers_prediction_is_refused(api):
    name = (await api.post("/predict", json=serving.customer(customerID="a"))).json()["prediction_id"]
    on = str(today())
    assert (await api.post("/outcomes", json=GONE | {"prediction_id": "nothing"})).status_code == 404
    other = await api.post("/outcomes", json=GONE | {"customer_id": "b", "prediction_id": name, "observed_on": on})
    assert other.status_code == 409
    early = await api.post("/outcomes", json=GONE | {"prediction_id": name})
    assert (early.status_code, "before the prediction" in early.json()["detail"]) == (409, True)
    fine = await api.post("/outcomes", json=GONE | {"prediction_id": name, "observed_on": on})
    assert (fine.status_code, fine.json()["prediction_id"]) == (201, name)


@pytest.mark.parametrize("hours", [-11, 13])
async def test_who_left_today_is_told_with_the_day_of_any_zone(api, hours):
    name = (await api.post("/predict", json=serving.customer(customerID="a"))).json()["prediction_id"]
    on = str((datetime.now(UTC) + timedelta(hours=hours)).date())
    answer = await api.post("/outcomes", json=GONE | {"prediction_id": name, "observed_on": on})
    assert (answer.status_code, answer.json().get("prediction_id")) == (201, name)


async def test_a_clock_five_minutes_ahead_is_borne(api):
    at = (datetime.now(UTC) + timedelta(minutes=4)).isoformat()
    assert (await api.post("/contacts", json=CALL | {"at": at})).status_code == 201


async def test_each_row_of_a_list_is_noted_or_refused_by_itself(api):
    await api.post("/outcomes", json=GONE)
    rows = [
        GONE,
        GONE | {"customer_id": "b"},
        GONE | {"customer_id": "c", "prediction_id": "nothing"},
        GONE | {"churned": False},
        7,
        GONE | {"customer_id": "d", "churned": "no"},
    ]
    answer = await api.post("/outcomes", json=rows)
    told = answer.json()
    assert answer.status_code == 201
    assert (told["noted"], told["repeated"], told["rejected"]) == (1, 1, 4)
    assert [(one["index"], one["repeated"]) for one in told["results"]] == [(0, True), (1, False)]
    assert [(one["index"], one["status"]) for one in told["rejects"]] == [(2, 404), (3, 409), (4, 422), (5, 422)]


async def test_a_list_of_which_nothing_is_noted_is_a_problem(api):
    answer = await api.post("/outcomes", json=[GONE | {"prediction_id": "nothing"}] * 2)
    assert answer.status_code == 404
    assert [one["index"] for one in answer.json()["errors"]] == [0, 1]
    assert (await api.post("/outcomes", json=[])).status_code == 422


async def test_a_key_makes_a_retry_return_the_first_answer(api):
    key = {"idempotency-key": "k1"}
    first = await api.post("/outcomes", json=GONE, headers=key)
    again = await api.post("/outcomes", json=GONE, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    other = await api.post("/outcomes", json=GONE | {"customer_id": "b"}, headers=key)
    assert other.status_code == 422
    assert (await api.post("/outcomes", json=GONE | {"customer_id": "b"})).json()["repeated"] is False


async def test_the_same_key_at_the_same_time_is_answered_alike(api):
    key = {"idempotency-key": "k2"}
    answers = await asyncio.gather(*(api.post("/outcomes", json=GONE, headers=key) for _ in range(8)))
    assert {answer.content for answer in answers} == {answers[0].content}
    assert {answer.status_code for answer in answers} == {answers[0].status_code}


async def test_more_rows_than_a_request_may_hold_are_refused(place):
    known = State.of(serving.settings(place, CHURN_MAX_BATCH=2))
    async with serving.opened(known) as api:
        assert (await api.post("/outcomes", json=[GONE] * 3)).status_code == 413


async def test_feedback_needs_its_scope(place):
    key = keys.add(place / "keys.json", "reader", ["predict"], 100)
    async with serving.opened(State.of(serving.settings(place)), headers={"x-api-key": key}) as api:
        assert (await api.post("/outcomes", json=GONE)).status_code == 403
        assert (await api.delete("/customers/a")).status_code == 403
        assert (await api.post("/admin/reload")).status_code == 403
        assert (await api.get("/customers")).status_code == 200


async def test_ids_are_kept_as_keyed_hashes_when_asked(place):
    known = State.of(serving.settings(place, CHURN_ID_KEY="secret"))
    async with serving.opened(known) as api:
        await api.post("/predict", json=serving.customer(customerID="a"))
        await api.post("/outcomes", json=GONE)
        listed = (await api.get("/customers?left=true")).json()["customers"][0]["customer_id"]
        assert (listed, len(listed)) == (known.ledger.customer("a"), 64)
        assert (await api.get("/customers/a/prediction")).json()["customer_id"] == "a"
        assert (await api.get("/call-list")).json()["excluded"]["churned"] in (0, 1)
        assert (await api.delete("/customers/a")).json()["counts"]["outcome"] == 1


async def test_what_is_said_of_a_simulated_prediction_is_simulated(place):
    async with serving.opened(State.of(serving.settings(place, CHURN_SIMULATION=True))) as api:
        answer = await api.post("/predict?observed_at=2026-01-01T00:00:00Z", json=serving.customer(customerID="a"))
        name = answer.json()["prediction_id"]
        told = (await api.post("/outcomes", json=GONE | {"prediction_id": name})).json()
        assert told["purpose"] == "simulated"
        assert (await api.get("/customers?purpose=simulated&left=true")).json()["total"] == 1
        assert (await api.get("/customers?left=true")).json()["total"] == 0


async def test_different_lists_under_one_key_at_the_same_time_are_not_both_noted(api, known):
    lists = [[CALL | {"customer_id": f"{name}{number}"} for number in range(60)] for name in "xyz"]
    key = {"idempotency-key": "lists"}
    answers = await asyncio.gather(*(api.post("/contacts", json=one, headers=key) for one in lists))
    assert sorted(one.status_code for one in answers) == [201, 422, 422]
    noted = await known.ledger.read(lambda connection: connection.execute(select(contact.c.customer)).scalars().all())
    won = next(rows for rows, one in zip(lists, answers, strict=True) if one.status_code == 201)
    assert sorted(noted) == sorted(one["customer_id"] for one in won)


async def test_a_list_that_broke_off_is_taken_up_again_under_its_key_and_no_other_is(api, known, monkeypatch):
    rows = [CALL | {"customer_id": f"c{number}"} for number in range(60)]
    key, do, times = {"idempotency-key": "torn"}, known.ledger.do, iter(range(9))

    async def torn(deed):
        if next(times) == 1:
            raise LedgerFull("full")
        return await do(deed)

    monkeypatch.setattr(known.ledger, "do", torn)
    assert (await api.post("/contacts", json=rows, headers=key)).status_code == 503
    assert (await api.post("/contacts", json=rows[:1], headers=key)).status_code == 422
    told = (await api.post("/contacts", json=rows, headers=key)).json()
    assert (told["noted"], told["repeated"]) == (60 - noting.STEP, noting.STEP)


async def test_a_key_under_which_nothing_was_noted_is_free_again(api):
    key = {"idempotency-key": "corrected"}
    assert (await api.post("/outcomes", json=GONE | {"churned": "yes"}, headers=key)).status_code == 422
    assert (await api.post("/outcomes", json=GONE, headers=key)).status_code == 201


async def test_outcomes_of_two_predictions_on_one_day_are_a_conflict(api):
    body = serving.customer(customerID="a")
    first, second = [(await api.post("/predict", json=body)).json()["prediction_id"] for _ in range(2)]
    told = GONE | {"observed_on": str(today())}
    assert (await api.post("/outcomes", json=told | {"prediction_id": first})).status_code == 201
    answer = await api.post("/outcomes", json=told | {"prediction_id": second})
    assert (answer.status_code, first in answer.json()["detail"]) == (409, True)
    assert (await api.post("/outcomes", json=told | {"prediction_id": first})).status_code == 200


async def test_no_id_stays_in_clear_in_what_is_kept_of_a_request(place):
    known = State.of(serving.settings(place, CHURN_ID_KEY="secret"))
    async with serving.opened(known) as api:
        named = {"idempotency-key": "7590-VHVEG", "x-request-id": "7590-VHVEG"}
        rows = [serving.customer(customerID="a"), serving.customer(customerID="b", Contract="7590-VHVEG")]
        first = await api.post("/predict/batch", json=rows, headers=named)
        again = await api.post("/predict/batch", json=rows, headers=named)
        kept = str(await known.ledger.read(ledgers.everything))
        await api.post("/outcomes", json=[GONE], headers={"idempotency-key": "1452-KIOVK"})
        assert (await api.post("/outcomes", json=[], headers={"idempotency-key": "9763-GRSKD"})).status_code == 422
        left = str(await known.ledger.read(ledgers.everything))
    assert (first.status_code, again.headers["idempotent-replayed"]) == (200, "true")
    assert "7590-VHVEG" not in kept
    assert "1452-KIOVK" not in left
    assert known.ledger.customer("1452-KIOVK") in left
    assert known.ledger.customer("9763-GRSKD") not in left
