"""A service with a past: outcomes that matured, a campaign with customers held out, alerts, two versions, reports."""

import asyncio
import json
from pathlib import Path
from typing import Any

import serving
from churn.services.api.state import State
from churn.stores import notices
from churn.stores.ledger import alerts, experiments
from churn.stores.ledger.watch import decisions, readings
from scored import DAY, NOW, contacted, left, score

SCORED, ARM, ALERTS = 240, 60, 120
"""Customers nobody called; customers of each arm; alerts that are open."""
LEFT_CALLED, LEFT_HELD_OUT = 6, 24
MATURE_DAYS = 40
SEVERITIES = ("low", "medium", "high", "critical")
WORST = "Month-to-month"
COLUMN = {"column": "Contract", "moved": True, "distance": 0.2, "threshold": 0.05, "weight": 0.4, "method": "hellinger",
          "words": "Two year: 24.0% to 90.0%"}  # fmt: skip
READ = [
    {"kind": kind, "model_version": 1, "since": NOW - 31 * DAY, "until": NOW - DAY, "state": state, "words": words,
     "figures": figures}
    for kind, state, words, figures in (
        ("drift", "alarm", "Contract moved", {"customers": 1500, "columns": [COLUMN], "rate": 0.02}),
        ("realised", "ok", "log loss 0.421", {"rate": 0.01}),
        ("labels", "unknown", "not judged: too few", {}),
    )
]  # fmt: skip
DECIDED = {"at": NOW, "action": "note", "cause": "shift", "words": "drift alone retrains nothing", "evidence": {}}


TRIED = {
    "at": NOW, "who": "ann", "purpose": "production", "name": "boosting in May", "mode": "live", "champion": 1,
    "challenger": 2, "share": 0.5, "salt": "s", "begins": NOW - 90 * DAY, "ends": NOW - 60 * DAY,
    "declared": {
        "why": "the gate could not tell", "test": "intent to treat", "figure": "money per 1,000 customers",
        "expected_customers": 300, "detectable": None, "level": 0.95, "mismatch": 0.001, "challenger_digest": "d" * 64,
        "campaign": {"months": 12, "margin": 0.6, "offer": 50, "contact": 5, "acceptance": 0.3, "horizon_days": 30,
                     "holdout": 0.1, "tiers": {"low": 0.0, "high": 0.5}},
    },
}  # fmt: skip
READ_OF_IT = {
    "state": "alike", "words": "the challenger's came to +310 more (-2,100 to +2,720)",
    "effect": {"value": 310.0, "low": -2100.0, "high": 2720.0}, "recommendation": "keep the champion",
}  # fmt: skip


def fill(folder: Path) -> None:
    """Fill the ledger, the notices and the reports of a service that has a bundle and does not run yet."""
    asyncio.run(_ledger(folder))
    known = State.of(serving.settings(folder))
    known.served.look()
    digest = known.served.engine.digest
    notices.write(folder / "bundle", notices.REGISTRY, registry(digest))
    _reports(folder / "reports", digest)


def _tried(connection: Any) -> None:
    """Note an experiment that is over, and a shadow that runs."""
    experiments.close(connection, experiments.begin(connection, TRIED), experiments.ENDED, READ_OF_IT)
    now = {"name": "boosting beside", "mode": "shadow", "begins": NOW - DAY, "ends": NOW + 20 * DAY}
    experiments.begin(connection, TRIED | now)


async def _ledger(folder: Path) -> None:
    known = State.of(serving.settings(folder))
    async with serving.opened(known):
        ledger, at = known.ledger, NOW - MATURE_DAYS * 86_400_000_000
        chances = [0.1 + 0.8 * (number % 9) / 8 for number in range(SCORED)]
        await asyncio.gather(*(score(ledger, f"s{one}", chance, 80.0, at=at) for one, chance in enumerate(chances)))
        arms = [f"{arm}{number}" for arm in "ch" for number in range(ARM)]
        await asyncio.gather(*(score(ledger, name, 0.5, 80.0, at=at) for name in arms))
        for one, chance in enumerate(chances):
            churned = one * 7 % 10 < 10 * chance
            await left(ledger, f"s{one}", churned, days_ago=20 if churned else 2)
        for name in arms:
            churned = int(name[1:]) < (LEFT_CALLED if name[0] == "c" else LEFT_HELD_OUT)
            await contacted(ledger, name, MATURE_DAYS, held_out=name[0] == "h")
            await left(ledger, name, churned, days_ago=20 if churned else 2)
        await ledger.do(lambda connection: readings.keep(connection, NOW, "production", READ))
        await ledger.do(_tried)
        await ledger.do(lambda connection: decisions.add(connection, "production", DECIDED))
        kinds = [(f"kind_{number}", SEVERITIES[number % 4]) for number in range(ALERTS)]
        await ledger.do(lambda connection: [alerts.raise_(connection, kind, kind, NOW, how) for kind, how in kinds])


