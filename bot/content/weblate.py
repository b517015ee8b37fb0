"""`lotse i18n weblate`: the components a Weblate server imports, one for each PO file.

Merging stays with `lotse i18n sync`, because Weblate's own merging goes by likeness;
Weblate only edits. The server's `import_json` command reads this list.
"""

import json
from collections.abc import Iterable
from typing import Final

PROJECT: Final = "lotse"

_ALIKE: Final = {
    "vcs": "git",
    "branch": "main",
    "file_format": "po",
    "new_lang": "none",
    "language_regex": "^(?!de$).+$",
    "check_flags": r'placeholders:r"\{[^{}]+\}"',
    "license": "EUPL-1.2",
}
"""Languages begin with `lotse i18n sync --add`; what stands in braces must not be lost."""


def components(domains: Iterable[str], repository: str) -> str:
    """The list as JSON: the first component holds the repository, the others lie in it."""
    names = list(domains)
    found = []
    for number, name in enumerate(names):
        repo = repository if number == 0 else f"weblate://{PROJECT}/{_slug(names[0])}"
        found.append(
            {
                "name": name.replace("_", " "),
                "slug": _slug(name),
                "repo": repo,
                "filemask": f"locales/*/LC_MESSAGES/{name}.po",
                **_ALIKE,
            }
        )
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def _slug(domain: str) -> str:
    return domain.replace("_", "-")
