"""The editors' pages: what they say about the real content, and about files with mistakes."""

import asyncio
import re
import threading
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest

from bot.channels.page.checking import Checking
from bot.channels.page.editors import Editors
from bot.content.draft import read_draft
from bot.content.running import Running
from bot.content.showing.workshop import Workshop
from bot.i18n.render import Renderer
from bot.model.editing import Finding, Standing, TopicList
from tests.channels.page.editing import (
    MORNING,
    TODAY,
    Editing,
    Get,
    Still,
    look,
    real,
    real_workshop,
    seen,
    wording,
)
from tests.channels.page.playing import bare
from tests.content.folder import Folder
from tests.content.picture.drafts import content_of, county
from tests.content.test_checks_page import NAMES

CONTENT = content_of(county())
COURSES = "topics/courses.yaml"
PATHS = ["", "/topics", "/topics/work", "/translations", "/overview", "/facts", "/checks"]


def words(html: str) -> str:
    """A page as people read it, on one line."""
    return " ".join(bare(html).split())


def part(html: str, name: str) -> str:
    """The article or row with this id."""
    (found,) = re.findall(
        rf'<(article|tr)[^>]* id="{re.escape(name)}"[^>]*>(.*?)</\1>', html, re.DOTALL
    )
    return str(found[1])


# --- topics -----------------------------------------------------------------------------


def test_every_topic_is_listed_with_its_figures_and_its_review() -> None:
    page = seen(real(), "/topics")
    for topic in CONTENT.topics.values():
        assert f'href="/editors/topics/{topic.id}"' in page
    told = words(page)
    work = CONTENT.topics["work"]
    assert f"Fragen: {len(work.questions)} · Karten: {len(work.cards)}" in told
    assert "Prüfen bis" in told
    assert re.search(r"العربية \d+ %", told)


@pytest.mark.parametrize("topic", list(CONTENT.topics))
def test_every_question_and_card_stands_side_by_side(topic: str) -> None:
    page = seen(real(), f"/topics/{topic}", second="ar", picture="ar", speak="en")
    shown = CONTENT.topics[topic]
    for name in (*(f"q-{each.id}" for each in shown.questions), *(c.id for c in shown.cards)):
        assert part(page, name).count('class="side"') == 2
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page
    assert 'lang="ar" dir="rtl"' in page


def test_each_text_says_where_it_is_written() -> None:
    card = part(seen(real(), "/topics/work", second="ar"), "work.dismissal")
    title = county().texts["work/card.dismissal#title"].position
    assert "work/card.dismissal#title" in card
    assert f"content/topics/work.yaml:{title.line}" in card
    assert re.search(r"locales/ar/LC_MESSAGES/work\.po:\d+", card)


def test_a_day_of_next_year_shows_its_amounts() -> None:
    on = {day: seen(real(), "/topics/work", on=day) for day in ("2026-12-31", "2027-01-01")}
    card = next(c for c in CONTENT.topics["work"].cards if "minimum_wage" in str(c.body))
    assert "13,90" in words(part(on["2026-12-31"], card.id))
    assert "14,60" in words(part(on["2027-01-01"], card.id))


def test_a_town_shows_its_offices() -> None:
    card = next(card for card in CONTENT.topics["work"].cards if card.roles)
    for town in CONTENT.region.municipalities:
        office = CONTENT.region.office_for(card.roles[0], town.id)
        assert office is not None
        page = seen(real(), "/topics/work", town=town.id)
        assert office.name in words(unescape(part(page, card.id)))


def test_a_source_says_how_old_it_is_on_that_day() -> None:
    card = next(card for card in CONTENT.topics["work"].cards if card.source)
    assert card.source is not None
    late = card.source.checked + card.source.max_age + timedelta(days=1)
    told = words(part(seen(real(), "/topics/work", on=late.isoformat()), card.id))
    assert f"vor {card.source.max_age.days + 1} Tagen" in told
    assert "neu lesen" in told
    assert "neu lesen" not in words(part(seen(real(), "/topics/work"), card.id))


def half_translated(place: Path) -> Editors:
    """The small content with one card translated, one in part, one from an older sentence."""
    folder = Folder(place)
    folder.translate(
        "en",
        "courses",
        'msgctxt "courses/card.talk#title"\nmsgid "Mehr sprechen"\nmsgstr "Speak more"\n\n'
        '#, fuzzy\nmsgctxt "courses/card.talk#body.1"\nmsgid "Üben Sie im Sprachcafé."\n'
        'msgstr "Practise there."\n',
    )
    draft = read_draft(folder.content, folder.locales, "kreis")
    now = Running(
        Standing(1, MORNING),
        (),
        content_of(draft),
        draft.texts,
        Renderer(draft.renderer.catalogues),
    )
    workshop = Workshop(folder.content, folder.locales, "kreis", lambda: now)
    return Editors(workshop, Still(), wording(), lambda: TODAY)


