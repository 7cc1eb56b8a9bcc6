"""A block of customers of whom some are another model's: answered by it, and laid back into their places."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from churn import contract
from churn.scoring.coded import Coded
from churn.scoring.engine import Engine
from churn.services.api.blocks import Block, again, plain
from churn.services.api.trials import Trial

Places = Sequence[int]


def split(block: Block, trial: Trial, name: Callable[[str], str]) -> tuple[Block, list[int]]:
    """Let the challenger answer its customers; give the block so, and the index of each of them."""
    ids = block.cells.get(contract.ID or "")
    if ids is None:
        return block, []
    places = [place for place, one in enumerate(plain(ids)) if one is not None and trial.takes(name(one))]
    if not places:
        return block, []
    told = again(only(block, places), trial.engine).told
    return Block(block.index, block.cells, _laid(block.told, told, places)), [block.index[place] for place in places]


def only(block: Block, places: Places) -> Block:
    """Keep some rows of a block."""
    cells, told = ({name: _taken(one, places) for name, one in part.items()} for part in (block.cells, block.told))
    return Block([block.index[place] for place in places], cells, told)


def shadow(block: Block, engine: Engine) -> Block | None:
    """Answer the named customers of a block once more by another model; None where nobody is named."""
    ids = block.cells.get(contract.ID or "")
    places = [] if ids is None else [place for place, one in enumerate(plain(ids)) if one is not None]
    return again(only(block, places), engine) if places else None


def _taken(cells: Any, places: Places) -> Any:
    if isinstance(cells, Coded):
        return Coded(cells.codes[list(places)], cells.values)
    return cells[list(places)] if isinstance(cells, np.ndarray) else [cells[place] for place in places]


def _laid(told: Mapping[str, Any], other: Mapping[str, Any], places: Places) -> dict[str, Any]:
    """Lay the other model's answers over those in their places."""
    return {name: _over(cells, other[name], list(places)) for name, cells in told.items()}


def _over(cells: Any, other: Any, places: list[int]) -> Any:
    if isinstance(cells, Coded):  # two models may have tiers of different names
        values = list(dict.fromkeys([*cells.values, *other.values]))
        codes = cells.codes.copy()
        codes[places] = [values.index(other.values[code]) for code in other.codes.tolist()]
        return Coded(codes, values)
    laid = np.array(cells)
    laid[places] = other
    return laid
