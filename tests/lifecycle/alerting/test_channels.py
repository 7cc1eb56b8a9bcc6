"""Each channel against a real local end: what arrives, and what is said where nothing does."""

import email
import email.policy
import re
import time

import pytest

import sinks
from churn.errors import SettingsError
from churn.lifecycle.alerting import channels, mail
from churn.lifecycle.alerting.channel import Undelivered, near
from churn.lifecycle.alerting.mail import Mail
from churn.lifecycle.alerting.message import LONGEST, Message
from churn.lifecycle.alerting.webhook import Webhook
from churn.settings import Settings

ALERT = {
    "id": "0198", "kind": "model_refused", "severity": "high", "words": "version 2 was refused:\nits <rows> & more",
    "raised_at": 1_770_000_000_000_000, "last_at": 1_770_000_000_000_000, "times": 3, "purpose": "production",
    "acknowledged_at": None, "acknowledged_by": None, "note": None, "resolved_at": None, "resolved_by": None,
    "owner": "on-call", "runbook": "monitoring/runbooks/service.md#model_refused",
}  # fmt: skip
RAISED = Message("0198.raised-high.mail", "raised-high", ALERT)
TAKEN = Message("0198.acknowledged.mail", "acknowledged", ALERT | {"acknowledged_by": "ann", "note": "on it"})
OVER = Message("0198.resolved.mail", "resolved", ALERT | {"resolved_at": 1_770_000_060_000_000, "resolved_by": "sync"})


def letter(envelope):
    return email.message_from_bytes(envelope.content, policy=email.policy.default)


def test_a_plain_webhook_gets_all_that_is_known_once_told_apart_by_its_key():
    with sinks.hook() as hook:
        Webhook(hook.url, key="token").send(RAISED, 5)
    (got,), (head,) = hook.got, hook.heads
    assert (got["event"], got["kind"], got["severity"], got["owner"]) == ("raised", "model_refused", "high", "on-call")
    assert got["raised_at"] == "2026-02-02 02:40 UTC"
    assert got["resolved_at"] is None
    assert "first: Read why it was refused" in got["text"]
    assert (head["authorization"], head["idempotency-key"]) == ("Bearer token", RAISED.id)


def test_slack_gets_text_that_cannot_be_taken_for_its_own_marks():
    with sinks.hook() as hook:
        Webhook(hook.url, "slack").send(RAISED, 5)
    (got,) = hook.got
    assert list(got) == ["text"]
    assert got["text"].startswith("*[HIGH] A promoted model is not fit to answer")
    assert "its &lt;rows&gt; &amp; more" in got["text"]
    assert "churn alerts ack model_refused" in got["text"]


def test_pagerduty_gets_one_incident_that_is_triggered_acknowledged_and_resolved():
    with sinks.hook(202) as hook:
        for one in (RAISED, TAKEN, OVER):
            Webhook(hook.url, "pagerduty", "R0UTE").send(one, 5)
    assert [one["event_action"] for one in hook.got] == ["trigger", "acknowledge", "resolve"]
    assert {(one["dedup_key"], one["routing_key"]) for one in hook.got} == {("0198", "R0UTE")}
    payload = hook.got[0]["payload"]
    assert (payload["severity"], payload["source"], payload["component"]) == ("error", "churn", "model_refused")
    assert "payload" not in hook.got[2]
    assert "authorization" not in hook.heads[0]


@pytest.mark.parametrize(("mode", "said"), [(500, "answered 500"), (302, "answered 302"), ("hang", "within 0.3 s")])
def test_a_webhook_that_does_not_take_it_is_said_to_and_its_address_stays_a_secret(mode, said):
    with sinks.hook(mode) as hook, pytest.raises(Undelivered) as fault:
        Webhook(hook.url).send(RAISED, 0.3)
    assert said in str(fault.value)
    assert "127.0.0.1" in str(fault.value)
    assert "SECRET" not in f"{fault.value} {Webhook(hook.url, key='KEY')!r}"
    assert "KEY" not in repr(Webhook(hook.url, key="KEY"))
    assert len(hook.got) == 1


@pytest.mark.parametrize("mode", ["echo", "endless"])
def test_a_webhook_that_repeats_its_address_gives_no_secret_away_however_long_it_talks(mode):
    began = time.monotonic()
    with sinks.hook(mode) as hook, pytest.raises(Undelivered) as fault:
        Webhook(hook.url, key="T0KEN").send(RAISED, 5)
    assert time.monotonic() - began < 5
    assert str(fault.value).endswith("answered 404: Cannot POST /***/*** [31m for Bearer ***") or mode == "endless"
    assert not {"SECRET", "T0KEN"} & set(re.findall(r"\w+", str(fault.value)))
    assert str(fault.value).isprintable(), "a database takes it"
    assert len(str(fault.value)) < 300


def test_a_webhook_that_is_not_there_is_said_to_be_away():
    with pytest.raises(Undelivered, match="cannot be reached: ConnectError"):
        Webhook("http://127.0.0.1:9/x").send(RAISED, 1)


def test_a_letter_says_all_and_what_one_alert_brings_is_one_thread():
    with sinks.box() as box:
        way = Mail(f"smtp://127.0.0.1:{box.port}", "churn@example.com", ("a@example.com", "b@example.com"))
        way.send(RAISED, 5), way.send(OVER, 5)
    first, last = map(letter, box.letters)
    assert box.letters[0].rcpt_tos == ["a@example.com", "b@example.com"]
    assert first["subject"] == "[HIGH] A promoted model is not fit to answer, the old one goes on"
    assert last["subject"].startswith("[HIGH] resolved: ")
    assert first["references"] == last["references"] == "<0198@churn>"
    assert first["message-id"] != last["message-id"]
    assert "more: monitoring/runbooks/service.md#model_refused" in first.get_content()
    assert "by sync" in last.get_content()


