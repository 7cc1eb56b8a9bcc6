"""The ways out that the settings name; none where Alertmanager routes."""

from email.utils import parseaddr
from urllib.parse import urlsplit

from churn.errors import SettingsError
from churn.lifecycle.alerting.channel import Channel
from churn.lifecycle.alerting.mail import PORTS, Mail
from churn.lifecycle.alerting.webhook import Webhook
from churn.settings import Settings


def of(known: Settings) -> list[Channel]:
    """Give the channels that are set up. Raises SettingsError, which never repeats a secret."""
    if known.alertmanager_url:
        return []
    found: list[Channel] = []
    if known.alert_webhook:
        found.append(_webhook(known, known.alert_webhook.get_secret_value()))
    if known.alert_smtp or known.alert_mail_to:
        found.append(_mail(known))
    return found


def _webhook(known: Settings, url: str) -> Webhook:
    place = urlsplit(url)
    if place.scheme not in {"http", "https"} or not place.hostname:
        raise SettingsError("CHURN_ALERT_WEBHOOK is no http:// or https:// address; see .env.example")
    key = known.alert_webhook_key.get_secret_value() if known.alert_webhook_key else None
    if known.alert_webhook_style == "pagerduty" and not key:
        raise SettingsError("CHURN_ALERT_WEBHOOK_KEY is missing: PagerDuty wants the routing key of its integration")
    return Webhook(url, known.alert_webhook_style, key)


def _mail(known: Settings) -> Mail:
    if not known.alert_smtp or not known.alert_mail_to:
        raise SettingsError("alerts by mail want both CHURN_ALERT_SMTP and CHURN_ALERT_MAIL_TO; see .env.example")
    url = known.alert_smtp.get_secret_value()
    try:
        place, port = urlsplit(url), urlsplit(url).port
    except ValueError as fault:
        raise SettingsError("CHURN_ALERT_SMTP has no port from 1 to 65535; see .env.example") from fault
    if place.scheme not in PORTS or not place.hostname or port == 0:
        raise SettingsError("CHURN_ALERT_SMTP is no smtp:// or smtps:// address; see .env.example")
    receivers = tuple(_address(one, "CHURN_ALERT_MAIL_TO") for one in known.alert_mail_to.split(","))
    return Mail(url, _address(known.alert_mail_from, "CHURN_ALERT_MAIL_FROM"), receivers)


def _address(said: str, name: str) -> str:
    _, address = parseaddr(said.strip())
    if "@" not in address or any(sign.isspace() for sign in address):
        raise SettingsError(f"{name}: {said.strip()!r} is no e-mail address; several stand with a comma between them")
    return address
