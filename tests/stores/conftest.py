import pytest

from postgres import started


@pytest.fixture(scope="session")
def postgres():
    with started() as server:
        yield server


@pytest.fixture
def own_postgres():
    """Give a server that the test may stop."""
    with started() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """Give the address of an empty ledger, on each database in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.db"
    return request.getfixturevalue("postgres").emptied()
