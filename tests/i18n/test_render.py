from decimal import Decimal
from pathlib import Path

import pytest

from bot.i18n.compose import Fault, TextFault, raise_fault
from bot.i18n.render import BUTTON_LIMIT, Renderer
from bot.model.buttons import Action, Button, Do, encode
from bot.model.phrases import Amount, Block, LanguageNames, Phrase, Style, Unit
from bot.model.turns import Message
from tests.i18n.texts import ARABIC, catalogues, header, renderer, translate, write

FSI, PDI, RLM = "\u2068", "\u2069", "\u200f"
MENU = Button(Phrase("bot/menu#text"), Action(Do.HOME))
CALL = Phrase("work/call#body", {"phone:office": "+49 30 115"})
QUESTION = Message(
    (Block(Phrase("work/level#text"), Style.TITLE),),
    ((Button(Phrase("work/level.none#text"), Action(Do.ANSWER, "work.level", "none")),), (MENU,)),
)


def written(text: str) -> Phrase:
    return Phrase("bot/as_written#text", {"text": text})


def test_a_number_in_an_arabic_sentence_is_isolated(tmp_path: Path) -> None:
    texts = renderer(tmp_path)
    assert texts.plain(CALL, "ar") == f"اتصل على {FSI}+49 30 115{PDI}. اليوم!"
    assert texts.plain(CALL, "de") == "Rufen Sie +49 30 115 an. Heute!"


def test_bold_and_placeholders(tmp_path: Path) -> None:
    (message,) = renderer(tmp_path).telegram(Message((Block(CALL),)), "en")
    assert message.html == "Call +49 30 115. <b>Today</b>!"


def test_a_question_with_its_buttons(tmp_path: Path) -> None:
    (message,) = renderer(tmp_path).telegram(QUESTION, "ar")
    assert message.html == f"<b>{ARABIC['work/level#text']}</b>"
    assert [[button.text for button in row] for row in message.keyboard] == [
        [ARABIC["work/level.none#text"]],
        [ARABIC["bot/menu#text"]],
    ]
    assert message.keyboard[1][0].data == encode(Action(Do.HOME))


def test_an_address_is_a_button_too(tmp_path: Path) -> None:
    link = Button(Phrase("bot/menu#text"), url="https://kreis.example/")
    (message,) = renderer(tmp_path).telegram(Message((), ((link,),)), "de")
    assert message.keyboard[0][0].url == "https://kreis.example/"
    assert message.keyboard[0][0].data is None
    assert message.html


def test_one_missing_button_takes_the_whole_question_along(tmp_path: Path) -> None:
    texts = renderer(tmp_path)
    translate(tmp_path, "ar", {key: ARABIC[key] for key in ARABIC if key != "bot/menu#text"})
    texts.replace(catalogues(tmp_path, "de", "en", "ar"))
    (message,) = texts.telegram(QUESTION, "ar")
    assert message.html.startswith("<b>How well do you speak German?</b>")
    assert "Not at all yet" in message.keyboard[0][0].text
    note = message.html.partition("\n\n")[2]
    assert "الإنجليزية" in note
    assert note.startswith("<i>هذا النص")


def test_danger_stays_in_the_readers_language_whatever_else_is_missing(tmp_path: Path) -> None:
    danger = "emergency/fire#message.1"
    texts = renderer(tmp_path)
    translate(tmp_path, "ar", {danger: "اتصل على {phone:fire}"}, fuzzy=frozenset({danger}))
    write(tmp_path, "ar", "bot", header())
    texts.replace(catalogues(tmp_path, "de", "en", "ar"))
    message = Message((Block(Phrase(danger, {"phone:fire": "112"})),), ((MENU,),))
    (rendered,) = texts.telegram(message, "ar")
    assert rendered.html == f"اتصل على {FSI}112{PDI}"
    assert "Menu" in rendered.keyboard[0][0].text


def test_the_line_about_a_fallback_is_in_what_is_shown_if_need_be(tmp_path: Path) -> None:
    (message,) = renderer(tmp_path).telegram(QUESTION, "tr")
    assert message.html.endswith("<i>Not in your language yet. This is English.</i>")


