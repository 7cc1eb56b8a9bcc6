"""The report: what was played, what was found and when, what was done, what it earned, and which bars were reached."""

from dataclasses import dataclass

from churn.page import numbers
from churn.page.blocks import Block, Card, Cards, Note, Page, Points, Section, Table, Text
from churn.page.inline import Inline, Mark, Tone
from gameday import drawn, money, score, words
from gameday.diary import Diary
from gameday.money import Books, Line
from gameday.script import Script

TONES: dict[str, Tone] = {"reached": "good", "missed": "bad", "not played": "unknown"}


@dataclass(frozen=True)
class Told:
    """All that a report is made of."""

    script: Script
    diary: Diary
    kept: list[Books]
    lines: list[Line]

    @property
    def bars(self) -> list[score.Bar]:
        """Give the bars of the day, those of money last."""
        return [*score.bars(self.script, self.diary), *map(_earned, self.lines[1:-1])]

    @property
    def passed(self) -> bool:
        """Tell whether the bars that the house must reach were; being beaten in money is told and stops nobody."""
        return all(one.state == "reached" for one in score.bars(self.script, self.diary))


def page(told: Told) -> Page:
    """Lay out the report."""
    return Page(
        title="Game day",
        lead="Months of trouble played against the whole circle: API, ledger, monitoring, decisions, retraining, "
        "gate, promotion and rollback. Everything here is simulated.",
        sections=(
            Section("At a glance", _glance(told)),
            Section("Bars", _bars(told)),
            Section("What happened", _incidents(told)),
            Section("Money", _money(told)),
            Section("Window by window", [_windows(told)]),
            Section("What was done", _deeds(told)),
            Section("How to read this", [Points(*words.reading(told.script, len({one.seed for one in told.kept})))]),
        ),
        facts=(("Seed", str(told.script.seed)), ("Windows", str(len(told.diary.pages)))),
        source="Made by `make gameday` from the game-day file tests/gameday/gameday.yaml.",
    )


def _glance(told: Told) -> list[Block]:
    reached = sum(one.state == "reached" for one in told.bars)
    harmful = [one for one in score.found(told.script, told.diary) if one.incident.harmful]
    ours, best = (sum(page.earned for page in told.diary.pages), sum(page.best for page in told.diary.pages))
    alarms, wrong = score.false_alarms(told.script, told.diary), score.wrong(told.script, told.diary)
    seen = sum(one.window is not None for one in harmful)
    every = reached == len(told.bars)
    cards = [
        Card("Bars reached", f"{reached} of {len(told.bars)}", "", "good" if every else "bad"),
        Card("Harmful incidents found", f"{seen} of {len(harmful)}", "", "good" if seen == len(harmful) else "bad"),
        Card("Wrong promotions", str(len(wrong)), f"of {len(score.moves(told.diary, 'promote'))}", _tone(not wrong)),
        Card("False alarms", str(len(alarms)), f"in {len(told.diary.pages)} windows, 12 kinds of reading", "plain"),
        Card("Requests that failed", numbers.count(told.diary.failed), f"of {told.diary.requests:,}", "plain"),
        Card("Of an oracle's profit", numbers.share(ours / best if best else None), "over the whole day"),
    ]
    short = words.rehearsal(told.script)
    lead = [Note(short, "warn")] if short else []
    return [
        *lead,
        Cards(cards),
        *[Note(f"{one.words}: {one.figure}", "bad") for one in told.bars if one.state == "missed"],
    ]


def _bars(told: Told) -> list[Block]:
    rows: list[list[Inline]] = [[one.words, Mark(one.state, TONES[one.state]), one.figure] for one in told.bars]
    return [Table(("Bar", "State", "Measured"), rows)]


def _incidents(told: Told) -> list[Block]:
    seen = score.found(told.script, told.diary)
    rows: list[list[Inline]] = [
        [
            one.incident.name,
            one.incident.words,
            _span(one.incident.first, one.incident.last),
            str(one.incident.seen_from),
            "not found" if one.window is None else f"{one.window}, by {one.by}",
            one.words,
        ]
        for one in seen
    ]
    head = ("Incident", "What happens", "Windows", "Evidence from", "Found in window", "What monitoring said")
    alarms = [
        f"window {window}, {kind}: {words}" for window, kind, words in score.false_alarms(told.script, told.diary)
    ]
    return [
        drawn.timeline(told.script, told.diary, seen),
        Table(head, rows),
        Text(
            "False alarms, which no incident explains:" if alarms else "No alarm without an incident that explains it."
        ),
        *([Points(*alarms)] if alarms else []),
    ]


def _money(told: Told) -> list[Block]:
    rows: list[list[Inline]] = [_row(one) for one in told.lines]
    head = ("Policy", "Kept after costs", "Retrainings", "Ours keeps more", "Were the customers drawn anew")
    said = "Ours is the day played through the real service; the others are played in process, on the same customers."
    first = f"Ours keeps {numbers.amount(told.lines[0].net)} over the day. {said}"
    return [
        Text(first),
        Table(head, rows, "lrrrr"),
        drawn.profit(told.script, told.diary, told.kept, told.script.seed),
    ]


def _row(one: Line) -> list[Inline]:
    more = "" if one.policy == money.OURS else numbers.amount(one.more)
    return [one.policy, numbers.amount(one.net), str(one.retrained), more, _ends(one)]


def _ends(one: Line) -> str:
    return numbers.interval(one.low, one.high, numbers.amount)


def _windows(told: Told) -> Block:
    head = ("Window", "Champion", "Refused", "Outcomes", "Churn", "Earned", "Best", "Alarms", "Decision")
    rows: list[list[Inline]] = [
        [
            f"{page.window} ({page.since})", f"v{page.version}", numbers.count(page.refused),
            numbers.count(page.outcomes), numbers.share(page.churn), numbers.amount(page.earned),
            numbers.amount(page.best), ", ".join(page.kinds()), f"{page.decision.get('action')}",
        ]
        for page in told.diary.pages
    ]  # fmt: skip
    return Table(head, rows, "llrrrrrll")


def _deeds(told: Told) -> list[Block]:
    rows: list[list[Inline]] = []
    for page in told.diary.pages:
        if page.decision.get("action") != "none" and page.decision.get("new"):
            cells = (page.decision["action"], page.decision["words"])
            rows.append([str(page.window), Mark(cells[0], "plain"), cells[1]])
        rows += [[str(page.window), "training", line] for line in page.said]
        rows += [
            [str(page.window), move.action, f"v{move.before} to v{move.after}: truly {move.gain:+,.0f} per 1,000"]
            for move in page.moves
        ]
    return [Table(("Window", "What", "In words"), rows)] if rows else [Text("Nothing was decided but to go on.")]


def _earned(one: Line) -> score.Bar:
    words = f"ours keeps more than {one.policy}"
    return score.Bar(words, numbers.amount(one.more), "reached" if one.more > 0 else "missed")


def _span(first: int, last: int | None) -> str:
    return f"from {first} on" if last is None else str(first) if first == last else f"{first} to {last}"


def _tone(well: bool) -> Tone:
    return "good" if well else "bad"
