"""What editors are told to write passes the check, and their pages lead where they say."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.content.commands import check
from bot.content.testing import run_tests

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted((*DOCS.glob("*.md"), *(DOCS / "tasks").glob("*.md"), ROOT / "README.md"))
BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\(([^)#]*)(?:#([^)]*))?\)")
TODAY = date(2026, 11, 22)


def blocks(page: str) -> list[str]:
    return BLOCK.findall((DOCS / "tasks" / page).read_text(encoding="utf-8"))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The county's content with the example topic of the page about topics."""
    content = tmp_path / "content"
    shutil.copytree(ROOT / "content", content)
    (content / "topics" / "library.yaml").write_text(blocks("add-a-topic.md")[0], "utf-8")
    return content


def findings(content: Path) -> list[str]:
    """What a check says about the example topic and the amounts, without translations."""
    lines = check(content, content / "no_locales", "musterkreis", TODAY)[1]
    return [line for line in lines if "library" in line or "(warning)" not in line]


def test_example_topic_and_fact_are_clean(copy: Path) -> None:
    fact, sentence = blocks("what-a-fact-is.md")
    facts = copy / "facts.yaml"
    facts.write_text(facts.read_text("utf-8").rstrip("\n") + "\n" + fact, "utf-8")
    topic = copy / "topics" / "library.yaml"
    first = "      - Mit dem Ausweis"
    text = topic.read_text("utf-8")
    assert first in text
    topic.write_text(text.replace(first, sentence + first), "utf-8")
    *found, summary = findings(copy)
    assert [each.split()[1] for each in found] == ["only-otherwise"]
    assert summary.startswith("0 errors")
    assert run_tests(copy, "musterkreis", "library")[1][-1] == "2 tests, 0 failed"


def test_example_question_and_retired_option_are_clean(copy: Path) -> None:
    _, question = blocks("add-a-card-or-question.md")
    page = (DOCS / "tasks" / "add-a-card-or-question.md").read_text("utf-8")
    retired = next(line for line in page.splitlines() if "retired: {since: 2026-11-22" in line)
    topic = copy / "topics" / "library.yaml"
    text = topic.read_text("utf-8")
    old = "      self: {text: Für mich, summary: sich selbst}\n"
    place = "  - use: person.place"
    assert old in text
    assert place in text
    text = text.replace(old, f"      adult: Für Erwachsene\n  {retired}\n")
    topic.write_text(text.replace(place, question + place), "utf-8")
    found = [each.split()[1] for each in findings(copy)[:-1]]
    assert sorted(found) == ["answer-unused", "only-otherwise"]


def anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_pages_and_headings_that_exist(page: Path) -> None:
    for address, heading in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in address:
            continue
        target = page if not address else (page.parent / address).resolve()
        assert target.exists(), address
        assert not heading or heading in anchors(target), f"{address}#{heading}"


def test_every_page_for_editors_is_in_their_index() -> None:
    index = (DOCS / "editors.md").read_text(encoding="utf-8")
    for page in PAGES:
        if "\nFor editors. " in page.read_text(encoding="utf-8"):
            assert page.relative_to(DOCS).as_posix() in index, page.name
