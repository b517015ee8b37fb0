"""One stand-in for Telegram for each test that runs the real command."""

from collections.abc import Iterator

import pytest

from tests.botapi import BotApiServer


@pytest.fixture
def telegram() -> Iterator[BotApiServer]:
    with BotApiServer() as server:
        yield server
