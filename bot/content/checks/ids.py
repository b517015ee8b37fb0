"""Names that replace others: retired options and renamed questions and cards."""

from collections.abc import Iterator, Mapping, Sequence

from bot.content.material import Material
from bot.content.problems import Code, Problem, Severity, listed
from bot.content.yamlfile import Document

RETIRED_AS = Code(
    "retired-as-unknown",
    "`{option}` is retired as `{name}`, which newcomers cannot choose",
    "write one of: {known}",
)
RETIRED_ALL = Code(
    "options-all-retired", "fewer than two options are left", "add options, or remove the question"
)
RETIRED_EARLY = Code(
    "retired-in-future",
    "the option is retired since {since}, which has not come yet; it is hidden already",
    "correct the date",
    Severity.WARNING,
)
RENAME_UNKNOWN = Code(
    "rename-unknown", "there is no question or card `{name}`", "write what took its place: {known}"
)
RENAME_EXISTS = Code(
    "rename-exists", "`{name}` still exists", "take it out of `renames`, or rename the new one"
)


def check(material: Material) -> Iterator[Problem]:
    yield from _retired(material)
    for lists in (material.sources.people, material.sources.questions):
        if lists is not None:
            names = list(lists.shape.questions)
            yield from _renamed(lists.shape.renames, names, lists.document)
    for topic, file in material.topics():
        fields = [question.id for question in topic.questions if not question.shared]
        ids = [*fields, *(card.id for card in topic.cards)]
        names = [name.partition(".")[2] for name in ids]
        yield from _renamed(file.shape.renames, names, file.document)


def _renamed(
    renames: Mapping[str, str], known: Sequence[str], document: Document
) -> Iterator[Problem]:
    for old, new in renames.items():
        if new not in known:
            here = document.at("renames", old)
            yield RENAME_UNKNOWN.at(here, name=new, known=listed(known))
        if old in known:
            yield RENAME_EXISTS.at(document.at_key("renames", old), name=old)


def _retired(material: Material) -> Iterator[Problem]:
    for _, question, document, above in material.questions():
        options, path = question.options or {}, (*above, "options")
        if not options:
            continue
        living = [name for name, option in options.items() if option.retired is None]
        if len(living) < 2:  # noqa: PLR2004  # a question needs something to choose between
            yield RETIRED_ALL.at(document.at(*path))
        for name, option in options.items():
            retired = option.retired
            if retired is None:
                continue
            here = document.at(*path, name, "retired")
            if retired.as_ is not None and retired.as_ not in living:
                yield RETIRED_AS.at(here, option=name, name=retired.as_, known=listed(living))
            if material.today is not None and retired.since > material.today:
                yield RETIRED_EARLY.at(here, since=retired.since)
