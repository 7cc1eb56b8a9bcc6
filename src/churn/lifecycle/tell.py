"""The registry in words."""

import re
from datetime import UTC, date, datetime, time, timedelta

from churn.errors import SearchError, TrackingError
from churn.lifecycle.aliases import CHAMPION
from churn.lifecycle.version_tags import read_verdict
from churn.stores.tracking import retirements
from churn.stores.tracking.records import Record
from churn.stores.tracking.registry import Registry, Version

FIGURES = ("test_roc_auc", "test_log_loss", "test_profit_per_1000_offer_rule")
SHORT = 12
DAY = re.compile(r"^\d{4}-\d\d-\d\d")


def tell_history(told: list[Record], champion: int | None, at: str | None) -> str:
    """Tell what was done to the champion alias, up to a moment if one is given: a day, or a time; without a zone, UTC.

    Raises SearchError when `at` cannot be read, or lies ahead: nobody knows what is in production then.
    """
    until = None if at is None else moment(at)
    held = [one for one in told if until is None or _when(one) <= until]
    lines = [_line(one) for one in held] or ["no promotions" + ("" if at is None else f" up to {at}")]
    done = [one for one in held if one.done]
    if at is None:
        return "\n".join([*lines, _alias_agrees(done, champion, held)])
    reigning = f"version {done[-1].intent.to_version}" if done else "nothing"
    doubt = ", as far as broken records tell" if any(one.fault for one in told) else ""
    return "\n".join([*lines, f"in production on {at}: {reigning}{doubt}"])


def moment(at: str) -> datetime:
    """Read a day, which means its end, or a time; without a zone it is UTC. Raises SearchError."""
    try:
        (spelt,) = DAY.findall(at)
        found = datetime.combine(date.fromisoformat(at), time.max) if at == spelt else datetime.fromisoformat(at)
    except ValueError as fault:
        words = f"--at {at[:40]!r} is no moment; spell a day 2026-05-01 or a time 2026-05-01T08:00:00Z"
        raise SearchError(words) from fault
    told = found if found.tzinfo else found.replace(tzinfo=UTC)
    if told > datetime.now(UTC) + timedelta(days=at == spelt):
        raise SearchError(f"--at {at} lies ahead; `churn history` tells what is in production now")
    return told


def refuse_broken(told: list[Record]) -> None:
    """Raise TrackingError if a record cannot be trusted."""
    broken = [str(one.intent.number) for one in told if one.fault]
    if broken:
        raise TrackingError(
            f"the chain of promotion records is broken at {', '.join(broken)}; see the lines above, and, when you know "
            'what happened, take it for what it is: `churn repair --why "..."`'
        )


def refuse_moved(told: list[Record], champion: int | None) -> None:
    """Raise TrackingError if the alias is not where the records say, unless a move is not settled yet."""
    recorded = _recorded([one for one in told if one.done])
    if recorded != champion and not any(one.open for one in told):
        raise TrackingError(
            f"@{CHAMPION} was moved by hand: it is version {champion or 'none'}, the records say {recorded or 'none'}; "
            "`churn rollback` gives it back to the last recorded champion, `churn promote` moves it on record"
        )


def tell_versions(registry: Registry) -> str:
    """Tell each version's family, aliases, figures, data and verdict, and below it why it was retired, if it was."""
    named: dict[int, list[str]] = {}
    aliases, tags = registry.marks()
    for alias, number in aliases.items():
        named.setdefault(number, []).append(f"@{alias}")
    retired = retirements.read(tags)
    lines = [f"BROKEN: the records of retired versions cannot be trusted: {retired.fault}"] if retired.fault else []
    for one in registry.versions():
        lines.append(_version(registry, one, " ".join(sorted(named.get(one.number, [])))))
        lines += [f"      {retired.standing[one.digest].words}"] if one.digest in retired.standing else []
    return "\n".join(lines) or f"{registry.name} has no versions; run `dvc repro`"


def _line(record: Record) -> str:
    intent = record.intent
    move = f"{intent.action:<8} {intent.from_version or 'none'} -> {intent.to_version}"
    fault = f"  BROKEN: {record.fault}" if record.fault else ""
    fault = f"  REPAIRED, it was broken: {record.mended}" if record.mended else fault
    return f"{intent.number:>4}  {intent.when}  {move}  {record.ending or 'open'}  {intent.who}: {intent.why}{fault}"


def _when(record: Record) -> datetime:
    """Give the time at which a record ended, or began; one that cannot be read was before all others."""
    try:
        found = datetime.fromisoformat(record.ended or record.intent.when)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _recorded(done: list[Record]) -> int | None:
    return done[-1].intent.to_version if done else None


def _alias_agrees(done: list[Record], champion: int | None, told: list[Record]) -> str:
    recorded = _recorded(done)
    if any(one.open for one in told):
        return (
            f"@{CHAMPION} is version {champion or 'none'}; a move is under way, or was broken off: the next settles it"
        )
    if recorded == champion:
        return f"@{CHAMPION} is version {champion}, as recorded" if champion else f"@{CHAMPION} is not set"
    return f"BROKEN: @{CHAMPION} is version {champion}, but the records say {recorded}: it was moved by hand"


def _version(registry: Registry, version: Version, aliases: str) -> str:
    figures = registry.metrics(version)
    shown = "  ".join(f"{name.removeprefix('test_')} {figures[name]:,.5g}" for name in FIGURES if name in figures)
    data = version.tags.get("digest_data", "")[:SHORT]
    verdict = read_verdict(version)
    head = f"{version.number:>4}  {version.tags.get('family', ''):<10} {aliases:<24}"
    return f"{head} {shown}  data {data}  model {version.digest[:SHORT]}  gate {verdict.state if verdict else 'none'}"
