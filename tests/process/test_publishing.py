"""What editors save runs at once in the playground, or is refused whole with its findings."""

import pickle
import shutil
from datetime import date
from hashlib import blake2b
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.content.loaded import Loaded
from bot.content.prepared import Prepared, Ready, mark_of
from bot.content.state_holidays import StateHolidays, around
from bot.engine import urgent
from bot.i18n.catalogue import Catalogues
from bot.model.content import Priority
from bot.publishing import BrokenContent, Publishing
from tests.playing import house
from tests.playing.house import ROOT

KEY = "people/german#text"


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    for name in ("content", "locales"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def publishing(folders: Path) -> Publishing:
    return Publishing(folders / "content", folders / "locales", "musterkreis")


def edit(folders: Path, old: str, new: str) -> None:
    path = folders / "content" / "people.yaml"
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new), encoding="utf-8")


def test_a_changed_sentence_runs_in_content_and_wording(
    publishing: Publishing, folders: Path
) -> None:
    text = publishing.renderer.text(KEY, "de")
    assert text is not None
    edit(folders, text, "Wie gut ist Ihr Deutsch?")
    version = publishing.contents.current().version
    assert not any(problem.blocks for problem in publishing.refresh())
    assert publishing.renderer.text(KEY, "de") == "Wie gut ist Ihr Deutsch?"
    assert publishing.renderer.text(KEY, "uk") is None, "its translation belongs to the old one"
    assert publishing.contents.current().version != version


