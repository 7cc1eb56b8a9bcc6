"""The stages by which the model was made, and what each of them reads and writes."""

from typing import Any

import streamlit as st

from churn.services.api.schemas.pipeline import Pipeline, Stage
from churn.services.dashboard import frame, kept, look
from churn.services.dashboard.charts.graph import dot


def show() -> None:
    """Show the graph of stages and one of them in full."""
    st.subheader("The stages", anchor=False)
    told: Pipeline | None = kept.found("The stages of this version are not known.", "pipeline")
    if told is None:
        return
    if not told.stages:
        frame.empty(
            "The stages of this version are not known.",
            f"{look.shown(told.words)}. The next `make pipeline` writes them down with its version.",
        )
        return
    if not told.of_served:
        st.warning("These stages are not those of the model that answers now.", icon=":material/difference:")
    st.caption(look.shown(told.words).capitalize() + ". Point at a stage to read what it is for.")
    graph, chosen = st.columns([2, 3], gap="medium")
    with graph.container(border=True):
        st.graphviz_chart(dot(told.stages), width="stretch", alt="Graph of the pipeline's stages and what follows what")
    with chosen:
        name = st.selectbox("Look into a stage", [one.name for one in told.stages], key="pipeline_stage")
        _stage(next(one for one in told.stages if one.name == name))


def _stage(one: Stage) -> None:
    with st.container(border=True):
        st.markdown(f"**{look.shown(one.name)}** {look.shown(one.words)}")
        st.code(one.cmd, language="sh", wrap_lines=True)
        rows = [_file(one, name, "reads") for name in one.deps] + [_file(one, name, "writes") for name in one.outs]
        st.dataframe(rows, hide_index=True, width="stretch", key="pipeline_files")
        if one.params:
            with st.expander("Knobs"):
                st.json(one.params)


def _file(one: Stage, name: str, what: str) -> dict[str, Any]:
    return {"": what, "File": name, "Digest": one.digests.get(name, look.UNKNOWN)}
