"""The end of a topic: the fitting cards as new messages, and the ways on from there."""

from dataclasses import replace

from bot.engine import glossary
from bot.engine.advice import card_blocks
from bot.engine.interview import fitting_cards
from bot.engine.questions import answer_lines
from bot.engine.talk import Talk, in_rows, kept, menu_button, text, title, with_icon
from bot.model import wording as w
from bot.model.buttons import Action, Button, Do
from bot.model.content import Card, Content, Topic
from bot.model.phrases import Block, Phrase, Style
from bot.model.turns import Count, Effect, Message, Say, Show

AT_ONCE = 3
"""At most this many cards are sent; the rest are offered as buttons."""


def result(talk: Talk, topic: Topic, *first: Block) -> tuple[Effect, ...]:
    """The question becomes the list of answers, below the blocks `first`.

    Cards and the ways on are new messages.
    """
    cards = fitting_cards(topic, talk.answers)
    counts = (Count(f"result.{topic.id}"), *(Count(f"card.{card.id}") for card in cards))
    said = tuple(
        Say(kept(Message(_card_blocks(talk, card), words_row(talk.content, card))))
        for card in cards[:AT_ONCE]
    )
    done = _answers_done(talk, topic)
    shown = Show(replace(done, blocks=(*first, *done.blocks)))
    return (shown, *said, Say(ways_on(talk, topic)), *counts)


def card_message(talk: Talk, card: Card) -> Message:
    """A card that was asked for by itself, with the ways on; what follows comes below it."""
    person = Button(Phrase(w.TO_A_PERSON), Action(Do.PERSON, card.topic))
    back = (Button(Phrase(w.BACK), Action(Do.RESULT)),) if talk.topic else ()
    about = talk.content.topics[card.topic]
    label = with_icon(about.icon, Phrase(about.title))
    elsewhere = talk.topic is None or talk.topic.id != about.id
    topic = ((Button(label, Action(Do.TOPIC, about.id)),),) if elsewhere else ()
    rows = (*words_row(talk.content, card), *topic, (person,), (*back, menu_button()))
    return kept(Message(_card_blocks(talk, card), rows))


def words_row(content: Content, card: Card, language: str = "") -> tuple[tuple[Button, ...], ...]:
    """The way to the meaning of the card's German words. `language`: read-only mode."""
    action = Action(Do.CARD_WORDS, card.id, language=language)
    return glossary.row(glossary.of_card(content, card), action)


def _card_blocks(talk: Talk, card: Card) -> tuple[Block, ...]:
    """The card's blocks; people from elsewhere are told that another office is theirs."""
    blocks = card_blocks(talk.content, card, talk.around.today, talk.municipality)
    return (*blocks, Block(Phrase(w.LIVES_OUTSIDE), Style.NOTE)) if talk.lives_outside else blocks


def _answers_done(talk: Talk, topic: Topic) -> Message:
    lines = answer_lines(talk, topic, list(topic.questions))
    return Message((title(w.ANSWERS_DONE, topic=Phrase(topic.title)), *lines))


def ways_on(talk: Talk, topic: Topic) -> Message:
    """What else fits, what goes together with it and why, and the ways on."""
    cards = fitting_cards(topic, talk.answers)
    related = _related(talk, cards[:AT_ONCE], topic)
    reasons = tuple(
        Block(
            Phrase(w.ANSWER_LINE, {"question": Phrase(other.title), "answer": Phrase(reason)}),
            Style.ITEM,
        )
        for other, reason in related
    )
    go_together = (Block(Phrase(w.RELATED), Style.HEADING), *reasons) if reasons else ()
    more = (Block(Phrase(w.MORE_CARDS)),) if len(cards) > AT_ONCE else ()
    blocks = (
        title(w.RESULT_TITLE, topic=Phrase(topic.title)),
        *more,
        *go_together,
        text(w.HELPFUL_ASK),
    )
    return Message(blocks, _keyboard(cards, [other for other, _ in related], topic))


def _related(talk: Talk, cards: list[Card], topic: Topic) -> list[tuple[Topic, str]]:
    """Related topics of `cards`, each once, with the first reason given."""
    reasons: dict[str, str] = {}
    for card in cards:
        for related in card.related:
            reasons.setdefault(related.topic, related.reason)
    topics = talk.content.topics
    return [
        (topics[key], reason)
        for key, reason in reasons.items()
        if key in topics and key != topic.id
    ]


def _keyboard(
    cards: list[Card], related: list[Topic], topic: Topic
) -> tuple[tuple[Button, ...], ...]:
    more = (Button(Phrase(card.title), Action(Do.CARD, card.id)) for card in cards[AT_ONCE:])
    topics = (
        Button(with_icon(other.icon, Phrase(other.title)), Action(Do.TOPIC, other.id))
        for other in related
    )
    person = Button(Phrase(w.TO_A_PERSON), Action(Do.PERSON, topic.id))
    helpful = (
        Button(Phrase(w.HELPFUL_YES), Action(Do.HELPFUL, topic.id)),
        Button(Phrase(w.HELPFUL_NO), Action(Do.UNHELPFUL, topic.id)),
    )
    change = Button(Phrase(w.CHANGE_ANSWER), Action(Do.CHANGE, topic.id))
    menu = menu_button()
    return (*in_rows(more, 1), (person,), *in_rows(topics, 2), helpful, (change, menu))
