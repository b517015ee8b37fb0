"""What /export shows: all that is stored about a person, and nothing that is new to Telegram.

Whatever is shown was said in this chat before. What is stored beside it is named here with its
reason; a new field of a conversation or a ticket, and a new column of any table, has to say which
of the two it is.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import timedelta
from typing import Final

from bot.model import wording as w
from bot.model.conversation import Conversation, HandoffDraft
from bot.model.outbox import Act, Channel, Delivery, chat_lane
from bot.model.phrases import Phrase
from bot.model.tickets import Author, Caseworker, Item, Outcome, TextItem, Ticket
from bot.model.turns import Command, CommandName, Message
from bot.store.memory import MemoryStore
from bot.store.tables import metadata
from bot.usecases import casework
from bot.usecases.converse import ENOUGH_WAITS, Sender, converse
from tests.playing.house import House
from tests.playing.newcomer import Newcomer

SHOWN: Final = "shown"

CONVERSATION: Final[Mapping[str, str]] = {
    "person": "A random name of ours for this account; it means nothing outside.",
    "language": SHOWN,
    "consent": SHOWN,
    "answers": SHOWN,
    "topic": SHOWN,
    "topic_since": "When the topic that is shown was opened; old answers are confirmed by it.",
    "draft": SHOWN,
    "ticket": "Where typed words go now: one of the cases that are shown.",
    "prompt": SHOWN,  # what is ticked; which question is on the screen, the screen shows
    "album": "The number of the last album, so that it is answered once.",
}

TICKET: Final[Mapping[str, str]] = {
    "code": SHOWN,
    "queue": SHOWN,
    "team": "The people behind the queue that is shown.",
    "priority": "How soon somebody looks, made from danger and queue, which are shown.",
    "state": SHOWN,
    "version": "A count of changes.",
    "created": SHOWN,
    "changed": "When the last of the things that are shown came.",
    "due": "What was promised; told in the case itself.",
    "language": SHOWN,
    "person": "The random name again.",
    "content": "Which edition of the questions was asked.",
    "topic": SHOWN,
    "danger": SHOWN,
    "municipality": "Stands among the answers that are shown.",
    "claimed_by": "Says something about a caseworker.",
    "closed": "Part of the state that is shown.",
    "outcome": "A figure of the office about its own work.",
    "rating": SHOWN,
    "reachable": "Whether Telegram delivers here, which whoever reads this knows.",
}

TABLES: Final[Mapping[str, str]] = {
    "people": SHOWN,  # the conversation, field by field
    "tickets": SHOWN,  # field by field
    "items": SHOWN,  # but notes of the office: whoever answers for the data is named
    "data_keys": "Keys; without them nothing could be shown.",
    "erasures": "Pseudonyms of people who were erased: of somebody who asks there is none.",
    "audit": "What caseworkers did with a case code; the office gives it on request.",
    "changes": "Case codes in the order of their changes, for the desk.",
    "outbox": "Messages to this very chat until they are sent.",
    "seen_updates": "Numbers of updates for two days.",
    "quarantine": "What could not be understood, sealed for two days, for the county's IT.",
    "attempts": "Numbers of updates.",
    "caseworkers": "About staff.",
    "links": "About staff.",
    "sessions": "About staff.",
    "sign_ins": "About staff.",
    "rooms": "About the staff's own group.",
    "room_topics": "Where a case stands in the staff's own group.",
    "jobs": "When something is due.",
    "figures": "Counts, about nobody.",
    "notes": "The program's own values.",
}


def told_everything() -> tuple[Newcomer, str]:
    """Somebody who has told all that can be told, with a case that was closed and rated."""
    one = Newcomer(House(MemoryStore()))
    one.send("/start")
    for label in ("Deutsch", "bot/agree#text", "bot/to_a_person#text"):
        one.press(label)
    one.press("musterkreis/queue.school#title")
    one.type("Mein Kind heisst Mira")
    one.press("bot/summary.send#text")
    house = one.house
    person = person_of(one)
    with house.unit() as unit:
        (ticket,) = unit.work.tickets.of_people([person])[person]
        by = Caseworker("c1", "eva", "Eva", frozenset({ticket.team}))
        unit.work.tickets.save(replace(ticket, topic="school", danger="violence"))
        casework.answer_text(unit, by, ticket.code, None, "Bitte kommen Sie am Montag")
        casework.note(unit, by, ticket.code, None, "wirkt ängstlich")
        casework.close(unit, by, ticket.code, None, Outcome.ADVISED)
    one.receive()
    one.press("bot/rate.good#text")
    one.type("Danke an alle")
    with house.unit() as unit:
        known = unit.work.people.load([one.telegram_id])[one.telegram_id]
        draft = HandoffDraft(topic="work", danger="violence", text="Noch ein Text")
        changed = replace(known, topic="school", draft=draft)
        unit.work.people.save(one.telegram_id, changed, house.now)
    return one, ticket.code


def person_of(one: Newcomer) -> str:
    with one.house.unit() as unit:
        return unit.work.people.load([one.telegram_id])[one.telegram_id].person


def test_whatever_is_shown_can_be_read_and_nothing_else_is_in_it() -> None:
    one, code = told_everything()
    one.send("/export")
    shown = one.last
    phrases = [block.phrase for block in shown.message.blocks]
    lines = {str(phrase.values.get("question")): phrase.values.get("answer") for phrase in phrases}
    topics = [
        p.values["answer"] for p in phrases if p.values.get("question") == Phrase(w.TOPIC_LABEL)
    ]
    content = one.house.texts.content
    assert topics == [Phrase(content.topics[name].title) for name in ("school", "work", "school")]
    assert str(Phrase(w.LANGUAGE_LABEL)) in lines
    keys = shown.keys
    assert w.EXPORT_CONSENT in keys
    assert w.CASE_LINE in keys
    assert w.RATE_GOOD in keys
    assert [str(key) for key in lines].count(str(Phrase(w.DANGER_LABEL))) == 1
    for words in (code, "Mira", "Montag", "Danke an alle", "Noch ein Text"):
        assert words in shown.text, words
    assert "wirkt ängstlich" not in shown.text
    assert "Eva" not in shown.text
    assert content.region.controller.email in shown.text


def test_the_export_is_in_the_language_of_the_person() -> None:
    one, _ = told_everything()
    with one.house.unit() as unit:
        known = unit.work.people.load([one.telegram_id])[one.telegram_id]
        unit.work.people.save(one.telegram_id, replace(known, language="uk"), unit.now)
    one.send("/export")
    texts = one.house.texts.renderer
    assert texts.plain(Phrase(w.EXPORT_TITLE), "uk") in one.last.text
    assert texts.plain(Phrase(w.EXPORT_TITLE), "de") not in one.last.text


def test_nothing_is_said_of_notes_where_there_is_no_case() -> None:
    one = Newcomer(House(MemoryStore()))
    one.send("/start")
    for label in ("Deutsch", "bot/agree#text"):
        one.press(label)
    one.send("/export")
    assert w.EXPORT_ELSEWHERE not in one.last.keys


def test_every_field_and_every_table_is_shown_or_says_why_not() -> None:
    assert set(CONVERSATION) == {field.name for field in fields(Conversation)}
    assert set(TICKET) == {field.name for field in fields(Ticket)}
    assert set(TABLES) == set(metadata.tables)
    reasons = [*CONVERSATION.values(), *TICKET.values(), *TABLES.values()]
    assert [one for one in reasons if one != SHOWN and not one.endswith(".")] == []


def test_what_a_ticket_table_holds_beside_its_fields_is_about_nobody() -> None:
    """Columns that no field of the model has: marks of the store itself."""
    beside = {
        "tickets": {"is_open", "shredded", "personal_sealed"},
        "people": {"telegram", "telegram_sealed", "conversation_sealed", "version", "seen"},
        "items": {"ticket", "number", "at", "author", "caseworker", "body_sealed"},
    }
    for table, more in beside.items():
        columns = {column.name for column in metadata.tables[table].columns}
        known = {"tickets": set(TICKET), "people": {"person"}, "items": set()}[table]
        assert columns - known == more, table


def test_asking_twice_shows_the_same_and_changes_nothing() -> None:
    one, _ = told_everything()
    one.send("/export")
    first = one.last.text
    one.house.now += timedelta(days=1)
    one.send("/export")
    assert one.last.text == first


def test_a_long_export_goes_out_in_pieces_that_wait_for_their_turn() -> None:
    """Who wrote very much holds up nobody when all of it is shown again: fault 53."""
    one, code = told_everything()
    texts = [f"{number} {'Wort ' * 600}" for number in range(40)]
    with one.house.unit() as unit:
        items = [Item(100 + n, unit.now, Author.NEWCOMER, TextItem(t)) for n, t in enumerate(texts)]
        unit.work.tickets.add(code, items)
    one.send("/export")
    shown = one.new
    assert len(shown) >= 20
    assert all(len(message.text) < 3 * 4096 for message in shown)
    whole = "".join(message.text for message in shown)
    assert [number for number in range(40) if f"{number} Wort" not in whole] == []


def test_an_export_is_not_added_to_one_that_still_waits() -> None:
    """Whoever presses again and again does not fill the outbox: fault 53."""
    one, _ = told_everything()
    waiting = [
        Delivery(Channel.CHAT, Act.SEND, "de", Message(()), chat=one.telegram_id)
        for _ in range(ENOUGH_WAITS + 1)
    ]
    with one.house.unit() as unit:
        unit.work.outbox.put(waiting, unit.now)
    with one.house.unit() as unit:
        converse(unit, Sender(one.telegram_id), Command(CommandName.EXPORT))
        assert unit.work.outbox.waiting(chat_lane(one.telegram_id)) == ENOUGH_WAITS + 2
    one.receive()
    assert one.last.keys == [w.PLEASE_WAIT]
    one.send("/export")
    assert w.EXPORT_TITLE in one.new[0].keys
