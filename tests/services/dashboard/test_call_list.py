import csv
import io
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import httpx
import pytest

import serving
from churn import contract
from churn.errors import ServiceDown, ServiceError
from churn.services.api import keys
from churn.services.client.client import ChurnClient
from churn.services.dashboard import source, spreadsheet
from churn.services.dashboard.calls import contacts, export, pages, recorded, wish
from looking import CALLED, GONE, HELD_OUT, ODD, QUIET, RISKY, words

SIMPLE = {"capacity": 60, "agent_calls": 20}


@pytest.fixture
def client(service):
    with ChurnClient(service) as found:
        yield found


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """Give a service of one's own, with customers worth a call, and keys that may and may not record."""
    folder = tmp_path_factory.mktemp("own")
    serving.bundled(folder / "bundle")
    made = {scope: keys.add(folder / "keys.json", scope, ["predict", scope]) for scope in ("predict", "feedback")}
    rows = [serving.customer(**{contract.ID: f"{number:04d}-OWN"} | RISKY) for number in range(90)]
    with serving.running(folder) as url, ChurnClient(url, made["feedback"]) as client:
        client.predict_batch(rows)
        yield SimpleNamespace(url=url, keys=made, client=client)


def table(seen):
    return seen.dataframe[0].value


def recorded_so_far(own):
    return own.client.call_list().excluded.contacted


def record(seen, offer="50 off"):
    seen.button(key="calls_ask").click().run()
    seen.text_input(key="calls_offer").set_value(offer)
    return seen.button(key="calls_record").click().run()


def test_the_list_is_the_services_with_its_worth(look, client):
    told = client.call_list(**SIMPLE, limit=50)
    seen = look("call_list")
    assert list(table(seen)["customer"]) == [one.customer_id for one in told.calls]
    assert {one.label: one.value for one in seen.metric} == {
        "Calls to make": f"{told.customers:,}",
        "They are worth": f"{told.expected_value:,.0f}",
        "They cost": f"{told.cost:,.0f}",
        "Control group": f"{told.held_out.customers:,}",
    }
    assert "Tenure at 1, lower than usual" in table(seen)["reasons"][0]


def test_capacity_and_budget_bound_the_list_and_one_more_agent_is_told_in_words(look, client):
    seen = look("call_list")
    seen.select_slider(key="calls_capacity").set_value(10).run()
    told = client.call_list(capacity=10, agent_calls=20)
    assert len(table(seen)) == told.customers == 10
    assert f"**One more agent** ({told.one_more.calls} calls) would bring another" in words(seen)
    seen.select_slider(key="calls_budget").set_value(100).run()
    assert len(table(seen)) == client.call_list(capacity=10, budget=100).customers < 10
    assert "the budget ends here" in words(seen)


def test_more_capacity_than_there_is_work_for_is_said(look):
    seen = look("call_list")
    seen.select_slider(key="calls_capacity").set_value(100_000).run()
    assert "more: nobody else is worth it" in words(seen)
    assert "would find nobody left" in words(seen)


def test_filters_are_the_services(look, client):
    seen = look("call_list")
    seen.selectbox(key="calls_tier").set_value("high").run()
    told = client.call_list(**SIMPLE, tier="high", limit=50)
    assert set(table(seen)["tier"]) == {"high"}
    assert len(table(seen)) == told.customers
    seen.selectbox(key="calls_segment").set_value("Contract:Two year").run()
    assert "Nobody is on the list" in words(seen) or len(table(seen)) < told.customers


def test_what_the_team_can_do_is_remembered_on_today(look, client):
    seen = look("call_list")
    seen.select_slider(key="calls_capacity").set_value(10).run()
    seen.switch_page("views/today.py").run()
    assert "Call the first 10" in words(seen)


def test_the_held_out_are_listed_and_explained(look, client):
    seen = look("call_list")
    seen.select_slider(key="calls_holdout").set_value(0.5).run()
    seen.session_state["calls_view"] = "Control group"
    seen.run()
    told = client.call_list(**SIMPLE, holdout=0.5, arm="held_out")
    assert set(table(seen)["customer"]) == {one.customer_id for one in told.calls}
    assert "chance alone left them out" in words(seen)


def test_who_is_left_in_peace_is_shown_with_the_cause(look):
    seen = look("call_list")
    seen.session_state["calls_view"] = "Do not call"
    seen.run()
    causes = dict(zip(table(seen)["customer"], table(seen)["cause"], strict=True))
    assert causes.items() >= {CALLED: "Called lately", QUIET: "Must not be called", GONE: "Has left"}.items()
    assert HELD_OUT in causes
    assert any("complaint" in said for said in table(seen)["words"])
    seen.segmented_control(key="calls_cause").set_value("suppressed").run()
    assert list(table(seen)["customer"]) == [QUIET]


