"""What files become: questions, cards, texts, offices and the short hashes of buttons."""

from datetime import date, time, timedelta
from decimal import Decimal

from bot.content.load import load
from bot.model import wording
from bot.model.buttons import short
from bot.model.conditions import ALWAYS, All, AnyOf, Compare, Condition, Is, Not, Operator
from bot.model.content import (
    Content,
    QuestionType,
    Step,
    Urgency,
)
from bot.model.paragraphs import Paragraph
from bot.model.phrases import Amount, Unit
from bot.model.region import Opening
from tests.content.folder import Folder

COURSES, REGION = "topics/courses.yaml", "regions/kreis/region.yaml"


def loaded(folder: Folder) -> Content:
    content = folder.load().content
    assert content is not None, "\n".join(map(str, folder.problems()))
    return content


def test_questions_stand_in_order_shared_ones_in_their_place(folder: Folder) -> None:
    topic = loaded(folder).topics["courses"]
    names = ["person.paper", "courses.level", "courses.childcare", "person.place"]
    assert [question.id for question in topic.questions] == names
    paper, level, childcare, place = topic.questions
    assert (paper.shared, paper.valid_for, level.shared) == (True, timedelta(days=30), False)
    assert (level.text, level.why) == ("courses/level#text", "courses/level#why")
    assert [(o.text, o.summary) for o in level.options[:2]] == [
        ("courses/level.none#text", "courses/level.none#summary"),
        ("courses/level.basic#text", "courses/level.basic#text"),
    ]
    assert childcare.when == Not(Is("courses.level", frozenset({"good"})))
    assert [o.text for o in childcare.options] == [wording.YES, wording.NO]
    assert [o.id for o in place.options] == ["stadt", "dorf", "outside"]


def test_card_has_paragraphs_steps_roles_and_source(folder: Folder) -> None:
    content = loaded(folder)
    card = content.card("courses.course")
    assert card is not None
    key = "courses/card.course#body"
    assert card.body == (
        Paragraph(f"{key}.1"),
        Paragraph(f"{key}.2", ("lessons",), (), f"{key}.2.without"),
    )
    apply = Step("apply", Paragraph("courses/card.course.step.apply#text"), "advice")
    assert card.steps[0] == apply
    assert card.roles == ("advice", "school")
    assert card.source is not None
    assert card.source.max_age == timedelta(days=180)
    family = content.card("courses.family")
    assert family is not None
    assert (family.urgency, family.when) == (
        Urgency.SOON,
        Is("courses.childcare", frozenset({"yes"})),
    )


def test_lists_become_values(folder: Folder) -> None:
    content = loaded(folder)
    assert content.facts["lessons"].on(date(2026, 6, 1)) == Amount(Decimal(600), Unit.LESSONS)
    assert content.phones["police"].number == "110"
    assert content.papers == {"passport": "papers/passport#text"}
    danger = content.emergencies["violence"]
    assert danger.message[0].phones == ("police",)
    assert danger.triggers["en"] == ("he beats me",)
    assert content.glossary["jobcenter"].term == "Jobcenter"
    assert content.languages == ("de",)


def test_region_has_offices_by_town_and_hours_by_weekday(folder: Folder) -> None:
    region = loaded(folder).region
    school, centre = region.office_for("school", None), region.office_for("school", "dorf")
    assert school is not None
    assert centre is not None
    assert (school.id, centre.id, centre.postcode) == ("school", "centre", "71000")
    assert region.queues["language"].hours[:2] == (
        Opening(0, time(8), time(12)),
        Opening(0, time(14), time(16)),
    )
    assert region.controller.name == "Landratsamt"


def test_uncertain_fact_is_never_shown(folder: Folder) -> None:
    folder.change("facts.yaml", "certainty: known", "certainty: moving")
    assert loaded(folder).facts["lessons"].on(date(2026, 6, 1)) is None


def test_region_fills_hides_and_adds(folder: Folder) -> None:
    folder.change(
        REGION,
        "fill:\n",
        "hide: [courses.family]\n"
        "add:\n  courses:\n    cards:\n      local_course:\n        when: {level: none}\n"
        "        title: Kurs im Kreis\n        body: Der Kreis hat Kurse.\n"
        "        offices: [school]\nfill:\n",
    )
    content = loaded(folder)
    cards = {card.id: card for card in content.topics["courses"].cards}
    assert list(cards) == [
        f"courses.{name}" for name in ("course", "talk", "first", "local_course")
    ]
    assert cards["courses.first"].body[0].text == "kreis/fill.courses.first#body.1"
    assert cards["courses.local_course"].title == "kreis/add.courses.local_course#title"


def test_region_takes_from_the_one_it_extends_what_it_lacks(folder: Folder) -> None:
    text = folder.read(REGION)
    state = text.replace("region: kreis", "region: land").replace("Musterkreis", "Land")
    folder.write("regions/land/region.yaml", state.replace("name: Stadt}", "name: Hauptstadt}"))
    folder.write(
        REGION,
        "schema: 1\nregion: kreis\nextends: land\nname: Kreis\n"
        "municipalities: {dorf: {name: Unser Dorf}}\n"
        "fill: {courses.first: {body: [Wir helfen gern.]}}\n",
    )
    content = loaded(folder)
    region = content.region
    assert (region.id, region.name, region.state) == ("kreis", "Kreis", "BW")
    assert [(town.id, town.name) for town in region.municipalities] == [
        ("dorf", "Unser Dorf"),
        ("stadt", "Hauptstadt"),
    ]
    (body,) = content.topics["courses"].otherwise.body
    assert body.text == "kreis/fill.courses.first#body.1"


