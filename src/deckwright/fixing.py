"""Mending files: the edits of findings, put into the bytes as they stand on the disk.

Findings speak of text as it was read: without a byte order mark, with `\\n` at the end of lines, in
NFC. What is written keeps all of that as the file has it, and its encoding: only what an edit names
changes.
"""

from __future__ import annotations

import codecs
import difflib
import os
import re
import stat
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from deckwright import files, source
from deckwright.diagnostics import Diagnostic, Edit
from deckwright.readers import html
from deckwright.source import Source, Undecodable


@dataclass(frozen=True, slots=True)
class Mended:
    """A file with the edits of findings: its bytes before and after, and how many findings are
    mended. Where nothing could be done `after` is `before`, `count` is 0, and `why` says so in a
    few words. `encoding` is what the bytes are, by its name in Python."""

    path: str
    before: bytes
    after: bytes
    count: int
    why: str = ""
    encoding: str = "utf-8"


def mend(texts: Mapping[str, Source], diagnostics: Iterable[Diagnostic]) -> tuple[Mended, ...]:
    """The files that findings would mend, by path; nothing is written. `texts` are the sources as
    they were read, by their paths, and no other file is looked at.

    The edits of a finding are made together or not at all. Of edits that overlap the first
    finding's are made; edits that are the same are made once. An edit is left out where the bytes
    that it means are not sure (in a line that is not in NFC), and so is one that reading the file
    again would not give back. A file that is not what was read any more is left alone.
    """
    found: dict[str, tuple[Source, list[tuple[Edit, ...]]]] = {}
    for each in diagnostics:
        paths = {edit.span.path for edit in each.edits}
        if len(paths) == 1 and paths <= texts.keys():
            text = texts[paths.pop()]
            # A file may have two names: a link, or a path with `..` in it.
            first, edits = found.setdefault(os.path.realpath(text.path), (text, []))
            if first.text == text.text:
                edits.append(each.edits)
    mended = (_mended(*each) for each in found.values())
    chosen = (each for each in mended if each.count or each.why)
    return tuple(sorted(chosen, key=lambda each: each.path))


def write(mended: Sequence[Mended]) -> None:
    """Write the files, each whole and with its rights, all or none. Raises OSError where one cannot
    be written, or was changed since it was mended; then none is."""
    changed = [each for each in mended if each.after != each.before]
    for each in changed:
        with open(each.path, "r+b") as file:  # also asks whether it may be written
            if file.read() != each.before:
                raise OSError(f"{each.path} was changed meanwhile")
    files.replace_all([(each.path, _writer(each)) for each in changed])


def _writer(mended: Mended) -> Callable[[BinaryIO], object]:
    def write(file: BinaryIO) -> None:
        file.write(mended.after)
        os.chmod(file.name, stat.S_IMODE(os.stat(mended.path).st_mode))

    return write


def diff(mended: Sequence[Mended]) -> str:
    """What would change, as a unified diff. Line ends are not shown, but where they differ from
    those of most lines of the file: there they are `␍` or `␍␊`."""
    return "".join(line for each in mended for line in _diff(each))


def _diff(mended: Mended) -> Iterator[str]:
    if mended.before == mended.after:
        return
    before, after = (_lines(data, mended.encoding) for data in (mended.before, mended.after))
    ends = Counter(end for _, end in before if end)
    usual = ends.most_common(1)[0][0] if ends else "\n"
    old, new = ([_shown(*line, usual) for line in lines] for lines in (before, after))
    for line in _unified(old, new, mended.path):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


_CONTEXT = 3  # lines around what changes


