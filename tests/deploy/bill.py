"""The bill of materials: `python -m tests.deploy.bill` writes it, `make sbom` calls that.

CycloneDX as JSON for machines and docs/licences.md for people, both from the lock files alone, so
the same locks give the same bytes. What wheels carry inside is listed in the wheels themselves.
"""

import hashlib
import json
import sys
import tomllib
import uuid
from pathlib import Path
from typing import Any

from tests.architecture import tree
from tests.deploy import locks
from tests.deploy.locks import ROOT, Package

BILL = Path("requirements/sbom.cdx.json")
PAGE = Path("docs/licences.md")
_BEGIN = "<!-- from the lock files: make sbom -->\n"


def bill() -> str:
    """CycloneDX 1.6 of what is delivered; without a date, so that it changes with the locks."""
    project = tomllib.loads(tree.text(Path("pyproject.toml")))["project"]
    packages, licences = locks.delivered(), locks.licences()
    components = [component(package, licences[package.name]) for package in packages]
    root = {
        "type": "application",
        "bom-ref": ROOT,
        "name": project["name"],
        "version": project["version"],
        "licenses": [licence(project["license"])],
    }
    content: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": root},
        "components": components,
        "dependencies": dependencies(packages),
    }
    digest = hashlib.sha256(json.dumps(content).encode()).digest()
    serial = uuid.UUID(bytes=digest[:16], version=5)
    content["serialNumber"] = serial.urn
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def component(package: Package, expression: str) -> dict[str, Any]:
    """One package; of several hashes one is that of the file that fits the machine."""
    return {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
        "hashes": [{"alg": package.algorithm, "content": value} for value in package.hashes],
        "licenses": [licence(expression)],
    }


def licence(expression: str) -> dict[str, Any]:
    """An SPDX identifier, or an expression of several."""
    return {"expression": expression} if " " in expression else {"license": {"id": expression}}


def dependencies(packages: tuple[Package, ...]) -> list[dict[str, Any]]:
    """Who needs whom: the locks tell it from the other end."""
    references = {package.name: package.purl for package in packages} | {ROOT: ROOT}
    needs: dict[str, list[str]] = {reference: [] for reference in references.values()}
    for package in packages:
        for name in package.wanted_by:
            needs[references[name]].append(package.purl)
    return [{"ref": ref, "dependsOn": sorted(found)} for ref, found in sorted(needs.items())]


def page(before: str) -> str:
    """docs/licences.md with its tables as the locks are now; the prose above them stays."""
    prose, _, _ = before.partition(_BEGIN)
    brought = {package.name for package in locks.python("run")}
    tools = [package for package in locks.python("dev") if package.name not in brought]
    tables = [
        "## Delivered\n" + table(locks.delivered()),
        "## For development and tests alone\n"
        + table((*tools, *locks.front_end(development=True))),
    ]
    return prose + _BEGIN + "\n" + "\n".join(tables)


def table(packages: tuple[Package, ...]) -> str:
    licences = locks.licences()
    rows = [f"| {p.name} | {p.version} | {licences[p.name]} |" for p in packages]
    return "\n".join(["| package | version | licence |", "|---|---|---|", *rows]) + "\n"


def main() -> None:
    (tree.ROOT / BILL).write_text(bill(), encoding="utf-8")
    (tree.ROOT / PAGE).write_text(page(tree.text(PAGE)), encoding="utf-8")
    sys.stdout.write(f"{BILL} and {PAGE} are up to date\n")


if __name__ == "__main__":
    main()
