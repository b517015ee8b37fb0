"""The codec of callback data: short, stable, and harmless for whatever comes in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.buttons import LITERAL_TARGETS, MAX_BYTES, Action, Do, decode, encode, short
from bot.model.tickets import MOVES, Move, State
from tests.playing.house import county

IDS = ["work", "work.concern", "problem", "person.paper", "skipped"]
KNOWN = {short(one): one for one in IDS}

actions = st.builds(
    Action,
    st.sampled_from([do for do in Do if do not in LITERAL_TARGETS]),
    st.sampled_from(["", *IDS]),
    st.sampled_from(["", *IDS]),
    st.integers(0, 36**6),
    st.sampled_from(["", "uk", "de-simple", "ar"]),
    st.booleans(),
)
ticket_actions = st.builds(
    Action,
    st.sampled_from(sorted(LITERAL_TARGETS)),
    st.from_regex(r"[A-Z0-9]{6}(~[A-Za-z0-9_-]{6})?", fullmatch=True),
    st.sampled_from(["", *IDS]),
    st.integers(0, 36**4),
)


@given(actions | ticket_actions)
def test_what_is_encoded_is_decoded(action: Action) -> None:
    data = encode(action)
    assert decode(data, KNOWN) == action
    assert len(data.encode()) <= MAX_BYTES


@given(st.text(max_size=100))
def test_any_text_is_harmless(data: str) -> None:
    """Random bytes in a button decode to nothing: fault 48."""
    action = decode(data, KNOWN)
    assert action is None or decode(encode(action), KNOWN) == action


def test_an_unknown_id_is_nothing() -> None:
    assert decode(encode(Action(Do.TOPIC, "gone")), KNOWN) is None
    assert decode(encode(Action(Do.ANSWER, "work", "gone")), KNOWN) is None


def test_letters_and_hashes_of_published_buttons_never_change() -> None:
    """Buttons live in people's chats for years: these values are a promise."""
    assert encode(Action(Do.ANSWER, "work.concern", "problem", 1)) == "a.cF9q49.MIH75y.1"
    assert encode(Action(Do.CLAIM, "K7MX2Q", number=3)) == "sc.K7MX2Q..3"
    assert encode(Action(Do.HOME, language="uk", below=True)) == "h!....uk"


def test_every_id_of_the_county_fits_a_button() -> None:
    """No button is over 64 bytes: fault 37."""
    content = county().content
    for topic in content.topics.values():
        for question in topic.questions:
            for option in question.offered:
                action = Action(Do.ANSWER, question.id, option.id, question.meaning, "de-simple")
                assert decode(encode(action), content.ids) == action


@pytest.mark.parametrize("state", list(State))
def test_every_state_can_be_left_or_reopened(state: State) -> None:
    assert any(before is state for before, _ in MOVES)


def test_a_closed_ticket_can_only_be_reopened() -> None:
    assert [move for before, move in MOVES if before is State.CLOSED] == [Move.REOPEN]
