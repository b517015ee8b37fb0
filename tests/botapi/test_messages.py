"""Messages and buttons, seen by a real client on one side and by a person on the other."""

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile
from telegram.error import BadRequest, Forbidden

from tests.botapi import BotApiServer, User
from tests.botapi.client import Client, said
from tests.botapi.schema import RETURNS, mismatches


def keyboard(*rows: list[tuple[str, str]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(text, callback_data=data) for text, data in row] for row in rows]
    )


def test_a_message_appears_on_the_screen(
    server: BotApiServer, client: Client, newcomer: User
) -> None:
    markup = keyboard([("Ja", "yes"), ("Nein", "no")])
    sent = client.run(
        client.bot.send_message(
            newcomer.chat_id, "<b>Hallo</b> &lt;Amina&gt;", parse_mode="HTML", reply_markup=markup
        )
    )
    shown = newcomer.last()
    assert (shown.id, shown.text) == (sent.message_id, "Hallo <Amina>")
    assert shown.labels == ("Ja", "Nein")
    assert sent.entities[0].type == "bold"
    assert [message.chat_id for message in server.sent] == [newcomer.id]
    server.assert_clean()


def test_a_press_is_answered_once_and_in_time(
    server: BotApiServer, client: Client, newcomer: User
) -> None:
    client.run(client.bot.send_message(newcomer.id, "?", reply_markup=keyboard([("Ja", "yes")])))
    press = newcomer.press("Ja")
    update = client.run(client.bot.get_updates())[-1]
    assert update.callback_query is not None
    assert update.callback_query.data == "yes"
    assert [query.data for query in server.unanswered_presses()] == ["yes"]
    assert client.run(client.bot.answer_callback_query(update.callback_query.id, "Danke"))
    assert press.wait_answered() == {"text": "Danke"}
    assert server.unanswered_presses() == []
    with pytest.raises(BadRequest, match=said("query is too old")):
        client.run(client.bot.answer_callback_query(update.callback_query.id))
    late = newcomer.press("yes")
    server.advance(151)
    with pytest.raises(BadRequest, match=said("query is too old")):
        client.run(client.bot.answer_callback_query(late.query.id))
    server.assert_clean()


def test_a_press_that_never_happened_cannot_be_answered(
    server: BotApiServer, client: Client
) -> None:
    with pytest.raises(BadRequest, match=said("query is too old")):
        client.run(client.bot.answer_callback_query("12345"))
    with pytest.raises(AssertionError, match="answerCallbackQuery"):
        server.assert_clean()


def test_a_press_of_a_button_that_is_not_there_fails(client: Client, newcomer: User) -> None:
    client.run(client.bot.send_message(newcomer.id, "?", reply_markup=keyboard([("Ja", "yes")])))
    with pytest.raises(AssertionError, match="no button 'Nein'"):
        newcomer.press("Nein")


def test_an_edit_replaces_text_and_buttons(
    server: BotApiServer, client: Client, newcomer: User
) -> None:
    bot = client.bot
    sent = client.run(bot.send_message(newcomer.id, "1", reply_markup=keyboard([("a", "a")])))
    client.run(bot.edit_message_text("2", newcomer.id, sent.message_id))
    shown = newcomer.last()
    assert (shown.text, shown.buttons, shown.edits) == ("2", (), 1)
    with pytest.raises(BadRequest, match=said("message is not modified")):
        client.run(bot.edit_message_text("2", newcomer.id, sent.message_id))
    markup = keyboard([("b", "b")])
    client.run(bot.edit_message_reply_markup(newcomer.id, sent.message_id, reply_markup=markup))
    assert newcomer.last().labels == ("b",)
    server.assert_clean()


def test_only_own_existing_messages_can_be_edited(
    server: BotApiServer, client: Client, newcomer: User
) -> None:
    theirs = newcomer.send("mine")
    with pytest.raises(BadRequest, match=said("message can't be edited")):
        client.run(client.bot.edit_message_text("x", newcomer.id, theirs))
    with pytest.raises(BadRequest, match=said("message to edit not found")):
        client.run(client.bot.edit_message_text("x", newcomer.id, 999_999))
    assert len(server.violations) == 2


