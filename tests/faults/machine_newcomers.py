"""What newcomers do to the machine: they press, type, attach, leave and come back, in any order."""

from collections.abc import Callable
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from bot.channels.telegram.batch import Done
from bot.model.buttons import Action, Do, encode
from bot.model.turns import CommandName
from tests.faults.machine_stage import Stage, people, places
from tests.faults.machine_world import Phone, Trouble

WORDS: Final = (
    "1",
    "٢",
    "99",
    "Wahl 11",
    "Wahl 21",
    "Frage 1?",
    "Deutsch lernen",
    "Montag",
    "24.12.2026",
    "hallo",
    "good morning",
    "ja",
    "🙂",
    "\u202eetxet",
    "x" * 3000,
)
DANGERS: Final = ("Mein Mann schlägt mich", "he beats me every day", "Hilfe! schlägt mich")
KINDS: Final = ("voice", "photo", "document", "sticker", "location", "contact", "poll", "new_kind")
FORGED: Final = (
    "",
    "zz",
    "a.......",
    "py",
    "sc.CODE1",
    "so.CODE1..3",
    "ss.CODE1.AAAAAA",
    "h....xx",
)
TOWARDS_A_CASE: Final = (Do.SEND, Do.NO_TEXT, Do.QUEUE, Do.PERSON)
TOWARDS_AN_ANSWER: Final = (Do.ANSWER, Do.CHANGE, Do.GO_ON, Do.TOPIC, Do.HOME)


