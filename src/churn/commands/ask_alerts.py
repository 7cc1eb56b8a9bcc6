"""Asking where alerts go: what is secret is typed unseen, and stands in no shell's history."""

import typer

from churn.lifecycle.alerting.install import install

WEBHOOK, STYLE, KEY = "CHURN_ALERT_WEBHOOK", "CHURN_ALERT_WEBHOOK_STYLE", "CHURN_ALERT_WEBHOOK_KEY"
SMTP, SENDER, RECEIVERS = "CHURN_ALERT_SMTP", "CHURN_ALERT_MAIL_FROM", "CHURN_ALERT_MAIL_TO"
ROUTER = "CHURN_ALERTMANAGER_URL"
STYLES = ("plain", "slack", "pagerduty")
KEYED = {"plain": "Bearer token (none: leave it empty)", "pagerduty": "Routing key"}


def installed(wanted: bool) -> None:
    """Ask and write .env, if that is wanted. Raises SettingsError."""
    if wanted:
        said = dict.fromkeys((ROUTER, WEBHOOK, STYLE, KEY, SMTP, SENDER, RECEIVERS), "")
        said[ROUTER] = _ask("Address of Alertmanager (none: leave it empty)")
        if not said[ROUTER]:
            said |= _webhook() | _mail()
        names = install(said)
        typer.echo(f".env: {', '.join(names) or 'alerts go nowhere'}")


def _webhook() -> dict[str, str]:
    address = _ask("Address of the webhook (none: leave it empty)", hidden=True)
    if not address:
        return {}
    style = typer.prompt("Style: plain, slack or pagerduty", default="plain", value_proc=_style)
    key = _ask(KEYED[style], hidden=True) if style in KEYED else ""
    return {WEBHOOK: address, STYLE: style, KEY: key}


def _style(said: str) -> str:
    """Take a style that is known; any other would stand in .env, and no command could read that any more."""
    if (style := said.strip().lower()) not in STYLES:
        raise typer.BadParameter(f"{said.strip()!r} is none of {', '.join(STYLES)}")
    return style


def _mail() -> dict[str, str]:
    server = _ask("Mail server, smtp://name:password@host:port (none: leave it empty)", hidden=True)
    if not server:
        return {}
    return {SMTP: server, SENDER: _ask("Mail comes from"), RECEIVERS: _ask("Mail goes to (commas between)")}


def _ask(question: str, hidden: bool = False) -> str:
    return str(typer.prompt(question, default="", hide_input=hidden, show_default=False)).strip()
