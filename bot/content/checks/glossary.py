"""German terms: each spelling leads to one of them, and has a word in it."""

from collections.abc import Iterator

from bot.content.material import Material
from bot.content.problems import Code, Problem
from bot.content.yamlfile import Path
from bot.engine.spelling import words

TWICE = Code(
    "spelling-twice",
    "`{spelling}` leads to `{first}` and to `{second}`",
    "leave it with one of the two",
)
EMPTY = Code("spelling-empty", "`{spelling}` has no word in it", "write a word, or take it out")


def check(material: Material) -> Iterator[Problem]:
    file = material.sources.glossary
    if file is None:
        return
    taken: dict[tuple[str, ...], str] = {}
    for name, shape in file.shape.terms.items():
        places: list[tuple[str, Path]] = [(shape.term, ("terms", name, "term"))]
        places += [
            (form, ("terms", name, "forms", number)) for number, form in enumerate(shape.forms)
        ]
        for spelling, path in places:
            said = words(spelling)
            first = taken.setdefault(said, name)
            here = file.document.at(*path)
            if not said:
                yield EMPTY.at(here, spelling=spelling)
            elif first != name:
                yield TWICE.at(here, spelling=spelling, first=first, second=name)
