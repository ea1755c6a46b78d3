"""Names that people give: decks, tags, ids and GUIDs, in whichever file they stand; and the words
in which a wrong one is told."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from deckwright.diagnostics import Rule, errors_in_deck_yaml
from deckwright.note import is_key, slug

_rule = errors_in_deck_yaml({"owls.md": "Q: What does an owl hunt by?\nA: By its ears\n"})


BAD_ID = _rule(
    "C010",
    "bad-id",
    "Identities are made of the id: it must be alike everywhere.",
    'Write small letters, digits, ".", "_" and "-". What is copied from Anki is copied whole.',
    "id: Owls of the wood\nname: Owls\nsources: [owls.md]\n",
    "id: owls-of-the-wood\nname: Owls\nsources: [owls.md]\n",
)
BAD_DECK = _rule(
    "C011",
    "bad-deck-name",
    "Anki calls a deck without a name `blank`.",
    'Write a name on both sides of each "::", all in one line.',
    'id: owls\nname: "Birds::"\nsources: [owls.md]\n',
    'id: owls\nname: "Birds::Owls"\nsources: [owls.md]\n',
)
BAD_TAG = _rule(
    "C012",
    "bad-tag",
    "Anki splits tags at blanks: one tag would become two.",
    'Join its words with "-", "_" or "::", or write two tags.',
    "id: owls\nname: Owls\nsources:\n  - {path: owls.md, tags: [night birds]}\n",
    "id: owls\nname: Owls\nsources:\n  - {path: owls.md, tags: [night-birds]}\n",
)
EMPTY = _rule(
    "C009",
    "empty-value",
    "A key without a value is most often an unfinished line.",
    "Write a value behind it, or remove the line.",
    "id: owls\nname: Owls\ndescription:\nsources: [owls.md]\n",
    "id: owls\nname: Owls\ndescription: Birds of the night.\nsources: [owls.md]\n",
)
RULES = (EMPTY, BAD_ID, BAD_DECK, BAD_TAG)


class Mistake(ValueError):
    """What is wrong with a value, the way out, and from which character on."""

    def __init__(self, rule: Rule, message: str, hint: str, at: int = 0) -> None:
        super().__init__(message)
        self.rule, self.message, self.hint, self.at = rule, message, hint, at


def text(value: str) -> str:
    """A text with something in it. Raises `Mistake`."""
    if not value.strip():
        raise Mistake(EMPTY, "the text is empty", "write something, or leave the key out")
    return value


def _parts(rule: Rule, what: str, value: str) -> list[str]:
    parts = [part.strip() for part in text(value).split("::")]
    if not all(parts):
        hint = 'write a name on both sides of each "::"'
        raise Mistake(rule, f"the {what} {quoted(value)} has an empty part", hint)
    return parts


def deck(value: str) -> str:
    """The name of a deck, as Anki trims its parts. Raises `Mistake`."""
    parts = _parts(BAD_DECK, "deck name", value)
    if not all(map(str.isprintable, parts)):
        message = f"the deck name {quoted(value)} has a line break or an unprintable character"
        raise Mistake(BAD_DECK, message, "write it in one line")
    return "::".join(parts)  # as Anki trims them


def tag(value: str) -> str:
    """A tag, without a blank in it. Raises `Mistake`."""
    _parts(BAD_TAG, "tag", value)
    if any(map(str.isspace, value)):
        hint = 'use "-", "_" or "::" instead, or write two tags'
        raise Mistake(BAD_TAG, f"the tag {quoted(value)} has a blank in it", hint)
    return value


def note_id(value: str) -> str:
    """A key that a person gives: words joined by `/`. Raises `Mistake`."""
    if not is_key(text(value)):
        near = "/".join(filter(None, (slug(part) for part in value[:60].split("/"))))
        such = f", such as {quoted(near)}" if near else ""
        raise Mistake(BAD_ID, f"{quoted(value)} is no id", f'use words joined by "-" and "/"{such}')
    return value


def guid(value: str) -> str:
    """A GUID as it stands in Anki. Raises `Mistake`."""
    if any(map(str.isspace, text(value))) or not value.isprintable():
        hint = "copy it from Anki or from an export with GUIDs"
        raise Mistake(BAD_ID, f"{quoted(value)} is no GUID: it has a blank in it", hint)
    return value


def quoted(text: str) -> str:
    """The beginning of a text in quotes, for a message."""
    line = "".join(char if char.isprintable() else "·" for char in text.split("\n", 1)[0][:61])
    return f'"{line if len(line) <= 60 else line[:59] + "…"}"'


def several(words: Iterable[str], joint: str = "and") -> str:
    """“a, b and c”."""
    *most, last = dict.fromkeys(words)
    return f"{', '.join(most)} {joint} {last}" if most else last


def near_to(word: str, words: Iterable[str]) -> str:
    """The word that may be meant; "" where none is near."""
    return next(iter(difflib.get_close_matches(word, list(words), 1)), "")


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """A hint at the word that may be meant; "" where none is near."""
    return f"did you mean {quoted(near)}?" if (near := near_to(word, words)) else ""
