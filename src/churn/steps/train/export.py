"""A fitted pipeline as an ONNX file, and the proof that both say the same."""

import json
from typing import Any

import numpy as np
import onnxruntime as ort
import pandas as pd
import skl2onnx
from onnx import ModelProto, TensorProto
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from churn import columns

UNSEEN = "a value that training never saw"
PROBE_ROWS = 200


def export(fitted: Pipeline) -> ModelProto:
    """Convert a fitted pipeline; inputs are the contract's columns, float32 or string, shape (n, 1) each."""
    skl2onnx.update_registered_converter(
        FunctionTransformer, "SklearnFunctionTransformer", _function_shape, _function_nodes, overwrite=True
    )
    inputs = [
        (column.name, StringTensorType([None, 1]) if column.kind == "category" else FloatTensorType([None, 1]))
        for column in columns.columns()
    ]
    return skl2onnx.to_onnx(fitted, initial_types=inputs, options={id(fitted[-1]): {"zipmap": False}})


def with_decision(model: ModelProto, decision: dict[str, Any], **notes: dict[str, Any]) -> bytes:
    """Put what the model was decided to mean, and notes, into the file itself, and give its bytes.

    The same for the same model.
    """
    sealed = ModelProto()
    sealed.CopyFrom(model)
    operators = sorted(sealed.opset_import, key=lambda one: one.domain)  # skl2onnx lists them in the order of a set
    del sealed.opset_import[:]
    sealed.opset_import.extend(operators)
    for key, value in {"churn": decision, **notes}.items():
        sealed.metadata_props.add(key=key, value=json.dumps(value, sort_keys=True))
    content: bytes = sealed.SerializeToString(deterministic=True)
    return content


def disparity(fitted: Pipeline, model: ModelProto, rows: pd.DataFrame) -> float:
    """Give the largest difference in probability between scikit-learn and ONNX over the rows and unseen categories."""
    tried = pd.concat([rows[columns.names()], *_strangers(rows)], ignore_index=True)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    feed = {column.name: _tensor(tried[column.name], column.kind) for column in columns.columns()}
    exported = session.run(None, feed)[1][:, 1]
    return float(np.abs(exported - fitted.predict_proba(tried)[:, 1]).max())


def _strangers(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """Take some rows, and put an unseen value into one category after another."""
    some = rows[columns.names()].head(PROBE_ROWS)
    return [some.assign(**{name: UNSEEN}) for name in columns.names("category")]


def _tensor(cells: pd.Series, kind: columns.Kind) -> Any:
    return cells.to_numpy(dtype=object if kind == "category" else np.float32).reshape(-1, 1)


def _function_shape(operator: Any) -> None:
    if operator.raw_operator.func not in (None, np.log1p):
        raise NotImplementedError(f"no ONNX form of {operator.raw_operator.func}")
    operator.outputs[0].type = FloatTensorType([None, operator.inputs[0].type.shape[1]])


def _function_nodes(scope: Any, operator: Any, container: Any) -> None:
    """Spell log(1 + x), for which skl2onnx has no converter, and x itself, which is how `passthrough` arrives here."""
    numbers, result = operator.inputs[0].full_name, operator.outputs[0].full_name
    if operator.raw_operator.func is None:
        container.add_node("Identity", numbers, result, name=scope.get_unique_operator_name("Identity"))
        return
    one, above = scope.get_unique_variable_name("one"), scope.get_unique_variable_name("above")
    container.add_initializer(one, TensorProto.FLOAT, [1], [1.0])
    container.add_node("Add", [numbers, one], above, name=scope.get_unique_operator_name("Add"))
    container.add_node("Log", above, result, name=scope.get_unique_operator_name("Log"))
