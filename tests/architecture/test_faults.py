"""The list of faults is kept: each is proved by a test that names it, or has a reason why not."""

import ast
import re
from pathlib import Path

from tests.architecture import faults, tree


def test_no_fault_is_open() -> None:
    assert faults.open_faults() == []


def test_every_fault_has_its_row_and_no_other() -> None:
    assert list(faults.rows()) == list(faults.NUMBERS)
    assert set(faults.proofs()) <= set(faults.NUMBERS)


def test_links_of_the_page_lead_to_tests_that_name_the_fault() -> None:
    """A stale link is repaired by `python -m tests.architecture.faults`."""
    by_test, by_reason = faults.proofs(), faults.reasons()
    wrong = {
        number: links
        for number, cell in faults.rows().items()
        if not (links := targets(cell)) <= {*by_test.get(number, ()), by_reason.get(number)}
        or not links
    }
    assert wrong == {}


def targets(cell: str) -> set[Path | None]:
    """The files a cell of the page links to, from the root of the checkout."""
    root = tree.ROOT.resolve()
    found = re.findall(r"\]\(([^)]+)\)", cell)
    return {(root / faults.PAGE.parent / target).resolve().relative_to(root) for target in found}


def test_what_is_proved_needs_no_excuse() -> None:
    assert set(faults.reasons()) & set(faults.proofs()) == set()


def test_a_name_outside_of_a_test_proves_nothing() -> None:
    source = (
        '"""Fault 1."""\n'
        'def helper():\n    """fault 2"""\n'
        'def test_it():\n    """Said so: fault 3, fault 44."""\n'
        'class Machine:\n    """fault 5"""\n'
        'def test_faults_66() -> None:\n    "faults 6 to 7, default 8"\n'
    )
    assert faults.named_in(ast.parse(source)) == {3, 44, 5}
