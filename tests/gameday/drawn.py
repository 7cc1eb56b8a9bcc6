"""The day in pictures."""

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from churn.page.blocks import Figure
from churn.page.drawing import ABOVE, AMOUNT, BLUE, GREEN, INK, MUTED, ORANGE, VERMILION, WIDE, draw
from gameday.diary import Diary
from gameday.money import ORACLE, OURS, Books
from gameday.score import Found
from gameday.script import Script

SHOWN = {"never": MUTED, "monthly": ORANGE, "monthly, newest month only": VERMILION, "on drift": GREEN}
TALL = (WIDE[0], 4.4)


def profit(script: Script, diary: Diary, kept: list[Books], seed: int) -> Figure:
    """Draw what the champion earned in each window, beside other policies and the best there is."""

    def paint(axes: Axes) -> None:
        windows = [page.window for page in diary.pages]
        for one in kept:
            if one.seed == seed and one.policy in SHOWN:
                axes.plot(windows, one.earned[: len(windows)], color=SHOWN[one.policy], lw=1.2, label=one.policy)
        axes.plot(windows, [page.best for page in diary.pages], color=INK, ls=":", label=ORACLE)
        axes.plot(windows, [page.earned for page in diary.pages], color=BLUE, lw=2.6, label=OURS)
        for page in diary.pages:
            for move in page.moves:
                sign = "^" if move.action == "promote" else "v"
                axes.plot(page.window + 0.5, page.earned, sign, color=BLUE, ms=9)
        _incidents(axes, script)
        axes.set(xlabel="window of 30 days", ylabel="profit per 1,000 customers")
        axes.yaxis.set_major_formatter(AMOUNT)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(**ABOVE, ncols=3)

    says = "What offers by the champion earn in truth; a triangle is a promotion, or pointing down a rollback"
    return draw("Profit, window by window", f"{says}. Grey, by number: the incidents above.", paint, TALL)


def timeline(script: Script, diary: Diary, seen: list[Found]) -> Figure:
    """Draw when each incident went on, when its evidence was there, when it was found, and every alarm below."""

    def paint(axes: Axes) -> None:
        names = [f"{number} {one.incident.name}" for number, one in enumerate(seen, 1)]
        for place, one in enumerate(seen):
            last = one.incident.last if one.incident.last is not None else len(diary.pages) - 1
            axes.barh(
                place, last - one.incident.first + 1, left=one.incident.first, color=ORANGE, alpha=0.35, height=0.5
            )
            axes.plot(one.incident.seen_from + 1, place, "|", color=INK, ms=16, mew=2)
            if one.window is not None:
                axes.plot(one.window + 1, place, "o", color=GREEN if one.incident.harmful else MUTED, ms=8)
        kinds = sorted({kind for page in diary.pages for kind in page.kinds()})
        for place, kind in enumerate(kinds, len(names)):
            for page in diary.pages:
                if kind in page.kinds():
                    known = any(one.explains(page.window, kind) for one in script.incidents)
                    axes.plot(page.window + 1, place, "s", color=BLUE if known else VERMILION, ms=6)
        axes.set_yticks(range(len(names) + len(kinds)), [*names, *(f"alarm: {kind}" for kind in kinds)])
        axes.invert_yaxis()
        axes.set(xlabel="window of 30 days; what is found is found at a window's end", xlim=(0, len(diary.pages) + 0.3))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))

    says = "Bars are incidents, a stroke the first look at their evidence, a dot when it was found. Squares are alarms"
    return draw("Incidents and alarms", f"{says}, red where no incident explains them.", paint, (WIDE[0], 5.6))


def _incidents(axes: Axes, script: Script) -> None:
    """Shade the incidents, each under its number."""
    for number, one in enumerate(script.incidents, 1):
        last = one.last if one.last is not None else one.first
        axes.axvspan(one.first - 0.5, last + 0.5, color=MUTED, alpha=0.12, lw=0)
        place = {"ha": "center", "va": "top", "fontsize": 9, "color": MUTED, "transform": axes.get_xaxis_transform()}
        axes.text((one.first + last) / 2, 0.99 if number % 2 else 0.94, str(number), **place)
