"""Writing files so that each is old or new, never torn."""

from __future__ import annotations

import contextlib
import errno
import glob
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, TypeAlias

Writes: TypeAlias = Sequence[tuple[str, Callable[[BinaryIO], object]]]
"""Paths, each with the function that writes the file, which gets it open."""


def text(text: str) -> Callable[[BinaryIO], object]:
    """What writes this text."""
    return lambda file: file.write(text.encode())


def replace_all(writes: Writes, removed: Sequence[str] = ()) -> None:
    """Write files, and remove others.

    Each file is written beside its place first, and all are moved there, in order, when all are
    whole and on the disk; files are removed last. So whoever is killed on the way leaves each file
    old or new, and no file before one that stands earlier. What a killed process left beside a
    place is cleared away. Raises OSError; unless moving itself failed, nothing has changed then.
    """
    moves: list[_Beside] = []
    try:
        for path, write in writes:
            moves.append(_Beside(path))
            write(moves[-1].file)
        for move in moves:
            move.finish()
        for move in moves:
            move.take_place()
    finally:
        for move in moves:
            move.discard()
    for path in removed:
        Path(path).unlink(missing_ok=True)


def clear(path: str) -> None:
    """Remove what a killed process left beside a file."""
    place = _place(path)
    for left in place.parent.glob(f".{glob.escape(place.name)}.*.tmp"):
        if left.name[len(place.name) + 2 : -len(".tmp")].isdecimal():  # not `deck.lock.damaged`
            left.unlink(missing_ok=True)


def _place(path: str) -> Path:
    """Where a file is, so that a link to it stays a link."""
    return Path(os.path.realpath(path)) if os.path.islink(path) else Path(path)


class _Beside:
    """A file that is written beside its place."""

    def __init__(self, path: str) -> None:
        self.place = _place(path)
        if self.place.is_dir():  # found now, and not after another file has taken its place
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        self.place.parent.mkdir(parents=True, exist_ok=True)
        clear(path)
        self.path = self.place.with_name(f".{self.place.name}.{os.getpid()}.tmp")
        self.file: BinaryIO = open(self.path, "xb")  # noqa: SIM115 - closed in finish or discard

    def finish(self) -> None:
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()

    def take_place(self) -> None:
        os.replace(self.path, self.place)
        # The folder, too: else a power cut may undo one move and keep the next.
        with contextlib.suppress(OSError):  # Windows opens no folders
            folder = os.open(self.place.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def discard(self) -> None:
        with contextlib.suppress(OSError):  # on a full disk closing fails as writing did
            self.file.close()
        self.path.unlink(missing_ok=True)
