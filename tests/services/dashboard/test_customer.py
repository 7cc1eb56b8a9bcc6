from itertools import pairwise

import pytest

from churn import contract
from churn.errors import ServiceError
from churn.services.client.client import ChurnClient
from churn.services.dashboard.charts import waterfall
from churn.services.dashboard.charts.waterfall import Step
from churn.services.dashboard.customer import coherence, offers
from looking import CALLED, GONE, HELD_OUT, ODD, QUIET, words


@pytest.fixture
def visit(look):
    """Look at a customer by a link."""

    def visit(name, **options):
        seen = look("customer", **options)
        seen.query_params["customer"] = name
        seen.run()
        assert not seen.exception
        return seen

    return visit


def field(seen, title):
    return next(one for one in (*seen.selectbox, *seen.number_input) if one.label == title)


def figure(seen, label):
    return next(one.value for one in seen.metric if one.label == label)


def test_without_a_customer_the_page_asks_for_one_and_names_the_best_calls(look):
    seen = look("customer")
    assert seen.text_input[0].value == ""
    assert not seen.metric
    assert seen.get("button_group")


def test_a_link_to_a_customer_shows_the_score_that_the_service_told(visit, service):
    seen = visit(CALLED)
    with ChurnClient(service) as client:
        told = client.last_prediction(CALLED)
    assert figure(seen, "Risk of leaving") == f"{100 * told.churn_probability:.1f} %"
    assert figure(seen, "Tier") == told.risk_tier
    assert told.prediction_id in words(seen)
    assert "Last contact" in words(seen)


def test_a_customer_who_is_typed_is_found_and_becomes_the_address(look):
    seen = look("customer")
    seen.text_input[0].set_value(f" {CALLED} ").run()
    assert seen.query_params["customer"] in (CALLED, [CALLED])
    assert figure(seen, "Risk of leaving")


def test_how_a_customer_stands_is_said_plainly(visit):
    stands = {GONE: "Has left", QUIET: "Must not be called", HELD_OUT: "Held out", "nobody": "No score is kept of"}
    seen = visit(CALLED)
    for name, said in stands.items():
        seen.text_input[0].set_value(name).run()
        assert said in words(seen)
        assert sum(one in words(seen) for one in stands.values()) == 1


def test_who_is_drawn_to_be_left_alone_is_told_as_by_the_campaigns_share(visit, service):
    with ChurnClient(service) as client:
        held = client.call_list(arm="held_out", limit=1).calls
        called = client.call_list(limit=1).calls
    told = words(visit(held[0].customer_id))
    assert "In the control group by the campaign's share" in told
    assert "another share may decide otherwise" in told
    assert "control group" not in words(visit(called[0].customer_id))


def test_no_name_breaks_the_page(visit):
    seen = visit("x" * 128)
    assert "No score is kept" in words(seen)
    for name in ODD:
        seen.text_input[0].set_value(name).run()
        assert not seen.exception
        assert figure(seen, "Risk of leaving")


def test_every_column_of_the_contract_has_a_field_with_its_title_and_range(visit):
    seen = visit(CALLED)
    titles = {one.label for one in (*seen.selectbox, *seen.number_input)}
    assert {one.title for one in contract.Customer.model_fields.values()} <= titles
    tenure = field(seen, "Tenure")
    assert (tenure.min, tenure.max, tenure.step) == (0, 120, 1)


def test_what_if_is_told_and_never_becomes_the_customer_s_score(visit, service):
    seen = visit(CALLED)
    field(seen, "Contract").set_value("Two year").run()
    assert not seen.exception
    assert figure(seen, "Risk then") != figure(seen, "Risk of leaving")
    assert "Month-to-month → **Two year**" in words(seen)
    with ChurnClient(service) as client:
        told = client.last_prediction(CALLED)
        assert f"{100 * told.churn_probability:.1f} %" == figure(seen, "Risk of leaving")
        assert client.why(told.prediction_id).inputs["Contract"] == "Month-to-month"


def test_without_internet_there_is_no_add_on_to_choose(visit):
    seen = visit(CALLED)
    internet = field(seen, "Internet service")
    internet.set_value("No").run()
    tv = field(seen, "Streaming TV")
    assert (tv.disabled, tv.value) == (True, "No internet service")
    field(seen, "Internet service").set_value("DSL").run()
    tv = field(seen, "Streaming TV")
    assert "No internet service" not in tv.options
    assert not tv.disabled


def test_a_record_that_hangs_together_is_left_as_it_is():
    row = {name: contract.EXAMPLE[name] for name in contract.Customer.model_fields}
    assert coherence.coherent(row) == row
    bare = coherence.coherent(row | {"InternetService": "No"})
    assert {bare[name] for name in contract.ADD_ONS} == {"No internet service"}
    assert coherence.unusual(row | {"TotalCharges": 9000.0}, row)
    assert not coherence.unusual(bare, row)


def test_the_waterfall_leads_from_the_average_to_this_customer_without_a_gap():
    steps = [Step(f"reason {number}", 0.3 * (-1) ** number) for number in range(14)]
    rows = waterfall.rows_of(-1.4, steps, 0.6)
    assert rows[0]["start"] == -1.4
    assert rows[-1]["end"] == 0.6
    assert all(one["end"] == pytest.approx(other["start"]) for one, other in pairwise(rows))
    assert len(rows) == waterfall.MOST + 3
    assert rows[-1]["after"] == pytest.approx(waterfall.risk(0.6))


def test_an_offer_says_its_effect_on_risk_price_and_worth(visit, service):
    with ChurnClient(service) as client:
        best = client.last_prediction(CALLED, explain=True).changes[0]
    row = offers.row(best)
    assert row["risk"] == best["churn_probability"]
    assert row["points"] == pytest.approx(100 * best["difference"])
    assert (row["dearer"], row["worth"]) == (best["monthly_difference"], best["expected_value"])
    assert "not a proven effect" in words(visit(CALLED))


def test_a_service_that_is_away_is_said_in_place_of_the_customer(visit):
    assert "does not answer" in words(visit(CALLED, url="http://127.0.0.1:9"))


def test_where_a_number_comes_from_is_traced_when_asked(visit):
    seen = visit(CALLED)
    seen.toggle[0].set_value(True).run()
    assert "gives the same answer" in words(seen)


def test_an_erased_customer_leaves_nothing_not_even_a_what_if(visit, service):
    with ChurnClient(service) as client:
        client.predict({**contract.EXAMPLE, contract.ID: "forget-me"})
        seen = visit("forget-me")
        field(seen, "Contract").set_value("Two year").run()
        assert client.erase("forget-me").counts["prediction"] == 2
        with pytest.raises(ServiceError):
            client.last_prediction("forget-me")
    assert "No score is kept" in words(visit("forget-me"))
