"""Knobs of params.yaml that a retraining turns: two words of its text, so that its comments stay."""

import re
from pathlib import Path

from churn.errors import ParamsError
from churn.lifecycle.retraining.choose import Past
from churn.params.prepare import Prepare
from churn.params.section import load
from churn.stores import files

SECTION = re.compile(r"(?ms)^prepare:.*?(?=^\S|\Z)")


def spell(path: Path, past: Past) -> None:
    """Write window and half-life into section `prepare`. Raises ParamsError where they cannot be found there."""
    text = path.read_text(encoding="utf-8")
    for name, value in (("window", past.window), ("half_life", past.half_life)):
        found = SECTION.search(text)
        if found is not None:
            text = text[: found.start()] + _turned(found[0], name, value) + text[found.end() :]
    files.write_bytes(text.encode(), path)
    read = load(Prepare, path)
    if (read.window, read.half_life) != (past.window, past.half_life):
        raise ParamsError(f"{path}: prepare.window and prepare.half_life must stand in lines of their own")


def _turned(section: str, name: str, value: float | None) -> str:
    spelt = "null" if value is None else f"{value:g}"
    return re.sub(rf"(?m)^(\s+{name}:\s*)[^\s#]+", rf"\g<1>{spelt}", section, count=1)
