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
