"""Another process that takes SQLite's only write lock and keeps it."""

import subprocess
import sys
from pathlib import Path

HOLD = """import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
held.rollback()
"""


class Holder:
    """Whoever holds the lock of a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def hold(self) -> None:
        """Take the lock; return once it is held."""
        words = [sys.executable, "-c", HOLD, str(self.path)]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"held\n"

    def release(self) -> None:
        """Give the lock back."""
        self.process.communicate()
