import pytest

import serving
from churn.services.api.state import State


@pytest.fixture
def place(tmp_path):
    """Give a folder with a bundle in it."""
    serving.bundled(tmp_path / "bundle")
    return tmp_path


@pytest.fixture
def known(place):
    return State.of(serving.settings(place))


@pytest.fixture
async def api(known):
    async with serving.opened(known) as client:
        yield client


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    """Run the service for as long as the session lasts, and give its address."""
    folder = tmp_path_factory.mktemp("service")
    serving.bundled(folder / "bundle")
    with serving.running(folder) as url:
        yield url
