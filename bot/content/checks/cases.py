"""The tests editors write beside a topic: what they name must exist, what they expect must come.

They are played in `bot.content.cases`, with the same functions that answer newcomers.
"""

from collections.abc import Iterator

from bot.content.cases import Case, Outcome, cases
from bot.content.material import Material
from bot.content.problems import Code, Problem, Severity, listed
from bot.model.content import SKIPPED, Question

FIELD = Code("test-field-unknown", "there is no question `{name}`", "write one of: {known}")
VALUE = Code("test-value-unknown", "`{value}` is no answer to `{name}`", "write {wanted}")
CARD = Code("test-card-unknown", "there is no card `{name}`", "write one of: {known}")
CARDS = Code(
    "test-failed",
    "the test `{name}` expects {expected}, but these answers give {given}",
    "correct the cards' conditions, or the test",
)
ASKED = Code(
    "test-not-asked",
    "the test `{name}` expects `{field}` to be asked",
    "correct `when`, or the test",
)
NOT_ASKED = Code(
    "test-asked",
    "the test `{name}` expects that `{field}` is not asked",
    "correct `when`, or the test",
)
PRIORITY = Code(
    "test-priority",
    "the test `{name}` expects priority {expected}, but it is {given}",
    "correct `urgent_when` and the cards' urgency, or the test",
)
IRRELEVANT = Code(
    "test-answer-unused",
    "the test `{name}` answers `{field}`, which is not asked then",
    "take the answer out of the test",
    Severity.WARNING,
)
UNCOVERED = Code(
    "card-untested",
    "no test expects the card `{card}`",
    "add a test to `tests:` whose answers lead to it",
    Severity.WARNING,
)


def check(material: Material) -> Iterator[Problem]:
    for topic, file in material.new_topics("cases"):
        beside = list(cases(topic, file, material.sources.towns))
        if not material.sources.abstract:
            for case in beside:
                yield from problems_of(case)
        expected = {case.full(name) for case in beside for name in case.shape.cards}
        for name in file.shape.cards:
            card_id = f"{topic.id}.{name}"
            if card_id not in expected:
                yield UNCOVERED.at(material.card_at(card_id), card=card_id)


def problems_of(case: Case) -> Iterator[Problem]:
    """What is wrong with one test, or what it expects and does not get."""
    unknown = [*_unknown_fields(case), *_unknown_cards(case), *_unknown_values(case)]
    if unknown:
        yield from unknown
    elif any(card.otherwise for card in case.topic.cards):
        outcome = case.outcome()
        yield from _cards(case, outcome)
        yield from _way(case, outcome)


def _unknown_fields(case: Case) -> Iterator[Problem]:
    for slot in ("given", "asked", "not_asked"):
        for number, name in enumerate(getattr(case.shape, slot)):
            if case.question(name) is None:
                path = (*case.path, slot, name if slot == "given" else number)
                here = case.file.document
                position = here.at_key(*path) if slot == "given" else here.at(*path)
                known = listed((question.id for question in case.topic.questions), 30)
                yield FIELD.at(position, name=name, known=known)


def _unknown_cards(case: Case) -> Iterator[Problem]:
    known = case.file.shape.cards
    for number, name in enumerate(case.shape.cards):
        if name.removeprefix(f"{case.topic.id}.") not in known:
            here = case.file.document.at(*case.path, "cards", number)
            yield CARD.at(here, name=name, known=listed(known, 30))


def _unknown_values(case: Case) -> Iterator[Problem]:
    for name, raw in case.shape.given.items():
        question = case.question(name)
        if question is not None and case.answer(name) is None:
            here = case.file.document.at(*case.path, "given", name)
            yield VALUE.at(here, value=raw, name=name, wanted=_wanted(question))


def _cards(case: Case, outcome: Outcome) -> Iterator[Problem]:
    name = case.shape.name
    if outcome.cards != outcome.expected:
        yield CARDS.at(
            case.file.document.at(*case.path, "cards"),
            name=name,
            expected=", ".join(outcome.expected),
            given=", ".join(outcome.cards) or "nothing",
        )
    wanted, given = case.shape.priority, outcome.priority.value
    if wanted is not None and given != wanted:
        here = case.file.document.at(*case.path, "priority")
        yield PRIORITY.at(here, name=name, expected=wanted, given=given)


def _way(case: Case, outcome: Outcome) -> Iterator[Problem]:
    for slot, code, wanted in (("asked", ASKED, True), ("not_asked", NOT_ASKED, False)):
        for number, name in enumerate(getattr(case.shape, slot)):
            if (case.full(name) in outcome.asked) is not wanted:
                here = case.file.document.at(*case.path, slot, number)
                yield code.at(here, name=case.shape.name, field=name)
    for name in case.shape.given:
        if case.full(name) not in outcome.asked:
            here = case.file.document.at_key(*case.path, "given", name)
            yield IRRELEVANT.at(here, name=case.shape.name, field=name)


def _wanted(question: Question) -> str:
    if question.options:
        return f"one of: {listed((*(o.id for o in question.offered), SKIPPED), 30)}"
    return f"a {question.type.value}, or skipped"
