"""How much one caller may ask of one process."""

import time

BURST_SECONDS = 2.0


class Bucket:
    """A token bucket: `rate` requests a second, and twice that many at once after a pause."""

    __slots__ = ("_at", "_tokens", "rate")

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._tokens = max(1.0, rate * BURST_SECONDS)
        self._at = time.monotonic()

    def wait(self) -> float:
        """Take a token and give 0, or give the seconds until there is one."""
        now = time.monotonic()
        self._tokens = min(max(1.0, self.rate * BURST_SECONDS), self._tokens + (now - self._at) * self.rate)
        self._at = now
        if self._tokens < 1.0:
            return (1.0 - self._tokens) / self.rate
        self._tokens -= 1.0
        return 0.0
