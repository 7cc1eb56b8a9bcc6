"""Why a prediction was made: what went in, what came out, by which model, and the same again now."""

import asyncio
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path

from churn.errors import ModelError
from churn.lifecycle.replay import Replay, replay
from churn.scoring.engine import Engine
from churn.services.api.needs import Known
from churn.services.api.problems import Refusal
from churn.services.api.schemas.predictions import ReplayTold, Why
from churn.services.api.schemas.told import problems
from churn.services.api.served import STALE_SECONDS, Loaded
from churn.services.api.state import State
from churn.services.api.sync_asks import asked_and_answered
from churn.stores import notices, whole
from churn.stores.ledger.queries.prediction import prediction

router = APIRouter(tags=["Predictions"])

FETCH_SECONDS = 8.0
PredictionId = Annotated[
    str, Path(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z._-]+$", examples=["0198f0c3a1b25f0e9d7c6b5a4f3e"])
]
FILED = "a row of a scored file, which is not kept here: replay it from the file with `churn why {id} --input FILE`"


@router.get("/predictions/{prediction_id}", summary="Why was this predicted?", responses=problems(404, 410))
async def why(known: Known, prediction_id: PredictionId) -> Why:
    """Give the record of a prediction, the origin of its model, and an exact replay.

    The replay sends the recorded inputs through the same version of the model, by the same way: `difference` is 0.0,
    or the record or the model is not what it was.
    """
    found = await known.ledger.read(prediction, prediction_id)
    version, digest = found["model_version"], found["model_digest"]
    loaded, words = await _model(known, version, digest)
    manifest = loaded.manifest if loaded else {}
    origin = orjson.loads(found["origin"]) if found["origin"] else None
    return Why(
        **{**found, "origin": origin},
        **_origin(manifest),
        words=_words(found, prediction_id),
        replay=ReplayTold.model_validate(await asyncio.to_thread(_again, found, loaded, words)),
    )


def _again(found: dict[str, Any], loaded: Loaded | None, words: str) -> Replay:
    if found["inputs"] is None:
        return Replay(exact=False, words="not replayed: the inputs are in the file")
    if loaded is None:
        return Replay(exact=False, words=words)
    return replay(found["inputs"], found["answer"], found["door"], loaded.manifest, loaded.engine)


async def _model(known: State, version: int, digest: str) -> tuple[Loaded | None, str]:
    """Find the very model that answered: the served one, one on this host, or one that sync fetches."""
    if known.served.ready and known.served.engine.digest == digest:
        return known.served.loaded, ""
    loaded = await asyncio.to_thread(_on_disk, known, version, digest)
    if loaded is not None:
        return loaded, ""
    said = await _fetched(known, version, digest)
    loaded = await asyncio.to_thread(_on_disk, known, version, digest)
    return loaded, f"not replayed: version {version} is not on this host: {said}"


async def _fetched(known: State, version: int, digest: str) -> str:
    """Let sync bring a version; say how it went."""
    status = await asyncio.to_thread(notices.status, known.settings.bundle_dir)
    if status is None or status["silent_seconds"] > STALE_SECONDS:
        return "sync, which would fetch it, does not run here; `churn sync` starts it"
    try:
        told = await asked_and_answered(known, FETCH_SECONDS, "fetch", version=version, digest=digest)
    except Refusal as fault:
        return str(fault)
    return str(told["words"]) if told else "sync did not bring it in time; ask again in a moment"


def _on_disk(known: State, version: int, digest: str) -> Loaded | None:
    found = whole.held(known.settings.bundle_dir, version, digest)
    try:
        return Loaded(Engine(found.model, found.version), found.manifest, found.folder) if found else None
    except ModelError:
        return None


def _origin(manifest: Any) -> dict[str, Any]:
    tags = manifest.get("tags", {})
    digests = {f"{name}_digest": tags.get(f"digest_{name}") for name in ("data", "code", "params", "contract")}
    return {"run": manifest.get("run"), "git_commit": tags.get("git_commit")} | digests


def _words(found: dict[str, Any], name: str) -> str:
    by = f"version {found['model_version']} answered {found['caller']} through {found['door']} for {found['purpose']}"
    if found["inputs"] is not None:
        return by
    return f"{by}; {FILED.format(id=name)} (sha256 {found['input_digest']})"
