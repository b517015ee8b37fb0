"""Plain language has short sentences: over 12 words is a warning, over 18 an error."""

import re
from collections.abc import Iterator

from bot.content.material import Material
from bot.content.problems import Code, Problem, Severity
from bot.content.texts import Kind

LONG = Code(
    "sentence-long",
    "{count} words in one sentence: `{begin} ...`",
    "make two of it; at most {most} words",
    Severity.WARNING,
)
TOO_LONG = Code(
    "sentence-too-long",
    "{count} words in one sentence: `{begin} ...`",
    "make two or three of it; at most {most} words",
)

WELL, MOST = 12, 18
SENTENCES = frozenset(
    {
        Kind.QUESTION,
        Kind.WHY,
        Kind.BODY,
        Kind.WITHOUT,
        Kind.STEP,
        Kind.REASON,
        Kind.FIRST_MESSAGE,
        Kind.HINT,
        Kind.REPLY,
        Kind.EXPLANATION,
        Kind.OFFICE_NOTE,
        Kind.NIGHT,
    }
)
_END = re.compile(r"[.!?:](?=\s|$)|\n")
_PLACEHOLDER = re.compile(r"\{[^}]*\}")


def check(material: Material) -> Iterator[Problem]:
    for text in material.texts.values():
        if text.kind not in SENTENCES:
            continue
        for sentence in _END.split(_PLACEHOLDER.sub("x", text.german)):
            words = [word for word in sentence.split() if any(map(str.isalnum, word))]
            if len(words) > WELL:
                code = TOO_LONG if len(words) > MOST else LONG
                begin = " ".join(words[:4])
                yield code.at(text.position, count=len(words), begin=begin, most=WELL)
