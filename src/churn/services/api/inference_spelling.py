"""How the OpenAPI description spells the Open Inference Protocol."""

from importlib.metadata import version
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from churn.services.api import spelling

CHANCE = {"name": "churn_probability", "datatype": "FP64", "shape": [1, 1], "data": [0.7283192114081362]}
Name = Annotated[str, Field(examples=["telco-churn"])]


class Error(BaseModel):
    """What is wrong, as the protocol spells it."""

    error: str


class Server(BaseModel):
    """Who answers."""

    name: str = "telco-churn"
    version: str = Field(default_factory=lambda: version("telco-churn"), examples=["0.1.0"])
    extensions: list[str] = ["binary_tensor_data"]


class ServerLive(BaseModel):
    """Whether the server is alive."""

    live: bool = True


class Ready(BaseModel):
    """Whether the server is ready."""

    ready: bool = Field(examples=[True])


class ModelReady(Ready):
    """Whether a model is ready."""

    name: Name


class Tensor(BaseModel):
    """A tensor's type and shape; -1 is any number of customers."""

    name: str = Field(examples=["churn_probability"])
    datatype: str = Field(examples=["FP64"])
    shape: list[int] = [-1, 1]


class Model(BaseModel):
    """What goes into the model and comes out of it."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"inputs": [{"name": "tenure", "datatype": "INT64", "shape": [-1, 1]}]}}
    )

    name: Name
    versions: list[str] = Field(examples=[["1"]])
    platform: str = "onnx_churn"
    inputs: list[Tensor]
    outputs: list[Tensor]


class Output(Tensor):
    """A tensor with what is in it."""

    data: list[Any] | None = None
    parameters: dict[str, Any] | None = None


class Answer(BaseModel):
    """What the model says of all customers, a tensor a thing."""

    model_config = ConfigDict(
        protected_namespaces=(),
        json_schema_extra={"example": {"parameters": {"record_id": spelling.ANSWER["prediction_id"]}}},
    )

    model_name: Name
    model_version: str = Field(examples=["1"])
    id: str | None = Field(None, examples=["42"])
    parameters: dict[str, Any] | None = None
    outputs: list[Output] = Field(examples=[[CHANCE]])


def ask() -> dict[str, Any]:
    """Spell the JSON schema of a request."""
    tensor = {
        "type": "object",
        "required": ["name", "shape", "datatype"],
        "properties": {
            "name": {"enum": list(spelling.row()["properties"])},
            "shape": {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 1, "maxItems": 2},
            "datatype": {"enum": ["BYTES", "FP64", "FP32", "INT64", "INT32"]},
            "parameters": {"type": "object"},
            "data": {"type": "array"},
        },
    }
    return {
        "type": "object",
        "required": ["inputs"],
        "properties": {
            "id": {"type": "string"},
            "parameters": {"type": "object"},
            "inputs": {"type": "array", "items": tensor, "minItems": 1},
            "outputs": {"type": "array", "items": {"type": "object", "required": ["name"]}},
        },
        "additionalProperties": False,
        "example": {"inputs": [_example(name, cell) for name, cell in spelling.EXAMPLE.items()]},
    }


def _example(name: str, cell: Any) -> dict[str, Any]:
    kinds: dict[type, str] = {str: "BYTES", int: "INT64", float: "FP64"}
    return {"name": name, "shape": [1, 1], "datatype": kinds[type(cell)], "data": [cell]}
