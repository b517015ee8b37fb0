"""The shape of `questions.yaml`: what only caseworkers ask, in a case."""

from pydantic import Field

from bot.content.schema import File, Id, Text
from bot.content.schema_topic import SharedQuestion


class AskShape(SharedQuestion):
    """A question of a caseworker. It depends on no other answer: the caseworker decides."""

    group: Id = Field(description="The heading caseworkers find it under. Example: appointment")
    when: None = Field(default=None, description="Only questions of topics have this.")
    valid_for: None = Field(
        default=None, description="Only shared questions (people.yaml) have this."
    )


class QuestionsFile(File):
    """questions.yaml"""

    groups: dict[Id, Text] = Field(
        description="The headings in their order: id, then text. Example: {appointment: Termin}"
    )
    questions: dict[Id, AskShape] = Field(
        description="The questions in their order: id, then what is asked."
    )
    renames: dict[str, str] = Field(
        default_factory=dict, description="Old ids and the new ones. Example: {day: weekday}"
    )
