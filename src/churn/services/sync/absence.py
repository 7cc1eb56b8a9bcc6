"""How long the registry has been away, and whether somebody should be told."""

import time

PATIENCE = 600.0
"""Seconds that a registry may be away, to be started anew for example, before it is an alert."""


class Absence:
    """One absence after another; each is told once when it lasts, and once when it is over."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._said = False
        self._open = True  # who begins anew does not know whether the one before told of an absence

    def lasts(self) -> bool:
        """Note that the registry is away; tell whether that is to be told now."""
        if self._since is None:
            self._since, self._said = time.monotonic(), False
        if self._said or time.monotonic() - self._since < PATIENCE:
            return False
        self._said = self._open = True
        return True

    def over(self) -> bool:
        """Note that the registry answers; tell whether that is to be told now."""
        told, self._open, self._since = self._open, False, None
        return told
