import pytest

import models
from churn.errors import SearchError
from churn.lifecycle import retirement
from churn.lifecycle.question import question
from churn.lifecycle.search import search
from churn.stores.tracking.registry import Registry

POOR, GOOD, TREES = models.model(noise=0.9, rows=400), models.model(), models.grown("boosting")


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """Three versions, which no test changes; version 2 tells no log loss."""
    folder = tmp_path_factory.mktemp("three")
    known = models.empty_store(folder / "template.db", folder)
    for one, auc, loss in ((POOR, 0.61, 0.6), (GOOD, 0.8, None), (TREES, 0.85, 0.41)):
        told = {} if loss is None else {"log_loss": {"value": loss}}
        models.enter(known, folder, one, {"roc_auc": {"value": auc, "low": auc - 0.02, "high": auc + 0.02}} | told)
    return known


@pytest.fixture
def find(three):
    def find(asked="", tags=(), metrics=(), order="version asc", limit=50):
        return search(Registry(three.store, "telco-churn"), question(asked, tags, metrics, order, limit))

    return find


def numbers(found):
    return [one.marks["version"] for one in found.versions]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", [1, 2, 3]),
        ("metrics.roc_auc > 0.7", [2, 3]),
        ("metrics.test_roc_auc >= 0.8 and tags.family = 'scorecard'", [2]),
        ('metrics.roc_auc > 0.7 AND tags.family != "scorecard"', [3]),
        ("metric.roc_auc_low > 8e-1", [3]),
        ("metrics.`roc_auc` <= .61", [1]),
        ("tags.family ilike 'SCORE%'", [1, 2]),
        ("tags.family like 'SCORE%'", []),
        ("alias = 'challenger'", [3]),
        ("alias != '@challenger'", [1, 2]),
        ("retired = false and version > 1", [2, 3]),
        ("created >= '2020' and created < '2021-01-01'", []),
        (f"digest = '{GOOD.metadata['digest']}'", [2]),
    ],
)
def test_versions_are_found_by_metric_tag_and_mark(find, asked, expected):
    assert numbers(find(asked)) == expected


def test_options_are_further_conditions(find):
    assert numbers(find(tags=["family=scorecard"], metrics=["roc_auc>0.7"])) == [2]
    assert numbers(find("version < 3", metrics=["metrics.roc_auc < 0.7"])) == [1]


def test_what_is_found_is_ordered_with_what_is_not_told_last_and_cut(find):
    assert numbers(find(order="metrics.log_loss asc")) == [3, 1, 2]
    assert numbers(find(order="metrics.log_loss desc")) == [1, 3, 2]
    assert numbers(find(order="metrics.roc_auc desc", limit=2)) == [3, 2]


def test_a_figure_that_a_version_does_not_tell_is_said_and_meets_no_condition(find):
    for sign in ("<", ">=", "!="):
        found = find(f"metrics.log_loss {sign} 0.5")
        assert 2 not in numbers(found)
        assert found.silent == {"metrics.test_log_loss": 1}
        assert "1 of 3 versions do not tell metrics.test_log_loss" in found.words


def test_a_retired_version_is_found_as_such(three, find):
    retirement.retire(three, models.REGISTER, 1, "a broken export")
    found = find("retired = true")
    retirement.unretire(three, models.REGISTER, 1, "for the other tests")
    assert numbers(found) == [1]
    assert found.plain()["versions"][0]["retired"]["why"] == "a broken export"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("roc_auc > 0.8", "'roc_auc' is neither metrics.NAME nor tags.NAME"),
        ("metrics.roc_auc", "cannot read the condition at 'metrics.roc_auc'"),
        ("metrics.roc_auc > 0.8 or tags.family = 'x'", "cannot read the condition"),
        ("metrics.roc_auc > 0.8 and", "cannot read the condition at ''"),
        ("metrics.roc_auc > 0.8x", "cannot read the condition"),
        ("metrics.roc_auc > 'high'", "metrics.roc_auc is a number"),
        ("metrics.roc_auc like '0.8'", "cannot read|is a number"),
        ("tags.family > 'a'", "tags.family is text"),
        ("tags.family = scorecard", "cannot read the condition"),
        ("tags.family = 'x'; DROP TABLE model_versions", "cannot read the condition"),
        ("tags.family = '' OR 1=1 --'", "cannot read the condition"),
        ("metrics.roc_aux > 0.8", "no version tells metrics.roc_aux; metrics that are told: .*roc_auc"),
        ("tags.famly = 'x'", "no version tells tags.famly; tags that are told: family"),
    ],
)
def test_a_question_that_cannot_be_read_is_refused_with_its_place(find, asked, words):
    with pytest.raises(SearchError, match=words):
        find(asked)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"tags": ["family"]}, "--tag 'family': spell it NAME=VALUE"),
        ({"tags": ["=x"]}, "spell it NAME=VALUE"),
        ({"metrics": ["roc_auc"]}, "--metric 'roc_auc': spell it NAME, a sign and a number"),
        ({"metrics": ["roc_auc > high"]}, "a sign and a number"),
        ({"metrics": ["roc_auc > nan"]}, "a sign and a number"),
        ({"order": "metrics.roc_auc up"}, "cannot order by"),
        ({"order": "size"}, "'size' is neither"),
    ],
)
def test_an_option_that_cannot_be_read_is_refused(find, given, words):
    with pytest.raises(SearchError, match=words):
        find(**given)


def test_a_quote_within_a_value_is_only_text(find):
    assert numbers(find("""tags.family = "x' OR '1'='1" """)) == []


def test_a_registry_without_versions_gives_none(known):
    found = search(Registry(known.store, "telco-churn"), question("metrics.x > 1", [], [], "version desc", 5))
    assert (found.versions, found.words) == ([], "0 of 0 versions")
