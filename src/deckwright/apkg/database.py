"""The collection as a database of SQLite, from which anything but plain rows is refused."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from deckwright.apkg.refusal import damaged

__all__ = ["Database", "open_collection"]

_HEADER: Final = b"SQLite format 3\0"
_IN_MEMORY: Final = 128 << 20  # bytes of a collection that need no file


@contextmanager
def open_collection(pieces: Iterator[bytes]) -> Iterator[sqlite3.Connection]:
    """The collection, opened for reading: in memory, or, if it is large, in a temporary file.

    The header of a new collection names write-ahead logging (bytes 18 and 19 are 2), which needs
    files beside it. It is complete without, so it is opened as if it did not
    (https://www.sqlite.org/fileformat.html#file_format_version_numbers).
    """
    first = bytearray(next(pieces, b""))
    if not first.startswith(_HEADER) or len(first) < 512:
        damaged("its collection is no SQLite database")
    first[18:20] = b"\1\1"
    with tempfile.TemporaryDirectory(prefix="deckwright-") as folder:
        connection = None
        try:
            data = first
            for piece in pieces:
                data += piece
                if len(data) > _IN_MEMORY:
                    path = Path(folder, "collection")
                    with path.open("wb") as file:
                        file.write(data)
                        data.clear()
                        file.writelines(pieces)
                    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
                    connection = sqlite3.connect(uri, uri=True)
            if connection is None:
                connection = sqlite3.connect(":memory:")
                connection.deserialize(bytes(data))
                data.clear()
            yield connection
        except (sqlite3.Error, UnicodeDecodeError):  # the latter from a message of SQLite's
            damaged("its collection cannot be read")
        finally:
            if connection is not None:
                connection.close()


def _no_more_than(steps: int) -> Any:
    """For SQLite: stop after so many steps, called each 10,000. A damaged table can be a ring."""
    left = steps // 10_000

    def count() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    return count


def _authorise(action: int, _: object, __: object, ___: object, view: str | None) -> int:
    """Only columns of tables: views and computed columns could compute for ever."""
    allowed = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ) and view is None
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


class Database:
    """Reads the rows of a collection, whose size in bytes is the measure of what it may hold.

    Names in schema 18 have an order of Anki's own (`COLLATE unicase`). No query may sort or compare
    by a name, so that SQLite never asks for it.
    """

    def __init__(self, connection: sqlite3.Connection, size: int) -> None:
        # A row is in the file, so no value is longer than that.
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, min(max(size, 1 << 20), 1_000_000_000))
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        # A row of some 60 bytes takes some 20 steps.
        connection.set_progress_handler(_no_more_than(10_000_000 + 4 * size), 10_000)
        connection.set_authorizer(_authorise)
        self._connection = connection
        self._left = 2 * size

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query. Their values may be of any kind that SQLite knows."""
        yield from self._connection.execute(query)

    def spend(self, characters: int) -> None:
        """Refuse rows that share their text: together they hold no more than the file."""
        self._left -= characters
        if self._left < 0:
            damaged("its collection holds more than it has room for")
