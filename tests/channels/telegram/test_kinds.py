"""Every kind of update and message there is has a defined answer (faults 50, 51, 52, 56, 57)."""

import copy

import pytest
import telegram

from bot.channels.telegram.incoming import Malformed, Me, Read, incoming, natural, read
from bot.channels.telegram.kinds import ASKED_FOR, CONTENTS, SERVICE, UPDATES
from bot.model.buttons import Action, Do, encode, short
from bot.model.turns import (
    Attached,
    Attachment,
    Command,
    CommandName,
    Ignored,
    Press,
    Reachable,
    Typed,
)
from bot.usecases import room_events as room
from bot.usecases.converse import Arrival, Sender
from tests.botapi.samples import USER_ID, samples
from tests.botapi.schema import TYPES, Json, JsonObject

ME = Me(7600000001, "lotse_test_bot")
AMINA = Sender(USER_ID, "ar")
SAMPLES = samples()

DETAILS = frozenset(
    # Fields that say something about a message, never what it is.
    {
        "author_signature",
        "business_connection_id",
        "caption",
        "caption_entities",
        "chat",
        "date",
        "direct_messages_topic",
        "edit_date",
        "effect_id",
        "entities",
        "external_reply",
        "forward_origin",
        "from",
        "guest_bot_caller_chat",
        "guest_bot_caller_user",
        "guest_query_id",
        "has_media_spoiler",
        "has_protected_content",
        "is_automatic_forward",
        "is_from_offline",
        "is_paid_post",
        "is_topic_message",
        "link_preview_options",
        "media_group_id",
        "message_id",
        "message_thread_id",
        "paid_star_count",
        "quote",
        "reply_markup",
        "reply_to_checklist_task_id",
        "reply_to_message",
        "reply_to_poll_option_id",
        "reply_to_story",
        "sender_boost_count",
        "sender_business_bot",
        "sender_chat",
        "sender_tag",
        "show_caption_above_media",
        "suggested_post_info",
        "text",
        "via_bot",
    }
)


CAPTION = SAMPLES["message/caption"]["message"]["caption"]
WRITTEN = {
    "venue": "Group\nsome address",
    "contact": "Amina",
    "poll": "some question\nHallo",
    "checklist": "Group\nHallo",
    "rich_message": "Hallo",
}
DETAILED = {
    "caption": Attached(Attachment.PHOTO, CAPTION),
    "caption_entities": Attached(Attachment.PHOTO, CAPTION),
    "show_caption_above_media": Attached(Attachment.VIDEO, CAPTION),
    "has_media_spoiler": Attached(Attachment.PHOTO),
}


def expected(name: str) -> Read | type[room.RoomArrival]:
    """The answer of each sample, by the rules of the product."""
    kind, _, rest = name.partition("/")
    field = rest.partition("/")[0]
    if kind == "message" and field.startswith("in "):
        return room.RoomArrival
    if kind == "message" and field in SERVICE:
        return Ignored(field)
    if kind == "message" and field in CONTENTS:
        return Arrival(AMINA, Attached(CONTENTS[field], written=WRITTEN.get(field, "")))
    if kind == "message":
        return Arrival(AMINA, DETAILED.get(field, Typed("Hallo")))
    if kind == "edited_message":
        return Arrival(AMINA, Typed("Hallo", edited=True))
    if kind == "callback_query":
        return Arrival(AMINA, Press(None, 0))
    if kind == "my_chat_member":
        status = SAMPLES[name]["my_chat_member"]["new_chat_member"]["status"]
        return Arrival(AMINA, Reachable(status not in {"left", "kicked"}))
    return Ignored(kind)


@pytest.mark.parametrize("name", SAMPLES)
def test_each_kind_has_its_answer(name: str) -> None:
    """Every kind of update there is has a defined answer: fault 50."""
    raw = SAMPLES[name]
    found = read(raw, {}, ME)
    wanted = expected(name)
    if wanted is room.RoomArrival:
        assert isinstance(found, room.RoomArrival)
    elif isinstance(found, room.RoomArrival):
        assert name.startswith("chat_member")
        assert isinstance(found.event, room.MemberLeft)
    elif name == "message/media_group_id":
        assert isinstance(found, Arrival)
        assert isinstance(found.event, Attached)
        assert found.event.kind is Attachment.PHOTO
        assert found.event.album
    elif name.startswith("callback_query"):
        assert isinstance(found, Arrival | Ignored)
    else:
        assert found == wanted


def test_the_tables_know_all_that_the_library_and_the_schema_know() -> None:
    """A kind the library learns and we do not fails here: fault 50."""
    updates = {name for name in telegram.Update.__slots__ if not name.startswith("_")}
    updates |= {field.name for field in TYPES["Update"]}
    assert updates - {"update_id"} == set(UPDATES)
    fields = {name for name in telegram.Message.__slots__ if not name.startswith("_")}
    fields |= {field.name for field in TYPES["Message"]}
    known = set(CONTENTS) | SERVICE | DETAILS
    assert fields - known == {"from_user"}
    assert not set(CONTENTS) & SERVICE


