"""Typed words: danger first, then who waits for them, then the open question, then a search."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.advance import advance
from bot.model import wording as w
from bot.model.content import QuestionType
from bot.model.conversation import Answer, Conversation, Expecting, HandoffDraft, Prompt
from bot.model.tickets import AnswerItem, Case, State, TextItem
from bot.model.turns import AddToCase, Attached, Attachment, RateCase, Say, Show, Turn, Typed
from tests.engine.talking import NOW, after, around, begun, messages
from tests.playing.house import county

CONTENT = county().content
WORK = CONTENT.topics["work"]
OPEN = Case("K00001", "work", State.CLAIMED, 3, NOW)
CLOSED = replace(OPEN, state=State.CLOSED)
DANGER = "Mein Mann schlägt mich"


def in_case(prompt: Prompt | None = None) -> Conversation:
    return replace(begun(), ticket=OPEN.code, prompt=prompt)


def asked(field: str) -> Conversation:
    return in_case(Prompt(Expecting.ASKED, field, OPEN.code))


def added(turn: Turn) -> list[AddToCase]:
    return [effect for effect in turn.effects if isinstance(effect, AddToCase)]


def first_keys(turn: Turn) -> list[str]:
    return [message.blocks[0].phrase.key for message in messages(turn)]


def test_danger_comes_before_the_answer_it_hides_in() -> None:
    """Danger is heard in any answer: fault 58."""
    turn = after(begun(topic=WORK), Typed(DANGER))
    first, *_ = turn.effects
    assert isinstance(first, Say)
    assert first.message.blocks[0].phrase.key.startswith("emergency/")
    assert turn.conversation == begun(topic=WORK), "nothing else happens"


def test_danger_in_a_case_goes_there_and_is_named() -> None:
    (said,) = added(after(in_case(), Typed(DANGER), (OPEN,)))
    assert (said.body, said.danger) == (TextItem(DANGER), "violence")


def test_the_longest_message_reaches_the_case_to_its_last_word() -> None:
    """Telegram takes 4,096 characters, and clients cut longer words into such messages."""
    words = "x " * 2046 + "Ende"
    assert len(words) == 4096
    (effect,) = added(after(in_case(), Typed(words), (OPEN,)))
    assert effect.body == TextItem(words)


def test_danger_in_an_answer_to_a_caseworker_is_named_too() -> None:
    """A question that takes any text would otherwise swallow it."""
    first, *others = WORK.questions
    open_question = replace(first, type=QuestionType.TEXT, options=())
    topics = {**CONTENT.topics, "work": replace(WORK, questions=(open_question, *others))}
    for words, danger in ((DANGER, "violence"), ("Arbeit", None)):
        content = replace(CONTENT, topics=topics)
        turn = advance(content, asked(first.id), Typed(words), around(cases=(OPEN,)))
        (said,) = added(turn)
        assert isinstance(said.body, AnswerItem)
        assert (said.body.value, said.danger) == (words, danger)


def test_danger_in_the_words_of_a_handoff_makes_it_one_of_danger() -> None:
    draft = HandoffDraft(topic="work", queue="work")
    waiting = replace(begun(), draft=draft, prompt=Prompt(Expecting.HANDOFF_TEXT))
    turn = after(waiting, Typed(DANGER))
    assert turn.conversation is not None
    assert turn.conversation.draft == replace(
        draft, text=DANGER, text_asked=True, danger="violence"
    )


def test_what_is_no_answer_to_the_caseworker_reaches_them_as_written() -> None:
    turn = after(asked("school.child_age"), Typed("das weiß mein Mann"), (OPEN,))
    assert [said.body for said in added(turn)] == [TextItem("das weiß mein Mann")]
    assert turn.conversation is not None
    assert turn.conversation.prompt is not None, "the question still waits"


@pytest.mark.parametrize(
    ("prompt", "case"),
    [
        (Prompt(Expecting.ASKED, "school.child_age", OPEN.code), CLOSED),
        (Prompt(Expecting.ASKED, "school.gone", OPEN.code), CLOSED),
        (Prompt(Expecting.ASKED, "school.child_age", "K99999"), CLOSED),
        (Prompt(Expecting.HANDOFF_TEXT), CLOSED),
        (Prompt(Expecting.RATING_SENTENCE, ticket=OPEN.code), OPEN),
    ],
)
def test_a_prompt_that_went_stale_takes_nothing(prompt: Prompt, case: Case) -> None:
    turn = after(replace(begun(), prompt=prompt), Typed("12"), (case,))
    assert not added(turn)
    assert not any(isinstance(effect, RateCase) for effect in turn.effects)
    assert messages(turn)


def test_one_sentence_about_a_closed_case() -> None:
    waiting = replace(begun(), prompt=Prompt(Expecting.RATING_SENTENCE, ticket=OPEN.code))
    turn = after(waiting, Typed("Sehr nett"), (CLOSED,))
    assert turn.effects[0] == RateCase(OPEN.code, sentence="Sehr nett")
    assert turn.conversation is not None
    assert turn.conversation.prompt is None


@pytest.mark.parametrize(
    ("state", "keys"),
    [
        (State.NEW, [w.CASE_RECEIVED]),
        (State.WAITING_FOR_NEWCOMER, [w.CASE_RECEIVED]),
        (State.WAITING_FOR_US, []),
    ],
)
def test_the_bot_is_silent_once_both_are_talking(state: State, keys: list[str]) -> None:
    turn = after(in_case(), Typed("Guten Tag"), (replace(OPEN, state=state),))
    assert [said.body for said in added(turn)] == [TextItem("Guten Tag")]
    assert first_keys(turn) == keys


def test_words_for_a_closed_case_go_to_the_bot() -> None:
    turn = after(in_case(), Typed("Arbeit"), (CLOSED,))
    assert not added(turn)
    assert first_keys(turn) == [w.FOUND]


def test_a_changed_message_is_a_correction_in_a_case_and_nothing_elsewhere() -> None:
    (said,) = added(after(in_case(), Typed("am Montag"), (OPEN,)))
    assert not said.edited
    (said,) = added(after(asked("school.child_age"), Typed("7", edited=True), (OPEN,)))
    assert (said.body, said.edited) == (TextItem("7"), True), "no answer to a later question"
    turn = after(begun(topic=WORK), Typed("1", edited=True))
    assert turn.conversation == begun(topic=WORK)
    assert first_keys(turn) == [w.EDIT_NOT_READ]


def test_danger_in_a_changed_message_is_answered_alone() -> None:
    turn = after(begun(), Typed(DANGER, edited=True))
    assert len(messages(turn)) == 1
    assert messages(turn)[0].blocks[0].phrase.key.startswith("emergency/")


def test_a_number_opens_nothing_where_no_topics_are_listed() -> None:
    drafting = replace(begun(), draft=HandoffDraft("work", queue="work", text_asked=True))
    kept = after(drafting, Typed("3"))
    assert kept.conversation == drafting, "the handoff in preparation is not left"
    (shown,) = messages(kept)
    assert any(button.label.key == w.BACK_TO_QUESTION for button in shown.buttons)


def test_words_do_not_answer_a_question_behind_the_confirmation() -> None:
    """With known answers on the screen, "1" means none of the options that come later."""
    earlier = Answer("person.paper", "eu", 1, NOW - timedelta(days=1))
    hidden = replace(begun(topic=WORK), answers={"person.paper": earlier})
    turn = after(hidden, Typed("1"))
    assert turn.conversation == hidden
    asked_now = replace(hidden, answers={"person.paper": replace(earlier, at=NOW)})
    turn = after(asked_now, Typed("1"))
    assert turn.conversation is not None
    assert turn.conversation.answers["work.concern"].value == "allowed"


@pytest.mark.parametrize("kind", list(Attachment))
def test_every_attachment_is_answered_and_leads_on(kind: Attachment) -> None:
    """Pictures and papers are not taken, and a way on is shown: fault 51."""
    turn = after(begun(topic=WORK), Attached(kind))
    (shown,) = messages(turn)
    assert shown.blocks[0].phrase.key.startswith("bot/no.")
    assert shown.buttons
    assert not added(turn)


def test_an_album_is_answered_once_and_its_caption_is_read_for_danger() -> None:
    """One album, one answer: fault 52."""
    album = Attached(Attachment.PHOTO, album="7")
    once = after(begun(), album)
    assert messages(once)
    assert not messages(after(once.conversation, album))
    assert messages(after(once.conversation, replace(album, album="8")))
    warned = after(begun(), Attached(Attachment.PHOTO, DANGER))
    assert messages(warned)[0].blocks[0].phrase.key.startswith("emergency/")
    assert not any(isinstance(effect, Show) for effect in warned.effects)
