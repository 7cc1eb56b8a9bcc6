"""Writing where alerts go into the file .env: only the lines that it is about, readable for nobody else."""

import re
from collections.abc import Mapping
from pathlib import Path

from churn.errors import SettingsError
from churn.settings import Settings
from churn.stores import files

PRIVATE = 0o600
LINE = re.compile(r"\s*(?:export\s+)?(\w+)\s*=")


def install(answers: Mapping[str, str], path: Path = Path(".env")) -> list[str]:
    """Write these lines in place of those of the same names, which go where the answer is empty; name what stands.

    Raises SettingsError, and writes nothing, where an answer cannot stand in such a file.
    """
    for name, value in answers.items():
        if name not in _names() or set(value) & set("'\\\n\r\0") or "${" in value:
            raise SettingsError(f"{name}: an answer holds no quotation mark ', no backslash, no ${{ and no line break")
    kept = [line for line in _lines(path) if _name(line) not in answers]
    said = {name: value for name, value in answers.items() if value}
    content = "\n".join([*kept, *(f"{name}='{value}'" for name, value in said.items())]).strip("\n") + "\n"
    with files.aside(path) as draft:
        draft.touch(PRIVATE)
        draft.write_text(content, encoding="utf-8")
    return list(said)


def _names() -> set[str]:
    return {str(field.alias) for field in Settings.model_fields.values() if "ALERT" in str(field.alias)}


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    except UnicodeDecodeError as fault:
        raise SettingsError(f"{path} is not UTF-8; save it as UTF-8") from fault


def _name(line: str) -> str | None:
    found = LINE.match(line)
    return found[1] if found else None
