"""How the editors' commands print: what they can be asked for, and what they return."""

from enum import StrEnum

Printed = tuple[int, list[str]]
"""Exit code and lines."""


class Format(StrEnum):
    TEXT = "text"
    GITHUB = "github"
    JSON = "json"


class Form(StrEnum):
    """What a picture is written as."""

    SVG = "svg"
    PNG = "png"
    MERMAID = "mermaid"


class Listing(StrEnum):
    """How a to-do list is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
