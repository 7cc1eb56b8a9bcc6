"""The Open Inference Protocol as the framework knows it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response

from churn import columns
from churn.services.api import dialects, faults, openapi
from churn.services.api import inference_spelling as spelt
from churn.services.api.arrival import Arrival
from churn.services.api.described import beyond
from churn.services.api.inference_door import OUTPUTS, infer, refuse_other
from churn.services.api.needs import Caller, Known, RequestId
from churn.services.api.problems import Refusal
from churn.services.api.readiness import readiness

Named = Annotated[str, Path(description="the model, as GET /model_info names it", examples=["telco-churn"])]
Numbered = Annotated[str, Path(description="its version in the registry", examples=["1"])]


def _model(known: Known, request: Request, model: Named) -> str:
    refuse_other(known, request.url.path)
    return model


def _version(known: Known, request: Request, model: Named, version: Numbered) -> str:
    del version
    return _model(known, request, model)


Model = Annotated[str, Depends(_model)]
Version = Annotated[str, Depends(_version)]
DESCRIBED: dict[str, Any] = {
    "response_model": spelt.Answer,
    "openapi_extra": dialects.without_explain(beyond(spelt.ask())),
}

router = APIRouter(
    tags=["Open Inference Protocol"],
    responses={status: {"model": spelt.Error} for status in {*openapi.PROBLEMS, 404} - {422}},
)


@router.get("/v2", summary="The server")
async def server() -> spelt.Server:
    """Name the server and what it can do beside the protocol."""
    return spelt.Server()


@router.get("/v2/health/live", summary="Is the server alive?")
async def live() -> spelt.ServerLive:
    """Answer, whatever else is wrong."""
    return spelt.ServerLive()


@router.get("/v2/health/ready", summary="Can it infer?")
async def ready(known: Known) -> spelt.Ready:
    """Answer 200 when customers can be answered, 503 otherwise."""
    told = readiness(known)
    if told.status == "not ready":
        raise Refusal(503, f"{told.model.words}; {told.ledger.words}", retry_after=2)
    return spelt.Ready(ready=True)


@router.get("/v2/models/{model}", summary="The model")
async def model(known: Known, name: Model) -> spelt.Model:
    """Name the tensors that go in and come out; the id's tensor may be sent beside them."""
    kinds = {"category": "BYTES", "flag": "INT64"}
    into = [
        spelt.Tensor(name=one.name, datatype=kinds.get(one.kind, "INT64" if one.whole else "FP64"))
        for one in columns.columns()
    ]
    out = [spelt.Tensor(name=one, datatype=datatype) for one, datatype in OUTPUTS.items()]
    return spelt.Model(name=name, versions=[str(known.served.engine.version)], inputs=into, outputs=out)


@router.get("/v2/models/{model}/versions/{version}", summary="The model, by version")
async def model_version(known: Known, name: Version) -> spelt.Model:
    """Answer for this version; 404 when another is served."""
    return await model(known, name)


@router.get("/v2/models/{model}/ready", summary="Is the model ready?")
async def model_ready(known: Known, name: Model) -> spelt.ModelReady:
    """Answer 200 when this model answers, 404 when another does."""
    await ready(known)
    return spelt.ModelReady(name=name, ready=True)


@router.get("/v2/models/{model}/versions/{version}/ready", summary="Is this version ready?")
async def version_ready(known: Known, name: Version) -> spelt.ModelReady:
    """Answer 200 when this version answers, 404 when another does."""
    return await model_ready(known, name)


@router.post("/v2/models/{model}/infer", summary="Score customers", **DESCRIBED)
async def infer_by_model(
    request: Request, known: Known, caller: Caller, request_id: RequestId, name: Model
) -> Response:
    """One tensor a column, in JSON or as binary data behind it; all rows are scored, or none."""
    del name
    headers, body = dict(request.scope["headers"]), await request.body()
    asked = Arrival(request_id, caller, request.url.path, dict(request.query_params), headers, body)
    return faults.response(await infer(known, asked))


@router.post("/v2/models/{model}/versions/{version}/infer", summary="Score customers with this version", **DESCRIBED)
async def infer_by_version(
    request: Request, known: Known, caller: Caller, request_id: RequestId, name: Version
) -> Response:
    """Answer for this version; 404 when another is served."""
    return await infer_by_model(request, known, caller, request_id, name)
