"""Newcomers explore while a caseworker answers in the group, and while anything at all is sent.

The group is what `lotse desk room` makes it: bound by a one-time code, a topic a case.
"""

import re
from pathlib import Path

from tests.botapi import BotApiServer, Group, Member
from tests.botapi.samples import samples
from tests.botapi.schema import JsonObject
from tests.botapi.screen import Screen
from tests.botapi.world import Topic
from tests.playing.newcomer import plain
from tests.process.command import PATIENCE, Command, run, running
from tests.process.newcomers import TO_THE_SUMMARY, Newcomer, walk, words
from tests.process.party import Party
from tests.process.walker import Walker

BURST = 3
BATCH = 10
"""Updates of one person at once: less than what counts as a flood."""

KINDS = tuple(name for name in samples() if not name.startswith("callback_query"))
"""Every kind but presses, which belong to a message that is there."""


def test_a_caseworker_in_the_group_answers_in_between(
    telegram: BotApiServer, tmp_path: Path
) -> None:
    group = telegram.group()
    command = Command(tmp_path / "data", telegram)
    with running(command):
        command.wait_until_well()
        anna = bound(command, telegram, group)
        party = Party(telegram, command)
        party.arrive(("uk", "ar"), seed=900)
        amina = party.people[1]
        code = handed_over(party, amina)
        topic = group.wait_for_topic(code, PATIENCE)
        inside = anna.in_topic(topic)
        tap(inside, "Fall übernehmen")
        inside.wait_for_text("Zuständig: Anna", PATIENCE)
        for number in range(BURST):
            inside.send(f"Frage {number} <b>&</b>")
            amina.send(f"جواب {number} </b>&amp;")
        party.settle()
        party.look(repeats=True)
        assert numbered("Frage", amina.user.screen()) == list(range(BURST))
        assert numbered("جواب", group.screen(topic)) == list(range(BURST))
        inside.send("//nur für uns")
        for label in ("Antworten", "Ende des Falls", "Frage beantwortet", "Jetzt senden"):
            tap(inside, label)
        party.round()
        moved = lost_and_moved(party, group, topic)
        (anew,) = moved.topics()
        for label in ("Abschließen", "Beraten"):
            tap(Member(telegram.world, moved.chat, anna.raw, anew.id), label)
        party.settle()
        said = amina.user.screen().text
        assert numbered("Frage", amina.user.screen()) == list(range(BURST))
        assert words("bot/rate.ask#text", "ar") in plain(said)
        assert "nur für uns" not in said + moved.screen().text
        party.part()


def handed_over(party: Party, one: Walker) -> str:
    """The code of the case that `one` opens as a person does who asks for one."""
    newcomer = Newcomer(one.user, one.language)
    one.send("/person")
    party.settle()
    walk([newcomer], "bot/agree#text", *TO_THE_SUMMARY[1:], "bot/summary.send#text")
    return newcomer.ticket_code()


def lost_and_moved(party: Party, group: Group, topic: Topic) -> Group:
    """Delete the topic of a case and move the group; each time the newcomer writes on."""
    amina = party.people[1]
    amina.take(words("bot/case.reply#text", "ar"))
    party.settle()
    group.delete_topic(topic)
    amina.send("بعد الحذف")
    party.settle()
    (second,) = group.topics()
    assert "بعد الحذف" in group.screen(second).text
    moved = group.migrate(by=party.telegram.user("Chief"), forum=True)
    amina.send("بعد الانتقال")
    party.settle()
    (third,) = moved.topics()
    assert "بعد الانتقال" in moved.screen(third).text
    return moved


def bound(command: Command, telegram: BotApiServer, group: Group) -> Member:
    """A caseworker whose account and group were bound with one-time codes."""
    teams = ["--team", "jobs", "--team", "integration"]
    run(["desk", "user", "add", "anna", "--name", "Anna", *teams], command.settings)
    user = telegram.user("Anna", language_code="de")
    user.send(ordered(command, "/bind", "desk", "user", "telegram", "anna"))
    user.wait_for_text("Verbunden: Anna", PATIENCE)
    member = group.member(user)
    member.send(ordered(command, "/bindroom", "desk", "room", "anna"))
    telegram.wait_for(lambda: group.screen().shows("jetzt der Raum"), PATIENCE)
    return member


def ordered(command: Command, order: str, *arguments: str) -> str:
    """The order with the one-time code that a command of the county's IT prints."""
    printed = run(list(arguments), command.settings)
    found = re.search(rf"{order} \S+", printed.stdout)
    assert found is not None, printed
    return found.group()


def tap(member: Member, label: str) -> None:
    """Press a button in the topic as soon as it is there."""
    member.wait_for(lambda screen: screen.with_button(label), PATIENCE)
    member.press(label).wait_answered(PATIENCE)


def numbered(word: str, screen: Screen) -> list[int]:
    """The numbers behind `word` in the bot's messages, as they stand below each other."""
    texts = "\n".join(message.text for message in screen.from_bot)
    return [int(number) for number in re.findall(rf"{word} (\d+)", texts)]


def test_every_kind_of_update_is_answered_in_every_state(
    telegram: BotApiServer, tmp_path: Path
) -> None:
    """Somebody who reads, before consent, who agreed, in a case: after anything at all goes on."""
    command = Command(tmp_path / "data", telegram, webhook=True)
    with running(command):
        command.wait_until_well()
        party = Party(telegram, command)
        party.arrive(("de", "en", "uk", "ar") * 2, seed=950)
        for one in party.people[2::4]:
            handed_over(party, one)
        for one in party.people[3::4]:
            one.take(words("bot/agree#text", one.language))
        party.settle()
        party.look()
        for start in range(0, len(KINDS), 2 * BATCH):
            for place, one in enumerate(party.people):
                half = start + BATCH * (place // 4)
                for name in KINDS[half : half + BATCH]:
                    telegram.push(as_sent_by(one, samples(one.user.id)[name]))
            telegram.advance(60)
            party.settle()
            party.look(repeats=True)
        for one in party.people:
            one.send("/menu")
        party.part()


def as_sent_by(one: Walker, update: JsonObject) -> JsonObject:
    """A sample as it is sent now, by a telephone in the person's language."""
    (kind,) = (name for name in update if name != "update_id")
    content = dict(update[kind])
    if "from" in content and content["from"]["id"] == one.user.id:
        content["from"] = one.user.raw
    if "date" in content:
        content["date"] = int(one.user.world.now())
    return {kind: content}
