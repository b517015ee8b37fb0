"""Whatever is looked at by itself, there is a way on from it."""

import pytest

from bot.model.buttons import Action, Do
from bot.model.turns import Press
from tests.engine.talking import after, begun, messages
from tests.playing.house import county

TOPICS = sorted(county().content.topics)


@pytest.mark.parametrize("open_topic", [None, "work"])
@pytest.mark.parametrize("topic_id", TOPICS)
def test_a_single_card_leads_on_and_stays_readable(topic_id: str, open_topic: str | None) -> None:
    """The search and the end of a topic offer cards one by one; nothing is written below them."""
    content = county().content
    conversation = begun(topic=content.topics[open_topic] if open_topic else None)
    for card in content.topics[topic_id].cards:
        turn = after(conversation, Press(Action(Do.CARD, card.id), 1))
        (shown,) = messages(turn)
        actions = [button.action for button in shown.buttons if button.action]
        wanted = {Do.PERSON, Do.HOME} | ({Do.RESULT} if open_topic else set())
        wanted |= {Do.TOPIC} if open_topic != topic_id else set()
        assert {action.do for action in actions} - {Do.CARD_WORDS} == wanted
        assert all(action.below for action in actions)
        assert turn.conversation == conversation
