"""Logging for the whole process: one line an event, to standard error, without secrets.

Nothing personal is ever logged in the first place; the filter here is the last net
for tokens in what libraries write.
"""

import logging
import re
from typing import Final

_TOKEN: Final = re.compile(r"\d{3,}:[A-Za-z0-9_-]{10,}")
_QUIET: Final = ("httpx", "httpcore", "telegram", "uvicorn", "asyncio", "sqlalchemy", "alembic")
"""Libraries whose lines below a warning say nothing to a county, or too much."""


class WithoutTokens(logging.Filter):
    """Takes bot tokens out of a record, its arguments and its traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _TOKEN.sub("<token>", record.getMessage())
        record.args = ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = _TOKEN.sub("<token>", record.exc_text)
        return True


def set_up(level: str) -> None:
    """Log from `level` (debug, info, warning, error) on."""
    handler = logging.StreamHandler()
    handler.addFilter(WithoutTokens())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
