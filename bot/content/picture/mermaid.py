"""The same pictures as Mermaid text, for wikis and pages that draw it themselves.

Only a small part of Mermaid's language is used: nodes, arrows with a label, classes.
Every label stands in quotes with its own signs escaped.
"""

from collections.abc import Iterator, Sequence

from bot.content.picture.chart import TONE_WORDS, Asked, Chart, Tone, chart
from bot.content.picture.marks import COLOURS, DANGER, ON_COLOUR, TINTS
from bot.content.picture.overview import links_of
from bot.content.picture.svg import INK, WHITE
from bot.content.plain import Clause, Plain
from bot.i18n.render import Renderer
from bot.model import wording
from bot.model.content import Content

_ESCAPES = str.maketrans(
    {
        "#": "#35;",
        '"': "#quot;",
        "<": "#lt;",
        ">": "#gt;",
        "&": "#amp;",
        "`": "#96;",
        "\\": "#92;",
    }
)
_NEXT_LINE = "<br/>"


def topic_mermaid(content: Content, renderer: Renderer, topic_id: str, language: str) -> str:
    """The topic `topic_id` as a Mermaid flowchart. Raises KeyError if there is no such topic."""
    return "\n".join(_topic(chart(content, renderer, topic_id, language))) + "\n"


def overview_mermaid(content: Content, renderer: Renderer, language: str) -> str:
    """All topics as a Mermaid flowchart, those of a group together."""
    plain = Plain(content, renderer, language, {})
    lines = ["flowchart LR"]
    for number, group in enumerate(content.groups):
        topics = [topic for topic in content.topics.values() if topic.group == group.id]
        if topics:
            lines.append(f"  subgraph g{number} [{_label([plain.say(group.title)])}]")
            lines += [f"    t_{t.id}[{_label([plain.say(t.title)])}]" for t in topics]
            lines.append("  end")
    for (start, end), count in sorted(links_of(content).items()):
        lines.append(f"  t_{start} -->|{_label([str(count)])}| t_{end}")
    return "\n".join(lines) + "\n"


def _topic(shown: Chart) -> Iterator[str]:
    yield "flowchart TD"
    yield f"  start([{_label([shown.title])}])"
    entrances = [_entrance(asked) for asked in shown.questions]
    ways = [*entrances, "result"]
    yield f"  start --> {ways[0]}"
    for asked, following in zip(shown.questions, ways[1:], strict=True):
        yield from _question(shown, asked, following)
    yield f"  result([{_label([shown.plain.say('picture/result#text')])}])"
    for advice in shown.cards:
        word = shown.plain.say(TONE_WORDS[advice.mark.tone])
        head = f"{advice.mark.letter} · {advice.title} ({word})"
        node = f"card_{advice.mark.letter}"
        yield f"  {node}[{_label([head, *_lines(advice.when)])}]:::{advice.mark.tone.value}"
        yield f"  result --> {node}"
    conditions = [
        line for name, clauses in shown.handover.conditions for line in (name, *_lines(clauses))
    ]
    yield f"  handover[[{_label([*shown.handover.sentences, *conditions])}]]"
    yield "  result --> handover"
    yield from _classes()


def _entrance(asked: Asked) -> str:
    """What an arrow to the question leads to: its condition, if it has one."""
    return f"when_{asked.number}" if asked.when else f"ask_{asked.number}"


def _question(shown: Chart, asked: Asked, following: str) -> Iterator[str]:
    node = f"ask_{asked.number}"
    if asked.when:
        say = shown.plain.say
        yield f"  when_{asked.number}{{{_label(_lines(asked.when))}}}"
        yield f"  when_{asked.number} -->|{_label([say(wording.YES)])}| {node}"
        yield f"  when_{asked.number} -.->|{_label([say(wording.NO)])}| {following}"
    sign = "□" if asked.several else "○"
    choices = [f"{sign} {choice.text}" for choice in asked.choices]
    yield f"  {node}[{_label([f'{asked.number} · {asked.text}', *choices])}]"
    for number, choice in enumerate(asked.choices, 1):
        if choice.danger is not None:
            name = f"danger_{asked.number}_{number}"
            yield f"  {name}{{{{{_label([choice.danger])}}}}}:::danger"
            yield f"  {node} -->|{_label([choice.text])}| {name}"
    yield f"  {node} --> {following}"


def _lines(clauses: Sequence[Clause]) -> list[str]:
    return [
        f"{'– ' if clause.depth else ''}{clause.lead} {clause.text}".strip() for clause in clauses
    ]


def _label(lines: Sequence[str]) -> str:
    return '"' + _NEXT_LINE.join(line.translate(_ESCAPES) for line in lines) + '"'


def _classes() -> Iterator[str]:
    for tone in Tone:
        dashed = ",stroke-dasharray:6 4" if tone is Tone.OTHERWISE else ""
        fill = COLOURS[tone] if tone is Tone.NOW else TINTS[tone]
        text = ON_COLOUR[tone] if tone is Tone.NOW else INK
        yield (
            f"  classDef {tone.value} fill:{fill},stroke:{COLOURS[tone]},"
            f"stroke-width:2px,color:{text}{dashed}"
        )
    yield f"  classDef danger fill:{DANGER},stroke:{INK},color:{WHITE}"