def test_a_message_deleted_meanwhile_is_nobodys_fault(
    server: BotApiServer, client: Client, newcomer: User
) -> None:
    sent = client.run(client.bot.send_message(newcomer.id, "x"))
    assert client.run(client.bot.delete_message(newcomer.id, sent.message_id))
    with pytest.raises(BadRequest, match=said("message to edit not found")):
        client.run(client.bot.edit_message_text("y", newcomer.id, sent.message_id))
    assert newcomer.screen().from_bot == ()
    server.assert_clean()


def test_a_bot_that_is_blocked_or_unknown_cannot_write(
    server: BotApiServer, client: Client, newcomer: User
) -> None:
    newcomer.block()
    with pytest.raises(Forbidden, match=said("bot was blocked by the user")):
        client.run(client.bot.send_message(newcomer.id, "x"))
    newcomer.unblock()
    client.run(client.bot.send_message(newcomer.id, "x"))
    newcomer.deactivate()
    with pytest.raises(Forbidden, match=said("user is deactivated")):
        client.run(client.bot.send_message(newcomer.id, "x"))
    server.assert_clean()
    with pytest.raises(BadRequest, match=said("chat not found")):
        client.run(client.bot.send_message(server.user().id, "x"))
    stranger = server.user()
    server.group().member(stranger)
    with pytest.raises(Forbidden, match=said("can't initiate conversation")):
        client.run(client.bot.send_message(stranger.id, "x"))
    assert len(server.violations) == 2


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "message text is empty"),
        (" \n\u200b", "message text is empty"),
        ("<b></b>", "message text is empty"),
        ("x" * 4097, "message is too long"),
        ("😀" * 2049, "message is too long"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("ä<p>x</p>", 'Unsupported start tag "p" at byte offset 2'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href=x_>y</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_text_that_telegram_refuses(
    server: BotApiServer, client: Client, newcomer: User, text: str, complaint: str
) -> None:
    with pytest.raises(BadRequest, match=said(complaint)):
        client.run(client.bot.send_message(newcomer.id, text, parse_mode="HTML"))
    assert len(server.violations) == 1


def test_the_length_counts_after_parsing(client: Client, newcomer: User) -> None:
    markup = "<b>" + "&amp;" * 4096 + "</b>"
    sent = client.run(client.bot.send_message(newcomer.id, markup, parse_mode="HTML"))
    assert sent.text == "&" * 4096


def test_entities_count_utf16_units_and_follow_trimming(client: Client, newcomer: User) -> None:
    source = ' \n😀 <b>a</b>&amp;<a href="https://example.org/?a=1&amp;b=2">l\u202e</a> & co\n'
    sent = client.run(client.bot.send_message(newcomer.id, source, parse_mode="HTML"))
    assert sent.text == "😀 a&l & co"
    assert [(e.type, e.offset, e.length) for e in sent.entities] == [
        ("bold", 3, 1),
        ("text_link", 5, 1),
    ]
    assert sent.entities[1].url == "https://example.org/?a=1&b=2"


@pytest.mark.parametrize(
    "rows",
    [
        [[("x", "a" * 65)]],
        [[("x", "ä" * 33)]],
        [[("", "a")]],
        [[("x", "a")] * 9],
        [[("x", "a")]] * 101,
    ],
)
def test_keyboards_that_telegram_refuses(
    server: BotApiServer, client: Client, newcomer: User, rows: list[list[tuple[str, str]]]
) -> None:
    with pytest.raises(BadRequest):
        client.run(client.bot.send_message(newcomer.id, "x", reply_markup=keyboard(*rows)))
    assert len(server.violations) == 1


@pytest.mark.parametrize(
    "button",
    [
        {"text": "x"},
        {"text": "x", "url": "https://example.org", "callback_data": "a"},
        {"text": "x", "url": "javascript:alert(1)"},
        {"text": "x", "url": "https://"},
        {"text": "x", "callback_data": ""},
        {"text": "x", "callback_data": 5},
        {"text": "x", "callback_data": "a", "colour": "red"},
        {"callback_data": "a"},
    ],
)
def test_buttons_that_telegram_refuses(
    server: BotApiServer, client: Client, newcomer: User, button: dict[str, object]
) -> None:
    markup = {"inline_keyboard": [[button]]}
    answer = client.api("sendMessage", chat_id=newcomer.id, text="x", reply_markup=markup)
    assert (answer["ok"], answer["error_code"]) == (False, 400)
    assert len(server.violations) == 1


@pytest.mark.parametrize("url", ["https://example.org/a?b=c", "http://127.0.0.1:8080/x", "tg://x"])
def test_links_that_telegram_takes(client: Client, newcomer: User, url: str) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("x", url=url)]])
    client.run(client.bot.send_message(newcomer.id, "x", reply_markup=markup))
    assert newcomer.last().buttons[0].url == url


