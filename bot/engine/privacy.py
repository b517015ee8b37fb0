"""What people may see and decide about their data: the notice again, export, deletion."""

from bot.engine.danger import name_of
from bot.engine.entrance import data_blocks
from bot.engine.interview import valid_value
from bot.engine.questions import answer_line
from bot.engine.talk import Talk, menu_button, text, title
from bot.model import wording as w
from bot.model.buttons import Action, Button, Do
from bot.model.content import Content
from bot.model.conversation import Conversation
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
    consent: dict[str, Value] = {
        "date": conversation.consent.at,
        "version": conversation.consent.notice,
    }
    language: dict[str, Value] = {"name": LanguageNames((conversation.language,))}
    name: dict[str, Value] = {
        "question": Phrase(w.LANGUAGE_LABEL),
        "answer": Phrase(w.LANGUAGE_NAME, language),
    }
    lines = [
        Block(Phrase(w.EXPORT_CONSENT, consent), Style.ITEM),
        Block(Phrase(w.ANSWER_LINE, name), Style.ITEM),
        *_about(content, conversation),
    ]
    for field, answer in conversation.answers.items():
        question = content.question(field)
        value = None if question is None else valid_value(question, answer)
        if question is None or value is None:
            old: dict[str, Value] = {"question": field, "answer": str(answer.value)}
            lines.append(Block(Phrase(w.ANSWER_LINE, old), Style.ITEM))
        else:
            lines.append(Block(answer_line(question, value), Style.ITEM))
    if conversation.draft is not None and conversation.draft.text:
        lines.append(Block(Phrase(w.AS_WRITTEN, {"text": conversation.draft.text}), Style.QUOTE))
    return (title(w.EXPORT_TITLE), *lines)


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
