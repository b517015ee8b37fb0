"""How conversations, items and deliveries are written down, and read back.

Every type that is stored as a whole is listed here field by field, so a change of
the model fails loudly at import until somebody decides what becomes of the rows
that exist. The building blocks are in `bot.store.shapes`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from bot.model.buttons import Action, Button, Do
from bot.model.conversation import (
    Answer,
    AnswerValue,
    Consent,
    Conversation,
    Expecting,
    HandoffDraft,
    Prompt,
)
from bot.model.outbox import Act, Channel, Delivery
from bot.model.phrases import Amount, Block, Hours, LanguageNames, Phrase, Style, Unit, Value
from bot.model.tickets import (
    AnswerItem,
    AppointmentItem,
    CardItem,
    EventItem,
    ItemBody,
    NoteItem,
    QuestionItem,
    ReplyItem,
    TextItem,
)
from bot.model.turns import Message
from bot.store.shapes import (
    DAY,
    FLAG,
    HOUR,
    MEMBERS,
    MOMENT,
    NUMBER,
    TEXT,
    WHOLE,
    Document,
    Shape,
    choice,
    deferred,
    exactly,
    many,
    mapping,
    optional,
    record,
    together,
    union,
)


@dataclass(frozen=True, slots=True)
class Personal:
    """What a ticket says about its newcomer beside the items: stored sealed."""

    language: str
    topic: str | None
    danger: str | None
    municipality: str | None


# --- phrases and messages -----------------------------------------------------------

_AMOUNT: Final = record(Amount, number=NUMBER, unit=choice(Unit))

_HOURS: Final = record(Hours, openings=many(together(WHOLE, HOUR, HOUR)))

_LANGUAGES: Final = record(LanguageNames, codes=many(TEXT))

_VALUE: Final[Shape[Value]] = union(
    text=(str, TEXT),
    int=(int, WHOLE),
    date=(date, DAY),
    moment=(datetime, MOMENT),
    amount=(Amount, _AMOUNT),
    hours=(Hours, _HOURS),
    languages=(LanguageNames, _LANGUAGES),
    phrase=(Phrase, deferred(lambda: PHRASE)),
    phrases=(tuple, many(deferred(lambda: PHRASE))),
)

PHRASE: Final[Shape[Phrase]] = record(Phrase, key=TEXT, values=mapping(_VALUE))

_BLOCK: Final = record(Block, phrase=PHRASE, style=choice(Style))

_ACTION: Final = record(
    Action, do=choice(Do), target=TEXT, value=TEXT, number=WHOLE, language=TEXT, below=FLAG
)

_BUTTON: Final = record(Button, label=PHRASE, action=optional(_ACTION), url=optional(TEXT))

_MESSAGE: Final = record(Message, blocks=many(_BLOCK), keyboard=many(many(_BUTTON)))

# --- conversations ------------------------------------------------------------------

_ANSWER_VALUE: Final[Shape[AnswerValue]] = union(
    text=(str, TEXT),
    chosen=(tuple, many(TEXT)),
    number=(Decimal, NUMBER),
    date=(date, DAY),
)

_ANSWER: Final = record(Answer, field=TEXT, value=_ANSWER_VALUE, meaning=WHOLE, at=MOMENT)

_CONSENT: Final = record(Consent, notice=TEXT, language=TEXT, at=MOMENT)

_DRAFT: Final = record(
    HandoffDraft,
    topic=optional(TEXT),
    danger=optional(TEXT),
    queue=optional(TEXT),
    text=optional(TEXT),
    text_asked=FLAG,
    left_out=MEMBERS,
)

_PROMPT: Final = record(
    Prompt, expecting=choice(Expecting), field=TEXT, ticket=TEXT, chosen=optional(many(TEXT))
)

CONVERSATION: Final = Document(
    "conversation",
    1,
    record(
        Conversation,
        person=TEXT,
        language=TEXT,
        consent=_CONSENT,
        answers=mapping(_ANSWER),
        topic=optional(TEXT),
        topic_since=optional(MOMENT),
        draft=optional(_DRAFT),
        ticket=optional(TEXT),
        prompt=optional(_PROMPT),
        album=optional(TEXT),
    ),
)

# --- tickets ------------------------------------------------------------------------

PERSONAL: Final = Document(
    "personal part of a ticket",
    1,
    record(
        Personal,
        language=TEXT,
        topic=optional(TEXT),
        danger=optional(TEXT),
        municipality=optional(TEXT),
    ),
)

_BODY: Final[Shape[ItemBody]] = union(
    answer=(
        AnswerItem,
        record(AnswerItem, field=TEXT, value=_ANSWER_VALUE, question=PHRASE, answer=PHRASE),
    ),
    card=(CardItem, record(CardItem, card=TEXT, title=PHRASE)),
    typed=(TextItem, record(TextItem, text=TEXT)),
    note=(NoteItem, record(NoteItem, text=TEXT)),
    reply=(ReplyItem, record(ReplyItem, reply=TEXT, phrase=PHRASE)),
    question=(QuestionItem, record(QuestionItem, field=TEXT, question=PHRASE)),
    appointment=(
        AppointmentItem,
        record(AppointmentItem, start=MOMENT, minutes=WHOLE, place=TEXT, bring=many(TEXT)),
    ),
    event=(EventItem, record(EventItem, event=TEXT, values=mapping(_VALUE))),
)

ITEM_BODY: Final = Document("item", 1, _BODY)

# --- outbox and quarantine ----------------------------------------------------------

DELIVERY: Final = Document(
    "delivery",
    1,
    record(
        Delivery,
        channel=choice(Channel),
        act=choice(Act),
        language=TEXT,
        message=optional(_MESSAGE),
        chat=optional(WHOLE),
        address=optional(TEXT),
        person=optional(TEXT),
        ticket=optional(TEXT),
        item=optional(WHOLE),
        message_id=optional(WHOLE),
        urgent=FLAG,
    ),
)

_AS_RECEIVED: Final[Shape[Mapping[str, Any]]] = Shape(frozenset({dict}))

RAW_UPDATE: Final = Document("raw update", 1, _AS_RECEIVED, exactly)
"""An update as Telegram sent it: any JSON object."""
