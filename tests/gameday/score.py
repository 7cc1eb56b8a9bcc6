"""The day held against its bars."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from gameday.diary import Diary, Page, Promotion
from gameday.script import Concept, Incident, Script

State = Literal["reached", "missed", "not played"]


@dataclass(frozen=True)
class Found:
    """When an incident was seen: by which kind of reading, and how many windows after its evidence was there.

    `lost` is what was lost until then, per 1,000 customers and summed over windows.
    """

    incident: Incident
    window: int | None
    by: str
    words: str
    lost: float

    @property
    def delay(self) -> int | None:
        """Give the windows after the first that held the evidence."""
        return None if self.window is None else max(self.window - self.incident.seen_from, 0)


@dataclass(frozen=True)
class Bar:
    """One line of the verdict."""

    words: str
    figure: str
    state: State


@dataclass(frozen=True)
class Recovery:
    """What the model that followed a concept change earns, as a share of what an oracle's refit would."""

    incident: str
    window: int
    share: float
    before: float


def found(script: Script, diary: Diary) -> list[Found]:
    """Tell for each incident when it was seen first."""
    return [_found(one, script, diary) for one in script.incidents]


def false_alarms(script: Script, diary: Diary) -> list[tuple[int, str, str]]:
    """List the alarms that no incident explains: window, kind, words."""
    return [
        (page.window, one["kind"], one["words"])
        for page in diary.pages
        for one in page.alarms
        if not any(incident.explains(page.window, one["kind"]) for incident in script.incidents)
    ]


def moves(diary: Diary, action: str) -> list[tuple[int, Promotion]]:
    """List what the alias did, with the window at whose end it moved."""
    return [(page.window, move) for page in diary.pages for move in page.moves if move.action == action]


def wrong(script: Script, diary: Diary) -> list[tuple[int, Promotion]]:
    """List the promotions that truly lost money, and those that a harmless shift or false labels brought about."""
    bait = [one for one in script.incidents if not one.harmful or one.kind == "poison"]
    return [
        (window, move)
        for window, move in moves(diary, "promote")
        if move.gain < -script.bars.wrong_below or any(one.on(window) for one in bait)
    ]


def recoveries(script: Script, diary: Diary) -> list[Recovery]:
    """Measure sudden concept changes so many windows of mature labels later as the file says."""
    share = {page.window: page.earned / page.best for page in diary.pages}
    made = []
    for one in script.incidents:
        at = one.first + script.bars.recovered_within + 1
        if isinstance(one, Concept) and one.ramp == 1 and at in share:
            made.append(Recovery(one.name, at, share[at], share[one.first]))
    return made


def bars(script: Script, diary: Diary) -> list[Bar]:
    """Hold the day against every bar."""
    return [
        *(_detected(one, script) for one in found(script, diary) if one.incident.harmful),
        *(_quiet(one, diary) for one in script.incidents if not one.harmful),
        *(_unmoved(one, diary) for one in script.incidents if one.kind == "poison"),
        _judged("no promotion truly loses money", len(wrong(script, diary)), 0, "wrong promotions"),
        *(_recovered(one, script) for one in recoveries(script, diary)),
        _judged("no request fails in the whole day", diary.failed, 0, f"failed of {diary.requests:,}"),
        _judged("no record is lost", diary.lost, 0, "lost"),
        _rolled_back(script, diary),
    ]


def _found(incident: Incident, script: Script, diary: Diary) -> Found:
    """Find the first alarm that shows it and that no other incident explains as well."""
    lost, others = 0.0, [one for one in script.incidents if one is not incident]
    for page in diary.pages:
        if page.window < incident.first:
            continue
        lost += page.best - page.earned
        for one in page.alarms:
            mine = one["kind"] in incident.shown_by and page.window >= incident.seen_from
            if mine and not any(other.explains(page.window, one["kind"]) for other in others):
                return Found(incident, page.window, one["kind"], one["words"], lost)
    return Found(incident, None, "", "", lost)


def _detected(one: Found, script: Script) -> Bar:
    name, most = one.incident.name, one.incident.before_lost
    if most is not None:
        figure = f"{one.lost:,.0f} lost until window {one.window}" if one.window is not None else "not found"
        met = one.window is not None and one.lost <= most
        return Bar(f"{name}: found before {most:,.0f} are lost per 1,000 customers", figure, _state(met))
    within = script.bars.detected_within
    met = one.delay is not None and one.delay <= within
    figure = "not found" if one.delay is None else f"{one.delay} windows later, by {one.by}"
    return Bar(f"{name}: found within {within} window of its evidence", figure, _state(met))


def _quiet(one: Incident, diary: Diary) -> Bar:
    moved = sum(one.on(window) for window, _ in moves(diary, "promote"))
    return _judged(f"{one.name}: nothing is promoted", moved, 0, "promotions")


def _unmoved(one: Incident, diary: Diary) -> Bar:
    """Count promotions while false labels are told, and later ones of a training that had them before it."""
    told = [date.fromisoformat(page.since) for page in diary.pages if one.on(page.window)]
    false = tuple((day - timedelta(days=1)).isoformat() for day in told)
    moved = [
        page.window
        for page in diary.pages
        if any(move.action == "promote" for move in page.moves)
        and (one.on(page.window) or any(batch.startswith(false) for batch in page.batches))
    ]
    return _judged(f"{one.name}: nothing is promoted from it", len(moved), 0, "promotions")


def _judged(words: str, figure: int, most: int, unit: str) -> Bar:
    return Bar(words, f"{figure:,} {unit}", _state(figure <= most))


def _recovered(one: Recovery, script: Script) -> Bar:
    wanted, within = script.bars.recovered, script.bars.recovered_within
    words = f"{one.incident}: {wanted:.0%} of an oracle's profit within {within} windows of mature labels"
    return Bar(words, f"{one.share:.1%} in window {one.window}", _state(one.share >= wanted))


def _rolled_back(script: Script, diary: Diary) -> Bar:
    words = f"a rollback takes at most {script.bars.rollback_seconds:g} s"
    if diary.rollback_seconds is None:
        return Bar(words, "nothing was promoted, so nothing could be rolled back", "not played")
    met = diary.rollback_seconds <= script.bars.rollback_seconds
    figure = f"{diary.rollback_seconds:.1f} s, served after {diary.served_seconds:.1f} s"
    return Bar(words, figure, _state(met))


def _state(met: bool) -> State:
    return "reached" if met else "missed"


def shown(pages: list[Page]) -> int:
    """Count the windows without any alarm."""
    return sum(not page.alarms for page in pages)
