"""A small county for tests of casework: two teams, three queues, and content of every kind."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from bot.i18n.catalogue import Catalogues
from bot.i18n.render import Renderer
from bot.model.content import (
    CannedReply,
    Card,
    Content,
    HandoffRule,
    Option,
    Priority,
    Question,
    QuestionType,
    Section,
    Slot,
    SlotType,
    Step,
    Topic,
)
from bot.model.conversation import Consent, Conversation
from bot.model.outbox import Channel, Delivery
from bot.model.paragraphs import Paragraph
from bot.model.phrases import Phrase
from bot.model.records import AuditEntry
from bot.model.region import Controller, Municipality, Office, Opening, Queue, Region
from bot.model.tickets import (
    AnswerItem,
    Author,
    Caseworker,
    Item,
    ItemBody,
    State,
    TextItem,
    Ticket,
)
from bot.store.memory import MemoryStore
from bot.usecases.ports import Store, Work
from bot.usecases.unit import Policy, Unit

LOCALES = Path(__file__).parents[2] / "locales"

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday, ten in the morning in Germany."""

PERSON_CHAT = 700_100_200

WEEKDAYS = tuple(Opening(day, time(8), time(16)) for day in range(5))

TEXTS = {
    "musterkreis/queue.language#title": "Sprache und Kurse",
    "musterkreis/queue.language#night": "Morgen früh ist wieder jemand da.",
    "musterkreis/queue.work#title": "Arbeit und Ausbildung",
    "musterkreis/queue.work#night": "Morgen früh ist wieder jemand da.",
    "musterkreis/queue.protection#title": "Schutz bei Gewalt",
    "musterkreis/queue.protection#night": "Rufen Sie jetzt 110 an.",
    "language_courses/topic#title": "Deutsch lernen",
    "language_courses/level#text": "Wie gut können Sie Deutsch?",
    "language_courses/level#summary": "Deutsch",
    "language_courses/level.none#text": "Noch gar nicht",
    "language_courses/level.none#summary": "keine Kenntnisse",
    "language_courses/level.basic#text": "Ein wenig",
    "language_courses/level.basic#summary": "Grundkenntnisse",
    "language_courses/card.integration#title": "Integrationskurs",
    "language_courses/card.integration#body.1": "Der Kurs hat 600 Stunden Deutsch.",
    "language_courses/card.integration.step.apply#text": "Antrag ausfüllen und abgeben.",
    "people/paper#text": "Welches Aufenthaltspapier haben Sie?",
    "people/paper#summary": "Aufenthaltspapier",
    "people/paper.permit#text": "Aufenthaltserlaubnis",
    "people/paper.permit#summary": "Aufenthaltserlaubnis",
    "people/paper.none#text": "Keines",
    "people/paper.none#summary": "keines",
    "questions/group.appointment#title": "Termin",
    "questions/weekday#text": "An welchen Tagen haben Sie Zeit?",
    "questions/weekday#summary": "Passende Tage",
    "questions/weekday.monday#text": "Montag",
    "questions/weekday.monday#summary": "Montag",
    "questions/weekday.friday#text": "Freitag",
    "questions/weekday.friday#summary": "Freitag",
    "replies/group.status#title": "Stand der Sache",
    "replies/group.appointment#title": "Termin",
    "papers/passport#text": "Pass",
    "papers/rental#text": "Mietvertrag",
    "roles/courses#text": "Kursträger",
    "replies/received#title": "Nachricht ist da",
    "replies/received#text": "Wir haben Ihre Nachricht bekommen und melden uns.",
    "replies/appointment#title": "Termin anbieten",
    "replies/appointment#text": (
        "Wir haben einen Termin für Sie: {date} um {time}. Ort: {place}. "
        "Bitte mitbringen: {papers}. Mehr: {link}. Zimmer {room}. Telefon: {phone}."
    ),
    "replies/appointment.date#label": "Datum",
    "replies/appointment.time#label": "Uhrzeit",
    "replies/appointment.place#label": "Ort",
    "replies/appointment.papers#label": "Papiere",
    "replies/appointment.link#label": "Adresse im Internet",
    "replies/appointment.room#label": "Zimmer",
    "replies/appointment.phone#label": "Nummer",
}

SLOTS = {
    "date": "2026-11-30",
    "time": "14:30",
    "place": "advice",
    "papers": "passport,rental",
    "link": "https://musterkreis.example/kurse",
    "room": "12",
    "phone": "0711 1234567",
}


def office(office_id: str, name: str) -> Office:
    return Office(office_id, name, "Hauptstraße 1", "70000", "Musterstadt", authority=True)


def queue(queue_id: str, team: str, office_id: str, *emails: str) -> Queue:
    key = f"musterkreis/queue.{queue_id}"
    return Queue(
        queue_id, f"{key}#title", team, office_id, WEEKDAYS, Paragraph(f"{key}#night"), emails
    )


def _question(field: str, key: str, *options: str, shared: bool = False) -> Question:
    offered = tuple(
        Option(option, f"{key}.{option}#text", f"{key}.{option}#summary") for option in options
    )
    return Question(
        field,
        QuestionType.CHOICE,
        f"{key}#text",
        f"{key}#summary",
        options=offered,
        shared=shared,
    )


LEVEL = _question("language_courses.level", "language_courses/level", "none", "basic")
PAPER = _question("person.paper", "people/paper", "permit", "none", shared=True)
WEEKDAY = replace(
    _question("ask.weekday", "questions/weekday", "monday", "friday"), type=QuestionType.MULTI
)
CARD = Card(
    "language_courses.integration",
    "language_courses",
    "language_courses/card.integration#title",
    (Paragraph("language_courses/card.integration#body.1"),),
    otherwise=True,
    steps=(Step("apply", Paragraph("language_courses/card.integration.step.apply#text")),),
    bring=("passport",),
)


def _topic() -> Topic:
    return Topic(
        "language_courses",
        "🗣",
        "learn",
        10,
        "language_courses/topic#title",
        None,
        (PAPER, LEVEL),
        (CARD,),
        HandoffRule("language"),
    )


def _replies() -> dict[str, CannedReply]:
    types = {
        "date": SlotType.DATE,
        "time": SlotType.TIME,
        "place": SlotType.PLACE,
        "papers": SlotType.PAPERS,
        "link": SlotType.LINK,
        "room": SlotType.NUMBER,
        "phone": SlotType.PHONE,
    }
    slots = tuple(
        Slot(name, kind, f"replies/appointment.{name}#label") for name, kind in types.items()
    )
    return {
        "received": CannedReply("received", "replies/received#title", "replies/received#text"),
        "appointment": CannedReply(
            "appointment", "replies/appointment#title", "replies/appointment#text", slots
        ),
    }


def _region() -> Region:
    return Region(
        "musterkreis",
        "Landkreis Musterkreis",
        "BW",
        "Europe/Berlin",
        Controller(
            "Landratsamt", "Hauptstraße 1", "70000", "Musterstadt", "a@b.example", "1", "2", "3"
        ),
        (Municipality("musterstadt", "Musterstadt"),),
        {
            "advice": office("advice", "Migrationsberatung"),
            "jobs": office("jobs", "Jobcenter Musterkreis"),
            "shelter": office("shelter", "Frauenberatung"),
        },
        {},
        {},
        {
            "language": queue("language", "integration", "advice"),
            "work": queue("work", "jobcenter", "jobs"),
            "protection": queue("protection", "shelter", "shelter", "alarm@shelter.example"),
        },
    )


CONTENT = Content(
    version="test",
    region=_region(),
    groups=(),
    topics={"language_courses": _topic()},
    shared={"person.paper": PAPER},
    facts={},
    papers={"passport": "papers/passport#text", "rental": "papers/rental#text"},
    roles={"courses": "roles/courses#text"},
    phones={},
    emergencies={},
    replies=_replies(),
    glossary={},
    languages=("de", "en", "uk"),
    ids={},
    asks={WEEKDAY.id: WEEKDAY},
    ask_sections=(Section("appointment", "questions/group.appointment#title", (WEEKDAY.id,)),),
    reply_sections=(
        Section("status", "replies/group.status#title", ("received",)),
        Section("appointment", "replies/group.appointment#title", ("appointment",)),
    ),
)

ANNA = Caseworker("anna", "anna", "Anna Berger", frozenset({"integration"}))
BEN = Caseworker("ben", "ben", "Ben Çelik", frozenset({"integration"}))
JULE = Caseworker("jule", "jule", "Jule Roth", frozenset({"jobcenter"}))
RUTH = Caseworker("ruth", "ruth", "Ruth Weiß", frozenset({"shelter", "integration"}))
STAFF = (ANNA, BEN, JULE, RUTH)


def renderer() -> Renderer:
    return Renderer(Catalogues.load(LOCALES, ("de", "en"), TEXTS))