def test_what_is_asked_for_is_what_is_read() -> None:
    assert set(ASKED_FOR) <= set(UPDATES)
    assert {"my_chat_member", "chat_member", "message_reaction"} <= set(ASKED_FOR)


def test_a_kind_of_the_future_is_ignored_by_name() -> None:
    """Unknown kinds are no trouble: fault 18, fault 50."""
    assert read({"update_id": 1, "telepathy": {"chat": 5}}, {}, ME) == Ignored("telepathy")
    assert read({"update_id": 1}, {}, ME) == Ignored("nothing")
    future = message(hologram={"depth": 3})
    assert read(future, {}, ME) == Arrival(AMINA, Attached(Attachment.OTHER))


def message(**fields: object) -> JsonObject:
    raw: JsonObject = copy.deepcopy(dict(SAMPLES["message/text"]))
    if "text" not in fields:
        del raw["message"]["text"]
    raw["message"] |= fields
    return raw


def event(**fields: object) -> object:
    found = read(message(**fields), {}, ME)
    assert isinstance(found, Arrival)
    return found.event


def test_commands() -> None:
    assert event(text="/menu") == Command(CommandName.MENU)
    assert event(text="/menu@Lotse_Test_Bot") == Command(CommandName.MENU)
    assert event(text="/menu@other_bot") == Typed("/menu@other_bot")
    assert event(text="/MENU") == Command(CommandName.MENU)
    assert event(text="/close") == Command(None, said="/close")
    assert event(text="/menu bitte") == Command(CommandName.MENU, "bitte", "/menu bitte")
    assert event(text="/start work") == Command(CommandName.START, "work")
    assert event(text="say /menu") == Typed("say /menu")
    assert event(text="/") == Typed("/")


@pytest.mark.parametrize(
    "payload", ["a b", "x" * 65, "../etc", "ä", "a\nb", "work;drop", "%20", "<b>"]
)
def test_a_deep_link_is_an_opaque_code_or_nothing(payload: str) -> None:
    """Whatever else comes with /start chooses nothing: fault 49."""
    said = f"/start {payload}"
    assert event(text=said) == Command(CommandName.START, "", said)


def test_a_deep_link_of_the_full_length() -> None:
    assert event(text=f"/start {'aZ09_-' * 10}abcd") == Command(
        CommandName.START, "aZ09_-" * 10 + "abcd"
    )


def test_one_code_behind_bind_is_a_caseworkers_and_words_are_a_newcomers() -> None:
    for code in ("", "c0de", "aB_-9" * 9):
        bound = read(message(text=f"/bind {code}"), {}, ME)
        assert bound == room.Binding(AMINA.telegram_id, AMINA.language_code, code)
    for words in ("Mein Mann schlägt mich", "يضربني"):
        assert event(text=f"/bind {words}") == Command(None, words, f"/bind {words}")


def test_text_that_no_database_stores_is_mended() -> None:
    assert event(text="a\x00b\ud800c") == Typed("a\ufffdb\ufffdc")
    assert event(text="😀") == Typed("😀")


def test_an_edited_command_is_an_edited_text() -> None:
    raw = message(text="/delete")
    raw["edited_message"] = raw.pop("message")
    assert read(raw, {}, ME) == Arrival(AMINA, Typed("/delete", edited=True))


def test_an_album_is_one_happening_and_a_caption_counts() -> None:
    """Parts of an album share a natural name: fault 52."""
    first = message(photo=[], media_group_id="77", message_id=1)
    second = message(photo=[], media_group_id="77", message_id=2)
    told = message(photo=[], media_group_id="77", message_id=3, caption="Hilfe")
    other = message(photo=[], media_group_id="78", message_id=4)
    assert natural(first) == natural(second) != ""
    assert len({natural(one) for one in (first, told, other)}) == 3


def test_a_changed_caption_is_heard_and_a_changed_place_is_not() -> None:
    def changed(**fields: object) -> JsonObject:
        raw = message(edit_date=5, **fields)
        return {"update_id": 1, "edited_message": raw["message"]}

    first, second = (changed(photo=[], caption=text) for text in ("Mein Brief", "Hilfe"))
    assert read(second, {}, ME) == Arrival(AMINA, Attached(Attachment.PHOTO, "Hilfe", edited=True))
    assert natural(first) != natural(second), "within one second"
    for silent in (changed(location={}), changed(photo=[])):
        assert read(silent, {}, ME) == Ignored("edited attachment")


ALL_OF_IT = {
    "venue": {"title": "eins", "address": "zwei", "google_place_id": "drei", "location": {}},
    "contact": {"phone_number": "drei", "first_name": "eins", "last_name": "zwei"},
    "poll": {"question": "eins", "options": [{"text": "zwei"}, {"text": ""}], "type": "drei"},
    "checklist": {"title": "eins", "tasks": [{"id": 3, "text": "zwei"}]},
    "rich_message": {
        "blocks": [
            {"type": "paragraph", "text": ["ei", {"type": "bold", "text": ["n", "s"]}]},
            {"type": "list", "items": [{"blocks": [{"type": "footer", "text": "zwei"}]}]},
        ]
    },
}


