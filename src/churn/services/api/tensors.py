"""Tensors of the Open Inference Protocol, turned into rows and back; in JSON or in the bytes behind it."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np

from churn.services.api.problems import Refusal

TYPES = {
    "FP64": "<f8", "FP32": "<f4", "FP16": "<f2", "BOOL": "|b1",
    "INT64": "<i8", "INT32": "<i4", "INT16": "<i2", "INT8": "|i1",
    "UINT64": "<u8", "UINT32": "<u4", "UINT16": "<u2", "UINT8": "|u1",
}  # fmt: skip
TEXT = "BYTES"
LENGTH = struct.Struct("<I")

Spelt = dict[str, Any]


@dataclass(slots=True)
class Tail:
    """The bytes behind the JSON, taken in the order of the tensors."""

    content: bytes
    at: int = 0

    def take(self, size: Any, name: str) -> bytes:
        """Take a tensor's bytes. Raises Refusal."""
        if type(size) is not int or not 0 <= size <= len(self.content) - self.at:
            raise Refusal(400, f"tensor {name!r}: binary_data_size is {size!r}, and {self.left} bytes are left")
        self.at += size
        return self.content[self.at - size : self.at]

    @property
    def left(self) -> int:
        """Count the bytes that no tensor took."""
        return len(self.content) - self.at


def rows_of(tensors: Any, tail: bytes) -> tuple[list[Any], bool]:
    """Read one row a position from tensors of shape [n] or [n, 1]; say too whether any was [n, 1]. Raises Refusal."""
    if type(tensors) is not list or not tensors or not all(type(one) is dict for one in tensors):
        raise Refusal(400, "inputs is a list of tensors, one a column")
    rest, cells = Tail(tail), dict[str, list[Any]]()
    for one in tensors:
        name = one.get("name")
        if type(name) is not str or name in cells:
            raise Refusal(400, "each tensor has the name of a column, and none stands twice")
        cells[name] = _cells(one, name[:40], rest)
    if rest.left:
        raise Refusal(400, f"{rest.left} bytes behind the tensors belong to none")
    lengths = {len(column) for column in cells.values()}
    if len(lengths) > 1:
        raise Refusal(400, f"the tensors have different lengths: {', '.join(map(str, sorted(lengths)))}")
    upright = any(len(one["shape"]) == 2 for one in tensors)
    return [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)], upright


def spell(name: str, datatype: str, cells: Sequence[Any], upright: bool, binary: bool) -> tuple[Spelt, bytes]:
    """Spell an output tensor, and the bytes that follow the JSON if it is a binary one."""
    spelt: Spelt = {"name": name, "datatype": datatype, "shape": [len(cells), 1] if upright else [len(cells)]}
    if not binary:
        return spelt | {"data": list(cells)}, b""
    if datatype == TEXT:
        texts = [str(cell).encode() for cell in cells]
        packed = b"".join(LENGTH.pack(len(text)) + text for text in texts)
    else:
        packed = np.asarray(cells, TYPES[datatype]).tobytes()
    return spelt | {"parameters": {"binary_data_size": len(packed)}}, packed


def _cells(tensor: Mapping[str, Any], name: str, tail: Tail) -> list[Any]:
    length, datatype = _length(tensor, name), tensor.get("datatype")
    parameters = tensor.get("parameters") or {}
    if type(datatype) is not str or datatype not in (*TYPES, TEXT):
        raise Refusal(400, f"tensor {name!r}: datatype is one of {', '.join((TEXT, *TYPES))}")
    if type(parameters) is not dict or "shared_memory_region" in parameters:
        raise Refusal(400, f"tensor {name!r}: shared memory is not offered; send the data")
    if "binary_data_size" in parameters:
        if "data" in tensor:
            raise Refusal(400, f"tensor {name!r}: either data or binary_data_size")
        packed = tail.take(parameters["binary_data_size"], name)
        cells = _texts(packed, name) if datatype == TEXT else _numbers(packed, datatype, name)
    else:
        cells = _flat(tensor.get("data"), name)
    if len(cells) != length:
        raise Refusal(400, f"tensor {name!r}: {len(cells)} elements for shape {tensor['shape']}")
    return cells


def _length(tensor: Mapping[str, Any], name: str) -> int:
    shape = tensor.get("shape")
    whole = type(shape) is list and bool(shape) and all(type(size) is int and size >= 0 for size in shape)
    if not whole or len(tensor["shape"]) > 2 or tensor["shape"][1:] not in ([], [1]):
        raise Refusal(400, f"tensor {name!r}: its shape is [n] or [n, 1]")
    return int(tensor["shape"][0])


def _flat(data: Any, name: str) -> list[Any]:
    if type(data) is not list:
        raise Refusal(400, f"tensor {name!r}: data is missing, or no list")
    return [cell[0] if type(cell) is list and len(cell) == 1 else cell for cell in data]


def _numbers(packed: bytes, datatype: str, name: str) -> list[Any]:
    """Read numbers; NaN stands for a blank cell."""
    try:
        found = np.frombuffer(packed, TYPES[datatype])
    except ValueError as fault:
        raise Refusal(400, f"tensor {name!r}: {len(packed)} bytes are no whole number of {datatype}") from fault
    cells: list[Any] = found.tolist()
    return [None if isnan(cell) else cell for cell in cells] if datatype.startswith("FP") else cells


def _texts(packed: bytes, name: str) -> list[Any]:
    """Read texts, each behind its length."""
    cells: list[Any] = []
    at, end = 0, len(packed)
    try:
        while at < end:
            start = at + LENGTH.size
            at = start + LENGTH.unpack_from(packed, at)[0]
            cells.append(packed[start:at].decode())
    except (struct.error, UnicodeDecodeError) as fault:
        raise Refusal(400, f"tensor {name!r}: element {len(cells)} is no UTF-8 text behind its length") from fault
    if at > end:
        raise Refusal(400, f"tensor {name!r}: element {len(cells) - 1} is cut off")
    return cells
