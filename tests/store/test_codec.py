import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.buttons import Action, Button, Do
from bot.model.conversation import Answer, Consent, Conversation, Expecting, HandoffDraft, Prompt
from bot.model.outbox import Act, Channel, Delivery
from bot.model.phrases import Amount, Block, Hours, LanguageNames, Phrase, Style, Unit
from bot.model.tickets import (
    AnswerItem,
    AppointmentItem,
    CardItem,
    EventItem,
    NoteItem,
    QuestionItem,
    ReplyItem,
    TextItem,
)
from bot.model.turns import Message
from bot.store.codec import CONVERSATION, DELIVERY, ITEM_BODY, PERSONAL, RAW_UPDATE, Personal
from bot.store.shapes import Document, Unreadable, record
from tests.store.examples import NOW, conversation

# Text as Telegram may deliver it, halves of surrogate pairs included.
words = st.text(st.characters(), max_size=12)
moments = st.datetimes(timezones=st.just(UTC))
whole = st.integers(-(2**62), 2**62)
numbers = st.decimals(allow_nan=False, allow_infinity=False)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(values, max_size=3).map(tuple)


def by_text(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(words, values, max_size=3)


phrases: st.SearchStrategy[Phrase] = st.deferred(
    lambda: st.builds(Phrase, key=words, values=by_text(values))
)
openings = some(st.tuples(st.integers(0, 6), st.times(), st.times()))
values: st.SearchStrategy[Any] = (
    words
    | whole
    | st.dates()
    | moments
    | st.builds(Amount, number=numbers, unit=st.sampled_from(Unit))
    | st.builds(Hours, openings=openings)
    | st.builds(LanguageNames, codes=some(words))
    | phrases
    | some(phrases)
)
answer_values = words | some(words) | numbers | st.dates()

conversations = st.builds(
    Conversation,
    person=words,
    language=words,
    consent=st.builds(Consent, notice=words, language=words, at=moments),
    answers=by_text(st.builds(Answer, field=words, value=answer_values, meaning=whole, at=moments)),
    topic=maybe(words),
    topic_since=maybe(moments),
    draft=maybe(
        st.builds(
            HandoffDraft,
            topic=maybe(words),
            danger=maybe(words),
            queue=maybe(words),
            text=maybe(words),
            text_asked=st.booleans(),
            left_out=st.frozensets(words, max_size=3),
        )
    ),
    ticket=maybe(words),
    prompt=maybe(
        st.builds(
            Prompt,
            expecting=st.sampled_from(Expecting),
            field=words,
            ticket=words,
            chosen=maybe(some(words)),
        )
    ),
    album=maybe(words),
)

bodies = st.one_of(
    st.builds(AnswerItem, field=words, value=answer_values, question=phrases, answer=phrases),
    st.builds(CardItem, card=words, title=phrases),
    st.builds(TextItem, text=words),
    st.builds(NoteItem, text=words),
    st.builds(ReplyItem, reply=words, phrase=phrases),
    st.builds(QuestionItem, field=words, question=phrases),
    st.builds(AppointmentItem, start=moments, minutes=whole, place=words, bring=some(words)),
    st.builds(EventItem, event=words, values=by_text(values)),
)

actions = st.builds(
    Action,
    do=st.sampled_from(Do),
    target=words,
    value=words,
    number=whole,
    language=words,
    below=st.booleans(),
)
buttons = st.builds(Button, label=phrases, action=maybe(actions), url=maybe(words))
messages = st.builds(
    Message,
    blocks=some(st.builds(Block, phrase=phrases, style=st.sampled_from(Style))),
    keyboard=some(some(buttons)),
)
deliveries = st.builds(
    Delivery,
    channel=st.sampled_from(Channel),
    act=st.sampled_from(Act),
    language=words,
    message=maybe(messages),
    chat=maybe(whole),
    address=maybe(words),
    person=maybe(words),
    ticket=maybe(words),
    item=maybe(whole),
    message_id=maybe(whole),
    urgent=st.booleans(),
)


@given(conversations)
def test_conversations_come_back(value: Conversation) -> None:
    again = CONVERSATION.read(CONVERSATION.write(value))
    assert again == value
    assert list(again.answers) == list(value.answers)


@given(bodies)
def test_items_come_back(value: Any) -> None:
    again = ITEM_BODY.read(ITEM_BODY.write(value))
    assert again == value
    assert type(again) is type(value)


@given(deliveries)
def test_deliveries_come_back(value: Delivery) -> None:
    assert DELIVERY.read(DELIVERY.write(value)) == value


@given(st.builds(Personal, words, maybe(words), maybe(words), maybe(words)))
def test_personal_parts_come_back(value: Personal) -> None:
    assert PERSONAL.read(PERSONAL.write(value)) == value


@given(
    st.recursive(
        st.none() | st.booleans() | whole | words,
        lambda inner: st.lists(inner, max_size=3) | by_text(inner),
        max_leaves=10,
    ).map(lambda value: {"message": value})
)
def test_raw_updates_come_back(value: dict[str, object]) -> None:
    assert RAW_UPDATE.read(RAW_UPDATE.write(value)) == value


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1" * 40, "0.1"])
def test_raw_updates_keep_numbers_that_nobody_else_takes(number: str) -> None:
    """As the standard library reads them, which reads what Telegram sends."""
    value = json.loads(f'{{"message": [{number}]}}')
    assert repr(RAW_UPDATE.read(RAW_UPDATE.write(value))) == repr(value)


DOCUMENTS: list[tuple[Document[Any], Any]] = [
    (CONVERSATION, conversation("anna", prompt=Prompt(Expecting.ANSWER, "work.hours"))),
    (ITEM_BODY, EventItem("moved", {"at": NOW, "wage": Amount(Decimal(13), Unit.EUR)})),
    (DELIVERY, Delivery(Channel.CHAT, Act.SEND, "uk", Message(()), chat=1)),
    (PERSONAL, Personal("uk", None, None, None)),
]


def damaged(whole: Any) -> list[Any]:
    """Everything one gets from `whole` by spoiling one place of it."""
    wrong = [{"unknown": 1}, ["unknown", 1], 1.5]
    if isinstance(whole, list):
        deeper = [
            [*whole[:place], spoilt, *whole[place + 1 :]]
            for place, part in enumerate(whole)
            for spoilt in damaged(part)
        ]
        return [*wrong, *deeper, [*whole, None], whole[:-1]] if whole else wrong
    return wrong


@pytest.mark.parametrize(("document", "value"), DOCUMENTS, ids=lambda value: type(value).__name__)
def test_nothing_unknown_is_read(document: Document[Any], value: Any) -> None:
    stored = json.loads(document.write(value))
    assert document.read(json.dumps(stored).encode()) == value
    for spoilt in damaged(stored):
        with pytest.raises(Unreadable) as caught:
            document.read(json.dumps(spoilt).encode())
        assert str(caught.value) == f"not a stored {document.name} of version {document.version}"


@pytest.mark.parametrize("data", [b"", b"null", b"[]", b"\xff\xfe", b'["delivery",1]', b"[1,2,3]"])
def test_rubbish_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        DELIVERY.read(data)


def test_a_document_of_another_version_is_refused() -> None:
    name, version, body = json.loads(PERSONAL.write(Personal("uk", None, None, None)))
    with pytest.raises(Unreadable):
        PERSONAL.read(json.dumps([name, version + 1, body]).encode())


@pytest.mark.parametrize(
    "write",
    [
        lambda: ITEM_BODY.write(EventItem("moved", {"at": datetime(2026, 1, 1)})),  # noqa: DTZ001
        lambda: ITEM_BODY.write(EventItem("moved", {"at": time(3)})),  # type: ignore[dict-item]
        lambda: ITEM_BODY.write("text"),  # type: ignore[arg-type]
    ],
)
def test_what_has_no_shape_is_not_written(write: Callable[[], bytes]) -> None:
    with pytest.raises((ValueError, KeyError)):
        write()


def test_a_new_field_is_noticed_at_once() -> None:
    with pytest.raises(TypeError, match="has fields"):
        record(Consent, notice=PERSONAL.shape, language=PERSONAL.shape)


def test_the_stored_form_is_pinned() -> None:
    """What lies in databases today: a change here needs a new version and a way from the old."""
    value = EventItem("moved", {"day": date(2026, 11, 22), "to": Phrase("bot/queue#text")})
    assert ITEM_BODY.write(value) == (
        b'["item",1,["event",["moved",{"day":["date","2026-11-22"],'
        b'"to":["phrase",["bot/queue#text",{}]]}]]]'
    )


@pytest.mark.parametrize("extra", ["", "\ud83d"])
def test_times_are_pinned_too(extra: str) -> None:
    """In UTC, whichever of the two writers writes them."""
    at = datetime(2026, 11, 22, 10, 30, tzinfo=timezone(timedelta(hours=1)))
    written = ITEM_BODY.write(EventItem("moved", {"at": at, "why": f"so{extra}"}))
    assert written.startswith(
        b'["item",1,["event",["moved",{"at":["moment","2026-11-22T09:30:00+00:00"],"why":"so'
    )