@pytest.mark.parametrize("field", ALL_OF_IT)
def test_what_is_written_in_other_things_than_texts(field: str) -> None:
    first, second, *nothing = event_written(**{field: ALL_OF_IT[field]}).split("\n")
    assert (first, second, "".join(nothing)) == ("eins", "zwei", "")
    odd_ones: list[Json] = [None, 5, [], {}, ["x"], {"title": 5, "text": None, "tasks": [[[]]]}]
    for odd in odd_ones:
        assert isinstance(event_written(**{field: odd}), str)


def test_a_checklist_that_is_changed_is_heard() -> None:
    raw = message(checklist=ALL_OF_IT["checklist"], edit_date=5)
    changed = read({"update_id": 1, "edited_message": raw["message"]}, {}, ME)
    wanted = Attached(Attachment.OTHER, edited=True, written="eins\nzwei")
    assert changed == Arrival(AMINA, wanted)


def event_written(**fields: object) -> str:
    found = event(**fields)
    assert isinstance(found, Attached)
    return found.written


def test_natural_names() -> None:
    """The same message under another number is the same: fault 11, fault 14."""
    typed, press = message(text="Hallo"), SAMPLES["callback_query"]
    again = copy.deepcopy(typed) | {"update_id": 99}
    assert natural(typed) == natural(again)
    edits = [message(text=text, edit_date=5) for text in ("a", "b")]
    changed = [{"update_id": 1, "edited_message": edit["message"]} for edit in edits]
    assert len({natural(typed), *map(natural, changed)}) == 3
    assert natural(press).startswith("press ")
    assert natural(SAMPLES["my_chat_member"]) == ""


def test_a_press_in_a_private_chat() -> None:
    raw = copy.deepcopy(dict(SAMPLES["callback_query/message/Message"]))
    raw["callback_query"]["message"]["chat"] = {"id": USER_ID, "type": "private"}
    number = raw["callback_query"]["message"]["message_id"]
    action = Action(Do.TOPIC, "work")
    for data, wanted in [(encode(action), action), ("~" * 64, None), ("t.zzzzzz", None)]:
        raw["callback_query"]["data"] = data
        found = read(raw, {short("work"): "work"}, ME)
        assert isinstance(found, Arrival)
        assert found.event == Press(wanted, number)


def group(**fields: object) -> JsonObject:
    raw = copy.deepcopy(dict(SAMPLES["message/in topic"]))
    raw["message"] |= fields
    return raw


def arrival(raw: JsonObject) -> room.RoomArrival:
    found = read(raw, {}, ME)
    assert isinstance(found, room.RoomArrival)
    return found


def test_texts_and_commands_in_a_group() -> None:
    assert isinstance(arrival(group(text="Guten Tag")).event, room.Said)
    assert arrival(group(text="/note x y")).event == room.Ordered("note", "x y")
    assert arrival(group(text="/note@lotse_test_bot x")).event == room.Ordered("note", "x")
    assert arrival(group(text="/note@other_bot x")).event == room.Elsewhere()
    bound = arrival(group(text="/bindroom c0de", chat={"id": -5, "type": "group"})).event
    assert bound == room.BindRoom("c0de", forum=False)


def test_nobody_is_staff_by_proxy() -> None:
    """Anonymous admins and channels are nobody: fault 56."""
    for name in ("message/in group as the group", "message/in group as a channel"):
        assert arrival(dict(SAMPLES[name])).by is None


def test_own_messages_in_the_group_say_nothing() -> None:
    mine: Json = {"id": ME.id, "is_bot": True, "first_name": "Lotse"}
    raw = group()
    raw["message"]["from"] = mine
    assert read(raw, {}, ME) == Ignored("own message")
    raw["message"]["forum_topic_created"] = {"name": "K7MX2Q Work", "icon_color": 1}
    assert arrival(raw).event == room.TopicCreated("K7MX2Q Work")


def test_a_migrated_group() -> None:
    raw = group(migrate_to_chat_id=-1009)
    assert arrival(raw).event == room.Moved(-1009)


def broken(value: Json) -> list[Json]:
    """Every way to put another type into one place of `value`."""
    wrong: list[Json] = ["text", -1, None, [], {}, True]
    found: list[Json] = []
    if isinstance(value, dict):
        for key, inner in value.items():
            found += [value | {key: bad} for bad in wrong]
            found += [value | {key: one} for one in broken(inner)]
            found.append({name: kept for name, kept in value.items() if name != key})
    return found


def test_an_update_of_any_shape_is_read_or_refused_cleanly() -> None:
    """Every field of every kind with every wrong type: fault 18."""
    names = ["message/text", "edited_message", "callback_query", "my_chat_member", "chat_member"]
    count = 0
    for name in [*names, "message/in topic", "message/photo"]:
        for raw in broken(dict(SAMPLES[name])):
            assert isinstance(raw, dict)
            count += 1
            try:
                read(incoming(raw).body, {}, ME)
            except Malformed:
                continue
    assert count > 500
