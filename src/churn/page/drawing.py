"""Drawings as inline SVG: the same numbers give the same bytes, and the colours follow the reader's light or dark.

Colours after Okabe and Ito: apart for colour-blind eyes too. Use only those below (with alpha for shades): each becomes
a variable of the page's style sheet.
"""

import io
import re
import warnings
from collections.abc import Callable
from html import escape
from typing import Any

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter, PercentFormatter

from churn.page.blocks import Figure

INK, MUTED, GRID, PAPER = "#1b1f24", "#68707a", "#e3e6ea", "#fefefe"
BLUE, VERMILION, GREEN = "#0072b2", "#d55e00", "#009e73"
ORANGE, SKY, PURPLE = "#e69f00", "#56b4e9", "#cc79a7"
VARIABLES = {
    INK: "ink", MUTED: "muted", GRID: "line", PAPER: "paper", BLUE: "blue", VERMILION: "vermilion", GREEN: "green",
    ORANGE: "orange", SKY: "sky", PURPLE: "purple",
}  # fmt: skip
CYCLE = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY)
"""Lines of one drawing, in this order."""
HALF, WIDE = (4.6, 2.9), (9.4, 3.6)
"""Sizes in inches: two halves stand side by side on a desk, one fills a phone."""
LONGEST = 26
SMALL = 8.5
SHARE, AMOUNT = PercentFormatter(1, decimals=0), FuncFormatter(lambda amount, _: f"{amount:,.0f}")
"""How axes spell shares, and money or customers."""
ABOVE: Any = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0}
"""Where a legend is out of a drawing's way."""
STYLE = {
    "font.size": 9.5, "axes.titlesize": 10.5, "axes.titlelocation": "left", "axes.spines.top": False,
    "axes.spines.right": False, "axes.edgecolor": MUTED, "axes.labelcolor": MUTED, "text.color": INK,
    "xtick.color": MUTED, "ytick.color": MUTED, "xtick.labelcolor": INK, "ytick.labelcolor": INK, "axes.grid": True,
    "axes.axisbelow": True, "grid.color": GRID, "grid.linewidth": 0.8, "axes.facecolor": "none",
    "figure.facecolor": "none", "lines.linewidth": 1.8, "legend.frameon": False, "svg.fonttype": "none",
    "svg.hashsalt": "churn", "text.parse_math": False, "xtick.major.size": 0, "ytick.major.size": 0,
}  # fmt: skip


def draw(
    title: str, says: str, paint: Callable[[Axes], None], size: tuple[float, float] = HALF, wide: bool | None = None
) -> Figure:
    """Let `paint` draw on axes of `size` inches; `says` tells in words what the drawing shows.

    A `wide` one (by default: broader than a half) keeps its width on a phone and is moved sideways.
    """
    with matplotlib.style.context(["default", STYLE]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # the reader's fonts draw it
        warnings.filterwarnings("ignore", message="constrained_layout not applied")  # a long word is no fault
        canvas = Canvas(figsize=size, layout="constrained")
        FigureCanvasSVG(canvas)
        axes = canvas.subplots()
        axes.set_prop_cycle(color=CYCLE)
        paint(axes)
        _settle(canvas)
        drawn = io.StringIO()
        canvas.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return Figure(_inline(drawn.getvalue()), title, says, size[0] > HALF[0] if wide is None else wide)


def label(value: object, longest: int = LONGEST) -> str:
    """Spell a value as a label: no control characters, and not longer than a label may be."""
    text = "".join(character if character.isprintable() else " " for character in str(value)).strip() or "(blank)"
    return text if len(text) <= longest else f"{text[: longest - 1]}\N{HORIZONTAL ELLIPSIS}"


def shares(axes: Axes, x: str, y: str) -> None:
    """Let both axes run from 0 to 1, under these names."""
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel=x, ylabel=y)
    axes.xaxis.set_major_formatter(SHARE)
    axes.yaxis.set_major_formatter(SHARE)


def named(figure: Figure, name: str) -> str:
    """Give a figure's SVG with its title and words, and ids that are its own on the page."""
    svg = re.sub(r'\bid="', f'id="{name}-', figure.svg)
    svg = re.sub(r"url\(#", f"url(#{name}-", svg).replace('href="#', f'href="#{name}-')
    says = f'<title id="{name}-title">{escape(figure.title)}</title><desc id="{name}-desc">{escape(figure.says)}</desc>'
    head = f'<svg role="img" aria-labelledby="{name}-title {name}-desc"'
    return svg.replace("<svg", head, 1).replace(">", f">{says}", 1)


def _settle(canvas: Canvas) -> None:
    """Find the layout once; matplotlib would search for it twice at each drawing."""
    engine = canvas.get_layout_engine()
    if engine is not None:
        engine.execute(canvas)
        canvas.set_layout_engine("none")


def _inline(document: str) -> str:
    """Take from an SVG document what stands in the page already, and let the page's style sheet colour it."""
    svg = document[document.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.DOTALL)
    head, _, body = svg.partition(">")
    (view,) = re.findall(r'viewBox="[^"]+"', head)
    body = re.sub(
        r' id="(?:figure|axes|patch|line2d|text|matplotlib\.axis|xtick|ytick|legend|\w+Collection)_\d+"', "", body
    )
    body = re.sub(r"font: ((?:[a-z]+ )?[\d.]+px) [^;\"]+", r"font: \1 var(--sans)", body).replace("xlink:href", "href")
    for colour, variable in VARIABLES.items():
        body = body.replace(colour, f"var(--{variable})")
    body = re.sub(r">\s+<", "><", body).strip()
    return f"<svg {view}>{body}"
