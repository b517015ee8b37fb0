"""Answers that mean danger: said at once and once, then the way back into the topic."""

from dataclasses import replace

import pytest

from bot.engine.advance import advance
from bot.engine.cases import asked_action
from bot.model import wording as w
from bot.model.buttons import Action, Do
from bot.model.content import Content, Priority, Topic
from bot.model.conversation import Conversation, Expecting, Prompt
from bot.model.tickets import Case, State
from bot.model.turns import AddToCase, Count, Event, HandOff, Message, Press, Say, Show, Turn, Typed
from tests.engine.talking import NOW, after, around, begun, having, messages
from tests.playing.house import county

CONTENT = county().content
WORK = CONTENT.topics["work"]
COURSES = CONTENT.topics["language_courses"]
RIGHTS = CONTENT.topics["rights_and_values"]
ASKED = having(begun(topic=WORK), {"work.concern": "problem"})
IN_DANGER = having(ASKED, {"work.problem": "control"})
OPEN = Case("K00001", "work", State.CLAIMED, 3, NOW)
FORCED = Press(Action(Do.ANSWER, "work.problem", "control", 1), 7)
PAY = Press(Action(Do.ANSWER, "work.problem", "pay", 1), 7)


def keys(turn: Turn) -> list[str]:
    return [block.phrase.key for message in messages(turn) for block in message.blocks]


def warned(turn: Turn) -> list[str]:
    """The kinds of danger whose first message the turn says, in order."""
    return [
        effect.message.blocks[0].phrase.key.partition("/")[2].partition("#")[0]
        for effect in turn.effects
        if isinstance(effect, Say) and effect.message.blocks[0].phrase.key.startswith("emergency/")
    ]


def the(turn: Turn) -> Conversation:
    assert turn.conversation is not None
    return turn.conversation


def the_message(turn: Turn) -> Message:
    (message,) = messages(turn)
    return message


def actions(message: Message) -> list[Action]:
    return [button.action for button in message.buttons if button.action is not None]


def meaning_danger(topic: Topic, field: str, kinds: dict[str, str]) -> Content:
    """The county's content with a kind of danger at options of one question."""

    def changed(question_id: str) -> Topic:
        questions = tuple(
            replace(
                question,
                options=tuple(
                    replace(option, danger=kinds.get(option.id)) for option in question.options
                ),
            )
            if question.id == question_id
            else question
            for question in topic.questions
        )
        return replace(topic, questions=questions)

    return replace(CONTENT, topics={**CONTENT.topics, topic.id: changed(field)})


def in_content(content: Content, conversation: Conversation, event: Event) -> Turn:
    return advance(content, conversation, event, around())


def wording(key: str, language: str) -> str:
    found = county().renderer.text(key, language)
    assert found
    return found


@pytest.mark.parametrize(
    "event",
    [FORCED, Typed("3"), Typed("٣"), Typed(wording("work/problem.control#text", "de"))],
    ids=["pressed", "number", "arabic digit", "words"],
)
def test_the_message_of_that_kind_comes_at_once_and_alone(event: Event) -> None:
    turn = after(ASKED, event)
    assert warned(turn) == ["trafficking"]
    assert [effect for effect in turn.effects if not isinstance(effect, Say)] == [
        Count("danger.trafficking")
    ]
    assert the(turn).answers["work.problem"].value == "control"
    message = the_message(turn)
    shown = [action.do for action in actions(message)]
    assert shown == [Do.SAFE, Do.NOT_SAFE, Do.PERSON, Do.GO_ON, Do.HOME]
    assert all(action.below for action in actions(message)), "the numbers stay"


def test_the_way_back_leads_to_the_cards_or_to_the_next_question() -> None:
    back = Press(Action(Do.GO_ON, "work", below=True), 7)
    assert "work/card.exploitation#title" in keys(after(IN_DANGER, back))
    content = meaning_danger(WORK, "work.concern", {"problem": "trafficking"})
    first = Press(Action(Do.ANSWER, "work.concern", "problem", 1), 7)
    turn = in_content(content, begun(topic=WORK), first)
    assert warned(turn) == ["trafficking"]
    following = in_content(content, the(turn), back)
    assert "work/problem#text" in keys(following)
    assert warned(following) == []


def test_a_correction_of_an_old_answer_is_a_choice() -> None:
    other = the(after(ASKED, PAY))
    turn = after(other, FORCED)
    assert warned(turn) == ["trafficking"]
    assert warned(after(the(after(the(turn), PAY)), FORCED)) == ["trafficking"]


def test_the_same_answer_again_is_no_news() -> None:
    again = after(IN_DANGER, FORCED)
    assert warned(again) == []
    assert w.RESULT_TITLE in keys(again)
    asked_again = the(after(IN_DANGER, Press(Action(Do.REASK, "work.problem"), 7)))
    assert warned(after(asked_again, Typed("3"))) == []


def test_known_answers_are_confirmed_without_a_second_alarm() -> None:
    income = CONTENT.shared["person.income"]
    alarming = tuple(replace(one, danger="no_food") for one in income.options)
    shared = {**CONTENT.shared, income.id: replace(income, options=alarming)}
    questions = tuple(shared.get(one.id, one) for one in WORK.questions)
    topics = {**CONTENT.topics, "work": replace(WORK, questions=questions)}
    content = replace(CONTENT, shared=shared, topics=topics)
    known = having(begun(), {"person.income": "nobody", "work.concern": "find"})
    later = replace(around(), now=NOW.replace(day=24))
    opened = advance(content, known, Press(Action(Do.TOPIC, "work"), 7), later)
    assert w.REUSE_TITLE in keys(opened)
    confirmed = advance(content, the(opened), Press(Action(Do.REUSE, "work"), 7), later)
    assert warned(opened) + warned(confirmed) == []
    wage = Press(Action(Do.ANSWER, "person.income", "wage", income.meaning), 7)
    assert warned(advance(content, the(confirmed), wage, later)) == ["no_food"]


