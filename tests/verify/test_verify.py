"""The table: a check that breaks or says nothing has failed, and what failed is the exit code."""

import sys
import time
from types import SimpleNamespace

import pytest

from verify import __main__ as verify
from verify.report import page
from verify.row import Result, judged, not_run, passed


def ended(monkeypatch, tmp_path, check, *more):
    return ended_all(monkeypatch, tmp_path, {"nginx": check}, *more)


def ended_all(monkeypatch, tmp_path, checks, *more):
    for name, check in checks.items():
        monkeypatch.setitem(sys.modules, f"verify.checks.{name}", SimpleNamespace(check=check))
    monkeypatch.setattr(verify, "REPORT", tmp_path / "verification.md")
    monkeypatch.setattr(verify, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["verify", "--only", *checks, *more])
    return verify.main()


def test_all_that_held_is_a_good_end_and_is_written(monkeypatch, tmp_path):
    assert ended(monkeypatch, tmp_path, lambda _: [passed("nginx.conf", "nginx -t", "two | three")], "--write") == 0
    assert "| nginx.conf | nginx -t | passed | two \\| three |" in (tmp_path / "verification.md").read_text()


@pytest.mark.parametrize("faults", [["no TLS"], ["no TLS", "no limit"]])
def test_a_fault_is_a_bad_end(monkeypatch, tmp_path, faults):
    assert ended(monkeypatch, tmp_path, lambda _: [judged("nginx.conf", "nginx -t", faults)]) == 1


def test_a_check_that_breaks_or_says_nothing_has_failed(monkeypatch, tmp_path):
    def broken(folder):
        yield passed("one", "it")
        raise OSError("no nginx")

    assert ended(monkeypatch, tmp_path, broken) == 1
    assert ended(monkeypatch, tmp_path, lambda _: []) == 1


def test_two_run_at_once_and_compose_waits_for_both(monkeypatch, tmp_path):
    def waiting(mine, others):
        def check(folder):
            (tmp_path / mine).touch()
            until = time.monotonic() + 20
            while not (tmp_path / others).exists() and time.monotonic() < until:
                time.sleep(0.01)
            yield judged(mine, "it", [] if (tmp_path / others).exists() else [f"{others} never began"])

        return check

    def after(folder):
        yield passed("compose", f"after {sorted(one.name for one in tmp_path.iterdir())}")

    checks = {"compose": after, "images": waiting("images", "nginx"), "nginx": waiting("nginx", "images")}
    assert ended_all(monkeypatch, tmp_path, checks, "--write") == 0
    told = (tmp_path / "verification.md").read_text()
    assert told.index("| nginx |") < told.index("| images |") < told.index("after ['images', 'nginx']")


def test_what_could_not_be_run_is_said_and_is_no_pass():
    row = not_run("grafana", "no package index has it")
    assert row.result is Result.NOT_RUN
    assert "| grafana |  | not run | no package index has it |" in page([row], {"images": 60.0}, 60.0)
