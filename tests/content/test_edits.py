"""An editor changes a topic again and again while a thousand people are in the middle of it.

Whatever is inserted, deleted, retired, renamed, reordered or put under another
condition: nobody's answer is lost, and none is ever shown as another one.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random  # noqa: TID251 - seeded, repeatable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.holder import ContentHolder
from bot.content.load import load
from bot.content.loaded import Loaded
from bot.engine.advance import advance
from bot.engine.interview import current_values, next_question, with_todays_ids
from bot.engine.talk import Circumstances
from bot.i18n.catalogue import Catalogues
from bot.i18n.render import Renderer
from bot.model.buttons import Action, Do, decode, encode
from bot.model.content import SKIPPED, Content
from bot.model.conversation import Consent, Conversation
from bot.model.turns import Message, Press, Say, Show
from tests.content.editing import COURSES, Asked, Desk, first_desk, id_of, number_of
from tests.content.folder import Folder
from tests.playing.house import ROOT

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SERIES, PEOPLE, EDITS = 20, 50, 12
"""Twenty series of twelve edits; in each, fifty people: a thousand conversations."""

edits = st.tuples(
    st.sampled_from(
        ["insert", "delete", "retire", "drop", "add", "rename", "reorder", "condition", "meaning"]
    ),
    st.integers(0, 99),
    st.integers(0, 99),
)


@dataclass
class Person:
    """Somebody in the topic: what they said by numbers, and the buttons they still see."""

    conversation: Conversation
    said: dict[int, tuple[int, int]] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)


class County:
    """The running content of one folder, with wording and people."""

    def __init__(self, folder: Folder, desk: Desk) -> None:
        self.folder = folder
        self.desk = desk
        folder.write(COURSES, desk.text())
        self.catalogues = Catalogues.load(ROOT / "locales", ["de"])
        first = self.read()
        self.holder = ContentHolder(first, self.read)
        self.renderer = Renderer(self.catalogues, first.german)

    @property
    def content(self) -> Content:
        return self.holder.current()

    def read(self) -> Loaded:
        return load(self.folder.content, "kreis")

    def save(self, desk: Desk) -> bool:
        """Save the editor's file; True if it runs now, False if it was refused."""
        self.folder.write(COURSES, desk.text())
        if any(problem.blocks for problem in self.holder.reload()):
            return False
        self.desk = desk
        german = {key: text.german for key, text in self.holder.texts.items()}
        self.renderer.replace(self.catalogues, german, formerly=self.formerly())
        return True

    def formerly(self) -> dict[str, str]:
        return Loaded(self.content, (), self.holder.texts).formerly

    def press(self, person: Person, data: str) -> None:
        """Press a button, however old, and remember what is to be seen now."""
        action = decode(data, self.content.ids)
        turn = advance(self.content, person.conversation, Press(action, 1), self.around())
        assert turn.conversation is not None
        person.conversation = turn.conversation
        shown = [each.message for each in turn.effects if isinstance(each, Show | Say)]
        person.buttons = [data for message in shown for data in self.answers_in(message)]
        for message in shown:
            self.renderer.telegram(message, "de")
        assert not self.renderer.faults.counts, self.renderer.faults.counts

    def answers_in(self, message: Message) -> list[str]:
        return [
            encode(each.action)
            for each in message.buttons
            if each.action is not None and each.action.do is Do.ANSWER
        ]

    def asked(self, action: Action | None) -> Asked | None:
        """The question that a button answers, as the editor knows it."""
        if action is None:
            return None
        name = action.target.removeprefix("courses.")
        return next((each for each in self.desk.questions if each.name == name), None)

    def around(self) -> Circumstances:
        offered = self.renderer.offered("de")
        return Circumstances(
            now=NOW,
            today=NOW.date(),
            language="de",
            languages=offered,
            person="person",
            notice="0",
            wording=self.renderer,
            cases=(),
        )


def arrived(county: County) -> Person:
    person = Person(Conversation("person", "de", Consent("0", "de", NOW)))
    county.press(person, encode(Action(Do.TOPIC, "courses")))
    return person


def answers(county: County, person: Person, chance: Random) -> None:
    """Press one of the buttons on the screen, which may be from before the last edits."""
    if not person.buttons:
        return
    data = chance.choice(person.buttons)
    action = decode(data, county.content.ids)
    county.press(person, data)
    asked = county.asked(action)
    if action is None or asked is None:
        return
    today = asked.today(number_of(action.value))
    stored = person.conversation.answers.get(f"courses.{asked.name}")
    if today is not None and action.number == asked.meaning:
        assert stored is not None
        assert stored.value in {action.value, id_of(today)}
        person.said[asked.number] = (number_of(stored.value), asked.meaning)
    else:
        assert asked.number in person.said or stored is None, "a dead button became an answer"


