"""An embedded MLflow store that stands in another folder: it names its files by whole paths."""

import sqlite3
from contextlib import closing
from pathlib import Path

NAMED = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "storage_location"),
    ("model_versions", "source"),
)
"""Where MLflow 3 keeps the place of files."""
MOVE = "UPDATE {table} SET {column} = ? || substr({column}, ?) WHERE {column} = ? OR substr({column}, 1, ?) = ?"


def relocate(database: Path, old: Path, new: Path) -> None:
    """Let a store's rows name `new` in place of `old`, as paths and as file:// addresses."""
    with closing(sqlite3.connect(database)) as connection, connection:
        for before, after in ((str(old), str(new)), (old.as_uri(), new.as_uri())):
            for table, column in NAMED:
                inside = f"{before}/"
                told = (after, len(before) + 1, before, len(inside), inside)
                connection.execute(MOVE.format(table=table, column=column), told)
