"""The values of a `notetype.yaml`, and what is wrong with each by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, cast

from deckwright.naming import EMPTY, did_you_mean, quoted, several
from deckwright.notetypes.rules import BAD_ID
from deckwright.yamltext import FOUND, LIMIT, UNKNOWN_KEY, WRONG_TYPE, Node, Tree, trap

_MOST: Final = 500  # fields, templates, files: a real note type has some twenty
_SUGGESTED: Final = 20  # mistakes for which a near word is sought

CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""What is not to be seen in a name."""


class Values:
    """Takes the values of a tree, and tells it where they are something else."""

    def __init__(self, tree: Tree) -> None:
        self.tell = tree.tell
        self._suggested = 0

    def keys(self, node: Node, known: Sequence[str]) -> None:
        for key, item in node.items.items():
            if key not in known:
                hint = self.near(key, known) or f"the keys here are {several(known)}"
                self.tell(UNKNOWN_KEY, f"unknown key {quoted(key)}", item.key or item.place, hint)

    def near(self, word: str, words: Sequence[str]) -> str:
        """A hint at the word that may be meant."""
        self._suggested += 1
        return did_you_mean(word, words) if self._suggested <= _SUGGESTED else ""

    def wrong(self, node: Node, expected: str, hint: str) -> None:
        """Tell of a value that is something else."""
        if node.kind == "refused":
            return  # told already
        if node.kind == "nothing":
            self.tell(EMPTY, "the value is empty", node.place, f"write {expected}")
            return
        message = f"expected {expected}, found {FOUND[node.kind]}"
        self.tell(WRONG_TYPE, message, node.place, hint)

    def text(self, node: Node | None, what: str) -> str:
        """The text of a value, "" where it is none."""
        if node is None or node.kind != "text":
            if node is not None:
                self.wrong(node, "text", trap(node) or "write one text here")
            return ""
        if not node.value.strip():
            self.tell(EMPTY, f"the {what} is empty", node.place, "write something")
            return ""
        return cast(str, node.value)

    def items(self, node: Node | None, what: str) -> list[Node]:
        """The items of a list."""
        if node is None:
            return []
        if node.kind != "list":
            self.wrong(node, "a list", 'write its items below, each after "- "')
            return []
        if not node.items:
            self.tell(EMPTY, f"there are no {what}", node.place, "write at least one")
        if len(node.items) > _MOST:
            message = f"there are {len(node.items):,} {what}, and {_MOST} are read"
            self.tell(LIMIT, message, node.place, "make more than one note type of it")
        return list(node.items.values())[:_MOST]

    def id(self, node: Node | None, limit: int) -> int:
        """An id, 0 where it is none. Anki's own are up to 19 digits, which YAML may not hold as a
        number: then they are given in quotes."""
        if node is None or node.kind == "refused":
            return 0
        text = str(node.value) if node.kind in ("text", "number") else ""
        number = int(text) if re.fullmatch(r"-?[0-9]{1,19}", text) else 0
        if not number or not -limit <= number < limit or (number < 0 and limit < 2**63):
            hint = "copy it from Anki: deckwright notetype copy --from PACKAGE.apkg"
            self.tell(BAD_ID, f"{quoted(node.raw)} is no id", node.place, hint)
            return 0
        return number
