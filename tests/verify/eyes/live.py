"""A service that has something to tell, scraped by Prometheus with the shipped files."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import yaml

import routers
import serving
import sinks
from churn.lifecycle.alerting import raised
from churn.stores import bundle
from churn.stores.ledger import deliveries, entries
from churn.stores.ledger.opened import opened
from churn.stores.ledger.watch import readings
from verify.edge import behind
from verify.eyes.shipped import PROMETHEUS, ROUTES

DAY = 86_400_000_000
SEEN = {"query": 'churn_request_seconds_count{route="/predict"}'}
READ: dict[str, dict[str, Any]] = {
    "drift": {"customers": 900, "weight_moved": 0.04},
    "prediction_drift": {"customers": 900, "distance": 0.03, "threshold": 0.1},
    "estimated": {"lost_per_1000": {"value": 120.0}},
    "realised": {"log_loss": {"value": 0.42}},
    "calibration": {"slope": 0.98},
}
"""The figures of readings, as monitoring names them."""


class Live(NamedTuple):
    """Where the parts are, and what the channel of everybody got."""

    api: str
    prometheus: str
    slack: sinks.Hook


@contextmanager
def live(folder: Path) -> Iterator[Live]:
    """Run service, Alertmanager and Prometheus, and let the service have answered."""
    serving.bundled(folder / "bundle")
    promoted(folder / "bundle")
    asyncio.run(filled(folder))
    with behind.api(folder, workers=2) as (api, _), sinks.hook() as slack:
        behind.ready(f"http://{api}/ready")
        asked(f"http://{api}")
        with (
            routers.alertmanager(routes(folder, slack.url)) as manager,
            routers.prometheus(scraping(api, manager)) as prometheus,
        ):
            scraped(prometheus)  # rates are of what changes between two scrapes
            asked(f"http://{api}")
            yield Live(api, prometheus, slack)


def scraped(prometheus: str, within: float = 30.0) -> None:
    """Wait for the first scrape."""
    until = time.monotonic() + within
    while not httpx.get(f"{prometheus}/api/v1/query", params=SEEN).json()["data"]["result"]:
        if time.monotonic() > until:
            raise RuntimeError(f"Prometheus has scraped nothing within {within:g} s")
        time.sleep(0.2)


def promoted(root: Path) -> None:
    """Have the served version say when it was promoted."""
    found = bundle.current(root)
    assert found is not None
    told = found.manifest | {"version": 2, "promotion": {"when": "2026-05-01T08:00:00Z"}}
    bundle.write(root, 2, {"model.onnx": found.model}, told)
    bundle.point(root, 2)


async def filled(folder: Path) -> None:
    """Put into the ledger what monitoring says, and an alert that stands."""
    now = entries.now()
    whole = {"model_version": 2, "since": now - 30 * DAY, "until": now, "state": "ok", "words": "as it was"}
    told = [whole | {"kind": kind, "figures": figures} for kind, figures in READ.items()]
    async with opened(serving.settings(folder), migrate=True) as ledger:
        await ledger.do(lambda one: readings.keep(one, now, "production", told))
        await ledger.do(partial(deliveries.beat, purpose="production", at=now))
        await ledger.do(partial(raised.raise_, kind="rollback_failed", words="it is a check", at=now))


def asked(url: str) -> None:
    """Ask for what the figures count: one, many, one that is refused."""
    many = [serving.customer(customerID=f"c{number}", tenure=number) for number in range(1, 40)]
    for body, path in ((many[0], "predict"), (many, "predict/batch"), (serving.customer(gender="?"), "predict")):
        httpx.post(f"{url}/{path}", json=body)


def routes(folder: Path, slack: str) -> str:
    """Give the shipped routes; what would leave this machine goes nowhere, but for the channel of everybody."""
    for name, secret in {"slack": slack, "pagerduty": "key", "mail": "secret"}.items():
        (folder / name).write_text(secret)
    changes = {
        "/etc/alertmanager/secrets": str(folder), "https://events.pagerduty.com": "http://127.0.0.1:9",
        "mail.example.com:587": "127.0.0.1:9", "group_wait: 10s": "group_wait: 0s",
    }  # fmt: skip
    text = ROUTES.read_text()
    for old, new in changes.items():
        text = text.replace(old, new)
    return text


def scraping(api: str, manager: str) -> str:
    """Give the shipped configuration with this machine's addresses and a shorter breath."""
    told = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())
    told["global"] = {"scrape_interval": "2s", "scrape_timeout": "2s", "evaluation_interval": "1s"}
    told["rule_files"] = [str(PROMETHEUS / name) for name in told["rule_files"]]
    told["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"] = [manager.removeprefix("http://")]
    jobs = {job["job_name"]: job for job in told["scrape_configs"]}
    del jobs["churn"]["dns_sd_configs"]
    jobs["churn"]["static_configs"] = [{"targets": [api]}]
    jobs["alertmanager"]["static_configs"] = [{"targets": [manager.removeprefix("http://")]}]
    told["scrape_configs"] = [jobs["churn"], jobs["alertmanager"]]
    return yaml.safe_dump(told)
