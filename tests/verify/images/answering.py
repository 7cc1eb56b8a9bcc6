"""The images that answer customers: the API and the explainer beside it, over one volume."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from churn import contract
from serving import free_port
from verify.images import places
from verify.images.engine import Container, running, until
from verify.row import Row, judged

GRACE = 12.0
"""Seconds that a container may take to stop."""


def answers(folder: Path) -> Row:
    """Predict with a key and with reasons, through two containers whose root is read-only."""
    state, port = places.volume(folder / "state"), free_port()
    places.bundle(state)
    places.migrate(state)
    keys = folder / "secrets/churn_keys"
    key = places.key(keys)
    shared = ("--volume", f"{state}:/var/lib/churn")
    ours = ("--publish", f"127.0.0.1:{port}:8000", "--volume", f"{keys}:/run/secrets/churn_keys:ro")
    more = ("--env", f"CHURN_DATABASE_URL={places.LEDGER}", "--env", "CHURN_API_WORKERS=2")
    with running("explainer", *shared) as explainer, running("api", *shared, *ours, *more) as api:
        took = until(lambda: _ready(port))
        if took is None or until(explainer.well) is None:
            return judged("images api, explainer", "run", ["not ready", api.log(), explainer.log()])
        faults = [*_asked(port, key), *closed(api), *closed(explainer)]
        return judged(
            "images api, explainer",
            "podman run --read-only --cap-drop ALL; POST /predict?explain=true with a key, without, with a wrong one",
            faults,
            f"ready after {took:.1f} s with 2 workers; trees explained over the socket; only the volume is writable",
        )


def closed(one: Container, code: int = 0) -> list[str]:
    """Name what does not hold of every container: its health check, its read-only root, its end."""
    faults = [] if one.well() else [f"{one.target}: /app/healthy says no"]
    faults += [f"{one.target}: {place} can be written" for place in ("/app", "/opt/churn", "/etc") if one.writes(place)]
    if not one.writes("/var/lib/churn"):
        faults.append(f"{one.target}: its volume cannot be written")
    took, ended = one.stop()
    if took > GRACE:
        faults.append(f"{one.target}: stopped only after {took:.0f} s")
    return faults if ended == code else [*faults, f"{one.target}: ended with {ended}"]


def _ready(port: int) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"http://127.0.0.1:{port}/ready", timeout=5).status_code == 200
    return False


def _asked(port: int, key: str) -> list[str]:
    told = _post(port, {"Authorization": f"Bearer {key}"})
    if told.status_code != 200:
        return [f"a customer was answered {told.status_code}: {told.text[:200]}"]
    reasons: list[Any] = told.json().get("reasons") or []
    faults = [] if reasons else [f"no reasons: {told.text[:200]}"]
    for words, headers in (("no key", {}), ("a wrong key", {"Authorization": "Bearer churn-none-none"})):
        if (status := _post(port, headers).status_code) != 401:
            faults.append(f"{words} is answered {status}")
    return faults


def _post(port: int, headers: dict[str, str]) -> httpx.Response:
    url = f"http://127.0.0.1:{port}/predict?explain=true"
    return httpx.post(url, json=dict(contract.EXAMPLE), headers=headers, timeout=60)
