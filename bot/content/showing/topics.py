"""Topics for editors: the list of all, and one with its questions and cards in two languages.

What newcomers see is asked of the engine and the renderer, so nothing is told here that
would come out otherwise. Conditions and signs are those of the topic's picture.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from bot.content.picture.chart import TONE_WORDS, Advice, Asked, Chart, chart, tone_of
from bot.content.picture.topic import drawn
from bot.content.plain import Clause
from bot.content.showing.shelf import Shelf
from bot.engine.advice import card_blocks
from bot.i18n.compose import keys_of
from bot.model.content import Card, Question, Source, Topic
from bot.model.editing import (
    AdviceIn,
    AdviceView,
    AskedIn,
    AskedView,
    SourceView,
    TopicGroup,
    TopicLine,
    TopicList,
    TopicView,
    View,
)
from bot.model.paragraphs import Paragraph
from bot.model.phrases import Phrase
from bot.model.turns import Message


def topic_list(shelf: Shelf, errors: Mapping[str, int], speak: str) -> TopicList:
    """All topics by group, named in `speak`. `errors` are numbers of errors by path."""
    content, say = shelf.content, shelf.renderer.plain
    groups = tuple(
        TopicGroup(
            say(Phrase(group.title), speak),
            tuple(_line(shelf, topic, errors, speak) for topic in content.in_group(group.id)),
        )
        for group in sorted(content.groups, key=lambda group: group.order)
    )
    known = frozenset[str]() if shelf.sources is None else shelf.sources.topic_ids
    broken = sorted(known - content.topics.keys())
    unreadable = tuple(f"{shelf.folders[0].name}/topics/{topic}.yaml" for topic in broken)
    return TopicList(tuple(group for group in groups if group.topics), unreadable)


def _line(shelf: Shelf, topic: Topic, errors: Mapping[str, int], speak: str) -> TopicLine:
    return TopicLine(
        id=topic.id,
        icon=topic.icon,
        title=shelf.renderer.plain(Phrase(topic.title), speak),
        questions=len(topic.questions),
        cards=len(topic.cards),
        review_by=_kept(shelf, topic.id)[1],
        shares=tuple(shelf.shares(topic.id).values()),
        errors=errors.get(_file(shelf, topic.id), 0),
    )


def _file(shelf: Shelf, topic: str) -> str:
    return f"{shelf.folders[0].name}/topics/{topic}.yaml"


def _kept(shelf: Shelf, topic: str) -> tuple[str, date | None]:
    """Who keeps the topic right, and until when somebody must have read it."""
    file = shelf.file(topic)
    return ("", None) if file is None else (file.shape.owner or "", file.shape.review_by)


def topic_view(shelf: Shelf, topic_id: str, view: View) -> TopicView:
    """The topic `topic_id` as `view` asks. Raises KeyError if there is no such topic."""
    topic = shelf.content.topics[topic_id]
    told = chart(shelf.content, shelf.renderer, topic_id, view.speak)
    owner, review_by = _kept(shelf, topic_id)
    return TopicView(
        id=topic.id,
        icon=topic.icon,
        title=told.title,
        file=_file(shelf, topic.id),
        owner=owner,
        review_by=review_by,
        running=shelf.sources is None,
        picture=drawn(_pictured(shelf, told, view)),
        questions=tuple(
            _asked(shelf, question, asked, view)
            for question, asked in zip(topic.questions, told.questions, strict=True)
        ),
        cards=tuple(_advice(shelf, topic, advice, told, view) for advice in told.cards),
    )


def _pictured(shelf: Shelf, told: Chart, view: View) -> Chart:
    if view.picture == view.speak:
        return told
    return chart(shelf.content, shelf.renderer, told.id, view.picture)


def _in_words(clauses: Iterable[Clause]) -> tuple[str, ...]:
    return tuple(
        f"– {clause.text}" if clause.depth else f"{clause.lead} {clause.text}".strip()
        for clause in clauses
    )


# --- questions ------------------------------------------------------------------------------


def _asked(shelf: Shelf, question: Question, asked: Asked, view: View) -> AskedView:
    kinds = asked.tags if question.offered else (asked.choices[0].text, *asked.tags)
    return AskedView(
        id=question.id,
        number=asked.number,
        kind=" · ".join(kinds),
        when=_in_words(asked.when),
        at=shelf.written_at(question.text),
        sides=tuple(_asked_in(shelf, question, each) for each in view.languages),
        places=shelf.places(_texts_of(question), view.languages),
    )


def _asked_in(shelf: Shelf, question: Question, language: str) -> AskedIn:
    """A question falls back as a whole: with its reason and every answer."""
    options = [option.text for option in question.offered]
    why = [question.why] if question.why else []
    keys = [question.text, *why, *options]
    shown = shelf.renderer.catalogues.shown_language(keys, language)
    missing, fuzzy = shelf.lacking(keys, language)

    def said(key: str) -> str:
        return shelf.renderer.plain(Phrase(key), shown)

    return AskedIn(
        language=language,
        shown=shown,
        missing=missing,
        fuzzy=fuzzy,
        text=said(question.text),
        why="".join(map(said, why)),
        options=tuple(map(said, options)),
    )


def _texts_of(question: Question) -> Iterator[str]:
    yield question.text
    yield from (question.why,) if question.why else ()
    yield question.summary
    for option in question.offered:
        yield from (option.text, option.summary)


# --- cards ------------------------------------------------------------------------------------


def _advice(shelf: Shelf, topic: Topic, advice: Advice, told: Chart, view: View) -> AdviceView:
    card = next(card for card in topic.cards if card.id == advice.id)
    message = Message(card_blocks(shelf.content, card, view.on, view.municipality))
    tone = tone_of(card)
    return AdviceView(
        id=card.id,
        letter=advice.mark.letter,
        title=advice.title,
        urgency=told.plain.say(TONE_WORDS[tone]),
        tone=tone.value,
        when=_in_words(advice.when),
        at=shelf.written_at(card.title),
        source=None if card.source is None else _source(card.source, view.on),
        sides=tuple(_advice_in(shelf, message, each) for each in view.languages),
        places=shelf.places(_written(card, message), view.languages),
    )


def _advice_in(shelf: Shelf, message: Message, language: str) -> AdviceIn:
    keys = tuple(_keys(message))
    shown = shelf.renderer.catalogues.shown_language(keys, language)
    missing, fuzzy = shelf.lacking(keys, language)
    return AdviceIn(language, shown, missing, fuzzy, shelf.renderer.web(message, language))


def _keys(message: Message) -> Iterator[str]:
    return (key for block in message.blocks for key in keys_of(block.phrase))


def _source(source: Source, on: date) -> SourceView:
    overdue = source.checked + source.max_age < on
    return SourceView(source.url, source.checked, (on - source.checked).days, overdue)


def _written(card: Card, message: Message) -> Iterator[str]:
    """Every text of the card, those that the day leaves out too, and the shared ones it shows."""
    yield card.title
    for paragraph in (*card.body, *(step.text for step in card.steps)):
        yield from _both(paragraph)
    yield from _keys(message)
    yield from (related.reason for related in card.related)
    yield from (card.keywords,) if card.keywords else ()


def _both(paragraph: Paragraph) -> Iterator[str]:
    yield paragraph.text
    yield from (paragraph.without,) if paragraph.without else ()
