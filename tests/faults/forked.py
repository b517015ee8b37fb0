"""A command that is forked instead of started: the same lives without imports and reading content.

Everything a `tests.process.command.Command` can do it can do too; only its start costs a blink.
"""

from dataclasses import dataclass, field

from tests.faults.forking import Bot, ForkServer
from tests.faults.lives import Life
from tests.process.command import Command


@dataclass
class Forked(Command):
    """`lotse run` in a forked process; whatever lives at the end dies with the fork server."""

    forks: ForkServer = field(kw_only=True)
    bot: Bot | None = None

    def start(self) -> "Forked":
        self.data.mkdir(exist_ok=True)
        self.bot = self.forks.start(Life(str(self.data), self.settings))
        return self

    def kill(self) -> None:
        assert self.bot is not None
        self.bot.kill()

    def stop(self) -> int:
        assert self.bot is not None
        self.bot.ask_to_end()
        return self.bot.ended()
