"""Another team's case and none at all cost the same: what the store is asked is the same.

Time itself is measured where nobody else uses the machine; here the statements are compared,
with which every difference that could be measured would begin.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from tests.desk.test_isolation import FORMS
from tests.faults.access import UNKNOWN
from tests.faults.access_replicas import Replica, get, post, replicas, sign_in
from tests.usecases.county import JULE, handed_over


@contextmanager
def statements(replica: Replica) -> Iterator[list[str]]:
    """What the store of `replica` is asked meanwhile, in order, without the values."""
    engine: Engine = replica.store._engine  # type: ignore[attr-defined]
    heard: list[str] = []

    def hear(_c: object, _cur: object, statement: str, *_: object) -> None:
        heard.append(statement)

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", hear)


@pytest.fixture(params=["sqlite", "postgres"])
def replica(request: pytest.FixtureRequest) -> Iterator[Replica]:
    with replicas(request.getfixturevalue(f"{request.param}_url"), 1) as made:
        made[0].ticket("THEIRS", *handed_over())
        yield made[0]


def test_the_store_is_asked_the_same_about_another_teams_case_and_none(replica: Replica) -> None:
    """No difference to measure, on any route: fault 75."""
    token = sign_in(replica, JULE)

    def heard(method: str, path: str, form: dict[str, str], code: str) -> tuple[int, list[str]]:
        url = f"/desk{path.format(code=code)}"
        with statements(replica) as said:
            asking = (
                get(replica.app, token, url)
                if method == "GET"
                else post(replica.app, token, url, form)
            )
            status = asyncio.run(asking).status
        return status, said

    for (method, path), forms in FORMS.items():
        for form in forms:
            theirs = heard(method, path, form, "THEIRS")
            assert theirs == heard(method, path, form, UNKNOWN), (method, path)
            assert theirs[0] == 404
            assert theirs[1]
    for code in ("THEIRS", UNKNOWN):
        assert asyncio.run(get(replica.app, token, f"/desk/events?ticket={code}")).status == 200
