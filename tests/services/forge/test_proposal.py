"""Against a real HTTP server on loopback that keeps pull requests as the forge's API describes them."""

import subprocess

import pytest

import forges
from churn.errors import ChurnError, ServiceDown, ServiceError, ServiceStrange, SettingsError
from churn.services.forge.forge import Forge
from churn.services.forge.proposal import newest, propose, title

CARD = "# Evidence for model `abc`: pass\n\nbetter\n"


@pytest.fixture
def api():
    with forges.running() as server:
        yield server


@pytest.fixture
def forge(api):
    return Forge(api.url, "anna/churn", "secret-token")


@pytest.fixture
def clone(tmp_path):
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, "main", None)
    return tmp_path


def git(where, *words):
    subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@t", *words], cwd=where, check=True)


def commit(where, branch, card):
    if branch != "main":
        git(where, "switch", "-q", "-c", branch, "main")
    (where / "reports").mkdir(exist_ok=True)
    (where / "reports" / "evidence.md").write_text(card or "")
    git(where, "add", "-A")
    git(where, "commit", "-qm", branch)
    git(where, "switch", "-q", "main") if branch != "main" else None


def test_a_retraining_becomes_a_pull_request_and_its_checks_are_started(forge, api, clone):
    commit(clone, "retrain/abc", CARD)
    assert propose(forge, "main", "quality.yml", clone) == "retrain/abc: https://forge/1"
    (opened, made, who), (started, ref, _) = api.asked
    assert opened == "/repos/anna/churn/pulls"
    assert made == {"title": "Retrain: model abc: pass", "body": CARD, "head": "retrain/abc", "base": "main"}
    assert who == "Bearer secret-token"
    assert (started, ref) == ("/repos/anna/churn/actions/workflows/quality.yml/dispatches", {"ref": "retrain/abc"})


def test_a_second_run_renews_the_pull_request(forge, api, clone):
    commit(clone, "retrain/abc", CARD)
    propose(forge, "main", "quality.yml", clone)
    git(clone, "branch", "-qD", "retrain/abc")
    commit(clone, "retrain/abc", CARD.replace("pass", "unknown"))
    assert propose(forge, "main", "quality.yml", clone) == "retrain/abc: https://forge/1"
    assert [one["title"] for one in api.pulls] == ["Retrain: model abc: unknown"]


def test_a_branch_that_was_only_pushed_is_found_and_one_upon_another_commit_is_not(forge, api, clone, tmp_path_factory):
    origin = tmp_path_factory.mktemp("origin")
    git(origin, "init", "-q", "--bare")
    git(clone, "remote", "add", "origin", str(origin))
    commit(clone, "retrain/old", CARD)
    git(clone, "push", "-q", "origin", "retrain/old")
    git(clone, "branch", "-qD", "retrain/old")
    git(clone, "commit", "-q", "--allow-empty", "-m", "The next batch")
    assert "nothing to approve" in propose(forge, "main", "quality.yml", clone)
    commit(clone, "retrain/abc", CARD)
    git(clone, "push", "-q", "origin", "retrain/abc")
    git(clone, "branch", "-qD", "retrain/abc")
    assert propose(forge, "main", "quality.yml", clone) == "retrain/abc: https://forge/1"


def test_without_a_branch_nothing_is_asked(forge, api, clone):
    assert "nothing to approve" in propose(forge, "main", "quality.yml", clone)
    assert (newest(clone), api.asked) == (None, [])


def test_a_branch_without_evidence_is_not_proposed(forge, api, clone):
    git(clone, "rm", "-q", "reports/evidence.md")
    git(clone, "commit", "-qm", "x")
    git(clone, "branch", "retrain/bare")
    with pytest.raises(ChurnError, match=r"evidence\.md"):
        propose(forge, "main", "quality.yml", clone)
    assert api.asked == []


@pytest.mark.parametrize(("status", "words"), [(401, "run out"), (403, "pull-requests: write"), (404, "does not see")])
def test_a_refusal_says_what_to_set_and_never_the_token(forge, api, clone, status, words):
    commit(clone, "retrain/abc", CARD)
    api.status = status
    with pytest.raises(ServiceError, match=words) as raised:
        propose(forge, "main", "quality.yml", clone)
    assert "secret-token" not in str(raised.value) + repr(forge)


def test_a_redirect_does_not_carry_the_token_elsewhere(forge, api):
    api.status = 302
    with pytest.raises(ServiceError, match="302"):
        forge.start("quality.yml", "main")


def test_what_is_no_api_is_strange(forge, api):
    api.body = b"<html>"
    with pytest.raises(ServiceStrange, match="JSON"):
        forge.propose("a", "main", "t", "b")
    api.body = b"{}"
    with pytest.raises(ServiceStrange, match="no pull request"):
        forge.propose("a", "main", "t", "b")


def test_nobody_there_and_no_address():
    with pytest.raises(ServiceDown, match="does not answer"):
        Forge("http://127.0.0.1:9", "anna/churn", "t").start("quality.yml", "main")
    with pytest.raises(SettingsError, match="no token of the forge"):
        Forge("http://127.0.0.1:9", "anna/churn", " ")


def test_a_card_without_its_heading_still_has_a_title():
    assert [title(""), title("# Hello")] == ["Retrain: a model", "Retrain: a model"]
