"""The call list in use, over a real service: two arms, pages, who is left out, and what a recorded list measures."""

from datetime import UTC, datetime, timedelta

import pytest

import serving
from churn.services.api.state import State
from churn.stores.ledger.lots import LOTS, drawn, quarter
from scored import DAY, NOW, contacted, left, score
from serving import told

NAMES = [f"c{number:03}" for number in range(120)]


def by_lot(share):
    within = quarter(datetime.now(UTC).date())
    return {name for name in NAMES if drawn(f"{within}:{name}") < share * LOTS}


@pytest.fixture
async def crowd(api):
    rows = [serving.customer(customerID=name, MonthlyCharges=70.0 + place / 4) for place, name in enumerate(NAMES)]
    answer = (await api.post("/predict/batch", json=rows)).json()
    assert all(one["offer"] for one in answer["predictions"])
    return api


async def everybody(api, path, field):
    """Read all pages."""
    first = await told(api, f"{path}&limit=50")
    pages = [first] + [await told(api, f"{path}&limit=50&offset={start}") for start in range(50, first["total"], 50)]
    return first, [row["customer_id"] for page in pages for row in page[field]]


async def test_the_held_out_are_drawn_by_lot_stand_under_their_arm_and_are_never_called(crowd):
    first, called = await everybody(crowd, "/call-list?holdout=0.25", "calls")
    other, held = await everybody(crowd, "/call-list?holdout=0.25&arm=held_out", "calls")
    assert (set(held), set(called)) == (by_lot(0.25), set(NAMES) - by_lot(0.25))
    assert (first["customers"], first["total"], first["arm"]) == (len(called), len(called), "call")
    assert (other["total"], other["arm"], other["customers"]) == (len(held), "held_out", len(called))
    assert first["held_out"] == other["held_out"]
    assert first["held_out"]["customers"] == len(held)
    assert f"{len(held)} held out by chance, to measure the effect" in first["words"]
    assert first["quarter"] == quarter(datetime.now(UTC).date())
    assert all(one["reasons"] for one in other["calls"])


async def test_without_a_word_the_campaign_s_own_share_is_held_out(crowd, known):
    found = await told(crowd, "/call-list")
    share = known.served.engine.campaign.holdout
    assert (found["holdout"], found["held_out"]["customers"]) == (share, len(by_lot(share)))
    nobody = await told(crowd, "/call-list?holdout=0&arm=held_out")
    assert (nobody["total"], nobody["calls"], nobody["customers"]) == (0, [], 120)


async def test_a_capacity_or_budget_of_nothing_calls_nobody_and_holds_nobody_out(crowd):
    for limit in ("capacity=0", "budget=0"):
        found = await told(crowd, f"/call-list?{limit}&agent_calls=7&holdout=0.25")
        assert (found["customers"], found["held_out"]["customers"], found["calls"]) == (0, 0, [])
        assert found["one_more"]["calls"] == 7
        assert found["words"] == "nobody is to be called"


async def test_it_is_filtered_by_tier_and_segment(crowd):
    tier = (await told(crowd, "/call-list?holdout=0&limit=1"))["calls"][0]["risk_tier"]
    other = next(name for name in ("low", "high") if name != tier)
    assert (await told(crowd, f"/call-list?holdout=0&tier={tier}&segment=Contract:Month-to-month"))["customers"] == 120
    assert (await told(crowd, f"/call-list?tier={other}"))["customers"] == 0
    found = await told(crowd, "/call-list?segment=Contract:Two year")
    assert (found["customers"], found["held_out"]["customers"], found["not_worth_it"]) == (0, 0, 0)


async def test_a_list_that_was_recorded_is_measured_as_it_was_drawn(crowd, known):
    """Call three in four, hold one in four out; half of the held-out leave, and none of the called."""
    _, called = await everybody(crowd, "/call-list?holdout=0.25&capacity=60", "calls")
    _, held = await everybody(crowd, "/call-list?holdout=0.25&capacity=60&arm=held_out", "calls")
    at = datetime.now(UTC) - timedelta(days=known.served.engine.campaign.horizon_days + 1)
    for names, out in ((called, False), (held, True)):
        rows = [{"customer_id": name, "at": at.isoformat(), "channel": "phone", "held_out": out} for name in names]
        assert (await crowd.post("/contacts", json=rows)).json()["noted"] == len(names)
    gone = held[::2]
    days = [(name, name in gone) for name in called + held]
    rows = [
        {"customer_id": name, "churned": out, "observed_on": str((at + timedelta(days=5 if out else 31)).date())}
        for name, out in days
    ]
    assert (await crowd.post("/outcomes", json=rows)).json()["noted"] == len(days)
    found = await told(crowd, "/campaign")
    assert (found["contacted"]["known"], found["contacted"]["churned"]) == (60, 0)
    assert (found["held_out"]["known"], found["held_out"]["churned"], found["crossed"]) == (len(held), len(gone), 0)
    assert found["reduction"]["value"] == pytest.approx(len(gone) / len(held))
    assert found["saved"]["value"] == pytest.approx(60 * len(gone) / len(held))


