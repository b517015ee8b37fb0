import re
from dataclasses import replace
from html import unescape
from urllib.parse import urlencode

import pytest

from bot.desk.app import create_server
from bot.desk.parts import Parts
from bot.model.outbox import Channel
from bot.model.tickets import NoteItem, ReplyItem, State, TextItem
from bot.usecases import casework, reading
from bot.usecases.unit import FreeText, Policy
from tests.desk.browser import Visitor, signed_in
from tests.desk.served import busy_county, parts_of, served
from tests.usecases.county import (
    ANNA,
    BEN,
    CARD,
    LEVEL,
    SLOTS,
    WEEKDAY,
    County,
    handed_over,
    renderer,
)

CASE = "/desk/tickets/K7MX2Q"
HOSTILE = "<script>alert(1)</script> {{ 7*7 }} \u202egnp.exe"


@pytest.fixture
def county() -> County:
    county = County()
    county.ticket("K7MX2Q", *handed_over())
    return county


def anna_at(county: County, parts: Parts | None = None) -> Visitor:
    visitor = signed_in(create_server(parts or parts_of(county)), "anna")
    visitor.get(CASE)
    return visitor


def hidden(html: str) -> dict[str, str]:
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', html)
    return {name: unescape(value) for name, value in found}


def test_the_list_shows_what_is_most_urgent_first_in_words() -> None:
    visitor = signed_in(create_server(parts_of(busy_county())), "anna")
    page = visitor.get("/desk/").text
    order = [page.index(f"row-{code}") for code in ("P9WTRE", "H4NDRW", "ZZ3TOP", "K7MX2Q")]
    assert order == sorted(order)
    assert "P0 – Gefahr, sofort" in page
    assert "überfällig" in page
    assert "nicht erreichbar" in page
    assert "J0BS77" not in page
    assert "CLS3DX" in visitor.get("/desk/?show=closed").text


def test_the_ticket_reads_in_german_and_free_text_as_written(county: County) -> None:
    page = anna_at(county).get(CASE).text
    assert "Aufenthaltserlaubnis" in page
    assert "keine Kenntnisse" in page
    assert "Ukrainisch" in page
    assert '<p class="written" dir="auto" lang="uk">Добрий день, коли починається курс?' in page


@pytest.mark.parametrize("where", ["text", "note", "answer"])
def test_whatever_people_write_stays_text(where: str) -> None:
    """Text, note and answer are shown as text: fault 79."""
    county = County()
    county.ticket("K7MX2Q", TextItem(HOSTILE if where == "text" else "Hallo"))
    with county.unit() as unit:
        if where == "note":
            casework.note(unit, ANNA, "K7MX2Q", None, HOSTILE)
        if where == "answer":
            casework.answer_text(unit, ANNA, "K7MX2Q", None, HOSTILE)
    page = anna_at(county).get(CASE).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}" in page


def test_claiming_noting_and_closing_by_plain_forms(county: County) -> None:
    visitor = anna_at(county)
    version = hidden(visitor.get(CASE).text)["version"]
    claimed = visitor.post(f"{CASE}/claim", {"version": version})
    assert "Sie bearbeiten diesen Fall jetzt." in claimed.text
    visitor.post(f"{CASE}/note", {"note": "Ruft an."})
    assert county.items()[-1].body == NoteItem("Ruft an.")
    visitor.post(f"{CASE}/close", {"outcome": "referred"})
    assert county.now_is().state is State.CLOSED
    assert "Ergebnis" in visitor.get(CASE).text
    visitor.post(f"{CASE}/reopen")
    visitor.post(f"{CASE}/release")
    assert county.now_is().state is State.NEW


def test_a_canned_reply_is_filled_in_seen_in_both_languages_and_sent(county: County) -> None:
    visitor = anna_at(county)
    form = visitor.get(f"{CASE}/reply?reply=appointment")
    assert form.status_code == 200
    slots = {f"slot.{name}": value for name, value in SLOTS.items()}
    chosen: dict[str, str | list[str]] = {
        **hidden(form.text),
        **slots,
        "slot.papers": ["passport", "rental"],
    }
    wrong = visitor.post(f"{CASE}/preview", {**chosen, "slot.date": "2020-01-01"})
    assert wrong.status_code == 422
    assert "Der Tag ist schon vorbei." in wrong.text
    assert 'value="14:30"' in wrong.text
    assert re.search(r'value="rental"\s+checked', wrong.text)
    seen = visitor.post(f"{CASE}/preview", chosen)
    assert "Noch ist nichts geschickt." in seen.text
    assert seen.text.count("30. November 2026 um 14:30") == 2
    assert county.deliveries(Channel.CHAT) == []
    visitor.post(f"{CASE}/preview", chosen)
    sent = visitor.post(f"{CASE}/send", chosen)
    assert "Ihre Antwort ist unterwegs. Sie bearbeiten diesen Fall jetzt." in sent.text
    assert isinstance(county.items()[-1].body, ReplyItem)
    assert len(county.deliveries(Channel.CHAT)) == 1


