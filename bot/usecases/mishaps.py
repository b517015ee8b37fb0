"""Names for our own mistakes that a log may hold: what was raised and where, never with what.

The text of an exception can quote a person; its type and the place in our code cannot.
"""

from traceback import extract_tb
from typing import Final

_OWN: Final = ("/bot/", "\\bot\\")


def described(error: BaseException) -> str:
    """Return for example `KeyError at advance.py:41 in press`, the deepest place of ours."""
    frames = extract_tb(error.__traceback__)
    own = [frame for frame in frames if any(part in frame.filename for part in _OWN)]
    if not own:
        return type(error).__name__
    place = own[-1]
    name = place.filename.replace("\\", "/").rpartition("/")[2]
    return f"{type(error).__name__} at {name}:{place.lineno} in {place.name}"