def edited(desk: Desk, kind: str, first: int, second: int) -> Desk:
    """The file after one edit; some make it wrong, and those must be refused."""
    number = first % len(desk.questions)
    asked = desk.questions[number]
    option = asked.options[second % len(asked.options)].number
    other = asked.options[(second + 1) % len(asked.options)]
    match kind:
        case "insert":
            after = desk.questions[second % len(desk.questions)] if second % 2 else None
            return desk.inserted(number, 2 + second % 2, after)
        case "delete":
            return desk.deleted(asked.number)
        case "retire":
            return desk.retired(asked, option, other.number)
        case "drop":
            return desk.option_gone(asked, option)
        case "add":
            return desk.with_option(asked)
        case "rename":
            return desk.renamed(asked)
        case "reorder":
            return desk.reordered(number, second % len(desk.questions))
        case "condition":
            earlier = desk.questions[second % len(desk.questions)]
            chosen = frozenset({earlier.options[0].number})
            when = (earlier.number, chosen) if second % 3 else None
            return desk.changed(replace(asked, when=when))
        case _:
            return desk.changed(replace(asked, meaning=asked.meaning + 1))


def expected(desk: Desk, said: dict[int, tuple[int, int]]) -> dict[str, str]:
    """What counts today of what was said, worked out from the numbers alone."""
    counted: dict[int, int] = {}
    for asked in desk.questions:
        if asked.when is not None and counted.get(asked.when[0]) not in asked.when[1]:
            continue
        option, meaning = said.get(asked.number, (0, 0))
        today = asked.today(option)
        if meaning == asked.meaning and today is not None:
            counted[asked.number] = today
    return {
        f"courses.{asked.name}": id_of(counted[asked.number])
        for asked in desk.questions
        if asked.number in counted
    }


def agrees(county: County, person: Person) -> None:
    """Nothing lost, nothing turned into something else, and the right question is open."""
    conversation = with_todays_ids(county.content, person.conversation)
    for number, (option, meaning) in person.said.items():
        asked = county.desk.at(number)
        assert asked is not None, "a published question vanished"
        kept = conversation.answers[f"courses.{asked.name}"]
        assert (kept.value, kept.meaning) == (id_of(option), meaning)
    topic = county.content.topics["courses"]
    counts = expected(county.desk, person.said)
    assert current_values(topic, conversation.answers) == counts
    open_now = next_question(topic, conversation.answers)
    if open_now is not None:
        assert open_now.id not in counts
    for name, value in counts.items():
        question = county.content.question(name)
        assert question is not None
        if value == SKIPPED:
            continue
        option_now = question.option(value)
        assert option_now is not None
        assert county.renderer.text(option_now.text, "de") == f"Wahl {value[1:]}"


@settings(
    max_examples=SERIES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(series=st.lists(edits, min_size=EDITS, max_size=EDITS), seed=st.integers(0, 2**32))
def test_a_thousand_conversations_survive_any_series_of_edits(
    tmp_path_factory: pytest.TempPathFactory, series: list[tuple[str, int, int]], seed: int
) -> None:
    """Nobody loses an answer to a new version: fault 60."""
    chance = Random(seed)  # noqa: S311 - a test's own, repeatable
    county = County(Folder(tmp_path_factory.mktemp("county")), first_desk())
    people = [arrived(county) for _ in range(PEOPLE)]
    for kind, first, second in series:
        for person in people:
            if chance.random() < 0.4:  # the others stay silent meanwhile
                answers(county, person, chance)
        before = county.content
        if not county.save(edited(county.desk, kind, first, second)):
            assert county.content is before
        for person in people:
            agrees(county, person)


def test_a_series_has_refused_and_accepted_edits(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The test above would prove nothing if every edit were refused, or none."""
    county = County(Folder(tmp_path_factory.mktemp("county")), first_desk())
    accepted = {
        "reorder": (1, 2),
        "add": (0, 0),
        "retire": (0, 1),
        "insert": (2, 1),
        "rename": (2, 1),
        "condition": (3, 1),
        "meaning": (0, 0),
    }
    taken = {kind: county.save(edited(county.desk, kind, *at)) for kind, at in accepted.items()}
    assert taken == dict.fromkeys(accepted, True)
    refused = {kind: county.save(edited(county.desk, kind, 0, 1)) for kind in ("delete", "drop")}
    assert refused == {"delete": False, "drop": False}
