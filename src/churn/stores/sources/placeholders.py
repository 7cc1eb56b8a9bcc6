"""${NAME} in params.yaml: filled from the environment, and never repeated in a message."""

import re
from dataclasses import dataclass, field

from churn import settings
from churn.errors import SourceError

PLACE = re.compile(r"\$\{(\w+)\}")
PASSWORD = re.compile(r"://[^:/@]*:(.+)@|(?:pass|pwd|token|secret|key|sig)\w*=([^&;]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Filled:
    """A text of params.yaml: as written there, with its values, and what stands for each value in a message."""

    written: str
    text: str = field(repr=False)
    hidden: dict[str, str] = field(repr=False)

    def hide(self, message: str) -> str:
        """Put names, or stars, in the place of the values in a message."""
        for value in sorted(self.hidden, key=len, reverse=True):
            message = message.replace(value, self.hidden[value])
        return message


def fill(written: str, key: str) -> Filled:
    """Fill the places of one text; SourceError names the variable that is missing and the key that wants it."""
    names = set(PLACE.findall(written))
    values = {name: settings.variable(name) for name in names}
    missing = sorted(name for name, value in values.items() if value is None)
    if missing:
        raise SourceError(f"{key} wants the environment variable {missing[0]}, which is not set; set it")
    text = PLACE.sub(lambda place: values[place[1]] or "", written)
    passwords = {word: "***" for found in PASSWORD.findall(text) for word in found if word}
    return Filled(written, text, passwords | {value: f"${{{name}}}" for name, value in values.items() if value})
