"""Visitors: everything can be read, nothing is stored, and consent is the only way in."""

import pytest

from bot.engine import spelling
from bot.model import wording as w
from bot.model.buttons import Action, Do
from bot.model.conversation import Consent, Conversation
from bot.model.turns import (
    Attached,
    Attachment,
    Command,
    CommandName,
    Ignored,
    LanguageChosen,
    Message,
    Press,
    Reachable,
    Say,
    Turn,
    Typed,
)
from tests.engine.talking import NOW, after, messages
from tests.playing.house import county

CONTENT = county().content


def pressed(action: Action | None) -> Turn:
    return after(None, Press(action, 7))


def keys(turn: Turn) -> list[str]:
    return [block.phrase.key for message in messages(turn) for block in message.blocks]


def actions(message: Message) -> list[Action]:
    return [button.action for button in message.buttons if button.action]


@pytest.mark.parametrize("do", [do for do in Do if do is not Do.AGREE])
@pytest.mark.parametrize("target", ["", "work", "violence", "work.contract", "K00001"])
def test_no_button_but_consent_begins_anything(do: Do, target: str) -> None:
    turn = pressed(Action(do, target, language="uk"))
    assert turn.conversation is None
    assert turn.language == "uk"
    assert all(action.language for message in messages(turn) for action in actions(message))
    assert messages(turn)


@pytest.mark.parametrize("name", [*CommandName, None])
def test_every_command_is_answered_without_storing(name: CommandName | None) -> None:
    turn = after(None, Command(name, "work-seetal"))
    assert turn.conversation is None
    assert messages(turn)


def test_nothing_stored_is_said_where_data_is_asked_for() -> None:
    for name in (CommandName.STATUS, CommandName.EXPORT, CommandName.DELETE):
        assert keys(after(None, Command(name))) == [w.NOTHING_STORED]


def test_consent_is_kept_with_wording_language_and_time() -> None:
    turn = pressed(Action(Do.AGREE, language="ar"))
    begun = Conversation("person-1", "ar", Consent("0123", "ar", NOW))
    assert turn.conversation == begun
    assert LanguageChosen("ar") in turn.effects
    assert w.HOME_TITLE in keys(turn)


def test_the_wish_survives_the_consent() -> None:
    topic = pressed(Action(Do.AGREE, "work", "seetal", language="de")).conversation
    assert topic is not None
    assert (topic.topic, topic.answers["person.place"].value) == ("work", "seetal")
    danger = pressed(Action(Do.AGREE, "violence", language="de")).conversation
    assert danger is not None
    assert danger.draft is not None
    assert danger.draft.danger == "violence"


def test_who_asked_for_a_person_is_led_there_after_the_consent() -> None:
    asked = (after(None, Command(CommandName.PERSON)), pressed(Action(Do.PERSON, language="de")))
    for turn in asked:
        (notice,) = messages(turn)
        more = next(one for one in actions(notice) if one.do is Do.NOTICE_MORE)
        for shown in (notice, *messages(pressed(more))):
            agree = next(one for one in actions(shown) if one.do is Do.AGREE)
            assert keys(pressed(agree))[0] == w.HANDOFF_TITLE


def test_a_link_travels_through_language_and_notice() -> None:
    (languages,) = messages(after(None, Command(CommandName.START, "work-seetal")))
    chosen = next(one for one in actions(languages) if one.language == "uk")
    assert (chosen.target, chosen.value) == ("work", "seetal")
    (notice,) = messages(pressed(chosen))
    agree = next(one for one in actions(notice) if one.do is Do.AGREE)
    assert (agree.target, agree.value, agree.language) == ("work", "seetal", "uk")


@pytest.mark.parametrize("payload", ["", "gone", "work_seetal", "-", "person.place-x", "a" * 64])
def test_a_link_to_nowhere_is_a_start(payload: str) -> None:
    (languages,) = messages(after(None, Command(CommandName.START, payload)))
    first = actions(languages)[0]
    assert (first.target, first.value) == ("", "")


