"""The last run: when, from which data and code, and where it is kept."""

import streamlit as st

from churn.services.api.schemas.model_info import ModelInfo
from churn.services.api.schemas.versions import Training
from churn.services.dashboard import look, source, tiles
from churn.services.dashboard.pipeline import tracker

SHORT, FEW = 12, 8
SHOWN = ("data", "code", "params", "contract")


def show() -> None:
    """Show the newest training and what the model that answers was made from."""
    st.subheader("The last run", anchor=False)
    trainings = source.read("experiments", limit=1).trainings
    newest: Training | None = trainings[0] if trainings else None
    told: ModelInfo = source.read("model_info")
    _figures(newest, told)
    _made_from(told)
    _links(told)


def _figures(newest: Training | None, told: ModelInfo) -> None:
    came = f"version {', '.join(map(str, newest.versions))}" if newest and newest.versions else "no version"
    shown = (
        ("Last training", newest.status.lower() if newest else "none yet", _when(newest)),
        ("Candidates", look.count(len(newest.candidates)) if newest else look.UNKNOWN, f"{came} came of it"),
        ("Answers now", f"version {told.version}", f"{told.family}, run {told.run[:SHORT]}"),
        ("Data version", _digest(told.digests.get("data")), "digest of the raw table"),
    )
    tiles.show([tiles.Tile(name, value, look.shown(below)) for name, value, below in shown], "pipeline")


def _when(training: Training | None) -> str:
    if training is None or not training.end:
        return "it is running" if training else "no training is known"
    return f"{look.age(training.end)}, {look.when(training.end)}"


def _made_from(told: ModelInfo) -> None:
    with st.expander("What it was made from: digests of data, code, knobs and contract"):
        digests = {"model": told.digest, **told.digests}
        commit = {"git commit": told.git_commit} if told.git_commit else {}
        rows = [{"Of": name.replace("_", " "), "Digest": value} for name, value in {**commit, **digests}.items()]
        st.dataframe(rows, hide_index=True, width="stretch")


def _links(told: ModelInfo) -> None:
    links = {
        "This version in MLflow": tracker.version(told.model, told.version),
        "Its training run": tracker.run(told.run),
        "All experiments": tracker.address(),
    }
    known = {name: link for name, link in links.items() if link}
    if not known:
        return
    with st.container(horizontal=True):
        for name, link in known.items():
            st.link_button(name, link, icon=":material/open_in_new:")


def _digest(value: str | None) -> str:
    """Shorten a digest, `md5:` and such left out."""
    return look.UNKNOWN if not value else value.rpartition(":")[2][:FEW]
