"""Checks of media: what phones do not play, what is too heavy for them, what is there twice, and
images without words for who cannot see them.

Which formats play where: Anki's manual says that MP3 and MP4 are supported most widely ("Media",
"Supported Formats"). Anki and AnkiDroid show images with Chromium, which shows no TIFF (measured
with Chromium 156). AnkiMobile plays with iOS's own player, which knows neither Matroska, WebM, AVI
nor MPEG-1, and of Ogg at most some since iOS 18 (Ajatt-Tools/mpvacious#5 and
yomidevs/local-audio-yomichan#35 on GitHub). AnkiDroid plays no AVI (ankidroid/Anki-Android#15772);
Chromium, in which it plays videos, has neither AVI nor MPEG-1 (measured), and gave up Theora.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from html import unescape
from itertools import islice
from typing import Final, NamedTuple
from urllib.parse import quote

from deckwright.checks.subject import Subject
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.media import Shown, kind_of
from deckwright.media.rules import LARGEST, Kind, suffix_of
from deckwright.naming import quoted
from deckwright.note import Field, Note, RenderedNote
from deckwright.source import Span

HEAVY = Rule(
    "M010",
    "heavy-media",
    Severity.WARNING,
    "Every learner loads and keeps every byte, on each device: a few heavy files weigh more than "
    "all the rest of a deck.",
    "Make an image about 1,000 pixels wide and save it as WebP or JPEG; save a sound as MP3 of "
    "64 kbit/s, and cut a video to what is asked.",
)
FORMAT = Rule(
    "M011",
    "media-format",
    Severity.WARNING,
    "A file that plays on one device and not on another leaves a hole in the card of whoever has "
    "the other one, and its author never sees it.",
    "Convert it: PNG, JPEG or WebP for images, MP3 for sounds, MP4 (H.264) for videos.",
    {
        "bees.md": "# Bees\n\nQ: What does a queen sound like?\nA: [sound:piping.ogg]\n",
        "piping.ogg": "OggS\n",
    },
    {
        "bees.md": "# Bees\n\nQ: What does a queen sound like?\nA: [sound:piping.mp3]\n",
        "piping.mp3": "ID3\n",
    },
)
SAME = Rule(
    "M012",
    "same-media",
    Severity.INFO,
    "Two files of the same bytes are packaged once. Often one was saved by the name of the other.",
    "Keep one, and name it in both places; or save the picture that was meant.",
    {
        "bees.md": "# Bees\n\nQ: Who is this?\nA: ![a queen](queen.svg)\n\n"
        "Q: And who is this?\nA: ![a drone](drone.svg)\n",
        "queen.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"/>\n',
        "drone.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"/>\n',
    },
    {
        "bees.md": "# Bees\n\nQ: Who is this?\nA: ![a queen](queen.svg)\n\n"
        "Q: And who is this?\nA: ![a drone](drone.svg)\n",
        "queen.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"/>\n',
        "drone.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 6 3"/>\n',
    },
)
NO_ALT_TEXT = Rule(
    "M013",
    "no-alt-text",
    Severity.INFO,
    "Who has a deck read aloud hears nothing of an image without words of its own, nor does "
    "anyone whose image did not arrive.",
    "Say in a few words what it shows. Where the image is what is asked, describe it without "
    "naming it, or the words give the answer away.",
    {
        "flags.md": "# Flags\n\nQ: Whose flag is this? ![](norway.svg)\nA: Norway's\n",
        "norway.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 22 16"/>\n',
    },
    {
        "flags.md": "# Flags\n\nQ: Whose flag is this? ![A blue cross with white edges on red]"
        "(norway.svg)\nA: Norway's\n",
        "norway.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 22 16"/>\n',
    },
)

_MB: Final = 1024 * 1024
_HEAVY: Final[Mapping[Kind, tuple[int, str]]] = {
    "image": (1 * _MB, "make it about 1,000 pixels wide, as WebP or JPEG"),
    "sound": (5 * _MB, "save it as MP3 of 64 kbit/s, or cut it to what is asked"),
    "video": (20 * _MB, "make it smaller, or cut it to what is asked"),
}
"""How many bytes a file may have, by its kind, and the way out. A photo as wide as a phone has a
fifth of a megabyte, five minutes of speech have 2.5, a minute of video has about ten."""

_NOT_PLAYED: Final[Mapping[str, tuple[str, str, str]]] = {
    suffix: told
    for suffixes, told in (
        (".tif .tiff", ("shown by neither Anki nor AnkiDroid", "image", "PNG, JPEG or WebP")),
        (".ogg .oga .opus", ("not played by AnkiMobile on many iPhones", "sound", "MP3")),
        (".webm .mkv", ("not played by AnkiMobile on iPhones", "video", "MP4")),
        (".avi .mpg .mpeg .ogv", ("played by neither AnkiDroid nor AnkiMobile", "video", "MP4")),
    )
    for suffix in suffixes.split()
}
"""What is said of a format, what it is, and what to convert it to, by its suffix."""


def heavy_media(subject: Subject) -> Iterator[Diagnostic]:
    """An image of more than 1 MB, a sound of more than 5 MB, a video of more than 20 MB. Told once
    a file, where the first note shows it. What AnkiWeb does not take at all is told by M007."""
    heavy = {}
    for name, shown in subject.shown.items():
        kind = kind_of(name)
        if kind and _HEAVY[kind][0] < shown.size <= LARGEST:
            heavy[name] = shown, kind
    for name, note, span in _places(subject, {name: shown for name, (shown, _) in heavy.items()}):
        shown, kind = heavy[name]
        most, hint = _HEAVY[kind]
        size = f"{shown.size / _MB:,.1f} MB"
        message = f"{quoted(shown.path.name)} has {size}: heavy for {_a(kind)} (over {most // _MB})"
        yield Diagnostic(HEAVY, message, span, hint, note.key)


def _a(kind: Kind) -> str:
    return "an image" if kind == "image" else f"a {kind}"


def media_format(subject: Subject) -> Iterator[Diagnostic]:
    """A file in a format that some of Anki's programs neither show nor play: TIFF, Ogg (also Opus),
    WebM, Matroska, AVI, MPEG-1, Theora. Told once a file, where the first note shows it. MOV and
    FLAC pass: most phones play them."""
    odd = {name: each for name, each in subject.shown.items() if suffix_of(name) in _NOT_PLAYED}
    for name, note, span in _places(subject, odd):
        told, what, better = _NOT_PLAYED[suffix_of(name)]
        message = f"{quoted(odd[name].path.name)} is {told}"
        yield Diagnostic(FORMAT, message, span, f"convert the {what} to {better}", note.key)


def same_media(subject: Subject) -> Iterator[Diagnostic]:
    """Two or more files of a project with the same bytes and suffix, of which notes show at least
    one; of a file that is built alone, those that it shows. Told once for each but the first, where
    a note shows it, if one does."""
    if subject.library is None:
        return
    for first, *others in subject.library.copies():
        _, place = _first_place(subject, first)
        for other in others:
            note, span = _first_place(subject, other)
            if span == place and os.path.basename(first) == os.path.basename(other):
                note = span = None  # nobody can tell which of them is meant there
            message = f"{other} has the same bytes as {first}: one of them is packaged"
            hint = "remove one, and name the other in both places; or save what was meant"
            key = note.key if note else ""
            yield Diagnostic(SAME, message, span, hint, key, place if span else None)


_MANY: Final = 100  # findings of images in one field


def no_alt_text(subject: Subject) -> Iterator[Diagnostic]:
    """An image whose alternative text is missing, is a file name, or says only that it is an image.

    `alt=""`, which a person wrote into HTML, passes: so HTML calls an image an ornament."""
    for rendered in subject.written:
        for field in rendered.note.fields:
            sign = "!" if field.form == "page" else "<"
            if sign in field.value or (sign == "<" and "![" in field.value):
                names = subject.note_types[rendered.note.note_type].fields
                if field.name in names:
                    html = rendered.html[names.index(field.name)]
                    yield from islice(_without_words(rendered.note, field, html), _MANY)


class _Image(NamedTuple):
    """An image as it is written: its alternative text (None: there is none), and where it is."""

    alt: str | None
    start: int
    end: int


# As the renderer reads them: of Obsidian, of Markdown and page text, of HTML.
_IMAGE = re.compile(
    r"!\[\[(?P<embedded>[^\[\]|\n]{1,1000})(?:\|(?P<option>[^\[\]\n]{0,1000}))?\]\]"
    r"|!\[(?P<alt>[^\[\]\n]{0,1000})\]"
    r"\((?P<address>[^()\n]{1,1000}(?:\([^()\n]{0,1000}\)[^()\n]{0,1000}){0,9})\)"
    r"|<img\b(?P<attributes>[^<>]*)>",
    re.IGNORECASE,
)
_ALT = re.compile(r"[\s\"'/]alt\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_RENDERED = re.compile(r"<img [^<>]*>")
_SIZE = re.compile(r"\|[ \t]{0,9}\d{1,5}(?:x\d{1,5})?[ \t]{0,9}\Z")
_SAYS_NOTHING: Final = frozenset(
    ("alt", "alt text", "image", "img", "photo", "picture", "screenshot", "untitled")
)


def _without_words(note: Note, field: Field, html: str) -> Iterator[Diagnostic]:
    shown = _RENDERED.findall(html)
    if not shown or all(_alt(tag) and not _is_name(_alt(tag) or "") for tag in shown):
        return
    written = list(_written(field.value))
    if len(written) != len(shown):  # some stand in code, or elsewhere
        written = [_Image(_alt(tag), 0, len(field.value)) for tag in shown]
    for image in written:
        alt = image.alt
        if alt is None:
            message = "this image has no alternative text"
        elif not _is_name(alt):
            continue
        else:
            message = f"the alternative text of this image says nothing of it: {quoted(alt)}"
        hint = "say what it shows, without giving the answer away"
        if field.form == "html":
            hint += ': alt="…"'
        yield Diagnostic(NO_ALT_TEXT, message, field.locate(*image[1:]), hint, note.key)


def _alt(tag: str) -> str | None:
    found = _ALT.search(tag)
    return unescape(found[1] or found[2] or found[3] or "") if found else None


def _written(value: str) -> Iterator[_Image]:
    """The images of a field as they are written."""
    for found in _IMAGE.finditer(value):
        kind, text = found.lastgroup, None
        if found["embedded"] is not None:
            if kind_of(found["embedded"].strip()) != "image":
                continue
            text = _SIZE.sub("", f"|{found['option'] or ''}").strip(" |") or None
        elif kind == "attributes":
            text = _alt(found[0])
        else:
            address = re.sub(r"\s+(?:\"[^\"]*\"|'[^']*')\Z", "", found["address"].strip())
            if kind_of(re.split("[?#]", address.strip("<>"))[0]) in ("sound", "video"):
                continue
            text = _SIZE.sub("", found["alt"]).strip() or None
        yield _Image(text, *found.span())


def _is_name(alt: str) -> bool:
    """Whether an alternative text is the name of a file, or a word for any image."""
    alt = alt.strip()
    stem, suffix = os.path.splitext(alt)
    named = bool(suffix) and stem[-1:].isalnum() and kind_of(alt) == "image"
    return named or alt.casefold() in _SAYS_NOTHING


def _places(
    subject: Subject, wanted: Mapping[str, Shown]
) -> Iterator[tuple[str, Note, Span | None]]:
    """Of each file, by its name in the collection, the first note that shows it, and where."""
    left = dict(wanted)
    if left:
        for rendered in (*subject.written, *subject.notes):
            for media in rendered.media:
                if shown := left.pop(media.name, None):
                    yield media.name, rendered.note, _place(rendered, shown.path.name)
            if not left:
                return


def _first_place(subject: Subject, path: str) -> tuple[Note | None, Span | None]:
    """The first note that names a file, and where."""
    folder, base = os.path.split(path)
    for name in (f"{os.path.basename(folder)}/{base}", base):
        for rendered in subject.written:
            if rendered.media and (found := _named(rendered, name)):
                return rendered.note, found
    return None, None


def _place(rendered: RenderedNote, name: str) -> Span | None:
    """Where a note names a file; all of it if it does so by another name."""
    return _named(rendered, name) or rendered.note.span


def _named(rendered: RenderedNote, name: str) -> Span | None:
    for field in rendered.note.fields:
        for written in dict.fromkeys((name, quote(name), name.replace("&", "&amp;"))):
            at = field.value.find(written)
            while at >= 0:
                if not field.value[at - 1 : at].isalnum() and field.value[at - 1 : at] != "-":
                    return field.locate(_start(field.value, at), at + len(written))
                at = field.value.find(written, at + 1)
    return None


def _start(value: str, at: int) -> int:
    """Where the path begins whose last part begins at an offset."""
    start = at
    while start and at - start < 200 and value[start - 1] not in "([<>\"'=:| \n\t":
        start -= 1
    return start


CHECKS = (
    (HEAVY, heavy_media),
    (FORMAT, media_format),
    (SAME, same_media),
    (NO_ALT_TEXT, no_alt_text),
)
