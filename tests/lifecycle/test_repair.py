import json
from datetime import UTC, datetime, timedelta

import pytest

import models
from churn.errors import SearchError, TrackingError
from churn.lifecycle import promotion, repair, retirement, tell
from churn.lifecycle.promotion import Author
from churn.stores.tracking import records, repairs, retirements

GOOD, OTHER = models.model(), models.model(noise=0.3, rows=400)
ME = Author("tester", "the disk lost a page; compared with last night's backup")


@pytest.fixture
def two(enter, promote):
    """Version 1 was champion, version 2 is."""
    for one in (OTHER, GOOD):
        enter(one)
        promote()


@pytest.fixture
def mend(known):
    return lambda why=ME.why: repair.repair(known, models.REGISTER, Author("tester", why))


def rewrite(registry, key, **changes):
    content = json.loads(registry.tags()[key]) | changes
    registry._client.set_registered_model_tag(registry.name, key, json.dumps(content, sort_keys=True))


def drop(registry, *keys):
    for key in keys:
        registry._client.delete_registered_model_tag(registry.name, key)


def faults(registry):
    return [one.fault for one in records.read(registry)]


def test_a_chain_that_holds_is_left_alone(two, mend, registry):
    before = registry.tags()
    assert mend() == repair.WHOLE
    assert registry.tags() == before


@pytest.mark.parametrize("why", ["", "  "])
def test_a_repair_without_a_reason_is_refused(two, mend, registry, why):
    rewrite(registry, "promotion.000001.intent", who="x")
    with pytest.raises(TrackingError, match="wants its reason"):
        mend(why)


def test_a_repaired_chain_moves_again_and_the_act_and_its_reason_are_on_record(two, mend, registry, rollback, enter):
    rewrite(registry, "promotion.000001.intent", why="somebody rewrote this")
    with pytest.raises(TrackingError, match="churn repair"):
        rollback()
    assert "promotion records up to 2 were taken as they are by tester: the disk lost a page" in mend()
    (act,) = repairs.read(registry.tags()).acts
    assert (act.who, act.upto, len(act.faults)) == ("tester", 2, 2)
    assert faults(registry) == [None, None]
    told = tell.tell_history(records.read(registry), 2, None)
    assert "REPAIRED, it was broken: its ending speaks of another intent" in told
    assert "repair" in repair.tell(repairs.read(registry.tags()))[0]
    assert registry.aliases()["champion"] == 2, "a repair moves nothing"


def test_a_record_that_was_changed_itself_is_never_rolled_back_to(two, mend, registry, rollback):
    rewrite(registry, "promotion.000001.intent", model_digest=OTHER.metadata["digest"], to_version=1, who="forger")
    mend()
    assert [one.to_version for one in promotion.reigns(records.read(registry))] == [2]
    with pytest.raises(Exception, match="no earlier"):
        rollback()


def test_what_follows_a_repair_hangs_on_the_chain_as_it_was_taken(two, mend, registry, rollback):
    drop(registry, "promotion.000001.intent", "promotion.000001.done")
    mend()
    registry.alias("champion", 1)
    assert "version 2" in rollback()
    assert [(one.intent.number, one.fault) for one in records.read(registry)] == [(2, None), (3, None)]


def test_one_more_change_breaks_a_repaired_chain_anew(two, mend, registry, promote):
    rewrite(registry, "promotion.000001.intent", who="x")
    mend()
    rewrite(registry, "promotion.000001.intent", who="y")
    assert faults(registry)[0]
    with pytest.raises(TrackingError, match="cannot be trusted"):
        promote()
    mend("changed twice, seen twice")
    assert faults(registry) == [None, None]


def test_a_changed_repair_repairs_nothing_and_says_so(two, mend, registry):
    for _ in range(2):
        rewrite(registry, "promotion.000001.intent", who=f"x{_}")
        mend()
    rewrite(registry, "repair.000001", why="another reason")
    assert faults(registry)[0]
    with pytest.raises(TrackingError, match="records of repairs cannot be trusted"):
        mend()


def test_retirements_are_repaired_too_and_bring_nobody_back(two, known, registry, mend, enter):
    enter(models.model(c=0.5))
    for version in (1, 3):
        retirement.retire(known, models.REGISTER, version, "old") if version == 1 else None
    rewrite(registry, "retirement.000001", why="changed")
    retirement_text = registry.tags()["retirement.000001"]
    extra = json.loads(retirement_text) | {"number": 2, "action": "unretire", "previous": "wrong"}
    registry._client.set_registered_model_tag(registry.name, "retirement.000002", json.dumps(extra))
    assert retirements.read(registry.tags()).fault
    assert "retirement records up to 2" in mend()
    told = retirements.read(registry.tags())
    assert (told.fault, told.next) == ("", 3)
    assert OTHER.metadata["digest"] in told.standing, "an unretirement in broken records counts for nothing"
    retirement.unretire(known, models.REGISTER, 1, "looked at")
    assert OTHER.metadata["digest"] not in retirements.read(registry.tags()).standing


def test_history_answers_for_a_day_and_for_a_time_and_says_when_records_are_broken(two, registry):
    told = records.read(registry)
    day = told[1].intent.when[:10]
    assert f"in production on {day}: version 2" in tell.tell_history(told, 2, day)
    first = told[0].ended
    between = tell.tell_history(told, 2, first)
    assert "version 1" in between or told[0].ended == told[1].ended
    for early in ("2001-01-01T08:00:00Z", "0001-01-01", "0001-01-01T00:00+14:00"):
        assert "nothing" in tell.tell_history(told, 2, early)
    rewrite(registry, "promotion.000001.intent", who="x")
    assert ", as far as broken records tell" in tell.tell_history(records.read(registry), 2, day)
    ahead = datetime.now(UTC) + timedelta(days=2)
    for late in (ahead.date().isoformat(), ahead.isoformat()):
        with pytest.raises(SearchError, match="lies ahead"):
            tell.tell_history(told, 2, late)
    for nonsense in ("yesterday", "2026-13-01", "20260501", ""):
        with pytest.raises(SearchError, match="is no moment"):
            tell.tell_history(told, 2, nonsense)
