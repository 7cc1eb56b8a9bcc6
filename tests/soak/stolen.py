"""How much of this machine its host gave to others while something ran (the kernel's steal), second by second."""

import os
import threading
import time
from types import TracebackType
from typing import Self

import numpy as np
import psutil
from numpy.typing import NDArray

TICK = 1.0


class Stolen:
    """Counts steal for as long as the context lasts. A machine whose host tells of none has none."""

    def __enter__(self) -> Self:
        self._over, self._times, self._steal = threading.Event(), [time.perf_counter()], [_steal()]
        self._thread = threading.Thread(target=self._count, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def _count(self) -> None:
        while not self._over.wait(TICK):
            self._times.append(time.perf_counter())
            self._steal.append(_steal())

    def shares(self, moments: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give for each moment, in perf_counter's seconds, the share of all cores that was taken in its second."""
        if len(self._times) < 2:
            return np.zeros(len(moments))
        each = np.diff(self._steal) / np.diff(self._times) / (os.cpu_count() or 1)
        return each[np.clip(np.searchsorted(self._times, moments) - 1, 0, len(each) - 1)]


def _steal() -> float:
    return float(getattr(psutil.cpu_times(), "steal", 0.0))
