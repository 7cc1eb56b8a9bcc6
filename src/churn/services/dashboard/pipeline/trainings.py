"""Every training and its candidates."""

from typing import Any

import streamlit as st

from churn.services.api.schemas.versions import ExperimentsPage, Training
from churn.services.dashboard import frame, look, source
from churn.services.dashboard.pipeline import tracker

ROWS = 20
FIGURES = {"test_roc_auc": "ROC AUC, test rows", "cv_log_loss": "Log loss, cross-validated"}


def show() -> None:
    """Show trainings, newest first, and the candidates of the one that is chosen."""
    st.subheader("Trainings and their candidates", anchor=False)
    page = int(st.session_state.get("pipeline_page") or 1)
    told: ExperimentsPage = source.read("experiments", limit=ROWS, offset=(page - 1) * ROWS)
    if not told.trainings:
        frame.empty("No training is known.", "`make pipeline` trains; the service tells of it within a minute.")
        return
    columns = {"MLflow": st.column_config.LinkColumn("In MLflow", display_text="open")}
    chosen = st.dataframe(
        [_row(one) for one in told.trainings], column_config=columns, hide_index=True, width="stretch",
        on_select="rerun", selection_mode="single-row", key="pipeline_trainings",
    )  # fmt: skip
    if told.total > ROWS:
        st.pagination(-(-told.total // ROWS), key="pipeline_page")
    rows = chosen["selection"]["rows"] or [0]
    _candidates(told.trainings[min(rows[0], len(told.trainings) - 1)])


def _row(one: Training) -> dict[str, Any]:
    figures = {title: one.metrics.get(name) for name, title in FIGURES.items()}
    shown: dict[str, Any] = {
        "When": look.when(one.start),
        "Training": one.name,
        "Ended": one.status.lower(),
        "Versions": ", ".join(map(str, one.versions)) or "none",
        "Candidates": len(one.candidates),
        **figures,
    }
    link = tracker.run(one.id)
    return shown | {"MLflow": link} if link else shown


def _candidates(one: Training) -> None:
    st.markdown(f"Candidates of **{look.shown(one.name)}**, {look.when(one.start)}:")
    if not one.candidates:
        frame.empty("No candidates were logged with it.")
        return
    rows = [
        {
            "Candidate": found.get("name"),
            "Chosen": (found.get("tags") or {}).get("chosen") == "true",
            **{name.replace("_", " "): value for name, value in sorted((found.get("metrics") or {}).items())},
        }
        for found in one.candidates
    ]
    st.dataframe(rows, hide_index=True, width="stretch", key="pipeline_candidates")
    st.caption("Choose a training above (the box at the row's left) to see its candidates.")
