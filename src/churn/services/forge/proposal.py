"""A branch `retrain/<digest>` becomes a pull request: its evidence is the text, a person's merge the approval."""

import subprocess  # nosec B404 git is asked for its own branches
from pathlib import Path

from churn.errors import ChurnError
from churn.services.forge.forge import Forge

BRANCHES = ("refs/remotes/origin/retrain/", "refs/heads/retrain/")
REMOTE = "refs/remotes/origin/"
CARD = "reports/evidence.md"
HEADING = "# Evidence for "


def propose(forge: Forge, base: str, workflow: str, where: Path = Path()) -> str:
    """Open the pull request of the newest branch of a retraining, and start its checks; say what was done."""
    found = newest(where)
    if found is None:
        return (
            "no branch retrain/... upon this commit: the retraining made no new model, and there is nothing to approve"
        )
    branch, card = found.removeprefix(REMOTE).removeprefix("refs/heads/"), _git(where, "show", f"{found}:{CARD}")
    address = forge.propose(branch, base, title(card), card)
    forge.start(workflow, branch)
    return f"{branch}: {address}"


def newest(where: Path) -> str | None:
    """Name the branch of a retraining upon this commit that was made last, pushed or here; None where there is none."""
    asked = ("--contains", "HEAD", "--sort=-committerdate", "--format=%(refname)")
    return next(iter(_git(where, "for-each-ref", *asked, *BRANCHES).splitlines()), None)


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
