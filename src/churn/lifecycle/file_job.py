"""One file of customers, scored on this machine into one file of answers."""

from pathlib import Path

from churn.errors import TableError
from churn.lifecycle.scoring_order import Order
from churn.scoring.engine import Engine
from churn.scoring.files import forms
from churn.scoring.files.score import Job, Watch
from churn.scoring.files.score import score as score_file
from churn.scoring.files.tally import Tally
from churn.stores.bundle import Bundle
from churn.stores.files import aside

__all__ = ["aside", "form", "refuse", "score"]


def form(order: Order) -> str:
    """Name the form of the customers. Raises TableError."""
    return forms.of_file(order.path).name


def refuse(order: Order) -> None:
    """Raise TableError for what can be seen before a row is read."""
    if order.path.is_dir():
        raise TableError(f"{order.path}: it is a folder; name a file, or score its Parquet files with --engine spark")
    if not order.path.is_file():
        raise TableError(f"{order.path}: no file there; name a file of customers")
    if not order.path.stat().st_size:
        raise TableError(f"{order.path}: empty; expected a row per customer")
    form, wanted = forms.of_path(order.path), forms.of_path(order.out)
    if form is not wanted:
        raise TableError(f"{order.out}: answers have the form of the customers; end it in {form.endings[0]}")
    places = [one.resolve() for one in (order.path, order.out, order.rejects)]
    if len(set(places)) < len(places):
        raise TableError(f"{order.path}: customers, answers and rejects are three files; give each its own name")
    for place in (order.out, order.rejects):
        if place.exists() and not order.force:
            raise TableError(f"{place}: it exists; name another file, or say --force to replace it")


def score(order: Order, found: Bundle, engine: Engine, draft: Path, rejects: Path, record: str, watch: Watch) -> Tally:
    """Score the file into a draft. Raises TableError."""
    del found
    given = forms.of_file(order.path)
    return score_file(Job(str(order.path), order.path, given, draft, rejects, record, order.ignore), engine, watch)
