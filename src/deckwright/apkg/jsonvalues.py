"""JSON that anybody may have written, each of whose values must be of its kind."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from deckwright.apkg.refusal import damaged

__all__ = ["Values", "as_object", "parsed"]


def parsed(text: object, what: str) -> Any:
    """Text as JSON; `what` is what errors call it. Raises Wrong."""
    if not isinstance(text, str | bytes):
        damaged(f"{what} cannot be read")
    try:
        data = json.loads(text)
        # An escape can stand for half a character, which no text can hold.
        json.dumps(data, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        damaged(f"{what} cannot be read")
    return data


def as_object(value: object, what: str) -> Mapping[str, Any]:
    """A value that must be an object. Raises Wrong."""
    if not isinstance(value, dict):
        damaged(f"{what} cannot be read")
    return value


def _is_int(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


class Values:
    """An object of JSON, each of whose values must be of its kind."""

    def __init__(self, value: object, what: str) -> None:
        self._values, self._what = as_object(value, what), what

    def text(self, name: str, default: str | None = None) -> str:
        value = self._values.get(name, default)
        if not isinstance(value, str):
            damaged(f"{self._what} cannot be read")
        return value

    def number(self, name: str) -> int:
        """A number, also one that is written as text: older clients, and genanki, do so."""
        value = self._values.get(name)
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,19}", value):
            value = int(value)
        if not _is_int(value):
            damaged(f"{self._what} cannot be read")
        return value

    def pinned(self) -> int | None:
        """The pinned id of a field or a template. Anki passes over one that is no number."""
        value = self._values.get("id")
        return value if _is_int(value) else None

    def list(self, name: str) -> Iterator[Values]:
        """The objects of a list, in its order: Anki goes by that and not by their `ord`."""
        value = self._values.get(name)
        if not isinstance(value, list):
            damaged(f"{self._what} cannot be read")
        return (Values(each, self._what) for each in value)

    def get(self, name: str) -> object:
        return self._values.get(name)
