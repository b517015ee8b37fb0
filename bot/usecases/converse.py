"""A newcomer's update becomes a turn, and the turn becomes rows: all in one transaction.

The engine decides what follows (`bot.engine.advance`); here it is loaded, carried
out and saved. Nothing is sent: messages wait in the outbox as phrases until the
transaction is committed (`bot.usecases.deliver`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2s
from typing import Final

from bot.engine import heard, privacy
from bot.engine.advance import advance
from bot.engine.danger_buttons import alarming
from bot.engine.entrance import NOTICE_MORE_TEXTS, NOTICE_TEXTS
from bot.engine.talk import Circumstances, kept, menu_button
from bot.model.buttons import Do
from bot.model.conversation import Conversation
from bot.model.outbox import Act, Channel, Delivery, chat_lane
from bot.model.phrases import Block, Phrase
from bot.model.tickets import Case, Ticket
from bot.model.turns import (
    AddToCase,
    Count,
    Effect,
    Event,
    Export,
    Forget,
    HandOff,
    LanguageChosen,
    Message,
    Press,
    RateCase,
    Reachable,
    Say,
    SetReachable,
    Show,
    Toast,
    Turn,
)
from bot.model.wording import PLEASE_WAIT
from bot.usecases import handing_over
from bot.usecases.forget import forget
from bot.usecases.unit import Unit

PIECE: Final = 7_000
"""Characters in one delivery of an export, about: two messages at Telegram, or three."""

A_BLOCK: Final = 80
"""What a block of it has beside what people wrote, about."""

ENOUGH_WAITS: Final = 50
"""Messages that wait for one chat; no export is added to them, it has likely been asked for."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who an update comes from; `language_code` as their Telegram client says."""

    telegram_id: int
    language_code: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event and who caused it."""

    sender: Sender
    event: Event


@dataclass(frozen=True, slots=True)
class Beside:
    """What is answered beside, to the press itself, and in which language.

    It is worthless after a crash and therefore not stored.
    """

    toasts: tuple[Toast, ...]
    language: str


def converse(unit: Unit, sender: Sender, event: Event) -> tuple[Toast, ...]:
    """Carry out one event and return its toasts; see `converse_all`."""
    return converse_all(unit, (Arrival(sender, event),))[0].toasts


def language_of(unit: Unit, sender: Sender) -> str:
    """The language the person has chosen, or the one that fits their Telegram best."""
    conversation = unit.work.people.load((sender.telegram_id,)).get(sender.telegram_id)
    if conversation is not None:
        return conversation.language
    return unit.languages.offered(sender.language_code)[0][0]


def danger_in(unit: Unit, event: Event) -> str | None:
    """The danger that is in what somebody did, by a name: it was written, or a button means it.

    Of words it is the kind they speak of; which names presses have is said in `danger_buttons`.
    """
    if isinstance(event, Press):
        return None if event.action is None else alarming(unit.content, event.action)
    kind = heard.danger_in(unit.content, event)
    return None if kind is None else kind.id


def converse_all(unit: Unit, arrivals: Sequence[Arrival]) -> list[Beside]:
    """Carry out `arrivals` in order within the running transaction.

    Returns for each what is answered beside. Raises only for mistakes of ours.
    """
    senders = {arrival.sender.telegram_id for arrival in arrivals}
    conversations = unit.work.people.load(senders)
    persons = [conversation.person for conversation in conversations.values()]
    tickets = unit.work.tickets.of_people(persons)
    answered = []
    for arrival in arrivals:
        telegram_id = arrival.sender.telegram_id
        before = conversations.get(telegram_id)
        mine = tickets.get(before.person, []) if before else []
        done = _Turning(unit, arrival, before, mine).carry_out()
        answered.append(done.beside)
        if done.after is None:
            conversations.pop(telegram_id, None)
        else:
            conversations[telegram_id] = done.after
            if done.touched_tickets:
                tickets |= unit.work.tickets.of_people([done.after.person])
    return answered


@dataclass(frozen=True, slots=True)
class _Done:
    after: Conversation | None
    beside: Beside
    touched_tickets: bool


@dataclass(frozen=True, slots=True)
class _Turning:
    """One arrival on its way: what was before, and how each effect is carried out."""

    unit: Unit
    arrival: Arrival
    before: Conversation | None
    tickets: Sequence[Ticket]

    def carry_out(self) -> _Done:
        turn = advance(self.unit.content, self.before, self.arrival.event, self._circumstances())
        messages = [message for effect in turn.effects for message in self._apply(effect, turn)]
        handed = next((message.ticket for message in messages if message.ticket), None)
        after = turn.conversation
        if after is not None:
            after = replace(after, ticket=handed) if handed else after
            if after != self.before:
                self.unit.work.people.save(self.arrival.sender.telegram_id, after, self.unit.now)
        self.unit.work.outbox.put(messages, self.unit.now)
        toasts = tuple(effect for effect in turn.effects if isinstance(effect, Toast))
        touching = (HandOff, AddToCase, RateCase)
        touched = any(isinstance(effect, touching) for effect in turn.effects)
        touched = self._heard_again() or touched
        return _Done(after, Beside(toasts, after.language if after else turn.language), touched)

    def _heard_again(self) -> bool:
        """Who writes or presses can be written to, whatever Telegram said before."""
        away = any(ticket.open and not ticket.reachable for ticket in self.tickets)
        if self.before is None or isinstance(self.arrival.event, Reachable) or not away:
            return False
        handing_over.set_reachable(self.unit, self.before.person, now=True)
        return True

    def _circumstances(self) -> Circumstances:
        languages = self.unit.languages.offered(self.arrival.sender.language_code)
        return Circumstances(
            now=self.unit.now,
            today=self.unit.today,
            language=languages[0][0],
            languages=languages,
            person=self.unit.chance.id(),
            notice=self._notice_version(),
            wording=self.unit.languages,
            cases=tuple(_case(ticket) for ticket in reversed(self.tickets)),
        )

    def _notice_version(self) -> str:
        """A hash over the notice in the language it was read in, at the moment of consent."""
        event = self.arrival.event
        if not isinstance(event, Press) or event.action is None or event.action.do is not Do.AGREE:
            return ""
        language = event.action.language
        notice = NOTICE_TEXTS + NOTICE_MORE_TEXTS
        texts = (self.unit.languages.text(key, language) for key in notice)
        return blake2s("\n".join(text or "" for text in texts).encode(), digest_size=6).hexdigest()

    def _apply(self, effect: Effect, turn: Turn) -> Iterable[Delivery]:
        """Carry out one effect; what has to be sent because of it is returned."""
        match effect:
            case Show(message):
                yield self._delivery(message, turn, self._pressed_menu())
            case Say(message, urgent):
                yield replace(self._delivery(message, turn), urgent=urgent)
            case Export():
                yield from (self._delivery(message, turn) for message in self._exported())
            case HandOff() if turn.conversation is not None:
                message, ticket = handing_over.hand_off(self.unit, turn.conversation, effect)
                yield replace(self._delivery(message, turn), ticket=ticket.code)
            case LanguageChosen(language):
                yield replace(self._delivery(None, turn), act=Act.COMMANDS, language=language)
            case _:
                self._note(effect)

    def _note(self, effect: Effect) -> None:
        """Carry out an effect that sends nothing to the newcomer."""
        person = self.before.person if self.before else None
        match effect:
            case AddToCase():
                handing_over.add(self.unit, effect)
            case RateCase(code, rating, sentence):
                handing_over.rate(self.unit, code, rating, sentence)
            case SetReachable(now) if person is not None:
                handing_over.set_reachable(self.unit, person, now=now)
            case Forget() if person is not None:
                forget(self.unit, person, self._pressed_menu())
            case Count(key):
                self.unit.work.figures.add(self.unit.today, key, 1)

    def _pressed_menu(self) -> int | None:
        """The message whose buttons were pressed, if it may be replaced.

        Of a button we do not know any more we do not know that either: it may be below what a
        caseworker wrote.
        """
        event = self.arrival.event
        if not isinstance(event, Press) or event.action is None or event.action.below:
            return None
        return event.message_id

    def _delivery(self, message: Message | None, turn: Turn, edited: int | None = None) -> Delivery:
        conversation = turn.conversation
        return Delivery(
            Channel.CHAT,
            Act.SEND if edited is None else Act.EDIT,
            conversation.language if conversation else turn.language,
            message,
            chat=self.arrival.sender.telegram_id,
            person=conversation.person if conversation else None,
            message_id=edited,
        )

    def _exported(self) -> list[Message]:
        """All that is stored, in messages of their own: each waits for Telegram's pace."""
        if self.before is None:
            raise RuntimeError("an export without a conversation")
        lane = chat_lane(self.arrival.sender.telegram_id)
        if self.unit.work.outbox.waiting(lane) > ENOUGH_WAITS:
            return [Message((Block(Phrase(PLEASE_WAIT)),))]
        blocks = privacy.export_blocks(self.unit.content, self.before)
        stored = (*blocks, *handing_over.export_blocks(self.unit, self.tickets))
        *first, last = in_pieces(stored)
        return [*map(Message, first), kept(Message(last, ((menu_button(),),)))]


def _case(ticket: Ticket) -> Case:
    return Case(ticket.code, ticket.queue, ticket.state, ticket.version, ticket.due)


def in_pieces(blocks: Sequence[Block]) -> list[tuple[Block, ...]]:
    """`blocks` in their order, in pieces of a few messages each.

    Judged by their number and by what people wrote: the rest is known only where it is rendered.
    """
    pieces: list[list[Block]] = [[]]
    room = PIECE
    for block in blocks:
        size = A_BLOCK + _written(block.phrase)
        if size > room and pieces[-1]:
            pieces.append([])
            room = PIECE
        room -= size
        pieces[-1].append(block)
    return [tuple(piece) for piece in pieces]


def _written(phrase: Phrase) -> int:
    """How many characters people wrote in a phrase."""
    texts = (one for one in phrase.values.values() if isinstance(one, str | Phrase))
    return sum(len(one) if isinstance(one, str) else _written(one) for one in texts)
