"""The rows that were refused, and why."""

from collections import Counter
from typing import Any

import streamlit as st

from churn.services.dashboard import frame, look, spreadsheet
from churn.services.dashboard.batch import ask
from churn.services.dashboard.batch.done import Done

SHOWN, REASONS = 500, 8
COLUMNS: dict[str, Any] = {
    "number": st.column_config.NumberColumn(
        "No.", help="which customer of the file, its first being 1; blank lines are not counted", width="small"
    ),
    "column": "Column",
    "value": "What it holds",
    "reason": st.column_config.TextColumn("What is wrong", width="large"),
}


def show() -> None:
    """Show what was refused, by reason and row by row."""
    found = ask.done()
    if found is None or not found.rejects:
        return
    st.subheader("Refused rows", anchor=False)
    if not found.scored:
        frame.empty(
            "None of the rows keeps the contract, so nothing was scored.",
            "Look at the reasons below: when all rows fail in one column, its spelling is usually another one.",
        )
    counts = Counter((one.column, one.reason) for one in found.rejects)
    said = [f"- **{look.shown(column or 'the line')}** {look.shown(reason)}: {look.count(many)} rows"
            for (column, reason), many in counts.most_common(REASONS)]  # fmt: skip
    st.markdown("\n".join(said))
    rows = [row(found, place) for place in range(min(SHOWN, len(found.rejects)))]
    st.dataframe(rows, column_config=COLUMNS, hide_index=True, width="stretch")
    if len(found.rejects) > SHOWN:
        st.caption(f"The first {SHOWN} of {look.count(len(found.rejects))} faults; the file below has all.")
    st.download_button(
        "Download the refused rows", lambda: written(found), "refused.csv", "text/csv", on_click="ignore",
        icon=":material/download:",
    )  # fmt: skip


def row(found: Done, place: int) -> dict[str, Any]:
    """Spell one fault, and of which customer; lines tell nothing where some are blank or a cell breaks over two."""
    one = found.rejects[place]
    return {"number": one.row + 1, "column": one.column or "the line", "value": one.value, "reason": one.reason}


def written(found: Done) -> bytes:
    """Write every fault as CSV."""
    rows = (row(found, place) for place in range(len(found.rejects)))
    return spreadsheet.written(COLUMNS, ([cells["number"], *map(str, list(cells.values())[1:])] for cells in rows))
