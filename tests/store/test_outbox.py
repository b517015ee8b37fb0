from dataclasses import replace

import pytest

from bot.model.buttons import Action, Button, Do
from bot.model.outbox import (
    Act,
    Channel,
    Delivery,
    Fate,
    Queued,
    Rank,
    Report,
    chat_lane,
    room_lane,
)
from bot.model.phrases import Phrase
from bot.usecases.ports import Store
from tests.store.examples import HOUR, MINUTE, NOW, delivery, edit, message, undone, words


def put(store: Store, *deliveries: Delivery) -> None:
    with store.transaction() as work:
        work.outbox.put(deliveries, NOW)


def take(store: Store, *busy: str, limit: int = 9, minutes: int = 0) -> list[Queued]:
    with store.transaction() as work:
        return work.outbox.take(NOW + minutes * MINUTE, busy, limit)


def mark(store: Store, *reports: Report) -> None:
    with store.transaction() as work:
        work.outbox.mark(reports, NOW)


def taken(store: Store, *busy: str, limit: int = 9, minutes: int = 0) -> list[object]:
    return words([q.delivery for q in take(store, *busy, limit=limit, minutes=minutes)])


def sent(store: Store, queued: Queued, number: int = 1) -> None:
    mark(store, Report(queued.id, Fate.SENT, message_id=number))


def in_topic(ticket: str, word: str, item: int | None = None) -> Delivery:
    return Delivery(Channel.ROOM, Act.SEND, "de", message(word), ticket=ticket, item=item)


def test_a_delivery_comes_back_as_it_was_put(store: Store) -> None:
    full = Delivery(
        Channel.CHAT,
        Act.SEND,
        "ar",
        message("مرحبا"),
        chat=-(2**55),
        person="anna",
        ticket="K7MX2",
        item=3,
        message_id=8,
        urgent=True,
    )
    room = Delivery(Channel.ROOM, Act.OPEN_TOPIC, "de", ticket="K7MX2")
    mail = Delivery(Channel.MAIL, Act.SEND, "de", message(), address="desk@example.org")
    put(store, full, room, mail)
    assert [queued.delivery for queued in take(store)] == [full, room, mail]
    assert [queued.attempts for queued in take(store)] == [0, 0, 0]


def test_a_lane_goes_out_in_order(store: Store) -> None:
    put(store, delivery(1, "one"), delivery(1, "two"), delivery(2, "other"), delivery(1, "three"))
    assert taken(store) == ["one", "other"]
    sent(store, take(store)[0])
    assert taken(store) == ["two", "other"]
    sent(store, take(store)[0])
    assert taken(store) == ["other", "three"]


def test_what_waits_is_counted_in_all_and_by_lane(store: Store) -> None:
    put(store, delivery(1), delivery(1, "two"), delivery(2))
    with store.transaction() as work:
        assert work.outbox.waiting() == 3
        assert [work.outbox.waiting(chat_lane(chat)) for chat in (1, 2, 3)] == [2, 1, 0]


def test_a_busy_lane_waits(store: Store) -> None:
    put(store, delivery(1, "one"), delivery(2, "two"))
    first, second = take(store)
    assert first.lane != second.lane
    assert taken(store, first.lane) == ["two"]
    assert taken(store, first.lane, second.lane) == []


def test_lanes_say_nothing_about_chats(store: Store) -> None:
    put(store, delivery(123456, "one"))
    if type(store).__name__ != "MemoryStore":
        assert "123456" not in take(store)[0].lane


def test_no_more_than_asked_for_and_oldest_first(store: Store) -> None:
    put(store, *(delivery(chat, str(chat)) for chat in range(1, 6)))
    assert taken(store, limit=2) == ["1", "2"]


def test_what_is_not_marked_is_taken_again(store: Store) -> None:
    put(store, delivery(1, "one"))
    assert take(store) == take(store)


def test_urgent_lanes_overtake_others_but_not_themselves(store: Store) -> None:
    put(store, delivery(1, "one"), delivery(2, "two"))
    put(store, delivery(2, "danger", urgent=True), delivery(3, "three"))
    put(store, delivery(4, "four"), delivery(4, "danger too", urgent=True), delivery(4, "later"))
    assert taken(store) == ["two", "four", "one", "three"]
    sent(store, take(store)[0])
    sent(store, take(store)[1])
    assert taken(store) == ["danger", "danger too", "one", "three"]


