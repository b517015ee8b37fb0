"""The stand-in for Telegram, fresh for each test."""

from collections.abc import Iterator

import pytest

from tests.botapi import BotApiServer


@pytest.fixture
def server() -> Iterator[BotApiServer]:
    with BotApiServer() as started:
        yield started
