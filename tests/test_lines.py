"""A server of a test's own leaves nothing open, however early its test ends."""

import asyncio
import gc
import socket
import warnings

import pytest

from tests.lines import listening


async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say more than a line takes that nobody reads, and never end."""
    try:
        writer.write(b"x" * 10_000_000)
        await asyncio.Event().wait()
    finally:
        writer.close()


@pytest.mark.parametrize("rounds", range(6))
def test_a_line_is_cut_however_far_it_got(rounds: int, caplog: pytest.LogCaptureFixture) -> None:
    """The loop goes `rounds` times round between somebody's call and the end of the test."""

    async def life() -> None:
        async with listening(deaf) as port:
            caller.connect(("127.0.0.1", port))
            for _ in range(rounds):
                await asyncio.sleep(0)

    gc.collect()
    with warnings.catch_warnings(record=True) as complaints, socket.socket() as caller:
        warnings.simplefilter("always")
        asyncio.run(life())
        gc.collect()
    assert [str(one.message) for one in complaints] == []
    assert caplog.messages == []
