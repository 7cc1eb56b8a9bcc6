"""The graph of the pipeline's stages, in Graphviz's language; the browser draws it."""

import json
from collections.abc import Sequence

from churn.services.api.schemas.pipeline import Stage
from churn.services.dashboard import look

FONT = "Helvetica"


def dot(stages: Sequence[Stage]) -> str:
    """Spell the graph: a box a stage, an arrow to each that reads what it wrote."""
    known = {one.name for one in stages}
    boxes = [f"{_text(one.name)} [tooltip={_text(one.words or one.name)}]" for one in stages]
    arrows = [f"{_text(before)} -> {_text(one.name)}" for one in stages for before in one.after if before in known]
    node = (
        f'node [shape=box style="rounded,filled" fillcolor="{look.SEQUENTIAL[0]}" color="{look.TEAL}" '
        f'fontname="{FONT}" fontcolor="{look.INK}" fontsize=13 margin="0.18,0.1" penwidth=1.2]'
    )
    edge = f'edge [color="{look.GREY}" arrowsize=0.7]'
    head = 'rankdir=LR bgcolor="transparent" nodesep=0.3 ranksep=0.45'
    return "digraph {\n" + "\n".join([head, node, edge, *boxes, *arrows]) + "\n}"


def _text(words: str) -> str:
    """Quote text as Graphviz does."""
    return json.dumps(words, ensure_ascii=False)
