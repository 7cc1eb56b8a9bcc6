"""The threat model: each threat has a control, and each control a test that exists."""

import ast
import re

import pytest

from house import ROOT

PAGE = (ROOT / "monitoring/runbooks/threats.md").read_text()
ROWS = [
    line.strip("|").split("|") for line in PAGE.partition("## what is encrypted")[0].splitlines() if line[:2] == "| "
]
THREATS = [(threat.strip(), re.findall(r"`(tests/[^`]+)`", tests)) for threat, _, tests in ROWS[1:]]
STORES = ("ledger, SQLite", "PostgreSQL", "S3", "bundle", "API keys", "secrets", "backups", "logs")


@pytest.mark.parametrize(("threat", "tests"), THREATS, ids=[threat for threat, _ in THREATS])
def test_a_threat_names_tests_that_exist(threat, tests):
    assert tests
    for one in tests:
        path, _, name = one.partition("::")
        named = {node.name for node in ast.walk(ast.parse((ROOT / path).read_text())) if hasattr(node, "name")}
        assert name in named if name else "/checks/" in path, one


def test_there_are_threats_on_one_page():
    assert len(THREATS) >= 15
    assert len(PAGE.splitlines()) <= 60


@pytest.mark.parametrize("store", STORES)
def test_each_store_says_what_is_encrypted_at_rest_and_on_the_way(store):
    told = [line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("| ") and store in line[:45]]
    assert told
    assert all(cell.strip() for row in told for cell in row)
