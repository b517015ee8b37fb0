"""What the editors' pages ask of whoever knows the content. Every answer may take a moment."""

import asyncio
from datetime import date
from typing import Protocol

from bot.model.content import Content
from bot.model.editing import (
    Explained,
    FactView,
    Finding,
    Progress,
    Standing,
    TopicList,
    TopicView,
    View,
)


class Workshop(Protocol):
    """The content of one region as editors are shown it, read again when files change."""

    def standing(self) -> Standing: ...

    def content(self) -> Content: ...

    def findings(self, today: date) -> tuple[Finding, ...]: ...

    def explained(self) -> tuple[Explained, ...]: ...

    def topics(self, speak: str) -> TopicList: ...

    def topic(self, topic: str, view: View) -> TopicView | None: ...

    def translations(self, speak: str) -> Progress: ...

    def overview(self, language: str) -> str: ...

    def facts(self, today: date, on: date, speak: str) -> tuple[FactView, ...] | None: ...


class Watched(Protocol):
    """The folder that is watched; `changed` is set, and made anew, after each change."""

    @property
    def changed(self) -> asyncio.Event: ...