def test_who_is_answered_in_the_group_goes_before_what_is_only_told_there(store: Store) -> None:
    """With what stands before it in its topic, and behind danger: fault 53."""
    told = [in_topic(word, word, item=1) for word in "ABC"]
    put(store, *told, delivery(1, "chat"))
    put(store, in_topic("B", "answer"), replace(in_topic("C", "danger", item=2), urgent=True))
    assert taken(store) == ["C", "B", "A", "chat"]
    for queued in take(store)[:2]:
        sent(store, queued)
    assert taken(store) == ["danger", "answer", "A", "chat"]
    lanes = {words([row.delivery])[0]: row.lane for row in take(store)}
    with store.transaction() as work:
        first = work.outbox.take(NOW, (), 9, set(lanes.values()))
    assert words([row.delivery for row in first]) == ["danger", "answer"]
    assert [row.rank for row in first] == [Rank.URGENT, Rank.PROMPT]


def test_others_may_go_before_lanes_that_had_much(store: Store) -> None:
    """But not before danger, and nothing that nobody waits for goes before either: fault 53."""
    put(store, delivery(1, "one"), delivery(2, "two"), delivery(3, "danger", urgent=True))
    put(store, replace(edit(4, 7, "gone"), act=Act.DELETE), delivery(5, "five"))
    lanes = {words([row.delivery])[0]: row.lane for row in take(store)}
    much = {lanes["one"], lanes["danger"]}
    with store.transaction() as work:
        first = work.outbox.take(NOW, (), 9, much)
        rest = work.outbox.take(NOW, {row.lane for row in first}, 9)
    assert words([row.delivery for row in first]) == ["danger", "two", "five"]
    assert [row.lane for row in rest] == [lanes["one"], rest[1].lane]
    assert rest[1].rank == Rank.PATIENT


@pytest.mark.parametrize("fate", [Fate.NOT_SENT, Fate.UNKNOWN])
def test_what_failed_is_tried_again_at_its_time_and_its_lane_waits(
    store: Store, fate: Fate
) -> None:
    put(store, delivery(1, "one"), delivery(1, "two"), delivery(2, "other"))
    first = take(store)[0]
    mark(store, Report(first.id, fate, retry_at=NOW + 2 * MINUTE))
    assert taken(store) == ["other"]
    assert taken(store, minutes=1) == ["other"]
    assert taken(store, minutes=2) == ["one", "other"]
    assert take(store, minutes=2)[0].attempts == 1


def test_a_dead_delivery_lets_the_next_one_go(store: Store) -> None:
    put(store, delivery(1, "one"), delivery(1, "two"))
    mark(store, Report(take(store)[0].id, Fate.DEAD, reason="too_long"))
    assert taken(store) == ["two"]


def test_who_takes_no_messages_is_left_alone(store: Store) -> None:
    """What waits for somebody unreachable is given up: fault 31."""
    put(store, delivery(1, "one"), delivery(1, "two"), delivery(2, "other"))
    mark(store, Report(take(store)[0].id, Fate.DEAD, unreachable=True, reason="blocked"))
    assert taken(store) == ["other"]
    put(store, delivery(1, "back"))
    assert taken(store) == ["other", "back"]


def test_a_mark_counts_once(store: Store) -> None:
    put(store, delivery(1, "one"))
    first = take(store)[0]
    sent(store, first)
    mark(
        store,
        Report(first.id, Fate.NOT_SENT, retry_at=NOW),
        Report(999, Fate.SENT, message_id=1),
    )
    assert taken(store) == []


def test_a_mark_tells_which_rows_are_gone(store: Store) -> None:
    """What was dropped while it was on its way; a row that is marked already is not gone."""
    put(store, delivery(1, person="one"), delivery(2), delivery(3, person="three"))
    first, second, third = take(store)
    fates = [Report(one.id, Fate.SENT, message_id=1) for one in (first, second, third)]
    with store.transaction() as work:
        work.outbox.drop_lane(chat_lane(1))
        assert set(work.outbox.mark(fates, NOW)) == {first.id}
        assert set(work.outbox.mark([fates[2]], NOW)) == set()
    with store.transaction() as work:
        later = Report(first.id, Fate.NOT_SENT, retry_at=NOW)
        assert set(work.outbox.mark([later], NOW)) == set()


