"""Questions that are never asked and cards that never appear."""

from collections.abc import Iterator

from bot.content.material import Material
from bot.content.paths import can_hold
from bot.content.problems import Code, Problem

NEVER_ASKED = Code(
    "question-never-asked",
    "no answers lead to `{question}`",
    "change its `when`, or take the question out",
)
NEVER_SHOWN = Code(
    "card-never-shown",
    "no answers lead to the card `{card}`",
    "change its `when`, or take the card out",
)


def check(material: Material) -> Iterator[Problem]:
    for topic, _ in material.new_topics("reachable"):
        for question in topic.questions:
            if not can_hold(question.when, topic.questions):
                here = material.question_at(question.id, topic.id)
                yield NEVER_ASKED.at(here, question=question.id)
        for card in topic.cards:
            if not card.otherwise and not can_hold(card.when, topic.questions):
                yield NEVER_SHOWN.at(material.card_at(card.id), card=card.id)
