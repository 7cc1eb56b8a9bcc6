import json
from dataclasses import replace

import pytest

import models
from churn.errors import PromotionRefused, TrackingError
from churn.lifecycle import promotion, tell
from churn.lifecycle.permission import Wish
from churn.lifecycle.promotion import Author
from churn.lifecycle.version_tags import read_verdict
from churn.stores.tracking import records

GOOD, OTHER = models.model(), models.model(noise=0.3, rows=400)
ME = Author("tester", "a reason")


@pytest.fixture
def history(known):
    return lambda: promotion.history(known, models.REGISTER)


@pytest.fixture
def two(enter, promote):
    """Version 1 was champion, version 2 is."""
    for one in (OTHER, GOOD):
        enter(one)
        promote()


def rewrite(registry, key, **changes):
    content = json.loads(registry.tags()[key]) | changes
    registry._client.set_registered_model_tag(registry.name, key, json.dumps(content, sort_keys=True))


def test_a_pass_moves_the_alias_and_leaves_a_record(enter, promote, registry, history):
    enter(OTHER)
    assert promote() == "version 1 is @champion (promote, before it: none)"
    assert registry.aliases()["champion"] == 1
    (record,) = history()
    assert (record.intent.who, record.intent.why, record.ending, record.fault) == ("tester", "a reason", "done", None)
    assert record.intent.model_digest == OTHER.metadata["digest"]


def test_a_second_promotion_adds_nothing(enter, promote, registry):
    enter(OTHER)
    promote()
    before = registry.tags()
    assert "already @champion" in promote()
    assert registry.tags() == before


def test_without_a_challenger_there_is_nothing_to_promote(promote):
    with pytest.raises(PromotionRefused, match="no @challenger"):
        promote()


def test_a_fail_keeps_the_champion_and_says_why(two, enter, promote, registry):
    enter(models.model(c=0.9))
    with pytest.raises(PromotionRefused, match="the gate says unknown: log_loss_gain"):
        promote()
    assert registry.aliases()["champion"] == 2


def test_unknown_is_not_pass(enter, promote, registry):
    enter(GOOD, metrics={})
    with pytest.raises(PromotionRefused, match="the gate says unknown"):
        promote()
    assert "champion" not in registry.aliases()


@pytest.mark.parametrize("text", ["", "pass", "{}", '{"state": "maybe"}'])
def test_a_verdict_that_cannot_be_read_is_not_pass(enter, promote, registry, text):
    enter(GOOD)
    registry.tag_version(1, "gate", text)
    with pytest.raises(PromotionRefused, match="no readable gate verdict"):
        promote()


def test_what_an_earlier_gate_kept_of_a_champion_can_still_be_read(enter, registry):
    enter(GOOD)
    check = {"name": "roc_auc", "value": 0.85, "low": None, "high": None, "bound": "0.75 to 1", "met": True}
    kept = {"state": "pass", "reason": "shown", "challenger": "d", "champion": None, "checks": [check]}
    registry.tag_version(1, "gate", json.dumps(kept | {"rows": 0, "regression": []}))
    verdict = read_verdict(registry.versions()[0])
    assert (verdict.state, verdict.checks[0].state, verdict.checks[0].met) == ("pass", "pass", True)


def test_a_verdict_of_another_model_is_not_pass(enter, promote, registry):
    enter(GOOD)
    verdict = json.loads(registry.versions()[0].tags["gate"]) | {"challenger": "0" * 64}
    registry.tag_version(1, "gate", json.dumps(verdict))
    with pytest.raises(PromotionRefused, match="of another model"):
        promote()


@pytest.mark.parametrize("refresh", [False, True])
def test_a_pass_written_over_another_verdict_is_not_pass(two, enter, known, registry, refresh):
    enter(models.model(c=0.9))
    told = json.loads(registry.by_alias("challenger").tags["gate"])
    missed = told["checks"] or told["refresh"]["checks"]
    assert not all(check["met"] for check in missed)
    rewritten = {"state": "pass", "refresh": {"state": "pass", "reason": "", "checks": missed}}
    registry.tag_version(3, "gate", json.dumps(told | rewritten))
    with pytest.raises(PromotionRefused, match="says pass, what it checked does not"):
        promotion.promote(known, models.REGISTER, ME, Wish(refresh=refresh))
    assert registry.aliases()["champion"] == 2


