"""What a page is made of. Plain values: whoever fills them knows no HTML, and every text is escaped.

Use:

    page = Page(
        title="Evaluation",
        lead="How good the model is, on customers it has not seen.",
        sections=(
            Section("At a glance", (
                Cards((Card("ROC-AUC", numbers.decimal(0.8472), "0.826 to 0.870"),)),
                Text("Measured by ", Code("dvc repro evaluate"), "."),
                Table(("Target", "Measured", "Met"), [["AUC above 0.80", "0.847", Mark("met", "good")]], align="lrl"),
                Grid((draw("ROC curve", "Rises fast, area 0.847.", paint),)),
                Note("Profits are assumed, not measured.", "warn"),
            )),
        ),
        facts=(("Model", digest),),
    )
    files.write_bytes(render(page), path)

`paint` takes matplotlib axes (drawing.py), numbers are spelt by numbers.py, metrics called as in metrics.py; `Code`,
`Link`, `Mark`, `Bar` and `Value` stand in inline.py, `render` in render.py. A step that draws a page depends on
page.html and page.css too. To look at one:
`chromium --headless --screenshot=page.png --window-size=1280,4000 page.html`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from churn.page.inline import Inline, Tone


class Text:
    """A paragraph of words and inline parts."""

    kind: ClassVar[str] = "text"

    def __init__(self, *parts: Inline) -> None:
        self.parts = parts


class Points:
    """A list of paragraphs."""

    kind: ClassVar[str] = "points"

    def __init__(self, *points: str | Text) -> None:
        self.points = tuple(point if isinstance(point, Text) else Text(point) for point in points)


@dataclass(frozen=True)
class Note:
    """What the reader must not overlook."""

    kind: ClassVar[str] = "note"
    text: str
    tone: Tone = "plain"


@dataclass(frozen=True)
class Command:
    """What to type, on a line of its own."""

    kind: ClassVar[str] = "command"
    text: str


@dataclass(frozen=True)
class Card:
    """One key figure: its name, its value, and how sure or what of."""

    name: str
    value: str
    below: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True)
class Cards:
    """Key figures side by side."""

    kind: ClassVar[str] = "cards"
    cards: Sequence[Card]


@dataclass(frozen=True)
class Table:
    """Rows under a head; `align` holds l or r a column (numbers: r), `caption` says what is to be seen."""

    kind: ClassVar[str] = "table"
    head: Sequence[str]
    rows: Sequence[Sequence[Inline]]
    align: str = ""
    caption: str = ""

    def __post_init__(self) -> None:
        wrong = [row for row in self.rows if len(row) != len(self.head)]
        if wrong or (self.align and len(self.align) != len(self.head)):
            raise ValueError(f"table {self.caption or self.head}: {len(self.head)} columns, but {wrong or self.align}")

    @property
    def sides(self) -> str:
        """Give a letter for every column."""
        return self.align or "l" * len(self.head)


@dataclass(frozen=True)
class Figure:
    """A drawing (SVG from drawing.py), its title, and in words what it shows."""

    kind: ClassVar[str] = "figure"
    svg: str
    title: str
    says: str
    wide: bool = False


@dataclass(frozen=True)
class Grid:
    """Blocks side by side where the screen is wide enough."""

    kind: ClassVar[str] = "grid"
    blocks: "Sequence[Block]"


@dataclass(frozen=True)
class Folded:
    """Blocks that open at a click, for those who want them."""

    kind: ClassVar[str] = "folded"
    title: str
    blocks: "Sequence[Block]"


Block = Text | Points | Note | Command | Cards | Table | Figure | Grid | Folded


@dataclass(frozen=True)
class Section:
    """A part of the page with a place in its table of contents."""

    title: str
    blocks: Sequence[Block]

    @property
    def anchor(self) -> str:
        """Name the section in the page's address."""
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-") or "section"


@dataclass(frozen=True)
class Page:
    """A report: what it is, its parts, and at its foot the `facts` that name what it speaks of, and its `source`."""

    title: str
    lead: str
    sections: Sequence[Section]
    facts: Sequence[tuple[str, str]] = ()
    source: str = "Made by the pipeline from its own files."
