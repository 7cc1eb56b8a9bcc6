"""The evaluation at a glance: one picture of six panels."""

import io

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from churn.steps.evaluate import panels
from churn.steps.evaluate.measured import Measured

SIZE, DPI = (14.4, 9.2), 100
STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#9A9A9A",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#EDEDED",
}
PANELS = {
    "roc": (panels.roc, "roc_auc", "ROC"),
    "pr": (panels.pr, "pr_auc", "Precision and recall"),
    "calibration": (panels.calibration, "brier", "Calibration"),
    "gains": (panels.gains, "top_decile_lift", "Gains and lift"),
    "confusion": (panels.confusion, "brier", "Confusion"),
    "profit": (panels.profit, "brier", "Profit"),
}
"""How each curve is drawn, and the metric whose reason stands in its place, under this title, if it has no points."""


def figure(measured: Measured, family: str) -> bytes:
    """Draw the evaluation as a PNG of SIZE times DPI pixels; the same evaluation gives the same bytes."""
    with matplotlib.style.context(["default", STYLE]):
        picture = Figure(figsize=SIZE, dpi=DPI, layout="constrained")
        FigureCanvasAgg(picture)
        for axes, name in zip(picture.subplots(2, 3).flat, PANELS, strict=True):
            _panel(axes, name, measured)
        picture.suptitle(_title(measured, family), fontsize=15, fontweight="bold", x=0.01, ha="left")
        picture.set_layout_engine("constrained", w_pad=0.12, h_pad=0.12, hspace=0.04, wspace=0.03)
        png = io.BytesIO()
        picture.savefig(png, format="png", metadata={"Software": None})
    return png.getvalue()


def _panel(axes: Axes, name: str, measured: Measured) -> None:
    draw, metric, title = PANELS[name]
    if len(measured.curves[name]):
        draw(axes, measured)
        return
    axes.set_axis_off()
    axes.set_title(title)
    axes.text(0.5, 0.5, f"nothing to draw: {measured.metrics[metric].reason}", ha="center", va="center", wrap=True)


def _title(measured: Measured, family: str) -> str:
    return (
        f"{family.capitalize()} on {len(measured.judged):,} held-out customers: ROC-AUC {measured.spelt('roc_auc', 3)}"
    )
