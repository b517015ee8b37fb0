"""`lotse i18n status`: how far each language is, counted over all files and for each one.

Only counting and the table are here; the picture is `picture/progress.py`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.content.extract import wanted_in
from bot.content.material import State, Translation, state, translations_of
from bot.content.texts import SourceText
from bot.i18n.catalogue import Catalogues
from bot.i18n.templates import is_wordless


@dataclass(frozen=True, slots=True)
class Status:
    """Numbers of texts of one language. `unreviewed` are translated ones nobody has read again.

    `domain` is the file they are in: a topic, or a list such as `people`; None: all of them.
    """

    language: str
    domain: str | None
    translated: int
    fuzzy: int
    missing: int
    unreviewed: int

    @property
    def share(self) -> int:
        """Translated texts in percent, rounded down: 100 means all."""
        total = self.translated + self.fuzzy + self.missing
        return 100 * self.translated // total if total else 100


def status(catalogues: Catalogues, texts: Mapping[str, SourceText]) -> list[Status]:
    """One line a language but German, in the catalogues' order."""
    return [_sum(language, lines) for language, lines in by_file(catalogues, texts).items()]


def by_file(
    catalogues: Catalogues, texts: Mapping[str, SourceText]
) -> dict[str, tuple[Status, ...]]:
    """For each language but German one line a file it needs, in the order of the content."""
    wanted: dict[str, list[SourceText]] = {}
    for text in texts.values():
        if not is_wordless(text.german):
            wanted.setdefault(text.domain, []).append(text)
    return {
        language: tuple(
            _status(language, domain, wanted[domain], (messages, _reviewed(catalogues, language)))
            for domain in wanted_in(language, wanted)
        )
        for language, messages in translations_of(catalogues).items()
    }


def _reviewed(catalogues: Catalogues, language: str) -> frozenset[str]:
    return frozenset(file.path.stem for file in catalogues.files(language) if file.reviewed)


def _status(
    language: str,
    domain: str,
    texts: Sequence[SourceText],
    known: tuple[Mapping[str, Translation], frozenset[str]],
) -> Status:
    messages, reviewed = known
    counted = Counter(state(text, messages.get(text.key)) for text in texts)
    done = counted[State.TRANSLATED]
    return Status(
        language=language,
        domain=domain,
        translated=done,
        fuzzy=counted[State.FUZZY],
        missing=counted[State.MISSING],
        unreviewed=0 if domain in reviewed else done,
    )


def _sum(language: str, lines: Iterable[Status]) -> Status:
    every = list(lines)
    return Status(
        language=language,
        domain=None,
        translated=sum(line.translated for line in every),
        fuzzy=sum(line.fuzzy for line in every),
        missing=sum(line.missing for line in every),
        unreviewed=sum(line.unreviewed for line in every),
    )


def table(lines: Iterable[Status]) -> list[str]:
    """The figures of whole languages as lines of text with a heading."""
    heading = f"{'language':<12}{'translated':>11}{'fuzzy':>8}{'missing':>9}{'unreviewed':>12}"
    return [
        heading,
        *(
            f"{line.language:<12}{line.translated:>6} {line.share:>3}%{line.fuzzy:>8}"
            f"{line.missing:>9}{line.unreviewed:>12}"
            for line in lines
        ),
    ]


def table_by_file(files: Mapping[str, Sequence[Status]]) -> list[str]:
    """A row for each file, a column for each language; what is not done is counted.

    `?` fuzzy, `-` missing, `*` not read again by anybody.
    """
    cells = {(line.domain, line.language): line for lines in files.values() for line in lines}
    domains = dict.fromkeys(domain for domain, _ in cells)
    widest = max((len(str(domain)) for domain in domains), default=0)
    rows = [
        f"{domain or '':<{widest}}"
        + "".join(f"  {_cell(cells.get((domain, language))):<18}" for language in files)
        for domain in domains
    ]
    heading = f"{'':<{widest}}" + "".join(f"  {language:<18}" for language in files)
    note = "? fuzzy   - missing   * nobody has read the translations again"
    return [*(row.rstrip() for row in (heading, *rows)), note]


def _cell(line: Status | None) -> str:
    if line is None:
        return ""
    parts = [f"{line.share:>3}%"]
    parts += [f"?{line.fuzzy}"] if line.fuzzy else []
    parts += [f"-{line.missing}"] if line.missing else []
    parts += ["*"] if line.unreviewed else []
    return " ".join(parts)
