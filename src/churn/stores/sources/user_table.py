"""A user's own table, which stands in the place of the built-in sources."""

import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from churn.errors import ParamsError, SourceError, TableError
from churn.params.ingest import Ingest
from churn.stores.files import aside
from churn.stores.sources import database, formats
from churn.stores.sources.digests import check
from churn.stores.sources.download import download
from churn.stores.sources.placeholders import Filled, fill
from churn.stores.tables import write_table

SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
WEB = ("http", "https")
REMEDY = "the table has changed, or ingest.sha256 is not its digest; correct whichever is wrong"


def fetch(ingest: Ingest, written: str, path: Path) -> str:
    """Write the table at the address `written` to `path`, and name where it came from."""
    uri = fill(written, "ingest.uri")
    scheme = SCHEME.match(uri.text)
    if scheme and scheme[1].lower() not in WEB:
        return _from_database(ingest, uri, path)
    if ingest.query is not None:
        raise ParamsError("ingest.query needs a database, and ingest.uri names a file; set ingest.query to null")
    return _from_web(ingest, uri, path) if scheme else _from_disk(ingest, uri, path)


def _from_database(ingest: Ingest, uri: Filled, path: Path) -> str:
    name = f"the {database.dialect(uri.text)} database of ingest.uri"
    if ingest.query is None:
        raise ParamsError(f"{name} needs a query; write it in ingest.query, or give a path or an http(s) address")
    if ingest.sha256 is not None:
        raise ParamsError(f"ingest.sha256 seals a file, and {name} is none; set ingest.sha256 to null")
    try:
        table = database.query(uri, fill(ingest.query, "ingest.query"))
    except SourceError as fault:
        raise SourceError(f"{name}: {fault}") from fault
    write_table(table, path)
    return f"a query on {name}"


def _from_web(ingest: Ingest, uri: Filled, path: Path) -> str:
    name = re.sub(r"//[^/]*@", "//***@", _without_query(uri.written))
    with TemporaryDirectory(prefix="churn-") as folder:
        try:
            file = Path(folder) / f"table{formats.ending(_without_query(uri.text))}"
            download(uri.text, file, ingest.timeout_seconds)
        except SourceError as fault:
            raise SourceError(f"ingest.uri: {name}: {fault}") from fault
        _rewrite(ingest, file, name, path)
    return name


def _from_disk(ingest: Ingest, uri: Filled, path: Path) -> str:
    file = Path(uri.text).expanduser()
    if not file.is_file():
        raise SourceError(f"ingest.uri: {uri.written} does not exist or is no file; correct the path")
    if file.resolve() == path.resolve():
        raise SourceError(f"ingest.uri: {uri.written} is where the raw table goes; keep your own copy elsewhere")
    _rewrite(ingest, file, uri.written, path)
    return uri.written


def _rewrite(ingest: Ingest, file: Path, name: str, path: Path) -> None:
    """Write a file as CSV; one that is CSV already stays as it is, so that its lines keep their numbers."""
    try:
        ending = formats.ending(str(file))
        if ingest.sha256 is not None:
            check(file, ingest.sha256, REMEDY)
        table = formats.read(file)
    except SourceError as fault:
        raise SourceError(f"ingest.uri: {name}: {fault}") from fault
    except TableError as fault:
        raise TableError(f"ingest.uri: {str(fault).replace(str(file), name)}") from fault
    if ending == ".csv":
        _copy(file, path)
    else:
        write_table(formats.spell(table), path)


def _copy(file: Path, path: Path) -> None:
    with aside(path) as draft:
        shutil.copyfile(file, draft)


def _without_query(address: str) -> str:
    return re.split(r"[?#]", address)[0]