def test_a_document_is_uploaded_and_can_be_fetched(client: Client, newcomer: User) -> None:
    file = InputFile(b"BEGIN:VCALENDAR", filename="termin.ics")
    sent = client.run(client.bot.send_document(newcomer.id, file, caption="<i>x</i>"))
    shown = newcomer.last()
    assert (shown.kind, shown.text, shown.file) == ("document", "<i>x</i>", b"BEGIN:VCALENDAR")
    assert sent.document is not None
    assert sent.document.file_name == "termin.ics"

    async def fetch() -> bytes:
        assert sent.document is not None
        found = await client.bot.get_file(sent.document.file_id)
        return bytes(await found.download_as_bytearray())

    assert client.run(fetch()) == b"BEGIN:VCALENDAR"
    with pytest.raises(BadRequest, match=said("caption is too long")):
        client.run(client.bot.send_document(newcomer.id, file, caption="x" * 1025))


def test_replies_name_a_message_that_exists(client: Client, newcomer: User) -> None:
    asked = newcomer.send("?")
    sent = client.run(client.bot.send_message(newcomer.id, "!", reply_to_message_id=asked))
    assert sent.reply_to_message is not None
    with pytest.raises(BadRequest, match=said("message to be replied not found")):
        client.run(client.bot.send_message(newcomer.id, "!", reply_to_message_id=1))


def test_every_result_has_the_documented_shape(
    server: BotApiServer, client: Client, newcomer: User
) -> None:
    bot = client.bot
    sent = client.run(bot.send_message(newcomer.id, "x", reply_markup=keyboard([("a", "a")])))
    client.run(bot.pin_chat_message(newcomer.id, sent.message_id))
    client.run(bot.copy_message(newcomer.id, newcomer.id, sent.message_id))
    client.run(bot.forward_message(newcomer.id, newcomer.id, sent.message_id))
    client.run(bot.send_location(newcomer.id, 50.0, 8.0))
    client.run(bot.send_venue(newcomer.id, 50.0, 8.0, "Amt", "Weg 1"))
    client.run(bot.send_contact(newcomer.id, "+49111", "Amt"))
    client.run(bot.send_photo(newcomer.id, b"png", caption="x"))
    client.run(bot.send_chat_action(newcomer.id, "typing"))
    client.run(bot.set_message_reaction(newcomer.id, sent.message_id, "👍"))
    client.run(bot.get_chat(newcomer.id))
    client.run(bot.get_me())
    client.run(bot.get_webhook_info())
    client.run(bot.unpin_chat_message(newcomer.id))
    client.run(bot.delete_messages(newcomer.id, [sent.message_id]))
    newcomer.poll()
    newcomer.photo("x", album="1")
    newcomer.sticker()
    newcomer.voice()
    newcomer.document()
    newcomer.contact()
    newcomer.location()
    newcomer.edit(newcomer.send("a"), "b")
    newcomer.forge("a", message=1)
    newcomer.block()
    client.run(bot.get_updates())
    server.assert_clean()
    wrong = [
        (call.method, problem)
        for call in server.calls
        for problem in mismatches(RETURNS[call.method], call.result, "result")
    ]
    assert wrong == []
