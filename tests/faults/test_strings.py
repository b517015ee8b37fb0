"""What people write breaks nothing that shows it, and stays readable: fault 54, fault 79, fault 80.

The strings and the sinks are in `strings`; a campaign puts in ten thousand.
"""

import re

from bot.desk.app import create_server
from bot.model.tickets import TextItem
from tests.desk.browser import signed_in
from tests.desk.served import parts_of
from tests.faults import strings
from tests.playing.house import ROOT
from tests.usecases.county import County

COUNT = 1500


def test_nasty_strings_in_every_sink() -> None:
    """fault 54: chat, group, button, page, mail, terminal, log, store; nothing wrong in any."""
    done = strings.run(1, COUNT)
    assert done.looks == COUNT * len(strings.SINKS)
    assert done.wrong == ()


def test_nasty_strings_in_the_desk() -> None:
    """fault 79: pages of the desk hold them as text, with no tag or attribute more."""
    county = County()
    plain = signed_in(create_server(parts_of(county)), "anna")
    county.ticket("K7MX2Q", TextItem("harmlos"))
    usual = strings.page_of(plain.get("/desk/tickets/K7MX2Q").text)
    taken = [strings.taken_in(said) for said in strings.nasty(2, 300)]
    county.ticket("HJKLMN", *map(TextItem, taken), person="person-2")
    page = strings.page_of(plain.get("/desk/tickets/HJKLMN").text)
    assert page.tags <= usual.tags | strings.TAGS
    assert page.handlers == []
    assert "alert(1)" in "".join(page.text)


def test_no_spreadsheet_and_no_archive_is_written() -> None:
    """fault 80: nothing is written in which a formula could be run, or a path unpacked."""
    writes = re.compile(r"(?m)^\s*(?:import|from) (?:csv|openpyxl|xlsxwriter|zipfile)\b|mode=.w:")
    sources = sorted((ROOT / "bot").rglob("*.py"))
    assert len(sources) > 100
    assert [str(one) for one in sources if writes.search(one.read_text())] == []