def test_only_the_latest_edit_of_a_message_is_sent(store: Store) -> None:
    put(store, edit(1, 7, "old"), delivery(1, "between"), edit(1, 8, "other message"))
    put(store, edit(2, 7, "other chat"), edit(1, 7, "new"), edit(1, 7, "newest"))
    said = []
    while queued := take(store):
        said += words([queued[0].delivery])
        sent(store, queued[0])
    assert said == ["between", "other message", "other chat", "newest"]


def test_only_the_latest_header_of_a_topic_is_shown(store: Store) -> None:
    """Whoever writes faster than a group may be told does not fill the outbox: fault 53."""
    said = Delivery(Channel.ROOM, Act.SEND, "de", ticket="AAAAAA")
    header, other = replace(said, act=Act.HEADER), replace(said, act=Act.HEADER, ticket="BBBBBB")
    put(store, replace(said, act=Act.OPEN_TOPIC), header, said, other)
    put(store, header, said, header)
    acts = []
    while queued := take(store):
        acts += [(row.delivery.ticket, row.delivery.act) for row in queued]
        for row in queued:
            sent(store, row)
    own = [act for ticket, act in acts if ticket == "AAAAAA"]
    assert own == [Act.OPEN_TOPIC, Act.SEND, Act.SEND, Act.HEADER]
    assert ("BBBBBB", Act.HEADER) in acts


def test_waiting_counts_what_is_not_settled(store: Store) -> None:
    put(store, *(delivery(chat) for chat in range(4)))
    first, second, third, _ = take(store)
    mark(
        store,
        Report(first.id, Fate.SENT, message_id=1),
        Report(second.id, Fate.DEAD),
        Report(third.id, Fate.UNKNOWN, retry_at=NOW + HOUR),
    )
    with store.transaction() as work:
        assert work.outbox.waiting() == 2


def test_old_rows_go_once_they_are_settled(store: Store) -> None:
    put(store, *(delivery(chat, person=f"person-{chat}") for chat in (1, 2, 3)))
    first, second, _ = take(store)
    mark(store, Report(first.id, Fate.SENT, message_id=1), Report(second.id, Fate.DEAD))
    with store.transaction() as work:
        assert work.outbox.drop_old(NOW) == 0
        assert work.outbox.drop_old(NOW + MINUTE) == 2
        assert work.outbox.drop_old(NOW + MINUTE) == 0
        assert work.outbox.waiting() == 1


def test_of_what_waits_too_long_only_old_menus_go(store: Store) -> None:
    """While Telegram is away no queue grows without end, and nothing said is lost: fault 43."""
    menu = Button(Phrase("bot/menu#text"), Action(Do.HOME))
    below = replace(menu, action=Action(Do.HOME, below=True))
    screens = [
        delivery(1, str(n), message=replace(message(str(n)), keyboard=((menu,),))) for n in range(8)
    ]
    card = delivery(1, "card", message=replace(message("card"), keyboard=((below,),)))
    urgent = replace(screens[0], message=message("numbers"), urgent=True)
    case = replace(screens[0], message=message("case"), ticket="AAAAAA")
    kept = [delivery(1, "export"), card, urgent, case]
    put(store, *kept, *screens, edit(1, 9, "edit"), screens[0], replace(screens[0], chat=2))
    with store.transaction() as work:
        assert work.outbox.trim(6) == 8
        assert work.outbox.waiting(chat_lane(1)) == 6
        assert work.outbox.waiting(chat_lane(2)) == 1
        assert work.outbox.trim(1) == 2
        assert work.outbox.trim(1) == 0
        said = []
    while queued := take(store):
        said += words([row.delivery for row in queued])
        for row in queued:
            sent(store, row)
    assert sorted(map(str, said)) == ["0", "card", "case", "export", "numbers"]


