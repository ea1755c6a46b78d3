"""How a package is refused: with a sentence about what is wrong with it."""

from __future__ import annotations

from typing import Final, NoReturn

__all__ = ["NEWER", "PackageError", "Wrong", "damaged"]


class PackageError(ValueError):
    """What is wrong with a package, in words for a user, beginning with its name."""


class Wrong(Exception):
    """What is wrong with a package, after its name: `reading` makes a PackageError of it."""


NEWER: Final = "is of a newer format than this version of deckwright can read"


def damaged(what: str) -> NoReturn:
    """Refuse a package that contradicts itself, or cannot be read. Raises Wrong."""
    raise Wrong(f"is damaged: {what}")
