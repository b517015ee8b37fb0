"""Tests that share something costly run in one process, and find it made once."""

import pytest


@pytest.mark.xdist_group("probe")
def test_groups_are_known(request: pytest.FixtureRequest) -> None:
    """A version of pytest made pytest-xdist forget them, and an image was built several times."""
    spread = getattr(request.config.option, "loadgroup", False)
    assert request.node.nodeid.endswith("@probe") is bool(spread)
