"""From typed columns to what a classifier reads; the graph exported with the model holds all of it."""

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from churn import columns, contract


def for_lines() -> ColumnTransformer:
    """Give every category a column, scale the numbers, and add a log term for those that flatten as they grow."""
    curve = Pipeline([("log", FunctionTransformer(np.log1p, feature_names_out="one-to-one")), ("scale", _scale())])
    return ColumnTransformer(
        [
            ("category", _codes(), columns.names("category")),
            ("number", _scale(), columns.names("number", "flag")),
            ("curve", curve, list(contract.CURVED)),
        ],
        verbose_feature_names_out=True,
    )


def for_trees() -> ColumnTransformer:
    """Give every category a column and leave the numbers alone: scaling moves float32 values across split points."""
    return ColumnTransformer(
        [
            ("category", _codes(), columns.names("category")),
            ("number", "passthrough", columns.names("number", "flag")),
        ]
    )


def _codes() -> OneHotEncoder:
    """Code only the values seen in training; another one is no value at all, in every door alike."""
    return OneHotEncoder(handle_unknown="ignore", sparse_output=False)


def _scale() -> StandardScaler:
    return StandardScaler().set_fit_request(sample_weight=False)
