"""`lotse i18n sync`: the PO files brought up to the German texts.

Messages are merged by their key, never by likeness: an unchanged one is kept, a
changed one keeps its old translation as fuzzy beside the old German, one that has
left the content goes. Running it twice changes nothing the second time.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bot.content.extract import Domains, Message, wanted_in
from bot.content.powrite import header, written
from bot.i18n.languages import LANGUAGES
from bot.i18n.pofile import Entry, PoFile, read


def sync(locales_dir: Path, languages: Iterable[str], domains: Domains) -> list[Path]:
    """Write the PO files of `languages` and return those that changed or went.

    A file with lines that cannot be read is left as it is: what stands there would
    be lost. `lotse content check` names the lines.
    """
    changed: list[Path] = []
    for language in languages:
        known = LANGUAGES.get(language)
        folder = locales_dir / (language if known is None else known.folder) / "LC_MESSAGES"
        changed += _language(folder, language, domains)
    return changed


def _language(folder: Path, language: str, domains: Domains) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    wanted = wanted_in(language, domains)
    for domain in wanted:
        path = folder / f"{domain}.po"
        old = read(path) if path.exists() else PoFile(path, {}, (), ())
        text = written(header(language, old.header), merged(old.entries, domains[domain]))
        if not old.problems and (not path.exists() or path.read_text("utf-8") != text):
            path.write_text(text, encoding="utf-8", newline="\n")
            yield path
    for path in sorted(folder.glob("*.po")):
        if path.stem not in wanted:
            path.unlink()
            yield path


def merged(old: Iterable[Entry], messages: Iterable[Message]) -> list[Entry]:
    """The messages with what is already translated of them, in the order of the content."""
    known: Mapping[str, Entry] = {entry.key: entry for entry in old}
    return [_merged(known.get(message.key), message) for message in messages]


def _merged(old: Entry | None, message: Message) -> Entry:
    if old is None or not old.translation:
        translation, fuzzy, previous = message.prefill, False, None
    elif old.source == message.german:
        translation, fuzzy, previous = old.translation, old.fuzzy, old.previous
    elif old.previous == message.german:
        translation, fuzzy, previous = old.translation, False, None
    else:
        translation, fuzzy, previous = old.translation, True, old.previous or old.source
    return Entry(
        key=message.key,
        source=message.german,
        translation=translation,
        line=0,
        fuzzy=fuzzy,
        previous=previous if fuzzy else None,
        comments=message.comments,
        remarks=() if old is None else old.remarks,
    )
