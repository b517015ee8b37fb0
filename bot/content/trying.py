"""`lotse content try`: one topic played in the terminal by whoever writes it.

The engine decides what is asked and shown, as for newcomers; beside it stands why, and
at the end the session as a test to paste. Nothing is stored, and no consent or case is
played: that is `lotse talk`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path

from bot.content.draft import Draft, read_draft
from bot.content.explain import because, short, unknown_topic, written
from bot.content.printed import Printed
from bot.content.problems import listed
from bot.content.sources import Sources, usual_region
from bot.engine.advice import card_blocks
from bot.engine.danger import first_message
from bot.engine.interview import (
    current_values,
    fitting_cards,
    next_question,
    previous_question,
    priority,
    progress,
    walk,
)
from bot.engine.replies import understood
from bot.engine.spelling import number_in, words
from bot.engine.talk import OUTSIDE
from bot.engine.urgent import recognise
from bot.i18n.render import Renderer
from bot.model import wording
from bot.model.content import SKIPPED, Card, Content, Emergency, Question, QuestionType, Topic
from bot.model.conversation import Answer, AnswerValue
from bot.model.phrases import Block, Phrase
from bot.model.turns import Message

DECLINE = "-"
NOT_ASKED = "is not asked on this way"
COMMANDS = "`back`, `why` (why this question, and what becomes of the cards), `quit`"
_LINE = "-" * 72


@dataclass(frozen=True, slots=True)
class Setting:
    """What is played: content and wording as they are, on a day, in a language.

    `place` is where the newcomer lives, if that is said beforehand.
    """

    content: Content
    sources: Sources
    renderer: Renderer
    language: str
    today: date
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to play.

    Without a topic it is asked for; without a region it is the one that has the place.
    """

    topic: str | None
    language: str
    place: str | None
    region: str | None
    today: date


def try_topic(
    folders: tuple[Path, Path], wish: Wish, lines: Iterable[str], say: Callable[[str], None]
) -> Printed:
    """Play until the input ends; code 1 if the topic has mistakes, 2 if it cannot be played.

    `folders` are those of the content and of its translations.
    """
    region = wish.region or usual_region(folders[0], wish.place)
    if region is None:
        return 2, [f"{folders[0]}: there is no region that a bot can run"]
    draft = read_draft(*folders, region)
    content = draft.content
    if content is None:
        return 2, [*map(str, draft.problems)]
    problems = draft.standing_in_the_way([wish.topic] if wish.topic else content.topics)
    refused = list(_refused(draft, content, wish))
    if refused:
        return 2, [*map(str, problems), *refused]
    for problem in problems:
        say(str(problem))
    setting = Setting(content, draft.sources, draft.renderer, wish.language, wish.today, wish.place)
    topic = content.topics[wish.topic] if wish.topic else None
    Trial(setting, say, topic).play(lines)
    return int(bool(problems)), []


def _refused(draft: Draft, content: Content, wish: Wish) -> Iterator[str]:
    """Why this cannot be played."""
    if wish.topic is not None and wish.topic not in content.topics:
        yield unknown_topic(wish.topic, content.topics)
    offered = draft.renderer.catalogues.offered
    if wish.language not in offered:
        yield f"there is no language `{wish.language}` -> write one of: {listed(offered, 40)}"
    towns = [town.id for town in content.region.municipalities]
    if wish.place is not None and wish.place not in (*towns, OUTSIDE):
        yield f"there is no place `{wish.place}` -> write one of: {listed((*towns, OUTSIDE), 99)}"
    for name in [wish.topic] if wish.topic in content.topics else content.topics:
        if not any(card.otherwise for card in content.topics[name or ""].cards):
            yield f"`{name}` has no card with `otherwise: true` -> add one to play it"


