"""The engine under everything a newcomer can do, in any order (a hypothesis state machine).

Whatever happens: there is a way on, what is shown can be read, answers are lost only
by deleting, and a repeated press of the same button changes nothing twice.
"""

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.engine.interview import valid_value
from bot.model.buttons import Action, Do, decode, encode
from bot.model.conversation import Answer, Conversation, Expecting, Prompt
from bot.model.tickets import Case, State
from bot.model.turns import (
    AddToCase,
    Attached,
    Attachment,
    Command,
    CommandName,
    Event,
    Forget,
    HandOff,
    Press,
    Toast,
    Turn,
    Typed,
)
from tests.engine.talking import NOW, after, messages, rendered
from tests.playing.house import county

WORDS = st.one_of(
    st.sampled_from(["1", "٢", "99", "Arbeit", "робота", "عمل", "ja", "12", "24.12.2026", "🙂"]),
    st.text(min_size=1, max_size=40),
)


class Newcomer(RuleBasedStateMachine):
    """Someone who presses what is on the screen, what was there earlier, and types."""

    def __init__(self) -> None:
        super().__init__()
        self.conversation: Conversation | None = None
        self.cases: tuple[Case, ...] = ()
        self.buttons: list[str] = []
        self.turn = Turn(None)

    def happens(self, event: Event) -> None:
        before = self.conversation
        self.turn = after(before, event, self.cases)
        self.conversation = self.turn.conversation
        for effect in self.turn.effects:
            if isinstance(effect, HandOff) and self.conversation is not None:
                code = f"K{len(self.cases):05d}"
                self.cases += (Case(code, effect.queue, State.NEW, 1, NOW),)
                self.conversation = replace(self.conversation, ticket=code)
            if isinstance(effect, Forget):
                self.cases = ()
        self.kept(before, event)
        shown = [encode(one.action) for m in messages(self.turn) for one in m.buttons if one.action]
        self.buttons = [*self.buttons, *shown][-60:]

    def kept(self, before: Conversation | None, event: Event) -> None:
        """Nothing that was said is lost, whatever happened."""
        if before is None or any(isinstance(effect, Forget) for effect in self.turn.effects):
            return
        assert self.conversation is not None, event
        assert before.answers.keys() <= self.conversation.answers.keys()
        assert before.consent == self.conversation.consent

    # --- what newcomers do ------------------------------------------------------------

    @initialize()
    def start(self) -> None:
        self.happens(Command(CommandName.START))

    @rule(data=st.data())
    def press(self, data: st.DataObject) -> None:
        button = data.draw(st.sampled_from(self.buttons))
        self.happens(Press(decode(button, county().content.ids), 7))

    @rule(data=st.data())
    def press_twice(self, data: st.DataObject) -> None:
        button = data.draw(st.sampled_from(self.buttons))
        action = decode(button, county().content.ids)
        self.happens(Press(action, 7))
        once = self.conversation
        opened = len(self.cases)
        self.happens(Press(action, 7))
        assert len(self.cases) == opened or (action is not None and action.do is not Do.SEND)
        if action is not None and action.do is Do.ANSWER and once and self.conversation:
            assert {f: a.value for f, a in once.answers.items()} == {
                f: a.value for f, a in self.conversation.answers.items()
            }

    @rule()
    def agree(self) -> None:
        if self.conversation is None:
            self.happens(Press(Action(Do.AGREE, language="de"), 7))

    @rule(words=WORDS, edited=st.booleans())
    def write(self, words: str, edited: bool) -> None:
        self.happens(Typed(words, edited=edited))

    @rule(kind=st.sampled_from(list(Attachment)), caption=st.sampled_from(["", "Hilfe"]))
    def attach(self, kind: Attachment, caption: str) -> None:
        self.happens(Attached(kind, caption))

    @rule(name=st.sampled_from([*CommandName, None]))
    def command(self, name: CommandName | None) -> None:
        self.happens(Command(name, "work-seetal"))

    @rule(data=st.text(max_size=64))
    def forge(self, data: str) -> None:
        self.happens(Press(decode(data, county().content.ids), 7))

    @precondition(lambda self: self.cases and self.conversation)
    @rule(data=st.data())
    def asked(self, data: st.DataObject) -> None:
        """A caseworker asks; what is typed next may be the answer."""
        code = self.cases[-1].code
        fields = [
            question.id
            for topic in county().content.topics.values()
            for question in topic.questions
        ]
        field = data.draw(st.sampled_from(fields))
        assert self.conversation is not None
        prompt = Prompt(Expecting.ASKED, field, code)
        self.conversation = replace(self.conversation, prompt=prompt, ticket=code)

    @precondition(lambda self: self.cases)
    @rule()
    def closed(self) -> None:
        *others, last = self.cases
        self.cases = (*others, replace(last, state=State.CLOSED))

    # --- what is always true -------------------------------------------------------------

    @invariant()
    def there_is_a_way_on(self) -> None:
        """Every turn says something, or hands words to a person, or answers the press."""
        said = messages(self.turn) or any(
            isinstance(effect, AddToCase | Toast | HandOff) or type(effect).__name__ == "Export"
            for effect in self.turn.effects
        )
        assert said or self.conversation is None or self.conversation.album is not None

    @invariant()
    def everything_can_be_read(self) -> None:
        language = self.conversation.language if self.conversation else "de"
        assert all(rendered(self.turn, language)) or not messages(self.turn)

    @invariant()
    def answers_belong_to_questions(self) -> None:
        for answer in self.conversation.answers.values() if self.conversation else ():
            assert isinstance(answer, Answer)
            question = county().content.question(answer.field)
            assert question is not None
            assert valid_value(question, answer) is not None


TestNewcomer = Newcomer.TestCase
TestNewcomer.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
