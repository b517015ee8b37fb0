"""Which texts have German terms, worked out once when content is loaded to be run.

Checks do not need to know. How a term is found in a text is in `bot.engine.glossary`.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.content.texts import Kind, SourceText
from bot.engine import glossary
from bot.model.content import Content

READ = frozenset(
    {
        Kind.TOPIC,
        Kind.KEYWORDS,
        Kind.QUESTION,
        Kind.WHY,
        Kind.OPTION,
        Kind.CARD,
        Kind.BODY,
        Kind.WITHOUT,
        Kind.STEP,
        Kind.PAPER,
        Kind.ROLE,
        Kind.REPLY,
    }
)
"""Texts whose German terms are looked for: newcomers read them, or search in them."""


def with_terms(content: Content, texts: Mapping[str, SourceText]) -> Content:
    """`content` that knows which of `texts`, by message id, have terms to be explained."""
    knowing = replace(content, spellings=glossary.spellings(content.glossary))
    read = (text for text in texts.values() if text.kind in READ)
    found = ((text.key, glossary.terms_in(knowing, text.german)) for text in read)
    return replace(knowing, terms={key: terms for key, terms in found if terms})
