"""What callers tell and cannot mean: refused by its field, in plain words that say what to do."""

from datetime import UTC, datetime, timedelta

import pytest

import ledgers
from churn.services.api.schemas import feedback
from telling import CALL, GONE, PEACE, today

AHEAD, LATER = str(today() + timedelta(days=3)), (datetime.now(UTC) + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("path", "body", "column", "reason"),
    [
        ("/outcomes", GONE | {"churned": 1}, "churned", "is true or false"),
        ("/outcomes", GONE | {"churned": "yes"}, "churned", "is true or false"),
        ("/outcomes", GONE | {"customer_id": ""}, "customer_id", "is blank; it is text of 1 to 128"),
        ("/outcomes", GONE | {"customer_id": "a\x00b"}, "customer_id", "is text of 1 to 128 printable characters"),
        ("/outcomes", GONE | {"customer_id": "x" * 129}, "customer_id", "is text of 1 to 128 printable characters"),
        ("/outcomes", GONE | {"customer_id": ["a"]}, "customer_id", "is text of 1 to 128 printable characters"),
        ("/outcomes", GONE | {"observed_on": AHEAD}, "observed_on", "lies in the future; look at the sender's"),
        ("/outcomes", GONE | {"observed_on": "yesterday"}, "observed_on", "is spelt as in"),
        ("/outcomes", GONE | {"observed_on": "2026-13-01"}, "observed_on", "is a day until today, spelt as in"),
        ("/outcomes", GONE | {"observed_on": "1492-01-01"}, "observed_on", "lies outside the years 1970 to 2242"),
        ("/outcomes", GONE | {"observed_on": 0}, "observed_on", "is text, spelt as in"),
        ("/outcomes", GONE | {"prediction_id": "a b"}, "prediction_id", "is the id of an answer"),
        ("/contacts", CALL | {"at": 1_777_777_777}, "at", "is text, spelt as in"),
        ("/contacts", CALL | {"at": "1777777777"}, "at", "is spelt as in"),
        ("/outcomes", GONE | {"password": "x"}, "password", "is not known; leave it out (there are customer_id"),
        ("/outcomes", {"churned": True}, "customer_id", "is missing; it is text of 1 to 128"),
        ("/outcomes", {"churned": True, "customerId": "a"}, "customer_id", "is missing; rename 'customerId' if"),
        ("/contacts", CALL | {"at": LATER}, "at", "lies more than 5 minutes in the future"),
        ("/contacts", CALL | {"at": "2026-05-02T09:30:00"}, "at", "is a time until now with its zone"),
        ("/contacts", CALL | {"channel": "x" * 65}, "channel", "is text of 1 to 64 characters"),
        ("/contacts", CALL | {"offer": "a\nb"}, "offer", "is text of 1 to 500 characters in one line"),
        ("/contacts", CALL | {"held_out": None}, "held_out", "is blank; it is true or false"),
        ("/suppressions", PEACE | {"until": "9999-99-99"}, "until", "is a day from today on, spelt as in"),
        ("/suppressions", PEACE | {"until": str(today() - timedelta(days=1))}, "until", "lies in the past"),
        ("/suppressions", PEACE | {"reason": ""}, "reason", "is blank; it is text of 1 to 500"),
    ],
)
async def test_what_cannot_be_meant_is_refused_by_its_column(api, path, body, column, reason):
    answer = await api.post(path, json=body)
    assert answer.status_code == 422, answer.text
    (said,) = [one for one in answer.json()["errors"] if one["column"] == column]
    assert said["reason"].startswith(reason)
    assert "nput should" not in answer.text


async def test_what_was_found_is_told_cut_short(api):
    said = (await api.post("/outcomes", json=GONE | {"customer_id": "x" * 500})).json()["errors"][0]
    assert said["found"] == "x" * 40 + "…"
    told = (await api.post("/outcomes", json=GONE | {"churned": {"a": 1}})).json()["errors"][0]
    assert told["found"] == "a JSON object"


async def test_a_row_of_a_list_is_refused_with_its_index_and_what_was_found(api):
    rejects = (await api.post("/outcomes", json=[GONE, 7, GONE | {"churned": "no"}])).json()["rejects"]
    assert rejects[0] | {"index": 1, "status": 422, "column": "", "found": "7"} == rejects[0]
    assert rejects[0]["reason"] == "each row is a JSON object with customer_id, churned, observed_on, prediction_id"
    assert rejects[1] | {"index": 2, "column": "churned", "found": "no"} == rejects[1]


async def test_every_field_that_may_be_told_has_words_for_what_it_may_hold():
    models = (feedback.OutcomeGiven, feedback.ContactGiven, feedback.SuppressionGiven)
    assert set(feedback.WANTED) == {name for model in models for name in model.model_fields}


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [(b"{", "application/json", 400), (b"", "application/json", 400), (b"{}", "text/csv", 415),
     (b'{"customer_id": "a", "customer_id": "b"}', "application/json", 400), (b"null", "application/json", 422),
     (b"[" * 100_000 + b"]" * 100_000, "application/json", 400), (b"\xff\xfe", "application/json", 400)],
)  # fmt: skip
async def test_a_body_that_cannot_be_read_is_refused(api, content, media, status):
    answer = await api.post("/contacts", content=content, headers={"content-type": media})
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("purpose", ["test", "production", "nonsense"])
async def test_a_suppression_with_a_query_is_refused(api, known, purpose):
    answer = await api.post(f"/suppressions?purpose={purpose}", json=PEACE)
    assert answer.status_code == 422
    assert await known.ledger.read(ledgers.count, "suppression") == 0
