"""A branch `retrain/<digest>` becomes a pull request: its evidence is the text, a person's merge the approval."""

import subprocess  # nosec B404 git is asked for its own branches
from pathlib import Path

from churn.errors import ChurnError
from churn.services.forge.forge import Forge

BRANCHES = "refs/heads/retrain/"
CARD = "reports/evidence.md"
HEADING = "# Evidence for "


def propose(forge: Forge, base: str, workflow: str, where: Path = Path()) -> str:
    """Open the pull request of the newest branch of a retraining, and start its checks; say what was done."""
    branch = newest(where)
    if branch is None:
        return "no branch retrain/... here: the retraining made no new model, and there is nothing to approve"
    card = _git(where, "show", f"{branch}:{CARD}")
    address = forge.propose(branch, base, title(card), card)
    forge.start(workflow, branch)
    return f"{branch}: {address}"


def newest(where: Path) -> str | None:
    """Name the branch of a retraining that was committed last in this clone, or None where there is none."""
    listed = _git(where, "for-each-ref", "--sort=-committerdate", "--format=%(refname:lstrip=2)", BRANCHES)
    return next(iter(listed.splitlines()), None)


def title(card: str) -> str:
    """Give the first heading of the card as a title."""
    first = next(iter(card.splitlines()), "")
    named = first.removeprefix(HEADING).replace("`", "") if first.startswith(HEADING) else "a model"
    return f"Retrain: {named}"


def _git(where: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=where, capture_output=True, text=True, check=False)  # noqa: S603, S607  # nosec B603 B607
    if done.returncode:
        raise ChurnError(f"git {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout
