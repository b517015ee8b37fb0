from datetime import date

import pytest

from bot.model.phrases import Phrase
from bot.usecases import slots
from bot.usecases.refusals import Refused
from tests.usecases.county import CONTENT, SLOTS, renderer

REPLY = CONTENT.replies["appointment"]
A_NUMBER = "Bitte eine Telefonnummer angeben: Ziffern, Leerzeichen und +."
TODAY = date(2026, 11, 23)


def fill(**changes: str) -> Phrase | Refused:
    return slots.filled(CONTENT, REPLY, {**SLOTS, **changes}, TODAY)


@pytest.mark.parametrize(
    ("slot", "text", "value"),
    [
        ("date", "2026-11-30", date(2026, 11, 30)),
        ("date", " 30.11.2026 ", date(2026, 11, 30)),
        ("date", "2026-11-23", TODAY),
        ("time", "14:30", "14:30"),
        ("time", "9.05", "09:05"),
        ("place", "jobs", "Jobcenter Musterkreis, Hauptstraße 1, 70000 Musterstadt"),
        ("papers", "passport", (Phrase("papers/passport#text"),)),
        ("link", "http://a.example/?q=1#x", "http://a.example/?q=1#x"),
        ("room", "0", 0),
        ("room", "123456789", 123456789),
        ("phone", "0711 123 45-67", "0711 123 45-67"),
        ("phone", " +49 711/1234567 ", "+49 711/1234567"),
    ],
)
def test_what_fits(slot: str, text: str, value: object) -> None:
    phrase = fill(**{slot: text})
    assert isinstance(phrase, Phrase)
    assert phrase.values[slot] == value


@pytest.mark.parametrize(
    ("slot", "text", "fault"),
    [
        ("date", "", "Datum: Bitte ausfüllen."),
        ("date", "2026-11-22", "Datum: Der Tag ist schon vorbei."),
        ("date", "30.2.2026", "Datum: Bitte ein Datum angeben, zum Beispiel 30.11.2026."),
        ("date", "morgen", "Datum: Bitte ein Datum angeben, zum Beispiel 30.11.2026."),
        ("time", "25:00", "Uhrzeit: Bitte eine Uhrzeit angeben, zum Beispiel 14:30."),
        ("time", "14", "Uhrzeit: Bitte eine Uhrzeit angeben, zum Beispiel 14:30."),
        ("time", "١٤:٣٠", "Uhrzeit: Bitte eine Uhrzeit angeben, zum Beispiel 14:30."),
        ("place", "nowhere", "Ort: Bitte einen Ort aus der Liste wählen."),
        ("papers", "passport,diary", "Papiere: Bitte mindestens ein Papier wählen."),
        ("papers", ",", "Papiere: Bitte mindestens ein Papier wählen."),
        ("room", "zwölf", "Zimmer: Bitte eine ganze Zahl angeben."),
        ("room", "²", "Zimmer: Bitte eine ganze Zahl angeben."),
        ("room", "9" * 10, "Zimmer: Bitte eine ganze Zahl angeben."),
        ("phone", "ruf an", f"Nummer: {A_NUMBER}"),
        ("phone", "1", f"Nummer: {A_NUMBER}"),
        ("phone", "0" * 31, f"Nummer: {A_NUMBER}"),
        ("phone", "٠٧١١", f"Nummer: {A_NUMBER}"),
    ],
)
def test_what_does_not_fit_is_said_by_name(slot: str, text: str, fault: str) -> None:
    refused = fill(**{slot: text})
    assert isinstance(refused, Refused)
    assert renderer().plain(refused.phrase, "de") == fault


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "ftp://a.example",
        "https://",
        "a.example",
        "https://bank.example@evil.example/",
        "https://a.example/ b",
        "https://a.example/\u202egnp",
        "https://[::1",
        "https://a.example/" + "x" * 500,
    ],
)
def test_only_plain_web_addresses_are_links(link: str) -> None:
    assert isinstance(fill(link=link), Refused)
