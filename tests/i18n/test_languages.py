import pytest
from babel import Locale

from bot.i18n import languages
from bot.i18n.languages import LANGUAGES, Direction


@pytest.mark.parametrize(
    ("code", "ours"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("DE_ch", "de"),
        ("de-simple", "de-simple"),
        ("uk-UA", "uk"),
        ("ar-SY", "ar"),
        ("arz", "ar"),
        ("fa-AF", "prs"),
        ("fa-IR", "fa"),
        ("prs", "prs"),
        ("ku", "kmr"),
        ("ku-TR", "kmr"),
        ("ku-Arab-IQ", "ckb"),
        ("mo", "ro"),
        ("pt-br", None),
        ("zh-hans", None),
        ("", None),
        (None, None),
        ("-", None),
        ("nonsense-and-more", None),
        ("🏳", None),
    ],
)
def test_codes_of_telegram(code: str | None, ours: str | None) -> None:
    """Any code, or none, leads to a language: fault 55."""
    assert languages.recognised(code) == ours


@pytest.mark.parametrize(
    ("code", "first"),
    [
        ("fa", ("fa", "prs", "ps")),
        ("ar-IQ", ("ar", "ckb", "kmr")),
        ("uk", ("uk", "ru")),
        ("tr", ("tr", "kmr")),
        ("es", ("es",)),
    ],
)
def test_neighbours_come_first_and_nothing_is_lost(code: str, first: tuple[str, ...]) -> None:
    order = languages.ordered(tuple(LANGUAGES), code)
    assert order[: len(first)] == first
    assert sorted(order) == sorted(LANGUAGES)


def test_only_offered_languages_are_shown() -> None:
    assert languages.ordered(("de", "en", "uk", "ar"), "fa") == ("en", "de", "uk", "ar")
    assert languages.ordered(("de", "en", "uk", "ar"), "ckb") == ("ar", "de", "en", "uk")
    assert languages.ordered(("de", "ar"), "nonsense") == ("de", "ar")


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_is_complete(code: str) -> None:
    language = LANGUAGES[code]
    assert language.native
    assert Locale.parse(language.locale).character_order == (
        "right-to-left" if language.direction is Direction.RTL else "left-to-right"
    )
    assert language.stand_in is None or language.stand_in in LANGUAGES


def test_native_names_are_told_apart() -> None:
    assert len({language.native for language in LANGUAGES.values()}) == len(LANGUAGES)


def test_folders_are_those_of_weblate() -> None:
    assert LANGUAGES["de-simple"].folder == "de@simple"
    assert LANGUAGES["uk"].folder == "uk"
