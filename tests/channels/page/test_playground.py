"""The playground's routes: a conversation by forms, and forms that no page of ours sends."""

import asyncio
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.channels.page.chats import Chat
from bot.channels.page.playground import LARGEST_FORM, LONGEST_TEXT, _changes
from bot.model.buttons import Action, Do, encode
from tests.channels.page.playing import BY_SCRIPT, ORIGIN, PLAIN_FORM, Playing, bare, play


def texts(chat: Chat) -> list[str]:
    return [bubble.words or bare(bubble.html) for bubble in chat.bubbles]


def test_a_conversation_by_buttons_and_commands() -> None:
    async def story(playing: Playing) -> None:
        chat = await playing.open("ar")
        await playing.type(chat, "/start")
        await playing.press(chat, "العربية")
        await playing.press(chat, "bot/agree#text")
        await playing.press(chat, "home/work#title")
        await playing.press(chat, "work/topic#title")
        assert chat.bubbles[-1].language == "ar"
        assert len(chat.bubbles) == 2, "a menu is edited in place"
        page = await playing.browser.get("/playground/chat", params={"telephone": chat.name})
        assert 'lang="ar" dir="rtl"' in page.text

    play(story)


def test_the_address_names_the_telephone_and_the_cookie_remembers_the_last_one() -> None:
    async def story(playing: Playing) -> None:
        first = await playing.open("de")
        second = await playing.open("uk")
        await playing.type(first, "Erste Person")
        await playing.type(second, "Zweite Person")
        for chat, other in ((first, "Zweite"), (second, "Erste")):
            page = await playing.browser.get("/", params={"telephone": chat.name})
            assert chat.bubbles[0].words in page.text
            assert f"{other} Person" not in page.text
            assert playing.browser.cookies["telephone"] == chat.name
            again = await playing.browser.get("/", follow_redirects=True)
            assert again.url.params["telephone"] == chat.name

    play(story)


def test_a_browser_without_cookie_gets_a_telephone() -> None:
    async def story(playing: Playing) -> None:
        page = await playing.browser.get("/", follow_redirects=True)
        assert page.status_code == httpx.codes.OK
        assert 'value="/start"' in page.text

    play(story)


@pytest.mark.parametrize("cookie", ["nonsense", "²1.de", "0.de", "1.de; x", "9" * 4000])
def test_an_unknown_cookie_gets_a_new_telephone(cookie: str) -> None:
    async def story(playing: Playing) -> None:
        page = await playing.browser.get("/", headers={b"Cookie": f"telephone={cookie}".encode()})
        assert page.status_code == httpx.codes.SEE_OTHER
        assert re.fullmatch(r"/\?telephone=[1-9]\d*\.de", page.headers["location"])

    play(story)


def test_a_plain_form_leads_back_to_the_first_new_message() -> None:
    async def story(playing: Playing) -> None:
        chat = await playing.open("de")
        answer = await playing.post("type", PLAIN_FORM, telephone=chat.name, words="/start")
        assert answer.status_code == httpx.codes.SEE_OTHER
        assert answer.headers["location"] == f"/?telephone={chat.name}#m{chat.bubbles[0].id}"
        shown = await playing.browser.get(answer.headers["location"])
        assert f'id="m{chat.newest}"' in shown.text, "it waits for what arrives"

    play(story)


def test_a_plain_form_without_words_looks_for_what_has_arrived() -> None:
    async def story(playing: Playing) -> None:
        chat = await playing.open("de")
        looking = asyncio.create_task(playing.post("type", PLAIN_FORM, telephone=chat.name))
        await asyncio.sleep(0)
        playing.chats.say(chat, "von woanders")
        answer = await looking
        assert answer.headers["location"] == f"/?telephone={chat.name}#m{chat.newest}"

    play(story)


@pytest.mark.parametrize("what", ["press", "type", "new"])
@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "", f"{ORIGIN}.evil.example", "http://[broken"]
)
def test_forms_from_elsewhere_change_nothing(what: str, origin: str) -> None:
    async def story(playing: Playing) -> None:
        chat = await playing.open("de")
        headers = {**BY_SCRIPT, "Origin": origin}
        answer = await playing.post(
            what, headers, telephone=chat.name, words="x", data="x", language="ar"
        )
        assert answer.status_code == httpx.codes.FORBIDDEN
        assert "set-cookie" not in answer.headers
        assert chat.bubbles == []

    play(story)


