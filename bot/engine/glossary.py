"""German words that stay German: found in what is shown or typed, and explained.

Which texts have which words is worked out when content is loaded (`terms_in`). Words
on doors and letters are German in every language, so one look holds for all of them.
"""

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from bot.engine.spelling import words
from bot.model import wording as w
from bot.model.buttons import Action, Button
from bot.model.content import CannedReply, Card, Content, GlossaryTerm, Question, Spelling
from bot.model.paragraphs import Paragraph
from bot.model.phrases import Block, Phrase, Style
from bot.model.turns import Message

_APOSTROPHES = str.maketrans("'’ʼ`", "    ")
"""Endings of other languages are written on with them: `Jobcenter'da`."""
_QUESTION_MARKS = ("?", "؟", "՞", "፧")
_WRITTEN = re.compile(r"\w+")
_ABBREVIATION = 3
"""Words this short are words of other languages too: `BuT` and "but"."""
_SAYS_LITTLE = 3
"""Words of a text that can only be about the abbreviation in it: "was ist wbs"."""


def spellings(glossary: Mapping[str, GlossaryTerm]) -> dict[str, tuple[Spelling, ...]]:
    """Every spelling by its first word, the longest first.

    Umlauts may be written as ae, oe, ue.
    """
    by_word: dict[str, list[Spelling]] = {}
    for term in glossary.values():
        for form in (term.term, *term.forms):
            for said in (words(form), words(_without_umlauts(form))):
                by_word.setdefault(said[0] if said else "", []).append(Spelling(said, term.id))
    return {
        word: tuple(sorted(dict.fromkeys(found), key=lambda one: -len(one.words)))
        for word, found in by_word.items()
    }


def terms_in(content: Content, text: str) -> tuple[str, ...]:
    """The ids of the terms that `text` has as whole words, in order, the longest first.

    Abbreviations of up to three letters count with their own capitals only, unless the
    text is little more than the abbreviation.
    """
    said = words(text.translate(_APOSTROPHES))
    written = frozenset(_WRITTEN.findall(text))
    found: dict[str, None] = {}
    place = 0
    while place < len(said):
        here = _spelled_at(content, said, place, written)
        if here is not None:
            found[here.term] = None
        place += len(here.words) if here else 1
    return tuple(found)


def _spelled_at(
    content: Content, said: tuple[str, ...], place: int, written: AbstractSet[str]
) -> Spelling | None:
    for spelling in content.spellings.get(said[place], ()):
        end = place + len(spelling.words)
        if said[place:end] == spelling.words and _is_meant(content, spelling, written):
            return spelling
    return None


def _is_meant(content: Content, spelling: Spelling, written: AbstractSet[str]) -> bool:
    if len(spelling.words) > 1 or len(spelling.words[0]) > _ABBREVIATION:
        return True
    term = content.glossary[spelling.term]
    return len(written) <= _SAYS_LITTLE or any(each in written for each in (term.term, *term.forms))


def _without_umlauts(form: str) -> str:
    for umlaut, written in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        form = form.replace(umlaut, written).replace(umlaut.upper(), written.capitalize())
    return form


def named(content: Content, typed: str) -> tuple[GlossaryTerm, ...]:
    """The terms that somebody wrote about."""
    return tuple(content.glossary[term] for term in terms_in(content, typed))


def is_asked(content: Content, typed: str) -> bool:
    """Whether somebody asks about a term, and does not answer with it: `Duldung?`."""
    return typed.rstrip().endswith(_QUESTION_MARKS) and bool(terms_in(content, typed))


def of_question(content: Content, question: Question) -> tuple[GlossaryTerm, ...]:
    """The terms in a question, its reason and its options."""
    reason = (question.why,) if question.why else ()
    return _of(content, (question.text, *reason, *(option.text for option in question.offered)))


def of_card(content: Content, card: Card) -> tuple[GlossaryTerm, ...]:
    """The terms in everything a card says, on whatever day and to whomever."""
    paragraphs = (*card.body, *(step.text for step in card.steps))
    said = (key for paragraph in paragraphs for key in _keys(paragraph))
    papers = (content.papers[paper] for paper in card.bring)
    roles = (content.roles[role] for role in card.roles)
    return _of(content, (card.title, *said, *papers, *roles))


def of_reply(content: Content, reply: CannedReply) -> tuple[GlossaryTerm, ...]:
    return _of(content, (reply.text,))


def _keys(paragraph: Paragraph) -> tuple[str, ...]:
    return (paragraph.text, paragraph.without) if paragraph.without else (paragraph.text,)


def _of(content: Content, keys: Iterable[str]) -> tuple[GlossaryTerm, ...]:
    found = dict.fromkeys(term for key in keys for term in content.terms.get(key, ()))
    return tuple(content.glossary[term] for term in found)


def row(terms: tuple[GlossaryTerm, ...], action: Action) -> tuple[tuple[Button, ...], ...]:
    """The row with the one button that explains `terms`; none if there are none."""
    if not terms:
        return ()
    only = Phrase(w.WHAT_IS, {"term": terms[0].term})
    label = only if len(terms) == 1 else Phrase(w.EXPLAIN_WORDS)
    return ((Button(label, action),),)


def explanations(terms: Iterable[GlossaryTerm]) -> tuple[Block, ...]:
    """Each term with its meaning, in the language of whoever reads."""
    return tuple(
        Block(
            Phrase(w.WORD_LINE, {"term": term.term, "meaning": Phrase(term.explanation)}),
            Style.ITEM,
        )
        for term in terms
    )


def screen(terms: Iterable[GlossaryTerm], *back: Button) -> Message:
    """The meaning of `terms`, and the way back to where they stand."""
    title = Block(Phrase(w.WORDS_TITLE), Style.TITLE)
    return Message((title, *explanations(terms)), (back,))