def test_reading_shows_cards_and_asks_nothing() -> None:
    (topic,) = messages(pressed(Action(Do.READ_ONLY, "work", language="en")))
    cards = [action.target for action in actions(topic) if action.do is Do.CARD]
    assert cards == [card.id for card in CONTENT.topics["work"].cards]
    (card,) = messages(pressed(Action(Do.CARD, cards[0], language="en")))
    assert not {Do.ANSWER, Do.TOGGLE} & {action.do for action in actions(card)}
    asked = pressed(Action(Do.ANSWER, "work.concern", "find", 1, "en"))
    assert keys(asked)[0] == w.CONSENT_FIRST


def test_danger_needs_no_consent() -> None:
    """Danger is answered before anything is stored: fault 58."""
    for turn in (
        after(None, Typed("Hilfe, mein Mann schlägt mich")),
        after(None, Attached(Attachment.PHOTO, "mein Mann schlägt mich")),
        pressed(Action(Do.DANGER, "violence", language="de")),
    ):
        said = [effect for effect in turn.effects if isinstance(effect, Say)]
        assert said[0].message.blocks[0].phrase.key.startswith("emergency/violence")
        assert all(action.below for action in actions(said[0].message))


@pytest.mark.parametrize(
    ("typed", "language"), [("Schule", "de"), ("school", "en"), ("школа", "uk"), ("مدرسة", "ar")]
)
def test_typed_words_are_searched_in_every_language_and_answered_in_theirs(
    typed: str, language: str
) -> None:
    """Of somebody who only reads nothing is remembered, not even the language."""
    turn = after(None, Typed(typed))
    assert w.FOUND in keys(turn)
    assert turn.language == language
    assert {action.language for action in actions(messages(turn)[0])} == {language}


def test_what_is_not_found_leads_to_the_languages_and_to_a_person() -> None:
    turn = after(None, Typed("qwertz asdf"))
    (shown,) = messages(turn)
    assert keys(turn) == [w.NOTHING_FOUND, w.LANGUAGE_TITLE]
    assert Action(Do.PERSON, language="de") in actions(shown)
    assert [action.do for action in actions(shown)].count(Do.LANGUAGE) == len(CONTENT.languages)


def test_the_notice_begins_with_the_emergency_numbers() -> None:
    """Numbers before anything else: fault 58."""
    for action in (Action(Do.LANGUAGE, language="uk"), Action(Do.NOTICE, "work", language="uk")):
        assert keys(pressed(action))[:2] == [w.EMERGENCY_NUMBERS, w.NOTICE_TITLE]


@pytest.mark.parametrize(
    ("typed", "language"),
    [("2", "en"), ("٢", "en"), ("українська", "uk"), ("AR", "ar"), ("العربية", "ar")],
)
def test_a_language_can_be_typed(typed: str, language: str) -> None:
    turn = after(None, Typed(typed))
    assert w.NOTICE_TITLE in keys(turn)
    assert {action.language for action in actions(messages(turn)[0])} == {language}
    assert turn.language == language, "the notice itself is in the language that was typed"


def test_words_find_something_to_read_or_lead_to_the_languages() -> None:
    assert keys(after(None, Typed("Arbeit"))) == [w.FOUND]
    assert keys(after(None, Typed("9999"))) == [w.NOTHING_FOUND, w.LANGUAGE_TITLE]


@pytest.mark.parametrize("kind", list(Attachment))
def test_attachments_are_answered(kind: Attachment) -> None:
    assert keys(after(None, Attached(kind)))[0].startswith("bot/no.")


def test_an_unknown_button_leads_to_the_languages() -> None:
    assert keys(pressed(None)) == [w.LANGUAGE_TITLE]
    assert pressed(Action(Do.HOME, language="xx")).language == "de", "a forged language is ours"


def test_what_deserves_no_answer_gets_none() -> None:
    for event in (Reachable(now=False), Ignored("poll")):
        assert after(None, event) == Turn(None, (), "de")


def test_a_long_text_is_folded_a_few_times_not_once_a_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Twenty long messages of one visitor make nobody wait: fault 53."""
    after(None, Typed("Wohnung"))  # what is made when it is first needed
    lengths: list[int] = []
    real = spelling._folded

    def counted(text: str) -> str:
        lengths.append(len(text))
        return real(text)

    monkeypatch.setattr(spelling, "_folded", counted)
    after(None, Typed("Wohnung suchen " * 273))
    assert sum(lengths) < 10 * 4096