def test_what_is_missing_or_fuzzy_says_so_and_what_is_seen_instead(tmp_path: Path) -> None:
    page = seen(half_translated(tmp_path), "/topics/courses")
    card = part(page, "courses.talk")
    told = words(card)
    assert "Neu Zugewanderte sehen das auf: Deutsch." in told
    assert "Übersetzungen eines alten deutschen Satzes: 1." in told
    assert "Deutsch hat sich geändert" in told
    assert "Practise there." in told, "the old translation can be read and corrected"
    assert "Practise there." not in words(card.partition("<details")[0])
    assert "fehlt" in words(part(page, "courses.course"))


def test_an_unknown_topic_is_not_found() -> None:
    async def story(get: Get) -> None:
        for path in ("/topics/nothing", "/topics/nothing/picture.svg", "/elsewhere"):
            assert (await get(path)).status_code == httpx.codes.NOT_FOUND

    look(real(), story)


# --- facts, translations, checks --------------------------------------------------------------


def test_a_fact_shows_both_years_and_the_cards_that_say_it() -> None:
    row = part(seen(real(), "/facts", on="2027-01-01"), "minimum_wage")
    told = words(row)
    assert "13,90 € pro Stunde" in told
    assert "14,60 € pro Stunde" in told
    assert "anders als heute" in told
    assert re.search(r'href="/editors/topics/work\?on=2027-01-01#work\.[a-z_]+"', row)
    assert re.search(r"content/facts\.yaml:\d+", row)


def test_every_fact_is_there_and_what_moves_shows_no_value() -> None:
    page = seen(real(), "/facts")
    moving = [fact for fact in CONTENT.facts.values() if not fact.certain]
    assert moving
    for fact in CONTENT.facts.values():
        told = words(part(page, fact.id))
        assert ("wird nicht gezeigt" in told) is (fact in moving)


def test_translations_stand_in_a_row_for_each_file() -> None:
    page = seen(real(), "/translations")
    for topic in CONTENT.topics:
        assert f"{topic}.po" in page
    assert "people.po" in page
    assert 'lang="en" font-family' in page, "the picture"


def test_every_code_of_a_finding_has_its_place_among_the_checks() -> None:
    anchors = re.findall(r'<div id="([a-z-]+)">', seen(real(), "/checks"))
    assert sorted(anchors) == NAMES


# --- findings, refused and recovered --------------------------------------------------------------


def found(editing: Editing) -> str:
    """The page of findings when the check is done."""
    editing.editors.checking = Checking(editing.editors.workshop, patience=60)
    return seen(editing.editors)


def test_clean_files_run_without_a_banner(tmp_path: Path) -> None:
    told = words(found(Editing(tmp_path)))
    assert "Fehler: 0" in told
    assert "laufen noch nicht" not in told


def test_refused_files_are_told_on_every_page_until_they_are_mended(tmp_path: Path) -> None:
    editing = Editing(tmp_path)
    editing.folder.change(COURSES, "level: good}, {person", "level: better}, {person")
    editing.clock.moment += timedelta(hours=2)
    editing.publishing.refresh()
    editing.clock.moment += timedelta(hours=1)
    editing.publishing.refresh()
    page = found(editing)
    told = words(page)
    assert "Die gespeicherten Dateien laufen noch nicht" in told
    assert "abgelehnt (Sonntag, 22. November 2026, 11:00)" in told, "the first refusal counts"
    assert "Er läuft seit: Sonntag, 22. November 2026, 09:00." in told
    assert '<a href="/editors/checks#condition-option-unknown">' in page
    assert "content/topics/courses.yaml" in told
    assert "laufen noch nicht" in words(seen(editing.editors, "/topics"))
    editing.folder.change(COURSES, "level: better}, {person", "level: good}, {person")
    editing.publishing.refresh()
    told = words(found(editing))
    assert "Fehler: 0" in told
    assert "laufen noch nicht" not in told


def test_what_only_running_content_forbids_is_found_too(tmp_path: Path) -> None:
    editing = Editing(tmp_path)
    editing.folder.change(COURSES, "  talk:\n", "  speak:\n")
    editing.folder.change(COURSES, "cards: [talk]", "cards: [speak]")
    editing.publishing.refresh()
    assert "published-id-removed" in found(editing)


def test_a_topic_shows_what_is_saved_or_what_runs(tmp_path: Path) -> None:
    editing = Editing(tmp_path)
    editing.folder.change(COURSES, "title: Mehr sprechen", "title: Viel sprechen")
    editing.folder.change(COURSES, "level: good}, {person", "level: better}, {person")
    editing.publishing.refresh()
    assert "Viel sprechen" in seen(editing.editors, "/topics/courses")
    running = seen(editing.editors, "/topics/courses", **{"as": "running"})
    assert "Mehr sprechen" in running
    assert "Viel sprechen" not in running


