"""The samples are complete, of the documented shape, and python-telegram-bot can read them."""

import warnings

import pytest
import telegram
from telegram.constants import MessageAttachmentType, MessageType, UpdateType
from telegram.warnings import PTBDeprecationWarning

from tests.botapi.samples import USER_ID, samples
from tests.botapi.schema import TYPES, JsonObject, mismatches

SAMPLES = samples()
MESSAGES = [update["message"] for update in SAMPLES.values() if "message" in update]
FIELDS_OF_MESSAGES = {name for message in MESSAGES for name in message}
TOO_NEW_FOR_THE_LIBRARY = {"message/rich_message"}


@pytest.fixture(autouse=True)
def _durations_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_has_the_documented_shape_and_is_read(name: str) -> None:
    raw = SAMPLES[name]
    assert mismatches(("Update",), raw, "update") == []
    update = telegram.Update.de_json(raw, None)
    (kind,) = raw.keys() - {"update_id"}
    assert getattr(update, kind) is not None
    assert update.api_kwargs == {}


@pytest.mark.parametrize("name", [name for name in SAMPLES if name.startswith("message/")])
def test_the_library_knows_the_content_of_a_message(name: str) -> None:
    message = telegram.Update.de_json(SAMPLES[name], None).message
    assert message is not None
    field = name.split("/")[1]
    if name in TOO_NEW_FOR_THE_LIBRARY:
        assert field in message.api_kwargs
    elif not field.startswith("in "):
        assert message.api_kwargs == {}
        assert getattr(message, field, None) is not None


def test_every_kind_of_update_the_library_knows_has_a_sample() -> None:
    known = {name for name in telegram.Update.__slots__ if not name.startswith("_")}
    sampled = {name for update in SAMPLES.values() for name in update}
    assert known - sampled == set()
    assert {kind.value for kind in UpdateType} - sampled == set()
    assert set(telegram.Update.ALL_TYPES) - sampled == set()
    assert {field.name for field in TYPES["Update"]} == sampled


def test_every_kind_of_message_the_library_knows_has_a_sample() -> None:
    known = {name for name in telegram.Message.__slots__ if not name.startswith("_")}
    known |= {kind.value for kind in MessageType} | {kind.value for kind in MessageAttachmentType}
    assert (known - {"from_user"}) - FIELDS_OF_MESSAGES == set()


@pytest.mark.parametrize("kind", [kind.value for kind in MessageAttachmentType])
def test_every_attachment_the_library_knows_is_one_in_a_sample(kind: str) -> None:
    message = telegram.Update.de_json(SAMPLES[f"message/{kind}"], None).message
    assert message is not None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBDeprecationWarning)
        assert message.effective_attachment is not None


def test_a_kind_without_a_sample_would_be_noticed() -> None:
    incomplete = FIELDS_OF_MESSAGES - {"sticker"}
    assert {kind.value for kind in MessageType} - incomplete == {"sticker"}


def test_ids_differ_and_the_person_can_be_chosen() -> None:
    assert len({update["update_id"] for update in SAMPLES.values()}) == len(SAMPLES)
    assert len({message["message_id"] for message in MESSAGES}) == len(MESSAGES)
    chosen = samples(42)
    assert chosen.keys() == SAMPLES.keys()
    sender: JsonObject = chosen["message/text"]["message"]["from"]
    assert (sender["id"], SAMPLES["message/text"]["message"]["from"]["id"]) == (42, USER_ID)