def test_the_first_text_finds_the_dangers_of_its_content_ready(
    publishing: Publishing, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking through all phrases takes a quarter of a second: nobody who writes waits for it."""

    monkeypatch.setattr(urgent, "index_of", None)
    said = "mein Mann schlägt mich"
    first = urgent.recognise(publishing.contents.current(), said)
    monkeypatch.undo()
    text = publishing.renderer.text(KEY, "de")
    assert text is not None
    edit(folders, text, "Wie gut ist Ihr Deutsch?")
    assert not any(problem.blocks for problem in publishing.refresh())
    monkeypatch.setattr(urgent, "index_of", None)
    second = urgent.recognise(publishing.contents.current(), said)
    assert first is not None
    assert second is not None
    assert (first.id, first is second) == (second.id, False)


def test_broken_content_changes_nothing(publishing: Publishing, folders: Path) -> None:
    """A running bot keeps its content: fault 59."""
    before = publishing.contents.current()
    text = publishing.renderer.text(KEY, "de")
    edit(folders, "type: choice", "type: choise")
    found = [problem for problem in publishing.refresh() if problem.blocks]
    assert found
    assert publishing.contents.current() is before
    assert publishing.renderer.text(KEY, "de") == text


def test_nothing_starts_on_broken_content(folders: Path) -> None:
    edit(folders, "type: choice", "type: choise")
    with pytest.raises(BrokenContent) as caught:
        Publishing(folders / "content", folders / "locales", "musterkreis")
    assert any("people.yaml" in line for line in caught.value.lines)


def test_prepared_content_is_not_read_again_until_a_byte_changes(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = Prepared(folders / "data" / "prepared")
    places = (folders / "content", folders / "locales")

    def start() -> Publishing:
        return Publishing(*places, "musterkreis", prepared=prepared)

    first = start()
    with monkeypatch.context() as patched:
        patched.setattr("bot.content.load.read_sources", None)
        again = start()
    assert again.contents.current() == first.contents.current()
    state = first.contents.current().region.state
    monkeypatch.setattr("bot.content.state_holidays._looked_up", None)
    assert again.holidays.is_holiday(state, date(SystemClock().now().year, 12, 25))
    assert again.contents.texts == first.contents.texts
    for language in first.renderer.catalogues.offered:
        one, other = (each.renderer.catalogues.shown.by_language for each in (first, again))
        assert one[language] == other[language]
    # What only a check finds: a test beside the content that expects another card.
    edit(folders, "text: Schutz nach dem Asyl", "text: Asylverfahren läuft")
    assert prepared.find(mark_of(*places, "musterkreis")) is None
    for _ in range(2):
        with pytest.raises(BrokenContent) as caught:
            start()
        assert any("button" in line for line in caught.value.lines)


def test_editors_find_every_message_of_the_translators_in_what_was_prepared(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = Prepared(folders / "data" / "prepared")
    places = (folders / "content", folders / "locales")

    def start(*, for_editors: bool) -> Publishing:
        return Publishing(*places, "musterkreis", prepared=prepared, for_editors=for_editors)

    first = start(for_editors=True)
    monkeypatch.setattr("bot.content.load.read_sources", None)
    again = start(for_editors=True)
    bots = start(for_editors=False).renderer.catalogues
    for language in first.renderer.catalogues.offered:
        entries = again.renderer.catalogues.entries(language)
        assert len(entries) > 300
        assert entries == first.renderer.catalogues.entries(language)
        assert bots.entries(language) == ()
    assert again.renderer.text(KEY, "uk") == first.renderer.text(KEY, "uk")


def test_holidays_are_prepared_for_the_years_to_come_and_looked_up_for_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state, epiphany, ordinary = "BW", date(2027, 1, 6), date(2027, 1, 7)
    known = StateHolidays(around(state, date(2026, 11, 22)))
    asked: list[tuple[str, int]] = []

    def look_up(state: str, year: int) -> frozenset[date]:
        asked.append((state, year))
        return frozenset()

    monkeypatch.setattr("bot.content.state_holidays._looked_up", look_up)
    assert known.is_holiday(state, epiphany)
    assert not known.is_holiday(state, ordinary)
    assert all(known.is_holiday(state, date(year, 12, 25)) for year in range(2025, 2030))
    assert asked == []
    known.is_holiday(state, date(2030, 1, 6))
    known.is_holiday("HE", epiphany)
    assert asked == [(state, 2030), ("HE", 2027)]


def test_a_damaged_or_forged_file_of_prepared_content_is_none(tmp_path: Path) -> None:
    prepared = Prepared(tmp_path)
    mark, raw = _empty(prepared)
    (tmp_path / mark).write_bytes(raw[:-1])
    assert prepared.find(mark) is None
    forged = pickle.dumps(Path("/"))
    (tmp_path / mark).write_bytes(blake2b(forged, digest_size=32).digest() + forged)
    assert prepared.find(mark) is None
    (tmp_path / mark).write_bytes(raw)
    assert prepared.find(mark) is not None


def test_what_one_python_writes_in_another_way_is_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Debian 12's has members of enumerations made by `getattr`: nothing was ever found again."""
    monkeypatch.setattr(Priority, "__reduce_ex__", lambda one, _: (getattr, (Priority, one.name)))
    prepared, kept = Prepared(tmp_path), Ready.of(*house.read(), date(2026, 11, 22))
    prepared.keep("a", kept)
    found = prepared.find("a")
    assert found is not None
    assert found.loaded.content == kept.loaded.content


def test_where_nothing_can_be_kept_it_is_said_and_the_bot_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "taken").write_text("a file, where a folder has to be")
    prepared = Prepared(tmp_path / "taken")
    prepared.keep("a", Ready(Loaded(None, (), {}), Catalogues({}, {})))
    assert "could not be prepared" in caplog.text
    assert prepared.find("a") is None


def test_only_the_latest_prepared_contents_are_kept(tmp_path: Path) -> None:
    prepared = Prepared(tmp_path)
    for number in range(20):
        _empty(prepared, f"{number:02}")
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{n:02}" for n in range(12, 20)]


def _empty(prepared: Prepared, mark: str = "a") -> tuple[str, bytes]:
    prepared.keep(mark, Ready(Loaded(None, (), {}), Catalogues({}, {})))
    return mark, (prepared.folder / mark).read_bytes()