def test_a_verdict_against_an_earlier_champion_is_not_pass(two, registry, promote):
    third = models.model(c=0.5)
    verdict = {
        "state": "pass",
        "reason": "",
        "challenger": third.metadata["digest"],
        "champion": OTHER.metadata["digest"],
    }
    client = registry._client
    source = registry.versions()[1].source
    tags = {"model_digest": third.metadata["digest"], "gate": json.dumps(verdict)}
    client.create_model_version("telco-churn", source, tags=tags)
    registry.alias("challenger", 3)
    with pytest.raises(PromotionRefused, match="against another champion"):
        promote()


def test_rollback_goes_back_and_back_again_until_nothing_is_left(two, enter, promote, rollback, registry, history):
    assert rollback() == "version 1 is @champion (rollback, before it: 2)"
    assert registry.aliases()["champion"] == 1
    with pytest.raises(PromotionRefused, match="no earlier"):
        rollback()
    assert [(one.intent.action, one.intent.to_version) for one in history()] == [
        ("promote", 1),
        ("promote", 2),
        ("rollback", 1),
    ]


def test_rollback_refuses_a_version_whose_file_was_changed(two, rollback, registry, tmp_path):
    for kept in tmp_path.glob("mlruns/**/artifacts/*.onnx"):
        kept.write_bytes(GOOD.model)
    with pytest.raises(TrackingError, match="not the one that was registered"):
        rollback()
    assert registry.aliases()["champion"] == 2
    assert len(records.read(registry)) == 2


@pytest.mark.parametrize(("moved", "ending"), [(True, "done"), (False, "undone")])
def test_what_a_killed_process_left_open_is_settled_by_the_next(two, registry, history, moved, ending):
    told = records.read(registry)
    intent = records.Intent(3, "2026-01-01T00:00:00+00:00", "x", "rollback", 2, 1, "", "d", told[-1].digest)
    records.begin(registry, intent)
    if moved:
        registry.alias("champion", 1)
    assert [one.ending for one in history()] == ["done", "done", None], "a query settles nothing"
    promotion.settle(registry)
    assert [one.ending for one in history()] == ["done", "done", ending]
    assert history()[-1].fault is None
    with pytest.raises(TrackingError, match="was ended as"):
        records.end(registry, intent, "undone" if moved else "done", "2026")


def test_an_undone_record_does_not_count_as_a_reign(two, registry, history, rollback):
    told = records.read(registry)
    records.begin(registry, records.Intent(3, "2026", "x", "promote", 2, 9, "", "d", told[-1].digest))
    promotion.settle(registry)
    assert [one.to_version for one in promotion.reigns(history())] == [1, 2]
    assert "version 1" in rollback()


def test_a_changed_record_breaks_the_chain_and_stops_every_change(two, registry, promote, rollback, history):
    rewrite(registry, "promotion.000001.intent", who="somebody else")
    assert [one.fault for one in history()] == [
        "its ending speaks of another intent",
        "the record before it was changed",
    ]
    for change in (promote, rollback):
        with pytest.raises(TrackingError, match="cannot be trusted"):
            change()


def test_a_missing_record_breaks_the_chain(two, registry, history):
    for key in ("promotion.000001.intent", "promotion.000001.done"):
        registry._client.delete_registered_model_tag(registry.name, key)
    assert history()[0].fault == "the record before it is missing"


def test_a_record_is_never_overwritten(two, registry):
    with pytest.raises(TrackingError, match="another writer was first"):
        records.begin(registry, records.read(registry)[0].intent)


