"""What is the same for everybody is made once; what names a person is made anew."""

from datetime import date

from bot.engine import danger, entrance
from bot.engine.advice import card_blocks
from bot.i18n.kept import Kept, Marks, public_texts
from bot.model import wording as w
from bot.model.phrases import Block, Phrase
from bot.model.turns import Message
from tests.playing.house import county

CONTENT = county().content
MARKS = Marks(public_texts(CONTENT))
TODAY = date(2026, 11, 23)


def test_all_that_the_content_says_by_itself_is_kept() -> None:
    """The longest messages of all: cards with offices, their addresses and the source."""
    places = [None, *(town.id for town in CONTENT.region.municipalities)]
    messages = {
        f"{card.id} in {place}": Message(card_blocks(CONTENT, card, TODAY, place))
        for topic in CONTENT.topics.values()
        for card in topic.cards
        for place in places
    }
    for kind in CONTENT.emergencies.values():
        messages[kind.id] = danger.first_message(CONTENT, kind, "de")
    messages["home"] = entrance.home(CONTENT)
    messages["data"] = Message(entrance.data_blocks(CONTENT))
    made_anew = [name for name, message in messages.items() if MARKS.of_message(message) is None]
    assert len(messages) > 500
    assert made_anew == []


def test_nothing_that_names_a_person_is_kept() -> None:
    said = (
        Phrase(w.AS_WRITTEN, {"text": "Anna Beispiel"}),
        Phrase(w.CASE_BUTTON, {"code": "K7MX2Q"}),
        Phrase(w.ANSWER_LINE, {"question": Phrase(w.OWN_WORDS), "answer": "Bahnhof"}),
        Phrase(w.LISTED, {"items": (Phrase(w.AS_WRITTEN, {"text": "Anna Beispiel"}),)}),
    )
    for phrase in said:
        assert MARKS.of_phrase(phrase) is None
        assert MARKS.of_message(Message((Block(Phrase(w.MENU)), Block(phrase)))) is None


def test_what_is_full_begins_anew_and_what_has_no_mark_is_never_in_it() -> None:
    kept = Kept[str](2)
    assert [kept.keep(mark, f"text {mark}") for mark in ("a", "b", None)]
    assert (kept.get("a"), kept.get("b"), kept.get(None)) == ("text a", "text b", None)
    kept.keep("c", "text c")
    assert (kept.get("a"), kept.get("c")) == (None, "text c")
