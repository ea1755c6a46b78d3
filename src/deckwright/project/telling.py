"""What is told of a `deck.yaml`: the rules, and the words of their messages."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from deckwright.diagnostics import Rule, Severity


def _rule(code: str, name: str, reason: str) -> Rule:
    return Rule(code, name, Severity.ERROR, reason)


SYNTAX = _rule("C001", "yaml-syntax", "What is no YAML cannot be read at all.")
NO_MAPPING = _rule("C002", "no-mapping", "A project is a mapping: lines of `key: value`.")
DUPLICATE = _rule("C003", "duplicate-key", "Of two equal keys YAML drops one without a word.")
ALIAS = _rule("C004", "yaml-alias", "A few nested aliases can stand for gigabytes of text.")
TAG = _rule("C005", "yaml-tag", "A YAML tag can make a program build whatever it names.")
UNKNOWN_KEY = _rule("C006", "unknown-key", "A misspelt key would be left out without a word.")
WRONG_TYPE = _rule("C007", "wrong-type", "YAML reads no, 2024 and 1:30 as something but text.")
MISSING = _rule("C008", "missing-key", "Without this key there is no deck to build.")
EMPTY = _rule("C009", "empty-value", "A key without a value is most often an unfinished line.")
BAD_ID = _rule("C010", "bad-id", "Identities are made of the id: it must be alike everywhere.")
BAD_DECK = _rule("C011", "bad-deck-name", "Anki calls a deck without a name `blank`.")
BAD_TAG = _rule("C012", "bad-tag", "Anki splits tags at blanks: one tag would become two.")
BAD_PATTERN = _rule("C013", "bad-pattern", "What is no regular expression finds nothing.")
UNKNOWN_READER = _rule("C014", "unknown-reader", "Without a reader a source cannot be read.")
BAD_PATH = _rule("C015", "bad-path", "A path must mean the same on every system.")
SAME_SOURCE = _rule("C016", "same-source", "A source that is read twice gives its notes twice.")
WRONG_VALUE = _rule("C017", "wrong-value", "The value is none of those that the key can have.")
LIMIT = _rule("C018", "limit", "A project far larger or deeper than a real one is a mishap.")
RULES = (
    *(SYNTAX, NO_MAPPING, DUPLICATE, ALIAS, TAG, UNKNOWN_KEY, WRONG_TYPE, MISSING, EMPTY, BAD_ID),
    *(BAD_DECK, BAD_TAG, BAD_PATTERN, UNKNOWN_READER, BAD_PATH, SAME_SOURCE, WRONG_VALUE, LIMIT),
)


class Mistake(ValueError):
    """What is wrong with a value, the way out, and from which character on."""

    def __init__(self, rule: Rule, message: str, hint: str, at: int = 0) -> None:
        super().__init__(message)
        self.rule, self.message, self.hint, self.at = rule, message, hint, at


def quoted(text: str) -> str:
    line = "".join(char if char.isprintable() else "·" for char in text.split("\n", 1)[0][:61])
    return f'"{line if len(line) <= 60 else line[:59] + "…"}"'


def several(words: Iterable[str], joint: str = "and") -> str:
    *most, last = dict.fromkeys(words)
    return f"{', '.join(most)} {joint} {last}" if most else last


def near_to(word: str, words: Iterable[str]) -> str:
    return next(iter(difflib.get_close_matches(word, list(words), 1)), "")


def did_you_mean(word: str, words: Iterable[str]) -> str:
    return f"did you mean {quoted(near)}?" if (near := near_to(word, words)) else ""