def test_replies_stand_under_headings_and_a_search_finds_titles_and_texts(county: County) -> None:
    visitor = anna_at(county)
    page = visitor.get(CASE).text
    assert page.index("Stand der Sache") < page.index("Nachricht ist da")
    assert page.index("Nachricht ist da") < page.index("Termin anbieten")
    assert "Ort: [Ort]. Bitte mitbringen: [Papiere]." in page
    for query, titles in {
        "TERMI": ["Termin anbieten"],
        "mitbringen zimmer": ["Termin anbieten"],
        "nachricht": ["Nachricht ist da"],
        "": ["Nachricht ist da", "Termin anbieten"],
        "nachricht zimmer": [],
    }.items():
        found = visitor.get(f"{CASE}/replies?{urlencode({'q': query})}").text
        shown = re.findall(r'class="choice__title">([^<]*)<', found)
        assert shown == titles, query
    assert "Keine fertige Antwort hat „nachricht zimmer“." in unescape(found)
    assert 'href="/desk/tickets/K7MX2Q/reply?reply=appointment"' in page


def test_a_search_shows_what_was_typed_as_text(county: County) -> None:
    found = anna_at(county).get(f"{CASE}/replies?{urlencode({'q': HOSTILE})}").text
    assert "<script>alert" not in found
    assert "&lt;script&gt;alert(1)" in found


def test_questions_of_cases_are_offered_before_those_of_topics(county: County) -> None:
    page = anna_at(county).get(CASE).text
    groups = re.findall(r'<optgroup label="([^"]*)">', page.split('id="question"')[1])
    assert groups[:3] == ["Termin", "Zur Person", "Deutsch lernen"]
    assert f'<option value="{WEEKDAY.id}">An welchen Tagen haben Sie Zeit?' in page


def test_what_the_preview_holds_is_what_is_sent(county: County) -> None:
    visitor = anna_at(county)
    visitor.post(f"{CASE}/claim")
    seen = visitor.post(f"{CASE}/preview", {"kind": "text", "text": 'Zeile 1\n"Zeile" <2>'})
    assert "Zeile 1<br>" in seen.text
    assert visitor.post(f"{CASE}/send", hidden(seen.text)).status_code == 200
    assert county.items()[-1].body == TextItem('Zeile 1\n"Zeile" <2>')


@pytest.mark.parametrize(
    ("fields", "said", "translated"),
    [
        ({"kind": "card", "card": CARD.id}, "Der Kurs hat 600 Stunden Deutsch.", None),
        ({"kind": "question", "question": LEVEL.id}, "Wie gut können Sie Deutsch?", None),
        (
            {"kind": "question", "question": WEEKDAY.id},
            "An welchen Tagen haben Sie Zeit?",
            WEEKDAY.text,
        ),
        ({"kind": "reply", "reply": "received"}, "Wir haben Ihre Nachricht bekommen", None),
    ],
)
def test_every_kind_of_answer_is_seen_before_it_is_sent(
    county: County, fields: dict[str, str], said: str, translated: str | None
) -> None:
    """As the caseworker reads it, and as the newcomer: in English or German for want of a text."""
    visitor = anna_at(county)
    seen = visitor.post(f"{CASE}/preview", fields)
    theirs = said if translated is None else renderer().text(translated, "en")
    assert theirs is not None
    assert seen.text.count(said) == (2 if theirs == said else 1)
    assert theirs in seen.text
    done = visitor.post(f"{CASE}/send", fields)
    assert "Ihre Antwort ist unterwegs." in done.text
    assert len(county.deliveries(Channel.CHAT)) == 1