def _unified(old: list[str], new: list[str], path: str) -> Iterator[str]:
    """A unified diff. Most edits leave the number of lines as it was: then line stands against
    line, for difflib takes minutes for thousands of changes."""
    if len(old) != len(new):
        yield from difflib.unified_diff(old, new, path, path)
        return
    yield f"--- {path}\n"
    yield f"+++ {path}\n"
    changed = [number for number, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    groups: list[list[int]] = []
    for number in changed:
        if groups and number - groups[-1][-1] <= 2 * _CONTEXT:
            groups[-1].append(number)
        else:
            groups.append([number])
    for group in groups:
        start, end = max(0, group[0] - _CONTEXT), min(len(old), group[-1] + _CONTEXT + 1)
        lines = list(difflib.unified_diff(old[start:end], new[start:end], n=end - start))
        size = f"{start + 1}" if end - start == 1 else f"{start + 1},{end - start}"
        yield f"@@ -{size} +{size} @@\n"
        yield from lines[3:]


_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_VISIBLE = {"\r": "␍", "\r\n": "␍␊", "\n": "␊"}


def _lines(data: bytes, encoding: str) -> list[tuple[str, str]]:
    text = data.decode(encoding)
    return [(found[1], found[2]) for found in _LINE.finditer(text) if found[0]]


def _shown(line: str, end: str, usual: str) -> str:
    return line + ("" if end in ("", usual) else _VISIBLE[end]) + ("\n" if end else "")


# One file ----------------------------------------------------------------------------------------


def _mended(text: Source, findings: Sequence[tuple[Edit, ...]]) -> Mended:
    path = text.path
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        return Mended(path, b"", b"", 0, error.strerror or "it cannot be read")
    decoders = [each for each in _DECODERS if _text(each(path, data)) == text.text]
    if not decoders:
        return Mended(path, data, data, 0, "it was changed since it was read")
    encoding = _encoding(text, data)
    if not encoding:
        return Mended(path, data, data, 0, "some of its bytes are no text")
    raw = data.decode(encoding)
    places = _Places(raw, text.text)
    chosen = _without_overlaps(_placed(findings, places, text.text))

    def made(some: Sequence[_Placed]) -> bytes | None:
        """The bytes with these findings mended; None where reading them again would not give the
        text with their edits."""
        edits = sorted({edit for each in some for edit in each.edits})
        try:
            after = _applied(raw, [(a, b, places.ends(a, new)) for _, _, a, b, new in edits])
            written = after.encode(encoding)
        except UnicodeEncodeError:
            return None
        wanted = _applied(text.text, [(start, end, new) for start, end, _, _, new in edits])
        same = all(_text(each(path, written)) == wanted for each in decoders)
        return written if same else None

    def fitting(some: Sequence[_Placed], done: list[_Placed]) -> None:
        """Add what can be made to what is done."""
        if not some:
            return
        if made([*done, *some]) is not None:
            done.extend(some)
        elif len(some) > 1:
            fitting(some[: len(some) // 2], done)
            fitting(some[len(some) // 2 :], done)

    done: list[_Placed] = []
    fitting(chosen, done)
    after = made(done)
    assert after is not None  # for it was when the last one was added, or nothing was
    return Mended(path, data, after, len(done), encoding=encoding)


# Only web pages may be other than UTF-8. Which reader a file has is not known here.
_DECODERS = (source.decode, html.decode)
_ENCODINGS = (
    *("utf-8", "cp1252", *(f"cp125{n}" for n in range(9) if n != 2)),
    *(f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    *("cp932", "euc_jp", "gb18030", "big5hkscs", "cp949", "koi8-r", "koi8-u", "cp866", "cp874"),
    *("mac-roman", "mac-cyrillic"),
)


def _text(read: Source | Undecodable) -> str | None:
    return read.text if isinstance(read, Source) else None


def _encoding(text: Source, data: bytes) -> str:
    """The encoding in which these bytes are this text, and the text is these bytes; empty where
    there is none, so that they could not be written as they were."""
    names = _ENCODINGS
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        names = ("utf-16-le" if data.startswith(codecs.BOM_UTF16_LE) else "utf-16-be",)
    for name in names:
        try:
            raw = data.decode(name)
            same = raw.encode(name) == data
        except UnicodeError:
            continue
        if same and _text(source.decode(text.path, raw.encode())) == text.text:
            return name
    return ""


def _applied(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    """A text with edits, which are in order and do not overlap."""
    parts: list[str] = []
    position = 0
    for start, end, new in edits:
        parts += (text[position:start], new)
        position = end
    return "".join((*parts, text[position:]))


_Place = tuple[int, int, int, int, str]
"""An edit: from where to where in the text that was read, in that of the file, and its text."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """The edits of one finding."""

    edits: tuple[_Place, ...]


def _placed(findings: Sequence[tuple[Edit, ...]], places: _Places, text: str) -> Iterator[_Placed]:
    """The findings whose edits all have a sure place, and change something."""
    for edits in findings:
        found: list[_Place] = []
        for edit in edits:
            start, end = edit.span.start, edit.span.end
            place = places.of(start, end) if 0 <= start <= end <= len(text) else None
            if place is None:
                break
            found.append((start, end, *place, edit.text))
        else:
            if any(text[start:end] != new for start, end, _, _, new in found):
                yield _Placed(tuple(found))


def _without_overlaps(findings: Iterable[_Placed]) -> list[_Placed]:
    """The findings of which no edit meets one of a finding before, but the same one."""
    kept: list[_Placed] = []
    taken: list[_Place] = []  # in order, without overlaps
    for each in findings:
        mine = sorted(set(each.edits))
        if any(_meet(a, b) for a, b in pairwise(mine)):
            continue
        new = []
        for edit in mine:
            index = bisect_right(taken, edit)
            if index and taken[index - 1] == edit:
                continue
            near = taken[max(0, index - 2) : index + 2]
            if any(_meet(other, edit) for other in near):
                break
            new.append(edit)
        else:
            kept.append(each)
            for edit in new:
                taken.insert(bisect_right(taken, edit), edit)
    return kept


def _meet(one: _Place, other: _Place) -> bool:
    """Whether two edits overlap, or put two texts in the same place."""
    first, second = sorted((one, other))
    return second[0] < first[1] or (first[0] == second[0])


class _Places:
    """Where what was read stands in the text of the file, which has other line ends, byte order
    marks, and letters that are not in NFC."""

    def __init__(self, raw: str, text: str) -> None:
        self._raw, self._text = raw, text
        # Of each line: where it begins in what was read; where it begins and ends in the file, and
        # where its line end does.
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._lines: list[tuple[int, int, int]] = []
        begin = 0
        for found in _RAW_END.finditer(raw):
            self._lines.append((begin, found.start(), found.end()))
            begin = found.end()
        self._lines.append((begin, len(raw), len(raw)))

    def of(self, start: int, end: int) -> tuple[int, int] | None:
        """The offsets in the file of a part of what was read; None where they are not sure."""
        first = self._at(start, ends=False)
        last = first if start == end else self._at(end, ends=True)
        return (first, last) if first is not None and last is not None else None

    def ends(self, at: int, new: str) -> str:
        """A text with the line ends that the file has at an offset."""
        if "\n" not in new:
            return new
        found = _RAW_END.search(self._raw, at) or _RAW_END.search(self._raw)
        return new.replace("\n", found[0].replace("\ufeff", "") if found else "\n")

    def _at(self, offset: int, *, ends: bool) -> int | None:
        """Where a character begins, or (`ends`) where the one before an offset ends."""
        number = bisect_right(self._starts, offset - ends) - 1
        begin, stop, after = self._lines[number]
        last = number + 1 == len(self._starts)
        read = self._text[
            self._starts[number] : len(self._text) if last else self._starts[number + 1] - 1
        ]
        column = offset - self._starts[number]
        if column > len(read):  # the end of its line end
            return after
        body = self._raw[begin:stop]
        if body == read:
            return begin + column
        return None if len(body) > _LONGEST else _in_line(begin, body, read, column, ends)


# Of longer lines that are not in NFC each place would take milliseconds to find.
_LONGEST = 100_000  # characters
_RAW_END = re.compile("\r\ufeff*\n|\r|\n")


def _in_line(begin: int, body: str, read: str, column: int, ends: bool) -> int | None:
    """In a line that was read as another one: the offset at which both of its halves, read alone,
    are the halves of what was read; None where there is none."""
    low, high = 0, len(body)
    while low < high:
        middle = (low + high) // 2
        if len(_read(body[:middle])) < column:
            low = middle + 1
        else:
            high = middle
    sure = [
        at
        for at in range(max(0, low - 8), min(len(body), low + 8) + 1)
        if _read(body[:at]) == read[:column] and _read(body[at:]) == read[column:]
    ]
    if not sure:
        return None
    # Byte order marks at the place stay outside of what is changed.
    return begin + (sure[0] if ends else sure[-1])


def _read(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\ufeff", ""))
