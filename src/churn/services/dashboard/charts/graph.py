"""The graph of the pipeline's stages, in Graphviz's language; the browser draws it."""

import json
from collections.abc import Sequence

from churn.services.api.schemas.pipeline import Stage
from churn.services.dashboard import look

FONT = "Helvetica"


def dot(stages: Sequence[Stage]) -> str:
    """Spell the graph: a box a stage, an arrow to each that reads what it wrote.

    An arrow that others imply is left out: what leads to a stage by way of a third needs no arrow of its own.
    """
    boxes = [f"{_text(one.name)} [tooltip={_text(one.words or one.name)}]" for one in stages]
    arrows = [f"{_text(before)} -> {_text(after)}" for before, after in _steps(stages)]
    node = (
        f'node [shape=box style="rounded,filled" fillcolor="{look.SEQUENTIAL[0]}" color="{look.TEAL}" '
        f'fontname="{FONT}" fontcolor="{look.INK}" fontsize=14 margin="0.18,0.1" penwidth=1.2]'
    )
    edge = f'edge [color="{look.GREY}" arrowsize=0.7]'
    head = 'rankdir=TB bgcolor="transparent" nodesep=0.25 ranksep=0.35'
    return "digraph {\n" + "\n".join([head, node, edge, *boxes, *arrows]) + "\n}"


def _steps(stages: Sequence[Stage]) -> list[tuple[str, str]]:
    """Give the pairs that follow one another with nothing in between; stages are told in the order they run."""
    before: dict[str, set[str]] = {}
    found = []
    for one in stages:
        last = [name for name in one.after if name in before]
        between = set().union(*(before[name] for name in last))
        found += [(name, one.name) for name in last if name not in between]
        before[one.name] = between | set(last)
    return found


def _text(words: str) -> str:
    """Quote text as Graphviz does."""
    return json.dumps(words, ensure_ascii=False)
