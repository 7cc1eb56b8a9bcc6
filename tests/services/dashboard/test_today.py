from datetime import UTC, datetime, timedelta

from churn.services.api.schemas.told import Interval
from churn.services.client.client import ChurnClient
from churn.services.dashboard import look as looks
from churn.services.dashboard import tiles
from churn.services.dashboard.tiles import Tile
from churn.services.dashboard.today import changes
from looking import words


def figure(page, name):
    return next(one for one in page.metric if one.label == name)


def test_the_figures_are_those_of_the_service(look, service):
    with ChurnClient(service) as client:
        told, calls = client.portfolio(days=7), client.call_list(capacity=60)
    page = look("today")
    assert figure(page, "Customers at risk").value == f"{told.at_risk:,}"
    assert figure(page, "Expected to leave").value == f"{told.expected_leavers:,.0f}"
    assert figure(page, "Monthly revenue at risk").value == f"{told.revenue_at_risk.value:,.0f}"
    assert figure(page, "Today's calls are worth").value == f"{calls.expected_value:,.0f}"
    assert f"between {told.revenue_at_risk.low:,.0f} and {told.revenue_at_risk.high:,.0f}" in words(page)


def test_one_decision_is_asked_with_its_worth_and_its_price(look, service):
    with ChurnClient(service) as client:
        calls = client.call_list(capacity=60)
    said = words(look("today"))
    assert f"Call the first {calls.customers}: worth {calls.expected_value:,.0f}" in said
    assert f"{calls.held_out.customers} more are left alone by chance" in said


def test_what_is_not_known_of_last_week_is_said_to_be_so(look):
    page = look("today")
    assert "nobody had been scored by then" in words(page)
    assert {one.delta for one in page.metric} == {""}


def test_what_changed_tells_alerts_refusals_and_the_age_of_the_scores(look):
    said = words(look("today"))
    assert "Last scored" in said
    assert "No alert is open" in said
    assert "1 scored customer left for good" in said


def test_the_group_whose_risk_stands_out_is_shown_first_and_another_can_be_chosen(look):
    page = look("today")
    assert page.selectbox(key="today_segment").value == "tenure"
    assert "holds" in words(page)
    page.selectbox(key="today_segment").select("gender").run()
    assert not page.exception
    assert "ale holds" in words(page)


def test_more_risk_is_shown_as_worse_and_none_as_no_change():
    assert tiles._delta(Tile("a", "1", moved=14.2)) == {
        "delta": "+14", "delta_color": "inverse", "delta_description": "in a week",
    }  # fmt: skip
    assert tiles._delta(Tile("a", "1", moved=-1234.0, worse=False))["delta"] == "-1,234"
    assert tiles._delta(Tile("a", "1", moved=0.2))["delta"] == "no change in a week"
    assert tiles._delta(Tile("a", "1")) == {}


def test_a_movement_that_is_known_is_told_in_words_with_its_share():
    assert ":red[" in changes._line("customers at risk", 14, 140, looks.count)
    assert "+14 (+10 %) since last week" in changes._line("customers at risk", 14, 140, looks.count)
    assert ":green[" in changes._line("customers at risk", -14, 140, looks.count)
    assert "as a week ago" in changes._line("customers at risk", 0, 140, looks.count)
    assert "%" not in changes._line("customers at risk", 14, 0, looks.count)


def test_figures_are_spelt_for_people():
    assert (looks.money(1234567.8), looks.money(3.456), looks.money(None)) == ("1,234,568", "3.46", "not known")
    assert looks.money(-1234.0) == "\N{MINUS SIGN}1,234"
    assert looks.money(-0.001) == "0.00"
    assert looks.count(14, True) == "+14"
    assert looks.percent(0.1234, 1) == "12.3 %"
    assert looks.interval(Interval(value=1, low=1000, high=2000)) == "1,000 to 2,000"
    assert (looks.many(1, "call"), looks.many(2000, "call")) == ("1 call", "2,000 calls")
    now = datetime(2026, 5, 1, 8, tzinfo=UTC)
    assert looks.when("2026-05-01T08:00:00Z") == "1 May 2026, 08:00 UTC"
    ago = [looks.age((now - timedelta(seconds=past)).isoformat(), now) for past in (5, 65, 7300, 90_000, 200_000)]
    assert ago == ["just now", "1 minute ago", "2 hours ago", "1 day ago", "2 days ago"]


def test_text_from_elsewhere_is_no_markdown():
    assert looks.shown("a_b *c* [x](y) $1 :red[no]") == r"a\_b \*c\* \[x\]\(y\) \$1 \:red\[no\]"
