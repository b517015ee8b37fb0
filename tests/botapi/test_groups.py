"""Groups, members, forum topics and migration."""

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, ChatMigrated, Forbidden

from tests.botapi import BotApiServer, Group, Member, User
from tests.botapi.client import Client, said
from tests.botapi.schema import RETURNS, mismatches

ALL_KINDS = ["message", "edited_message", "callback_query", "my_chat_member", "chat_member"]


@pytest.fixture
def group(server: BotApiServer) -> Group:
    return server.group("Desk")


@pytest.fixture
def caseworker(server: BotApiServer, group: Group) -> Member:
    return group.member(server.user("Karin", language_code="de"), status="administrator")


def test_a_topic_is_created_told_and_written_into(
    server: BotApiServer, client: Client, group: Group, caseworker: Member
) -> None:
    created = client.run(client.bot.create_forum_topic(group.id, "K7-12"))
    thread = created.message_thread_id
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Claim", callback_data="claim")]])
    sent = client.run(
        client.bot.send_message(group.id, "Header", message_thread_id=thread, reply_markup=markup)
    )
    assert sent.is_topic_message
    topic = group.topic("K7-12")
    assert [shown.text for shown in group.screen(topic).from_bot] == ["", "Header"]
    caseworker.in_topic(topic).send("Hello")
    caseworker.in_topic(topic).press("Claim")
    told, written, pressed = client.run(client.bot.get_updates())
    assert told.message is not None
    assert told.message.forum_topic_created is not None
    assert written.message is not None
    assert written.message.message_thread_id == thread
    assert written.message.reply_to_message is not None
    assert written.message.reply_to_message.forum_topic_created is not None
    assert pressed.callback_query is not None
    assert pressed.callback_query.from_user.id == caseworker.id
    server.assert_clean()


def test_a_topic_deleted_by_people_is_gone_without_an_update(
    server: BotApiServer, client: Client, group: Group
) -> None:
    topic = client.run(client.bot.create_forum_topic(group.id, "K7"))
    before = server.pending()
    group.delete_topic(group.topic("K7"))
    assert server.pending() == before
    with pytest.raises(BadRequest, match=said("message thread not found")):
        client.run(
            client.bot.send_message(group.id, "x", message_thread_id=topic.message_thread_id)
        )
    server.assert_clean()
    with pytest.raises(BadRequest, match=said("message thread not found")):
        client.run(client.bot.send_message(group.id, "x", message_thread_id=4711))
    assert len(server.violations) == 1


def test_a_closed_topic_refuses_messages_until_it_is_open_again(
    server: BotApiServer, client: Client, group: Group, caseworker: Member
) -> None:
    thread = client.run(client.bot.create_forum_topic(group.id, "K7")).message_thread_id
    group.close_topic(group.topic("K7"), by=caseworker)
    with pytest.raises(BadRequest, match=said("TOPIC_CLOSED")):
        client.run(client.bot.send_message(group.id, "x", message_thread_id=thread))
    client.run(client.bot.reopen_forum_topic(group.id, thread))
    client.run(client.bot.send_message(group.id, "x", message_thread_id=thread))
    client.run(client.bot.edit_forum_topic(group.id, thread, name="K8"))
    with pytest.raises(BadRequest, match=said("TOPIC_NOT_MODIFIED")):
        client.run(client.bot.edit_forum_topic(group.id, thread, name="K8"))
    client.run(client.bot.close_forum_topic(group.id, thread))
    with pytest.raises(AssertionError, match="closed or gone"):
        caseworker.in_topic(group.topic("K8")).send("x")
    services = [update.message for update in client.run(client.bot.get_updates())]
    assert [next(iter(m.to_dict().keys() & KINDS)) for m in services if m] == [
        "forum_topic_created",
        "forum_topic_closed",
        "forum_topic_reopened",
        "forum_topic_edited",
        "forum_topic_closed",
    ]
    client.run(client.bot.delete_forum_topic(group.id, thread))
    assert group.topics() == ()
    server.assert_clean()


KINDS = {f"forum_topic_{what}" for what in ("created", "closed", "reopened", "edited")}


def test_topics_need_a_forum_the_right_and_a_name(
    server: BotApiServer, client: Client, group: Group
) -> None:
    with pytest.raises(BadRequest, match=said("the chat is not a forum")):
        client.run(client.bot.create_forum_topic(server.group(forum=False).id, "K7"))
    with pytest.raises(BadRequest):
        client.run(client.bot.create_forum_topic(group.id, ""))
    with pytest.raises(BadRequest):
        client.run(client.bot.create_forum_topic(group.id, "x" * 129))
    assert len(server.violations) == 3
    group.set_bot("administrator", by=server.user(), rights=("can_pin_messages",))
    with pytest.raises(BadRequest, match=said("not enough rights")):
        client.run(client.bot.create_forum_topic(group.id, "K7"))
    assert len(server.violations) == 3


