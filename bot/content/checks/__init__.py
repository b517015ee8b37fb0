"""What content must be besides well-formed: one module a check.

Each module has `check(material)`, which gives problems, and the codes it reports.
A new check is one module and one line here; docs/content-checks.md has every code.
"""

from collections.abc import Callable, Iterable

from bot.content.checks import (
    advice,
    buttons,
    cases,
    coverage,
    digits,
    emergency,
    glossary,
    ids,
    messages,
    overdue,
    placeholders,
    reachable,
    references,
    regional,
    roles,
    sensitive,
    sentences,
    translations,
)
from bot.content.material import Material
from bot.content.problems import Problem

CHECKS: tuple[Callable[[Material], Iterable[Problem]], ...] = (
    ids.check,
    references.check,
    roles.check,
    placeholders.check,
    sensitive.check,
    reachable.check,
    coverage.check,
    cases.check,
    emergency.check,
    glossary.check,
    digits.check,
    sentences.check,
    buttons.check,
    messages.check,
    translations.check,
    advice.check,
    overdue.check,
    regional.check,
)


def findings(material: Material) -> list[Problem]:
    """Everything all checks find."""
    return [problem for check in CHECKS for problem in check(material)]
