"""How a record is spelt that the next one names by its digest."""

import hashlib
import json
from collections.abc import Mapping


def spell(content: Mapping[str, object]) -> str:
    """Spell a record: the same content gives the same text."""
    return json.dumps(content, sort_keys=True)


def digest(text: str) -> str:
    """Give the sha256 of a record's text, by which the next one names it."""
    return hashlib.sha256(text.encode()).hexdigest()
