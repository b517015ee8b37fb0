"""What every part of a turn looks at: content, the conversation so far, circumstances.

Small questions about them are answered here; what follows from them is decided in
`advance` and the modules it calls.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from bot.engine.interview import without_expired
from bot.engine.replies import Wording
from bot.model.buttons import Action, Button, Do
from bot.model.content import Content, Group, Topic
from bot.model.conversation import Answers, Conversation, Expecting
from bot.model.phrases import Block, Phrase, Style
from bot.model.tickets import Case
from bot.model.turns import Effect, Message, Turn
from bot.model.wording import GO_ON, ICON_LABEL, MENU, NUMBERED, TO_A_PERSON

OUTSIDE = "outside"
"""The place answer of people who live outside the county."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is true around a turn, given as values.

    `language` is our best guess before a language was chosen; `languages` are the
    offered ones as (code, native name), the fitting first. `person` is a fresh id in
    case a conversation begins; `notice` names the wording people agree to. `cases` are
    the person's tickets, newest first.
    """

    now: datetime
    today: date
    language: str
    languages: tuple[tuple[str, str], ...]
    person: str
    notice: str
    wording: Wording
    cases: tuple[Case, ...] = ()


@dataclass(frozen=True)
class Talk:
    """A conversation in its content and circumstances."""

    content: Content
    conversation: Conversation
    around: Circumstances

    def with_(self, conversation: Conversation) -> "Talk":
        return replace(self, conversation=conversation)

    @cached_property
    def answers(self) -> Answers:
        """The answers that still count: shared ones expire."""
        return without_expired(self.content, self.conversation.answers, self.around.now)

    @property
    def topic(self) -> Topic | None:
        """The open topic, if the content still has it."""
        return self.content.topics.get(self.conversation.topic or "")

    @property
    def group(self) -> Group | None:
        """The group of topics that is open, if the content still has it."""
        prompt = self.conversation.prompt
        name = prompt.field if prompt and prompt.expecting is Expecting.TOPIC else None
        return next((group for group in self.content.groups if group.id == name), None)

    @property
    def waiting(self) -> Topic | None:
        """The open topic that waits while something else is shown; none in a handoff or case."""
        elsewhere = self.conversation.draft is not None or self.conversation.ticket is not None
        return None if elsewhere else self.topic

    @property
    def municipality(self) -> str | None:
        """Where the newcomer lives, if they said so and it is in this county."""
        answer = self.answers.get("person.place")
        known = {municipality.id for municipality in self.content.region.municipalities}
        if answer is None or not isinstance(answer.value, str) or answer.value not in known:
            return None
        return answer.value

    @property
    def lives_outside(self) -> bool:
        """Whether the newcomer said that they live in another county."""
        answer = self.answers.get("person.place")
        return answer is not None and answer.value == OUTSIDE

    @property
    def open_cases(self) -> tuple[Case, ...]:
        return tuple(case for case in self.around.cases if case.open)

    def case(self, code: str | None) -> Case | None:
        return next((case for case in self.around.cases if case.code == code), None)

    def turn(self, *effects: Effect) -> Turn:
        return Turn(self.conversation, effects)


def title(key: str, **values: "str | int | Phrase") -> Block:
    return Block(Phrase(key, values), Style.TITLE)


def text(key: str, **values: "str | int | Phrase | datetime") -> Block:
    return Block(Phrase(key, values))


def with_icon(icon: str, label: Phrase) -> Phrase:
    """`label` with a sign in front that adds nothing to its meaning."""
    return Phrase(ICON_LABEL, {"icon": icon, "label": label})


def numbered(labels: Iterable[Phrase]) -> tuple[Block, ...]:
    """`labels` as numbered lines, so that typing a number works as well as pressing."""
    return tuple(
        Block(
            Phrase(NUMBERED, {"number": str(number), "label": label}),
            Style.LINE if number > 1 else Style.TEXT,
        )
        for number, label in enumerate(labels, 1)
    )


def menu_button(language: str = "") -> Button:
    """The way to the home screen. `language` is set in read-only mode."""
    return Button(Phrase(MENU), Action(Do.HOME, language=language))


def person_button(language: str = "") -> Button:
    """The way to a person, about nothing in particular. `language`: read-only mode."""
    return Button(Phrase(TO_A_PERSON), Action(Do.PERSON, language=language))


def go_on_row(topic: Topic | None) -> tuple[tuple[Button, ...], ...]:
    """The way back into the topic that waits: to its next question or its cards."""
    if topic is None:
        return ()
    return ((Button(Phrase(GO_ON, {"topic": Phrase(topic.title)}), Action(Do.GO_ON, topic.id)),),)


def in_rows(buttons: Iterable[Button], width: int) -> tuple[tuple[Button, ...], ...]:
    """Lay `buttons` out in rows of `width`."""
    row = list(buttons)
    return tuple(tuple(row[start : start + width]) for start in range(0, len(row), width))


def kept(message: Message) -> Message:
    """`message` with buttons whose result comes below it: its words must stay readable."""
    rows = tuple(tuple(kept_button(button) for button in row) for row in message.keyboard)
    return replace(message, keyboard=rows)


def kept_button(button: Button) -> Button:
    """`button` with its result below the message it stands under."""
    return replace(button, action=replace(button.action, below=True)) if button.action else button


def with_block_first(message: Message, block: Block) -> Message:
    return replace(message, blocks=(block, *message.blocks))
