"""Readers: one module per source format, each a function from a source to notes."""

from __future__ import annotations

import os.path
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from deckwright.diagnostics import Diagnostic
from deckwright.note import Note
from deckwright.readers import page


@dataclass(frozen=True, slots=True)
class Reader:
    """A source format: the name that `deck.yaml` uses, the suffixes that choose it, the dataclass
    of its own options, and its function `(source, options) -> (notes, diagnostics)`."""

    name: str
    suffixes: tuple[str, ...]
    options: type[Any]
    read: Callable[..., tuple[tuple[Note, ...], tuple[Diagnostic, ...]]]


READERS = (Reader("page", (".txt",), page.PageOptions, page.read),)


def by_suffix(path: str) -> Reader | None:
    """The reader that the suffix of a file or a glob chooses, in any case; None where none does."""
    suffix = os.path.splitext(path)[1].lower()
    return next((reader for reader in READERS if suffix in reader.suffixes), None)
