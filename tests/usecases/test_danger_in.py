"""What passes where other things have to wait: danger, written or pressed."""

import pytest

from bot.engine.cases import asked_action
from bot.engine.danger_buttons import MENU
from bot.model.buttons import Action, Do
from bot.model.turns import Attached, Attachment, Command, Event, Press, Typed
from bot.usecases.converse import danger_in
from tests.playing.house import House, county

CONTENT = county().content
PROBLEM = CONTENT.question("work.problem")
VIOLENCE = "Mein Mann schlägt mich"


def named(event: Event) -> str | None:
    with House().unit() as unit:
        return danger_in(unit, event)


def pressed(do: Do, target: str = "", value: str = "") -> str | None:
    return named(Press(Action(do, target, value), 7))


@pytest.mark.parametrize(
    "event",
    [
        Typed(VIOLENCE),
        Typed(VIOLENCE, edited=True),
        Attached(Attachment.PHOTO, VIOLENCE, "7"),
        Attached(Attachment.PHOTO, VIOLENCE, edited=True),
        Attached(Attachment.CONTACT, written=VIOLENCE),
        Attached(Attachment.OTHER, written=f"{'Wort ' * 5000}{VIOLENCE}"),
        Command(None, VIOLENCE, f"/hilfe {VIOLENCE}"),
    ],
)
def test_written_danger_has_the_name_of_its_kind(event: Event) -> None:
    """Danger passes wherever it is written: fault 53, fault 58."""
    assert named(event) == "violence"


def test_the_most_serious_danger_names_what_has_several() -> None:
    thing = Attached(Attachment.CONTACT, "Ich habe kein Geld für Essen", written=VIOLENCE)
    assert named(thing) == "violence"


def test_the_buttons_of_danger_pass_each_under_its_own_name() -> None:
    """A full bucket keeps nobody from the numbers: fault 53."""
    names = [
        pressed(Do.URGENT),
        *(pressed(Do.DANGER, kind) for kind in CONTENT.emergencies),
        *(pressed(do, kind) for kind in CONTENT.emergencies for do in (Do.SAFE, Do.NOT_SAFE)),
    ]
    assert None not in names
    assert len(set(names)) == len(names)
    assert pressed(Do.DANGER, "violence") == named(Typed(VIOLENCE)), "answered once in a flood"


@pytest.mark.parametrize("do", [Do.DANGER, Do.SAFE, Do.NOT_SAFE])
def test_an_old_button_of_a_danger_that_is_gone_leads_to_the_menu_of_dangers(do: Do) -> None:
    assert pressed(do, "gone") == MENU


def test_an_answer_passes_if_its_option_means_danger() -> None:
    assert PROBLEM is not None
    asked = asked_action("K00001", PROBLEM, "control")
    for do in (Do.ANSWER, Do.TOGGLE):
        assert pressed(do, "work.problem", "control") == "trafficking"
    assert named(Press(asked, 7)) == "trafficking"
    for harmless in ("pay", "gone", "_skipped"):
        assert pressed(Do.ANSWER, "work.problem", harmless) is None
    assert pressed(Do.ANSWER, "gone.question", "control") is None
    assert named(Press(asked_action("K00001", PROBLEM, "pay"), 7)) is None


def test_nothing_else_passes() -> None:
    others = set(Do) - {Do.URGENT, Do.DANGER, Do.SAFE, Do.NOT_SAFE}
    assert {pressed(do) for do in others} == {None}
    for event in (Press(None, 7), Typed("Ich will mit einem Menschen reden"), Typed("Hallo")):
        assert named(event) is None
