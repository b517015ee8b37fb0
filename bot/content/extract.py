"""What is to be translated: each German text with what translators should know.

Content texts come from YAML, the program's own from `locales/de`. One domain, one
list in the order of the file. Merging with existing translations is `sync.py`'s.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.content.problems import Position
from bot.content.texts import Kind, SourceText
from bot.i18n.catalogue import PROGRAM_DOMAINS, Catalogues
from bot.i18n.templates import is_wordless

DESK_LANGUAGES = ("en",)
"""What staff read is in German and English: caseworkers' pages and editors' lists."""

_STAFF = frozenset({"desk", "editors", "workshop"})

_FAMILY = {Kind.OPTION: "Answer to", Kind.WHY: "Reason for asking", Kind.SUMMARY: "Summary of"}


@dataclass(frozen=True, slots=True)
class Message:
    """A text to translate. `prefill` is the translation a new message begins with."""

    key: str
    german: str
    comments: tuple[str, ...]
    prefill: str = ""


Domains = Mapping[str, tuple[Message, ...]]


def extracted(texts: Mapping[str, SourceText]) -> dict[str, tuple[Message, ...]]:
    """The messages of each domain. Texts without words are the same in every language."""
    domains: dict[str, list[Message]] = {}
    for text in texts.values():
        if not is_wordless(text.german):
            domains.setdefault(text.domain, []).append(_message(text, texts))
    return {domain: tuple(messages) for domain, messages in domains.items()}


def program_texts(catalogues: Catalogues) -> dict[str, SourceText]:
    """The program's own German texts, with the notes that stand beside them."""
    return {
        entry.key: SourceText(
            key=entry.key,
            german=entry.source,
            note="\n".join(entry.comments) or None,
            kind=Kind.PROGRAM,
            limit=None,
            position=Position(str(file.path), entry.line),
        )
        for file in catalogues.files("de")
        if file.path.stem in PROGRAM_DOMAINS
        for entry in file.entries
    }


def wanted_in(language: str, domains: Iterable[str]) -> tuple[str, ...]:
    """The domains a language needs: what staff read exists in few."""
    return tuple(each for each in domains if each not in _STAFF or language in DESK_LANGUAGES)


def _message(text: SourceText, texts: Mapping[str, SourceText]) -> Message:
    notes = tuple(text.note.split("\n")) if text.note else ()
    if text.kind is Kind.PROGRAM:
        return Message(text.key, text.german, notes)
    limit = f"; at most {text.limit} characters" if text.limit else ""
    family = _FAMILY.get(text.kind)
    question = texts.get(_question_key(text.key))
    about = (f"{family}: {_one_line(question.german)}",) if family and question else ()
    prefill = text.german if text.kind is Kind.PLACE else ""
    kind = text.kind.value[0].upper() + text.kind.value[1:]
    return Message(text.key, text.german, (f"{kind}{limit}.", *about, *notes), prefill)


def _question_key(key: str) -> str:
    """`work/level.basic#text` and `work/level#why` belong to `work/level#text`."""
    return f"{key.partition('#')[0].partition('.')[0]}#text"


def _one_line(text: str) -> str:
    return " ".join(text.split())
