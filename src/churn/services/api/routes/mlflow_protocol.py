"""MLflow's scoring protocol as the framework knows it."""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from churn.services.api import dialects, openapi, spelling
from churn.services.api.described import beyond, by_framework
from churn.services.api.needs import Known
from churn.services.api.readiness import readiness

PROTOCOL = "3.17.2"
"""The version of MLflow whose protocol is spoken: what GET /version answers."""

router = APIRouter(tags=["MLflow's scoring protocol"])


class Prediction(BaseModel):
    """What the registered MLflow model gives for one row."""

    model_config = ConfigDict(json_schema_extra={"example": {"churn_probability": 0.7283192114081362, "churn": True}})

    churn_probability: float
    churn: bool


class Predictions(BaseModel):
    """The answer to /invocations; each row's prediction is `record_id.row` under GET /predictions."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"record_id": spelling.ANSWER["prediction_id"], "model_version": 1}}
    )

    predictions: list[Prediction]
    record_id: str
    model_version: int


class MlflowError(BaseModel):
    """What is wrong, as MLflow spells it."""

    model_config = ConfigDict(json_schema_extra={"example": {"error_code": "BAD_REQUEST", "message": "row 0, ..."}})

    error_code: str
    message: str


@router.get("/ping", summary="Is a model loaded?", response_class=Response, responses={503: {"content": {}}})
async def ping(known: Known) -> Response:
    """Answer 200 when customers can be answered, 503 otherwise."""
    fine = readiness(known).status != "not ready"
    return Response("\n", 200 if fine else 503, media_type="application/json")


@router.get("/version", summary="The MLflow version whose protocol is spoken", response_class=Response)
async def version() -> Response:
    """Answer as a scoring server of this MLflow version does."""
    return Response(PROTOCOL, media_type="application/json")


def _frame() -> dict[str, Any]:
    row = spelling.row() | {"additionalProperties": True}
    names, cells = list(spelling.EXAMPLE), list(spelling.EXAMPLE.values())
    split = {
        "type": "object",
        "required": ["columns", "data"],
        "properties": {
            "columns": {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True},
            "data": {"type": "array", "items": {"type": "array"}, "minItems": 1},
            "index": {"type": "array"},
        },
        "example": {"columns": names, "data": [cells]},
    }
    kinds = {"dataframe_split": split, "dataframe_records": {"type": "array", "items": row, "minItems": 1}}
    kinds |= {"instances": kinds["dataframe_records"], "inputs": kinds["dataframe_records"]}
    one = [{"type": "object", "required": [name], "properties": {name: kind}} for name, kind in kinds.items()]
    return {"oneOf": one, "example": {"dataframe_split": {"columns": names, "data": [cells]}}}


def _described() -> dict[str, Any]:
    told = dialects.without_explain(beyond(_frame()))
    lines = [",".join(spelling.EXAMPLE), ",".join(map(str, spelling.EXAMPLE.values()))]
    told["requestBody"]["content"]["text/csv"] = {"schema": {"type": "string"}, "example": "\n".join(lines)}
    return told


router.add_api_route(
    "/invocations",
    by_framework,
    methods=["POST"],
    name="invocations",
    operation_id="invocations",
    summary="Score a table as MLflow's scoring server does",
    description="All rows are scored, or none: the protocol has no partial answer. Other columns are ignored.",
    response_model=Predictions,
    responses={status: {"model": MlflowError} for status in set(openapi.PROBLEMS) - {422}},
    openapi_extra=_described(),
)
