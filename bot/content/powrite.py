"""PO files written: one shape, always the same for the same messages.

Reading is `bot.i18n.pofile`'s. Lines are not wrapped, so that a changed word
changes one line; the previous German of a fuzzy message is kept as `#| msgid`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from bot.i18n.languages import LANGUAGES
from bot.i18n.pofile import Entry

_PLURALS: Final = {
    "fa": "nplurals=2; plural=n > 1;",
    "prs": "nplurals=2; plural=n > 1;",
    "fr": "nplurals=2; plural=n > 1;",
    "ti": "nplurals=2; plural=n > 1;",
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
    "n%100>=11 ? 4 : 5;",
    "pl": "nplurals=3; plural=n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2;",
    "ro": "nplurals=3; plural=n==1 ? 0 : (n==0 || (n%100 > 0 && n%100 < 20)) ? 1 : 2;",
}
_SLAVIC: Final = (
    "nplurals=3; plural=n%10==1 && n%100!=11 ? 0 : "
    "n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2;"
)
_TWO: Final = "nplurals=2; plural=n != 1;"

UNREVIEWED: Final = "nobody"
"""Value of `X-Reviewed-By` until somebody who speaks the language has read the file."""


def plural_forms(language: str) -> str:
    """The Plural-Forms header of a language; PO editors insist on it, we have no plurals."""
    return _SLAVIC if language in {"uk", "ru"} else _PLURALS.get(language, _TWO)


def header(language: str, kept: Mapping[str, str]) -> str:
    """The header of a file. Fields that people wrote (`kept`, lower-case names) stay."""
    known = LANGUAGES.get(language)
    fields = {
        "Project-Id-Version": "lotse",
        "Language": language if known is None else known.folder,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural_forms(language),
        "X-Reviewed-By": kept.get("x-reviewed-by", UNREVIEWED),
    }
    ours = {name.lower() for name in fields}
    others = {
        "-".join(part.capitalize() for part in name.split("-")): value
        for name, value in kept.items()
        if name not in ours
    }
    return "".join(f"{name}: {value}\n" for name, value in (fields | others).items())


def written(head: str, entries: Iterable[Entry]) -> str:
    """The text of a PO file."""
    blocks = ["\n".join(['msgid ""', *_strings("msgstr", head)])]
    blocks += ["\n".join(_message(entry)) for entry in entries]
    return "\n\n".join(blocks) + "\n"


def _message(entry: Entry) -> Iterator[str]:
    yield from (f"# {remark}".rstrip() for remark in entry.remarks)
    yield from (f"#. {comment}" for comment in entry.comments)
    if entry.fuzzy:
        yield "#, fuzzy"
    if entry.previous is not None:
        yield from (f"#| {line}" for line in _strings("msgid", entry.previous))
    yield from _strings("msgctxt", entry.key)
    yield from _strings("msgid", entry.source)
    yield from _strings("msgstr", entry.translation)


def _strings(keyword: str, text: str) -> Iterator[str]:
    """One quoted line, or one for each line of a text that has several."""
    lines = text.split("\n")
    pieces = [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    if len(pieces) < 2:  # noqa: PLR2004  # several lines begin below the keyword
        yield f"{keyword} {_quoted(text)}"
        return
    yield f'{keyword} ""'
    yield from map(_quoted, pieces)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'
