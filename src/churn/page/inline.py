"""What stands within a line: words, code, links, verdicts, bars."""

from dataclasses import dataclass
from typing import ClassVar, Literal

Tone = Literal["plain", "good", "warn", "bad", "unknown"]


@dataclass(frozen=True)
class Code:
    """A command, a path, a digest: set in a fixed pitch."""

    kind: ClassVar[str] = "code"
    text: str


@dataclass(frozen=True)
class Link:
    """A way to another report, by its path beside this one, or to a section, by `#anchor`."""

    kind: ClassVar[str] = "link"
    text: str
    to: str

    def __post_init__(self) -> None:
        if ":" in self.to or self.to.startswith("/"):
            raise ValueError(f"{self.to!r}: a page links to files beside it, so that it is whole without a network")


@dataclass(frozen=True)
class Mark:
    """A short verdict in colour; its words say the same without."""

    kind: ClassVar[str] = "mark"
    text: str
    tone: Tone = "plain"


@dataclass(frozen=True)
class Bar:
    """A number with a bar behind it; `share` is the bar's length, 0 to 1, None for no bar."""

    kind: ClassVar[str] = "bar"
    text: str
    share: float | None
    tone: Tone = "plain"


@dataclass(frozen=True)
class Value:
    """A figure with what is known of it in small below: its interval, or why it has none."""

    kind: ClassVar[str] = "value"
    text: str
    below: str


Inline = str | Code | Link | Mark | Bar | Value