CONDITIONS: dict[str, Condition] = {
    "{age: {between: [16, 27]}}": All(
        (
            Compare("courses.age", Operator.GTE, Decimal(16)),
            Compare("courses.age", Operator.LTE, Decimal(27)),
        )
    ),
    "{age: {lt: 18}}": Compare("courses.age", Operator.LT, Decimal(18)),
    "{since: {gte: 2026-01-01}}": Compare("courses.since", Operator.GTE, date(2026, 1, 1)),
    "{age: skipped}": Is("courses.age", frozenset({"skipped"})),
    "{any: [{level: good}, {age: 18}]}": AnyOf(
        (
            Is("courses.level", frozenset({"good"})),
            All(
                (
                    Compare("courses.age", Operator.GTE, Decimal(18)),
                    Compare("courses.age", Operator.LTE, Decimal(18)),
                )
            ),
        )
    ),
    "{level: [good, none], person.paper: permit}": All(
        (
            Is("courses.level", frozenset({"good", "none"})),
            Is("person.paper", frozenset({"permit"})),
        )
    ),
}


def test_conditions_become_data(folder: Folder) -> None:
    folder.change(
        COURSES,
        "  - use: person.place\n",
        "  - {ask: age, type: number, text: Wie alt sind Sie?, summary: Alter, min: 0, max: 120}\n"
        "  - {ask: since, type: date, text: Seit wann?, summary: Seit}\n"
        "  - use: person.place\n",
    )
    folder.change(COURSES, "    priority: P2\n", "")
    handoff = "handoff: {queue: language, independent: counsel"
    before = f"{handoff}}}"
    for written, meant in CONDITIONS.items():
        folder.change(COURSES, before, f"{handoff}, urgent_when: {written}}}")
        before = f"{handoff}, urgent_when: {written}}}"
        content = loaded(folder)
        assert content.topics["courses"].handoff.urgent_when == meant, written
        assert content.topics["courses"].questions[0].when == ALWAYS
    age = loaded(folder).question("courses.age")
    assert age is not None
    limits = (Decimal(0), Decimal(120))
    assert (age.type, (age.minimum, age.maximum)) == (QuestionType.NUMBER, limits)


def test_every_id_in_a_button_can_be_found_again(folder: Folder) -> None:
    content = loaded(folder)
    names = [
        *("courses", "courses.level", "person.paper", "none", "courses.first", "stadt"),
        *("outside", "skipped", "yes", "no", "centre", "language", "violence", "offer"),
        *("jobcenter", "de", "passport"),
    ]
    assert [content.ids.get(short(name)) for name in names] == names


def test_buttons_of_renamed_things_mean_the_new_ones(folder: Folder) -> None:
    folder.change(COURSES, "handoff:", "renames: {grade: level, lesson: course}\nhandoff:")
    ids = loaded(folder).ids
    assert ids[short("courses.grade")] == "courses.level"
    assert ids[short("courses.lesson")] == "courses.course"


def test_version_changes_with_any_file(folder: Folder) -> None:
    first = loaded(folder).version
    assert loaded(folder).version == first
    folder.change("glossary.yaml", "Amt für Arbeit", "Stelle für Arbeit")
    assert loaded(folder).version != first


def test_texts_know_kind_limit_note_and_place(folder: Folder) -> None:
    folder.change(COURSES, "{text: Gut}", "{text: {text: Gut, note: B1 or more}}")
    text = folder.load().texts["courses/level.good#text"]
    assert (text.german, text.note, text.limit) == ("Gut", "B1 or more", 40)
    assert (text.position.line, text.position.column) == (20, 27)
    assert text.domain == "courses"


def test_empty_folder_is_a_list_of_problems(folder: Folder) -> None:
    nowhere = load(folder.root / "nothing", "kreis")
    assert nowhere.content is None
    assert {problem.code for problem in nowhere.problems} == {"file-missing"}


def test_questions_of_caseworkers_stand_under_their_headings(folder: Folder) -> None:
    folder.change("questions.yaml", "questions:\n", "renames: {date: letter}\nquestions:\n")
    content = loaded(folder)
    assert [(one.id, one.title, one.items) for one in content.ask_sections] == [
        ("appointment", "questions/group.appointment#title", ("ask.day",)),
        ("papers", "questions/group.papers#title", ("ask.letter",)),
    ]
    day, letter = content.asks.values()
    assert (day.type, day.text, day.summary) == (
        QuestionType.MULTI,
        "questions/day#text",
        "questions/day#summary",
    )
    assert [option.text for option in day.options] == [
        "questions/day.monday#text",
        "questions/day.friday#text",
    ]
    assert content.question("ask.day") is day
    assert content.question("ask.date") is letter
    assert content.question("ask.gone") is None
    assert content.ids[short("ask.day")] == "ask.day"
    assert content.ids[short("papers")] == "papers"


def test_replies_stand_under_their_headings(folder: Folder) -> None:
    (section,) = loaded(folder).reply_sections
    assert (section.title, section.items) == ("replies/group.appointment#title", ("offer",))


def test_texts_know_their_german_terms(folder: Folder) -> None:
    folder.change(COURSES, "Sie lernen Deutsch.", "Das JOBCENTER hilft. Alle Jobcentern helfen.")
    content = loaded(folder)
    assert content.terms["courses/card.course#body.1"] == ("jobcenter",)
    assert content.terms["courses/card.course#title"] == ("integration_course",)
    assert "courses/topic#title" not in content.terms
