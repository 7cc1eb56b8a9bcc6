"""A look at a local store without MLflow, which would make what is missing, and takes seconds to load."""

import sqlite3
from contextlib import closing

from churn.stores.tracking import store

Identity = tuple[int, int] | None


def settled(uri: str) -> bool:
    """Tell whether a store holds a model that somebody gave an alias; a server is taken to."""
    if not uri.startswith(store.SQLITE):
        return True
    try:
        with closing(sqlite3.connect(f"file:{store.file(uri)}?mode=ro", uri=True)) as file:
            return file.execute("SELECT 1 FROM registered_model_aliases LIMIT 1").fetchone() is not None
    except sqlite3.Error:  # no such file, or tables that are being made
        return False


def missing(uri: str) -> bool:
    """Tell whether a local store's file is not there; a server is taken to be."""
    return uri.startswith(store.SQLITE) and not store.file(uri).exists()


def identity(uri: str) -> Identity:
    """Give what changes when a store's file is replaced by another; None for a server, or where there is none."""
    if not uri.startswith(store.SQLITE):
        return None
    try:
        seen = store.file(uri).stat()
    except OSError:
        return None
    return seen.st_dev, seen.st_ino
