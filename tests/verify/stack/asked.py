"""What is asked of the stack that is up: through nginx with TLS and a key, of Prometheus, of whoever hears alerts."""

import json
import re
import time
from typing import Any

import httpx

from churn import contract
from verify.row import Row, judged
from verify.stack.stack import Stack

SCRAPED_WITHIN, ALERTED_WITHIN, SERVED_WITHIN = 60.0, 300.0, 180.0
ASKED = 20
DOORS = {
    "3000/api/health": "Grafana", "5000/health": "MLflow", "8000/health": "API", "9090/-/ready": "Prometheus",
    "8501/dashboard/_stcore/health": "dashboard", "9093/-/ready": "Alertmanager",
}  # fmt: skip
"""The inner pages of profile dev."""
DOWN = "no host of the service answers"
"""What the shipped rule ChurnDown says, two minutes after the last answer."""


def client(stack: Stack, key: str = "") -> httpx.Client:
    """Give a client that believes the stack's own certificate alone."""
    head = {"Authorization": f"Bearer {key}"} if key else {}
    url = f"https://127.0.0.1:{stack.https}"
    return httpx.Client(base_url=url, verify=str(stack.secrets / "nginx/tls.crt"), headers=head, timeout=30)


def opened(stack: Stack) -> Row:
    """Ask what profile dev shows on this machine, and on no other."""
    pages = {f"{stack.dev}/{path}": path for path in ("api/health", "dashboard/_stcore/health", "mlflow/")}
    found = {name: _status(f"http://127.0.0.1:{page}", stack.signed_in) for page, name in (pages | DOORS).items()}
    faults = [f"{name}: {status}" for name, status in found.items() if status != 200]
    faults += [f"published: {one}" for one in stack.published() if not one.startswith("127.0.0.1:")]
    words = f"{len(found)} pages answer, on this machine's loopback alone: {', '.join(found)}"
    return judged("profile dev", "plain HTTP, each page that it publishes", faults, words)


def trained(stack: Stack, seconds: float) -> Row:
    """Train into the stack's MLflow with the one-shot pipeline, which needs no API."""
    began = time.monotonic()
    code, told = stack.once("pipeline", seconds)
    faults = [f"it ended with {code}: {told[-600:]}"] if code else []
    words = f"dvc repro && churn promote in {time.monotonic() - began:.0f} s, the API stopped meanwhile: {told[-80:]}"
    return judged("service pipeline", "docker-compose run pipeline", faults, words)


def trained_again(stack: Stack, seconds: float) -> Row:
    """See that a second run makes nothing again but the entry in the registry."""
    began = time.monotonic()
    code, told = stack.once("pipeline", seconds)
    again = sorted(set(re.findall(r"Running stage '([^']+)'", told)) - {"register"})
    faults = [f"made again: {', '.join(again)}"] if again else []
    faults += [f"it ended with {code}: {told[-300:]}"] if code else []
    words = f"nothing but the entry in the registry, in {time.monotonic() - began:.0f} s: {told[-80:]}"
    return judged("service pipeline", "docker-compose run pipeline, again", faults, words)


def served(stack: Stack) -> Row:
    """Start the API again, and see the champion that sync brought."""
    stack.compose("start", "api", seconds=SERVED_WITHIN)
    with client(stack) as line:
        ready = _until(lambda: line.get("/api/ready").status_code == 200, SERVED_WITHIN)
    faults = [] if ready is not None else ["the champion was not served"]
    words = f"/api/ready answers 200 {ready or 0:.1f} s after the start"
    return judged("mlflow → sync → api", "docker-compose start api", faults, words)


