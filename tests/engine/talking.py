"""Conversations for tests of the engine: content in, turn out, nothing stored."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.engine.advance import advance
from bot.engine.talk import Circumstances, Talk
from bot.model.content import Topic
from bot.model.conversation import Answer, AnswerValue, Consent, Conversation
from bot.model.tickets import Case
from bot.model.turns import Event, Message, Say, Show, Turn
from tests.playing.house import county

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def around(language: str = "de", cases: tuple[Case, ...] = ()) -> Circumstances:
    renderer = county().renderer
    return Circumstances(
        now=NOW,
        today=NOW.date(),
        language=language,
        languages=renderer.offered(language),
        person="person-1",
        notice="0123",
        wording=renderer,
        cases=cases,
    )


def begun(language: str = "de", topic: Topic | None = None) -> Conversation:
    consent = Consent("0123", language, NOW)
    opened = (topic.id, NOW) if topic else (None, None)
    return Conversation("person-1", language, consent, topic=opened[0], topic_since=opened[1])


def having(conversation: Conversation, values: dict[str, AnswerValue]) -> Conversation:
    """`conversation` with these answers given now, to the present meaning of each question."""
    content = county().content
    answers = dict(conversation.answers)
    for field, value in values.items():
        question = content.question(field)
        assert question is not None, field
        answers[field] = Answer(field, value, question.meaning, NOW)
    return replace(conversation, answers=answers)


def after(conversation: Conversation | None, event: Event, cases: tuple[Case, ...] = ()) -> Turn:
    language = conversation.language if conversation else "de"
    return advance(county().content, conversation, event, around(language, cases))


def talk(conversation: Conversation, cases: tuple[Case, ...] = ()) -> Talk:
    return Talk(county().content, conversation, around(conversation.language, cases))


def messages(turn: Turn) -> list[Message]:
    return [effect.message for effect in turn.effects if isinstance(effect, Show | Say)]


def rendered(turn: Turn, language: str) -> list[str]:
    """Every message of the turn in `language`; a missing text or value fails."""
    renderer = county().renderer
    return [
        part.html for message in messages(turn) for part in renderer.telegram(message, language)
    ]
