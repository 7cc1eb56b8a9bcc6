"""What an administrator may ask: look again, hold a version, go back."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from churn.services.api import sync_asks
from churn.services.api.needs import Caller, Known
from churn.services.api.problems import Refusal
from churn.services.api.schemas.admin import Asked, PinGiven, RollbackGiven
from churn.services.api.schemas.told import problems
from churn.services.api.state import State
from churn.stores import asks

router = APIRouter(tags=["Admin"])

WAIT_SECONDS = 10.0
WAITING = Asked(
    request_id="0198f0c3a1b25f0e-9d7c6b5a",
    done=False,
    words="sync has not answered yet; is `churn sync` running on this host?",
)
SLOW: dict[int | str, dict[str, Any]] = {
    202: {
        "description": "Sync has not answered yet; GET /admin/requests/{id} will tell",
        "model": Asked,
        "content": {"application/json": {"example": WAITING.model_dump()}},
    }
}
STATUS = {"ModelError": 409, "PromotionRefused": 409, "TrackingError": 503}
"""What kind of refusal it is; whatever else sync says cannot be done as it was asked: 422."""
RequestId = Annotated[str, Path(pattern=asks.ID.pattern, examples=["0198f0c3a1b25f0e-9d7c6b5a"])]


@router.post("/admin/reload", summary="Look at the registry now", responses=SLOW | problems(409))
async def reload(known: Known, response: Response) -> Asked:
    """Let sync follow the alias at once, and try again what it refused before."""
    return await _done(known, response, "reload")


@router.post("/admin/pin", summary="Hold one version on this host", responses=SLOW | problems(409))
async def pin(known: Known, caller: Caller, given: PinGiven, response: Response) -> Asked:
    """Serve this version on this host, whatever the alias says, until the pin is lifted."""
    return await _done(known, response, "pin", version=given.version, who=caller.name, why=given.why)


@router.post("/admin/unpin", summary="Follow the alias again", responses=SLOW | problems(409))
async def unpin(known: Known, response: Response) -> Asked:
    """Lift this host's pin."""
    return await _done(known, response, "unpin")


@router.post("/admin/rollback", summary="Give the alias back to the champion before", responses=SLOW | problems(409))
async def rollback(known: Known, caller: Caller, given: RollbackGiven, response: Response) -> Asked:
    """Move the champion alias back, for every host, and keep a record of who wanted it and why."""
    return await _done(known, response, "rollback", who=caller.name, why=given.why)


@router.get("/admin/requests/{request_id}", summary="What became of a request", responses=problems(404))
async def request(known: Known, request_id: RequestId) -> Asked:
    """Tell whether sync has answered, and what; answers are kept for a day."""
    told = asks.answer(known.settings.bundle_dir, request_id)
    if told is not None:
        return _told(request_id, told)
    if not any(one.id == request_id for one in asks.waiting(known.settings.bundle_dir)):
        raise Refusal(404, "no such request waits, and no answer to it is kept")
    return _waiting(request_id)


async def _done(known: State, response: Response, action: str, **details: Any) -> Asked:
    """Ask sync and wait; a refusal is a problem, and slowness a promise."""
    name = await sync_asks.sent(known, action, **details)
    told = await sync_asks.answered(known, name, WAIT_SECONDS)
    if told is None:
        response.status_code = 202
        return _waiting(name)
    if not told["ok"]:
        status = STATUS.get(str(told.get("error")), 409 if action == "reload" else 422)
        raise Refusal(status, str(told["words"]), retry_after=5 if status == 503 else None)
    return _told(name, told)


def _waiting(name: str) -> Asked:
    return WAITING.model_copy(update={"request_id": name})


def _told(name: str, told: dict[str, Any]) -> Asked:
    rest = {key: value for key, value in told.items() if key not in {"id", "ok", "version", "words"}}
    words, version = str(told["words"]), told.get("version")
    return Asked(request_id=name, done=True, ok=bool(told["ok"]), version=version, words=words, details=rest)
