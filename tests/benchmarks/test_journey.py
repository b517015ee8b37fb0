"""The journey under load exists: in the catalogues, in the reference, and in every bot."""

import json
import re
from pathlib import Path

import pytest

from tests.benchmarks import journey
from tests.benchmarks.journey import EDIT, SEND, Journey
from tests.benchmarks.peers import reference
from tests.benchmarks.place import HERE
from tests.playing.house import county
from tests.playing.newcomer import plain


@pytest.fixture(scope="module")
def journeys() -> dict[str, Journey]:
    return {one.language: one for one in journey.of_lotse()}


def test_every_language_goes_ten_steps_to_a_case(journeys: dict[str, Journey]) -> None:
    assert set(journeys) == set(journey.LANGUAGES)
    for one in journeys.values():
        assert len(one.steps) == reference.STEPS
        assert [bool(step.text) for step in one.steps] == [True] + [False] * 9
        assert all(step.button for step in one.steps[1:])
        assert [answer.method for answer in one.steps[-1].answers] == [EDIT, SEND]


@pytest.mark.parametrize("language", journey.LANGUAGES)
def test_what_is_pressed_and_expected_is_in_the_catalogue(
    journeys: dict[str, Journey], language: str
) -> None:
    one, text = journeys[language], county().renderer.text
    for step, key in zip(one.steps[2:], journey.PRESSED[1:], strict=True):
        words = text(key, language)
        assert words is not None
        assert words in plain(step.button) or key.endswith("#name")
    sent = plain("\n".join(one.steps[-1].answers[-1].lines))
    assert text("bot/sent.title#text", language) in sent.splitlines()


def test_what_depends_on_the_hour_or_the_case_is_not_expected(
    journeys: dict[str, Journey],
) -> None:
    for one in journeys.values():
        told = "\n".join(
            line for step in one.steps for answer in step.answers for line in answer.lines
        )
        assert not re.search(r"\bK\d{4}\b", told), "the case's code is another each time"
        assert all(answer.lines for step in one.steps for answer in step.answers)


def test_languages_expect_different_words(journeys: dict[str, Journey]) -> None:
    first, second = (one.steps[-1].answers[-1].lines for one in journeys.values())
    assert not set(first) & set(second)


def test_the_generator_reads_what_is_written(tmp_path: Path, journeys: dict[str, Journey]) -> None:
    path = journey.written([journeys["ar"], journey.of_peers()], tmp_path / "journeys.json")
    ours, theirs = json.loads(path.read_text(encoding="utf-8"))
    assert ours["language"] == "ar"
    assert ours["steps"][0]["text"] == journey.START
    assert set(ours["steps"][1]) == {"button", "data", "answers"}
    assert theirs["steps"][9]["data"] == "human:a"
    assert theirs["steps"][9]["answers"] == [{"method": EDIT, "lines": ["STEP10"]}]
    fields = set(re.findall(r'json:"(\w+)', (HERE / "generator" / "journey.go").read_text()))
    assert {"language", "steps", "text", "button", "data", "answers", "method", "lines"} <= fields


def test_each_reply_of_the_reference_asks_for_the_next_press() -> None:
    for step, prefix in enumerate(reference.EXPECTED, start=1):
        assert reference.marker(step) in reference.text(step)
        assert all(
            data.startswith(f"{prefix}:") for row in reference.buttons(step) for _, data in row
        )


def test_the_bot_in_another_language_has_the_same_reference() -> None:
    source = (HERE / "peers" / "grammy" / "bot.js").read_text()
    for name, words in (("EXPECTED", reference.EXPECTED), ("KEYS", reference.KEYS)):
        found = re.search(rf"const {name} = (\[.*?\]);", source)
        assert found is not None
        assert tuple(json.loads(found.group(1))) == words
    assert reference.text(1).removeprefix(reference.marker(1)) in source
