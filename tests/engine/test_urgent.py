"""Danger in typed words: how phrases fit, what cancels them, and which danger comes first."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine import triggers
from bot.engine.spelling import folded, words
from bot.engine.urgent import recognise
from bot.model.content import Content, Emergency, Priority
from tests.playing.house import county

Phrases = Mapping[str, tuple[str, ...]]


def kind(
    name: str,
    *triggers: str,
    harmless: tuple[str, ...] = (),
    priority: Priority = Priority.P0,
    order: int = 10,
) -> Emergency:
    phrases: Phrases = {"de": triggers}
    return Emergency(
        id=name,
        icon="⚠",
        order=order,
        button=None,
        message=(),
        phones=(),
        hint=None,
        priority=priority,
        queue="protection",
        independent=None,
        independent_first=False,
        ask_safe=False,
        triggers=phrases,
        harmless={"de": harmless},
    )


def content(*kinds: Emergency) -> Content:
    return replace(county().content, emergencies={each.id: each for each in kinds})


def found(text: str, *kinds: Emergency) -> str | None:
    danger = recognise(content(*kinds), text)
    return danger.id if danger else None


@pytest.mark.parametrize(
    ("phrase", "text", "fits"),
    [
        ("schlägt mich", "Er SCHLÄGT mich!", True),
        ("schlägt mich", "Er schlagt mich", True),
        ("schlägt mich", "er schlägt leider immer mich", True),
        ("schlägt mich", "er schlägt leider wieder ganz mich", False),
        ("schlägt mich", "mich schlägt er", False),
        ("abschieb*", "die Abschiebung", True),
        ("abschieb*", "kein Schieben", False),
        ("abschieb", "die Abschiebung", False),
        ("mann schl* mich", "mein Mann, er schlug mich", True),
        ("б'є мене", "чоловік бʼє мене", True),
        ("يضربني", "يهددني ويضربني", True),
        ("ضرب* ابني", "الجار وضرب ابني", True),
        ("عد", "وعد", False),
        ("schlägt mich", "", False),
        ("schlägt mich", "mich", False),
    ],
)
def test_a_phrase_fits_words_in_order_with_two_between(phrase: str, text: str, fits: bool) -> None:
    assert found(text, kind("violence", phrase)) == ("violence" if fits else None)


def test_a_harmless_phrase_cancels_what_it_overlaps_and_nothing_else() -> None:
    violence = kind("violence", "schlägt mich", "bedroht", harmless=("schlägt mich im schach",))
    assert found("Er schlägt mich im Schach", violence) is None
    assert found("Er schlägt mich im Schach und bedroht uns", violence) == "violence"
    assert found("Er schlägt mich. Oft. Im Schach sagt er nichts.", violence) is None
    assert found("Er schlägt mich zu Hause", violence) == "violence"


def test_a_harmless_phrase_of_one_kind_does_not_silence_another() -> None:
    violence = kind("violence", "schlägt mich")
    child = kind("child", "schlägt kind", harmless=("schlägt mich",))
    assert found("Papa schlägt mich", violence, child) == "violence"


def test_the_most_serious_danger_is_answered() -> None:
    letter = kind("deadline", "brief", priority=Priority.P1, order=1)
    violence = kind("violence", "schlägt", order=30)
    medical = kind("medical", "blutet", order=20)
    text = "Ein Brief kam, er schlägt mich, es blutet"
    assert found(text, letter, violence, medical) == "medical"
    assert found("Ein Brief kam, er schlägt mich", letter, violence, medical) == "violence"
    assert found("Ein Brief kam", letter, violence, medical) == "deadline"


def test_new_content_is_asked_at_once() -> None:
    """An index is kept with the content it was made of, even if both have one version."""
    assert found("es blutet", kind("medical", "blutet")) == "medical"
    assert found("es blutet", kind("medical", "atmet nicht")) is None


def test_a_phrase_without_words_finds_nothing() -> None:
    assert found("Hallo!", kind("medical", "*", "!")) is None


@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_plain_letters_are_folded_like_all_others(text: str) -> None:
    assert folded(f"é{text}é") == f"e{folded(text)}e"


def test_a_word_that_begins_many_phrases_may_be_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who repeats it a thousand times makes nobody wait: each place is looked at once: fault 53."""
    followed: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for each in county().content.emergencies.values():
        for phrases in (each.triggers, each.harmless):
            for phrase in (phrase for some in phrases.values() for phrase in some):
                said = words(phrase.replace("*", ""))
                followed[said[:2]].update(said[2:])
    pair = max(followed, key=lambda pair: len(followed[pair]))
    text = " ".join([*followed[pair], *pair * 1000])
    tried: list[object] = []
    real = triggers._end

    def counted(*place: Any) -> int | None:
        tried.append(place)
        return real(*place)

    monkeypatch.setattr(triggers, "_end", counted)
    recognise(county().content, text)
    assert len(followed[pair]) > 20
    assert len(tried) < len(words(text))
