"""The import contracts say what they mean: a name misspelt in a contract forbids nothing.

import-linter itself runs in `make check`; here its configuration is held against what is installed
and against the tree.
"""

import importlib.metadata
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from tests.architecture import tree

CONFIG = tomllib.loads(tree.text(Path("pyproject.toml")))
CONTRACTS: list[dict[str, Any]] = CONFIG["tool"]["importlinter"]["contracts"]
STANDARD_LIBRARY = {"sqlite3"}


def import_names(requirements: list[str]) -> set[str]:
    """The top-level packages that the given requirement lines bring."""
    by_distribution: dict[str, set[str]] = {}
    for package, distributions in importlib.metadata.packages_distributions().items():
        for distribution in distributions:
            by_distribution.setdefault(normalised(distribution), set()).add(package)
    names = {normalised(Requirement(line).name) for line in requirements}
    return {package for name in names for package in by_distribution.get(name, ())}


def normalised(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def named_third_parties(contract: dict[str, Any]) -> set[str]:
    names = contract.get("forbidden_modules", []) + contract.get("protected_modules", [])
    return {name for name in names if name.split(".")[0] != "bot"}


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: str(contract["id"]))
def test_named_third_parties_are_dependencies(contract: dict[str, Any]) -> None:
    declared = CONFIG["project"]["dependencies"] + CONFIG["project"]["optional-dependencies"]["dev"]
    known = import_names(declared) | STANDARD_LIBRARY
    assert named_third_parties(contract) <= known


def test_the_core_is_kept_from_every_runtime_dependency() -> None:
    core = next(contract for contract in CONTRACTS if contract["id"] == "core")
    brought = import_names(CONFIG["project"]["dependencies"])
    importable = {name for name in brought if re.fullmatch(r"[a-z][a-z0-9_]*", name)}
    aliases = {"multipart", "psycopg_binary", "tzdata"}
    assert importable - aliases <= set(core["forbidden_modules"])


def test_every_runtime_dependency_is_used() -> None:
    """What nothing imports is not installed; drivers and data are found by name."""
    by_name = {"httptools", "psycopg", "multipart", "python_multipart", "tzdata"}
    sources = "\n".join(tree.text(path) for path in tree.python("bot"))
    for line in CONFIG["project"]["dependencies"]:
        packages = import_names([line])
        used = any(
            re.search(rf"^ *(?:import|from) {name}\b", sources, re.MULTILINE) for name in packages
        )
        assert used or packages & by_name, line


def test_every_contract_gives_its_reason_in_prose() -> None:
    lines = tree.text(Path("pyproject.toml")).splitlines()
    starts = [at for at, line in enumerate(lines) if line == "[[tool.importlinter.contracts]]"]
    assert len(starts) == len(CONTRACTS)
    assert [lines[at + 1] for at in starts if not lines[at - 1].startswith("# ")] == []


def test_dependencies_are_locked_by_hash_and_without_registry() -> None:
    """A changed wheel is not installed: fault 88."""
    for name in ("run", "dev"):
        lock = tree.text(Path(f"requirements/{name}.txt"))
        pins = re.findall(r"^[a-z0-9-]+(?:\[[a-z,]+\])?==.*\\\n {4}--hash=", lock, re.MULTILINE)
        assert len(pins) == len(re.findall(r"^[a-z]", lock, re.MULTILINE))
        assert "--index" not in lock
