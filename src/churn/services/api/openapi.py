"""The OpenAPI description: the framework's, with the problems, keys and limits that the door adds."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from churn.services.api import examples, guard, spelling

ABOUT = """Calibrated churn probabilities from the registered champion; every answer is durable before it leaves.

Send a key as `Authorization: Bearer <key>`. Problems follow RFC 9457. An `Idempotency-Key` makes a retry safe."""
PROBLEMS = {
    400: "The request cannot be read",
    401: "No key, or an unknown one",
    403: "The key lacks the scope, or the service the mode",
    408: "The request took too long to arrive",
    413: "Too large",
    415: "Another Content-Type is wanted",
    422: "The request can be read, and breaks the contract",
    429: "The key's rate is used up; see Retry-After",
    503: "The model or the ledger is away, or too much waits; see Retry-After",
}
METHODS = {"get", "post", "put", "patch", "delete"}


def describe(app: FastAPI) -> dict[str, Any]:
    """Describe all routes, once."""
    if app.openapi_schema is None:
        told = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schemas = told.setdefault("components", {}).setdefault("schemas", {})
        schemas["Problem"] = _problem(schemas)
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        told["components"]["securitySchemes"] = {
            "key": {"type": "http", "scheme": "bearer"},
            "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        }
        for path, operations in told["paths"].items():
            for method in METHODS & set(operations):
                _complete(path, method, operations[method])
        examples.complete(told)
        app.openapi_schema = told
    return app.openapi_schema


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses = operation.setdefault("responses", {})
    if "422" in responses and "HTTPValidationError" in str(responses["422"]):
        del responses["422"]
    for status, words in PROBLEMS.items():
        responses.setdefault(str(status), {"description": words, "content": content})
    if path not in guard.OPEN:
        operation["security"] = [{"key": []}, {"header": []}]
        needed = guard.scope_of(method.upper(), path)
        operation["description"] = f"{operation.get('description', '')}\n\nScope: `{needed}`.".strip()


def _problem(schemas: dict[str, Any]) -> dict[str, Any]:
    spelt = spelling.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(spelt.pop("$defs", {}))
    return spelt
