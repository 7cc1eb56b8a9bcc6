"""The page for people: our verdict in words above Evidently's drawings."""

from html import escape

import pandas as pd

from churn.params.drift import Drift
from churn.steps.drift.comparison import compare
from churn.steps.drift.pair import pair
from churn.steps.drift.reading import ColumnReading, Reading
from churn.steps.drift.weights import weigh

STYLE = """<style>
.churn { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #1b1f24 }
.churn .state { padding: .8rem 1rem; border-left: .4rem solid #6e7781; background: #f3f4f6 }
.churn .drift { border-color: #bc4c00; background: #fff1e5 }
.churn .no_drift { border-color: #1a7f37; background: #e9f7ee }
.churn table { border-collapse: collapse; width: 100% }
.churn th, .churn td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #d8dee4; vertical-align: top }
</style>"""

PLAIN = '<!DOCTYPE html><html lang="en"><head><meta charset="UTF-8"><title>Drift</title></head><body>{}</body></html>\n'
SAMPLE = (
    "There is no batch to judge. What follows is a sample: the held-out rows against the reference, "
    "to show what the page looks like. It is not a verdict."
)


def page(reading: Reading, drawn: str, reference: pd.DataFrame, held_out: pd.DataFrame, drift: Drift) -> str:
    """Lay out our words above Evidently's page, `drawn`; without a batch the held-out rows stand in, and it says so."""
    note = ""
    if reading.batch is None:
        measured = compare(pair(reference, held_out, drift), weigh(reference), drift).measured
        drawn, note = measured.page, SAMPLE if measured.page else f"There is no sample either: {measured.fault}."
    elif not drawn:
        note = "There is nothing to draw."
    above = _above(reading, note)
    if drawn:
        return drawn.replace("<body>", f"<body>{above}", 1)
    return PLAIN.format(above)


def _above(reading: Reading, note: str) -> str:
    parts = [STYLE, "<h1>Drift</h1>", f'<p class="state {reading.state}">{escape(reading.summary)}</p>']
    if note:
        parts.append(f"<p><strong>{escape(note)}</strong></p>")
    if reading.batch:
        items = "".join(f"<li>{escape(fault)}</li>" for fault in reading.faults) or "<li>none found</li>"
        if reading.calibration:
            parts.append(f"<p>{escape(reading.calibration.words)}.</p>")
        parts += [f"<p>Relation to churn: {escape(reading.relation.words)}.</p>"]
        parts += [f"<h2>Faults of the data</h2><ul>{items}</ul>", "<h2>Columns</h2>", _table(reading)]
    return f'<section class="churn">{"".join(parts)}</section>'


def _table(reading: Reading) -> str:
    head = "".join(f"<th>{title}</th>" for title in ("Column", "Moved", "Distance", "Threshold", "Weight", "In words"))
    rows = (_row(column, reading.min_weight) for column in sorted(reading.columns, key=_rank))
    return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


def _rank(column: ColumnReading) -> tuple[bool, float]:
    return column.moved is False, -column.weight


def _row(column: ColumnReading, min_weight: float) -> str:
    light = "yes, a note: it says little about churn" if column.weight < min_weight else "yes"
    moved = {True: light, False: "no", None: "not judged"}[column.moved]
    distance = "" if column.distance is None else f"{column.distance:.3f}"
    cells = (
        column.column,
        moved,
        distance,
        "" if column.threshold is None else f"{column.threshold:.3f} ({column.method})",
        f"{column.weight:.1%}",
        column.words,
    )
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
