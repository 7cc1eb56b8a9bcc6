"""What was seen beside what was wanted."""

from typing import Any


def unlike(*compared: tuple[str, Any, Any]) -> list[str]:
    """Say of each name, what was seen and what was wanted, where the two differ."""
    return [f"{name}: {seen!r} instead of {wanted!r}" for name, seen, wanted in compared if seen != wanted]
