"""What people may see and decide about their data: the notice again, export, deletion."""

from bot.engine.danger import name_of
from bot.engine.entrance import data_blocks
from bot.engine.handoff import FREE_TEXT, reader
from bot.engine.interview import living, valid_value
from bot.engine.questions import answer_phrase
from bot.engine.talk import Talk, menu_button, text, title
from bot.model import wording as w
from bot.model.buttons import Action, Button, Do
from bot.model.content import Content
from bot.model.conversation import Answer, Conversation, HandoffDraft, Prompt
from bot.model.phrases import Block, LanguageNames, Phrase, Style, Value
from bot.model.turns import Message


def privacy_screen(talk: Talk) -> Message:
    """The long notice again, and the rights that have a button."""
    export = Button(Phrase(w.EXPORT_BUTTON), Action(Do.EXPORT))
    delete = Button(Phrase(w.DELETE_BUTTON), Action(Do.DELETE))
    return Message(data_blocks(talk.content), ((export,), (delete,), (menu_button(),)))


def delete_screen(talk: Talk) -> Message:
    """What deleting does, before it is done; whoever keeps everything goes on where they were."""
    cases = (text(w.DELETE_CASES),) if talk.open_cases else ()
    language = talk.conversation.language
    yes = Button(Phrase(w.DELETE_YES), Action(Do.DELETE_NOW, language=language))
    no = Button(Phrase(w.DELETE_NO), Action(Do.RESULT))
    return Message((title(w.DELETE_TITLE), text(w.DELETE_TEXT), *cases), ((yes,), (no,)))


def deleted_message() -> Message:
    """Everything of ours is gone; what we cannot delete is said too."""
    return Message((title(w.DELETED_TITLE), text(w.DELETED_TEXT)))


def export_blocks(content: Content, conversation: Conversation) -> tuple[Block, ...]:
    """Everything the conversation holds, in words; cases are added by the use case."""
    return (
        title(w.EXPORT_TITLE),
        *_agreed(conversation),
        *_about(content, conversation),
        *(_answer(content, answer) for answer in conversation.answers.values()),
        *_ticked(content, conversation.prompt),
        *_prepared(content, conversation.draft),
    )


def _agreed(conversation: Conversation) -> tuple[Block, ...]:
    """What was agreed to, in which language, and the language spoken now."""
    consent = conversation.consent
    agreed: dict[str, Value] = {"date": consent.at, "version": consent.notice}
    read: dict[str, Value] = {"name": LanguageNames((consent.language,))}
    spoken = Phrase(w.LANGUAGE_NAME, {"name": LanguageNames((conversation.language,))})
    label = Phrase(w.LANGUAGE_LABEL)
    return (
        Block(Phrase(w.EXPORT_CONSENT, agreed), Style.ITEM),
        Block(Phrase(w.EXPORT_CONSENT_LANGUAGE, read), Style.ITEM),
        Block(Phrase(w.ANSWER_LINE, {"question": label, "answer": spoken}), Style.ITEM),
    )


def _answer(content: Content, answer: Answer) -> Block:
    """One answer with its time; in its own ids if content no longer knows it."""
    question = content.question(answer.field)
    value = None if question is None else valid_value(question, answer)
    said: dict[str, Value] = {"question": answer.field, "answer": str(answer.value)}
    if question is not None and value is not None:
        said = {"question": Phrase(question.summary), "answer": answer_phrase(question, value)}
    return Block(Phrase(w.EXPORT_ANSWER, {**said, "date": answer.at}), Style.ITEM)


def _ticked(content: Content, prompt: Prompt | None) -> tuple[Block, ...]:
    """The options that are ticked on the screen and not yet an answer."""
    if prompt is None or not prompt.chosen:
        return ()
    question = content.question(prompt.field)
    ticked = None if question is None else living(question, prompt.chosen)
    said: dict[str, Value] = {"question": prompt.field, "answer": ", ".join(prompt.chosen)}
    if question is not None and ticked:
        said = {"question": Phrase(question.summary), "answer": answer_phrase(question, ticked)}
    return (Block(Phrase(w.EXPORT_TICKED, said), Style.ITEM),)


def _prepared(content: Content, draft: HandoffDraft | None) -> tuple[Block, ...]:
    """Who would get the handoff that is being prepared, what stays out of it, and the words."""
    if draft is None:
        return ()
    blocks = []
    if draft.queue is not None:
        queue = content.region.queues.get(draft.queue)
        to: dict[str, Value] = {"reader": reader(content, queue) if queue else draft.queue}
        blocks.append(Block(Phrase(w.EXPORT_DRAFT, to), Style.ITEM))
    if draft.left_out:
        lines = tuple(_line_named(content, line) for line in sorted(draft.left_out))
        blocks.append(Block(Phrase(w.EXPORT_LEFT_OUT, {"lines": lines}), Style.ITEM))
    if draft.text:
        blocks.append(Block(Phrase(w.AS_WRITTEN, {"text": draft.text}), Style.QUOTE))
    return tuple(blocks)


def _line_named(content: Content, line: str) -> Phrase:
    """The name of a line of the summary, or its id if content no longer knows it."""
    if line == FREE_TEXT:
        return Phrase(w.OWN_WORDS)
    question = content.question(line)
    return Phrase(question.summary) if question else Phrase(w.AS_WRITTEN, {"text": line})


def _about(content: Content, conversation: Conversation) -> tuple[Block, ...]:
    """The topic that is open, and the danger of a handoff that is being prepared."""
    draft = conversation.draft
    names = {conversation.topic, draft.topic if draft else None}
    topics = [
        content.topics[name].title for name in sorted(filter(None, names)) if name in content.topics
    ]
    danger = content.emergencies.get((draft.danger if draft else None) or "")
    lines = [(w.TOPIC_LABEL, Phrase(title)) for title in topics]
    if danger is not None:
        lines.append((w.DANGER_LABEL, name_of(danger)))
    return tuple(
        Block(Phrase(w.ANSWER_LINE, {"question": Phrase(label), "answer": said}), Style.ITEM)
        for label, said in lines
    )
