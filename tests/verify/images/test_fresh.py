"""An image is of these files only where git says so."""

import subprocess

from verify.images import fresh
from verify.images.engine import ROOT


def test_all_that_the_dockerfile_copies_is_looked_at():
    assert {"docker/Dockerfile", "docker/finish.sh", "pyproject.toml", "requirements.txt", "src", "scripts"} <= set(
        fresh.CONTEXT
    )
    assert all((ROOT / one).exists() for one in fresh.CONTEXT)


def test_an_image_without_a_commit_or_of_one_that_git_does_not_know_is_built_anew(monkeypatch):
    for told in ("", "unknown", "0" * 40):
        monkeypatch.setattr(fresh, "said", lambda *_words, told=told, **_options: told)
        assert fresh.revision("api") is None


def test_an_image_of_a_commit_since_which_a_file_has_changed_is_built_anew(monkeypatch, tmp_path):
    def git(*words):
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        return subprocess.run(("git", *who, *words), cwd=tmp_path, check=True, capture_output=True, text=True).stdout

    (tmp_path / "code").write_text("one")
    git("init", "-q")
    git("add", "code")
    git("commit", "-qm", "One")
    commit = git("rev-parse", "HEAD").strip()
    monkeypatch.setattr(fresh, "said", lambda *_words, **_options: commit)
    monkeypatch.setattr(fresh, "ROOT", tmp_path)
    monkeypatch.setattr(fresh, "CONTEXT", ["code"])
    assert fresh.revision("api") == commit
    (tmp_path / "code").write_text("two")
    assert fresh.revision("api") is None
