"""What the lock files say: which packages in which version, with which hashes, and for whose sake.

Nothing is asked of a registry or of what happens to be installed; the licences are those written
in requirements/licences.toml.
"""

import json
import re
import tomllib
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.architecture import tree

_BLOCK = re.compile(r"^(?=[a-z])", re.MULTILINE)
_PIN = re.compile(r"([a-z0-9-]+)(?:\[[a-z,]+\])?==([^ ;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_VIA = re.compile(r"^ +# +(?:via )?(?!via$)([a-z0-9-]+|lotse \(pyproject\.toml\))$", re.MULTILINE)
ROOT = "lotse"


@dataclass(frozen=True, slots=True)
class Package:
    """One locked package. `hashes` are hexadecimal; `wanted_by` names packages, or `ROOT`."""

    ecosystem: str
    name: str
    version: str
    algorithm: str
    hashes: tuple[str, ...]
    wanted_by: tuple[str, ...]

    @property
    def purl(self) -> str:
        """The package as a package URL."""
        return f"pkg:{self.ecosystem}/{self.name.replace('@', '%40')}@{self.version}"


def python(lock: str) -> tuple[Package, ...]:
    """The packages of requirements/`lock`.txt, in the order of the file."""
    blocks = _BLOCK.split(tree.text(Path(f"requirements/{lock}.txt")))
    return tuple(_python_package(block) for block in blocks if block.strip())


def _python_package(block: str) -> Package:
    pin = _PIN.match(block)
    if pin is None:
        raise ValueError(f"no pinned package: {block.splitlines()[0]}")
    wanted = tuple(name.partition(" ")[0] for name in _VIA.findall(block))
    return Package("pypi", pin[1], pin[2], "SHA-256", tuple(_HASH.findall(block)), wanted)


def front_end(*, development: bool) -> Iterator[Package]:
    """The npm packages: those that are vendored, or those that only tests use."""
    for path, entry in json.loads(tree.text(Path("package-lock.json")))["packages"].items():
        if path and entry.get("dev", False) is development:
            digest = b64decode(entry["integrity"].removeprefix("sha512-")).hex()
            name = path.removeprefix("node_modules/")
            yield Package("npm", name, entry["version"], "SHA-512", (digest,), (ROOT,))


def delivered() -> tuple[Package, ...]:
    """Everything that is part of an installation."""
    return (*python("run"), *front_end(development=False))


def licences() -> dict[str, str]:
    """The SPDX expression of each package, by name."""
    sections = tomllib.loads(tree.text(Path("requirements/licences.toml")))
    return {name: licence for section in sections.values() for name, licence in section.items()}
