"""Logs hold no person and no secret, whoever writes them: fault 86."""

import asyncio
import io
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from bot import logs
from tests.faults import canary
from tests.playing.house import ROOT
from tests.watching import watched

TOKEN = "7600000001:AAF-not-a-real-token-0123456789"
TEXT = canary.mark("log", 1)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a handler with the program's filter writes of `bot.any` and `library.any`."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(logs.Discreet())
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    loggers = [logging.getLogger(name) for name in ("bot.any", "library.any", "asyncio")]
    for one in loggers:
        one.addHandler(handler)
        one.propagate = False
        one.setLevel(logging.DEBUG)
    yield stream
    for one in loggers:
        one.removeHandler(handler)
        one.propagate = True
        one.setLevel(logging.NOTSET)


def failing(text: str) -> None:
    """An error as libraries raise it: it quotes what it could not digest."""
    words = {"said": text}
    raise ValueError(f"cannot take {words['said']!r}")


def test_a_token_is_taken_out_wherever_it_stands(written: io.StringIO) -> None:
    log = logging.getLogger("bot.any")
    log.warning("GET /bot%s/getMe", TOKEN)
    log.error("url=%s", TOKEN, exc_info=RuntimeError(TOKEN))
    assert TOKEN not in written.getvalue()
    assert written.getvalue().count("<token>") == 2


def test_an_error_is_told_by_place_and_kind_and_never_by_its_text(written: io.StringIO) -> None:
    try:
        try:
            failing(TEXT)
        except ValueError as error:
            raise ExceptionGroup(TEXT, [KeyError(TEXT), error]) from error
    except ExceptionGroup:
        logging.getLogger("bot.any").exception("a mistake of ours")
    told = written.getvalue()
    assert canary.STEMS[0] not in told
    assert "ExceptionGroup" in told
    assert "ValueError" in told
    assert "in failing" in told


def test_libraries_say_what_happened_and_not_to_what(written: io.StringIO) -> None:
    library = logging.getLogger("library.any")
    library.info("sending %s", TEXT)
    library.debug("body: %s", TEXT)
    library.warning("something broke\n%s", TEXT)
    assert written.getvalue() == "WARNING library.any: something broke\n"


def test_nobody_forges_a_line(written: io.StringIO) -> None:
    """fault 54: whatever stands in a value, an event stays one line without control signs."""
    logging.getLogger("bot.any").warning("queue %s", "a\r\nERROR bot: all is lost\x1b[31m\u2028b")
    assert written.getvalue().count("\n") == 1
    assert "\x1b" not in written.getvalue()
    assert "\u2028" not in written.getvalue()


def test_a_task_that_nobody_asks_is_told_without_what_it_held(written: io.StringIO) -> None:
    async def lose_a_task() -> None:
        async def failing_later() -> None:
            failing(TEXT)

        await asyncio.wait({asyncio.create_task(failing_later())})

    asyncio.run(lose_a_task())
    assert "never retrieved" in written.getvalue()
    assert canary.STEMS[0] not in written.getvalue()


CRASH = """
import sys, threading
from bot import logs
logs.set_up("debug")
def failing():
    said = sys.argv[1]
    raise ValueError(said)
class Untidy:
    def __del__(self):
        failing()
thread = threading.Thread(target=failing)
thread.start()
thread.join()
Untidy()
failing()
"""


def test_a_crash_tells_nobodys_words() -> None:
    """Uncaught in the program, in a thread, while tidying up: kinds and places only."""
    done = subprocess.run(
        [sys.executable, "-c", CRASH, TEXT], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.count("ValueError") == 3
    assert done.stderr.count("in failing") == 3
    whole = done.stderr + done.stdout
    for stem in canary.STEMS:
        assert stem not in whole
        assert json.dumps(stem)[1:-1] not in whole


def test_the_watch_over_the_suite_sees_what_is_put_into_a_log() -> None:
    """A line with somebody's words, an id or a token fails the test in which it is logged."""
    log = logging.getLogger("bot.any.place")
    for arguments in (("said %s", TEXT), ("chat %d", canary.telegram_id(5)), (TEXT,)):
        with pytest.raises(AssertionError, match=r"bot\.any\.place"), quietly(), watched():
            log.info(*arguments)
    with pytest.raises(AssertionError, match=r"bot\.any\.place"), quietly(), watched():
        log.error("it broke", exc_info=ValueError(TEXT))
    with watched():
        log.warning("update 40000001 of %s", threading.current_thread().name)


class quietly:  # noqa: N801  reads as what it does
    """Keep what is logged here from the watch over this test itself."""

    def __enter__(self) -> None:
        root = logging.getLogger()
        self._others = [one for one in root.handlers if type(one).__name__ == "Watch"]
        for one in self._others:
            root.removeHandler(one)

    def __exit__(self, *_: object) -> None:
        for one in self._others:
            logging.getLogger().addHandler(one)
