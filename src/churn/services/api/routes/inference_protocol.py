"""The Open Inference Protocol as the framework knows it."""

from fastapi import APIRouter, Request, Response

from churn import columns
from churn.services.api import inference_spelling as spelt
from churn.services.api import openapi
from churn.services.api.arrival import Arrival
from churn.services.api.described import extra
from churn.services.api.inference_door import OUTPUTS, infer, model_name, refuse_other
from churn.services.api.needs import Caller, Known, RequestId
from churn.services.api.problems import Refusal
from churn.services.api.readiness import readiness

router = APIRouter(
    tags=["Open Inference Protocol"],
    responses={status: {"model": spelt.Error} for status in {*openapi.PROBLEMS, 404} - {422}},
)


@router.get("/v2", summary="The server")
async def server() -> spelt.Server:
    """Name the server and what it can do beside the protocol."""
    return spelt.Server()


@router.get("/v2/health/live", summary="Is the server alive?")
async def live() -> spelt.Live:
    """Answer, whatever else is wrong."""
    return spelt.Live()


@router.get("/v2/health/ready", summary="Can it infer?")
async def ready(known: Known) -> spelt.Ready:
    """Answer 200 when customers can be answered, 503 otherwise."""
    told = readiness(known)
    if told.status == "not ready":
        raise Refusal(503, f"{told.model.words}; {told.ledger.words}", retry_after=2)
    return spelt.Ready(ready=True)


@router.get("/v2/models/{model}", summary="The model")
@router.get("/v2/models/{model}/versions/{version}", summary="The model, by version")
async def metadata(known: Known, request: Request, model: str, version: str = "") -> spelt.Model:  # noqa: ARG001
    """Name the tensors that go in and come out; the id's tensor may be sent beside them."""
    refuse_other(known, request.url.path)
    served = known.served.loaded
    kinds = {"category": "BYTES", "flag": "INT64"}
    into = [
        spelt.Tensor(name=one.name, datatype=kinds.get(one.kind, "INT64" if one.whole else "FP64"))
        for one in columns.columns()
    ]
    out = [spelt.Tensor(name=name, datatype=datatype) for name, datatype in OUTPUTS.items()]
    version = str(served.engine.version)
    return spelt.Model(name=model_name(served.manifest), versions=[version], inputs=into, outputs=out)


@router.get("/v2/models/{model}/ready", summary="Is the model ready?")
@router.get("/v2/models/{model}/versions/{version}/ready", summary="Is this version ready?")
async def model_ready(known: Known, request: Request, model: str, version: str = "") -> spelt.ModelReady:  # noqa: ARG001
    """Answer 200 when this model answers, 404 when another does."""
    refuse_other(known, request.url.path)
    await ready(known)
    return spelt.ModelReady(name=model, ready=True)


@router.post(
    "/v2/models/{model}/infer", summary="Score customers", response_model=spelt.Answer, openapi_extra=extra(spelt.ask())
)
@router.post(
    "/v2/models/{model}/versions/{version}/infer",
    summary="Score customers with this version",
    response_model=spelt.Answer,
    openapi_extra=extra(spelt.ask()),
)
async def by_framework(request: Request, known: Known, caller: Caller, request_id: RequestId) -> Response:
    """One tensor a column, in JSON or as binary data behind it; all rows are scored, or none."""
    headers, body = dict(request.scope["headers"]), await request.body()
    reply = await infer(known, Arrival(request_id, caller, request.url.path, dict(request.query_params), headers, body))
    own = {name.decode(): value.decode() for name, value in reply.headers}
    return Response(reply.body, reply.status, own, reply.media.decode())
