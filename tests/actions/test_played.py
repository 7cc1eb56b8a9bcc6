"""The workflows as they run: act plays them; here each make target only says that it was reached, or fails."""

import json
import shutil
import subprocess

import pytest

from actions.runner import FOLDER, WORKFLOWS, play

RECORDING = """
publish:
	@echo "made publish"
	@echo 'digests={"api": "sha256:12"}' >> "$$GITHUB_OUTPUT"
roll-out:
	@echo "made roll-out: $$CHURN_OVERLAY of $$CHURN_IMAGES, $$CHURN_DIGESTS"
	@test "$$CHURN_OVERLAY" != "$(BREAKS)"
%:
	@echo "made $@ by $${CHURN_USER:-nobody} because $${WHY:-no reason}"
	@test "$@" != "$(BREAKS)"
flag:
	@echo "made flag: hand=$$RETRAIN"
	@printf '%s\\n' "retrain=$${ANSWER:-false}" 'why=drift in $$(touch stolen) "charges"' >> "$$GITHUB_OUTPUT"
"""


@pytest.fixture
def clone(tmp_path):
    root = tmp_path / "clone"
    shutil.copytree(FOLDER, root / ".github" / "workflows")
    (root / "Makefile").write_text(RECORDING)
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "Start"]):
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@t", *words], cwd=root, check=True)
    return root


def made(played):
    return [line.split()[1].rstrip(":") for line in played.lines if line.startswith("made ")]


def test_quality_runs_every_guard(clone):
    played = play(clone, "quality", "pull_request")
    assert played.jobs == {"check": "succeeded", "security": "succeeded", "test": "succeeded"}, played.whole
    assert sorted(made(played)) == [
        "audit",
        "check",
        "check-lock",
        "coverage",
        "secrets",
        "test-tools",
        "verify-kubernetes",
    ]


def test_a_guard_that_fails_turns_it_red(clone):
    assert play(clone, "quality", "pull_request", BREAKS="audit").jobs["security"] == "failed"


@pytest.mark.parametrize("answer", ["false", "no", "unknown", "1"])
def test_without_a_plain_true_nothing_is_retrained(clone, answer):
    played = play(clone, "data", "push", ANSWER=answer)
    assert (made(played), played.jobs) == (["pull", "judge", "flag"], {"judge": "succeeded"}), played.whole


def test_the_flag_retrains_and_proposes_with_its_reason_as_text(clone):
    played = play(clone, "data", "push", ANSWER="true")
    assert played.jobs == {"judge": "succeeded", "retrain": "succeeded"}, played.whole
    assert made(played) == ["pull", "judge", "flag", "pull", "retrain", "pull-request"]
    (line,) = [line for line in played.lines if line.startswith("made retrain ")]
    assert line.endswith('because drift in $(touch stolen) "charges"')


@pytest.mark.parametrize("step", ["pull", "judge"])
def test_data_that_cannot_be_fetched_or_judged_retrains_nothing(clone, step):
    played = play(clone, "data", "push", ANSWER="true", BREAKS=step)
    assert played.jobs["judge"] == "failed"
    assert "retrain" not in made(played)


def test_a_retraining_that_fails_proposes_nothing(clone):
    played = play(clone, "data", "push", ANSWER="true", BREAKS="retrain")
    assert played.jobs["retrain"] == "failed"
    assert "pull-request" not in made(played)


def test_a_person_asks_by_hand(clone):
    said = play(clone, "data", "workflow_dispatch", "--input", "retrain=true", "--input", "why=prices rose").lines
    assert "made flag: hand=true" in said


@pytest.mark.parametrize("address", ["", "http://api.example"])
def test_a_merge_registers_promotes_and_looks_where_a_service_is_named(clone, address):
    played = play(clone, "promote", "push", "--var", f"CHURN_API_URL={address}", "--actor", "anna")
    wanted = ["pull", "check-lock", "register", "promote", *(["deployed"] if address else [])]
    assert made(played) == wanted, played.whole
    assert any("made promote by anna because merged as " in line for line in played.lines)


@pytest.mark.parametrize("step", ["pull", "check-lock", "register", "promote"])
def test_whatever_fails_before_it_promotes_nothing(clone, step):
    played = play(clone, "promote", "push", "--var", "CHURN_API_URL=http://api.example", BREAKS=step)
    assert played.jobs == {"promote": "failed"}
    assert made(played)[-1] == step


def test_a_tag_brings_the_same_digests_to_staging_and_then_to_production(clone):
    played = play(clone, "release", "push", "--var", "CHURN_IMAGES=ghcr.io/firm")
    assert played.jobs == dict.fromkeys(("images", "staging", "production"), "succeeded"), played.whole
    tried = ["roll-out", "smoke", "integration", "roll-out", "smoke"]
    assert made(played) == ["images", "publish", *tried], "production is touched after staging was tried"
    rolled = [line for line in played.lines if line.startswith("made roll-out")]
    assert rolled == [
        f'made roll-out: {where} of ghcr.io/firm, {{"api": "sha256:12"}}' for where in ("staging", "production")
    ]


@pytest.mark.parametrize("step", ["images", "staging", "smoke", "integration"])
def test_what_staging_does_not_take_never_reaches_production(clone, step):
    played = play(clone, "release", "push", BREAKS=step)
    assert "production" not in played.jobs
    assert not [line for line in played.lines if line.startswith("made roll-out: production")]


def test_secrets_are_masked(clone):
    (clone / "Makefile").write_text("%:\n\t@echo $$AWS_SECRET_ACCESS_KEY\n")
    subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qam", "x"], cwd=clone, check=True)
    played = play(clone, "promote", "push", "-s", "AWS_SECRET_ACCESS_KEY=hush-hush")
    assert "hush-hush" not in played.whole


def test_every_workflow_is_played():
    assert json.dumps(sorted(WORKFLOWS)) == '["data", "promote", "quality", "release"]'
