"""Markdown that says what it is given and nothing else: values from tables cannot become links, images or mentions."""

import re
from collections.abc import Iterable, Sequence

MARKS = re.compile(r"[\\`*{}\[\]<>|~&]|:(?=//)|(?<=www)\.")
NAMING, NOTHING = re.compile(r"([@#]|\bGH-)"), "<!-- -->"
"""What names a person or an issue, for which a forge looks in the text that came of all marks; and what it cannot look
across.
"""
LONGEST = 400


def safe(text: object) -> str:
    """Spell a text as itself on one line, cut where it is very long."""
    line = " ".join(str(text).split())
    cut = line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
    return "".join(_spelt(part) for part in NAMING.split(cut))


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Lay out a table."""
    lines = [head, ["---"] * len(head), *([safe(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _spelt(part: str) -> str:
    if NAMING.fullmatch(part):
        return f"{part}{NOTHING}"
    return MARKS.sub(lambda mark: f"&#{ord(mark[0])};", part)
