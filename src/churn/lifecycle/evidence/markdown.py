"""Markdown that says what it is given and nothing else: values from tables cannot become links, images or mentions."""

import re
from collections.abc import Iterable, Sequence

MARKS = re.compile(r"([\\`*{}\[\]<>#|~&@])")
LONGEST = 400


def safe(text: object) -> str:
    """Spell a text as itself on one line, cut where it is very long."""
    line = " ".join(str(text).split())
    cut = line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
    return MARKS.sub(_spelt, cut).replace("://", "&#58;//").replace("www.", "www&#46;")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Lay out a table."""
    lines = [head, ["---"] * len(head), *([safe(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _spelt(mark: re.Match[str]) -> str:
    return f"&#{ord(mark[0])};"
