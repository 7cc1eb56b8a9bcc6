"""Each kind of alert has a rule, an owner and a section of a runbook."""

import re
from pathlib import Path

import pytest

from churn.lifecycle.alerting import rules
from churn.params.alerts import SEVERITIES

ROOT = Path(__file__).parents[3]
PARTS = ("**What it means.**", "**Look first.**", "**Then.**", "**It is over when**")


def section(place: str) -> str:
    """Give the text under the heading that a runbook's address names."""
    path, _, name = place.partition("#")
    parts = re.split(r"^## (.+)$", (ROOT / path).read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))[name]


@pytest.mark.parametrize("kind", [*rules.RULES, rules.UNKNOWN_SECTION])
def test_a_rule_has_severity_owner_and_a_whole_section_in_its_runbook(kind):
    rule = rules.rule_of(kind)
    assert rule.severity in SEVERITIES
    assert rule.owner in {rules.DATA, rules.MODEL, rules.CALL}
    assert rule.title
    assert rule.first.endswith(".")
    text = section(rules.runbook(kind))
    assert [part for part in PARTS if part not in text] == []


def test_every_section_of_an_alerts_runbook_belongs_to_a_rule():
    for page in (ROOT / rules.FOLDER / f"{name}.md" for name in {rule.page for rule in rules.RULES.values()}):
        named = re.findall(r"^## (.+)$", page.read_text(), flags=re.MULTILINE)
        assert named == [kind for kind in named if rules.runbook(kind).startswith(f"{rules.FOLDER}/{page.name}#")]
        assert len(named) == len(set(named))


def test_what_nobody_can_place_is_not_taken_lightly():
    assert (rules.rule_of("never heard of").severity, rules.runbook("x")) == (
        "high",
        f"{rules.FOLDER}/alerting.md#unknown",
    )
