"""What the service promises beside figures: nothing dropped, nothing twice, everything kept, everything counted."""

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from churn import contract
from churn.services.checks.check import Doing, expect, refused
from churn.services.checks.customers import customers
from churn.services.client.client import ChurnClient

COUNTED = re.compile(r'^churn_predictions_total\{[^}]*purpose="test"[^}]*\} (\S+)$', re.MULTILINE)

FORBIDDEN = 403


def checks(client: ChurnClient) -> Mapping[str, Doing]:
    """List the promises."""
    return {
        "a batch with one bad row": partial(one_bad_row, client),
        "a retry gives the first answer": partial(retry, client),
        "a key is not used twice": partial(key_twice, client),
        "reasons and changes": partial(explains, client),
        "an outcome goes round": partial(outcome, client),
        "unknown names are refused": partial(unknown, client),
        "broken bodies are refused": partial(broken, client),
        "history knows the model": partial(history, client),
        "metrics count": partial(metrics, client),
    }


def one_bad_row(client: ChurnClient) -> str:
    """See that one wrong row costs the others nothing, and is told with its index."""
    asked = customers(20)
    asked[7] = asked[7] | {"mood": "bad"}
    found = client.predict_batch(asked, purpose="test")
    expect((found.scored, found.rejected) == (19, 1), f"{found.scored} scored, {found.rejected} rejected")
    expect([one.index for one in found.predictions] == [*range(7), *range(8, 20)], "the indexes are not those sent")
    (reject,) = found.rejects
    expect((reject.index, reject.column) == (7, "mood"), f"the reject is {reject}")
    return f"19 scored, row 7: {reject.column} {reject.reason}"


def retry(client: ChurnClient) -> str:
    """See that the same request under the same key is the same prediction."""
    (customer,), key = customers(1), uuid.uuid4().hex
    first, second = (client.predict(customer, purpose="test", idempotency_key=key) for _ in range(2))
    expect(first == second, f"{first.prediction_id} first, {second.prediction_id} then")
    return first.prediction_id


def key_twice(client: ChurnClient) -> str:
    """See that a key does not go with another request."""
    (first, second), key = customers(2), uuid.uuid4().hex
    client.predict(first, purpose="test", idempotency_key=key)
    return str(refused(lambda: client.predict(second, purpose="test", idempotency_key=key), 409, 422))


def explains(client: ChurnClient) -> str:
    """See that reasons are given in words."""
    (customer,) = customers(1)
    found = client.predict(customer, explain=True, purpose="test")
    expect(bool(found.reasons), "there is no reason")
    reasons = found.reasons or []
    expect(all(one.text for one in reasons), "a reason has no words")
    return f"{len(reasons)} reasons ({reasons[0].text}), {len(found.changes or [])} changes"


def outcome(client: ChurnClient) -> str:
    """See that what is told of a test prediction is kept as a test, once, and cannot be contradicted."""
    (customer,) = customers(1, f"check-{uuid.uuid4().hex[:8]}")
    name, today = customer.get(contract.ID or "", "check"), datetime.now(UTC).date()
    about = client.predict(customer, purpose="test").prediction_id
    first = client.outcome(name, False, today, prediction_id=about)
    expect(first.purpose == "test" and not first.repeated, f"it was noted as {first}")
    again = client.outcome(name, False, today, prediction_id=about)
    expect(again.repeated, "told twice, it was noted twice")
    refused(lambda: client.outcome(name, True, today, prediction_id=about), 409)
    refused(lambda: client.outcome(name, False, today + timedelta(days=9), prediction_id=about), 409, 422)
    return f"{about}: noted once, kept as test"


def unknown(client: ChurnClient) -> str:
    """See that what is not known is said to be so."""
    refused(lambda: client.why("0" * 28), 404)
    refused(lambda: client.last_prediction("nobody-of-this-name"), 404)
    (customer,) = customers(1)
    name = customer.get(contract.ID or "", "check")
    refused(lambda: client.outcome(name, False, datetime.now(UTC).date(), prediction_id="0" * 28), 404)
    return "prediction, customer, outcome"


def broken(client: ChurnClient) -> str:
    """See that each broken body gets the status that fits it."""
    tries: dict[tuple[bytes, str], int] = {
        (b"{", "application/json"): 400,
        (b"", "application/json"): 400,
        (b"{}", "text/plain"): 415,
        (b"[]", "application/json"): 422,
        (b"{}", "application/json"): 422,
    }
    for (body, media), status in tries.items():
        answer = client.raw("POST", "/predict", content=body, headers={"content-type": media})
        expect(answer.status_code == status, f"{body!r} as {media} gets {answer.status_code}, not {status}")
        expect(_is_problem(answer.json()), f"{body!r}: no problem as RFC 9457 spells it: {answer.text[:100]}")
    return ", ".join(f"{status}" for status in tries.values())


def history(client: ChurnClient) -> str:
    """See that the model that answers is the one that history has in service."""
    now, told = client.model_info(), client.history(at=datetime.now(UTC))
    (customer,) = customers(1)
    version = client.predict(customer, purpose="test").model_version
    expect(version == now.version, f"version {version} answers, /model_info says {now.version}")
    expect(told.then is not None, "history tells nothing of this moment")
    return f"version {now.version}; {told.then.words if told.then else ''}"


def metrics(client: ChurnClient) -> str:
    """See that a prediction is counted, or that an edge in front keeps the figures to those inside."""
    if client.raw("GET", "/metrics").status_code == FORBIDDEN:
        return "not told to callers from outside (403)"
    before = _counted(client)
    client.predict_batch(customers(5), purpose="test")
    after = _counted(client)
    expect(after >= before + 5, f"{before:g} predictions counted before five more, {after:g} after")
    return f"{after:g} test predictions counted"


def _counted(client: ChurnClient) -> float:
    answer = client.raw("GET", "/metrics")
    expect(answer.is_success, f"/metrics: {answer.status_code}")
    return sum(map(float, COUNTED.findall(answer.text)))


def _is_problem(told: Mapping[str, Any]) -> bool:
    return {"type", "title", "status", "detail"} <= set(told)
