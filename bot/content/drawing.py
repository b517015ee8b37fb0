"""`lotse content graph`: a topic, or all of them, drawn into a file.

The pictures themselves are made in `bot.content.picture`; here is which one, in which
form, and what is said when it cannot be drawn.
"""

from collections.abc import Sequence
from pathlib import Path

from bot.content.draft import Draft, read_draft
from bot.content.explain import unknown_topic
from bot.content.picture.mermaid import overview_mermaid, topic_mermaid
from bot.content.picture.overview import overview_svg
from bot.content.picture.png import NoFonts, png
from bot.content.picture.topic import topic_svg
from bot.content.printed import Form, Printed
from bot.content.problems import listed
from bot.content.sources import usual_region
from bot.model.content import Content

_ENDINGS = {Form.SVG: ".svg", Form.PNG: ".png", Form.MERMAID: ".mmd"}


def form_of(file: Path) -> Form:
    """The form a file's name asks for; SVG where it says nothing."""
    return next((form for form, ending in _ENDINGS.items() if file.suffix == ending), Form.SVG)


def graph(
    folders: tuple[Path, Path],
    region: str | None,
    topic: str | None,
    language: str,
    target: tuple[Form | None, Path | None],
) -> Printed:
    """Draw `topic`, or all topics if there is none named, and write the file.

    `folders` are those of the content and of its translations, `target` form and file:
    without a file it is called after what it shows.
    """
    chosen = region or usual_region(folders[0])
    if chosen is None:
        return 2, [f"{folders[0]}: there is no region that a bot can run"]
    draft = read_draft(*folders, chosen)
    refused = _refused(draft, topic, language)
    if refused or draft.content is None:
        return 2 if draft.content else 1, [*refused, "nothing was drawn"]
    form, file = target
    form = form or (Form.SVG if file is None else form_of(file))
    file = file or Path(f"{topic or 'topics'}.{language}{_ENDINGS[form]}")
    problems = draft.standing_in_the_way([topic] if topic else draft.content.topics)
    try:
        file.write_bytes(drawn(draft.content, draft, topic, language, form))
    except (NoFonts, OSError) as error:
        return 2, [str(error)]
    warning = ["the picture shows what could be read; mend these first:"] if problems else []
    return int(bool(problems)), [str(file), *warning, *map(str, problems)]


def drawn(content: Content, draft: Draft, topic: str | None, language: str, form: Form) -> bytes:
    """The picture as the bytes of a file."""
    renderer = draft.renderer
    if form is Form.MERMAID:
        if topic is None:
            return overview_mermaid(content, renderer, language).encode()
        return topic_mermaid(content, renderer, topic, language).encode()
    if topic is None:
        svg = overview_svg(content, renderer, language)
    else:
        svg = topic_svg(content, renderer, topic, language)
    return svg.encode() if form is Form.SVG else png(svg)


def _refused(draft: Draft, topic: str | None, language: str) -> Sequence[str]:
    """Why there is nothing to draw."""
    if draft.content is None:
        return [str(problem) for problem in draft.problems]
    if topic is not None and topic not in draft.content.topics:
        broken = [str(problem) for problem in draft.standing_in_the_way([topic])]
        return broken or [unknown_topic(topic, draft.content.topics)]
    if language not in draft.renderer.catalogues.offered:
        offered = listed(draft.renderer.catalogues.offered, 40)
        return [f"there is no language `{language}` -> write one of: {offered}"]
    return []
