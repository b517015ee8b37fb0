from collections.abc import Iterator

import pytest

from bot.desk.app import create_server
from tests.desk.browser import LOOP, Visitor, signed_in
from tests.desk.served import CASE, busy_county, parts_of
from tests.usecases.county import County


@pytest.fixture(scope="session", autouse=True)
def closed_loop() -> Iterator[None]:
    yield
    LOOP.close()


@pytest.fixture
def county() -> County:
    return busy_county()


@pytest.fixture
def anna(county: County) -> Visitor:
    """Anna, who has opened a case."""
    visitor = signed_in(create_server(parts_of(county)), "anna")
    visitor.get(CASE)
    return visitor
