"""The page of readings: what alarms first, how sure each is, and where Evidently's drawings lie."""

from collections.abc import Sequence
from datetime import UTC, datetime

from churn.lifecycle.monitoring.reading import Reading
from churn.lifecycle.monitoring.scene import Scene
from churn.page.blocks import Note, Page, Points, Section, Table, Text
from churn.page.inline import Inline, Link, Mark, Tone

TONES: dict[str, Tone] = {"alarm": "bad", "unknown": "unknown", "ok": "good"}
WORDS = {"alarm": "alarms", "unknown": "not known", "ok": "as it should be"}
RANK = list(TONES)


def overview(scene: Scene, found: Sequence[Reading], purpose: str, drawn: Sequence[str]) -> Page:
    """Lay out the readings of one look."""
    champion = scene.champion
    who = "There is no champion." if champion is None else f"Version {champion.version} is champion."
    return Page(
        title="Monitoring",
        lead=f"What was read of the model in service, up to {_day(scene.times.arrived[1])}. {who}",
        sections=(Section("Readings", (*_said(purpose), _table(found))), Section("Drawings", (_links(drawn),))),
        facts=(("Model", champion.digest if champion else "none"), ("Purpose", purpose)),
    )


def _said(purpose: str) -> tuple[Note, ...]:
    played = (
        (Note("All of this is simulated: no customer of yours is in it.", "warn"),) if purpose == "simulated" else ()
    )
    return (*played, Note("What is not known is not well: it could not be judged, and the words say why."))


def _table(found: Sequence[Reading]) -> Table:
    order = sorted(found, key=lambda one: (RANK.index(one.state), one.kind))
    head = ("Reading", "State", "In words", "False alarms", "Window", "Version")
    return Table(head, [_row(one) for one in order], caption="False alarms: of windows without a fault that alarm.")


def _row(one: Reading) -> list[Inline]:
    rate = one.figures.get("rate")
    return [
        one.kind.replace("_", " "),
        Mark(WORDS[one.state], TONES[one.state]),
        one.words,
        f"{rate:.1%}" if isinstance(rate, float) else "",
        f"{_day(one.since)} to {_day(one.until)}",
        "" if one.model_version is None else str(one.model_version),
    ]


def _links(drawn: Sequence[str]) -> Points | Text:
    if not drawn:
        return Text("There is nothing to draw: too few customers, or no reference table.")
    return Points(*(Text(Link(name, name)) for name in drawn))


def _day(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1e6, UTC):%Y-%m-%d}"
