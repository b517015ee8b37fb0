"""The measurement of growth in small: what it fills is real, what it asks is answered."""

import json
from pathlib import Path

import pytest

from bot.content.load import Run, load, offered_languages
from bot.i18n.catalogue import Catalogues
from bot.model.listing import Shown
from bot.store.engine import connect
from bot.store.sql import chain, opening
from tests import databases
from tests.benchmarks import growth, growth_backlog, growth_content, growth_cost, pages, soak
from tests.benchmarks.growth_crowd import Crowd
from tests.benchmarks.growth_figures import Figure, Finding, keep, kept, markdown, svg
from tests.benchmarks.growth_filling import code_of, fill, telegram_id
from tests.benchmarks.growth_telegram import Shown as Seen
from tests.benchmarks.replicas import together
from tests.playing.house import MONDAY_MORNING, county
from tests.playing.tickets import every_ticket, open_tickets

CONVERSATIONS, CASES = 40, 60


@pytest.fixture(params=["sqlite", "postgres"])
def filled(request: pytest.FixtureRequest) -> str:
    """A small filled database."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    region = county().content.region
    sizes = {"conversations": CONVERSATIONS, "cases": CASES}
    fill(url, databases.MASTER, MONDAY_MORNING, **sizes, region=region)  # type: ignore[arg-type]
    return url


def test_what_was_filled_is_what_the_program_would_have_written(filled: str) -> None:
    teams = {queue.team for queue in county().content.region.queues.values()}
    with databases.opened(filled) as store, store.transaction() as work:
        ids = [telegram_id(ordinal, CONVERSATIONS) for ordinal in range(CONVERSATIONS)]
        talks = work.people.load(ids)
        assert len(talks) == CONVERSATIONS
        assert any(talk.answers for talk in talks.values())
        there = every_ticket(work, *teams)
        assert len(there) == CASES
        found = open_tickets(work, *teams)
        assert {one.person for one in found} <= {talk.person for talk in talks.values()}
        assert all(len(work.tickets.items(one.code)) == 6 for one in found)
        old = next(one for one in there if one.code == code_of(0))
        assert work.tickets.items(old.code) == (), "what is older than 90 days is shredded"
        assert len(work.tickets.audit_trail(old.code)) == 6
    engine = connect(filled, "tests")
    with engine.connect() as connection:
        verdict = chain.verify(connection, opening.vault_of(connection, databases.MASTER))
    engine.dispose()
    assert (verdict.unmarked, verdict.findings) == (0, ())


def test_updates_are_counted_side_by_side(sqlite_url: str, tmp_path: Path) -> None:
    fill(sqlite_url, databases.MASTER, MONDAY_MORNING, conversations=20)
    with growth_cost.bot(sqlite_url, tmp_path / "bot", 20) as one:
        found = growth_cost.compared([one, one], rounds=1, people=3)
        waiting = one.house.store
        with waiting.transaction() as work:
            assert work.outbox.waiting() == 0, "all that was said is sent"
    assert [len(costs) for costs in found] == [1, 1]
    assert all(cost.cpu > 0 and cost.statements > 1 for costs in found for cost in costs)
    assert growth_cost.ratio(found[0], found[0]) == 1


def test_every_page_of_the_desk_is_asked_for(sqlite_url: str) -> None:
    region = county().content.region
    fill(sqlite_url, databases.MASTER, MONDAY_MORNING, conversations=9, cases=400, region=region)
    with databases.opened(sqlite_url) as store:
        found = list(pages.figures(store, MONDAY_MORNING, rounds=1))
    titles = {figure.title.partition(",")[0] for figure in found}
    assert titles >= {f"list: {shown}" for shown in Shown} | {"open a case"}
    assert all(figure.value > 0 for figure in found)


def test_a_small_backlog_is_answered_in_order_by_a_process_of_its_own(tmp_path: Path) -> None:
    drained = growth_backlog.drained(tmp_path, updates=40, at_once=40)
    assert (drained.updates, drained.lost, drained.inverted) == (40, 0, 0)
    assert 0 < drained.seconds <= drained.settled


def test_a_replica_is_measured_beside_its_database(tmp_path: Path, postgres_server: str) -> None:
    found = together(tmp_path, postgres_server, 1, people=4, seconds=1.0, warm_up=8)
    assert found.replicas == 1
    assert found.updates > 0
    assert found.commits > 0


def test_ten_times_the_content_is_content(tmp_path: Path) -> None:
    content, locales = growth_content.many(tmp_path, 2, every_language=True)
    languages = offered_languages(locales)
    loaded = load(
        content, "musterkreis", Catalogues.load(locales, languages), run=Run(known_clean=True)
    )
    assert loaded.content is not None
    assert len(loaded.content.topics) == 2 * len(county().content.topics)
    assert len(languages) == 20
    again = loaded.content.topics["work_2"]
    assert {card.title.partition("/")[0] for card in again.cards} == {"work_2"}


def test_newcomers_press_what_they_were_sent() -> None:
    crowd = Crowd([7])
    person = crowd.people[7]
    assert crowd.next_of(person)["message"]["text"] == "/start"
    assert crowd.idle(60) == []
    keyboard = [
        [{"text": "Weiter", "callback_data": "h"}, {"text": "Alles löschen", "callback_data": "vd"}]
    ]
    crowd.shown(Seen(7, 5, {"reply_markup": json.dumps({"inline_keyboard": keyboard})}))
    assert crowd.idle(60) == [person]
    press = crowd.next_of(person)["callback_query"]
    assert (press["data"], press["message"]["message_id"]) == ("h", 5)


def test_a_slope_is_that_of_the_line() -> None:
    assert soak.slope([0, 1, 2], [100, 101, 102]) == pytest.approx(1)
    assert soak.slope([0, 1, 2, 3], [5, 6, 5, 6]) == pytest.approx(0.2)
    assert soak.slope([1], [7]) == 0


def test_what_was_found_becomes_a_page_and_a_picture(tmp_path: Path) -> None:
    good, bad = Figure("quick", 0.5, "s", 1), Figure("slow <b>", 1234.5, "s", 1)
    share = Figure("used", 0.964, "used", 0.95, at_least=True)
    for part, figures in (("one", (good, bad)), ("two", (share,))):
        load = (0.1, 0.2)
        keep(
            tmp_path, Finding(part, part.title(), "2026-01-01", "a box", load, 3.0, figures, "So.")
        )
    found = kept(tmp_path, ["two", "missing", "one"])
    assert [one.part for one in found] == ["two", "one"]
    page, picture = markdown(found, "growth.svg"), svg(found)
    assert "| quick | 0.5 s | ≤ 1 s | yes |" in page
    assert "| slow <b> | 1,234 s | ≤ 1 s | **no** |" in page
    assert "| used | 0.964 used | ≥ 0.95 used | yes |" in page
    assert "slow &lt;b&gt;" in picture
    assert picture.count("<rect") == 1 + 3


def test_the_command_measures_a_part_and_writes_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, picture = tmp_path / "page.md", tmp_path / "page.svg"
    sizes = ["--conversations", "20", "40", "--rounds", "1"]
    files = ["--folder", str(tmp_path), "--page", str(page), "--picture", str(picture)]
    assert growth.main(["cost", *sizes, *files]) == 0
    assert "40 conversations, as a multiple of 20" in page.read_text(encoding="utf-8")
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    assert "cost: " in capsys.readouterr().out
