"""What charts are made from and what comes out."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import altair as alt
import pandas as pd  # noqa: F401  altair looks into it: a half-imported one, in another thread, would fail

Rows: TypeAlias = Sequence[Mapping[str, Any]]
Drawn: TypeAlias = alt.Chart | alt.LayerChart | alt.FacetChart | alt.HConcatChart | alt.VConcatChart


def data(rows: Rows) -> alt.InlineData:
    """Hold rows as a chart takes them; every chart says the type of each column itself."""
    return alt.InlineData(values=[dict(row) for row in rows])


def put(*layers: Any, height: int) -> Drawn:
    """Lay charts over one another; one of facets or of parts is no layer."""
    return alt.layer(*layers).properties(height=height)
