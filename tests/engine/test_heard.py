"""Danger is heard wherever somebody writes words, not only in typed text."""

from dataclasses import replace

import pytest

from bot.model.conversation import Conversation
from bot.model.tickets import Case, State, TextItem
from bot.model.turns import Attached, Attachment, Count, Ignored
from tests.engine.talking import NOW, after, begun
from tests.engine.test_danger import warned
from tests.engine.test_typed import added

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
