"""The small county of `tests.usecases.county`, with its caseworkers, ready for a running bot."""

from dataclasses import replace
from functools import cache

from bot.content.build import button_ids
from bot.i18n.catalogue import Catalogues
from bot.i18n.render import Renderer
from bot.model.buttons import short
from bot.model.content import Group, Phone
from bot.usecases.unit import Policy
from tests.playing.house import House, Texts
from tests.usecases.county import CONTENT, LOCALES, STAFF, TEXTS

MORE = {
    "home/learn#title": "Lernen",
    "phones/police#name": "Polizei",
    "phones/rescue#name": "Rettungsdienst",
}


@cache
def texts() -> Texts:
    content = replace(
        CONTENT,
        languages=("de", "en"),
        groups=(Group("learn", "🎓", "home/learn#title", 10),),
        phones={
            "police": Phone("police", "110", "phones/police#name"),
            "rescue": Phone("rescue", "112", "phones/rescue#name"),
        },
    )
    content = replace(content, ids={short(name): name for name in button_ids(content)})
    return Texts(content, Renderer(Catalogues.load(LOCALES, ("de", "en"), TEXTS | MORE)))


def office(policy: Policy | None = None) -> House:
    """A house with caseworkers and, by default, a room."""
    house = House(texts=texts(), policy=policy or Policy(room=True))
    with house.unit() as unit:
        for caseworker in STAFF:
            unit.work.staff.save(caseworker, None)
    return house
