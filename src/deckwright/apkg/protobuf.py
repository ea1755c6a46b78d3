"""Messages of protobuf that anybody may have written.

They are read as https://protobuf.dev/programming-guides/encoding says.
"""

from __future__ import annotations

from collections.abc import Iterator

from deckwright.apkg.refusal import damaged

__all__ = ["Message", "messages"]


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends. Raises IndexError where it does not."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 63:
            raise IndexError


def _walk(data: bytes, what: str) -> Iterator[tuple[int, int | bytes | None]]:
    """The fields of a message, with their numbers: numbers (64 bits, without sign), bytes, and None
    for fixed widths, which nothing here reads."""
    at = 0
    try:
        while at < len(data):
            tag, at = _varint(data, at)
            number, wire_type = tag >> 3, tag & 7
            value: int | bytes | None = None
            if wire_type == 0:
                value, at = _varint(data, at)
            elif wire_type == 2:
                length, at = _varint(data, at)
                value = data[at : at + length]
                at += length
            elif wire_type in (1, 5):
                at += 8 if wire_type == 1 else 4
            else:
                raise IndexError
            if number == 0 or at > len(data):
                raise IndexError
            yield number, value
    except IndexError:
        damaged(f"{what} cannot be read")


def _bytes(value: object, what: str) -> bytes:
    if not isinstance(value, bytes):
        damaged(f"{what} cannot be read")
    return value


class Message:
    """A message of protobuf: of fields that stand twice the last counts, and one that is missing is
    empty. `what` is what errors call it."""

    def __init__(self, data: bytes, what: str) -> None:
        self._fields, self._what = dict(_walk(data, what)), what

    def number(self, number: int) -> int | None:
        """An integer of 64 bits, None where it is not there."""
        if number not in self._fields:
            return None
        value = self._fields[number]
        if not isinstance(value, int):
            damaged(f"{self._what} cannot be read")
        value &= 2**64 - 1
        return value - 2**64 if value >= 2**63 else value

    def bytes(self, number: int) -> bytes:
        return _bytes(self._fields.get(number, b""), self._what)

    def text(self, number: int) -> str:
        try:
            return self.bytes(number).decode()
        except UnicodeDecodeError:
            damaged(f"{self._what} cannot be read")

    def message(self, number: int) -> Message | None:
        return Message(self.bytes(number), self._what) if number in self._fields else None


def messages(data: bytes, number: int, what: str) -> Iterator[Message]:
    """The messages of a field that stands any number of times, in their order."""
    values = (value for own, value in _walk(data, what) if own == number)
    return (Message(_bytes(value, what), what) for value in values)
