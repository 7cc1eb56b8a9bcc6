"""The customers with their answers, to look at and to take away."""

import codecs
import io
from typing import Any

import pyarrow as pa
import streamlit as st
from pyarrow import compute, csv, parquet

from churn import contract
from churn.scoring.files import header
from churn.services.dashboard import look
from churn.services.dashboard.batch import ask
from churn.services.dashboard.batch.done import Done
from churn.services.dashboard.spreadsheet import plain

SHOWN = 100
COLUMNS: dict[str, Any] = {
    "customer": "Customer",
    "churn_probability": st.column_config.ProgressColumn("Risk", min_value=0, max_value=1, format="percent"),
    "risk_tier": "Tier",
    "expected_value": st.column_config.NumberColumn("Worth of an offer", format="%.2f"),
    "prediction_id": "Prediction",
}


def show() -> None:
    """Show the customers whom it pays most to call, and offer all as a file."""
    found = ask.done()
    if found is None or not found.scored:
        return
    st.subheader("Customers, most worth an offer first", anchor=False)
    st.dataframe(best(found), column_config=COLUMNS, hide_index=True, width="stretch")
    if found.scored > SHOWN:
        st.caption(f"The first {SHOWN} of {look.count(found.scored)}; the files have all, in the order of yours.")
    stem = found.name.partition(".")[0] or "customers"
    for place, (words, make, ending, media) in zip(st.columns(2), FILES, strict=True):
        place.download_button(
            words, lambda make=make: make(found), f"{stem}-scored.{ending}", media, on_click="ignore",  # type: ignore[misc]  # bound now
            icon=":material/download:", width="stretch",
        )  # fmt: skip


def best(found: Done) -> list[dict[str, Any]]:
    """Give the customers of the highest worth."""
    rows = found.table()
    order = compute.sort_indices(rows, [("expected_value", "descending")])[:SHOWN]
    told: list[dict[str, Any]] = rows.take(order).to_pylist()
    return [{name: row.get((contract.ID or "") if name == "customer" else name) for name in COLUMNS} for row in told]


def as_csv(found: Done) -> bytes:
    """Write all as CSV; no text of it is a formula to a spreadsheet.

    What the contract allows is none: only the name and the columns that nothing read can hold any text.
    """
    rows = found.table()
    for name in {contract.ID, *found.unread} & set(rows.column_names):
        place = rows.schema.get_field_index(name)
        if header.is_text(rows.schema.field(place).type):
            rows = rows.set_column(place, name, _plain(rows.column(place)))
    text = io.BytesIO()
    text.write(codecs.BOM_UTF8)
    csv.write_csv(rows.rename_columns([plain(name) for name in rows.column_names]), text)
    return text.getvalue()


def as_parquet(found: Done) -> bytes:
    """Write all as Parquet."""
    text = io.BytesIO()
    parquet.write_table(found.table(), text)
    return text.getvalue()


def _plain(cells: Any) -> pa.Array:
    return pa.array([_number_or_plain(cell) for cell in cells.to_pylist()], pa.string())


def _number_or_plain(cell: str | None) -> str | None:
    """Leave numbers as they are, also negative ones."""
    if cell is None:
        return None
    try:
        float(cell)
    except ValueError:
        return plain(cell)
    return cell


FILES = (
    ("Download as CSV", as_csv, "csv", "text/csv"),
    ("Download as Parquet", as_parquet, "parquet", "application/vnd.apache.parquet"),
)
