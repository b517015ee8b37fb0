"""What stands in the playground's chats: new messages, edits, and only so many."""

import asyncio

import pytest

from bot.channels.page.chats import MOST, Chats
from bot.model.buttons import Action, Button, Do
from bot.model.outbox import Act, Channel, Delivery, Fate, Queued
from bot.model.phrases import Block, Phrase, Style
from bot.model.turns import Message
from bot.model.wording import AS_WRITTEN, MENU
from tests.channels.page.playing import bare
from tests.playing.house import county


def chats() -> Chats:
    return Chats(county().renderer)


def queued(
    chat: int, words: str, *, edited: int | None = None, language: str = "de", act: Act = Act.SEND
) -> Queued:
    said = Block(Phrase(AS_WRITTEN, {"text": words}), Style.TEXT)
    menu = Button(Phrase(MENU), Action(Do.HOME))
    message = Message((said,), ((menu,),))
    sent = Delivery(Channel.CHAT, act, language, message, chat=chat, message_id=edited)
    return Queued(1, "lane", sent, 0)


def test_a_delivery_becomes_a_bubble_with_its_keyboard() -> None:
    here = chats()
    chat = here.new("ar")
    report = asyncio.run(here.send(queued(chat.id, "<b>مرحبا</b> & Frau Müller", language="ar")))
    (bubble,) = chat.bubbles
    assert (report.fate, report.message_id) == (Fate.SENT, bubble.id)
    assert 'dir="rtl"' in bubble.html
    assert "&lt;b&gt;" in bubble.html
    assert not bubble.mine
    ((button,),) = bubble.keyboard
    assert bare(button.text) == county().renderer.text(MENU, "ar")


def test_an_edit_replaces_its_message_and_keeps_its_place() -> None:
    here = chats()
    chat = here.new("de")
    first = asyncio.run(here.send(queued(chat.id, "eins"))).message_id
    asyncio.run(here.send(queued(chat.id, "zwei")))
    again = asyncio.run(here.send(queued(chat.id, "drei", edited=first, act=Act.EDIT)))
    assert again.message_id == first
    assert [bare(bubble.html) for bubble in chat.bubbles] == ["drei", "zwei"]


def test_an_edit_of_a_message_that_scrolled_out_is_a_new_message() -> None:
    here = chats()
    chat = here.new("de")
    asyncio.run(here.send(queued(chat.id, "wieder da", edited=4711, act=Act.EDIT)))
    assert [bare(bubble.html) for bubble in chat.bubbles] == ["wieder da"]


def test_what_the_newcomer_wrote_is_never_replaced() -> None:
    here = chats()
    chat = here.new("de")
    here.say(chat, "meins")
    forged = chat.newest
    asyncio.run(here.send(queued(chat.id, "deins", edited=forged, act=Act.EDIT)))
    assert [bubble.words or bare(bubble.html) for bubble in chat.bubbles] == ["meins", "deins"]


def test_a_list_of_commands_leaves_the_chat_as_it_is() -> None:
    here = chats()
    chat = here.new("de")
    commands = Delivery(Channel.CHAT, Act.COMMANDS, "de", chat=chat.id)
    assert asyncio.run(here.send(Queued(1, "lane", commands, 0))).fate is Fate.SENT
    assert chat.bubbles == []


def test_the_newest_messages_are_kept() -> None:
    here = chats()
    chat = here.new("de")
    for number in range(MOST + 5):
        here.say(chat, str(number))
    assert len(chat.bubbles) == MOST == 200
    assert (chat.bubbles[0].words, chat.bubbles[-1].words) == ("5", "204")


def test_every_change_wakes_who_waits_for_it() -> None:
    async def story() -> None:
        here = chats()
        chat = here.new("de")
        waiting = [asyncio.create_task(chat.changed.wait()) for _ in range(2)]
        await asyncio.sleep(0)
        here.say(chat, "hallo")
        assert await asyncio.wait_for(asyncio.gather(*waiting), 5) == [True, True]
        assert not chat.changed.is_set()

    asyncio.run(story())


def test_telephones_have_names_that_lead_back_to_them() -> None:
    here = chats()
    chat = here.new("ar")
    assert here.named(chat.name) is chat
    assert chat.name.endswith(".ar")
    assert here.new("ar").id != chat.id
    assert [here.new("xx").language_code, here.new("").language_code] == ["en", "en"]


@pytest.mark.parametrize(
    "name",
    [
        *["", ".", "7", "7.", ".de", "0.de", "-7.de", "7.de.de", "7.DE", "7.d e", "7.de\n"],
        *["٣.ar", "²1.de", f"{2**40 + 1}.de", "9" * 5000 + ".de"],
    ],
)
def test_what_cannot_be_a_name_leads_to_no_telephone(name: str) -> None:
    assert chats().named(name) is None


def test_a_telephone_from_before_a_restart_comes_back_empty() -> None:
    known = chats().named("815.uk")
    assert known is not None
    assert (known.id, known.language_code, known.bubbles) == (815, "uk", [])
