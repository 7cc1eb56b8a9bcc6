"""Files: read whole or refused, written aside and renamed. Knows no table library."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml

from churn.errors import TableError


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """Give a path beside `path` to write to; it takes the place of `path` only when the block ends well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{uuid4().hex[:8]}")
    try:
        yield draft
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(path)
    except OSError as fault:
        raise type(fault)(fault.errno, fault.strerror, str(path)) from fault
    finally:
        draft.unlink(missing_ok=True)


def write_bytes(content: bytes, path: Path) -> None:
    """Write a file whole."""
    with aside(path) as draft:
        draft.write_bytes(content)


def write_json(content: Any, path: Path) -> None:
    """Write JSON that is the same, byte for byte, for the same content."""
    write_bytes((json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode(), path)


def read_json(path: Path) -> Any:
    """Read a JSON file."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as fault:
        raise TableError(f"{path}: not JSON ({fault}); delete it and run `dvc repro`") from fault


def read_yaml(path: Path) -> Any:
    """Read a YAML file."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise TableError(f"{path}: not YAML ({fault})") from fault


def read_json_if_any(path: Path) -> Any:
    """Read a JSON file, or give None where there is none."""
    return read_json(path) if path.exists() else None


def digest(path: Path) -> str:
    """Digest a file (sha256, hexadecimal)."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
