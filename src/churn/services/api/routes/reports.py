"""The pipeline's reports: those logged with the version that answers, else those on this host's disk."""

import asyncio
import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Header, Response
from fastapi import Path as PathParameter

from churn.services.api.needs import Known
from churn.services.api.problems import Refusal
from churn.services.api.schemas.told import DIGEST, problems
from churn.services.api.state import State
from churn.stores import enclosed

router = APIRouter(tags=["Model"])

PAGE_POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:"
)
"""Evidently's page brings its own scripts: it may run them, and reach nothing."""
TEXT = {"type": "string"}
METRICS = {"model": DIGEST, "rows": 1338, "roc_auc": {"value": 0.8472, "low": 0.82639, "high": 0.869995}}
SPEAKS_OF = ("model", "challenger")


class Report(StrEnum):
    """The reports that may be read."""

    METRICS = "metrics"
    SEGMENTS = "segments"
    VALIDATION = "validation"
    GATE = "gate"
    DATA_PROFILE = "data_profile"
    DRIFT = "drift"
    EDA = "eda"
    EVALUATION = "evaluation"
    MODEL_CARD = "model_card"
    KPI = "kpi"
    DRIFT_PAGE = "drift.html"
    EDA_PAGE = "eda.html"
    EVALUATION_PAGE = "evaluation.html"
    MODEL_CARD_PAGE = "model_card.html"
    KPI_PAGE = "kpi.html"

    @property
    def place(self) -> str:
        """Name the file in the folder of reports."""
        folder = "drift/" if self in {Report.DRIFT, Report.DRIFT_PAGE} else ""
        return f"{folder}{self}" if self.is_page else f"{folder}{self}.json"

    @property
    def is_page(self) -> bool:
        """Tell a page from figures."""
        return self.endswith(".html")


ReportName = Annotated[str, PathParameter(json_schema_extra={"enum": list(Report)})]


@dataclass(frozen=True, slots=True)
class Read:
    """A report's bytes, their digest, and the digest of the model it speaks of, if it says."""

    content: bytes
    tag: str
    model: str | None


@router.get(
    "/reports/{name}",
    summary="A report of the pipeline",
    response_class=Response,
    responses={
        200: {
            "description": "The report. X-Model-Digest names the model it speaks of, X-Model-Served whether that "
            "model answers now; both are left out where the report does not say.",
            "content": {
                "application/json": {"schema": {"type": "object"}, "example": METRICS},
                "text/html": {"schema": TEXT},
            },
        },
        304: {"description": "Not changed since the ETag in If-None-Match"},
        **problems(404),
    },
)  # fmt: skip
async def report(known: Known, name: ReportName, if_none_match: Annotated[str | None, Header()] = None) -> Response:
    """Give a report as the pipeline wrote it, with an ETag of its content.

    What was logged with the version that answers comes first; what was not is read from this host's folder of reports.
    """
    if name not in list(Report):
        raise Refusal(404, f"there is no such report; there are {', '.join(Report)}")
    wanted = Report(name)
    read = await asyncio.to_thread(_read, known, wanted)
    headers = {"etag": read.tag, "cache-control": "private, no-cache"} | _of_model(known, read.model)
    if if_none_match is not None and read.tag in [one.strip().removeprefix("W/") for one in if_none_match.split(",")]:
        return Response(status_code=304, headers=headers)
    if wanted.is_page:
        headers["content-security-policy"] = PAGE_POLICY
        return Response(read.content, headers=headers, media_type="text/html")
    return Response(read.content, headers=headers, media_type="application/json")


def _read(known: State, wanted: Report) -> Read:
    content = logged(known, wanted.place)
    of_served = content is not None
    try:
        content = content if content is not None else (known.settings.reports_dir / wanted.place).read_bytes()
    except OSError as fault:
        raise Refusal(404, f"there is no report {wanted} yet; `dvc repro` makes it") from fault
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    if of_served:
        return Read(content, tag, known.served.engine.digest)
    return Read(content, tag, None if wanted.is_page else _model(content))


def logged(known: State, name: str) -> bytes | None:
    """Give a report that was logged with the version that answers, or None where none came with it."""
    if not known.served.ready:
        return None
    try:
        return enclosed.place(known.served.loaded.folder, name).read_bytes()
    except OSError:
        return None


def _model(content: bytes) -> str | None:
    try:
        told: Any = json.loads(content)
    except ValueError:
        return None
    said = [told.get(key) for key in SPEAKS_OF] if isinstance(told, dict) else []
    return next((one for one in said if isinstance(one, str) and one.isalnum()), None)


def _of_model(known: State, model: str | None) -> dict[str, str]:
    if model is None:
        return {}
    served = known.served.ready and known.served.engine.digest == model
    return {"x-model-digest": model, "x-model-served": str(served).lower()}
