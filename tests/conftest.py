from pathlib import Path

import pandas as pd
import pytest

from churn import table
from churn.params.ingest import Ingest
from churn.params.section import load
from churn.stores.raw_table import read_raw
from churn.stores.sources.fetch import fetch
from customers import invent

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def raw() -> pd.DataFrame:
    return invent()


@pytest.fixture
def typed(raw) -> pd.DataFrame:
    return table.typed(raw)


@pytest.fixture(scope="session")
def telco(tmp_path_factory) -> Path:
    """Fetch the real table, as stage ingest does."""
    path = tmp_path_factory.mktemp("raw") / "telco_churn_raw.csv"
    fetch(load(Ingest, ROOT / "params.yaml"), path)
    return path


@pytest.fixture(scope="session")
def telco_raw(telco) -> pd.DataFrame:
    return read_raw(telco)
