"""What pictures show of a topic, in which words, and that every program can read them."""

import re
from collections import Counter
from struct import unpack
from xml.etree import ElementTree as ET

import pytest

from bot.content.draft import Draft
from bot.content.picture import png as png_module
from bot.content.picture.chart import chart, letters, tone_of
from bot.content.picture.mermaid import overview_mermaid, topic_mermaid
from bot.content.picture.overview import links_of, overview_svg
from bot.content.picture.png import NoFonts, png
from bot.content.picture.topic import topic_svg
from tests.content.picture.drafts import content_of, small
from tests.playing.house import county

CONTENT, RENDERER = county().content, county().renderer
SVG = "{http://www.w3.org/2000/svg}"
ISOLATES = re.compile("[\u2066-\u2069\u200e\u200f]")


def shown(svg: str) -> str:
    """All text of a picture, its lines joined, without marks of direction."""
    texts = ["".join(text.itertext()) for text in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - made here
    return ISOLATES.sub("", " ".join(texts))


def bare(text: str) -> str:
    return " ".join(ISOLATES.sub("", text).split())


@pytest.mark.parametrize("language", RENDERER.catalogues.offered)
@pytest.mark.parametrize("topic", list(CONTENT.topics))
def test_nothing_of_a_topic_is_left_out(topic: str, language: str) -> None:
    svg = topic_svg(CONTENT, RENDERER, topic, language)
    text = shown(svg)
    data = chart(CONTENT, RENDERER, topic, language)
    wanted = [data.title, *data.handover.sentences]
    wanted += [asked.text for asked in data.questions]
    wanted += [clause.text for asked in data.questions for clause in asked.when]
    wanted += [choice.text for asked in data.questions for choice in asked.choices]
    wanted += [advice.title for advice in data.cards]
    wanted += [clause.text for advice in data.cards for clause in advice.when]
    spaceless = text.replace(" ", "")
    assert [each for each in wanted if bare(each).replace(" ", "") not in spaceless] == []
    assert "[" not in re.sub(r"\[[^/\]]*\]", "", text), "a message without text"


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Draft:
    return small(tmp_path_factory.mktemp("small"))


def test_danger_is_an_exit_and_named(draft: Draft) -> None:
    data = chart(content_of(draft), draft.renderer, "jobs", "de")
    exits = [choice for asked in data.questions for choice in asked.choices if choice.danger]
    assert [choice.danger for choice in exits] == ["Gefahr: Jemand tut mir weh (P0)"]
    assert exits[0].text == "Zwang, Angst"
    svg = topic_svg(content_of(draft), draft.renderer, "jobs", "de")
    assert "Gefahr: Jemand tut mir weh (P0)" in shown(svg)


def test_answers_point_to_what_depends_on_them(draft: Draft) -> None:
    data = chart(content_of(draft), draft.renderer, "jobs", "de")
    titles = {advice.mark: advice.title for advice in data.cards}
    leads = {
        (asked.number, choice.text): (choice.questions, [titles[mark] for mark in choice.cards])
        for asked in data.questions
        for choice in asked.choices
    }
    assert leads[1, "Aufenthaltserlaubnis"] == ((4,), [])
    assert leads[2, "eine Zahl von 0 bis 600"] == ((3, 4), ["Kurs"])
    assert leads[4, "Lohn fehlt"] == ((), ["Lohn fehlt"])
    assert leads[4, "Keines"] == ((), [])
    assert leads[5, "Kurs"] == ((), ["Kurs"])
    assert leads[6, "Gemeinden: 2, dazu „außerhalb“"] == ((), [])


def test_the_handover_names_queues_and_haste(draft: Draft) -> None:
    data = chart(content_of(draft), draft.renderer, "jobs", "de")
    assert data.handover.sentences == (
        "Fälle gehen an: Sprache",
        "Unabhängig davon auch: Beratung",
        "Eilig (P1) auch, wenn eine Karte „sofort“ passt.",
    )
    ((name, (clause,)),) = data.handover.conditions
    assert (name, clause.text) == ("Eilig (P1):", "Monate (2): weniger als 1")


def test_urgent_cards_come_first_and_everybody_elses_last() -> None:
    for topic in CONTENT.topics:
        data = chart(CONTENT, RENDERER, topic, "de")
        tones = [advice.mark.tone.value for advice in data.cards]
        assert tones == sorted(tones, key=["now", "soon", "normal", "otherwise"].index)
        assert tones.count("otherwise") == 1
        counted = Counter(tone_of(card).value for card in CONTENT.topics[topic].cards)
        assert Counter(tones) == counted


def test_letters_go_on_after_z() -> None:
    assert [letters(number) for number in (0, 25, 26, 51, 52, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "AAA",
    ]


def test_a_strict_page_may_show_it() -> None:
    for svg in (topic_svg(CONTENT, RENDERER, "work", "ar"), overview_svg(CONTENT, RENDERER, "ar")):
        tree = ET.fromstring(svg)  # noqa: S314 - made here
        names = {element.tag.removeprefix(SVG) for element in tree.iter()}
        assert names & {"style", "script", "foreignObject", "image", "use"} == set()
        attributes = {name for element in tree.iter() for name in element.attrib}
        assert [name for name in attributes if name in {"style", "id"} or name[:2] == "on"] == []
        assert tree.find(f"{SVG}title") is not None
        assert tree.get("lang") == "ar"


def test_right_to_left_is_the_mirror_image() -> None:
    def starts(language: str) -> tuple[float, ...]:
        """Where questions and cards begin, seen from the side a reader begins at."""
        tree = ET.fromstring(topic_svg(CONTENT, RENDERER, "work", language))  # noqa: S314 - made here
        wide = float(tree.get("width", "0"))
        rects = [rect for rect in tree.iter(f"{SVG}rect") if rect.get("stroke") == "#1a1a1a"]
        boxes = [[float(rect.get(name, "0")) for name in ("x", "width")] for rect in rects]
        return tuple(sorted({wide - x - w if language == "ar" else x for x, w in boxes}))

    assert starts("ar") == starts("de")


def test_the_same_content_gives_the_same_picture() -> None:
    assert topic_svg(CONTENT, RENDERER, "work", "de") == topic_svg(CONTENT, RENDERER, "work", "de")


def test_the_table_of_topics_counts_every_link() -> None:
    links = links_of(CONTENT)
    text = shown(overview_svg(CONTENT, RENDERER, "de"))
    assert f"Verbindungen: {len(links)}" in text
    tree = ET.fromstring(overview_svg(CONTENT, RENDERER, "de"))  # noqa: S314 - made here
    dots = [c for c in tree.iter(f"{SVG}circle") if c.get("fill") == "#005a8c"]
    assert len(dots) == len(links)


# --- PNG ---------------------------------------------------------------------------


def test_png_is_twice_the_size() -> None:
    picture = png(topic_svg(CONTENT, RENDERER, "crisis", "de"))
    assert picture.startswith(b"\x89PNG")
    wide, high = unpack(">II", picture[16:24])
    assert wide == 2360
    assert high > 1000


def test_without_fonts_there_is_no_empty_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png_module, "FONTS", "A Font Nobody Has")
    with pytest.raises(NoFonts, match="install Noto Sans"):
        png(topic_svg(CONTENT, RENDERER, "crisis", "de"))


# --- Mermaid -----------------------------------------------------------------------

NAME = r"[a-z][A-Za-z0-9_]*"
LABEL = r'"(?:[^"#<>&`\\]|#(?:\d+|quot|lt|gt|amp);|<br/>)*"'
SHAPES = "|".join(
    f"{re.escape(opening)}{LABEL}{re.escape(closing)}"
    for opening, closing in (("([", "])"), ("[[", "]]"), ("[", "]"), ("{{", "}}"), ("{", "}"))
)
LINE = re.compile(
    rf"flowchart (?:TD|LR)| *subgraph {NAME} \[{LABEL}\]| *end"
    rf"| +{NAME}(?:{SHAPES})(?::::{NAME})?"
    rf"| +{NAME} -\.?->(?:\|{LABEL}\|)? {NAME}"
    rf"|  classDef {NAME} [a-z-]+:[#0-9a-z ]+(?:,[a-z-]+:[#0-9a-z ]+)*"
)
RESERVED = {"end", "graph", "subgraph", "class", "click", "style", "default"}


@pytest.mark.parametrize("language", RENDERER.catalogues.offered)
@pytest.mark.parametrize("topic", [*CONTENT.topics, None])
def test_mermaid_keeps_to_a_small_part_of_its_language(topic: str | None, language: str) -> None:
    if topic is None:
        text = overview_mermaid(CONTENT, RENDERER, language)
    else:
        text = topic_mermaid(CONTENT, RENDERER, topic, language)
    lines = text.splitlines()
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    plain = [re.sub(LABEL, '""', line) for line in lines]
    defined = {m[1] for line in plain if (m := re.match(rf" +({NAME})[\[({{]", line))}
    used = {
        name
        for line in plain
        if (m := re.fullmatch(rf' +({NAME}) -\.?->(?:\|""\|)? ({NAME})', line))
        for name in m.groups()
    }
    assert used - defined == set()
    assert defined & RESERVED == set()


def test_signs_of_mermaid_itself_are_escaped(draft: Draft) -> None:
    text = topic_mermaid(content_of(draft), draft.renderer, "jobs", "de")
    assert "Arbeit #amp; #lt;Lohn#gt;" in text
    assert "Was ist das #quot;Problem#quot;?" in text
    assert [line for line in text.splitlines() if not LINE.fullmatch(line)] == []
