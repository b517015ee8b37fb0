"""The content that is running, and how it is exchanged: whole, or not at all.

Whatever is wrong in the folder, `current` stays what was last clean.
"""

from collections.abc import Callable, Mapping
from threading import Lock

from bot.content.loaded import Loaded
from bot.content.problems import Problem
from bot.content.published import unexplained
from bot.content.texts import SourceText
from bot.model.content import Content


class ContentHolder:
    """Gives the running content to everybody; implements `Contents`."""

    def __init__(
        self,
        first: Loaded,
        read: Callable[[], Loaded],
        prepare: Callable[[Loaded], None] = lambda _: None,
    ) -> None:
        """`first` must be clean; `read` loads the folder anew.

        `prepare` gets new clean content before anybody else sees it.
        """
        if first.content is None:
            raise ValueError("the first content has errors")
        self._read = read
        self._prepare = prepare
        self._running = (first.content, first.texts)
        self._lock = Lock()

    def current(self) -> Content:
        """The content that is valid now."""
        return self._running[0]

    @property
    def texts(self) -> Mapping[str, SourceText]:
        """The German texts of the current content."""
        return self._running[1]

    def reload(self, *, back: bool = False) -> tuple[Problem, ...]:
        """Take what is in the folder if it is clean; return everything that was found.

        Ids that newcomers' answers, buttons and tickets may still name must not
        vanish without `retired`: that is an error too, unless `back`, where somebody
        decided to return to content that ran before.
        """
        with self._lock:
            loaded = self._read()
            if loaded.content is None:
                return loaded.problems
            gone = () if back else unexplained(self.current(), loaded.content, self.texts)
            if not any(problem.blocks for problem in gone):
                self._prepare(loaded)
                self._running = (loaded.content, loaded.texts)
            return (*loaded.problems, *gone)