@dataclass
class Trial:
    """Somebody playing. `say` prints a line."""

    setting: Setting
    say: Callable[[str], None]
    topic: Topic | None = None
    _answers: dict[str, Answer] = field(default_factory=dict)

    def play(self, lines: Iterable[str]) -> None:
        """Ask and take answers until the input ends or says `quit`."""
        self._begin()
        for line in lines:
            typed = line.strip()
            if typed.casefold() == "quit":
                return
            if typed:
                self._taken(typed)

    # --- what is typed ----------------------------------------------------------------

    def _taken(self, typed: str) -> None:
        if self.topic is None:
            self._choose(typed)
            return
        question = next_question(self.topic, self._answers)
        match typed.casefold():
            case "back":
                self._back(question)
            case "why":
                self._why(self.topic, question)
            case "again":
                self._begin()
            case _ if question is None:
                self.say("That was all: `back`, `again` or `quit`.")
            case _:
                self._answer(self.topic, question, typed)

    def _choose(self, typed: str) -> None:
        topics = list(self.setting.content.topics.values())
        number = number_in(typed)
        if number is not None and 1 <= number <= len(topics):
            self.topic = topics[number - 1]
        else:
            said = words(typed)
            titles = {topic.id: words(self._text(topic.title)) for topic in topics}
            fitting = [topic for topic in topics if typed == topic.id or titles[topic.id] == said]
            self.topic = fitting[0] if fitting else None
        self._begin()

    def _back(self, question: Question | None) -> None:
        before = previous_question(self._known, self._answers, question.id if question else None)
        if before is None:
            self.say("This is the beginning.")
        else:
            del self._answers[before.id]
        self._ask()

    def _answer(self, topic: Topic, question: Question, typed: str) -> None:
        spoken_of = None if question.option(typed) else recognise(self.setting.content, typed)
        if spoken_of is not None:
            self._warn(spoken_of, "these words raise the alarm, whatever is asked")
            return
        value = self._understood(question, typed)
        if value is None:
            self.say(f"No answer to this question: write its number or text, or {COMMANDS}.")
            return
        at = datetime.combine(self.setting.today, time(12), UTC)
        self._answers[question.id] = Answer(question.id, value, question.meaning, at)
        for option in question.options:
            chosen = value if isinstance(value, tuple) else (value,)
            if option.danger is not None and option.id in chosen:
                kind = self.setting.content.emergencies.get(option.danger)
                if kind is not None:
                    self._warn(kind, f"the answer `{option.id}` means this danger")
        self._ask()
        if next_question(topic, self._answers) is None:
            self._end(topic)

    def _understood(self, question: Question, typed: str) -> AnswerValue | None:
        """What was typed as an answer: `-`, a number or text as newcomers type it, or an id."""
        if typed == DECLINE:
            return SKIPPED
        if question.type is not QuestionType.MULTI and question.option(typed) is not None:
            return typed
        return understood(question, typed, self.setting.language, self.setting.renderer)

    # --- what is shown ----------------------------------------------------------------

    @property
    def _known(self) -> Topic:
        if self.topic is None:
            raise ValueError("no topic was chosen")
        return self.topic

    def _begin(self) -> None:
        self._answers.clear()
        if self.topic is None:
            self.say("Which topic?")
            for number, topic in enumerate(self.setting.content.topics.values(), 1):
                self.say(f"  {number:>2}  {self._text(topic.title)}  ({topic.id})")
            return
        self.say(f"{self._text(self.topic.title)} ({self.topic.id}) on {self.setting.today}")
        self.say(f"An answer is its number or its text; {DECLINE} declines; {COMMANDS}.")
        place = next((q for q in self.topic.questions if q.type is QuestionType.PLACE), None)
        if place is not None and self.setting.place is not None:
            at = datetime.combine(self.setting.today, time(12), UTC)
            answer = Answer(place.id, self.setting.place, place.meaning, at)
            self._answers[place.id] = answer
        self._ask()

    def _ask(self) -> None:
        question = next_question(self._known, self._answers)
        if question is None:
            return
        number, total = progress(self._known, self._answers, question)
        self.say(_LINE)
        self.say(f"{number} of about {total}: {short(question.id, self._known.id)}")
        self.say(self._text(question.text))
        if question.why is not None:
            self.say(f"({self._text(question.why)})")
        for place, option in enumerate(question.offered, 1):
            danger = f" -> danger: {option.danger}" if option.danger else ""
            self.say(f"  {place:>2}  {self._text(option.text)}  ({option.id}){danger}")
        if not question.offered:
            self.say(f"      a {question.type.value}")
        self.say(f"   {DECLINE}  {self._text(wording.RATHER_NOT_SAY)}")

    def _why(self, topic: Topic, question: Question | None) -> None:
        values = current_values(topic, self._answers)
        if question is not None:
            why = because(question.when, values, topic.id)
            self.say(f"`{short(question.id, topic.id)}` is asked: {why}")
        self._explain(topic)

    def _warn(self, kind: Emergency, why: str) -> None:
        self.say(_LINE)
        self.say(f"!! {kind.id} ({kind.priority.value}, queue {kind.queue}): {why}")
        self._show(first_message(self.setting.content, kind))
        self.say(_LINE)

    def _end(self, topic: Topic) -> None:
        for card in fitting_cards(topic, self._answers):
            self.say(_LINE)
            self._show(Message(self._blocks(card)))
        self.say(_LINE)
        self._explain(topic)
        self.say("")
        self.say("This session as a test, to paste below `tests:`")
        for line in self.as_test():
            self.say(line)
        self.say("")
        self.say("`back` to change an answer, `again`, or `quit`.")

    def _blocks(self, card: Card) -> tuple[Block, ...]:
        home = self._answers.get("person.place")
        towns = {town.id for town in self.setting.content.region.municipalities}
        lives = home.value if home is not None and isinstance(home.value, str) else None
        town = lives if lives in towns else None
        return card_blocks(self.setting.content, card, self.setting.today, town)

    def _explain(self, topic: Topic) -> None:
        """Each card with the answers that bring it or keep it away."""
        values = current_values(topic, self._answers)
        finished = next_question(topic, self._answers) is None
        missing = NOT_ASKED if finished else "is not answered yet"
        shown = [card.id for card in fitting_cards(topic, self._answers)]
        for heading, cards in (
            ("Shown:", [card for card in topic.cards if card.id in shown]),
            ("Not shown:", [card for card in topic.cards if card.id not in shown]),
        ):
            self.say(heading if cards else f"{heading} none")
            for card in cards:
                why = because(card.when, values, topic.id, missing)
                if card.otherwise:
                    why = "no other card fits" if card.id in shown else "another card fits"
                self.say(f"  {short(card.id, topic.id)} ({self._text(card.title)}): {why}")
        self.say(f"Priority of a case: {priority(topic, self._answers).value}")

    # --- the session as a test ----------------------------------------------------------

    def as_test(self) -> list[str]:
        """What was answered and shown, as YAML below `tests:`. Cards of the region stay out."""
        topic = self._known
        values = current_values(topic, self._answers)
        written_cards = self.setting.sources.topics[topic.id].shape.cards
        cards = [short(card.id, topic.id) for card in fitting_cards(topic, self._answers)]
        asked = {question.id for question, is_asked, _ in walk(topic, self._answers) if is_asked}
        not_asked = [short(q.id, topic.id) for q in topic.questions if q.id not in asked]
        given = {short(name, topic.id): _as_yaml(value) for name, value in values.items()}
        told = ", ".join(f"{name} {value}" for name, value in given.items())
        name = told.translate(str.maketrans("", "", "[]")).replace("person.", "")
        lines = [
            f"  - name: {name[:70].rstrip(' ,') or 'nothing asked'}",
            f"    given: {{{', '.join(f'{key}: {value}' for key, value in given.items())}}}",
            f"    cards: [{', '.join(card for card in cards if card in written_cards)}]",
        ]
        if not_asked:
            lines.append(f"    not_asked: [{', '.join(not_asked)}]")
        return [*lines, f"    priority: {priority(topic, self._answers).value}"]

    def _show(self, message: Message) -> None:
        self.say(self.setting.renderer.mail(message, self.setting.language))

    def _text(self, key: str) -> str:
        return self.setting.renderer.plain(Phrase(key), self.setting.language)


def _as_yaml(value: AnswerValue) -> str:
    """An answer as the files want it: ids plain, several in a list, text in quotes."""
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    if isinstance(value, str) and not value.replace("_", "").isalnum():
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
        return f'"{escaped}"'
    return written(value)
