"""What the stack bears: its API and its database killed under load, and nothing lost that was acknowledged."""

import ssl
import time
from typing import Any

import httpx

import models
from churn import columns
from drills import kept
from drills.callers import Callers
from verify.row import Row, judged
from verify.stack.stack import Stack

BEFORE, AFTER, BACK_WITHIN = 3.0, 3.0, 120.0


def killed(stack: Stack, key: str, service: str) -> Row:
    """Kill all processes of a service at once, under load; its restart policy brings it back."""
    tls = ssl.create_default_context(cafile=str(stack.secrets / "nginx/tls.crt"))
    tls.check_hostname = False  # by address; the certificate itself is checked
    with Callers(stack.https, customers(), 4, name=service, door=("/api", key), tls=tls) as callers:
        time.sleep(BEFORE)
        stack.strike(service)
        had, began = len(callers.acknowledged), time.monotonic()
        while len(callers.acknowledged) < had + 10 and time.monotonic() - began < BACK_WITHIN:
            time.sleep(0.1)
        back = time.monotonic() - began
        time.sleep(AFTER)
    return _judged(stack, service, callers, back)


def _judged(stack: Stack, service: str, callers: Callers, back: float) -> Row:
    url = f"postgresql://churn:{stack.secret('CHURN_DB_PASSWORD')}@{stack.address('postgres', 'back')}:5432/churn"
    found = kept.read(url)
    lost = kept.missing(found, callers.questions)
    asked = {one.key for one in callers.questions}
    twice = [row[0] for row in found.twice if row[0] in asked]
    faults = [*lost[:3], *[f"{name} was scored twice" for name in twice[:3]]]
    faults += [f"not back within {BACK_WITHIN:g} s"] if back >= BACK_WITHIN else []
    faults += ["too little was acknowledged to judge"] if len(callers.acknowledged) < 20 else []
    statuses = sorted({one.status for one in callers.refusals()})
    faults += [f"refused with {statuses}"] if set(statuses) - {429, 502, 503, 504} else []
    again = sum(len(one.answers) + one.lost > 1 for one in callers.questions)
    words = (
        f"{len(callers.acknowledged)} acknowledged, {len(lost)} missing or altered, {len(twice)} twice; "
        f"{again} asked again, refused with {statuses or 'nothing'}; answers again after {back:.1f} s"
    )
    return judged(f"service {service}", f"kill -9 of {service} under load through nginx", faults, words)


def customers() -> list[dict[str, Any]]:
    """Invent customers to ask about."""
    rows = models.test_rows()[columns.names()].head(300).astype({"SeniorCitizen": "int64", "tenure": "int64"})
    found: list[dict[str, Any]] = rows.drop(columns="customerID", errors="ignore").to_dict("records")
    return found


def recovered(stack: Stack) -> Row:
    """See that all is healthy again."""
    began = time.monotonic()
    ill = stack.still_ill(BACK_WITHIN)
    url = f"https://127.0.0.1:{stack.https}/api/ready"
    ready = httpx.get(url, verify=str(stack.secrets / "nginx/tls.crt")).status_code
    faults = [*ill, *([f"/api/ready answers {ready}"] if ready != 200 else [])]
    return judged(
        "docker-compose.yml", "docker-compose ps after it all", faults, f"all healthy, {time.monotonic() - began:.0f} s"
    )
