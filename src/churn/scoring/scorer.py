"""The exported model over typed customers; knows numpy and onnxruntime, nothing else."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from churn.errors import ModelError
from churn.terms import Columns

BLOCK = 65_536
FATAL = 4
"""Log level of onnxruntime: its faults reach the caller as exceptions, not as lines on the terminal."""


class Scorer:
    """A model file, loaded.

    Attributes
    ----------
    digest : sha256 of the file, hexadecimal: the identity of the model.
    decision : what travels with it: columns, blanks, threshold, tiers, campaign, horizon_days, contract, split.
    """

    def __init__(self, model: bytes) -> None:
        """Load the bytes of an ONNX file that `train` wrote. Raises ModelError."""
        options = ort.SessionOptions()
        options.intra_op_num_threads, options.log_severity_level = 1, FATAL
        try:
            self._session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
            self._notes: dict[str, str] = self._session.get_modelmeta().custom_metadata_map
            self.decision: dict[str, Any] = json.loads(self._notes["churn"])
        except KeyError as fault:
            raise ModelError("the ONNX file carries no decision; only files written by stage train do") from fault
        except Exception as fault:  # onnxruntime has a class of exception for each fault, none public
            raise ModelError(f"not a readable ONNX model ({type(fault).__name__}); run `dvc repro`") from fault
        self.digest = hashlib.sha256(model).hexdigest()

    @classmethod
    def load(cls, path: Path) -> "Scorer":
        """Load an ONNX file. Raises ModelError."""
        try:
            return cls(path.read_bytes())
        except FileNotFoundError as fault:
            raise ModelError(f"{path}: no model there; `dvc repro` makes one") from fault
        except ModelError as fault:
            raise ModelError(f"{path}: {fault}") from fault

    def note(self, key: str) -> dict[str, Any] | None:
        """Read what else travels with the model: `explanation`, `golden`; None in files older than they are.

        Raises ModelError.
        """
        try:
            found = json.loads(self._notes.get(key, "null"))
        except ValueError as fault:
            raise ModelError(f"the model's {key} is not JSON; run `dvc repro`") from fault
        if not isinstance(found, dict | None):
            raise ModelError(f"the model's {key} is a {type(found).__name__}, not an object; run `dvc repro`")
        return found

    def probabilities(self, columns: Columns) -> NDArray[np.float64]:
        """Give each customer's probability of churn, shape (n,); columns are arrays or a typed table.

        Raises ModelError if a column of the model is missing.
        """
        lacking = [column["name"] for column in self.decision["columns"] if column["name"] not in columns]
        if lacking:
            raise ModelError(f"the model needs column {lacking[0]!r}, which the table does not have")
        parts = [self._session.run(None, feed)[1][:, 1] for feed in self._feeds(columns)]
        return np.concatenate([np.empty(0), *parts]).astype(np.float64)

    def probability(self, customer: Mapping[str, Any]) -> float:
        """Give one customer's probability of churn."""
        feed = {name: np.array([[customer[name]]], dtype=wanted) for name, wanted in self._types.items()}
        return float(self._session.run(None, feed)[1][0, 1])

    @cached_property
    def _types(self) -> dict[str, Any]:
        kinds = {column["name"]: column["kind"] for column in self.decision["columns"]}
        return {name: object if kind == "category" else np.float32 for name, kind in kinds.items()}

    def _feeds(self, columns: Columns) -> Iterator[dict[str, NDArray[Any]]]:
        rows = len(columns[next(iter(self._types))])
        for start in range(0, rows, BLOCK):
            yield {
                name: np.asarray(columns[name][start : start + BLOCK], dtype=wanted).reshape(-1, 1)
                for name, wanted in self._types.items()
            }