def test_a_refused_answer_keeps_what_was_written(county: County) -> None:
    visitor = anna_at(county)
    version = hidden(visitor.get(CASE).text)["version"]
    with county.unit() as unit:
        casework.note(unit, BEN, "K7MX2Q", None, "Inzwischen.")
    fields = {"kind": "text", "text": "Lange überlegt.", "version": version}
    stale = visitor.post(f"{CASE}/send", fields)
    assert stale.status_code == 409
    assert "hat sich inzwischen geändert" in stale.text
    assert "Lange überlegt." in stale.text
    with county.unit() as unit:
        casework.claim(unit, BEN, "K7MX2Q", None)
    visitor.get(CASE)
    taken = visitor.post(f"{CASE}/send", {"kind": "text", "text": "Noch einmal."})
    assert "Ben Çelik hat den Fall schon übernommen." in taken.text
    assert county.deliveries(Channel.CHAT) == []


def test_changing_leads_back_with_everything_filled_in(county: County) -> None:
    visitor = anna_at(county)
    slots = {f"slot.{name}": value for name, value in SLOTS.items()}
    fields = {"kind": "reply", "reply": "appointment", **slots, "change": "yes"}
    assert 'value="14:30"' in visitor.post(f"{CASE}/send", fields).text
    visitor.get(CASE)
    text = {"kind": "text", "text": "Fast fertig", "change": "yes"}
    assert "Fast fertig</textarea>" in visitor.post(f"{CASE}/send", text).text
    assert county.items()[-1].body == handed_over()[-1]


def test_without_free_text_there_is_no_field_for_it() -> None:
    county = County(Policy(free_text=FreeText.OFF))
    county.ticket("K7MX2Q")
    visitor = anna_at(county)
    page = visitor.get(CASE).text
    assert 'name="text"' not in page
    assert "Freitext ist in diesem Landkreis abgeschaltet." in page
    refused = visitor.post(f"{CASE}/preview", {"kind": "text", "text": "Hallo"})
    assert refused.status_code == 409


def test_somebody_elses_case_can_be_read_noted_and_freed_only(county: County) -> None:
    with county.unit() as unit:
        casework.claim(unit, BEN, "K7MX2Q", None)
    page = anna_at(county).get(CASE).text
    assert "Diesen Fall bearbeitet Ben Çelik." in page
    assert f"{CASE}/preview" not in page
    assert f"{CASE}/close" not in page
    assert f"{CASE}/release" in page
    assert f"{CASE}/note" in page


def test_a_colleague_who_looks_too_is_named(county: County) -> None:
    app = create_server(parts_of(county))
    signed_in(app, "ben").get(CASE)
    assert "Ben Çelik hat diesen Fall auch offen" in signed_in(app, "anna").get(CASE).text


def test_after_erasure_nothing_can_be_answered(county: County) -> None:
    with county.unit() as unit:
        casework.close(unit, ANNA, "K7MX2Q", None, "advised")
        gone = replace(unit.work.tickets.load(("K7MX2Q",), None)["K7MX2Q"], person=None)
        unit.work.tickets.save(gone)
    page = anna_at(county).get(CASE).text
    assert "Die Person hat ihre Daten gelöscht." in page
    assert f"{CASE}/reopen" not in page


def test_the_trail_says_who_did_what(county: County) -> None:
    visitor = anna_at(county)
    visitor.post(f"{CASE}/claim")
    trail = visitor.get(CASE).text.split('class="trail"')[1]
    assert [word in trail for word in ("Fall eröffnet", "angesehen", "übernommen")] == [True] * 3
    assert "Anna Berger" in trail


def test_a_mounted_desk_finds_its_own_address(county: County) -> None:
    page = anna_at(county).get("/desk/").text
    assert 'href="/desk/tickets/K7MX2Q"' in page
    assert 'action="/desk/sign-out"' in page


def test_a_long_list_has_pages_and_every_case_is_on_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "A_PAGE", 2)
    visitor = signed_in(served(busy_county()), "ruth")
    seen: list[str] = []
    for page in ("1", "2"):
        text = visitor.get(f"/desk/?show=open&page={page}").text
        seen += re.findall(r'id="row-(\w+)"', text)
        assert ("Nächste Seite" in text) is (page == "1"), "no empty page after the last"
        assert ("Vorige Seite" in text) is (page != "1")
    assert seen == list(dict.fromkeys(seen))
    assert len(seen) == 4
    first = visitor.get("/desk/?show=open&page=0").text
    assert [visitor.get(f"/desk/?show=open&page={odd}").text for odd in ("x", "²", "-1")] == [
        first
    ] * 3