def test_rows_of_nobody_go_when_they_are_settled(store: Store) -> None:
    put(store, delivery(1), delivery(2), delivery(3), delivery(3), delivery(4))
    first, second, third, _ = take(store)
    unreachable = Report(third.id, Fate.DEAD, unreachable=True)
    mark(store, Report(first.id, Fate.SENT, message_id=1), Report(second.id, Fate.DEAD))
    mark(store, unreachable)
    with store.transaction() as work:
        assert work.outbox.drop_old(NOW + HOUR) == 0
        assert work.outbox.waiting() == 1


def test_what_arrived_in_a_chat_is_known_until_its_lane_is_dropped(store: Store) -> None:
    known, other = delivery(1, person="one"), delivery(2, person="two")
    put(store, known, replace(known, act=Act.EDIT, message_id=5), known, other)
    for number in (5, 5):
        sent(store, take(store)[0], number)
    sent(store, take(store)[1], 9)
    with store.transaction() as work:
        assert work.outbox.arrived(chat_lane(1)) == [5]
        assert work.outbox.arrived(chat_lane(2)) == [9]
        work.outbox.drop_lane(chat_lane(1))
        assert work.outbox.arrived(chat_lane(1)) == []
        assert work.outbox.arrived(chat_lane(2)) == [9]
        assert work.outbox.waiting() == 0


def test_ids_are_never_used_twice(store: Store) -> None:
    put(store, delivery(1))
    first = take(store)[0]
    sent(store, first)
    with store.transaction() as work:
        work.outbox.drop_old(NOW + HOUR)
    put(store, delivery(1))
    assert take(store)[0].id > first.id


def test_an_exception_leaves_marks_undone(store: Store) -> None:
    put(store, delivery(1, "one"))
    with undone(store) as work:
        queued = work.outbox.take(NOW, (), 9)
        work.outbox.mark([Report(queued[0].id, Fate.SENT, message_id=1)], NOW)
        work.outbox.put([delivery(2, "two")], NOW)
    assert taken(store) == ["one"]


def test_a_delivery_remembers_how_many_of_its_messages_are_there(store: Store) -> None:
    """What a killed process has sent of a long message is not sent again: fault 9."""
    with store.transaction() as work:
        work.outbox.put([delivery(chat=1)], NOW)
    with store.transaction() as work:
        (row,) = work.outbox.take(NOW, (), 10)
        assert row.parts == 0
        work.outbox.part(row.id, 2)
    with store.transaction() as work:
        (again,) = work.outbox.take(NOW, (), 10)
        assert (again.id, again.parts, again.attempts) == (row.id, 2, 0)
        work.outbox.mark([Report(row.id, Fate.SENT, 7)], NOW)
        work.outbox.part(row.id, 3)
        assert work.outbox.take(NOW, (), 10) == []


def test_what_is_taken_back_goes_after_everything_else(store: Store) -> None:
    back = [Delivery(Channel.CHAT, Act.DELETE, "de", chat=1, message_id=n) for n in (1, 2)]
    put(store, *back, delivery(2, "answer"), delivery(1, "of the same person"))
    assert [queued.delivery.act for queued in take(store)] == [Act.SEND, Act.SEND, Act.DELETE]
    put(store, delivery(3, "alarm", urgent=True))
    assert taken(store)[:3] == ["alarm", "answer", "of the same person"]


def test_what_waits_of_a_case_is_dropped_with_the_number_of_the_first(store: Store) -> None:
    """Also what is on its way; not the card between, nor what another case has."""
    lane = room_lane("K7MX2Q")

    def room(act: Act, item: int | None = None, code: str = "K7MX2Q") -> Delivery:
        return Delivery(Channel.ROOM, act, "de", message(), ticket=code, item=item)

    def dropped() -> int | None:
        with store.transaction() as work:
            return work.outbox.drop_items(lane)

    assert dropped() is None
    put(store, room(Act.SEND, 5), room(Act.HEADER), room(Act.SEND, 3), room(Act.SEND, 9, "KB2222"))
    mark(store, Report(take(store)[0].id, Fate.NOT_SENT, retry_at=NOW))
    assert dropped() == 3
    assert [one.delivery.act for one in take(store) if one.lane == take(store)[0].lane] == [
        Act.HEADER
    ]
    assert dropped() is None
    assert [one.delivery.item for one in take(store)] == [None, 9]