def test_a_basic_group_migrates(server: BotApiServer, client: Client) -> None:
    admin = server.user()
    old = server.group("Desk", kind="group")
    new = old.migrate(by=admin, forum=True)
    with pytest.raises(ChatMigrated) as caught:
        client.run(client.bot.send_message(old.id, "x"))
    assert caught.value.new_chat_id == new.id
    client.run(client.bot.send_message(new.id, "x"))
    left, arrived = (update.message for update in client.run(client.bot.get_updates()))
    assert left is not None
    assert arrived is not None
    assert (left.chat.id, left.migrate_to_chat_id) == (old.id, new.id)
    assert (arrived.chat.id, arrived.migrate_from_chat_id) == (new.id, old.id)
    server.assert_clean()


def test_a_bot_that_was_thrown_out_cannot_write(
    server: BotApiServer, client: Client, group: Group
) -> None:
    group.set_bot("absent", by=server.user())
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        client.run(client.bot.send_message(group.id, "x"))
    other = server.group()
    client.run(client.bot.leave_chat(other.id))
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        client.run(client.bot.send_message(other.id, "x"))
    third = server.group()
    third.delete()
    with pytest.raises(Forbidden, match="the group chat was deleted"):
        client.run(client.bot.send_message(third.id, "x"))
    kicked, left = (update.my_chat_member for update in client.run(client.bot.get_updates()))
    assert kicked is not None
    assert left is not None
    assert (kicked.new_chat_member.status, left.new_chat_member.status) == ("kicked", "left")
    server.assert_clean()


def test_privacy_mode_hides_talk_from_a_bot_that_is_no_administrator(
    server: BotApiServer, client: Client
) -> None:
    group = server.group(bot="absent")
    user = server.user()
    member = group.member(user)
    group.set_bot("member", by=user)
    sent = client.run(client.bot.send_message(group.id, "Hello"))
    member.send("nobody reads this")
    member.send("/bind 123")
    member.send("I answer", reply_to=sent.message_id)
    updates = client.run(client.bot.get_updates())
    assert [u.message.text for u in updates if u.message] == [None, "/bind 123", "I answer"]


def test_members_come_go_and_are_looked_up(
    server: BotApiServer, client: Client, group: Group, caseworker: Member
) -> None:
    client.run(client.bot.get_updates(allowed_updates=ALL_KINDS))
    user = server.user("Max")
    group.join(user)
    member = client.run(client.bot.get_chat_member(group.id, user.id))
    assert member.status == "member"
    assert client.run(client.bot.get_chat_member_count(group.id)) == 3
    admins = client.run(client.bot.get_chat_administrators(group.id))
    assert [admin.user.id for admin in admins] == [caseworker.id]
    group.remove(user)
    assert client.run(client.bot.get_chat_member(group.id, user.id)).status == "kicked"
    stranger = server.user()
    assert client.run(client.bot.get_chat_member(group.id, stranger.id)).status == "left"
    changes = [u.chat_member for u in client.run(client.bot.get_updates()) if u.chat_member]
    assert [change.new_chat_member.status for change in changes] == ["member", "kicked"]
    server.assert_clean()


def test_the_many_faces_of_people_in_groups(client: Client, group: Group) -> None:
    group.anonymous_admin().send("as the group")
    group.as_channel().send("as a channel")
    anonymous, channel = (update.message for update in client.run(client.bot.get_updates()))
    assert anonymous is not None
    assert anonymous.sender_chat is not None
    assert anonymous.from_user is not None
    assert anonymous.sender_chat.id == group.id
    assert anonymous.from_user.username == "GroupAnonymousBot"
    assert channel is not None
    assert channel.sender_chat is not None
    assert channel.sender_chat.type == "channel"


def test_results_and_updates_of_groups_have_the_documented_shape(
    server: BotApiServer, client: Client, group: Group, caseworker: Member, newcomer: User
) -> None:
    client.run(client.bot.get_updates(allowed_updates=[*ALL_KINDS, "message_reaction"]))
    topic = group.create_topic("by a member", by=caseworker)
    group.rename_topic(topic, "renamed", by=caseworker)
    sent = client.run(client.bot.send_message(group.id, "x", message_thread_id=topic.id))
    client.run(client.bot.pin_chat_message(group.id, sent.message_id))
    client.run(client.bot.unpin_all_forum_topic_messages(group.id, topic.id))
    caseworker.react(sent.message_id, "👍")
    caseworker.in_topic(topic).delete(caseworker.in_topic(topic).send("x"))
    group.join(newcomer).leave()
    group.set_bot("member", by=newcomer)
    group.set_bot("administrator", by=newcomer)
    client.run(client.bot.get_chat(group.id))
    client.run(client.bot.get_chat_administrators(group.id))
    server.group("old", kind="group").migrate(by=newcomer)
    client.run(client.bot.get_updates())
    server.assert_clean()
    wrong = [
        (call.method, problem)
        for call in server.calls
        for problem in mismatches(RETURNS[call.method], call.result, "result")
    ]
    assert wrong == []
