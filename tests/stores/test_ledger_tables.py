"""How the ledger's tables come to be, and to which databases they belong."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

import ledgers
from churn.errors import LedgerError
from churn.stores.ledger import alerts, database, revision
from churn.stores.ledger.ledger import Ledger
from churn.stores.ledger.tables import REVISION, metadata


@pytest.fixture
def migrated(url):
    """Give a connection to tables that the migrations made."""
    revision.migrate(url)
    engine = database.writing(database.located(url))
    with engine.connect() as connection:
        yield connection


def test_migrations_make_the_tables_that_the_code_knows(migrated):
    compared = MigrationContext.configure(migrated, opts={"compare_type": True, "compare_server_default": True})
    assert compare_metadata(compared, metadata) == []


def test_migrations_make_the_same_keys_indexes_and_conditions(migrated):
    """Alembic compares neither primary keys nor the conditions of indexes."""
    made = shape(migrated)
    with migrated.begin_nested() as undone:
        metadata.drop_all(migrated)
        metadata.create_all(migrated)
        wanted = shape(migrated)
        undone.rollback()
    assert made == wanted


def shape(connection):
    seen = inspect(connection)
    return {
        name: {
            "key": seen.get_pk_constraint(name)["constrained_columns"],
            "once": sorted(str(one["column_names"]) for one in seen.get_unique_constraints(name)),
            "indexes": sorted(
                (one["name"], str(one["column_names"]), bool(one["unique"]), str(condition(one)))
                for one in seen.get_indexes(name)
            ),
            "options": seen.get_table_options(name),
            "columns": [(one["name"], str(one["type"]), one["nullable"]) for one in seen.get_columns(name)],
        }
        for name in sorted(metadata.tables)
    }


def condition(index):
    return {key: str(value) for key, value in index.get("dialect_options", {}).items() if key.endswith("where")}


def test_the_code_stands_at_the_newest_migration():
    folder = ScriptDirectory(str(Path(revision.__file__).with_name("migrations")))
    assert folder.get_heads() == [REVISION]


def test_migrating_twice_changes_nothing(url):
    assert revision.migrate(url) == revision.migrate(url) == REVISION


def test_many_processes_may_migrate_at_once(url):
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(revision.migrate, [url] * 4)) == [REVISION] * 4


async def test_a_ledger_of_the_first_revision_keeps_what_it_holds(url):
    first_revision(url)
    async with ledgers.opened(url) as ledger:
        kept = await ledger.read(ledgers.everything)
        assert [(one.kind, one.purpose, one.acknowledged_at) for one in kept["alert"]] == [("old", "production", None)]
        assert [(one.reason, one.purpose) for one in kept["refusal"]] == [("missing", "production")]
        assert await ledger.do(lambda connection: alerts.raise_(connection, "old", "again", 3)["times"]) == 2
        apart = await ledger.do(lambda one: alerts.raise_(one, "old", "played", 3, purpose="simulated")["times"])
        assert apart == 1


def first_revision(url):
    """Make a ledger as earlier code made it, with an open alert and a refusal in it."""
    config = Config()
    config.set_main_option("script_location", str(Path(revision.__file__).with_name("migrations")))
    with database.writing(database.located(url), create=True).connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text("INSERT INTO alert VALUES ('1', 'old', 'high', 'words', 1, 2, 1, NULL)"))
        connection.execute(text("INSERT INTO refusal VALUES ('1', NULL, 1, 'tenure', 'missing', 1)"))


async def test_a_server_is_migrated_only_when_asked(postgres):
    ledger = Ledger(postgres.emptied())
    with pytest.raises(LedgerError, match=r"holds no ledger.*churn migrate"):
        await ledger.open()


async def test_an_embedded_ledger_makes_itself_and_its_folder(tmp_path):
    url = f"sqlite:///{tmp_path}/new folder/a%b?.db".replace("?", "é")
    ledger = Ledger(url)
    await ledger.open()
    await ledger.close()
    assert (tmp_path / "new folder" / "a%bé.db").exists()


async def test_a_ledger_of_newer_code_is_refused(url):
    revision.migrate(url)
    with database.writing(database.located(url)).connect() as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(LedgerError, match="revision 9999, this code knows"):
        async with ledgers.opened(url):
            pass


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "nonsense", "sqlite:///file::memory:"]
)
def test_an_address_that_keeps_nothing_is_refused(url):
    with pytest.raises(LedgerError, match="CHURN_DATABASE_URL"):
        Ledger(url)


async def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "ledger.db").write_text("a note" * 1000)
    with pytest.raises(LedgerError, match="no SQLite database; correct CHURN_DATABASE_URL"):
        async with ledgers.opened(f"sqlite:///{tmp_path}/ledger.db"):
            pass


async def test_a_password_is_never_told():
    ledger = Ledger("postgresql://somebody:s3cr3t@127.0.0.1:9/none")
    with pytest.raises(LedgerError) as said:
        await ledger.open()
    assert "s3cr3t" not in str(said.value)


def test_a_worker_that_opens_a_migrated_ledger_is_light(url):
    revision.migrate(url)
    program = (
        "import asyncio, sys; from churn.stores.ledger.ledger import Ledger; ledger = Ledger(sys.argv[1]);"
        "asyncio.run(ledger.open()); print(*(name for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program, url], capture_output=True, text=True, check=True)
    heavy = {"alembic", "pandas", "mlflow", "pyarrow", "fastapi", "sklearn", "numpy"}
    assert not heavy & set(done.stdout.split())
