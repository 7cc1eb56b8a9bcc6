"""Which side of the split a row is on: for ever, whatever arrives later."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churn import columns
from churn.table import hashes

GOLDEN = 0x9E3779B97F4A7C15
"""The odd constant of Weyl sequences; it spreads neighbouring seeds over all 64 bits."""


def is_test(table: pd.DataFrame, seed: int, share: float) -> NDArray[np.bool_]:
    """Tell which rows of a typed table are test, shape (n,).

    A row is test when a seeded hash of its feature values, no id and no target, falls under `share`: equal rows
    stay together, and a row keeps its side whatever rows stand beside it.
    """
    features = table[columns.names()].copy()
    numbers = columns.names("number", "flag")
    features[numbers] = features[numbers].astype("float64") + 0.0  # -0.0 and 0.0 are one value
    salt = np.uint64(seed * GOLDEN % 2**64)
    seeded = pd.util.hash_array(hashes(features) ^ salt, categorize=False)
    return np.asarray(seeded / 2.0**64 < share)
