"""The shape of a card: one piece of advice, in a topic's file or in a region's."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from bot.content.schema import (
    Condition,
    Days,
    Id,
    OrPlain,
    PaperId,
    RoleId,
    Strict,
    Text,
    Texts,
    TopicId,
    WebAddress,
)
from bot.model.content import Urgency


def with_text(value: Any) -> Any:
    """A plain text as the mapping it stands for."""
    return {"text": value} if isinstance(value, str) else value


class StepShape(OrPlain):
    """One own next step; `office` names the responsible role."""

    text: Text = Field(
        description="One thing to do, beginning with a verb. Example: Füllen Sie den Antrag aus."
    )
    without: str | None = Field(
        default=None,
        description="What is said instead when the amount or date in `text` is not known.",
    )
    note: str | None = Field(default=None, description="A word to translators, in English.")
    office: RoleId | None = Field(
        default=None,
        description="Who is responsible: a role of roles.yaml. The region says which office "
        "that is. Example: migration_advice",
    )


Step = Annotated[StepShape, BeforeValidator(with_text)]


class SourceShape(Strict):
    url: WebAddress = Field(
        description="Where this can be read, best an official page. Example: https://www.bamf.de/"
    )
    checked: date = Field(
        description="The day somebody last read the source and compared. Example: 2026-11-21"
    )
    max_age: Days = Field(description="After how many days it must be read again. Example: 180d")


Slot = Literal["title", "body", "steps", "bring", "offices", "related", "keywords"]
"""What a region may write itself where a card says so; `source` is open with any of them."""

Local = Literal["required", "allowed", "locked"]


class CardShape(Strict):
    """One piece of advice."""

    title: Text = Field(
        description="What it is about, in at most 40 characters. Example: Integrationskurs"
    )
    body: Texts = Field(
        description="The advice: two to five short paragraphs. One idea a sentence, at most 12 "
        "words."
    )
    when: Condition = Field(
        default=None,
        description="Shown only if this holds. Example: {person.paper: [permit, recognised], "
        "level: [none, basic]}",
    )
    otherwise: bool = Field(
        default=False,
        description="true for the one card of a topic that is shown when no other fits. Then it"
        " has no `when`.",
    )
    urgency: Annotated[Urgency, Field(strict=False)] = Field(
        default=Urgency.NORMAL,
        description="`now`: today, shown first and the case is urgent; `soon`: this week; "
        "`normal`.",
    )
    steps: dict[Id, Step] = Field(
        default_factory=dict, description="Three to six things to do, in order: id, then text."
    )
    bring: list[PaperId] = Field(
        default_factory=list,
        description="Things to bring, from papers.yaml. Example: [residence_paper, passport]",
    )
    offices: list[RoleId] = Field(
        default_factory=list,
        description="Who is responsible for the whole card: roles of roles.yaml. Example: "
        "[migration_advice]",
    )
    source: SourceShape | None = Field(
        default=None, description="Where the advice comes from and when it was last compared."
    )
    related: dict[TopicId, Text] = Field(
        default_factory=dict,
        description="Topics that go together with this one, each with the reason in one sentence. "
        "Example: {work: Kurs und Arbeit gehören zusammen.}",
    )
    keywords: Text | None = Field(
        default=None,
        description="Words newcomers type, separated by commas. Example: Kurs, Sprachschule, BAMF",
    )
    local: dict[Slot, Local] = Field(
        default_factory=dict,
        description="What a region may write itself: `required` must, `allowed` may, `locked` "
        "must not. Example: {body: required}",
    )
