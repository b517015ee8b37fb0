"""Work on a database in a process of its own that is killed at a chosen statement.

The child is forked, so everything is loaded already; it must open its own connections.
"""

import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine


def killed_at(statement: int, work: Callable[[], object]) -> bool:
    """Do `work`, killed by SIGKILL before its n-th statement; False if it ended before.

    Commits count as statements too. Raises AssertionError if `work` raised.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        _live_and_die(statement, work)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "the work raised: see standard error"
    return False


def _live_and_die(statement: int, work: Callable[[], object]) -> None:
    left = statement

    def count(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def count_commit(_: Connection) -> None:
        count()

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count_commit)
    try:
        work()
    except BaseException:  # noqa: BLE001 - a child must never return into the tests
        traceback.print_exc()
        os._exit(1)
    os._exit(0)
