"""The registered flavour: raw rows in, probabilities out. MLflow runs this file as it is, without this package."""

import json
from typing import Any

import numpy as np
import onnxruntime as ort
import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel, PythonModelContext

BLOCK = 65_536


class Champion(PythonModel):  # type: ignore[misc]  # MLflow's own class carries no types
    """The ONNX file over a table in the raw columns; number columns may be text, as a raw CSV has them."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load the ONNX file and the decision inside it."""
        self.session = ort.InferenceSession(context.artifacts["model"], providers=["CPUExecutionProvider"])
        self.decision = json.loads(self.session.get_modelmeta().custom_metadata_map["churn"])

    def predict(
        self, context: PythonModelContext, model_input: pd.DataFrame, params: dict[str, Any] | None = None
    ) -> pd.DataFrame:
        """Give each row's `churn_probability`, missing where a number is, and `churn` at the profit threshold."""
        cells = self._cells(model_input)
        parts = [self._score(cells, start) for start in range(0, len(model_input), BLOCK)]
        probability = np.concatenate([np.empty(0), *parts])
        return pd.DataFrame({"churn_probability": probability, "churn": probability >= self.decision["threshold"]})

    def _score(self, cells: dict[str, np.ndarray], start: int) -> np.ndarray:
        feed = {name: column[start : start + BLOCK].reshape(-1, 1) for name, column in cells.items()}
        return np.asarray(self.session.run(None, feed)[1][:, 1], dtype=float)

    def _cells(self, rows: pd.DataFrame) -> dict[str, np.ndarray]:
        kinds = {column["name"]: column["kind"] for column in self.decision["columns"]}
        numbers = {
            name: pd.to_numeric(rows[name], errors="coerce") for name, kind in kinds.items() if kind != "category"
        }
        for blank in self.decision["blanks"]:
            stands = rows[blank["column"]].astype("str").str.strip().isin(["", "nan", "None"]) & (
                numbers[blank["where"]] == blank["equals"]
            )
            numbers[blank["column"]] = numbers[blank["column"]].mask(stands, blank["value"])
        text = {name: rows[name].astype("str").str.strip() for name in kinds if name not in numbers}
        types = {name: np.float32 if name in numbers else object for name in kinds}
        return {name: (numbers | text)[name].to_numpy(dtype=types[name]) for name in kinds}


set_model(Champion())
