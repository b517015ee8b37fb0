"""Tests that share something costly run in one process, and find it made once."""

import os

import pytest


@pytest.mark.xdist_group("probe")
def test_groups_are_known(request: pytest.FixtureRequest) -> None:
    """A version of pytest made pytest-xdist forget them, and an image was built several times."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        pytest.skip("only one process runs the tests")
    assert request.node.nodeid.endswith("@probe")
