"""New content against the content that is running: what may newcomers still hold?

Answers, buttons and tickets name ids. An id that vanishes without `retired` or
`renames` would make them mean nothing, and one that changes its type would make
them mean something else.
"""

from collections.abc import Iterator, Mapping

from bot.content.problems import Code, Problem, in_order
from bot.content.texts import SourceText
from bot.model.buttons import short
from bot.model.content import Content, Question

REMOVED = Code(
    "published-id-removed",
    "{what} `{name}` is published and has vanished",
    "put it back, or add `{remedy}`",
)
TYPE_CHANGED = Code(
    "published-type-changed",
    "`{name}` was a {before} question and is now a {after} question",
    "give the new question a new id",
)


def unexplained(
    before: Content, after: Content, texts: Mapping[str, SourceText]
) -> tuple[Problem, ...]:
    """What vanished or changed its type between two contents without a word.

    `texts` are those of the old content: they say where the old id stood.
    """
    found = [
        *_topics(before, after, texts),
        *_questions(before, after, texts),
        *_cards(before, after, texts),
    ]
    return in_order(found)


def _removed(text: SourceText, what: str, name: str, remedy: str) -> Problem:
    return REMOVED.at(text.position, what=what, name=name, remedy=remedy)


def _topics(before: Content, after: Content, texts: Mapping[str, SourceText]) -> Iterator[Problem]:
    for name, topic in before.topics.items():
        if name not in after.topics:
            yield _removed(texts[topic.title], "the topic", name, "the file again")


def _questions(
    before: Content, after: Content, texts: Mapping[str, SourceText]
) -> Iterator[Problem]:
    for old in _all_questions(before):
        text = texts[old.text]
        if old.id.partition(".")[0] not in {*after.topics, "person", "ask"}:
            continue
        name = after.ids.get(short(old.id))
        new = None if name is None else after.question(name)
        if new is None:
            own = old.id.partition(".")[2]
            yield _removed(text, "the question", old.id, f"renames: {{{own}: new_id}}")
            continue
        if new.type is not old.type:
            yield TYPE_CHANGED.at(
                text.position, name=old.id, before=old.type.value, after=new.type.value
            )
        for option in old.options:
            if new.type is old.type and new.option(option.id) is None:
                remedy = "retired: {since: 2026-01-01, as: other_option}"
                yield _removed(texts[option.text], "the option", option.id, remedy)


def _all_questions(content: Content) -> Iterator[Question]:
    yield from (*content.shared.values(), *content.asks.values())
    for topic in content.topics.values():
        yield from (question for question in topic.questions if not question.shared)


def _cards(before: Content, after: Content, texts: Mapping[str, SourceText]) -> Iterator[Problem]:
    for topic in before.topics.values():
        for card in topic.cards:
            if card.id in after.hidden:
                continue
            name = after.ids.get(short(card.id))
            if topic.id in after.topics and (name is None or after.card(name) is None):
                own = card.id.partition(".")[2]
                yield _removed(
                    texts[card.title], "the card", card.id, f"renames: {{{own}: other_card}}"
                )
