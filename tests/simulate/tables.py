"""What a simulation found: tables with intervals, and the promises they are held against."""

from dataclasses import dataclass, field

from scipy.stats import beta

Cell = str | int | float


@dataclass(frozen=True)
class Promise:
    """What was promised, the figure that was measured, its 95 % interval, and whether the promise is met.

    `figure` and `interval` are spelt as a reader is to see them.
    """

    words: str
    figure: str
    interval: str
    met: bool


@dataclass(frozen=True)
class Table:
    """One table of a simulation; `shows` is the sentence a reader should take from it.

    `command` reproduces it, every row has one cell a column.
    """

    title: str
    command: str
    seed: int
    shows: str
    columns: list[str]
    rows: list[list[Cell]]
    promises: list[Promise] = field(default_factory=list)

    def __post_init__(self) -> None:
        if uneven := [row for row in self.rows if len(row) != len(self.columns)]:
            raise ValueError(f"table {self.title!r}: {uneven[0]} has not one cell for each of {self.columns}")


def clopper_pearson(hits: int, of: int, level: float = 0.95) -> tuple[float, float]:
    """Give the exact interval of a share; a part of nothing may be anything."""
    tail = (1 - level) / 2
    low = float(beta.ppf(tail, hits, of - hits + 1)) if hits else 0.0
    high = float(beta.ppf(1 - tail, hits + 1, of - hits)) if hits < of else 1.0
    return low, high


def spread(low: float, high: float, digits: int = 1) -> str:
    """Spell an interval of shares in percent."""
    return f"{low:.{digits}%} to {high:.{digits}%}"