def test_history_tells_what_reigned_on_a_day_and_whether_the_alias_agrees(two, registry, history):
    told = history()
    assert "as recorded" in tell.tell_history(told, 2, None)
    assert "moved by hand" in tell.tell_history(told, 1, None)
    tell.refuse_moved(told, 2)
    with pytest.raises(TrackingError, match="moved by hand"):
        tell.refuse_moved(told, 1)
    opened = [*told[:-1], replace(told[-1], ending=None)]
    tell.refuse_moved(opened, 2)
    assert "a move is under way" in tell.tell_history(opened, 2, None)
    assert "in production on 2001-01-01: nothing" in tell.tell_history(told, 2, "2001-01-01")
    assert f"in production on {told[1].intent.when[:10]}: version 2" in tell.tell_history(
        told, 2, told[1].intent.when[:10]
    )


def test_versions_are_told_with_aliases_figures_and_verdict(two, registry):
    first, second = tell.tell_versions(registry).splitlines()
    assert "@challenger @champion" in second
    assert "roc_auc 0.8  log_loss 0.4  profit_per_1000_offer_rule 12,345" in second
    assert "gate pass" in first


def test_what_was_rolled_back_returns_only_if_somebody_insists(two, enter, promote, rollback, registry, known):
    rollback()
    enter(GOOD)
    with pytest.raises(PromotionRefused, match=r"rolled back on .* insist"):
        promote()
    assert registry.aliases()["champion"] == 1
    promotion.promote(known, models.REGISTER, ME, Wish(again=True))
    assert registry.aliases()["champion"] == 2
    assert "version 1" in rollback()


def test_rollback_restores_an_alias_that_somebody_took_away(two, registry, rollback):
    registry._client.delete_registered_model_alias(registry.name, "champion")
    rollback()
    assert registry.aliases()["champion"] == 2


def test_rollback_from_an_alias_moved_by_hand_goes_to_the_last_recorded_champion(two, enter, registry, rollback):
    enter(models.model(c=0.5))
    registry.alias("champion", 3)
    rollback()
    assert registry.aliases()["champion"] == 2
    rollback()
    assert registry.aliases()["champion"] == 1


def test_rollback_to_a_version_that_is_gone_is_refused(two, registry, rollback):
    registry._client.delete_model_version(registry.name, "1")
    with pytest.raises(PromotionRefused, match="no earlier"):
        rollback()
    assert registry.aliases()["champion"] == 2


def test_rollback_from_a_champion_that_was_deleted_goes_to_the_one_before(two, registry, rollback):
    registry._client.delete_model_version(registry.name, "2")
    rollback()
    assert registry.aliases()["champion"] == 1


@pytest.mark.parametrize("part", ["intent", "done"])
def test_nonsense_in_a_record_is_a_fault_and_can_still_be_told(two, registry, history, part):
    for text in ("", "null", "[]", "{", '"done"', '{"number": 2}', '{"number": "2"}'):
        registry._client.set_registered_model_tag(registry.name, f"promotion.000002.{part}", text)
        told = history()
        assert [one.intent.number for one in told if one.fault] == [2], text
        assert "BROKEN" in tell.tell_history(told, 2, None)


def test_a_record_copied_under_another_number_is_a_fault(two, registry, history):
    copy = registry.tags()["promotion.000002.intent"]
    registry._client.set_registered_model_tag(registry.name, "promotion.000003.intent", copy)
    assert [one.intent.number for one in history() if one.fault] == [3]


def test_a_verdict_that_cannot_be_read_does_not_hide_the_versions(two, registry):
    registry.tag_version(1, "gate", "nonsense")
    assert "gate none" in tell.tell_versions(registry)


def test_what_was_approved_is_promoted_and_not_what_was_registered_since(enter, promote, registry, known):
    enter(OTHER)
    promote()
    enter(GOOD)
    enter(models.model(c=0.9))
    assert registry.aliases()["challenger"] == 3
    with pytest.raises(PromotionRefused, match="no version with digest"):
        promotion.promote(known, models.REGISTER, ME, Wish(digest="0" * 64))
    with pytest.raises(PromotionRefused, match="is empty"):
        promotion.promote(known, models.REGISTER, ME, Wish(digest=""))
    assert "version 2 is @champion" in promotion.promote(
        known, models.REGISTER, ME, Wish(digest=GOOD.metadata["digest"])
    )