async def test_who_was_recorded_leaves_the_list_and_is_told_among_the_left_out(crowd):
    _, held = await everybody(crowd, "/call-list?holdout=0.25&arm=held_out", "calls")
    now = datetime.now(UTC).isoformat()
    rows = [{"customer_id": name, "at": now, "channel": "phone", "held_out": True} for name in held]
    await crowd.post("/contacts", json=rows)
    after = await told(crowd, "/call-list?holdout=0")
    assert (after["customers"], after["excluded"]["contacted"]) == (120 - len(held), len(held))
    assert (await told(crowd, "/call-list?holdout=0&rest_days=0"))["customers"] == 120 - len(held)
    _, out = await everybody(crowd, "/call-list/excluded?cause=contacted", "customers")
    assert out == held


async def test_the_left_out_are_told_with_cause_words_and_worth(crowd, known):
    await contacted(known.ledger, "c000", days_ago=2)
    await left(known.ledger, "c001", churned=True, days_ago=3)
    said = {"customer_id": "c002", "reason": "no consent", "until": "2190-05-01"}
    await crowd.post("/suppressions", json=said)
    found = await told(crowd, "/call-list/excluded")
    assert found["total"] == sum((await told(crowd, "/call-list"))["excluded"].values()) == 3
    assert [(one["customer_id"], one["cause"]) for one in found["customers"]] == [
        ("c002", "suppressed"), ("c001", "churned"), ("c000", "contacted"),
    ]  # fmt: skip
    scored = {one["customer_id"]: one for one in (await told(crowd, "/customers?limit=500"))["customers"]}
    first, last = found["customers"][0], found["customers"][-1]
    assert (first["words"], first["until"]) == ("no consent, until 2190-05-01", "2190-05-01")
    assert first["expected_value"] == scored["c002"]["expected_value"]
    assert (first["monthly_value"], first["churn_probability"]) == (70.5, scored["c002"]["churn_probability"])
    assert last["until"] == str(datetime.fromtimestamp((NOW + 28 * DAY) / 1e6, UTC).date())
    await crowd.delete("/customers/c002")
    assert (await told(crowd, "/call-list/excluded?cause=suppressed"))["customers"] == []


async def test_simulated_and_real_customers_are_on_lists_of_their_own(place):
    known = State.of(serving.settings(place, CHURN_SIMULATION=1))
    async with serving.opened(known) as api:
        await score(known.ledger, "real", 0.7, 100.0)
        await score(known.ledger, "made-up", 0.7, 100.0, purpose="simulated")
        for purpose, name in (("production", "real"), ("simulated", "made-up")):
            found = await told(api, f"/call-list?holdout=0&purpose={purpose}")
            assert [one["customer_id"] for one in found["calls"]] == [name]
            assert (await told(api, f"/call-list/excluded?purpose={purpose}"))["total"] == 0


@pytest.mark.parametrize(
    ("query", "column"),
    [
        ("call-list?holdout=0.51", "holdout"), ("call-list?holdout=nan", "holdout"),
        ("call-list?holdout=-1", "holdout"),
        ("call-list?arm=both", "arm"), ("call-list?agent_calls=0", "agent_calls"), ("call-list?budget=inf", "budget"),
        ("call-list?agent_calls=999999999", "agent_calls"), ("call-list/excluded?cause=bored", "cause"),
        ("call-list/excluded?limit=501", "limit"),
    ],
)  # fmt: skip
async def test_what_cannot_be_meant_is_refused_by_its_name(api, query, column):
    answer = await told(api, f"/{query}", 422)
    assert [one["column"] for one in answer["errors"]] == [column]


@pytest.mark.parametrize("path", ["/call-list", "/call-list/excluded"])
async def test_a_tier_or_segment_that_nobody_knows_is_refused_in_words(api, path):
    assert "there are low" in (await told(api, f"{path}?tier=extreme", 422))["detail"]
    assert "GET /portfolio names the groups" in (await told(api, f"{path}?segment=Contract", 422))["detail"]
    for purpose, status in (("simulated", 403), ("other", 422)):
        await told(api, f"{path}?purpose={purpose}", status)


async def test_of_nobody_there_is_a_list_too(api):
    found = await told(api, "/call-list")
    assert (found["total"], found["customers"], found["as_of"]) == (0, 0, None)
    assert found["words"] == "nobody is to be called"
    assert (await told(api, "/call-list/excluded"))["total"] == 0
