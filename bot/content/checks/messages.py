"""Messages fit into Telegram's 4,096 UTF-16 units in every language.

Counted is what stands together: a question with its reason, a card with its steps,
papers, offices and source, a first message in danger. `RESERVE` is for headings,
signs and dates that the program adds.
"""

from collections.abc import Iterator

from bot.content.material import Material, shown
from bot.content.problems import Code, Position, Problem
from bot.content.texts import MESSAGE_LIMIT
from bot.model.content import Card
from bot.model.region import Office

LONG = Code(
    "message-too-long",
    "`{name}` has about {count} characters in {language}",
    "shorten it; a message has at most {most}",
)

RESERVE = 400


def check(material: Material) -> Iterator[Problem]:
    messages = list(_messages(material))
    for language in ("de", *material.translations):
        lengths: dict[str, int] = {}
        for name, keys, extra, position in messages:
            for key in keys:
                if key not in lengths:
                    lengths[key] = _units(_shown(material, key, language)) + 2
            count = extra + sum(lengths[key] for key in keys)
            if count > MESSAGE_LIMIT:
                yield LONG.at(
                    position, name=name, count=count, language=language, most=MESSAGE_LIMIT
                )


def _messages(material: Material) -> Iterator[tuple[str, list[str], int, Position]]:
    """Name, message ids, further characters and place of whatever is sent as one message."""
    content = material.content
    for topic in content.topics.values():
        for question in topic.questions:
            keys = [question.text, *([question.why] if question.why else [])]
            yield question.id, keys, RESERVE, material.question_at(question.id, topic.id)
        for card in topic.cards:
            yield (
                card.id,
                _card_keys(material, card),
                _around(material, card),
                material.card_at(card.id),
            )
    for ask in content.asks.values():
        keys = [ask.text, *([ask.why] if ask.why else [])]
        yield ask.id, keys, RESERVE, material.texts[ask.text].position
    file = material.sources.emergency
    for kind in content.emergencies.values():
        keys = [paragraph.text for paragraph in kind.message]
        keys += [kind.hint] if kind.hint else []
        numbers = [content.phones[phone] for phone in kind.phones if phone in content.phones]
        keys += [phone.name for phone in numbers]
        if file is not None:
            yield kind.id, keys, RESERVE, file.document.at("kinds", kind.id)
    for reply in content.replies.values():
        yield reply.id, [reply.text], RESERVE, material.texts[reply.text].position


def _card_keys(material: Material, card: Card) -> list[str]:
    content = material.content
    paragraphs = [*card.body, *(step.text for step in card.steps)]
    return [
        card.title,
        *(paragraph.text for paragraph in paragraphs),
        *(content.papers[paper] for paper in card.bring if paper in content.papers),
        *(content.roles[role] for role in card.roles if role in content.roles),
    ]


def _around(material: Material, card: Card) -> int:
    """Characters of the card's offices and source, for the town where they are longest."""
    region = material.content.region
    towns = ["", *(town.id for town in region.municipalities)]
    longest = 0
    for town in towns:
        ids = {region.local_roles.get(r, {}).get(town, region.roles.get(r, "")) for r in card.roles}
        known = [region.offices[name] for name in ids if name in region.offices]
        longest = max(longest, sum(_office(material, office) for office in known))
    return RESERVE + longest + (len(card.source.url) if card.source else 0)


def _office(material: Material, office: Office) -> int:
    lines = (office.name, office.street, office.postcode, office.town, office.phone, office.email)
    note = material.texts[office.note].german if office.note else ""
    return _units(" ".join(filter(None, (*lines, office.url, note)))) + 24 * len(office.hours)


def _shown(material: Material, key: str, language: str) -> str:
    text = material.texts.get(key)
    translated = material.translations.get(language, {}).get(key)
    if text is None:
        return ""
    return translated.text if translated and shown(text, translated) else text.german


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