def test_a_file_that_cannot_be_read_is_named_and_shown_as_it_runs(tmp_path: Path) -> None:
    editing = Editing(tmp_path)
    editing.folder.write(COURSES, "topic: [")
    editing.publishing.refresh()
    assert "content/topics/courses.yaml" in seen(editing.editors, "/topics")
    told = words(seen(editing.editors, "/topics/courses"))
    assert "Die gespeicherte Datei kann nicht gelesen werden." in told
    assert "Mehr sprechen" in told


def test_without_a_region_everything_shown_is_what_runs(tmp_path: Path) -> None:
    editing = Editing(tmp_path)
    editing.folder.write("regions/kreis/region.yaml", "region: [")
    editing.publishing.refresh()
    assert "Mehr sprechen" in seen(editing.editors, "/topics/courses")
    assert "Die Dateien können gerade nicht gelesen werden." in words(
        seen(editing.editors, "/facts")
    )
    assert "Alle zusammen" in seen(editing.editors, "/translations")
    assert "<svg" in seen(editing.editors, "/overview")


# --- speed ----------------------------------------------------------------------------------


class Slow:
    """A workshop whose check takes as long as the test wants."""

    def __init__(self, editing: Editing) -> None:
        self._workshop = editing.editors.workshop
        self.may_end = threading.Event()
        self.checks = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._workshop, name)

    def findings(self, today: date) -> tuple[Finding, ...]:
        self.checks += 1
        assert self.may_end.wait(60)
        return self._workshop.findings(today)


def test_no_page_waits_for_a_check_and_it_runs_once(tmp_path: Path) -> None:
    editing = Editing(tmp_path)
    slow = Slow(editing)
    editors = Editors(slow, editing.publishing, wording(), lambda: TODAY)  # type: ignore[arg-type]
    editors.checking = Checking(slow, patience=0)  # type: ignore[arg-type]

    async def story(get: Get) -> None:
        assert "werden gerade geprüft" in (await get()).text
        assert "werden gerade geprüft" in (await get()).text
        assert (await get("/topics")).status_code == httpx.codes.OK
        ended = editors.checking.ended
        slow.may_end.set()
        await asyncio.wait_for(ended.wait(), 60)
        assert "Fehler: 0" in (await get()).text
        assert slow.checks == 1

    look(editors, story)


def test_a_page_is_made_once_until_the_files_change(tmp_path: Path) -> None:
    editing = Editing(tmp_path)
    made: list[str] = []
    topics = editing.editors.workshop.topics

    def counted(speak: str) -> TopicList:
        made.append(speak)
        return topics(speak)

    editing.editors.workshop.topics = counted  # type: ignore[method-assign]
    for _ in range(2):
        seen(editing.editors, "/topics")
    assert made == ["de"]
    editing.folder.change(COURSES, "title: Mehr sprechen", "title: Viel sprechen")
    editing.publishing.refresh()
    assert "Viel sprechen" in seen(editing.editors, "/topics/courses")
    seen(editing.editors, "/topics")
    assert made == ["de", "de"]


def test_who_watches_hears_of_every_change(tmp_path: Path) -> None:
    editing = Editing(tmp_path)

    async def story() -> None:
        changes = editing.editors._changes()
        assert (await anext(changes)).data == "1"
        stop = asyncio.Event()
        watching = asyncio.create_task(editing.publishing.watch(stop))
        editing.folder.change(COURSES, "title: Mehr sprechen", "title: Viel sprechen")
        assert (await asyncio.wait_for(anext(changes), 60)).data == "2"
        stop.set()
        await watching

    asyncio.run(story())


# --- addresses and headers --------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_no_page_needs_what_the_policy_forbids(path: str) -> None:
    async def story(get: Get) -> None:
        answer = await get(path)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert not re.search(r"<[^>]+ (style|on[a-z]+)=", answer.text)
        assert not re.search(r"<script(?! src)", answer.text)
        assert "[editors/" not in answer.text

    look(real(), story)


def test_choices_that_do_not_exist_are_as_good_as_none() -> None:
    usual = seen(real(), "/topics/work")
    odd = {
        "first": "xx",
        "second": "<script>",
        "picture": "../..",
        "on": "2027-02-30",
        "town": "\0",
        "as": "root",
        "speak": "ar",
    }
    assert seen(real(), "/topics/work", **odd) == usual
    for day in ("0001-01-01", "9999-12-31", "morgen", "20270101T"):
        assert seen(real(), "/topics/work", on=day) == usual


def test_pages_speak_english_too_and_keep_it() -> None:
    page = seen(real(), "/facts", speak="en", on="2027-01-01")
    assert '<html lang="en"' in page
    assert 'href="/editors/topics?speak=en&amp;on=2027-01-01"' in page
    assert "€13.90 per hour" in words(page)


def test_nothing_can_be_written() -> None:
    async def story(_: Get) -> None:
        methods = {method for route in real().routes() for method in route.methods}  # type: ignore[attr-defined]
        assert methods == {"GET", "HEAD"}

    look(real(), story)


def test_the_real_workshop_reads_the_files_as_they_are() -> None:
    assert real_workshop().content() is CONTENT
