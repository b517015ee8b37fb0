"""What Lotse is made of: locked by hash, listed, and under licences that go together."""

import importlib.metadata
import json
import re
from pathlib import Path

import pytest

from tests.architecture import tree
from tests.deploy import bill, locks

LOCKS = ("run", "dev")
GO_WITH_EUPL = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "EUPL-1.2", "ISC", "LGPL-3.0-only"),
    *("MIT", "MIT-0", "MPL-2.0", "OFL-1.1", "PSF-2.0"),
}
"""Permissive ones, and those whose works stay apart; a new one here is a decision."""


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_is_pinned_and_hashed_and_names_no_place(lock: str) -> None:
    """Only a file whose hash was locked is installed: fault 88."""
    text = tree.text(Path(f"requirements/{lock}.txt"))
    packages = locks.python(lock)
    assert len(packages) > 40
    assert [package.name for package in packages if not package.hashes] == []
    known = re.compile(r"([a-z0-9-]+(\[[a-z,]+\])?==\S+( ; .+)? \\| {4}--hash=\S+( \\)?| +#.*)")
    assert [line for line in text.splitlines() if not known.fullmatch(line)] == []
    assert "://" not in text


def test_development_and_image_are_locked_to_the_same() -> None:
    dev = {package.name: package for package in locks.python("dev")}
    for package in locks.python("run"):
        assert dev[package.name].version == package.version
        assert set(dev[package.name].hashes) == set(package.hashes)


def test_front_end_files_are_locked_by_content() -> None:
    """A changed package of the front end is not taken either: fault 88."""
    assert [len(package.hashes[0]) for package in locks.front_end(development=False)] == [128, 128]
    assert "resolved" not in tree.text(Path("package-lock.json"))


def test_the_bill_of_materials_is_that_of_the_locks() -> None:
    """What is delivered is listed with every hash: fault 88. Repaired by `make sbom`."""
    written = tree.text(bill.BILL)
    assert written == bill.bill()
    listed = {component["purl"]: component for component in json.loads(written)["components"]}
    assert set(listed) == {package.purl for package in locks.delivered()}
    assert "://" not in written


def test_the_bill_says_who_needs_whom() -> None:
    needs = {entry["ref"]: entry["dependsOn"] for entry in json.loads(bill.bill())["dependencies"]}
    assert any(ref.startswith("pkg:pypi/alembic@") for ref in needs["lotse"])
    (alembic,) = (found for ref, found in needs.items() if ref.startswith("pkg:pypi/alembic@"))
    assert [ref.split("@")[0] for ref in alembic] == [
        f"pkg:pypi/{name}" for name in ("mako", "sqlalchemy", "typing-extensions")
    ]


def test_the_page_of_licences_is_that_of_the_locks() -> None:
    assert tree.text(bill.PAGE) == bill.page(tree.text(bill.PAGE))


def test_every_dependency_has_a_licence_that_goes_with_ours() -> None:
    licences = locks.licences()
    tools = (*locks.python("dev"), *locks.front_end(development=True))
    names = {package.name for package in (*locks.delivered(), *tools)}
    assert set(licences) == names
    for package in locks.delivered():
        parts = set(re.split(r" (?:AND|OR) ", re.sub("[()]", "", licences[package.name])))
        assert parts <= GO_WITH_EUPL, package.name


def test_the_licences_are_those_the_packages_say() -> None:
    """Where a package names its licence as SPDX does, that is what is written here."""
    said = {
        package.name: expression
        for package in locks.python("dev")
        if (expression := expression_of(package.name)) is not None
    }
    assert len(said) > 40
    licences = locks.licences()
    assert {name: licences[name] for name in said} == said
    for package in locks.front_end(development=False):
        lock = json.loads(tree.text(Path("package-lock.json")))["packages"]
        named = lock[f"node_modules/{package.name}"]["license"].replace("BSD-0-Clause", "0BSD")
        assert named in licences[package.name]


def expression_of(name: str) -> str | None:
    """The SPDX expression an installed package declares; None where it declares none."""
    try:
        declared = importlib.metadata.metadata(name).json.get("license_expression")
    except importlib.metadata.PackageNotFoundError:
        return None
    return str(declared) if declared else None
