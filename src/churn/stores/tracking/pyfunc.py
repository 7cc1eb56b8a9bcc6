"""The registered flavour: raw rows in, probabilities out. MLflow runs this file as it is, without this package."""

import json
from typing import Any

import numpy as np
import onnxruntime as ort
import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel, PythonModelContext
from numpy.typing import NDArray

BLOCK = 65_536


class Champion(PythonModel):  # type: ignore[misc]  # MLflow's class carries no types
    """The ONNX file over a table in the raw columns; number columns may be text, as a raw CSV has them."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load the ONNX file and the decision inside it."""
        self.session = ort.InferenceSession(context.artifacts["model"], providers=["CPUExecutionProvider"])
        self.decision = json.loads(self.session.get_modelmeta().custom_metadata_map["churn"])

    def predict(self, model_input: pd.DataFrame) -> pd.DataFrame:
        """Give each row's `churn_probability` and `churn` at the profit threshold; both missing where a cell is."""
        numbers, texts = self._numbers(model_input), self._texts(model_input)
        cells = {name: column.to_numpy(np.float32) for name, column in numbers.items()} | texts
        parts = [self._score(cells, start) for start in range(0, len(model_input), BLOCK)]
        probability = pd.Series(np.concatenate([np.empty(0), *parts]), index=model_input.index)
        finite = [np.isfinite(column.to_numpy(float)) for column in (*numbers.values(), probability)]
        there = [model_input[name].notna().to_numpy(bool) for name in texts]
        known = np.logical_and.reduce([*finite, *there])
        probability = probability.where(known)
        above = (probability > self.decision["threshold"]).astype("boolean").where(known)
        return pd.DataFrame({"churn_probability": probability, "churn": above})

    def _score(self, cells: dict[str, NDArray[Any]], start: int) -> NDArray[np.float64]:
        feed = {name: column[start : start + BLOCK].reshape(-1, 1) for name, column in cells.items()}
        return np.asarray(self.session.run(None, feed)[1][:, 1], dtype=float)

    def _numbers(self, rows: pd.DataFrame) -> dict[str, pd.Series]:
        names = [column["name"] for column in self.decision["columns"] if column["kind"] != "category"]
        numbers = {name: pd.to_numeric(rows[name].map(_trimmed), errors="coerce") for name in names}
        for blank in self.decision["blanks"]:
            empty = rows[blank["column"]].fillna("").astype("str").str.strip().eq("")
            stands = empty & numbers[blank["where"]].eq(blank["equals"])
            numbers[blank["column"]] = numbers[blank["column"]].mask(stands, blank["value"])
        return numbers

    def _texts(self, rows: pd.DataFrame) -> dict[str, NDArray[Any]]:
        names = [column["name"] for column in self.decision["columns"] if column["kind"] == "category"]
        return {name: rows[name].fillna("").astype("str").str.strip().to_numpy(object) for name in names}


def _trimmed(cell: Any) -> Any:
    return cell.strip() if isinstance(cell, str) else cell


set_model(Champion())
