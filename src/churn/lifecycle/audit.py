"""`churn why`: what a prediction was made from and by, and the same again now."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from churn.errors import TableError, UnknownPrediction
from churn.lifecycle import at_hand
from churn.lifecycle.replay import Replay, replay
from churn.settings import Settings
from churn.stores import files
from churn.stores.bundle import Bundle
from churn.stores.ledger.database import must_exist
from churn.stores.ledger.opened import opened
from churn.stores.ledger.queries.prediction import prediction

MICRO = 1_000_000
SPOKEN = {"reasons", "changes"}
"""Parts of an explained answer: the reasons are told in words below it."""
ORIGIN = ("digest_data", "digest_code", "digest_params", "git_commit")


@dataclass(frozen=True, slots=True)
class Audit:
    """A prediction as it was kept or found, the bundle of its model, its replay, and why it said so."""

    found: dict[str, Any]
    bundle: Bundle
    replay: Replay
    reasons: list[str]


def audit(known: Settings, name: str, customers: Path | None = None, answers: Path | None = None) -> Audit:
    """Find a prediction and replay it; a file's row is read from the files, whose digests must be the recorded ones.

    Raises UnknownPrediction, Erased, LedgerError, TableError, ModelError.
    """
    found = asyncio.run(_kept(known, name))
    if found["inputs"] is None:
        found |= _in_files(found, customers, answers)
    bundle = at_hand.find(known, found["model_version"], found["model_digest"])
    engine = at_hand.engine(bundle)
    again = replay(found["inputs"], found["answer"], found["door"], {"digest": found["model_digest"]}, engine)
    told = [] if engine.needs_explainer else engine.reasons(found["inputs"])
    return Audit(found, bundle, again, [one["text"] for one in told])


def tell(of: Audit) -> str:
    """Say it for people."""
    found, manifest = of.found, of.bundle.manifest
    origin = [f"{name.replace('_', ' ')} {manifest['tags'].get(name, 'unknown')}" for name in ORIGIN]
    apart = "" if of.replay.difference is None else f" (difference {of.replay.difference:g})"
    lines = [
        f"prediction {found['prediction_id']}",
        f"asked      {_time(found['at'])}, door {found['door']}, purpose {found['purpose']}, by {found['caller']}",
        *[f"             {name:<18} {cell}" for name, cell in found["inputs"].items()],
        "answered",
        *[f"             {name:<18} {cell}" for name, cell in found["answer"].items() if name not in SPOKEN],
        *(["because", *[f"             {one}" for one in of.reasons]] if of.reasons else []),
        f"model      version {found['model_version']}, {manifest['family']}, run {manifest['run']}",
        f"             digest {found['model_digest']}",
        *[f"             {one}" for one in origin],
        f"replayed   {of.replay.words}{apart}",
    ]
    return "\n".join(lines)


async def _kept(known: Settings, name: str) -> dict[str, Any]:
    must_exist(known.database_url)
    async with opened(known) as ledger:
        return await ledger.read(prediction, name)


def _in_files(found: dict[str, Any], customers: Path | None, answers: Path | None) -> dict[str, Any]:
    """Read a row's question and answer from the files that the record names, once they are seen to be those."""
    from churn.scoring.files import lookup

    name = found["prediction_id"]
    if "." not in name:
        raise UnknownPrediction(f"{name} is a file's; name a row of it, as in {name}.0")
    origin = orjson.loads(found["origin"])
    asked = _proven(customers, origin.get("path"), found["input_digest"], "--input")
    said = _proven(answers, origin.get("out"), found["output_digest"], "--output")
    return {"inputs": lookup.asked(asked, found["row"]), "answer": lookup.answered(said, name)}


def _proven(named: Path | None, recorded: str | None, digest: str, option: str) -> Path:
    path = named or (Path(recorded) if recorded else None)
    if path is None or not path.exists():
        where = f"{path} is not there any more" if path else "the record does not say where it is"
        raise TableError(f"{where}; name the file: churn why ID {option} FILE")
    if _digest(path) != digest:
        raise TableError(
            f"{path}: not the file of the record (its sha256 is not {digest}); name the other: {option} FILE"
        )
    return path


def _digest(path: Path) -> str:
    from churn.scoring.files import folder

    return folder.digest(path, [(file, files.digest(file)) for file in folder.files(path)])


def _time(at: int) -> str:
    return datetime.fromtimestamp(at / MICRO, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
