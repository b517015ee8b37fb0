from dataclasses import replace

from bot.engine.entrance import home
from bot.engine.once import once
from bot.model.content import Content
from tests.playing.house import county

CONTENT = county().content


def test_what_follows_from_content_is_made_once_and_anew_for_other_content() -> None:
    made: list[str] = []

    @once
    def version(content: Content) -> str:
        made.append(content.version)
        return content.version

    first, second = replace(CONTENT, version="1"), replace(CONTENT, version="2")
    assert [version(one) for one in (first, first, second, second, first)] == list("11221")
    assert made == ["1", "2", "1"]


def test_equal_content_is_other_content() -> None:
    made: list[Content] = []
    seen = once(made.append)
    for _ in range(2):
        seen(replace(CONTENT))
    assert len(made) == 2


def test_the_screen_of_new_content_is_new() -> None:
    fewer = replace(CONTENT, groups=CONTENT.groups[:-1])
    assert home(CONTENT) != home(fewer) == home(fewer)
