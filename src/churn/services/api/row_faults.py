"""What is wrong with a row that a caller tells: which field, why, what to do, in the words of the scoring doors."""

import difflib
import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from churn.services.api.schemas.feedback import WANTED

SHOWN = 40
"""Characters of a wrong name or value that an answer repeats."""
OURS = "value_error"
"""What a check of our own raises, in our own words."""


def spelt(fault: ValidationError, model: type[BaseModel], row: Any) -> list[dict[str, Any]]:
    """Spell each fault of a row: column, reason, and what was found where that helps."""
    if type(row) is not dict:
        reason = f"is a JSON object with {', '.join(model.model_fields)}"
        return [{"column": "", "reason": f"each row {reason}", "found": _shown(row)}]
    return [_one(error, model, row) for error in fault.errors(include_url=False)]


def _one(error: Mapping[str, Any], model: type[BaseModel], row: Mapping[str, Any]) -> dict[str, Any]:
    name = str(error["loc"][0])
    if error["type"] == "missing":
        return {"column": name, "reason": _missing(name, model, row)}
    if error["type"] == "extra_forbidden":
        reason = f"is not known; leave it out (there are {', '.join(model.model_fields)})"
        return {"column": name[:SHOWN], "reason": reason}
    if row[name] in (None, ""):
        return {"column": name, "reason": f"is blank; it {WANTED[name]}"}
    reason = error["msg"].removeprefix("Value error, ") if error["type"] == OURS else WANTED[name]
    return {"column": name, "reason": reason, "found": _shown(row[name])}


def _missing(name: str, model: type[BaseModel], row: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(name, [str(one) for one in row if one not in model.model_fields], n=1)
    return f"is missing; rename {near[0][:SHOWN]!r} if that is it" if near else f"is missing; it {WANTED[name]}"


def _shown(cell: Any) -> str:
    if isinstance(cell, dict | list):
        return f"a JSON {'object' if isinstance(cell, dict) else 'list'}"
    told = cell if isinstance(cell, str) else json.dumps(cell)
    return told if len(told) <= SHOWN else told[:SHOWN] + "…"
