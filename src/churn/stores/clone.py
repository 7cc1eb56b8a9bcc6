"""The clone at hand: what git and DVC are asked, and what they answer. HEAD and the working folder stay as they are."""

import os
import subprocess  # nosec B404 git and dvc are run with words of this project
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from churn.errors import CloneError

SECONDS = 900
"""After so long a remote that does not answer is given up."""
QUIET = {"GIT_TERMINAL_PROMPT": "0", "DVC_NO_ANALYTICS": "1", "COLUMNS": "10000"}  # DVC breaks long lines
LINES, LONG = 10, 60
DEEP, EXAMPLE = " " * 6, ", for example"
"""How stage validate sets off the rows that it shows."""


class Clone:
    """A working folder under git; every command runs in it, and one that fails raises CloneError."""

    def __init__(self, root: Path, who: str = "churn") -> None:
        self.root, self._who = root.absolute(), who

    def git(self, *words: str, **env: str) -> str:
        """Ask git."""
        return self._run(["git", *words], env, SECONDS)

    def dvc(self, *words: str, seconds: float = SECONDS, **env: str) -> str:
        """Ask DVC."""
        return self._run([sys.executable, "-m", "dvc", *words], env, seconds)

    def check(self, remote: str | None) -> None:
        """Refuse a folder that is no clone, and one without the remote that is wanted. Raises CloneError."""
        if not (self.root / ".git").exists():
            raise CloneError(f"{self.root} is no git clone; run this in the top folder of one")
        if remote is not None and remote not in self.git("remote").split():
            raise CloneError(f"there is no git remote `{remote}`; add one, or keep everything here with --local")

    def tip(self, remote: str | None, branch: str) -> str | None:
        """Name the commit of a branch, of a remote or here, and bring it here; None where there is no such branch."""
        name = f"refs/heads/{branch}"
        if remote is None:
            return self.git("for-each-ref", "--format=%(objectname)", name) or None
        if not self.git("ls-remote", remote, name):
            return None
        self.git("fetch", "-q", "--no-tags", remote, name)
        return self.git("rev-parse", "FETCH_HEAD")

    def commit(
        self, paths: Iterable[Path], parent: str, words: str, gone: Iterable[Path] = (), even: bool = False
    ) -> str | None:
        """Make a commit upon another, with some files as they are here; None where it would change nothing.

        What is in `gone` is in it no longer; `even` if it changes nothing, it is made for its words.
        """
        with TemporaryDirectory() as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            self.git("read-tree", parent, **index)
            self.git("update-index", "--add", "--", *map(str, paths), **index)
            for path in gone:
                self.git("update-index", "--force-remove", "--", str(path), **index)
            tree = self.git("write-tree", **index)
        if not even and tree == self.git("rev-parse", f"{parent}^{{tree}}"):
            return None
        return self.git("commit-tree", tree, "-p", parent, "-m", words, **self._author())

    def commit_all(self, words: str) -> str:
        """Commit the whole folder, as it is, upon its HEAD; give the commit."""
        self.git("add", "-A")
        self.git("commit", "-q", "--no-verify", "-m", words, **self._author())
        return self.git("rev-parse", "HEAD")

    def content(self, commit: str) -> str:
        """Name the content of a commit, whoever made it and when."""
        return self.git("rev-parse", f"{commit}^{{tree}}")

    def changed(self, path: str) -> bool:
        """Tell whether a file differs from HEAD."""
        return bool(self.git("status", "--porcelain", "--", path))

    def give(self, remote: str | None, commit: str, branch: str) -> None:
        """Let a branch, of a remote or here, stand at a commit that follows from it. Raises CloneError."""
        if remote is None:
            self.git("branch", "-f", branch, commit)
        else:
            self.git("push", "-q", remote, f"{commit}:refs/heads/{branch}")

    def _author(self) -> dict[str, str]:
        """Name who commits where git does not know."""
        known = subprocess.run(["git", "config", "user.email"], cwd=self.root, capture_output=True, check=False)  # noqa: S607 # nosec B603 B607 fixed words
        if known.stdout.strip():
            return {}
        names = {"NAME": self._who, "EMAIL": "churn@localhost"}
        return {f"GIT_{role}_{name}": value for role in ("AUTHOR", "COMMITTER") for name, value in names.items()}

    def _run(self, words: list[str], env: Mapping[str, str], seconds: float) -> str:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        seeing = {**os.environ, **QUIET, "PATH": path, **env}
        told = " ".join(words if words[0] == "git" else ["dvc", *words[3:]])[:LONG]
        try:
            done = subprocess.run(  # noqa: S603 # nosec B603 no shell, words of this project
                words, cwd=self.root, env=seeing, capture_output=True, text=True, timeout=seconds, check=False
            )
        except FileNotFoundError as fault:
            raise CloneError(f"{words[0]} is not installed here") from fault
        except subprocess.TimeoutExpired as fault:
            raise CloneError(f"`{told}` did not end within {seconds:g} s; is the remote there?") from fault
        if done.returncode:
            raise CloneError(f"`{told}` failed:\n  {_reason(done.stderr or done.stdout)}")
        return done.stdout.strip()


def _reason(said: str) -> str:
    """Keep what went wrong: from the first error on, without the examples below it, which may name customers."""
    lines = [line.partition(EXAMPLE)[0] for line in said.strip().splitlines() if not line.startswith(DEEP)]
    errors = [place for place, line in enumerate(lines) if line.startswith("error:")]
    kept = lines[errors[0] :][:LINES] if errors else lines[-LINES:]
    return "\n  ".join(kept)
