"""The evaluation's page and JSON: the same numbers as counted here by hand, unknown where nothing can be known."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss

import models
from churn import contract, table
from churn.campaign import offer_value
from churn.page.render import render
from churn.scoring.scorer import Scorer
from churn.steps.evaluate.evaluate import evaluate
from churn.steps.evaluate.page import page
from churn.steps.evaluate.scored import scored
from churn.steps.evaluate.segments import by_segment
from churn.steps.evaluate.told import tell
from judged import CAMPAIGN, KNOBS
from pages import assert_whole

HOSTILE = "<script>alert(1)</script>"


def told_of(rows: pd.DataFrame, churn: np.ndarray, family: str = "scorecard", model: bytes | None = None):
    """Evaluate these probabilities, and let the model of the tests tell the effects."""
    scorer = Scorer(model or models.model().model)
    judged = scored(rows, churn, 0.3, CAMPAIGN)
    done, groups = evaluate(judged, KNOBS, family), by_segment(rows, judged, KNOBS)
    known = {"model": scorer.digest, "family": family}
    found = known | tell(rows, done, groups, scorer.probabilities, scorer.note("explanation"), KNOBS)
    return json.loads(json.dumps(found, allow_nan=False)), done.curves


@pytest.fixture(scope="module")
def rows():
    return models.test_rows()


@pytest.fixture(scope="module")
def churn(rows):
    return Scorer(models.model().model).probabilities(rows)


@pytest.fixture(scope="module")
def found(rows, churn):
    return told_of(rows, churn)


@pytest.fixture(scope="module")
def seen(found):
    return assert_whole(render(page(*found)))


def test_the_page_shows_the_metrics_of_the_json(found, seen):
    metrics = found[0]["metrics"]
    shown = {row["Metric"]: row for row in seen.table("Metric")}
    assert shown["ROC-AUC"]["Value"] == f"{metrics['roc_auc']['value']:.3f}"
    low, high = metrics["log_loss"]["low"], metrics["log_loss"]["high"]
    assert shown["Log loss"]["95% interval"] == f"{low:.3f} to {high:.3f}"
    assert shown["Profit per 1,000, by customer"]["Value"] == f"{metrics['profit_per_1000_offer_rule']['value']:,.0f}"


@pytest.mark.parametrize("group", [("Contract", "Month-to-month"), ("SeniorCitizen", "1"), ("tenure", "0 to 12")])
def test_a_group_s_rates_are_those_counted_by_hand(found, rows, churn, group):
    column, name = group
    chosen = rows["tenure"] < 12 if column == "tenure" else rows[column].astype(str).isin([name, f"{name}.0"])
    left, flagged = (rows["Churn"] == "Yes")[chosen], (churn > 0.3)[chosen]
    (one,) = [told for told in found[0]["groups"] if (told["segment"], told["group"]) == group]
    assert one["rows"] == chosen.sum()
    counted = {
        "churn_rate": left.mean(),
        "selection_rate": flagged.mean(),
        "recall": flagged[left].mean(),
        "false_positive_rate": flagged[~left].mean(),
        "precision": left[flagged].mean(),
        "calibration_gap": left.mean() - churn[chosen].mean(),
    }
    assert {rate: one[rate]["value"] for rate in counted} == pytest.approx(counted, abs=2e-6)
    assert all(one[rate]["low"] <= one[rate]["value"] <= one[rate]["high"] for rate in counted)


def test_the_rates_on_the_page_are_those_of_the_json(found, seen):
    shown = {row["Group"]: row for table in seen.tables if table[0][0] == "Group" for row in _lines(table)}
    (one,) = [told for told in found[0]["groups"] if (told["segment"], told["group"]) == ("gender", "Male")]
    recall = one["recall"]
    assert shown["Gender: Male"]["Recall"] == (f"{recall['value']:.1%} {recall['low']:.1%} to {recall['high']:.1%}")


def test_differences_and_ratios_are_against_the_largest_group(found):
    sizes = {(one["segment"], one["group"]): one for one in found[0]["groups"]}
    assert len(found[0]["fairness"]) == len(sizes) - len(contract.SEGMENTS)
    for one in found[0]["fairness"]:
        members = {group: told["rows"] for (segment, group), told in sizes.items() if segment == one["segment"]}
        assert members[one["reference"]] == max(members.values())
        this, other = (sizes[one["segment"], one[name]]["recall"] for name in ("group", "reference"))
        measured = one["measures"]["recall"]
        if measured["difference"]["value"] is not None:
            assert measured["difference"]["value"] == pytest.approx(this["value"] - other["value"], abs=3e-6)
            assert measured["difference"]["low"] < measured["difference"]["value"] < measured["difference"]["high"]
            assert measured["ratio"]["value"] == pytest.approx(this["value"] / other["value"], rel=1e-4)


def test_confusion_and_scores_count_every_customer_once(found, rows, churn):
    left, flagged = (rows["Churn"] == "Yes").to_numpy(), churn > 0.3
    assert found[0]["confusion"] == [
        [int((~left & ~flagged).sum()), int((~left & flagged).sum())],
        [int((left & ~flagged).sum()), int((left & flagged).sum())],
    ]
    assert sum(found[0]["scores"]["left"]) == left.sum()
    assert sum(found[0]["scores"]["stayed"]) == (~left).sum()


def test_the_accuracy_to_expect_at_most_is_that_of_the_probabilities(found, churn):
    accuracy = found[0]["accuracy"]
    assert accuracy["expected_at_most"]["value"] == pytest.approx(np.maximum(churn, 1 - churn).mean(), abs=1e-6)
    assert accuracy["nobody_leaves"]["value"] == pytest.approx(1 - found[0]["metrics"]["churn_rate"], abs=2e-6)


def test_an_effect_is_what_the_model_says_if_all_had_that_value(found, rows):
    scorer = Scorer(models.model().model)
    (one,) = [told for told in found[0]["effects"] if told["column"] == "Contract"]
    for point in one["points"]:
        assumed = scorer.probabilities(rows.assign(Contract=point["value"])).mean()
        assert point["probability"] == pytest.approx(assumed, abs=1e-6)
    assert found[0]["effects"][0]["importance"]["value"] == max(
        told["importance"]["value"] for told in found[0]["effects"]
    )
    assert {told["column"] for told in found[0]["effects"]} == set(contract.Customer.model_fields)


def test_a_scorecard_s_odds_are_its_own(found, rows):
    """Two customers who differ in one value differ in their odds by the ratio of the two factors."""
    scorer = Scorer(models.model().model)
    for column, pair in (("Contract", ("Month-to-month", "Two year")), ("tenure", None)):
        (one,) = [told for told in found[0]["effects"] if told["column"] == column]
        points = {point["value"]: point["odds"] for point in one["points"]}
        first, second = pair or (min(points), max(points))
        one_row = rows.head(1)
        given = [scorer.probabilities(one_row.assign(**{column: value}))[0] for value in (first, second)]
        odds = [probability / (1 - probability) for probability in given]
        assert points[first] / points[second] == pytest.approx(odds[0] / odds[1], rel=1e-3)


def test_trees_have_effects_and_no_odds(rows):
    trees = models.grown("boosting").model
    found, curves = told_of(rows, Scorer(trees).probabilities(rows), "boosting", trees)
    assert found["effects"][0]["importance"]["value"] > 0
    assert {point["odds"] for one in found["effects"] for point in one["points"]} == {None}
    assert_whole(render(page(found, curves)))


def test_importance_is_the_rise_of_the_log_loss(found, rows, churn):
    (one,) = [told for told in found[0]["effects"] if told["column"] == "Contract"]
    scorer, draw = Scorer(models.model().model), np.random.default_rng(1)
    left = (rows["Churn"] == "Yes").to_numpy()
    shuffled = [
        log_loss(left, scorer.probabilities(rows.assign(Contract=draw.permutation(rows["Contract"].to_numpy()))))
        for _ in range(20)
    ]
    assert one["importance"]["low"] < np.mean(shuffled) - log_loss(left, churn) < one["importance"]["high"]


@pytest.mark.parametrize("price", [10, 50, 100])
def test_profit_at_each_price_is_that_counted_by_hand(found, rows, churn, price):
    (one,) = [told for told in found[0]["offers"]["prices"] if told["offer"] == price]
    campaign, left = CAMPAIGN.model_copy(update={"offer": float(price)}), (rows["Churn"] == "Yes").astype(float)
    monthly = rows["MonthlyCharges"].to_numpy()
    worth = offer_value(left, monthly, campaign)
    asked = {"offer_rule": offer_value(churn, monthly, campaign) > 0, "at_threshold": churn > one["threshold"]}
    for rule, offered in (asked | {"treat_all": np.ones(len(rows), bool)}).items():
        profit = one["profit_per_1000"][rule]
        assert profit["value"] == pytest.approx(1000 * np.where(offered, worth, 0).mean(), abs=0.01)
        assert profit["low"] < profit["value"] < profit["high"]
        assert one["share_offered"][rule] == pytest.approx(offered.mean(), abs=1e-6)
    own = one["profit_per_1000"]["offer_rule"]
    assert not one["own"] or own == found[0]["metrics"]["profit_per_1000_offer_rule"]


def test_at_the_break_even_price_nothing_is_left(found, rows, churn):
    left, monthly = (rows["Churn"] == "Yes").astype(float), rows["MonthlyCharges"].to_numpy()
    for rule, offered in (("at_threshold", churn > 0.3), ("treat_all", churn > -1)):
        price = found[0]["offers"]["break_even"][rule]["value"]
        worth = offer_value(left, monthly, CAMPAIGN.model_copy(update={"offer": price}))
        assert np.where(offered, worth, 0).mean() == pytest.approx(0, abs=1e-4)
    highest = found[0]["offers"]["own_prices"]["highest"]
    assert not (offer_value(churn, monthly, CAMPAIGN.model_copy(update={"offer": highest + 0.01})) > 0).any()


def test_the_same_customers_give_the_same_bytes(rows, churn, found, seen):
    assert render(page(*told_of(rows, churn))) == render(page(*found))


def test_where_nobody_left_it_says_what_cannot_be_told(rows, churn):
    found, curves = told_of(rows.assign(Churn="No"), churn)
    seen = assert_whole(render(page(found, curves)))
    assert "all customers have the same outcome" in seen.text
    assert {one["recall"]["reason"] for one in found["groups"]} == {"nobody left"}
    assert {one["measures"]["recall"]["difference"]["value"] for one in found["fairness"]} == {None}


def test_probabilities_that_are_not_numbers_leave_everything_unknown(rows, churn):
    found, curves = told_of(rows, np.where(np.arange(len(churn)) == 3, np.nan, churn))
    seen = assert_whole(render(page(found, curves)))
    assert found["reason"].startswith(f"1 of {len(rows)} customers have no probability")
    assert found["groups"] == found["effects"] == []
    assert "Nothing can be measured" in seen.text


def test_no_customers_at_all_are_unknown_too(rows, churn):
    found, curves = told_of(rows.head(0), churn[:0])
    assert found["reason"] == "there are no customers"
    assert_whole(render(page(found, curves)))


def test_a_segment_without_its_column_is_unknown_and_the_others_stand(rows, churn):
    judged = scored(rows, churn, 0.3, CAMPAIGN)
    bare = rows.drop(columns="gender")
    done, groups = evaluate(judged, KNOBS, "scorecard"), by_segment(bare, judged, KNOBS)
    found = {"model": "m", "family": "scorecard"} | tell(
        bare, done, groups, lambda asked: np.full(len(asked["tenure"]), 0.2), None, KNOBS
    )
    seen = assert_whole(render(page(found, done.curves)))
    assert found["unknown_segments"] == {"gender": "the table has no column gender"}
    assert "the table has no column gender" in seen.text
    assert {one["segment"] for one in found["groups"]} == {one.column for one in contract.SEGMENTS} - {"gender"}


def test_a_small_group_is_shown_and_not_compared(rows, churn):
    kept = np.flatnonzero((rows["Contract"] != "Two year") | (np.cumsum(rows["Contract"] == "Two year") <= 8))
    found, _ = told_of(rows.iloc[kept].reset_index(drop=True), churn[kept])
    (one,) = [told for told in found["groups"] if told["group"] == "Two year"]
    assert (one["rows"], one["churn_rate"]["low"]) == (8, None)
    assert one["churn_rate"]["reason"] == "of only 8 customers, an interval needs 20"
    (compared,) = [told for told in found["fairness"] if told["group"] == "Two year"]
    assert compared["measures"]["selection_rate"]["difference"]["value"] is None


def test_names_cannot_break_the_page(found):
    told = json.loads(json.dumps(found[0]))
    for one in told["groups"]:
        one["group"] = HOSTILE
    for one in told["effects"]:
        one["title"] = HOSTILE
    content = render(page(told, found[1]))
    assert_whole(content)
    assert HOSTILE.encode() not in content


def test_a_changed_outcome_changes_the_figures(rows, churn, found):
    swapped = rows.assign(Churn=np.where(table.outcome(rows) == 1, "No", "Yes"))
    worse, _ = told_of(swapped, churn)
    assert worse["metrics"]["roc_auc"]["value"] == pytest.approx(1 - found[0]["metrics"]["roc_auc"]["value"], abs=1e-5)
    assert worse["groups"] != found[0]["groups"]


def test_knobs_choose_the_prices_and_the_guard(rows, churn):
    judged = scored(rows, churn, 0.3, CAMPAIGN)
    knobs = KNOBS.model_copy(update={"offers": [7.0], "min_group": 10_000})
    done = evaluate(replace(judged), knobs, "scorecard")
    found = tell(rows, done, {}, lambda asked: np.full(len(asked["tenure"]), 0.2), None, knobs)
    assert [one["offer"] for one in found["offers"]["prices"]] == [7.0, CAMPAIGN.offer]
    assert {one["recall"]["low"] for one in found["groups"]} == {None}


def _lines(table: list[list[str]]) -> list[dict[str, str]]:
    head, *lines = table
    return [dict(zip(head, line, strict=True)) for line in lines]
