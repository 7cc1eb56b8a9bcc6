"""Rows with their answers, not yet durable, and the records that they become."""

from dataclasses import dataclass, field
from typing import Any

import orjson

from churn.scoring.engine import Engine
from churn.scoring.record import Fault
from churn.services.api import arms
from churn.services.api.arrival import Arrival
from churn.services.api.asked import Asked
from churn.services.api.blocks import Block
from churn.services.api.served import Loaded
from churn.services.api.trials import Trial
from churn.stores.ledger.entries import Record, new_id

Answer = dict[str, Any]
Bodies = tuple[tuple[bytes, ...], tuple[bytes, ...]]


@dataclass(slots=True)
class Scored:
    """Rows with their answers; `explained` has each row's answer with reasons, if they were asked.

    While an experiment runs, `challenged` are the rows that its challenger answered; they are a record of their own.
    """

    record: str
    loaded: Loaded
    asked: Asked
    door: str
    trial: Trial | None = None
    blocks: list[Block] = field(default_factory=list)
    faulty: list[tuple[int, list[Fault]]] = field(default_factory=list)
    explained: list[tuple[int, Answer]] | None = None
    challenged: set[int] = field(default_factory=set)
    other: str = field(default_factory=new_id)

    @property
    def rows(self) -> int:
        """Count what was scored."""
        return sum(len(block.index) for block in self.blocks)

    @property
    def head(self) -> tuple[str, int]:
        """Name the record and the version that the answer as a whole bears: the champion's, if it has any row."""
        if self.trial is not None and self.challenged and len(self.challenged) == self.rows:
            return self.other, self.trial.engine.version
        return self.record, self.loaded.engine.version

    def told(self, index: int) -> tuple[str, int]:
        """Name the prediction of a row, and the version that made it."""
        if self.trial is not None and index in self.challenged:
            return f"{self.other}.{index}", self.trial.engine.version
        return f"{self.record}.{index}", self.loaded.engine.version

    def answers(self) -> list[tuple[int, Answer]]:
        """Give each row's index and answer, in their order."""
        if self.explained is not None:
            return self.explained
        return [one for block in self.blocks for one in zip(block.index, block.answers(), strict=True)]

    def sides(self) -> list[tuple[str, Engine, Bodies, int]]:
        """Give what each model answered: the name of its record, itself, what went in and came out, and how many."""
        if self.trial is None or not self.challenged:
            return [(self.record, self.loaded.engine, self._bodies(self.blocks, self.explained), self.rows)]
        found = ((self.record, self.loaded.engine, False), (self.other, self.trial.engine, True))
        return [(name, engine, *part) for name, engine, mine in found if (part := self._part(mine))[1]]

    def _part(self, mine: bool) -> tuple[Bodies, int]:
        blocks = [block for one in self.blocks if (block := self._of(one, mine)).index]
        told = self.explained and [one for one in self.explained if (one[0] in self.challenged) == mine]
        return self._bodies(blocks, told), sum(len(block.index) for block in blocks)

    def _of(self, block: Block, mine: bool) -> Block:
        return arms.only(block, [at for at, index in enumerate(block.index) if (index in self.challenged) == mine])

    @staticmethod
    def _bodies(blocks: list[Block], explained: list[tuple[int, Answer]] | None) -> Bodies:
        """Spell what went in and came out for the ledger."""
        if explained is None:
            return tuple(block.asked() for block in blocks), tuple(block.answered() for block in blocks)
        rows = [(index, row) for block in blocks for index, row in zip(block.index, block.rows(), strict=True)]
        return (orjson.dumps(rows),), (orjson.dumps(explained),)


def records(scored: Scored, arrival: Arrival) -> list[Record]:
    """Make the record of each model that answered."""
    terms = scored.asked
    return [
        Record(
            id=name, at=terms.at, door=scored.door, purpose=terms.purpose, customer=None, rows=rows,
            model_version=engine.version, model_digest=engine.digest, inputs=bodies[0], results=bodies[1],
            request_id=arrival.request_id, caller=arrival.caller.name,
        )
        for name, engine, bodies, rows in scored.sides()
    ]  # fmt: skip
