"""From a decision to a branch: choose the past, train on a bench, hand over what came of it. Nobody is promoted."""

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from churn.errors import Busy, ChurnError, CloneError, GaveWay, NothingNew
from churn.lifecycle.decision import kept, ladder, rests
from churn.lifecycle.decision.decision import Decision
from churn.lifecycle.evidence import card
from churn.lifecycle.retraining import knobs as spelling
from churn.lifecycle.retraining import outcome
from churn.lifecycle.retraining.bench import bench, environment
from churn.lifecycle.retraining.choose import Choice, choose
from churn.lifecycle.retraining.pool import pool
from churn.params.retrain import Retrain
from churn.settings import Settings
from churn.stores import files, locks
from churn.stores.clone import Clone

log = logging.getLogger("churn.retrain")
METADATA, GATE = Path("model/model_metadata.json"), Path("reports/gate.json")
CHOICE, CARD = Path("reports/retraining.json"), Path("reports/evidence.md")
TRAINING_SECONDS = 6 * 3600


@dataclass(frozen=True)
class Order:
    """Who asks for a challenger, why, and where to: a git remote, or None for this clone."""

    decision: Decision
    remote: str | None


def retrain(known: Settings, params: Retrain, root: Path, remote: str | None, why: str | None, now: int) -> str:
    """Train a challenger and hand it over; say so, the branch in the last line.

    Raises CloneError without a clone or remote, RetrainingError where there is nothing to learn from or another
    retraining is first. The registry gains a version at most; the champion and the working folder are as they were.
    """
    clone = Clone(root, known.who)
    clone.check(remote)
    order = Order(ladder.manual(why, params, now) if why else _decided(known, now), remote)
    try:
        with locks.alone(known.lock_dir / "retrain.lock", 0.0):
            told = _train(clone, known, params, order)
    except Busy as busy:
        raise GaveWay("another retraining is running in this clone; this one does nothing") from busy
    except ChurnError as fault:
        outcome.note(known, order.decision, now, f"{rests.FAILED}: {fault}")
        raise
    outcome.note(known, order.decision, now, told)
    return told


def _decided(known: Settings, now: int) -> Decision:
    """Find what monitoring decided last and nobody has done. Raises RetrainingError."""
    found = asyncio.run(kept.recent(known, 1000, now)) if outcome.has_ledger(known) else []
    wanted = kept.open_(found, now)
    if wanted is None:
        raise NothingNew('monitoring asks for none; to retrain all the same: `churn retrain --why "..."`')
    return wanted


def _train(clone: Clone, known: Settings, params: Retrain, order: Order) -> str:
    log.info("retrain: bench")
    with bench(clone, known, order.remote) as inside:
        log.info("retrain: choose")
        choice = choose(pool(inside.root), params)
        spelling.spell(inside.root / "params.yaml", choice.past)
        log.info("retrain: train (%s)", choice.words)
        inside.dvc("repro", "-q", seconds=TRAINING_SECONDS, **environment(clone, inside, known))
        return _handed_over(inside, order, choice)


def _handed_over(inside: Clone, order: Order, choice: Choice) -> str:
    """Commit what came of it, and give it to the branch that bears the model's digest."""
    if not inside.changed("dvc.lock"):
        raise NothingNew("nothing new to learn from: no batch, knob or code changed since the last training")
    digest = str(files.read_json(inside.root / METADATA)["digest"])[:12]
    branch, gate = f"retrain/{digest}", files.read_json(inside.root / GATE)
    _evidence(inside.root, order.decision, choice)
    log.info("retrain: push")
    if order.remote is not None:
        inside.dvc("push", "-q")
    first = _give(inside, order.remote, branch, f"Train model {digest}: {order.decision.cause}")
    lead = "challenger" if first else "this challenger was handed over already"
    return f"{lead}; gate: {gate['state']} ({gate['reason']}); {choice.words}\n{branch}"


def _evidence(root: Path, decision: Decision, choice: Choice) -> None:
    told: dict[str, Any] = {"cause": decision.cause, "words": decision.words, "money": decision.money}
    files.write_json({"decision": told, "past": choice.plain()}, root / CHOICE)
    card.write(root / "reports", root / CARD, f"{decision.words}. Learnt from {choice.words}")


def _give(inside: Clone, remote: str | None, branch: str, words: str) -> bool:
    """Give the commit to the branch; tell whether its content was not there before.

    Raises GaveWay where the branch holds something else: another retraining was first.
    """
    commit, before = inside.commit_all(words), inside.tip(remote, branch)
    if before is None:
        try:
            inside.give(remote, commit, branch)
        except CloneError:
            before = inside.tip(remote, branch)
            if before is None:
                raise
    if before is not None and inside.content(before) != inside.content(commit):
        raise GaveWay(f"another retraining was first: {branch} is there, for another reason; nothing is pushed")
    return before is None
