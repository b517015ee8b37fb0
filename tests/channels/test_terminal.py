"""A conversation in the terminal, with scripted lines."""

import re
from collections.abc import Iterator

from bot.channels.terminal import Terminal
from bot.model.tickets import Ticket
from tests.playing.house import House

TICKET = re.compile(r"\b[A-Z0-9]{5,6}\b")

TO_ADVICE = (
    "home/work#title",
    "work/topic#title",
    "work/concern.problem#text",
    "work/problem.dismissed#text",
    "Musterstadt",
)


class Screen:
    """Reads what the terminal prints and answers by labels, as people do."""

    def __init__(self, language: str = "de") -> None:
        self.house = House()
        self.lines: list[str] = []
        texts = self.house.texts.renderer
        self.terminal = Terminal(
            self.house.store, self.house.unit_of, texts, language, self.lines.append
        )

    def play(self, *words: str, language: str = "de") -> str:
        """Type these lines and return all output.

        A message id, or a name on a button, presses the newest button that shows it.
        """
        texts = self.house.texts.renderer
        self.terminal.play(self._typed([texts.text(one, language) or one for one in words]))
        return self.text

    @property
    def text(self) -> str:
        """Everything printed so far, without direction marks."""
        return re.sub("[\u2066-\u2069\u200e\u200f]", "", "\n".join(self.lines))

    def _typed(self, words: list[str]) -> Iterator[str]:
        for one in words:
            numbers = re.findall(rf"\[#(\d+) [^\]]*{re.escape(one)}\]", self.text)
            yield f"#{numbers[-1]}\n" if numbers else f"{one}\n"

    def words(self, key: str, language: str) -> str:
        text = self.house.texts.renderer.text(key, language)
        assert text is not None, key
        return re.sub("[\u2066-\u2069\u200e\u200f]", "", text)

    def tickets(self) -> dict[str, Ticket]:
        with self.house.unit() as unit:
            return unit.work.tickets.load(set(TICKET.findall(self.text)), None)


def test_from_start_to_a_ticket() -> None:
    screen = Screen()
    said = screen.play(
        "Deutsch",
        "bot/agree#text",
        *TO_ADVICE,
        "bot/to_a_person#text",
        "musterkreis/queue.work#title",
        "bot/no_text#text",
        "bot/summary.send#text",
    )
    assert screen.words("bot/sent.title#text", "de") in said
    (ticket,) = screen.tickets().values()
    assert (ticket.queue, ticket.language) == ("work", "de")


def test_in_arabic_by_number_and_command() -> None:
    screen = Screen("ar")
    said = screen.play("العربية", "bot/agree#text", "3", "1", "/menu", "/help", language="ar")
    assert screen.words("bot/rather_not_say#text", "ar") in said
    assert screen.words("bot/help.title#text", "ar") in said


def test_a_short_answer_is_in_brackets_in_the_language_that_was_chosen() -> None:
    screen = Screen("de")
    lines = ("English", "bot/agree#text", *TO_ADVICE, "bot/helpful.yes#text")
    said = screen.play(*lines, language="en")
    assert f"({screen.words('bot/thanks#text', 'en')})" in said


def test_an_edited_message_is_told_from_a_new_one() -> None:
    screen = Screen()
    screen.play("Deutsch", "/help")
    rules = [line for line in screen.lines if set(line) in ({"-"}, {"~"})]
    assert [line[0] for line in rules] == ["-", "~", "-"]


def test_a_button_that_is_not_there_leads_on() -> None:
    screen = Screen()
    before = screen.play("Deutsch", "bot/agree#text")
    after = screen.play("#999", "#0", "/nonsense", "")
    assert len(after) > len(before)
    assert "Traceback" not in after


def test_quit_ends_it() -> None:
    assert Screen().play("/quit", "Deutsch") == Screen().play()
