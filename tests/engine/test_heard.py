"""Danger is heard wherever somebody writes words, not only in typed text."""

from dataclasses import replace

import pytest

from bot.engine.commands import command_of
from bot.engine.heard import danger_in
from bot.model.conversation import Conversation
from bot.model.tickets import Case, EventItem, State, TextItem
from bot.model.turns import Attached, Attachment, Command, CommandName, Count, Ignored, Typed
from tests.engine.talking import NOW, after, begun, messages
from tests.engine.test_danger import warned
from tests.engine.test_typed import added
from tests.playing.house import county

OPEN = Case("K00001", "work", State.CLAIMED, 3, NOW)
DANGER = {
    "de": "Mein Mann schlägt mich",
    "en": "My husband beats me",
    "uk": "Чоловік мене б'є",
    "ar": "زوجي يضربني",
}
each_language = pytest.mark.parametrize("words", DANGER.values(), ids=DANGER)


@each_language
def test_the_caption_of_a_later_picture_is_read_for_danger(words: str) -> None:
    """One album, one answer, but each caption is heard: fault 52, fault 58."""
    album = Attached(Attachment.PHOTO, "Das ist mein Brief", "7")
    first = after(begun(), album)
    later = after(first.conversation, replace(album, caption=words))
    assert warned(later) == ["violence"]
    assert not [one for one in later.effects if one == Count("attachment.photo")]
    assert not after(later.conversation, replace(album, caption="Seite 2")).effects


def test_the_caption_of_a_later_picture_alarms_the_case() -> None:
    conversation = replace(begun(), ticket=OPEN.code, album="7")
    turn = after(conversation, Attached(Attachment.PHOTO, DANGER["de"], "7"), (OPEN,))
    (said,) = added(turn)
    assert (said.body, said.danger) == (TextItem(DANGER["de"]), "violence")


@pytest.mark.parametrize("before", [None, begun()], ids=["visitor", "agreed"])
@each_language
def test_a_changed_caption_is_read_for_danger(before: Conversation | None, words: str) -> None:
    """Danger needs no new message: fault 58."""
    picture = Attached(Attachment.PHOTO, words, edited=True)
    turn = after(before, picture)
    assert warned(turn) == ["violence"]
    assert turn.conversation == before
    for harmless in ("Das ist mein Brief", "Ich möchte mit einem Menschen reden"):
        assert after(before, replace(picture, caption=harmless)) == after(before, Ignored("x"))


def test_a_changed_caption_that_speaks_of_danger_goes_to_the_case() -> None:
    conversation = replace(begun(), ticket=OPEN.code)
    picture = Attached(Attachment.PHOTO, DANGER["de"], edited=True)
    (said,) = added(after(conversation, picture, (OPEN,)))
    assert (said.body, said.danger, said.edited) == (TextItem(DANGER["de"]), "violence", True)


@pytest.mark.parametrize("name", [*(name.value for name in CommandName), "hilfe", "bind"])
@pytest.mark.parametrize("before", [None, begun()], ids=["visitor", "agreed"])
def test_words_behind_a_command_are_read_for_danger(before: Conversation | None, name: str) -> None:
    """Whoever writes /help and goes on writing is heard, and nothing else happens: fault 58."""
    for words in DANGER.values():
        turn = after(before, command_of(name, words, f"/{name} {words}"))
        assert warned(turn) == ["violence"]
        assert turn.conversation == before
        assert len(messages(turn)) == 1
    harmless = command_of(name, "bitte", f"/{name} bitte")
    assert after(before, harmless) == after(before, replace(harmless, said=""))


def test_words_behind_a_command_go_to_the_case_like_typed_ones() -> None:
    said = f"/hilfe {DANGER['de']}"
    conversation = replace(begun(), ticket=OPEN.code)
    (item,) = added(after(conversation, command_of("hilfe", DANGER["de"], said), (OPEN,)))
    assert (item.body, item.danger) == (TextItem(said), "violence")


def test_a_command_that_we_do_not_have_may_be_the_word_itself() -> None:
    assert warned(after(None, command_of("frauenhaus", "", "/frauenhaus"))) == ["violence"]


@pytest.mark.parametrize("code", ["frauenhaus", "crisis", "suicide-beispielstadt", "Frauenhaus"])
def test_the_code_of_a_link_speaks_of_nothing(code: str) -> None:
    """A link chooses where to begin, and alarms nobody: fault 49."""
    assert warned(after(None, Typed("frauenhaus"))) == ["violence"]
    for before in (None, begun()):
        assert warned(after(before, command_of("start", code, f"/start {code}"))) == []


def test_no_command_of_ours_is_a_danger_by_its_name() -> None:
    for name in CommandName:
        assert danger_in(county().content, command_of(name.value, "", f"/{name}")) is None
        assert danger_in(county().content, Command(name, "", f"/{name}")) is None


@pytest.mark.parametrize("before", [None, begun()], ids=["visitor", "agreed"])
@pytest.mark.parametrize("edited", [False, True], ids=["sent", "changed"])
@each_language
def test_words_in_a_poll_or_a_contact_are_read_for_danger(
    before: Conversation | None, words: str, *, edited: bool
) -> None:
    """Whatever can be written into speaks of danger too: fault 58."""
    thing = Attached(Attachment.POLL, edited=edited, written=f"Was tun?\n{words}")
    turn = after(before, thing)
    assert warned(turn) == ["violence"]
    assert len(messages(turn)) == 1
    harmless = replace(thing, written="Wann?\nIch will mit einem Menschen reden")
    assert after(before, harmless) == after(before, replace(thing, written=""))


@pytest.mark.parametrize("place", [0, 3_580, 3_990, 20_000, 32_000])
def test_a_text_of_any_length_is_read_to_its_end(place: int) -> None:
    filled = "Wort " * 6_600
    written = filled[: place - place % 5] + DANGER["de"] + " " + filled[place:]
    for before in (None, begun()):
        thing = Attached(Attachment.OTHER, written=written)
        assert warned(after(before, thing)) == ["violence"]


def test_the_case_hears_of_the_danger_and_not_of_the_words() -> None:
    """What is no text is not passed on, the danger is: fault 51, fault 58."""
    conversation = replace(begun(), ticket=OPEN.code)
    thing = Attached(Attachment.CONTACT, written=DANGER["de"])
    turn = after(conversation, thing, (OPEN,))
    (said,) = added(turn)
    assert (said.body, said.danger) == (EventItem("not_passed_on", {}), "violence")
    assert warned(turn) == ["violence"]
    assert DANGER["de"] not in repr(turn)
