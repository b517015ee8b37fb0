"""A newcomer's conversation in the terminal: the same engine, store and outbox.

Buttons are shown as `[#7 label]`: `#7` presses one, a command or any other text is
typed. The store comes from wiring.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bot.engine.commands import command_of
from bot.i18n.render import RenderedButton, Renderer
from bot.model.buttons import decode
from bot.model.outbox import Act, Channel, Fate, Queued, Report
from bot.model.turns import Command, CommandName, Event, Press, Typed
from bot.usecases.converse import Sender, converse, language_of
from bot.usecases.ports import Store, Work
from bot.usecases.unit import Unit

CHAT = 1
"""The one chat id there is in a terminal."""


@dataclass
class Terminal:
    """One conversation. `say` prints a line."""

    store: Store
    unit: Callable[[Work], Unit]
    renderer: Renderer
    language: str
    say: Callable[[str], None]
    _buttons: list[tuple[RenderedButton, int]] = field(default_factory=list)

    def play(self, lines: Iterable[str]) -> None:
        """Begin with /start and carry out what is typed, until the input ends or `/quit`."""
        self._happens(Command(CommandName.START))
        for line in lines:
            words = line.strip()
            if words == "/quit":
                return
            if words:
                self._happens(self._event(words))

    def _event(self, words: str) -> Event:
        if words.startswith("#") and words[1:].isdigit():
            return self._press(int(words[1:]))
        if words.startswith("/"):
            name, _, argument = words.removeprefix("/").partition(" ")
            return command_of(name, argument.strip(), words)
        return Typed(words)

    def _press(self, number: int) -> Event:
        if not 1 <= number <= len(self._buttons):
            return Press(None, None)
        button, message_id = self._buttons[number - 1]
        with self.store.transaction() as work:
            ids = self.unit(work).content.ids
        return Press(decode(button.data or "", ids), message_id)

    def _happens(self, event: Event) -> None:
        sender = Sender(CHAT, self.language)
        with self.store.transaction() as work:
            unit = self.unit(work)
            toasts, language = converse(unit, sender, event), language_of(unit, sender)
        for toast in toasts:
            self.say(f"({self.renderer.plain(toast.phrase, language)})")
        for queued in self._taken():
            self._show(queued)

    def _taken(self) -> list[Queued]:
        """All that waits for this chat, marked as sent."""
        taken: list[Queued] = []
        while True:
            with self.store.transaction() as work:
                unit = self.unit(work)
                rows = unit.work.outbox.take(unit.now, (), 64)
                reports = [Report(row.id, Fate.SENT, row.id) for row in rows]
                unit.work.outbox.mark(reports, unit.now)
            if not rows:
                return taken
            taken += [row for row in rows if row.delivery.channel is Channel.CHAT]

    def _show(self, queued: Queued) -> None:
        delivery = queued.delivery
        if delivery.message is None:
            return
        self.say("~" * 30 if delivery.act is Act.EDIT else "-" * 30)
        self.say(self.renderer.mail(delivery.message, delivery.language))
        rows = self.renderer.keyboard(delivery.message, delivery.language)
        for row in rows:
            self.say("  ".join(self._offer(button, queued.id) for button in row))

    def _offer(self, button: RenderedButton, message_id: int) -> str:
        self._buttons.append((button, message_id))
        return f"[#{len(self._buttons)} {button.text}]"
