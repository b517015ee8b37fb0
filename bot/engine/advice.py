"""Cards as messages: advice, own next steps, papers, and who is responsible here.

Facts are looked up for the day: a paragraph with an expired one is replaced by
its `without` text, never shown with an old number.
"""

from datetime import date

from bot.engine.talk import text
from bot.model import wording as w
from bot.model.content import Card, Content
from bot.model.paragraphs import Paragraph
from bot.model.phrases import Block, Hours, LanguageNames, Phrase, Style, Value
from bot.model.region import Office

MAX_OFFICES = 3
"""At most this many offices, unless steps of the card name more: each of those is listed."""


def card_blocks(
    content: Content, card: Card, today: date, municipality: str | None
) -> tuple[Block, ...]:
    """Everything a card says to people of `municipality` on the day `today`."""
    return (
        Block(Phrase(card.title), Style.TITLE),
        *_body(content, card, today),
        *_steps(content, card, today),
        *_papers(content, card),
        *_offices(content, card, municipality),
        *_source(card),
    )


def paragraph_phrase(content: Content, paragraph: Paragraph, today: date) -> Phrase | None:
    """The paragraph as it may be said on `today`; None if nothing of it may be said."""
    facts: dict[str, Value] = {}
    for fact in paragraph.facts:
        value = content.facts[fact].on(today)
        if value is None:
            fallback = paragraph.without
            return Phrase(fallback, _phones(content, paragraph)) if fallback else None
        facts[f"fact:{fact}"] = value
    return Phrase(paragraph.text, {**_phones(content, paragraph), **facts})


def timeless_phrase(content: Content, paragraph: Paragraph) -> Phrase:
    """A paragraph that names no facts: what is said in danger and at night."""
    return Phrase(paragraph.text, _phones(content, paragraph))


def _phones(content: Content, paragraph: Paragraph) -> dict[str, Value]:
    return {f"phone:{phone}": content.phones[phone].number for phone in paragraph.phones}


def _body(content: Content, card: Card, today: date) -> tuple[Block, ...]:
    phrases = (paragraph_phrase(content, paragraph, today) for paragraph in card.body)
    return tuple(Block(phrase) for phrase in phrases if phrase is not None)


def _steps(content: Content, card: Card, today: date) -> tuple[Block, ...]:
    phrases = (paragraph_phrase(content, step.text, today) for step in card.steps)
    steps = tuple(Block(phrase, Style.STEP) for phrase in phrases if phrase is not None)
    return (Block(Phrase(w.NEXT_STEPS), Style.HEADING), *steps) if steps else ()


def _papers(content: Content, card: Card) -> tuple[Block, ...]:
    papers = tuple(Block(Phrase(content.papers[paper]), Style.ITEM) for paper in card.bring)
    return (Block(Phrase(w.BRING), Style.HEADING), *papers) if papers else ()


def _offices(content: Content, card: Card, municipality: str | None) -> tuple[Block, ...]:
    """The responsible offices, each once, with the roles they fill for this card."""
    roles_by_office: dict[str, list[str]] = {}
    for role in card.roles:
        office = content.region.office_for(role, municipality)
        if office is not None:
            roles_by_office.setdefault(office.id, []).append(role)
    if not roles_by_office:
        return ()
    heading = w.RESPONSIBLE if municipality else w.RESPONSIBLE_COUNTY
    blocks = [Block(Phrase(heading), Style.HEADING)]
    of_steps = {step.role for step in card.steps}
    for place, (office_id, roles) in enumerate(roles_by_office.items()):
        if place >= MAX_OFFICES and of_steps.isdisjoint(roles):
            continue
        purpose = Phrase(content.roles[roles[0]])
        blocks.extend(office_blocks(content.region.offices[office_id], purpose))
    return tuple(blocks)


def office_blocks(office: Office, role: Phrase) -> tuple[Block, ...]:
    """One office: what it is for, name and address, how and when to reach it."""
    lines = [text(w.OFFICE, role=role, name=office.name, address=office.address)]
    if office.phone:
        lines.append(Block(Phrase(w.OFFICE_PHONE, {"phone": office.phone}), Style.LINE))
    if office.hours:
        hours = Hours(
            tuple((opening.weekday, opening.start, opening.end) for opening in office.hours)
        )
        lines.append(Block(Phrase(w.OFFICE_HOURS, {"hours": hours}), Style.LINE))
    if office.languages:
        spoken: dict[str, Value] = {"languages": LanguageNames(office.languages)}
        lines.append(Block(Phrase(w.OFFICE_LANGUAGES, spoken), Style.LINE))
    if office.note:
        lines.append(Block(Phrase(office.note), Style.LINE))
    return tuple(lines)


def _source(card: Card) -> tuple[Block, ...]:
    if card.source is None:
        return ()
    values: dict[str, Value] = {"url": card.source.url, "date": card.source.checked}
    return (Block(Phrase(w.SOURCE, values), Style.NOTE),)
