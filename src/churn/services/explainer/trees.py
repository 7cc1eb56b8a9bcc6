"""Trees as plain data, and what each column adds to their sum (TreeSHAP)."""

import base64
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from churn.errors import SettingsError

FIELDS = {"left": "<i4", "right": "<i4", "feature": "<i2", "number": "<f8", "cover": "<f4"}
BELOW = -1
"""A leaf's child."""


def ready() -> str:
    """Load the vendor, which takes seconds, and give its version. Raises SettingsError if it is not installed."""
    try:
        import shap
    except ModuleNotFoundError as fault:
        raise SettingsError("explaining trees needs an extra: pip install 'telco-churn[explain]'") from fault
    return str(shap.__version__)


class Trees:
    """A model of trees, read from the explanation that `train` put into its file.

    Contributions are exact and add up: base + their sum is the model's own sum over trees, log-odds for boosting and
    a probability for a forest. They are relative to the average training customer, weighted by how many came by each
    node (path-dependent TreeSHAP).
    """

    def __init__(self, explanation: Mapping[str, Any]) -> None:
        import shap

        self.features = [(one["column"], one["value"]) for one in explanation["features"]]
        spelt = {"trees": _unpack(explanation), "base_offset": explanation["base"], "input_dtype": np.float32}
        self._shap = shap.TreeExplainer(spelt, feature_perturbation="tree_path_dependent")
        self.base = float(np.ravel(self._shap.expected_value)[0])

    def contributions(self, customers: Sequence[Mapping[str, Any]]) -> list[dict[str, float]]:
        """Give each column's contribution for each customer; the codes of a category count together."""
        values = np.asarray(self._shap.shap_values(self._matrix(customers), check_additivity=False))
        owners = [column for column, _ in self.features]
        totals = {name: np.zeros(len(customers)) for name in owners}
        for owner, column in zip(owners, values.reshape(len(customers), len(owners)).T, strict=True):
            totals[owner] += column
        return [{name: float(total[row]) for name, total in totals.items()} for row in range(len(customers))]

    def _matrix(self, customers: Sequence[Mapping[str, Any]]) -> NDArray[np.float32]:
        cells = [
            [customer[column] if value is None else customer[column] == value for column, value in self.features]
            for customer in customers
        ]
        return np.array(cells, np.float32)


def _unpack(explanation: Mapping[str, Any]) -> list[dict[str, NDArray[Any]]]:
    ends = np.cumsum([0, *explanation["sizes"]])
    arrays = {name: np.frombuffer(base64.b64decode(explanation[name]), kind) for name, kind in FIELDS.items()}
    return [_tree({name: array[start:end] for name, array in arrays.items()}) for start, end in pairwise(ends)]


def _tree(nodes: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    leaf = nodes["right"] == BELOW
    return {
        "children_left": nodes["left"],
        "children_right": nodes["right"],
        "children_default": nodes["left"],
        "features": np.where(leaf, BELOW, nodes["feature"]),
        "thresholds": np.where(leaf, 0.0, nodes["number"]),
        "values": np.where(leaf, nodes["number"], 0.0).reshape(-1, 1),
        "node_sample_weight": nodes["cover"].astype(np.float64),
    }
