"""Who is measured: how each is started, how it is asked in its own protocol, and what it told."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson

from churn import contract
from churn.services.serve import THREADS, THRIFT

Row = dict[str, Any]
HERE = Path(__file__).parent
OURS, PEERS = Path(sys.executable).parent, HERE.parents[1] / ".venv-bench/bin"
UVICORN = [str(OURS / "python"), "-m", "uvicorn", "--loop", "uvloop", "--http", "httptools", "--no-access-log"]


def _unnamed(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != contract.ID}


def _plain(rows: Row | list[Row]) -> bytes:
    return orjson.dumps([_unnamed(row) for row in rows] if isinstance(rows, list) else _unnamed(rows))


def _told(said: Any) -> list[float]:
    if "churn_probability" in said:
        return [said["churn_probability"]]
    return [one["churn_probability"] if isinstance(one, dict) else one for one in said["predictions"]]


@dataclass(frozen=True)
class Contender:
    """One way to serve the model with one worker.

    `command` may hold {port} and {folder}; `one` and `many` make the body of a question,
    `told` reads the answer's probabilities.
    """

    key: str
    name: str
    command: list[str]
    path: str = "/predict"
    batch_path: str = "/predict/batch"
    alive: str = "/docs"
    one: Callable[[Row], bytes] = _plain
    many: Callable[[list[Row]], bytes] = _plain
    told: Callable[[Any], list[float]] = _told
    env: dict[str, str] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    reference: bool = False


def _split(rows: list[Row]) -> bytes:
    plain = [_unnamed(row) for row in rows]
    return orjson.dumps({"dataframe_split": {"columns": list(plain[0]), "data": [list(row.values()) for row in plain]}})


def _second(said: Any) -> list[float]:
    return [pair[1] if isinstance(pair, list) else pair["churn_probability"] for pair in said["predictions"]]


def _frame(rows: list[Row]) -> bytes:
    return orjson.dumps({"rows": [_unnamed(row) for row in rows]})


def _tensors(rows: list[Row]) -> bytes:
    inputs = [_tensor(name, [row[name] for row in rows]) for name in _unnamed(rows[0])]
    return orjson.dumps({"parameters": {"content_type": "pd"}, "inputs": inputs})


def _tensor(name: str, data: list[Any]) -> dict[str, Any]:
    kind = {str: "BYTES", int: "INT64", float: "FP64"}[type(data[0])]
    extra = {"parameters": {"content_type": "str"}} if kind == "BYTES" else {}
    return {"name": name, "shape": [len(data), 1], "datatype": kind, "data": data, **extra}


def _mlflow(key: str, name: str, folder: str, told: Callable[[Any], list[float]]) -> Contender:
    serve = ["models", "serve", "--model-uri", folder, "--env-manager", "local", "--workers", "1", "--port", "{port}"]
    return Contender(
        key, name, [str(OURS / "mlflow"), *serve], "/invocations", "/invocations", "/ping",
        lambda row: _split([row]), _split, told,
    )  # fmt: skip


def _app(key: str, name: str, *, reference: bool = False) -> Contender:
    place = ["--app-dir", str(HERE / "servers"), "--port", "{port}", f"{key.replace('-', '_')}:app"]
    return Contender(key, name, [*UVICORN, *place], reference=reference, alive="/docs")


def product(key: str, name: str, *, named: bool = False, **env: str) -> Contender:
    """Give the product itself; `named` customers bear an id, which the peers have no place for.

    `env` holds its settings, in which {folder} is the bench's.
    """
    spell = orjson.dumps if named else _plain
    command = [str(OURS / "python"), "-m", "churn.services.worker", "{descriptor}"]
    places = {"CHURN_BUNDLE_DIR": "{folder}/model/bundle", "CHURN_KEYS_FILE": "{folder}/keys.json"}
    return Contender(
        key, name, command, alive="/ready", one=spell, many=spell, env={**THREADS, **THRIFT, **places, **env}
    )


MLSERVER = Contender(
    "mlserver", "MLServer", [str(PEERS / "mlserver"), "start", "{folder}/mlserver"],
    "/v2/models/churn/infer", "/v2/models/churn/infer", "/v2/health/ready",
    lambda row: _tensors([row]), _tensors, lambda said: said["outputs"][0]["data"],
    env={"PYTHONPATH": str(HERE / "servers")},
    files={
        "mlserver/settings.json": {
            "parallel_workers": 0, "http_port": "{port}", "grpc_port": "{spare}", "metrics_endpoint": None
        },
        "mlserver/model-settings.json": {"name": "churn", "implementation": "runtime.Churn"},
    },
)  # fmt: skip
BENTOML = Contender(
    "bentoml", "BentoML",
    [str(PEERS / "bentoml"), "serve", "bento:Churn", "--working-dir", str(HERE / "servers"), "--port", "{port}"],
    "/predict", "/predict", "/readyz",
    lambda row: _frame([row]), _frame, list,
    env={"BENTOML_DO_NOT_TRACK": "true", "BENTOML_HOME": "{folder}/bentoml"},
)  # fmt: skip
V2 = replace(
    product("v2", "the same, asked as MLServer is", CHURN_DATABASE_URL="sqlite:///{folder}/v2.db"),
    path="/v2/models/telco-churn/infer", batch_path="/v2/models/telco-churn/infer",
    one=MLSERVER.one, many=MLSERVER.many,
    told=lambda said: next(one["data"] for one in said["outputs"] if one["name"] == "churn_probability"),
)  # fmt: skip
CONTENDERS = [
    _mlflow("mlflow", "mlflow models serve", "{folder}/model/mlflow", _second),
    MLSERVER,
    BENTOML,
    _app("fastapi-pandas", "FastAPI + pandas + scikit-learn"),
    _app("fastapi-onnx", "FastAPI + pydantic + onnxruntime"),
    _app("echo", "FastAPI echo, same validation", reference=True),
    _app("bare", "bare ASGI + scorecard", reference=True),
    product("ours", "telco-churn, SQLite ledger", CHURN_DATABASE_URL="sqlite:///{folder}/ledger.db"),
    product("postgresql", "the same, PostgreSQL ledger", CHURN_DATABASE_URL="{database}"),
    product(
        "named",
        "the same, SQLite ledger, customers with ids",
        named=True,
        CHURN_DATABASE_URL="sqlite:///{folder}/named.db",
    ),
    V2,
]


def filled(text: str, values: dict[str, Any]) -> str:
    """Put the values in place of their {names}."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def written(content: dict[str, Any], values: dict[str, Any]) -> str:
    """Spell a settings file; a text that becomes a number is one."""
    told = {key: filled(value, values) if isinstance(value, str) else value for key, value in content.items()}
    return json.dumps(
        {key: int(value) if isinstance(value, str) and value.isdigit() else value for key, value in told.items()}
    )