def test_pages_are_the_services(look, service):
    asked = {"capacity": 200}
    assert pages.leaf("a", asked, 201).last == 5
    assert pages.leaf("a", asked, 200).last == 4
    assert pages.leaf("a", asked, 0).last == 1
    assert pages.leaf("a", asked, 200).key != pages.leaf("a", asked, 199).key
    seen = look("call_list")
    seen.select_slider(key="calls_capacity").set_value(100_000).run()
    first = list(table(seen)["customer"])
    limits = {"budget": None, "holdout": 0.1, "capacity": 100_000, "agent_calls": 20, "tier": None, "segment": ()}
    total = int(seen.metric[0].value)
    seen.session_state[pages.leaf("calls_call", limits | {"arm": "call"}, total).key] = 2
    seen.run()
    assert not seen.exception
    assert len(first) == pages.ROWS
    assert not set(first) & set(table(seen)["customer"])
    assert table(seen)["rank"][0] == pages.ROWS + 1


def test_the_file_holds_the_whole_list_and_no_formula(client, monkeypatch):
    monkeypatch.setattr(export, "ROWS", 20)
    asked = {"capacity": 100_000, "holdout": 0.0, "arm": "call", "purpose": "production"}
    written = export.written(client, asked).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(written)))
    told = client.call_list(capacity=100_000, holdout=0.0, limit=500)
    assert [row["customer_id"] for row in rows] == [spreadsheet.plain(one.customer_id) for one in told.calls]
    names = {row["customer_id"] for row in rows}
    assert names >= {f"'{ODD[0]}", ODD[1], ODD[2]}
    assert not any(cell.lstrip().startswith(("=", "@", "+")) for row in rows for cell in row.values())


def test_nothing_is_read_for_the_file_before_it_is_asked_for(look, monkeypatch):
    monkeypatch.setattr(export, "written", lambda *_: pytest.fail("it was read"))
    assert not look("call_list").exception


@pytest.mark.parametrize("text", ["=1", " =1", "+1", "-1", "@a", "\t=1", "|a", "%a"])
def test_a_text_that_looks_like_a_formula_stays_a_text(text):
    assert spreadsheet.plain(text) == f"'{text}"


def test_a_list_that_changes_while_it_is_read_is_read_again():
    told = SimpleNamespace(total=600, as_of="a", expected_value=1.0, calls=["x"])
    later = SimpleNamespace(total=599, as_of="a", expected_value=0.9, calls=["y"])
    answers = iter([told, later, later, later])
    changing = SimpleNamespace(call_list=lambda **_: next(answers))
    assert export.whole(changing, {}) == ["y", "y"]
    counted = iter(range(600, 700))
    restless = SimpleNamespace(
        call_list=lambda **_: SimpleNamespace(total=600, as_of="a", expected_value=next(counted), calls=[])
    )
    with pytest.raises(ServiceError, match="changes faster"):
        export.whole(restless, {})


def test_a_list_is_recorded_once_and_leaves_the_list(look, own):
    before, noted = own.client.call_list(capacity=10, holdout=0.1), recorded_so_far(own)
    seen = look("call_list", own.url, CHURN_API_KEY=own.keys["feedback"])
    seen.select_slider(key="calls_capacity").set_value(10).run()
    record(seen)
    assert not seen.exception
    assert f"Recorded:** 10 contacted, {before.held_out.customers} left alone" in words(seen)
    after = own.client.call_list(capacity=10, holdout=0.1)
    assert after.excluded.contacted == noted + 10 + before.held_out.customers
    assert not {one.customer_id for one in after.calls} & {one.customer_id for one in before.calls}
    assert set(table(seen)["customer"]) == {one.customer_id for one in after.calls}


def test_a_list_that_somebody_else_recorded_meanwhile_is_not_recorded(look, own):
    noted = recorded_so_far(own)
    seen = look("call_list", own.url, CHURN_API_KEY=own.keys["feedback"])
    first = own.client.call_list(limit=1).calls[0].customer_id
    own.client.contact(first, datetime.now(UTC) - timedelta(minutes=1), "phone")
    record(seen)
    assert "Nothing was recorded" in words(seen)
    assert recorded_so_far(own) == noted + 1


def test_a_key_that_may_not_record_is_told_so(look, own):
    noted = recorded_so_far(own)
    seen = record(look("call_list", own.url, CHURN_API_KEY=own.keys["predict"]))
    assert not seen.exception
    assert "The key of these pages may not do this" in words(seen)
    assert "--scope feedback" in words(seen)
    assert recorded_so_far(own) == noted


def test_the_same_rows_sent_twice_stand_once(own, monkeypatch):
    monkeypatch.setattr(source, "client", lambda: own.client)
    monkeypatch.setattr(source, "purpose", lambda: "production")
    asked, noted = {"capacity": 10, "holdout": 0.1}, recorded_so_far(own)
    rows = contacts.spelt(own.client.call_list(**asked), asked, "phone", None)
    sums = contacts.Sums()
    again = contacts.Sums()
    assert list(contacts.sent(rows, sums)) == list(contacts.sent(rows, again)) == [[]]
    assert recorded_so_far(own) == noted + len(rows)
    assert "Recorded:** 10 contacted" in sums.words()
    assert sums.complete


