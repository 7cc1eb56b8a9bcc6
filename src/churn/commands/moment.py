"""What time it is: the clock's, or in simulation the one that is said."""

from datetime import UTC, datetime

from churn.errors import SettingsError
from churn.settings import Settings
from churn.stores.ledger import entries

MICRO = 1_000_000


def moment(known: Settings, now: datetime | None) -> int:
    """Give the time in microseconds since 1970; one that is said counts in simulation alone, and without a zone as UTC.

    Raises SettingsError.
    """
    if now is None:
        return entries.now()
    if not known.simulation:
        raise SettingsError("--now is for simulation: set CHURN_SIMULATION=1, with a ledger and a registry of its own")
    return int(now.replace(tzinfo=now.tzinfo or UTC).timestamp()) * MICRO + now.microsecond
