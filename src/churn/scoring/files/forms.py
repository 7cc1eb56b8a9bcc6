"""The forms a file of customers may have, told by its ending or its media type."""

from dataclasses import dataclass
from pathlib import Path

from churn.errors import TableError

MAGIC = b"ARROW1"
"""How an Arrow file begins; an Arrow stream does not."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its name, the endings it goes by, its media type."""

    name: str
    endings: tuple[str, ...]
    media: str


CSV = Form("csv", (".csv",), "text/csv")
PARQUET = Form("parquet", (".parquet", ".pq"), "application/vnd.apache.parquet")
ARROW = Form("arrow", (".arrow", ".feather", ".ipc"), "application/vnd.apache.arrow.file")
STREAM = Form("arrow stream", (".arrows",), "application/vnd.apache.arrow.stream")
FORMS = (CSV, PARQUET, ARROW, STREAM)


def of_path(path: Path) -> Form:
    """Tell a path's form by its ending. Raises TableError for one that no reader knows."""
    ending = path.suffix.lower()
    for form in FORMS:
        if ending in form.endings:
            return form
    known = ", ".join(one for form in FORMS for one in form.endings)
    raise TableError(f"{path}: its ending {ending!r} is unknown; save the table as one of {known}")


def of_file(path: Path) -> Form:
    """Tell the form of a file that is there: Arrow's two forms often share an ending. Raises TableError."""
    form = of_path(path)
    if form is not ARROW:
        return form
    with path.open("rb") as content:
        return ARROW if content.read(len(MAGIC)) == MAGIC else STREAM


def of_media(media: str) -> Form | None:
    """Tell the form that a Content-Type names, None if it is none of ours."""
    plain = media.partition(";")[0].strip().lower()
    return next((form for form in FORMS if form.media == plain), None)
