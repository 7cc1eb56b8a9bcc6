"""Log lines that machines read: one JSON object a line, with the request they belong to."""

import logging
import sys
from datetime import UTC, datetime

import orjson


class Lines(logging.Formatter):
    """Spell a log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Give time, level, logger, message, and the traceback of a bug."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {
            name: getattr(record, name) for name in ("request_id", "route", "status", "ms") if name in vars(record)
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


def start() -> None:
    """Send what this process logs to its standard error, a line a record."""
    shown = logging.StreamHandler(sys.stderr)
    shown.setFormatter(Lines())
    logging.basicConfig(level=logging.WARNING, handlers=[shown], force=True)
    logging.getLogger("churn").setLevel(logging.INFO)