def test_an_answer_to_another_meaning_of_the_question_is_no_earlier_choice() -> None:
    old = IN_DANGER.answers["work.problem"]
    before = replace(
        IN_DANGER, answers={**IN_DANGER.answers, "work.problem": replace(old, meaning=0)}
    )
    assert warned(after(before, FORCED)) == ["trafficking"]


def test_of_several_options_each_warns_when_it_is_marked_and_done_is_silent() -> None:
    field = "language_courses.needs"
    content = meaning_danger(COURSES, field, {"women": "violence", "online": "deadline"})

    def toggled(conversation: Conversation, option: str) -> Turn:
        return in_content(content, conversation, Press(Action(Do.TOGGLE, field, option, 1), 7))

    marked = toggled(begun(topic=COURSES), "women")
    assert warned(marked) == ["violence"]
    assert isinstance(marked.effects[0], Show), "the mark is seen"
    both = toggled(the(marked), "online")
    assert warned(both) == ["deadline"]
    assert warned(toggled(the(both), "online")) == [], "taken back"
    assert warned(toggled(the(both), "evening")) == [], "another one"
    done = in_content(content, the(both), Press(Action(Do.CHOSEN, field, "", 1), 7))
    assert warned(done) == []
    assert the(done).answers[field].value == ("women", "online")


def test_of_several_typed_at_once_the_most_serious_is_said() -> None:
    field = "language_courses.needs"
    content = meaning_danger(COURSES, field, {"women": "deadline", "evening": "violence"})
    asking = replace(begun(topic=COURSES), prompt=Prompt(Expecting.ANSWER, field=field))
    question = content.question(field)
    assert question is not None
    numbers = [question.offered.index(one) + 1 for one in question.offered if one.danger]
    turn = in_content(content, asking, Typed(" ".join(map(str, numbers))))
    assert warned(turn) == ["violence"]


def test_yes_and_no_mean_danger_too() -> None:
    asked = having(
        begun(topic=RIGHTS),
        {"rights_and_values.subject": "equality", "rights_and_values.kind": "mine"},
    )

    def answer(value: str) -> Press:
        return Press(Action(Do.ANSWER, "rights_and_values.danger", value, 1), 7)

    assert warned(after(asked, answer("yes"))) == ["violence"]
    assert warned(after(asked, answer("no"))) == []
    assert warned(after(asked, answer("skipped"))) == []


def test_a_handoff_that_follows_carries_the_kind_and_the_answers() -> None:
    kind = CONTENT.emergencies["trafficking"]
    first = kind.independent if kind.independent_first else kind.queue
    for way in (Action(Do.PERSON, "trafficking"), Action(Do.PERSON, "work")):
        draft = the(after(IN_DANGER, Press(way, 7))).draft
        assert draft is not None
        assert (draft.topic, draft.danger, draft.queue) == ("work", "trafficking", first)
    sent = after(replace(IN_DANGER, draft=draft), Press(Action(Do.SEND), 7))
    (handed,) = [effect for effect in sent.effects if isinstance(effect, HandOff)]
    assert (handed.danger, handed.priority) == ("trafficking", Priority.P0)
    assert "work.problem" in [item.field for item in handed.summary.answers]


def test_another_danger_than_that_of_the_answers_takes_nothing_of_the_topic_along() -> None:
    draft = the(after(IN_DANGER, Press(Action(Do.PERSON, "homeless"), 7))).draft
    assert draft is not None
    assert (draft.topic, draft.danger) == (None, "homeless")


def test_whoever_sends_nothing_still_gets_the_cards() -> None:
    preparing = the(after(IN_DANGER, Press(Action(Do.PERSON, "trafficking"), 7)))
    turn = after(preparing, Press(Action(Do.NO_HANDOFF), 7))
    said = keys(turn)
    assert said[0] == w.HANDOFF_STOPPED
    assert "work/card.exploitation#title" in said
    assert the(turn).draft is None


def test_the_answer_to_are_you_safe_leads_back_too() -> None:
    for do in (Do.SAFE, Do.NOT_SAFE):
        message = the_message(after(IN_DANGER, Press(Action(do, "trafficking"), 7)))
        assert Action(Do.GO_ON, "work", below=True) in actions(message)


@pytest.mark.parametrize(
    "event", [Press(asked_action(OPEN.code, WORK.questions[1], "control"), 7), Typed("3")]
)
def test_a_caseworker_s_question_warns_and_names_the_danger(event: Event) -> None:
    prompt = Prompt(Expecting.ASKED, "work.problem", OPEN.code)
    turn = after(replace(begun(), ticket=OPEN.code, prompt=prompt), event, (OPEN,))
    assert warned(turn) == ["trafficking"]
    (added,) = [effect for effect in turn.effects if isinstance(effect, AddToCase)]
    assert added.danger == "trafficking"


def test_danger_in_words_leads_back_into_the_topic_that_waits() -> None:
    turn = after(ASKED, Typed("Mein Mann schlägt mich"))
    assert warned(turn) == ["violence"]
    assert Action(Do.GO_ON, "work", below=True) in actions(messages(turn)[0])
    in_case = replace(ASKED, ticket=OPEN.code)
    first, *_ = messages(after(in_case, Typed("Mein Mann schlägt mich"), (OPEN,)))
    assert Do.GO_ON not in [action.do for action in actions(first)]


def test_a_way_back_into_a_topic_that_is_gone_shows_where_we_are() -> None:
    turn = after(begun(), Press(Action(Do.GO_ON, "gone", below=True), 7))
    assert w.STALE_BUTTON in keys(turn)
