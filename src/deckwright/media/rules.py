"""What there is to say of media: their kinds, the rules, a file that is shown, a problem."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from deckwright.diagnostics import Rule, Severity

_SVG: Final = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"/>\n'

MISSING = Rule(
    "M001",
    "missing-media",
    Severity.ERROR,
    "A card that shows a file which is not there has a hole where its answer may be.",
    "Put the file beside its source or into `media/`, or write its name as it is.",
    {"bees.md": "# Bees\n\nQ: Who is this?\nA: ![A long bee](quen.svg)\n", "queen.svg": _SVG},
    {"bees.md": "# Bees\n\nQ: Who is this?\nA: ![A long bee](queen.svg)\n", "queen.svg": _SVG},
    soft=True,
)
OTHER_CASE = Rule(
    "M002",
    "media-case",
    Severity.ERROR,
    "Windows and macOS find a file whose name is written with other capitals, Linux does not.",
    "Write the name just as the file has it.",
    {"bees.md": "# Bees\n\nQ: Who is this?\nA: ![A long bee](Queen.SVG)\n", "queen.svg": _SVG},
    {"bees.md": "# Bees\n\nQ: Who is this?\nA: ![A long bee](queen.svg)\n", "queen.svg": _SVG},
    soft=True,
    fixable=True,
)
UNKNOWN_KIND = Rule(
    "M003",
    "media-type",
    Severity.ERROR,
    "A file that Anki neither shows nor plays leaves a hole in the card.",
    "Convert it to a format that Anki shows or plays.",
    {"bees.md": "# Bees\n\nQ: Who is this?\nA: ![A long bee](queen.psd)\n", "queen.psd": "8BPS\n"},
    {"bees.md": "# Bees\n\nQ: Who is this?\nA: ![A long bee](queen.svg)\n", "queen.svg": _SVG},
    soft=True,
)
OUTSIDE = Rule(
    "M004",
    "media-outside",
    Severity.ERROR,
    "A file outside of the project is not there for anyone else who builds it, and a source from "
    "the web could take any file of the machine along.",
    "Copy the file into `media/`, and write its name there.",
    {"bees.md": "# Bees\n\nQ: Who is this?\nA: ![A long bee](/home/me/queen.svg)\n"},
    {"bees.md": "# Bees\n\nQ: Who is this?\nA: ![A long bee](queen.svg)\n", "queen.svg": _SVG},
    soft=True,
)
REMOTE = Rule(
    "M005",
    "remote-media",
    Severity.WARNING,
    "Media from the web are gone without a network, and when their site goes.",
    "Save it in `media/`, and write its name there.",
    {"bees.md": "# Bees\n\nQ: Who is this?\nA: ![A long bee](https://example.org/queen.svg)\n"},
    {"bees.md": "# Bees\n\nQ: Who is this?\nA: ![A long bee](queen.svg)\n", "queen.svg": _SVG},
)
UNUSED = Rule(
    "M006",
    "unused-media",
    Severity.WARNING,
    "A media file that no note shows is not packaged: often its name in the note is wrong.",
    "Show it in a note, or remove it. A name that begins with `_` keeps it for templates.",
    {
        "deck.yaml": "id: bees\nname: Bees\nsources: [bees.md]\n",
        "bees.md": "# Bees\n\nQ: Who is long and slender?\nA: The queen\n",
        "media/queen.svg": _SVG,
    },
    {
        "deck.yaml": "id: bees\nname: Bees\nsources: [bees.md]\n",
        "bees.md": "# Bees\n\nQ: Who is long and slender?\nA: The queen ![A long bee](queen.svg)\n",
        "media/queen.svg": _SVG,
    },
)
TOO_LARGE = Rule(
    "M007",
    "large-media",
    Severity.WARNING,
    "AnkiWeb takes no file of more than 100 MB: it stays on the machine where it was imported.",
    "Make it smaller, or cut it to what is asked.",
)
EMPTY = Rule(
    "M008",
    "empty-media",
    Severity.ERROR,
    "An empty file shows nothing, and Anki does not synchronise it.",
    "Save or download it again.",
    {"bees.md": "# Bees\n\nQ: Who is this?\nA: ![A long bee](queen.svg)\n", "queen.svg": ""},
    {"bees.md": "# Bees\n\nQ: Who is this?\nA: ![A long bee](queen.svg)\n", "queen.svg": _SVG},
    soft=True,
)
UNREADABLE = Rule(
    "M009",
    "unreadable-media",
    Severity.ERROR,
    "A media file that cannot be read cannot be packaged.",
    "Check that it is an ordinary file which you may read.",
    soft=True,
)
RULES = (
    *(MISSING, OTHER_CASE, UNKNOWN_KIND, OUTSIDE, REMOTE),
    *(UNUSED, TOO_LARGE, EMPTY, UNREADABLE),
)

LARGEST: Final = 100 * 1024 * 1024
"""Bytes that AnkiWeb takes of one file: MAX_INDIVIDUAL_MEDIA_FILE_SIZE."""

Kind: TypeAlias = Literal["image", "sound", "video"]
KINDS: Final[dict[Kind, str]] = {
    "image": "avif bmp gif ico jpeg jpg png svg tif tiff webp",
    "sound": "3gp aac flac m4a mp3 oga ogg opus wav",
    "video": "avi m4v mkv mov mp4 mpeg mpg ogv webm",
}
"""The suffixes of what Anki and phones show or play."""

_KIND_OF: Final[dict[str, Kind]] = {
    f".{each}": kind for kind, them in KINDS.items() for each in them.split()
}


def kind_of(name: str) -> Kind | None:
    """What a file is, by its suffix; None where Anki neither shows nor plays it."""
    return _KIND_OF.get(suffix_of(name))


def suffix_of(name: str) -> str:
    """A suffix in small letters, with its dot."""
    return os.path.splitext(name)[1].lower()


@dataclass(frozen=True, slots=True)
class Shown:
    """A media file that a note shows: its `name` in the learner's collection, where its bytes are,
    the digest of these (16 hexadecimal digits of SHA-256), and how many they are."""

    name: str
    path: Path
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a reference, and the way out. `keep` is what the field names all the same,
    an address on the web or the name of a file, which is then `shown`. `instead` is the reference
    as it would be right, where that is sure."""

    rule: Rule
    message: str
    hint: str
    keep: str | None = None
    shown: Shown | None = None
    instead: str = ""
