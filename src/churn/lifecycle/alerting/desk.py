"""Alerts from the ledger's side, for whoever has no service at hand: listed, taken, closed."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from churn.errors import LedgerError
from churn.lifecycle.alerting import channels, raised, rules
from churn.lifecycle.alerting.message import often, when
from churn.lifecycle.alerting.trial import NOWHERE
from churn.settings import Settings
from churn.stores.ledger import database
from churn.stores.ledger.opened import opened
from churn.stores.ledger.queries.alerts import alerts

MOST, DAY = 500, 86_400 * 1_000_000
Row = dict[str, Any]


def listed(known: Settings, now: int, days: int = 0) -> list[Row]:
    """List the alerts that are not resolved, and those of the last days; unresolved ones first. Raises LedgerError."""
    found: dict[str, Any] = _ask(known, lambda one: alerts(one, now - days * DAY, MOST, 0, purpose=known.purpose))
    rows: list[Row] = found["alerts"]
    return rows if days else [one for one in rows if one["resolved_at"] is None]


def take(known: Settings, which: str, now: int, note: str | None) -> Row:
    """Note that whoever runs this looks after an alert, named by id or kind. Raises LedgerError, Conflict."""
    return _done(known, raised.acknowledge, which, now, note)


def close(known: Settings, which: str, now: int, note: str | None) -> Row:
    """Close an alert by hand, named by id or kind. Raises LedgerError."""
    return _done(known, raised.settle, which, now, note)


def table(rows: list[Row]) -> str:
    """Spell alerts, a few lines each."""
    return "\n\n".join(map(_spelt, rows)) if rows else "no alert is open"


def unsent(known: Settings) -> str:
    """Say why nothing was sent. Raises SettingsError where a channel is set up wrongly."""
    if known.alertmanager_url:
        return "Alertmanager routes alerts; nothing is sent from here"
    return "nothing is owed" if channels.of(known) else f"alerts are sent to nobody: {NOWHERE}"


def _spelt(one: Row) -> str:
    rule = rules.rule_of(one["kind"])
    head = f"{one['severity'].upper():<9}{one['state']:<13}{one['kind']}  {rule.title}"
    lines = [head, one["words"], f"since {when(one['raised_at'])}, seen {often(one['times'])}"]
    if one["acknowledged_by"]:
        lines.append(f"{one['acknowledged_by']} looks after it" + (f": {one['note']}" if one["note"] else ""))
    if one["resolved_at"]:
        lines.append(f"resolved {when(one['resolved_at'])} by {one['resolved_by'] or 'unknown'}")
    else:
        lines += [f"first: {rule.first}", f"more:  {one['runbook'] or rules.runbook(one['kind'])}"]
    lines += [
        f"{row['channel']} {row['event']}: {row['state'].replace('_', ' ')} tried {often(row['tries'])}: {row['fault']}"
        for row in one["deliveries"]
        if row["fault"]
    ]
    return "\n         ".join(lines)


def _done(known: Settings, deed: Callable[..., Row | None], which: str, now: int, note: str | None) -> Row:
    said = {"by": known.who, "note": note, "purpose": known.purpose}
    found: Row | None = asyncio.run(_do(known, partial(deed, which=which, at=now, **said)))
    if found is None:
        raise LedgerError(f"no alert has the id or kind {which!r}; `churn alerts` lists them")
    return found


async def _do(known: Settings, deed: Callable[[Any], Any]) -> Any:
    database.must_exist(known.database_url)
    async with opened(known) as ledger:
        return await ledger.do(deed)


def _ask(known: Settings, query: Callable[[Any], Any]) -> Any:
    async def asked() -> Any:
        database.must_exist(known.database_url)
        async with opened(known) as ledger:
            return await ledger.read(query)

    return asyncio.run(asked())