class NewcomerRules(Stage):
    """Rules of people with a phone."""

    @initialize(ready=st.lists(people, max_size=3), steps=st.integers(0, 5))
    def begins(self, ready: list[int], steps: int) -> None:
        """Some have agreed already, and are on their way to a caseworker."""
        for number in ready:
            self.agrees(number)
            for _ in range(steps):
                self.goes_towards_a_case(number, 0)

    # --- presses --------------------------------------------------------------------------

    def press(self, phone: Phone, data: str, message: int) -> Done:
        number = self.world.next_number()
        place = {"message_id": message, "chat": {"id": phone.telegram_id, "type": "private"}}
        content = {"id": f"q{number}", "data": data, "message": place}
        return self.world.arrive(phone, "callback_query", content)

    def press_newest(self, phone: Phone, wanted: Callable[[str], bool], place: int = 0) -> bool:
        """Press a button that `wanted` likes, preferring newer messages; False without one."""
        liked = [one for one in reversed(phone.buttons) if wanted(one[0])][:6]
        if liked:
            self.press(phone, *liked[place % len(liked)])
        return bool(liked)

    @rule(phone=people, place=places)
    def presses(self, phone: int, place: int) -> None:
        someone = self.phone(phone)
        buttons = someone.buttons[-40:]
        if buttons:
            self.answered(someone, self.press(someone, *buttons[place % len(buttons)]))

    @rule(phone=people, place=places)
    def presses_an_old_button(self, phone: int, place: int) -> None:
        someone = self.phone(phone)
        if someone.old:
            self.answered(someone, self.press(someone, *someone.old[place % len(someone.old)]))

    @rule(phone=people, place=places)
    def presses_twice(self, phone: int, place: int) -> None:
        """The second press finds the first one's transition done: it makes none of its own."""
        someone = self.phone(phone)
        if not someone.buttons:
            return
        data, message = someone.buttons[place % len(someone.buttons)]
        self.press(someone, data, message)
        self.truths.hold()
        cases = len(self.world.tickets)
        answers = self.answers(someone)
        self.answered(someone, self.press(someone, data, message))
        kind = data.partition(".")[0].removesuffix("!")
        assert kind == Do.SEND or len(self.world.tickets) == cases
        assert kind != Do.ANSWER or self.answers(someone) == answers

    def answers(self, phone: Phone) -> dict[str, Any]:
        found = self.world.conversation(phone.telegram_id)
        return {name: one.value for name, one in found.answers.items()} if found else {}

    @rule(phone=people, data=st.sampled_from(FORGED) | st.text(max_size=30))
    def forges(self, phone: int, data: str) -> None:
        someone = self.phone(phone)
        self.answered(someone, self.press(someone, data, 1))

    @rule(phone=people, other=people, place=places)
    def presses_what_another_sees(self, phone: int, other: int, place: int) -> None:
        """Authority comes from who presses: a foreign button opens nothing of its owner's."""
        buttons = self.phone(other).old
        if buttons:
            someone = self.phone(phone)
            self.answered(someone, self.press(someone, *buttons[place % len(buttons)]))

    @rule(phone=people)
    def agrees(self, phone: int) -> None:
        someone = self.phone(phone)
        self.answered(someone, self.press(someone, encode(Action(Do.AGREE, language="de")), 1))

    @rule(phone=people, language=st.sampled_from(["de", "en"]))
    def changes_language(self, phone: int, language: str) -> None:
        someone = self.phone(phone)
        self.answered(
            someone, self.press(someone, encode(Action(Do.LANGUAGE, language=language)), 1)
        )

    @rule(phone=people, place=places)
    def goes_towards_a_case(self, phone: int, place: int) -> None:
        someone = self.phone(phone)
        for step in TOWARDS_A_CASE:
            if self.press_newest(someone, lambda data, do=step: _does(data, do), place):  # type: ignore[misc]
                break
        else:
            self.says(someone, "/person")
        self.settle(someone)

    @rule(phone=people, place=places)
    def goes_towards_an_answer(self, phone: int, place: int) -> None:
        someone = self.phone(phone)
        for step in TOWARDS_AN_ANSWER:
            if self.press_newest(someone, lambda data, do=step: _does(data, do), place):  # type: ignore[misc]
                break
        else:
            self.says(someone, "/menu")
        self.settle(someone)

    @rule(phone=people, place=places)
    def answers_the_caseworker(self, phone: int, place: int) -> None:
        someone = self.phone(phone)
        asked = (Do.ASKED_CHOSEN, Do.ASKED_TOGGLE, Do.ASKED)
        if self.press_newest(someone, lambda data: any(_does(data, do) for do in asked), place):
            self.settle(someone)

    @rule(phone=people, place=places)
    def rates(self, phone: int, place: int) -> None:
        someone = self.phone(phone)
        rating = (Do.RATE, Do.NO_SENTENCE)
        if self.press_newest(someone, lambda data: any(_does(data, do) for do in rating), place):
            self.settle(someone)

    # --- words ----------------------------------------------------------------------------

    def says(self, phone: Phone, text: str, kind: str = "message", **more: Any) -> Done:
        number = self.world.next_number()
        return self.world.arrive(phone, kind, {"message_id": number, "text": text, **more})

    @rule(phone=people, words=st.sampled_from(WORDS) | st.text(max_size=20))
    def writes(self, phone: int, words: str) -> None:
        someone = self.phone(phone)
        self.answered(someone, self.says(someone, words))

    @rule(phone=people)
    def writes_what_is_known(self, phone: int) -> None:
        """Text that is recognised wherever it appears."""
        someone = self.phone(phone)
        self.answered(someone, self.says(someone, f"Bitte {someone.mark()} helfen"))

    @rule(phone=people, words=st.sampled_from(DANGERS))
    def is_in_danger(self, phone: int, words: str) -> None:
        someone = self.phone(phone)
        before = set(someone.chat)
        self.says(someone, words)
        self.settle(someone)
        assert set(someone.chat) - before or self.held_up(someone), "danger was not answered"

    @rule(phone=people, words=st.sampled_from((*WORDS[:6], *DANGERS)))
    def edits_a_message(self, phone: int, words: str) -> None:
        someone = self.phone(phone)
        self.says(someone, words, "edited_message", edit_date=self.world.next_number())
        self.settle(someone)

    @rule(phone=people, name=st.sampled_from(list(CommandName)))
    def commands(self, phone: int, name: CommandName) -> None:
        someone = self.phone(phone)
        self.answered(someone, self.says(someone, f"/{name.value}"))

    @rule(
        phone=people, code=st.sampled_from(["courses", "stadt", "x" * 64, "CODE1", "../x", "'--"])
    )
    def follows_a_link(self, phone: int, code: str) -> None:
        someone = self.phone(phone)
        self.answered(someone, self.says(someone, f"/start {code}"))

    @rule(phone=people, kind=st.sampled_from(KINDS), words=st.sampled_from(["", *DANGERS]))
    def attaches(self, phone: int, kind: str, words: str) -> None:
        someone = self.phone(phone)
        content: dict[str, Any] = {"message_id": self.world.next_number(), kind: {}}
        if words:
            content["caption"] = words
        self.world.arrive(someone, "message", content)
        self.settle(someone)

    @rule(phone=people, album=st.integers(1, 3))
    def sends_an_album(self, phone: int, album: int) -> None:
        someone = self.phone(phone)
        for _ in range(3):
            number = self.world.next_number()
            content = {"message_id": number, "photo": [], "media_group_id": f"album{album}"}
            self.world.arrive(someone, "message", content)
        self.settle(someone)

    @rule(phone=people, wrong=st.sampled_from([5, None, [], {"text": 1}]))
    def sends_an_impossible_message(self, phone: int, wrong: Any) -> None:
        """It is put aside, and there is a way on; once, also where the commit's answer is lost."""
        someone = self.phone(phone)
        lost = self.world.trouble is Trouble.ANSWER_LOST
        content = {"message_id": self.world.next_number(), "text": wrong}
        done = self.world.arrive(someone, "message", content)
        assert len(done.malformed) == (0 if lost else 1)
        self.settle(someone)

    # --- leaving --------------------------------------------------------------------------

    @rule(phone=people, there=st.booleans())
    def blocks_or_unblocks(self, phone: int, there: bool) -> None:
        someone = self.phone(phone)
        status = "member" if there else "kicked"
        self.world.arrive(someone, "my_chat_member", {"new_chat_member": {"status": status}})
        self.settle(someone)

    @precondition(lambda self: self.steps % 3 == 0)
    @rule(phone=people)
    def deletes_everything(self, phone: int) -> None:
        someone = self.phone(phone)
        self.press(someone, encode(Action(Do.DELETE_NOW)), 1)
        self.settle(someone)
        assert self.world.conversation(someone.telegram_id) is None

    @rule(phone=people, times=st.integers(1, 5))
    def everything_comes_again(self, phone: int, times: int) -> None:
        """The last updates of a person once more, in any number: nothing changes."""
        someone = self.phone(phone)
        before = self.world.state.copy()
        for _ in range(times):
            self.world.take(self.world.again(someone))
        self.unchanged(before)


def _does(data: str, do: Do) -> bool:
    return data.partition(".")[0].removesuffix("!") == do.value