class NoHolidays:
    def is_holiday(self, state: str, day: date) -> bool:
        return False


class NoWording:
    def text(self, key: str, language: str) -> str | None:
        return None

    def offered(self, code: str) -> tuple[tuple[str, str], ...]:
        return ()


@dataclass
class Counting:
    """Codes and ids in order, so that tests can name them."""

    number: int = 0

    def code(self) -> str:
        self.number += 1
        return f"CODE{self.number}"

    def id(self) -> str:
        self.number += 1
        return f"id-{self.number}"


@dataclass
class HandClock:
    """A clock that goes when it is told to."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment

    def go(self, step: timedelta) -> None:
        self.moment += step


class County:
    """The county with a store (in memory, unless told), a clock, and hands to set tickets up."""

    def __init__(
        self,
        policy: Policy | None = None,
        content: Content = CONTENT,
        store: Store | None = None,
    ) -> None:
        self.store: Store = store or MemoryStore()
        self.clock = HandClock()
        self.policy = policy or Policy(mail=True)
        self.content = content
        self._chance = Counting()
        with self.unit() as unit:
            for caseworker in STAFF:
                unit.work.staff.save(caseworker, None)

    def unit_of(self, work: Work) -> Unit:
        return Unit(
            work,
            self.content,
            self.clock.now(),
            NoHolidays(),
            NoWording(),
            self._chance,
            self.policy,
        )

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        with self.store.transaction() as work:
            yield self.unit_of(work)

    def ticket(
        self, code: str = "K7MX2Q", *bodies: ItemBody, person: str = "person-1", **changes: object
    ) -> Ticket:
        """Store a ticket of a newcomer who reads Ukrainian, with what they sent along."""
        made = Ticket(
            code=code,
            queue="language",
            team="integration",
            priority=Priority.P2,
            state=State.NEW,
            version=1,
            created=self.clock.now(),
            changed=self.clock.now(),
            due=self.clock.now() + timedelta(days=1),
            language="uk",
            person=person,
            content="test",
            topic="language_courses",
            municipality="musterstadt",
        )
        ticket = replace(made, **changes)  # type: ignore[arg-type]
        with self.unit() as unit:
            self._newcomer(unit, person)
            unit.work.tickets.save(ticket)
            items = [
                Item(number, self.clock.now(), Author.NEWCOMER, body)
                for number, body in enumerate(bodies, 1)
            ]
            unit.work.tickets.add(code, items)
            unit.work.tickets.audit(AuditEntry(code, self.clock.now(), "opened", ticket.team))
        return ticket

    def _newcomer(self, unit: Unit, person: str) -> None:
        if unit.work.people.conversation(person) is None:
            chat = PERSON_CHAT + sum(person.encode())
            consent = Consent("hash", "uk", self.clock.now())
            unit.work.people.save(chat, Conversation(person, "uk", consent), self.clock.now())

    def now_is(self, code: str = "K7MX2Q") -> Ticket:
        with self.unit() as unit:
            return unit.work.tickets.load((code,), None)[code]

    def items(self, code: str = "K7MX2Q") -> tuple[Item, ...]:
        with self.unit() as unit:
            return unit.work.tickets.items(code)

    def trail(self, code: str = "K7MX2Q") -> list[str]:
        with self.unit() as unit:
            return [entry.what for entry in unit.work.tickets.audit_trail(code)]

    def conversation(self, person: str = "person-1") -> Conversation:
        with self.unit() as unit:
            found = unit.work.people.conversation(person)
        assert found is not None
        return found[1]

    def deliveries(self, channel: Channel) -> list[Delivery]:
        """What waits in the outbox for one channel, in order, every lane."""
        with self.store.transaction() as work:
            rows = [row for _, row in sorted(work.outbox._state.outbox.items())]  # type: ignore[attr-defined]
        waiting = [row.delivery for row in rows if row.delivery is not None]
        return [delivery for delivery in waiting if delivery.channel is channel]


def answered(question: Question, option_id: str) -> AnswerItem:
    option = question.option(option_id)
    assert option is not None
    return AnswerItem(question.id, option_id, Phrase(question.summary), Phrase(option.summary))


def handed_over(text: str = "Добрий день, коли починається курс?") -> tuple[ItemBody, ...]:
    """What a handoff brings along: two answers and a free text."""
    return answered(PAPER, "permit"), answered(LEVEL, "none"), TextItem(text)
