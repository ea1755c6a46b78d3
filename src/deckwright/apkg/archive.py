"""The archive: which format a package has, its collection as bytes, and its media."""

from __future__ import annotations

import errno
import hashlib
import io
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from deckwright.apkg.jsonvalues import as_object, parsed
from deckwright.apkg.protobuf import Message, messages
from deckwright.apkg.refusal import NEWER, Wrong, damaged

__all__ = ["Archive", "Format", "Room", "format_of", "media_of", "open_archive"]

_LISTING: Final = 64 << 20  # bytes of `media`: a million names
_MEDIA: Final = 1 << 30  # bytes of media, beside a hundred times the package
_PIECE: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its number, the member that is the collection, and whether it is compressed."""

    version: int
    member: str
    zstd: bool


_FORMATS: Final = (  # the newest first
    Format(3, "collection.anki21b", True),
    Format(2, "collection.anki21", False),
    Format(1, "collection.anki2", False),
)


class Room:
    """How many bytes may come out of a package for something, and have come."""

    def __init__(self, what: str, limit: int) -> None:
        self.taken = 0
        self._what, self._limit = what, limit

    def take(self, count: int) -> None:
        self.taken += count
        if self.taken > self._limit:
            gigabytes = self._limit >> 30
            size = f"{gigabytes} GB" if gigabytes else f"{self._limit >> 20} MB"
            raise Wrong(f"is refused: {self._what} would take more than {size}")


class Archive:
    """The members of a zip archive, read in pieces and never beyond what they may hold."""

    def __init__(self, archive: zipfile.ZipFile, size: int) -> None:
        self._archive = archive
        self._members = {member.filename: member for member in archive.infolist()}
        self.size = size
        # Members that lie over each other are how a small archive inflates without end.
        if sum(member.compress_size for member in archive.infolist()) > size:
            damaged("its archive is larger inside than outside")

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def pieces(self, name: str, room: Room, zstd: bool) -> Iterator[bytes]:
        """The bytes of a member, as long as there is room for them."""
        member = self._members[name]
        # Nothing else is written by Anki, and LZMA may ask for any amount of memory.
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            damaged(f"{_quoted(name)} is packed in a way that Anki does not know")
        try:
            with self._archive.open(member) as packed:
                source = _unpacked(packed) if zstd else packed
                while piece := source.read(_PIECE):
                    room.take(len(piece))
                    yield piece
        except _unreadable(zstd) as error:
            _raise_if_of_the_disk(error)
            damaged(f"{_quoted(name)} cannot be unpacked")

    def content(self, name: str, room: Room, zstd: bool) -> bytes:
        """The bytes of a member in one piece."""
        return b"".join(self.pieces(name, room, zstd))


# What zipfile raises where an archive is damaged, encrypted, or packed in ways that it lacks.
_UNREADABLE: Final[tuple[type[Exception], ...]] = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OverflowError),
    *(NotImplementedError, RuntimeError, ValueError, OSError),
)


def _raise_if_of_the_disk(error: Exception) -> None:
    # A place before the beginning of the file is an invalid argument, and the archive's mistake.
    if isinstance(error, OSError) and error.errno != errno.EINVAL:
        raise error


def _unreadable(zstd: bool) -> tuple[type[Exception], ...]:
    if not zstd:
        return _UNREADABLE
    import zstandard

    return (*_UNREADABLE, zstandard.ZstdError)


def _unpacked(packed: Any) -> Any:
    """A stream compressed with zstd (one frame or more), as the stream it was."""
    import zstandard

    # Windows larger than this (zstd's own limit) would ask for any amount of memory.
    unpacker = zstandard.ZstdDecompressor(max_window_size=1 << 27)
    return unpacker.stream_reader(packed, read_size=_PIECE, read_across_frames=True)


def _quoted(name: str) -> str:
    """A name out of a package, fit to stand in a message: on one line, and not endless."""
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name)
    return f"“{shown if len(shown) <= 60 else shown[:59] + '…'}”"


@contextmanager
def open_archive(file: BinaryIO) -> Iterator[Archive]:
    """A package as an archive. Raises Wrong where it is none."""
    begins, size = file.read(4), file.seek(0, io.SEEK_END)
    try:
        archive = zipfile.ZipFile(file)
    except _UNREADABLE as error:
        _raise_if_of_the_disk(error)
        if begins != b"PK\x03\x04":
            raise Wrong("is no Anki package: it is no zip archive") from None
        damaged("its archive is cut off or broken")
    with archive:
        yield Archive(archive, size)


def format_of(archive: Archive) -> Format:
    """The newest format that the package has, which is the one that Anki would read.

    Anki goes by `meta`, and without it takes the package for one of the older two.
    """
    version = None
    if "meta" in archive:
        meta = Message(archive.content("meta", Room("its “meta”", 1 << 20), False), "its “meta”")
        version = meta.number(1) or 0
        if version not in (each.version for each in _FORMATS):
            raise Wrong(NEWER)
    found = next((each for each in _FORMATS if each.member in archive), None)
    if found is None:
        raise Wrong("is no Anki package: it has no collection")
    if version is None and found.zstd:
        damaged(f"it has a {_quoted(found.member)} and no “meta”, so Anki would not read it")
    if version is not None and version != found.version:
        damaged(f"its “meta” is not that of a {_quoted(found.member)}")
    return found


def media_of(archive: Archive, format: Format) -> dict[str, str]:
    """The names of the media files (in the normal form NFC, as Anki stores them) and the digests of
    their bytes."""
    if "media" not in archive:
        return {}
    listing = archive.content("media", Room("its list of media", _LISTING), format.zstd)
    entries = _entries(listing) if format.zstd else _legacy_entries(listing)
    digests: dict[str, str] = {}
    # Media are packed already: what inflates more than this is made to fill the disk.
    room = Room("its media", _MEDIA + 100 * archive.size)
    for number, entry in entries:
        name = unicodedata.normalize("NFC", entry.name)
        if not name or name in (".", "..") or re.search(r"[/\\\0]", name):
            damaged(f"{_quoted(name)} is no name of a media file")
        if number not in archive:
            damaged(f"the media file {_quoted(name)} is not in it")
        before, sha1, sha256 = room.taken, hashlib.sha1(), hashlib.sha256()
        for piece in archive.pieces(number, room, format.zstd):
            sha256.update(piece)
            if format.zstd:
                sha1.update(piece)
        is_listed = (room.taken - before, sha1.digest()) == (entry.size, entry.sha1)
        if format.zstd and not is_listed:
            damaged(f"the media file {_quoted(name)} is not what its list says")
        own = sha256.hexdigest()[:16]
        if digests.setdefault(name, own) != own:
            damaged(f"two media files are called {_quoted(name)}")
    return dict(sorted(digests.items()))


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    size: int = 0
    sha1: bytes = b""


def _legacy_entries(listing: bytes) -> Iterator[tuple[str, _Entry]]:
    what = "its list of media"
    for number, name in as_object(parsed(listing, what), what).items():
        if not re.fullmatch(r"[0-9]{1,9}", number) or not isinstance(name, str):
            damaged(f"{what} cannot be read")
        yield str(int(number)), _Entry(name)


def _entries(listing: bytes) -> Iterator[tuple[str, _Entry]]:
    """The entries of `MediaEntries`: the members' names are their places in the list."""
    for place, entry in enumerate(messages(listing, 1, "its list of media")):
        yield str(place), _Entry(entry.text(1), entry.number(2) or 0, entry.bytes(3))
