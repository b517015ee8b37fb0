"""Logging for the whole process: one line an event, to standard error, without secrets.

Nothing personal is ever logged in the first place. Here is the last net for what others write:
tokens go, tracebacks tell places and kinds of errors but never their texts, since the text of an
error can quote a person, and what nobody caught is told in the same way. A log that is full, or
that nobody reads, loses lines and never stops the program.
"""

import logging
import os
import re
import select
import sys
import threading
from collections import deque
from collections.abc import Iterator
from traceback import extract_tb
from types import TracebackType
from typing import Final

_TOKEN: Final = re.compile(r"\d{3,}:[A-Za-z0-9_-]{10,}")
_OURS: Final = "bot"
_CONTROLS: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\U000e0000-\U000e007f]"
)
"""What would begin a line, turn its direction or colour it, or hide in it."""
_DEEPEST: Final = 8
"""So many errors that caused one another are told at most."""

MOST_WAITING: Final = 1000
"""Lines that wait for somebody to read them; beyond that the oldest are lost."""

LAST_MOMENT: Final = 1.0
"""Seconds that a log which is not read may hold up the end of the program."""

_AT_ONCE: Final = select.PIPE_BUF
"""Bytes that a pipe which can be written to at all takes without blocking."""

_STDERR: Final = 2

log = logging.getLogger(__name__)


class Discreet(logging.Filter):
    """Takes out of a record what could tell a person or a secret; drops chatter of libraries."""

    def filter(self, record: logging.LogRecord) -> bool:
        ours = record.name.partition(".")[0] == _OURS
        if not ours and record.levelno < logging.WARNING:
            return False
        message = record.getMessage()
        if not ours:
            # Event loop and libraries append what they worked on, line by line.
            message = message.partition("\n")[0]
        record.msg = _CONTROLS.sub(" ", _TOKEN.sub("<token>", message))
        record.args = ()
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = "\n".join(told(record.exc_info[1]))
        record.exc_info = None
        record.stack_info = None
        return True


class Patient(logging.Handler):
    """Writes lines to a file descriptor only while it takes them; never waits, never fails.

    What it does not take now is written with the next line, or at the end.
    """

    def __init__(self, handle: int = _STDERR) -> None:
        super().__init__()
        self._handle = handle
        self._waiting: deque[bytes] = deque()
        self._lost = 0

    def emit(self, record: logging.LogRecord) -> None:
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.popleft()
            self._lost += 1
        self._waiting.append(f"{self.format(record)}\n".encode(errors="backslashreplace"))
        self._write(0.0)

    def flush(self) -> None:
        """Write what waits, if somebody takes it soon."""
        self.acquire()
        try:
            self._write(LAST_MOMENT)
        finally:
            self.release()

    def _write(self, patience: float) -> None:
        while self._waiting and self._takes(patience):
            note = b"lines of the log were lost: %d\n" % self._lost
            line = note if self._lost else self._waiting[0]
            try:
                done = os.write(self._handle, line[:_AT_ONCE])
            except OSError:
                self._lost += len(self._waiting)
                self._waiting.clear()
                return
            if self._lost:
                self._lost = 0
            elif done < len(line):
                self._waiting[0] = line[done:]
            else:
                self._waiting.popleft()

    def _takes(self, patience: float) -> bool:
        poll = select.poll()
        poll.register(self._handle, select.POLLOUT)
        return bool(poll.poll(patience * 1000))


def told(error: BaseException) -> Iterator[str]:
    """Where an error and those behind it happened, and of what kind they are; never their texts."""
    behind: BaseException | None = error
    for _ in range(_DEEPEST):
        if behind is None:
            return
        for frame in extract_tb(behind.__traceback__):
            yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
        yield type(behind).__name__
        if isinstance(behind, BaseExceptionGroup):
            for part in behind.exceptions[:_DEEPEST]:
                yield from told(part)
        behind = behind.__cause__ or (None if behind.__suppress_context__ else behind.__context__)


def set_up(level: str) -> None:
    """Log from `level` (debug, info, warning, error) on; tell also what nobody caught."""
    handler = Patient()
    handler.addFilter(Discreet())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def _uncaught(kind: type[BaseException], error: BaseException, place: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("the program ends by an error", exc_info=(kind, error, place))


def _uncaught_in_thread(what: threading.ExceptHookArgs) -> None:
    if what.exc_value is not None and not isinstance(what.exc_value, SystemExit):
        log.critical("a thread ends by an error", exc_info=what.exc_value)


def _unraisable(what: "sys.UnraisableHookArgs") -> None:
    if what.exc_value is not None:
        log.error("an error while tidying up", exc_info=what.exc_value)