def answered(stack: Stack, key: str) -> Row:
    """Ask as customers' systems do, and as nobody should."""
    with client(stack, key) as line, client(stack) as stranger:
        body = {**contract.EXAMPLE}
        good = [line.post("/api/predict", json=body) for _ in range(ASKED)]
        plain = httpx.get(f"http://127.0.0.1:{stack.http}/api/health", follow_redirects=False)
        told = {
            "predict with a key": ({one.status_code for one in good}, {200}),
            "predict without": ({stranger.post("/api/predict", json=body).status_code}, {401}),
            "metrics from outside": ({stranger.get("/api/metrics").status_code}, {403}),
            "admin from outside": ({line.post("/api/admin/reload").status_code}, {403}),
            "dashboard": ({stranger.get("/dashboard/_stcore/health").status_code}, {200}),
            "MLflow without a password": ({stranger.get("/mlflow/").status_code}, {401}),
            "MLflow with": ({stranger.get("/mlflow/", auth=stack.signed_in).status_code}, {200}),
            "plain HTTP": ({plain.status_code}, {308}),
        }
    faults = [f"{name}: {sorted(found)}" for name, (found, wanted) in told.items() if found != wanted]
    words = f"{ASKED} predictions, {good[0].http_version}, p = {good[0].json().get('churn_probability')}; " + ", ".join(
        f"{name} {min(found)}" for name, (found, _) in told.items()
    )
    return judged("nginx → api, dashboard, mlflow", "HTTPS with the first certificate and the first key", faults, words)


def scraped(stack: Stack) -> Row:
    """See the predictions in Prometheus."""
    query = 'sum(churn_requests_total{job="churn",route="/predict",status="200"})'
    found = _until(lambda: (value := _queried(stack, query)) >= ASKED and value, SCRAPED_WITHIN)
    faults = [] if found is not None else [f"{_queried(stack, query):g} predictions after {SCRAPED_WITHIN:g} s"]
    return judged("prometheus ← api", query, faults, f"{_queried(stack, query):g} predictions")


def alerted(stack: Stack) -> Row:
    """See the alert of an API that is down arrive where Alertmanager sends it."""
    took = _until(lambda: _heard(stack, "firing"), ALERTED_WITHIN)
    firing = _queried(stack, 'count(ALERTS{alertstate="firing"}) or vector(0)')
    faults = [] if took is not None else [f"nothing arrived within {ALERTED_WITHIN:g} s; {firing:g} alerts fire"]
    words = "" if faults else f"heard: {_heard(stack, 'firing')[0]}, {took:.0f} s after the training"
    return judged("prometheus → alertmanager → webhook", "docker-compose stop api; the shipped rules", faults, words)


def ended(stack: Stack) -> Row:
    """See the same alert end where it was told."""
    took = _until(lambda: _heard(stack, "resolved"), ALERTED_WITHIN)
    faults = [] if took is not None else ["the end of the alert was not told"]
    words = "" if faults else f"heard: {_heard(stack, 'resolved')[0]}"
    return judged("prometheus → alertmanager → webhook", "docker-compose start api; the shipped rules", faults, words)


def _status(url: str, signed_in: tuple[str, str]) -> int | str:
    try:
        return httpx.get(url, auth=signed_in if "/mlflow/" in url else None, timeout=30).status_code
    except httpx.TransportError as fault:
        return str(fault)


def _queried(stack: Stack, query: str) -> float:
    words = ("promtool", "query", "instant", "-o", "json", "http://127.0.0.1:9090", query)
    told: list[Any] = json.loads(stack.inside("prometheus", *words) or "[]")
    return float(told[0]["value"][1]) if told else 0.0


def _heard(stack: Stack, status: str) -> list[str]:
    """List the titles that the webhook heard of the API that is down."""
    lines = stack.compose("logs", "--no-log-prefix", "--no-color", "hook").splitlines()
    found = [one for line in lines if DOWN in line for one in json.loads(line[line.index("{") :])["attachments"]]
    return [one["title"] for one in found if f"] {status}: " in one["title"]]


def _until(question: Any, seconds: float) -> float | None:
    """Ask again until it holds, and give the seconds that took; None: it never did."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if question():
            return time.monotonic() - began
        time.sleep(1)
    return None
