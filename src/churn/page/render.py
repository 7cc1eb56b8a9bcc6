"""From a page to the bytes of one HTML file that loads nothing: no script, no font, no image from elsewhere."""

import itertools
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from churn.page.blocks import Figure, Page
from churn.page.drawing import named


def render(page: Page) -> bytes:
    """Lay out a page; the same page gives the same bytes."""
    anchors = [section.anchor for section in page.sections]
    if len(set(anchors)) < len(anchors):
        raise ValueError(f"{page.title}: two sections have one anchor: {anchors}")
    numbers = itertools.count(1)

    def svg(figure: Figure) -> str:
        return named(figure, f"figure-{next(numbers)}")

    return (_template().render(page=page, svg=svg) + "\n").encode()


@cache
def _template() -> Template:
    places = FileSystemLoader(Path(__file__).parent)
    surroundings = Environment(
        loader=places, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return surroundings.get_template("page.html")
