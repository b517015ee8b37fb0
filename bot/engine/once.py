"""What follows from the content alone is made once for each content, not for each newcomer.

The result is kept for the content that was asked for last, and known by being that very
object: newly published content is another one, so nothing here can be out of date.
"""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from bot.model.content import Content

T = TypeVar("T")


def once(make: Callable[[Content], T]) -> Callable[[Content], T]:
    """Return `make` as a function that answers from memory as long as the content is the same.

    What it returns is shared by everybody who asks, so it must be frozen. Threads that ask at
    once may both make it, and get equal answers.
    """
    kept: list[tuple[Content, T]] = []

    @wraps(make)
    def made(content: Content) -> T:
        for known, result in kept:
            if known is content:
                return result
        result = make(content)
        kept[:] = [(content, result)]
        return result

    return made