def test_a_list_that_changes_between_the_look_and_the_reading_is_not_recorded(own, monkeypatch):
    monkeypatch.setattr(source, "client", lambda: own.client)
    monkeypatch.setattr(source, "purpose", lambda: "production")
    asked, ask, answers = {"capacity": 5, "holdout": 0.1}, ChurnClient.call_list, []
    seen = own.client.call_list(**asked)

    def interrupted(self, **options):
        answers.append(ask(self, **options))
        if len(answers) == 1:
            own.client.contact(seen.calls[0].customer_id, datetime.now(UTC) - timedelta(minutes=1), "letter")
        return answers[-1]

    monkeypatch.setattr(ChurnClient, "call_list", interrupted)
    assert contacts.spelt(seen, asked, "phone", None) is None


def test_what_was_refused_does_not_count_as_recorded():
    step = [{"customer_id": name, "held_out": name == "d"} for name in "abcd"]
    told = SimpleNamespace(results=[SimpleNamespace(index=place) for place in (0, 2, 3)], repeated=0, rejected=1)
    sums = contacts.Sums()
    sums.add(step, told)
    assert "Recorded:** 2 contacted, 1 left alone on purpose. The service refused 1:" in sums.words()
    assert not sums.complete


@pytest.fixture
def broken_off(look, own, monkeypatch):
    """Look at a list of which four rows were recorded before the service broke off."""
    monkeypatch.setattr(contacts, "ROWS", 4)
    send, sizes = ChurnClient.contacts, []

    def breaking(self, rows, **options):
        sizes.append(len(rows))
        if len(sizes) == 2:
            raise ServiceDown("it broke off")
        return send(self, rows, **options)

    noted = recorded_so_far(own)
    monkeypatch.setattr(ChurnClient, "contacts", breaking)
    seen = look("call_list", own.url, CHURN_API_KEY=own.keys["feedback"])
    seen.select_slider(key="calls_capacity").set_value(10).run()
    record(seen)
    assert recorded_so_far(own) == noted + 4
    return seen.run()


def test_what_a_service_that_broke_off_left_behind_is_sent_as_it_was(broken_off, own):
    noted, waiting = recorded_so_far(own), len(broken_off.session_state[recorded.PENDING])
    assert f"{waiting} customers not recorded yet" in words(broken_off)
    broken_off.button(key="calls_rest").click().run()
    assert recorded_so_far(own) == noted + waiting
    assert not broken_off.session_state[recorded.PENDING]


def test_what_somebody_else_recorded_meanwhile_is_not_recorded_twice(broken_off, own, monkeypatch):
    waiting, sent, send = list(broken_off.session_state[recorded.PENDING]), [], ChurnClient.contacts
    own.client.contacts([{**one, "channel": "letter"} for one in waiting[:2]])
    monkeypatch.setattr(
        ChurnClient, "contacts", lambda self, rows, **more: sent.extend(rows) or send(self, rows, **more)
    )
    broken_off.button(key="calls_rest").click().run()
    assert sent == waiting[2:]
    assert "2 customers no longer on the list: not recorded again" in words(broken_off)
    assert not broken_off.session_state[recorded.PENDING]


def test_what_was_recorded_without_an_answer_is_not_sent_again(look, own, monkeypatch):
    send, sent, noted = ChurnClient.contacts, [], recorded_so_far(own)

    def lost(self, rows, **more):
        sent.append(rows)
        if len(sent) > 1:
            return send(self, rows, **more)
        send(self, rows[:2])
        raise ServiceDown("it broke off")

    monkeypatch.setattr(ChurnClient, "contacts", lost)
    seen = look("call_list", own.url, CHURN_API_KEY=own.keys["feedback"])
    seen.select_slider(key="calls_capacity").set_value(5).run()
    record(seen)
    seen.run().button(key="calls_rest").click().run()
    assert sent[1] == sent[0][2:]
    assert recorded_so_far(own) == noted + len(sent[0])


def test_a_rest_that_somebody_else_recorded_whole_is_said_and_done_with(broken_off, own):
    waiting = list(broken_off.session_state[recorded.PENDING])
    own.client.contacts([{**one, "channel": "letter"} for one in waiting])
    broken_off.button(key="calls_rest").click().run()
    assert f"Nothing more was recorded.** {len(waiting)} customers no longer on the list" in words(broken_off)
    assert not broken_off.session_state[recorded.PENDING]


def test_every_choice_is_one_that_the_service_takes(client):
    for capacity in wish.CAPACITIES[::9]:
        client.call_list(capacity=capacity, limit=1)
    for budget in wish.BUDGETS[::4]:
        client.call_list(budget=budget, limit=1)
    client.call_list(holdout=wish.SHARES[-1], limit=1)
    assert httpx.get(f"{client.url}/call-list?holdout=0.51").status_code == 422
