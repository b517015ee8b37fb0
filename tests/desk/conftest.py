from collections.abc import Iterator

import pytest

from tests.desk.browser import LOOP


@pytest.fixture(scope="session", autouse=True)
def closed_loop() -> Iterator[None]:
    yield
    LOOP.close()
