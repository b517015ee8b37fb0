"""The picture of the translations: a row for each file, a column for each language.

A cell is filled as far as the file is translated and says so in figures, so that
nothing depends on colour. Counting is `bot.content.status`'s.
"""

from collections.abc import Mapping, Sequence

from bot.content.picture.metrics import width
from bot.content.picture.svg import GREY, INK, PALE, RULE, WHITE, Pen, Sheet, Type
from bot.content.status import Status
from bot.i18n.languages import Direction, native_name

EDGE = 28.0
ROW = 30.0
COLUMN = 150.0

DONE = "#8fc1a9"
FUZZY = "#f0d48a"
TITLE = Type(24, INK, bold=True)
HEAD = Type(14, INK, bold=True)
NAME = Type(14, INK)
FIGURE = Type(13, INK)
NOTE = Type(12, GREY)


def progress_svg(files: Mapping[str, Sequence[Status]]) -> str:
    """The state of every language, file by file."""
    cells = {(line.domain or "", line.language): line for each in files.values() for line in each}
    domains = tuple(dict.fromkeys(domain for domain, _ in cells))
    names = max((width(name, NAME.size) for name in domains), default=80.0) + 24
    sheet = Sheet(2 * EDGE + names + COLUMN * max(len(files), 2), Direction.LTR, "en")
    sheet.text((EDGE, EDGE + TITLE.size), "Translations", TITLE)
    top = EDGE + TITLE.line + 34
    for column, language in enumerate(files):
        left = EDGE + names + column * COLUMN
        sheet.text((left + 6, top - 10), f"{native_name(language)} ({language})", HEAD)
    for row, domain in enumerate(domains):
        y = top + row * ROW
        sheet.text((EDGE, y + 20), domain, NAME)
        for column, language in enumerate(files):
            if (domain, language) in cells:
                corner = (EDGE + names + column * COLUMN, y)
                _cell(sheet, corner, cells[domain, language])
    bottom = top + len(domains) * ROW
    _legend(sheet, bottom + 26)
    told = "; ".join(f"{language}: {_share(lines)} %" for language, lines in files.items())
    return sheet.finished(bottom + 70, "Translations by language and file", told)


def _cell(sheet: Sheet, corner: tuple[float, float], line: Status) -> None:
    x, y = corner
    wide, high = COLUMN - 10, ROW - 6
    total = max(line.translated + line.fuzzy + line.missing, 1)
    done, fuzzy = wide * line.translated / total, wide * line.fuzzy / total
    sheet.box((x, y), (wide, high), PALE, radius=3)
    sheet.box((x, y), (done, high), DONE, radius=3)
    sheet.box((x + done, y), (fuzzy, high), FUZZY, radius=3)
    sheet.box((x, y), (wide, high), "none", Pen(RULE, 1), radius=3)
    left = line.fuzzy + line.missing
    said = f"{line.share} %" + (f", {left} to do" if left else "")
    sheet.text((x + 8, y + 17), said, FIGURE)
    if line.unreviewed:
        sheet.disc((x + wide - 12, y + high / 2), 4, WHITE, Pen(INK, 1.2))


def _legend(sheet: Sheet, y: float) -> None:
    x = EDGE
    for fill, said in ((DONE, "translated"), (FUZZY, "the German has changed"), (PALE, "missing")):
        sheet.box((x, y), (14, 14), fill, Pen(RULE, 1), radius=2)
        sheet.text((x + 20, y + 12), said, NOTE)
        x += 34 + width(said, NOTE.size)
    sheet.disc((x + 6, y + 7), 4, WHITE, Pen(INK, 1.2))
    sheet.text((x + 16, y + 12), "nobody has read it again", NOTE)


def _share(lines: Sequence[Status]) -> int:
    total = sum(line.translated + line.fuzzy + line.missing for line in lines)
    return 100 * sum(line.translated for line in lines) // total if total else 100
