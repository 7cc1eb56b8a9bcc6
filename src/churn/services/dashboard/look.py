"""How everything looks: colours that the colour-blind tell apart, the charts' theme, and how figures are spelt."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

import altair as alt

from churn import columns
from churn.services.api.schemas.told import Interval

TEAL, INK, SOFT, LINE = "#0f766e", "#1c2b2a", "#5b6b69", "#dde5e3"
ORANGE, SKY, VERMILION, PURPLE, YELLOW, BLUE, GREY = (
    "#d97706", "#56b4e9", "#c2410c", "#aa4499", "#e3b505", "#0b62a4", "#9aa8a6",
)  # fmt: skip
SERIES = (TEAL, ORANGE, BLUE, PURPLE, SKY, VERMILION, YELLOW, GREY)
"""After Okabe and Ito, our teal for their green."""
SEQUENTIAL = ("#eef7f5", "#bfe3dc", "#7cc4b8", "#38a092", TEAL, "#0a4f4a")
DIVERGING = (BLUE, "#8db9dc", "#f4f4f2", "#f0b27a", VERMILION)

_SHAPE = f"""<rect width="32" height="32" rx="8" fill="{TEAL}"/>
<path d="M7 10c6 0 8 12 18 12" stroke="#fff" stroke-width="3" fill="none" stroke-linecap="round"/>
<circle cx="24" cy="10" r="3.2" fill="#fbbf24"/>"""
MARK = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="64" height="64">{_SHAPE}</svg>'
LOGO = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 176 32" width="176" height="32">{_SHAPE}
<text x="42" y="22" font-family="Source Sans, Source Sans Pro, sans-serif" font-size="18" font-weight="600"
fill="{INK}">Telco churn</text></svg>"""

Spell: TypeAlias = Callable[[float | None, bool], str]
UNKNOWN, MINUS = "not known", "\N{MINUS SIGN}"
MINUTE, HOUR, DAY = 60, 3600, 86_400


def money(value: float | None, signed: bool = False) -> str:
    """Spell an amount; the contract names no currency, so none is said."""
    if value is None:
        return UNKNOWN
    near = 2 if value and abs(value) < 10 else 0  # small amounts want their cents
    return _plain(f"{value:{'+' if signed else ''},.{near}f}")


def count(value: float | None, signed: bool = False) -> str:
    """Spell how many."""
    return UNKNOWN if value is None else _plain(f"{value:{'+' if signed else ''},.0f}")


def many(value: int, word: str) -> str:
    """Spell how many of a thing, or one."""
    return f"{value:,} {word}{'' if value == 1 else 's'}"


def percent(share: float | None, digits: int = 0, signed: bool = False) -> str:
    """Spell a share of one as percent."""
    return UNKNOWN if share is None else _plain(f"{share * 100:{'+' if signed else ''}.{digits}f}") + " %"


def interval(told: Interval | None) -> str:
    """Spell the ends of an interval of amounts."""
    return UNKNOWN if told is None else f"{money(told.low)} to {money(told.high)}"


def when(moment: str | None) -> str:
    """Spell a moment as the API tells it: `21 Nov 2026, 08:00 UTC`."""
    return UNKNOWN if moment is None else f"{_read(moment):%-d %b %Y, %H:%M} UTC"


def day(moment: str | date | None) -> str:
    """Spell the day of a moment, or a day: `21 Nov 2026`."""
    if moment is None:
        return UNKNOWN
    return f"{_read(moment) if isinstance(moment, str) else moment:%-d %b %Y}"


def age(moment: str | None, now: datetime | None = None) -> str:
    """Say how long ago a moment was."""
    if moment is None:
        return UNKNOWN
    past = seconds(moment, now)
    for size, word in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if past >= size:
            many = int(past // size)
            return f"{many:,} {word}{'s' if many > 1 else ''} ago"
    return "just now"


def seconds(moment: str, now: datetime | None = None) -> float:
    """Give how many seconds have passed since a moment."""
    return ((now or datetime.now(UTC)) - _read(moment)).total_seconds()


def named(column: str) -> str:
    """Give the name that people use for a column of the contract."""
    return next((one.title for one in columns.columns() if one.name == column), column)


def shown(text: object) -> str:
    """Spell text from elsewhere so that Markdown takes no letter of it for a sign of its own."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]<>()#+-!|~$:^=&" else sign for sign in str(text))


@alt.theme.register("churn", enable=True)
def theme() -> alt.theme.ThemeConfig:
    """Give the charts' theme: quiet axes, our colours."""
    words: dict[str, Any] = {"labelColor": SOFT, "titleColor": SOFT, "labelFontSize": 12, "titleFontSize": 12}
    config: dict[str, Any] = {
        "background": "transparent",
        "font": "Source Sans, Source Sans Pro, sans-serif",
        "view": {"stroke": None},
        "axis": words | {"titleFontWeight": 400, "gridColor": LINE, "domainColor": LINE, "tickColor": LINE},
        "axisX": {"grid": False},
        "axisY": {"domain": False, "ticks": False},
        "legend": words | {"title": None, "orient": "top", "labelLimit": 240},
        "header": words,
        "bar": {"color": TEAL, "cornerRadiusEnd": 3},
        "line": {"color": TEAL, "strokeWidth": 2.5},
        "area": {"color": TEAL},
        "rule": {"color": SOFT},
        "range": {
            "category": list(SERIES),
            "ramp": list(SEQUENTIAL),
            "heatmap": list(SEQUENTIAL),
            "diverging": list(DIVERGING),
        },
    }
    return {"config": config}  # type: ignore[typeddict-item]  # built piece by piece


def _read(moment: str) -> datetime:
    told = datetime.fromisoformat(moment)
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def _plain(text: str) -> str:
    """Spell minus as minus, and leave no minus before nothing."""
    return text.lstrip("-+") if not text.strip("-+0.,") else text.replace("-", MINUS)
