import subprocess

import pytest

from churn.lifecycle.flag import Asked, Decided, Flag, decided, flag, read, tell

QUIET = {"state": "no_drift", "kind": None, "retrain": False, "summary": "a.csv: no drift"}
MOVED = QUIET | {"state": "drift", "kind": "behaviour", "retrain": True, "summary": "a.csv: drift"}
BROKEN = QUIET | {"state": "drift", "kind": "data_fault", "summary": "a.csv: charges in cents"}
DECIDED = Decided("retrain", "loss confirmed by 900 labels")
PUSHED = Asked("push")


@pytest.mark.parametrize(
    ("asked", "reading", "decision", "wanted"),
    [
        (PUSHED, MOVED, None, True),
        (PUSHED, QUIET, None, False),
        (PUSHED, QUIET, DECIDED, True),
        (PUSHED, QUIET, Decided("prepare", ""), False),
        (PUSHED, BROKEN, None, False),
        (PUSHED, BROKEN, DECIDED, False),
        (Asked("schedule"), QUIET, None, True),
        (Asked("schedule"), BROKEN, None, False),
        (Asked("workflow_dispatch"), QUIET, None, False),
        (Asked("workflow_dispatch", by_hand=True), QUIET, None, True),
        (Asked("workflow_dispatch", by_hand=True), BROKEN, None, True),
        (PUSHED, MOVED | {"state": "unknown", "retrain": False}, None, False),
    ],
)
def test_who_asks_decides(asked, reading, decision, wanted):
    assert flag(asked, reading, decision).retrain is wanted


@pytest.mark.parametrize("reading", [None, [], "drift", 1])
def test_without_a_reading_nobody_retrains_but_a_person(reading):
    assert flag(Asked("schedule"), reading, DECIDED) == Flag(False, "unknown: there is no reading of drift")
    assert flag(Asked("", by_hand=True), reading).retrain


@pytest.mark.parametrize("said", ["yes", 1, None, "true"])
def test_only_a_plain_true_retrains(said):
    assert not flag(PUSHED, QUIET | {"retrain": said}).retrain


def test_a_reason_cannot_add_outputs_of_its_own(tmp_path):
    outputs = tmp_path / "outputs"
    outputs.write_text("before=1\n")
    tell(flag(Asked("", by_hand=True, why="x\nretrain=true\rsecret=1"), None), outputs)
    assert outputs.read_text() == "before=1\nretrain=true\nwhy=asked for by hand: x retrain=true secret=1\n"


def test_what_cannot_be_read_tells_nothing(tmp_path):
    (tmp_path / "torn.json").write_text("{")
    assert [read(tmp_path / "none.json"), read(tmp_path / "torn.json")] == [None, None]


def commit(where, words):
    who = ["-c", "user.name=t", "-c", "user.email=t@t"]
    for asked in (["init", "-q"], [*who, "commit", "-q", "--allow-empty", "-m", words]):
        subprocess.run(["git", *asked], cwd=where, check=True)


def test_a_pushed_commit_carries_the_decision(tmp_path):
    commit(tmp_path, "Add the batches of data/x\n\nChurn-Decision: retrain\nChurn-Why: it loses 900 a month")
    assert decided("push", tmp_path) == Decided("retrain", "it loses 900 a month")
    assert decided("schedule", tmp_path) is None
    commit(tmp_path, "Churn-Decision: retrain is only spoken of here\n\nin words")
    assert decided("push", tmp_path) is None


def test_no_clone_carries_none(tmp_path):
    assert decided("push", tmp_path) is None
