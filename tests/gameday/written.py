"""The report on disk: a page for people, its tables as text, and everything as JSON."""

from dataclasses import asdict
from pathlib import Path

from churn.page.render import render
from churn.stores import files
from gameday import score, words
from gameday.report import Told, page

NAME = "gameday"


def write(told: Told, folder: Path) -> None:
    """Write the report in its three forms."""
    folder.mkdir(parents=True, exist_ok=True)
    files.write_bytes(render(page(told)), folder / f"{NAME}.html")
    files.write_json(plain(told), folder / f"{NAME}.json")
    files.write_bytes(text(told).encode(), folder / f"{NAME}.md")


def plain(told: Told) -> dict[str, object]:
    """Spell everything for JSON; it says that it is simulated."""
    return {
        "purpose": "simulated",
        "rehearsal": words.rehearsal(told.script),
        "passed": told.passed,
        "script": told.script.model_dump(),
        "bars": [asdict(one) for one in told.bars],
        "false_alarms": [list(one) for one in score.false_alarms(told.script, told.diary)],
        "money": [asdict(one) for one in told.lines],
        "policies": [asdict(one) for one in told.kept],
        "diary": told.diary.told(),
    }


def text(told: Told) -> str:
    """Say the verdict in a page of text."""
    bars = [f"| {one.words} | {one.state} | {one.figure} |" for one in told.bars]
    money = [f"| {one.policy} | {one.net:,.0f} | {one.retrained} | {one.more:,.0f} |" for one in told.lines]
    return "\n".join([
        "# Game day", "",
        "Simulated: a registry, a ledger and customers of its own. The whole report: gameday.html.", "",
        *([short, ""] if (short := words.rehearsal(told.script)) else []),
        "| bar | state | measured |", "| --- | --- | --- |", *bars, "",
        "| policy | kept after costs | retrainings | ours keeps more |", "| --- | ---: | ---: | ---: |", *money, "",
    ])  # fmt: skip