def registry(digest: str) -> dict[str, Any]:
    """Give what sync would tell: version 1 is champion, version 2 was judged against it and is retired."""
    retired = {"when": "2026-05-02T08:00:00+00:00", "who": "anna", "why": "a broken export", "words": "retired by anna"}
    verdict = {
        "state": "fail", "reason": "not shown", "champion": digest, "challenger": "e" * 64,
        "checks": [{"name": "log_loss_gain", "value": -0.01, "low": -0.02, "high": 0.01, "bound": "low > 0",
                    "state": "unknown", "note": "", "met": False}],
        "migration": {"common": {
            "rows": 100, "monthly_revenue": 6000.0, "moved_customers": 9, "moved_revenue": 540.0, "called": 20,
            "called_by_both": 18, "flips": [],
            "moves": [{"champion": "high", "challenger": "low", "customers": 9, "monthly_revenue": 540.0},
                      {"champion": "low", "challenger": "low", "customers": 91, "monthly_revenue": 5460.0}],
        }},
    }  # fmt: skip
    move = {
        "number": 1, "when": "2026-05-01T08:00:00+00:00", "who": "ada", "action": "promote", "from_version": None,
        "to_version": 1, "why": "the gate said pass", "model_digest": digest, "previous": "", "ending": "done",
        "ended": "2026-05-01T08:00:00+00:00", "fault": None,
    }  # fmt: skip
    versions = [
        _version(1, digest, ["champion"], None, None),
        _version(2, "e" * 64, [], retired, verdict),
    ]
    training = {
        "id": "run1", "parent": None, "name": "train scorecard", "status": "FINISHED", "start": "2026-05-01T07:58:00Z",
        "end": "2026-05-01T07:58:30Z", "params": {}, "metrics": {"test_roc_auc": 0.84}, "tags": {},
        "candidates": [{"name": "boosting", "metrics": {"log_loss": 0.41}, "tags": {"chosen": "false"}}],
    }  # fmt: skip
    return {
        "model": "telco-churn", "store": "http://mlflow.example:5000", "aliases": {"champion": 1}, "versions": versions,
        "promotions": [move], "experiments": [{"name": "telco-churn", "trainings": [training]}],
    }  # fmt: skip


def _version(number: int, digest: str, aliases: list[str], retired: Any, verdict: Any) -> dict[str, Any]:
    return {
        "number": number, "digest": digest, "family": "scorecard", "run": f"run{number}",
        "created": "2026-05-01T07:58:26Z", "aliases": aliases, "tags": {}, "verdict": verdict, "retired": retired,
        "metrics": {"test_roc_auc": 0.84, "test_roc_auc_low": 0.82, "test_roc_auc_high": 0.86},
    }  # fmt: skip


def _reports(folder: Path, digest: str) -> None:
    folder.mkdir()
    area = {"value": 0.7, "low": 0.6, "high": 0.8}
    stage = {"words": "", "cmd": "python it.py", "deps": [], "outs": [], "params": {}, "digests": {}}
    told: dict[str, Any] = {
        "segments.json": {"Contract": {WORST: {"rows": 90, "roc_auc": area}, "Two year": {"rows": 5, "roc_auc": None}}},
        "evaluation.json": {"model": digest, "scores": {"edges": [0, 0.5, 1], "stayed": [8, 2], "left": [1, 9]}},
        "pipeline.json": {
            "model": digest,
            "stages": [
                stage | {"name": "ingest", "after": [], "outs": ["raw.csv"], "digests": {"raw.csv": "md5:0a1b"}},
                stage | {"name": "train", "after": ["ingest"], "words": "Fit the candidates", "deps": ["raw.csv"]},
            ],
        },
    }
    for name, content in told.items():
        (folder / name).write_text(json.dumps(content))
    (folder / "model_card.html").write_text("<h1>The card</h1>")
