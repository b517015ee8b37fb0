"""Whether anybody who appears in the tests, or a secret of theirs, gets into a log: fault 86.

Every record of the whole suite is looked at as it was made, with its arguments and the text of its
exception, before any filter of the program. What is looked for are the words and the Telegram ids
of people in tests and the tokens of the stand-ins.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

WORDS: Final = (
    "Qanarienvogelx",  # tests.faults.canary
    "Кънарейкъ",
    "كناريطائر",
    "kanarienvogel",
    "NoteCanary",
    "Mein Kind heisst",
    "loopback-test-token",
    "loopback-secret",
    "a-secret-of-the-tests",
)

_IDS: Final = (
    r"53\d{8}",  # people of the stand-in for Telegram
    r"7318372\d{3}",  # marked people
    r"70000000\d\d",  # people in tests of the store
    r"7001002\d\d",  # people of the small county
)
SECRETS: Final = re.compile(
    "|".join((*map(re.escape, WORDS), rf"(?<!\d)(?:{'|'.join(_IDS)})(?!\d)"))
)


class Watch(logging.Handler):
    """Keeps which loggers said something that nobody may read in a log. Never what it was."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        whole = record.getMessage()
        if record.exc_info:
            whole += logging.Formatter().formatException(record.exc_info)
        if SECRETS.search(whole) or SECRETS.search(record.exc_text or ""):
            self.found.append(f"{record.name} in {record.pathname}:{record.lineno}")


@contextmanager
def watched() -> Iterator[None]:
    """Fail if anything personal or secret is logged meanwhile, by whichever library."""
    watch = Watch()
    root = logging.getLogger()
    root.addHandler(watch)
    try:
        yield
    finally:
        root.removeHandler(watch)
    assert watch.found == [], f"a log names people or secrets: {watch.found}"
