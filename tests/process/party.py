"""Several newcomers of one running bot: they act in rounds, and after each their screens are read.

A round ends when nothing is under way any more, so whatever is wrong belongs to what was done last.
"""

from dataclasses import dataclass, field

from bot.model.buttons import Do
from tests.botapi import BotApiServer
from tests.process.command import PATIENCE, Command
from tests.process.newcomers import NATIVE_NAMES, words
from tests.process.screens import dead_end, language_in, twice, wrongs
from tests.process.walker import CANARY, DELETING, REST, Walker


@dataclass
class Party:
    """Newcomers with everything that was ever wrong on one of their screens."""

    telegram: BotApiServer
    command: Command
    people: list[Walker] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    seen: dict[tuple[int, int], int] = field(default_factory=dict)

    def join(self, language: str, seed: int) -> Walker:
        """Somebody new, with a phone in `language`, who presses START."""
        user = self.telegram.user(f"Newcomer {seed}", language_code=language)
        walker = Walker(user, language, seed)
        self.people.append(walker)
        walker.send("/start")
        return walker

    def arrive(self, languages: tuple[str, ...], seed: int) -> None:
        """One newcomer for each of `languages`, who has just chosen it; half of them read first."""
        newcomers = [self.join(language, seed + place) for place, language in enumerate(languages)]
        self.settle()
        for one in newcomers:
            one.take(NATIVE_NAMES[one.language])
        self.settle()
        for one in newcomers[::2]:
            one.take(words("bot/read_only#text", one.language))
        self.settle()

    def walk(self, wanted: frozenset[Do], fewest: int, most: int) -> None:
        """Go on until every kind of button was pressed; nobody deletes in the first half.

        Whatever nobody has pressed yet is what everybody would like to.
        """
        for number in range(most):
            missing = wanted - self.pressed()
            if number >= fewest and not missing:
                break
            for one in self.people:
                one.wishes = missing
                one.refused = frozenset() if number > fewest // 2 else DELETING
            self.round()
        assert self.pressed() >= wanted, wanted - self.pressed()

    def round(self) -> None:
        """Everybody does one thing; then it is quiet, and every screen is looked at."""
        if any(one.since_rest >= REST for one in self.people):
            self.telegram.advance(2 * REST)
        for one in self.people:
            one.step()
        self.settle()
        self.look()

    def settle(self) -> None:
        """Wait until nothing is under way: no update, no press, no message."""
        self.telegram.wait_until_confirmed(PATIENCE)
        self.telegram.wait_for(lambda: not self.telegram.unanswered_presses(), PATIENCE)
        self.command.wait_until_sent()

    def look(self, *, repeats: bool = False) -> None:
        """Read what is new or changed on every screen. `repeats`: much was done at once."""
        for one in self.people:
            screen = one.user.screen()
            fresh = [m for m in screen.from_bot if (one.user.id, m.id) not in self.seen]
            changed = [m for m in screen.from_bot if self.seen.get((one.user.id, m.id)) != m.edits]
            found = [
                wrong
                for message in changed
                for wrong in wrongs(message, language_in(message) or one.language)
            ]
            found += [] if repeats else [f"twice: {said}" for said in twice(fresh)]
            ended = dead_end(screen)
            found += [f"no way on: {ended}"] if ended and changed else []
            self.seen.update({(one.user.id, m.id): m.edits for m in screen.from_bot})
            did = one.did[-5:]
            self.problems += [f"{wrong} ({one.user.id}, {one.language}, {did})" for wrong in found]

    def pressed(self) -> set[Do]:
        """Every kind of button that anybody has pressed."""
        return {do for one in self.people for do in one.pressed}

    def part(self) -> None:
        """End the bot; nothing was refused, nothing spins, nothing was told to the log."""
        self.settle()
        self.look()
        assert self.command.stop() == 0
        assert not self.problems, "\n".join(self.problems)
        self.telegram.assert_clean()
        assert self.telegram.unanswered_presses() == []
        assert self.telegram.warnings == []
        # A text that needs two messages may be one too many in its chat; Telegram tolerates bursts.
        assert {flood.limit for flood in self.telegram.flood_warnings} <= {"per chat"}
        log = self.command.log
        assert CANARY not in log
        assert " ERROR " not in log, log
        assert "Traceback" not in log, log
