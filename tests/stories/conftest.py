"""`pytest tests/stories --update-stories` writes what happens now into the stories."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-stories", action="store_true", help="Rewrite the golden stories.")