@pytest.mark.parametrize(
    ("style", "html"),
    [
        (Style.TITLE, "<b>a &lt;b&gt;</b>"),
        (Style.HEADING, "<b>a &lt;b&gt;</b>"),
        (Style.TEXT, "a &lt;b&gt;"),
        (Style.LINE, "a &lt;b&gt;"),
        (Style.STEP, "☐ a &lt;b&gt;"),
        (Style.ITEM, "• a &lt;b&gt;"),
        (Style.NOTE, "<i>a &lt;b&gt;</i>"),
        (Style.WARNING, "⚠ a &lt;b&gt;"),
        (Style.QUOTE, "<blockquote>a &lt;b&gt;</blockquote>"),
    ],
)
def test_every_style_has_its_look(tmp_path: Path, style: Style, html: str) -> None:
    (message,) = renderer(tmp_path).telegram(Message((Block(written("a <b>"), style),)), "de")
    assert message.html == html


def test_lists_are_close_and_paragraphs_apart(tmp_path: Path) -> None:
    styles = [
        Style.TITLE,
        Style.TEXT,
        Style.LINE,
        Style.HEADING,
        Style.STEP,
        Style.STEP,
        Style.NOTE,
    ]
    message = Message(tuple(Block(written("x"), style) for style in styles))
    text = renderer(tmp_path).mail(message, "de")
    assert text == "x\n\nx\nx\n\nx\n☐ x\n☐ x\n\nx"


def test_amounts_lists_and_names_within_a_sentence(tmp_path: Path) -> None:
    texts = renderer(tmp_path)
    pay = Amount(Decimal("13.90"), Unit.EUR_PER_HOUR)
    lessons = Amount(Decimal(600), Unit.LESSONS)
    phrase = Phrase("bot/pair#text", {"first": pay, "second": lessons})
    assert texts.plain(phrase, "de") == "13,90\xa0€ pro Stunde, 600 Unterrichtsstunden"
    assert "13.90" in texts.plain(phrase, "ar")
    both = (Phrase("bot/menu#text"), Phrase("work/level.none#text"))
    phrase = Phrase("bot/pair#text", {"first": both, "second": LanguageNames(("uk", "en"))})
    assert texts.plain(phrase, "de") == "Menü und Noch gar nicht, Ukrainisch und Englisch"


def test_labels_are_cut_and_never_empty(tmp_path: Path) -> None:
    long, empty = written("Wort " * 40), written("\u202e\u200b")
    buttons = tuple(Button(label, Action(Do.HOME)) for label in (long, empty))
    (message,) = renderer(tmp_path).telegram(Message((Block(written("x")),), (buttons,)), "de")
    first, second = message.keyboard[0]
    assert len(first.text) <= BUTTON_LIMIT
    assert first.text.endswith("…")
    assert second.text == "…"


def test_a_text_we_owe_is_counted_and_shown_as_far_as_it_goes(tmp_path: Path) -> None:
    texts = Renderer(renderer(tmp_path).catalogues)
    assert texts.plain(Phrase("work/call#body"), "de") == "Rufen Sie … an. Heute!"
    assert texts.plain(Phrase("bot/unknown#text"), "ar").endswith("[bot/unknown#text]")
    assert texts.faults.counts[Fault("work/call#body", "de", "phone:office")] == 1
    assert texts.faults.counts[Fault("bot/unknown#text", "ar")] == 1


def test_a_text_we_owe_raises_where_it_is_looked_for(tmp_path: Path) -> None:
    texts = renderer(tmp_path)
    with pytest.raises(TextFault, match=r"work/call#body: no value for \{phone:office\} \(de\)"):
        texts.plain(Phrase("work/call#body"), "de")
    with pytest.raises(TextFault, match=r"bot/unknown#text: no text \(de\)"):
        texts.plain(Phrase("bot/unknown#text"), "de")


def test_text_for_comparisons_has_no_fallback(tmp_path: Path) -> None:
    texts = renderer(tmp_path)
    assert texts.text("work/level.none#text", "ar") == ARABIC["work/level.none#text"]
    assert texts.text("work/level.none#text", "tr") is None


def test_languages_are_offered_by_their_own_names(tmp_path: Path) -> None:
    assert renderer(tmp_path).offered("ar-SY") == (
        ("ar", "العربية"),
        ("de", "Deutsch"),
        ("en", "English"),
    )


def test_published_content_is_shown_at_once(tmp_path: Path) -> None:
    texts = renderer(tmp_path)
    assert texts.plain(QUESTION.blocks[0].phrase, "de") == "Wie gut sprechen Sie Deutsch?"
    texts.replace(texts.catalogues, {"work/level#text": "Ihr Deutsch?"})
    assert texts.plain(QUESTION.blocks[0].phrase, "de") == "Ihr Deutsch?"
    assert texts.plain(Phrase("bot/menu#text"), "ar") == ARABIC["bot/menu#text"]


def test_faults_of_a_zone_or_language_are_ours(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        Renderer(catalogues(tmp_path), time_zone="Europe/Atlantis", report=raise_fault)