def test_mail_goes_with_name_and_password_over_tls_that_is_checked(certificate, monkeypatch):
    with sinks.box(("me", "p@ss"), certificate) as box:
        way = Mail(f"smtp://me:p%40ss@127.0.0.1:{box.port}", "c@example.com", ("a@example.com",))
        with pytest.raises(Undelivered, match="SSLCertVerificationError"):
            way.send(RAISED, 5)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "mail.pem"))
        way.send(RAISED, 5)
        with pytest.raises(Undelivered, match="answered 535"):
            Mail(way.url.replace("p%40ss", "wrong"), "c@example.com", ("a@example.com",)).send(RAISED, 5)
    assert len(box.letters) == 1


def test_a_password_never_travels_in_clear_to_another_machine(monkeypatch):
    monkeypatch.setattr(mail, "near", lambda _host: False)
    with sinks.box(("me", "secret")) as box, pytest.raises(Undelivered, match="no password is sent; use smtps"):
        Mail(f"smtp://me:secret@127.0.0.1:{box.port}", "c@example.com", ("a@example.com",)).send(RAISED, 5)
    assert box.letters == []
    assert [near(one) for one in ("localhost", "127.0.0.1", "::1", "10.0.0.1", "mail")] == [True] * 3 + [False] * 2


def test_a_receiver_that_is_refused_is_named_and_the_other_has_the_letter():
    with sinks.box(refuse="gone@") as box:
        url = f"smtp://127.0.0.1:{box.port}"
        with pytest.raises(Undelivered, match=r"does not take gone@example\.com"):
            Mail(url, "c@example.com", ("gone@example.com", "a@example.com")).send(RAISED, 5)
        with pytest.raises(Undelivered, match="takes none of 1 receivers"):
            Mail(url, "c@example.com", ("gone@example.com",)).send(RAISED, 5)
    assert len(box.letters) == 1


def test_a_mail_server_that_hangs_or_is_away_is_said_to(tmp_path):
    with sinks.hook("hang") as hook:  # takes the connection and never greets
        began = time.monotonic()
        with pytest.raises(Undelivered, match=r"within 0\.3 s|cannot be used"):
            Mail(hook.url.replace("http", "smtp").rpartition("/services")[0], "c@e.com", ("a@e.com",)).send(RAISED, 0.3)
        assert time.monotonic() - began < 3
    with pytest.raises(Undelivered, match="cannot be used: ConnectionRefusedError"):
        Mail("smtp://127.0.0.1:9", "c@example.com", ("a@example.com",)).send(RAISED, 1)


def test_what_is_simulated_says_so_first_and_long_words_are_cut():
    played = Message("x", "raised-high", ALERT | {"purpose": "simulated", "words": "w" * 9000})
    assert played.title.startswith("SIMULATED, nothing is wrong: [HIGH]")
    assert len(played.words) == LONGEST + 2
    assert Message("x", "reminder-2", ALERT).title.startswith("[HIGH] still open: ")
    assert "ann looks after it: on it" in TAKEN.text


def settings(**changes):
    return Settings(_env_file=None, **{f"CHURN_{name}": value for name, value in changes.items()})


def test_the_settings_name_the_channels_and_alertmanager_takes_all_of_them():
    hooked = {"ALERT_WEBHOOK": "https://hooks.example.com/x", "ALERT_WEBHOOK_STYLE": "slack"}
    mailed = {"ALERT_SMTP": "smtps://mail.example.com", "ALERT_MAIL_TO": "a@example.com, Bob <b@example.com>"}
    assert channels.of(settings()) == []
    found = channels.of(settings(**hooked, **mailed))
    assert [one.name for one in found] == ["webhook", "mail"]
    assert found[1].receivers == ("a@example.com", "b@example.com")
    assert channels.of(settings(**hooked, ALERTMANAGER_URL="http://127.0.0.1:9093")) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ALERT_WEBHOOK": "hooks.example.com/SECRET"}, "CHURN_ALERT_WEBHOOK is no http"),
        ({"ALERT_WEBHOOK": "https://SECRET", "ALERT_WEBHOOK_STYLE": "pagerduty"}, "CHURN_ALERT_WEBHOOK_KEY is missing"),
        ({"ALERT_SMTP": "smtp://SECRET"}, "want both"),
        ({"ALERT_MAIL_TO": "a@example.com"}, "want both"),
        ({"ALERT_SMTP": "smtp://x:SECRET@h:99999", "ALERT_MAIL_TO": "a@e.com"}, "no port from 1"),
        ({"ALERT_SMTP": "ftp://SECRET", "ALERT_MAIL_TO": "a@e.com"}, "is no smtp://"),
        ({"ALERT_SMTP": "smtp://h", "ALERT_MAIL_TO": "a@e.com,nobody"}, "'nobody' is no e-mail address"),
        ({"ALERT_SMTP": "smtp://h", "ALERT_MAIL_TO": "a@e.com", "ALERT_MAIL_FROM": "x"}, "CHURN_ALERT_MAIL_FROM"),
    ],
)
def test_what_is_set_up_wrongly_is_named_and_no_secret_with_it(wrong, said):
    with pytest.raises(SettingsError, match=said) as fault:
        channels.of(settings(**wrong))
    assert "SECRET" not in str(fault.value)