@pytest.mark.parametrize("data", ["", "x", "kl!.NYPXK4", "\x00", "an!~~", "ö" * 30, "a" * 5000])
@pytest.mark.parametrize("message", ["", "0", "-1", "x", "²", "99999999", "9" * 5000])
def test_forged_buttons_get_an_answer_and_harm_nobody(data: str, message: str) -> None:
    async def story(playing: Playing) -> None:
        chat = await playing.open("de")
        await playing.type(chat, "/start")
        before = texts(chat)
        await playing.press_data(chat, message, data)
        assert texts(chat)[: len(before)] == before
        assert len(texts(chat)) > len(before) or chat.toast is not None

    play(story)


@pytest.mark.parametrize("name", ["", "nobody", "0.de"])
def test_a_form_for_no_telephone_is_refused(name: str) -> None:
    async def story(playing: Playing) -> None:
        for what in ("press", "type"):
            answer = await playing.post(what, telephone=name, words="hallo", data="x")
            assert answer.status_code == httpx.codes.NOT_FOUND
        for what in ("chat", "events"):
            query = {"telephone": name}
            answer = await playing.browser.get(f"/playground/{what}", params=query)
            assert answer.status_code == httpx.codes.NOT_FOUND

    play(story)


def test_long_text_is_cut_as_a_client_of_telegram_does() -> None:
    async def story(playing: Playing) -> None:
        chat = await playing.open("de")
        await playing.type(chat, "ä" * (LONGEST_TEXT + 100))
        assert len(chat.bubbles[0].words) == LONGEST_TEXT
        too_much = await playing.post("type", telephone=chat.name, words="a" * LARGEST_FORM)
        assert too_much.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE
        assert "a" not in chat.bubbles[-1].words

    play(story)


def test_a_form_that_does_not_say_how_long_it_is_is_refused() -> None:
    async def story(playing: Playing) -> None:
        async def endless() -> AsyncIterator[bytes]:
            yield b"words=x"

        answer = await playing.browser.post(
            "/playground/type", content=endless(), headers=BY_SCRIPT
        )
        assert answer.status_code == httpx.codes.LENGTH_REQUIRED

    play(story)


def test_what_no_database_stores_is_replaced_and_nothing_is_not_sent() -> None:
    async def story(playing: Playing) -> None:
        chat = await playing.open("de")
        await playing.type(chat, " \n ")
        assert chat.bubbles == []
        await playing.type(chat, "Hallo\0 Welt")
        assert chat.bubbles[0].words == "Hallo\ufffd Welt"

    play(story)


def test_what_is_written_is_shown_as_text() -> None:
    async def story(playing: Playing) -> None:
        chat = await playing.open("de")
        await playing.type(chat, "<script>alert(1)</script>")
        page = await playing.browser.get("/", params={"telephone": chat.name})
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text

    play(story)


def test_a_file_in_place_of_a_field_is_nothing() -> None:
    async def story(playing: Playing) -> None:
        chat = await playing.open("de")
        answer = await playing.browser.post(
            "/playground/type",
            files={"words": ("a.txt", b"hallo")},
            data={"telephone": chat.name},
            headers=BY_SCRIPT,
        )
        assert answer.status_code == httpx.codes.NO_CONTENT
        assert chat.bubbles == []

    play(story)


def test_an_unknown_command_leads_on() -> None:
    async def story(playing: Playing) -> None:
        chat = await playing.open("de")
        await playing.type(chat, "/nonsense with words")
        assert chat.bubbles[-1].keyboard

    play(story)


def test_a_short_answer_is_in_the_language_that_was_chosen() -> None:
    async def story(playing: Playing) -> None:
        chat = await playing.open("ar")
        await playing.type(chat, "/start")
        await playing.press(chat, "Deutsch")
        await playing.press(chat, "bot/agree#text")
        helpful = encode(Action(Do.HELPFUL, "work"))
        await playing.press_data(chat, str(chat.newest), helpful)
        assert chat.toast is not None
        assert chat.toast.language == "de"
        page = await playing.browser.get("/playground/chat", params={"telephone": chat.name})
        assert chat.toast.words in page.text
        await playing.type(chat, "/menu")
        assert chat.toast is None

    play(story)


def test_nothing_foreign_may_run_on_the_page() -> None:
    async def story(playing: Playing) -> None:
        page = await playing.browser.get("/", follow_redirects=True)
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", page.text)
        cookie = (await playing.post("new", language="ar")).headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie

    play(story)


def test_an_open_page_hears_of_every_change() -> None:
    async def story(playing: Playing) -> None:
        chat = await playing.open("de")
        events = _changes(chat)
        assert (await anext(events)).event == "chat"
        waiting = asyncio.ensure_future(anext(events))
        await playing.type(chat, "hallo")
        assert (await asyncio.wait_for(waiting, 5)).event == "chat"

    play(story)
