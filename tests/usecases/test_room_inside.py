"""What begins with a slash in a case's topic stays with the colleagues, whatever it is."""

import pytest

from bot.model.outbox import Act, Channel, Fate, Report
from bot.model.tickets import NoteItem
from bot.usecases.errands import Errand, Sent
from tests.usecases.county import County
from tests.usecases.test_room import county, happens, keys, said, to_newcomer

__all__ = ["county"]

SECRET = "Frauenhaus ist angefragt"
UNKNOWN = (
    f"/note: {SECRET}",
    f"/note- {SECRET}",
    f"/notiz: {SECRET}",
    f"/ note {SECRET}",
    f"/note\u200b {SECRET}",
    f"/n\u043ete {SECRET}",
    "/close: erledigt",
    "/",
    f"\uff0fnote {SECRET}",
    f"\u2215note {SECRET}",
    f"\u200b/note: {SECRET}",
    f" \n\u2060/note: {SECRET}",
    f"\u3164\ufe0f/note: {SECRET}",
)
NOTES = (
    f"//{SECRET}",
    f" // {SECRET}",
    f"\uff0f\uff0f {SECRET}",
    f"/\uff0f{SECRET}",
    f"\u200b// {SECRET}",
)


@pytest.mark.parametrize("text", UNKNOWN)
def test_a_slash_that_is_no_command_is_not_sent_and_that_is_told(county: County, text: str) -> None:
    """What was meant for colleagues does not reach the newcomer by a slip: fault 44."""
    happens(county, said(text))
    assert to_newcomer(county) == []
    assert county.items() == ()
    assert keys(county) == ["desk/room.slash_not_sent#text"]


@pytest.mark.parametrize("text", NOTES)
def test_two_slashes_of_any_kind_make_a_note(county: County, text: str) -> None:
    happens(county, said(text))
    assert to_newcomer(county) == []
    assert [item.body for item in county.items()] == [NoteItem(SECRET)]


@pytest.mark.parametrize(
    "text", ["1/2 Stunde später", "Am 3./4. Mai", "https://example.org", "\\o/"]
)
def test_a_slash_further_on_is_text_like_any_other(county: County, text: str) -> None:
    happens(county, said(text))
    assert len(to_newcomer(county)) == 1


@pytest.mark.parametrize("text", [*UNKNOWN, *NOTES, f"/note {SECRET}"])
def test_an_answer_edited_into_something_for_colleagues_stays_as_it_was(
    county: County, text: str
) -> None:
    """The newcomer keeps the answer, and the caseworker hears it: fault 44."""
    happens(county, said("Guten Tag"))
    (answer,) = to_newcomer(county)
    arrived(county)
    before = county.items()
    happens(county, said(text, edited=True))
    assert to_newcomer(county) == []
    assert county.items() == before
    assert keys(county)[-1] == "desk/room.slash_edit_not_sent#text"
    happens(county, said("Guten Tag, Frau K.", edited=True))
    (corrected,) = to_newcomer(county)
    assert (answer.act, corrected.act) == (Act.SEND, Act.EDIT)


def arrived(county: County) -> None:
    """All that waits is sent; Telegram gives each message a number."""
    with county.unit() as unit:
        rows = unit.work.outbox.take(unit.now, (), 64)
        sent = tuple(Sent(row, Report(row.id, Fate.SENT, 1000 + row.id)) for row in rows)
        Errand(sent, frozenset(), 0).carry_out(unit)
    assert county.deliveries(Channel.CHAT) == []
