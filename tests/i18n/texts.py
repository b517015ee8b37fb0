"""A small county's texts in several languages, written as PO files and read back."""

from collections.abc import Mapping
from pathlib import Path

from bot.i18n.catalogue import Catalogues
from bot.i18n.compose import raise_fault
from bot.i18n.languages import LANGUAGES
from bot.i18n.render import Renderer

PROGRAM = {
    "bot/fallback#text": "Nicht in Ihrer Sprache. Das ist {language}.",
    "bot/unit.eur_per_hour#text": "{amount} pro Stunde",
    "bot/unit.lessons#text": "{amount} Unterrichtsstunden",
    "bot/menu#text": "Menü",
    "bot/as_written#text": "{text}",
    "bot/pair#text": "{first}, {second}",
}
CONTENT = {
    "work/level#text": "Wie gut sprechen Sie Deutsch?",
    "work/level.none#text": "Noch gar nicht",
    "work/call#body": "Rufen Sie {phone:office} an. **Heute**!",
    "emergency/fire#message.1": "Rufen Sie {phone:fire} an!",
}
ARABIC = {
    "bot/fallback#text": "هذا النص غير متوفر بلغتك. هذا {language}.",
    "bot/unit.eur_per_hour#text": "{amount} في الساعة",
    "bot/unit.lessons#text": "{amount} حصة",
    "bot/menu#text": "القائمة",
    "work/level#text": "ما مستوى لغتك الألمانية؟",
    "work/level.none#text": "لا شيء بعد",
    "work/call#body": "اتصل على {phone:office}. **اليوم**!",
}
ENGLISH = {
    "bot/fallback#text": "Not in your language yet. This is {language}.",
    "bot/menu#text": "Menu",
    "work/level#text": "How well do you speak German?",
    "work/level.none#text": "Not at all yet",
    "work/call#body": "Call {phone:office}. **Today**!",
}


def quoted(text: str) -> str:
    """`text` as a PO string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def entry(key: str, source: str, translation: str, *, before: str = "") -> str:
    context, german, foreign = quoted(key), quoted(source), quoted(translation)
    return f"\n{before}msgctxt {context}\nmsgid {german}\nmsgstr {foreign}\n"


def header(**fields: str) -> str:
    lines = {"Content-Type": "text/plain; charset=UTF-8"}
    lines |= {name.replace("_", "-"): value for name, value in fields.items()}
    return 'msgid ""\nmsgstr ""\n' + "".join(
        quoted(f"{name}: {value}\n") + "\n" for name, value in lines.items()
    )


def write(locales: Path, language: str, domain: str, text: str) -> Path:
    """Put one PO file where it belongs."""
    folder = locales / LANGUAGES[language].folder / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{domain}.po"
    path.write_text(text, encoding="utf-8")
    return path


def translate(
    locales: Path, language: str, texts: Mapping[str, str], fuzzy: frozenset[str] = frozenset()
) -> None:
    """Write a language's translations, a file for each domain."""
    sources = {**PROGRAM, **CONTENT}
    domains: dict[str, str] = {}
    for key, text in texts.items():
        mark = "#, fuzzy\n" if key in fuzzy else ""
        domain = key.partition("/")[0]
        known = domains.get(domain, header())
        domains[domain] = known + entry(key, sources[key], text, before=mark)
    for domain, content in domains.items():
        write(locales, language, domain, content)


def write_german(locales: Path) -> None:
    texts = (entry(key, text, "") for key, text in PROGRAM.items())
    write(locales, "de", "bot", header() + "".join(texts))


def catalogues(
    locales: Path, *languages: str, content: Mapping[str, str] | None = None
) -> Catalogues:
    """Everything in `locales`, German written first."""
    write_german(locales)
    return Catalogues.load(locales, languages, CONTENT if content is None else content)


def renderer(locales: Path) -> Renderer:
    """German, English and Arabic; a fault of ours raises."""
    translate(locales, "ar", ARABIC)
    translate(locales, "en", ENGLISH)
    return Renderer(catalogues(locales, "de", "en", "ar"), report=raise_fault)
