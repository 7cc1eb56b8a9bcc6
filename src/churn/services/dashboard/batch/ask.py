"""Which file, for what, and its scoring."""

import secrets
from dataclasses import dataclass

import streamlit as st

from churn.errors import ServiceError, TableError
from churn.services.client.predictions import Purpose
from churn.services.dashboard import faults, frame, look, source
from churn.services.dashboard.batch import read, workbook
from churn.services.dashboard.batch.done import Done
from churn.services.dashboard.batch.read import Upload
from churn.services.dashboard.batch.score import key, score

RUN = "batch_run"
WHAT_IF = "Try it out"
COUNTS = {"production": "For real", "simulated": "As simulated customers"}
SAID = {
    WHAT_IF: "The scores are yours alone: they are kept apart and count in no figure of any page.",
    COUNTS["production"]: "The scores become the customers' last known ones: they count in every page and call list.",
    COUNTS["simulated"]: "This service simulates: the scores count in its pages, and never among real customers.",
}


@dataclass(slots=True)
class Run:
    """What was asked when the button was pressed, a key that no other press has, and what came of it in the end."""

    asked: str
    key: str
    done: Done | None = None


def done() -> Done | None:
    """Give what was scored last in this visit; nobody else's visit holds it."""
    run: Run | None = st.session_state.get(RUN)
    return run.done if run else None


def show() -> None:
    """Ask for a file and its purpose, and score it when told to."""
    given = st.file_uploader(
        "A table of customers: CSV, Parquet or Excel, in the raw table's columns", read.ENDINGS,
        max_upload_size=read.MOST_MB, help=f"Up to {read.MOST_MB} MB and {read.MOST_ROWS:,} customers. {read.LARGER}",
    )  # fmt: skip
    if given is None:
        _begun(None)
        frame.empty(
            "No file yet.",
            "Choose one above. Every column of the raw table must be there, the customer's number may; other columns "
            "come back as they are. Nothing is scored before you say so.",
        )
        return
    try:
        _begin(given.name, given.getvalue())
    except TableError as fault:
        _begun(None)
        _unread(fault)


def _begin(name: str, content: bytes) -> None:
    sheet = None
    if name.lower().endswith(workbook.ENDING):
        sheet = _sheet(workbook.sheets(content, name))
    upload, counted = Upload(name, content, sheet), source.purpose()
    choice = st.radio("What for?", [WHAT_IF, COUNTS[counted]], horizontal=True, key="batch_purpose")
    st.caption(SAID[choice])
    purpose: Purpose = "what_if" if choice == WHAT_IF else counted
    asked = key(upload, purpose, source.ready().model_version)
    run = _begun(asked)
    if run is not None and run.done is not None:
        st.caption("This very file is scored already; below is what came of it.")
    elif st.button("Score it", type="primary", icon=":material/play_arrow:"):
        _run(upload, purpose, run or Run(asked, secrets.token_hex()))


def _begun(asked: str | None) -> Run | None:
    """Recall the run about what is asked; what came of another is dropped, and one that broke off may still go on."""
    run: Run | None = st.session_state.get(RUN)
    if run is None or run.asked == asked:
        return run
    if run.done is not None:
        st.session_state.pop(RUN)
    return None


def _sheet(names: list[str]) -> str:
    return names[0] if len(names) == 1 else st.selectbox("Which sheet?", names)


def _run(upload: Upload, purpose: Purpose, run: Run) -> None:
    bar, known = st.progress(0.0, "Reading the file …"), 0
    st.session_state[RUN] = run

    def watch(rows: int, total: int, scored: int) -> None:
        nonlocal known
        known = scored
        bar.progress(min(rows / max(total, 1), 1.0), f"{rows:,} of {total:,} rows are sent, {scored:,} scored …")

    try:
        run.done = score(source.client(), upload, purpose, run.key, watch)
    except TableError as fault:
        _unread(fault, known)
    except ServiceError as fault:
        faults.show(fault)
        st.markdown(
            "What was scored until then is kept. Press *Score it* again: the file goes on where it broke off, and "
            "nobody is counted twice."
        )
    else:
        st.rerun()
    finally:
        source.forget()  # also when it broke off: what was scored until then counts
        bar.empty()


def _unread(fault: TableError, scored: int = 0) -> None:
    """Say what keeps a file from being read, a line a fault."""
    lead, *rest = str(fault).split("\n")
    st.error(f"**This file cannot be scored.** {look.shown(lead)}", icon=":material/block:")
    if rest:
        st.markdown("\n".join(f"- {look.shown(one.strip())}" for one in rest))
    kept = f"{look.count(scored)} of its customers were scored before this was found; their scores are kept."
    st.caption(kept if scored else "Nothing of it was scored.")
