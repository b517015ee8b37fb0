"""Words for colleagues in a case's topic, over real HTTP: the newcomer never reads them."""

from tests.botapi import BotApiServer
from tests.channels.telegram.running import running
from tests.channels.telegram.test_journeys import handed_over
from tests.channels.telegram.test_room_group import colleague, quiet, settled, topic_of
from tests.usecases.county import ANNA

SECRET = "Frauenhaus ist angefragt"
UNKNOWN = (f"/note: {SECRET}", f"/notiz: {SECRET}", f"/ note {SECRET}", f"\uff0f {SECRET}")


def test_what_begins_with_a_slash_never_reaches_the_newcomer(server: BotApiServer) -> None:
    """Typed or edited, it stays in the group, and the caseworker is told: fault 44."""
    group = server.group()
    with running(server, group=group.id) as bot:
        anna = colleague(server, bot, group, ANNA)
        amina = handed_over(server)
        inside = anna.in_topic(topic_of(group, bot))
        number = inside.send("Guten Tag, ich melde mich.")
        amina.wait_for_text("ich melde mich")
        settled(bot, server)
        before = amina.screen().text
        for text in (f"// {SECRET}", f"/note {SECRET}", f"/note: {SECRET}"):
            anna.edit(number, text)
        for text in UNKNOWN:
            inside.send(text)
        quiet(bot, server)
        assert amina.screen().text == before
        said = [message.text for message in inside.screen().from_bot]
        assert sum("sieht sie weiter so, wie es war" in text for text in said) == 3
        assert sum("Interne Notiz: /note" in text for text in said) == len(UNKNOWN)
        anna.edit(number, "Guten Tag, ich melde mich morgen.")
        amina.wait_for_text("ich melde mich morgen")
