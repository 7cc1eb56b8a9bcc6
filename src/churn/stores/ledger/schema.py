"""What all the ledger's tables share: how their indexes are named, and the migration that they stand at."""

from sqlalchemy import MetaData

REVISION = "0002"
"""The migration that these tables stand at."""

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"}
)
