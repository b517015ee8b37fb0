"""JSON Schemas of the content files, for completion and hints in editors.

They are made of the same shapes that files are held against, and say less: what
texts refer to is only known to the check.
"""

from typing import Any

from pydantic import BaseModel

from bot.content import schema_lists as lists
from bot.content.schema_region import QueuesFile, RegionFile
from bot.content.schema_topic import PeopleFile, TopicFile

SHAPES: dict[str, type[BaseModel]] = {
    "topic": TopicFile,
    "people": PeopleFile,
    "home": lists.HomeFile,
    "papers": lists.PapersFile,
    "roles": lists.RolesFile,
    "phones": lists.PhonesFile,
    "facts": lists.FactsFile,
    "emergency": lists.EmergencyFile,
    "replies": lists.RepliesFile,
    "glossary": lists.GlossaryFile,
    "region": RegionFile,
    "queues": QueuesFile,
}


def json_schemas() -> dict[str, dict[str, Any]]:
    """The schema of each kind of file by name."""
    return {name: shape.model_json_schema(by_alias=True) for name, shape in SHAPES.items()}
