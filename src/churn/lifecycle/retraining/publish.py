"""Hand batches over: their content to DVC's remote, their pointers to a branch of git's."""

from pathlib import Path

from churn.lifecycle.retraining.export import Exported
from churn.stores.clone import Clone

POINTER = ".dvc"


def pointer(batch: Path) -> Path:
    """Name the file by which git knows a batch."""
    return batch.with_name(batch.name + POINTER)


def publish(clone: Clone, found: Exported, remote: str | None) -> str:
    """Make pointers, push the content, and let a branch hold the pointers; say what was done.

    Doing it again does only what is missing: content goes first, so that no pointer names what nobody has.
    """
    branch, batches = found.branch, [*found.labelled, *found.current]
    present = [one for one in batches if (clone.root / one).exists()]
    if present:
        clone.dvc("add", "-q", *map(str, present))
    for one in found.gone:
        for left in (one, pointer(one)):
            (clone.root / left).unlink(missing_ok=True)
    pointers = [pointer(one) for one in batches]
    if remote is not None:
        clone.dvc("push", "-q", *map(str, pointers))
    before = clone.tip(remote, branch)
    parent, gone = before or clone.git("rev-parse", "HEAD"), [pointer(one) for one in found.gone]
    trailers = _trailers(found)
    untold = bool(trailers) and trailers.strip() not in clone.git("log", "-1", "--format=%B", parent)
    made = clone.commit(pointers, parent, f"Add the batches of {branch}{trailers}", gone, even=untold)
    if made is None:
        return f"branch {branch}: nothing new"
    clone.give(remote, made, branch)
    return f"branch {branch}{f' at {remote}' if remote else ', kept here'}"


def _trailers(found: Exported) -> str:
    """Let the commit tell why a challenger is asked for: whoever trains on it has no ledger."""
    if found.asked is None:
        return ""
    return f"\n\nChurn-Decision: {found.asked.action}\nChurn-Why: {' '.join(found.asked.words.split())}"
