"""The front matter of a Markdown file: YAML between two lines `---` at its very top.

It is shared with other programs, so what is not meant for Anki is left alone, whatever it holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from deckwright.diagnostics import Diagnostic
from deckwright.naming import did_you_mean, quoted
from deckwright.readers.markdown import rules
from deckwright.readers.markdown.rules import Told
from deckwright.readers.markdown.settings import Said, Setting
from deckwright.source import Source
from deckwright.yamltext import FOUND, WRONG_TYPE, Node, Tree, trap

OURS = ("deck", "tags", "type", "id", "guid", "title")
_THEIRS = frozenset(  # Obsidian's own and what is common beside them
    (
        *("aliases", "alias", "cssclasses", "cssclass", "publish", "permalink", "description"),
        *("created", "updated", "modified", "date", "author", "lang", "layout", "draft", "image"),
    )
)
_OTHER_WORDS = {  # for these keys: words in their own right, and what others call the same
    "deck": "deko dec deco dek desk dock duck",
    "tags": "tabs tads tage taps tars tas",
    "type": "tape tipe typ typed typo types tyre",
    "guid": "gid gild grid gui guide guild",
    "title": "tile titel titled titles titlu titre",
}
"""The keys that may be misspelt, each with words near to it that are no slip of the pen. (What is
near to `id` may be anything.)"""
_MEANT = {
    "deckname": "deck",
    "ankideck": "deck",
    "ankitags": "tags",
    "notetype": "type",
    "ankitype": "type",
    "noteguid": "guid",
    "ankiguid": "guid",
}
"""Keys that nobody else would mean, without what joins their words."""
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_KEY = re.compile(r"^(?![QAC]:)[\w\"'][^:\n]*:(?:[ \t]|$)", re.MULTILINE)
_CARD = re.compile(r"\s*(?:\*\*|__)?[QC](?:\*\*|__)?[:：]")
_HASH = re.compile(r"\s*#{1,6}\s")  # a heading in Markdown, a comment in YAML
_LARGEST = 50_000  # characters; read in 0.2 s


@dataclass(slots=True)
class FrontMatter:
    """What a file says at its top. `end` is where the text below begins; `unread` is what is wrong
    where it could not be read, or not all of it; `meant` are the keys that seem to be misspelt."""

    end: int = 0
    said: Said = field(default_factory=Said)
    title: Setting | None = None
    unread: tuple[Diagnostic, ...] = ()
    meant: set[str] = field(default_factory=set)

    def wants(self, source: Source, *keys: str) -> bool:
        """Whether one of the keys seems to be there, also where it could not be read."""
        return bool(re.search(rf"^(?:{'|'.join(keys)})\s*:", source.text[: self.end], re.MULTILINE))


def read(source: Source, told: Told) -> FrontMatter:
    """The front matter of a file: nothing where there is none."""
    text = source.text
    first = text[:10].partition("\n")[0]
    if first.rstrip(" \t") != "---":
        return FrontMatter()
    begin = text.find("\n") + 1
    if not begin:
        return FrontMatter()
    closing = _CLOSING.search(text, begin)
    if closing is None:
        if not _KEY.match(text, begin):
            return FrontMatter()  # a line between cards
        message, hint = "the front matter is never closed", 'put a line "---" below it'
        told.tell(rules.OPEN_FRONT_MATTER, message, 0, 3, hint)
        return FrontMatter(len(first))
    part = text[begin : closing.start()]
    airy = re.search(r"^[ \t]*\n", part, re.MULTILINE)
    if _CARD.match(part) or ((airy or _HASH.match(part)) and not _KEY.search(part)):
        return FrontMatter()  # study text between two lines
    found = FrontMatter(closing.end())
    if all(not line or line.isspace() or line[0] == "#" for line in part.split("\n")):
        return found
    tree = Tree(source, (begin, closing.start()), 'write "key: value" lines', _LARGEST)
    root = tree.read()
    if root is None:
        found.unread = tuple(tree.found)
        return found
    reader = _Reader(source, found, told)
    reader.read(root)
    found.unread = tuple(filter(reader.concerns, tree.found))
    return found


class _Reader:
    def __init__(self, source: Source, found: FrontMatter, told: Told) -> None:
        self.source, self.found, self.told = source, found, told
        self.ours: list[tuple[int, int]] = []  # where what concerns us stands

    def concerns(self, diagnostic: Diagnostic) -> bool:
        """Whether something is wrong with what is ours."""
        span = diagnostic.span
        assert span is not None
        named = self.source.text[span.start : span.end].lower()
        return named in OURS or any(a <= span.start <= b for a, b in self.ours)

    def read(self, root: Node) -> None:
        settings: list[Setting] = []
        there = {key.lower() for key in root.items}
        for key, node in root.items.items():
            name = "tags" if key.lower() == "tag" else key.lower()
            if name == "title":  # also a note's in other programs: nothing in it is wrong
                if node.kind in ("text", "number"):
                    self.found.title = Setting(name, node.raw, node.start, node.end)
            elif name not in OURS:
                self.other(key, node, there)
                continue
            else:
                self.ours.append((node.key[0] if node.key else node.start, node.end))
                if name == "tags" and node.kind == "list":
                    for item in node.items.values():
                        settings += self.setting("tag", item)
                else:
                    settings += self.setting(name, node)
        self.found.said.take(settings, self.told)

    def setting(self, name: str, node: Node) -> list[Setting]:
        if node.kind in ("text", "number"):
            return [Setting(name, node.raw, node.start, node.end)]
        if node.kind == "nothing":
            if name not in ("tags", "tag"):
                message = f"{quoted(name)} has no value and says nothing"
                self.told.tell(rules.OTHER_KEY, message, *node.place, "write a value behind it")
        elif node.kind != "refused":  # which has been told
            message = f"expected text, found {FOUND[node.kind]}"
            self.told.tell(WRONG_TYPE, message, *node.place, trap(node) or "write one text here")
        return []

    def other(self, key: str, node: Node, there: set[str]) -> None:
        """Tell of a key that is none of ours. A misspelt one holds what ours would hold, and ours
        is not there."""
        place = node.key or (node.start, node.end)
        name = _misspelt(key)
        holds = ("text", "number", "list") if name == "tags" else ("text", "number")
        if name and name not in there and node.kind in holds:
            self.found.meant.add(name)
            message = f"{quoted(key)} is no key of deckwright's, but nearly one, and says nothing"
            self.told.tell(rules.NEAR_KEY, message, *place, f"did you mean {quoted(name)}?")
        elif key.lower() not in _THEIRS:
            message = f"{quoted(key)} is no key of deckwright's and is left alone"
            self.told.tell(rules.OTHER_KEY, message, *place, _suggested(key))


@lru_cache(maxsize=1000)  # the files of a vault have the same keys
def _suggested(key: str) -> str:
    return did_you_mean(key[:30].lower(), OURS)


@lru_cache(maxsize=1000)
def _misspelt(key: str) -> str:
    """The key of ours that is meant by one which differs from it in a letter, or in the order of
    two; "" where it may be a word of its own."""
    word = key[:30].lower()
    if meant := _MEANT.get(re.sub(r"[\s_-]", "", word)):
        return meant
    for ours, others in _OTHER_WORDS.items():
        if word.isalpha() and _is_slip(word, ours) and word not in others.split():
            return ours
    return ""


def _is_slip(word: str, meant: str) -> bool:
    if sorted(word) == sorted(meant):  # two letters have changed places
        first = next((at for at, (a, b) in enumerate(zip(word, meant, strict=True)) if a != b), -1)
        swapped = meant[:first] + meant[first : first + 2][::-1] + meant[first + 2 :]
        return first >= 0 and word == swapped
    if word[:1] != meant[0] or abs(len(word) - len(meant)) > 1:
        return False
    long, short = (word, meant) if len(word) > len(meant) else (meant, word)
    at = next(
        (at for at, (a, b) in enumerate(zip(long, short, strict=False)) if a != b), len(short)
    )
    return long[at + 1 :] in (short[at:], short[at + 1 :])
