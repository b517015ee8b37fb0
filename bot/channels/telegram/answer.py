"""An HTTP/1.1 answer put together from the pieces in which it arrives.

Only what a server may answer to a request of `wire`: a length, chunks, or a body up to the end
of the connection. Anything else is a `BadAnswer`.
"""

from typing import Final

LARGEST: Final = 16 * 1024 * 1024
"""Bytes: four times what getUpdates answers at most."""

LARGEST_HEAD: Final = 64 * 1024
_END_OF_HEAD: Final = b"\r\n\r\n"


class BadAnswer(Exception):
    """What came is no HTTP answer we understand. The text is a short code."""


class Answer:
    """Status and body, complete as soon as `feed` says so."""

    def __init__(self) -> None:
        self.status = 0
        self.body = b""
        self.keeps_connection = True
        self._received = bytearray()
        self._length: int | None = None
        self._chunks: list[bytes] | None = None
        self._complete = False

    def feed(self, data: bytes) -> bool:
        """Take what arrived and tell whether the answer is complete.

        Raises:
            BadAnswer: it never will be.

        """
        if self._complete:
            raise BadAnswer("more_than_asked")
        self._received += data
        if len(self._received) > LARGEST:
            raise BadAnswer("too_large")
        if not self.status and not self._read_head():
            return False
        self._complete = self._read_body()
        return self._complete

    def ended(self) -> bool:
        """Tell whether the end of the connection completes the answer."""
        if self._complete or not self.status or self._length is not None:
            return False
        if self._chunks is not None:
            return False
        self.body = bytes(self._received)
        self._complete = True
        return True

    def _read_head(self) -> bool:
        end = self._received.find(_END_OF_HEAD)
        if end < 0:
            if len(self._received) > LARGEST_HEAD:
                raise BadAnswer("head_too_large")
            return False
        first, *lines = bytes(self._received[:end]).split(b"\r\n")
        del self._received[: end + len(_END_OF_HEAD)]
        if not first.startswith(b"HTTP/1.") or not first[9:12].isdigit():
            raise BadAnswer("no_http")
        self._read_fields(lines)
        self.status = int(first[9:12])
        return True

    def _read_fields(self, lines: list[bytes]) -> None:
        for line in lines:
            name, _, value = line.partition(b":")
            value = value.strip().lower()
            match name.lower():
                case b"content-length":
                    if not value.isdigit():
                        raise BadAnswer("bad_length")
                    self._length = int(value)
                case b"transfer-encoding":
                    if value != b"chunked":
                        raise BadAnswer("unknown_encoding")
                    self._chunks = []
                case b"connection":
                    self.keeps_connection = value != b"close"
        if self._length is None and self._chunks is None:
            self.keeps_connection = False

    def _read_body(self) -> bool:
        if self._chunks is not None:
            return self._read_chunks(self._chunks)
        if self._length is None or len(self._received) < self._length:
            return False
        self.body = bytes(self._received[: self._length])
        self.keeps_connection = self.keeps_connection and len(self._received) == self._length
        return True

    def _read_chunks(self, chunks: list[bytes]) -> bool:
        while True:
            end = self._received.find(b"\r\n")
            if end < 0:
                return False
            size = _chunk_size(bytes(self._received[:end]))
            after = end + 2 + size + 2
            if len(self._received) < after:
                return False
            if size == 0:
                self.body = b"".join(chunks)
                return True
            chunks.append(bytes(self._received[end + 2 : after - 2]))
            del self._received[:after]


def _chunk_size(line: bytes) -> int:
    try:
        size = int(line.partition(b";")[0], 16)
    except ValueError:
        raise BadAnswer("bad_chunk") from None
    if not 0 <= size <= LARGEST:
        raise BadAnswer("bad_chunk")
    return size
