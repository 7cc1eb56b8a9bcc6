"""What Spark itself wrote down of a job: which executors worked, which tasks died and were done again."""

import json
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Events:
    """Tasks that were done, by executor; why others died; how many were done at a later attempt; executors lost."""

    done: dict[str, int] = field(default_factory=dict)
    died: list[str] = field(default_factory=list)
    again: int = 0
    lost: int = 0

    @property
    def words(self) -> str:
        """Say it in figures."""
        shares = " + ".join(str(count) for _, count in sorted(self.done.items()))
        died = f", {len(self.died)} tasks died, {self.again} done at a later attempt, {self.lost} executor lost"
        return f"tasks {shares} on {len(self.done)} executors{died if self.died or self.lost else ''}"


def read(folder: Path) -> Events:
    """Read the newest job's log."""
    newest = max((one for one in folder.iterdir() if one.is_file()), key=lambda one: one.stat().st_mtime)
    found = Events()
    for line in newest.read_text().splitlines():
        event = json.loads(line)
        if event["Event"] == "SparkListenerExecutorRemoved":
            found.lost += 1
        if event["Event"] == "SparkListenerTaskEnd":
            _count(event["Task Info"], event["Task End Reason"]["Reason"], found)
    return found


def _count(task: dict[str, object], reason: str, found: Events) -> None:
    if reason != "Success":
        found.died.append(reason)
        return
    executor = str(task["Executor ID"])
    found.done[executor] = found.done.get(executor, 0) + 1
    found.again += bool(task["Attempt"])
