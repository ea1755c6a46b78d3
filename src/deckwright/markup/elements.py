"""Elements of HTML in the midst of other text: which tags are meant."""

from __future__ import annotations

import re

from deckwright.markup import sanitising


class Next:
    """Where a pattern is found next, behind positions that only grow: linear in the text."""

    def __init__(self, pattern: re.Pattern[str], text: str) -> None:
        self.pattern, self.text, self.found, self.known = pattern, text, -1, -1

    def start(self, position: int) -> int:
        """The offset of its last group at or behind a position; the text's end where it is not."""
        if not (self.known <= position <= self.found) or self.known < 0:
            match = self.pattern.search(self.text, position)
            self.known = position
            self.found = match.start(self.pattern.groups) if match else len(self.text)
        return self.found


class Elements:
    """The elements that a text has, asked for tag by tag from its beginning."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.ends_of: dict[str, Next] = {}
        self.begun = {""}

    def end_of(self, name: str, position: int) -> int:
        """Where the next end tag of an element begins; the text's end where there is none."""
        if name not in self.ends_of:
            pattern = re.compile(rf"</{re.escape(name)}\s*>", re.IGNORECASE)
            self.ends_of[name] = Next(pattern, self.text)
        return self.ends_of[name].start(position)

    def has(self, tag: re.Match[str]) -> bool:
        """Whether a tag is meant, and not named, as in “the <em> element”: it has its partner."""
        if not sanitising.is_element(tag):
            return False
        name = tag["name"].lower()
        if tag["end"]:
            return name in self.begun or name in ("p", "br")
        if name not in sanitising.VOID and name not in sanitising.EMPTY and name.isalnum():
            outer = sanitising.WITHOUT_END.get(name)
            if outer is None:
                if self.end_of(name, tag.end()) == len(self.text):
                    return False
            elif not self.begun.intersection(outer):
                return False
            self.begun.add(name)
        elif name not in ("br", "hr", "wbr") and "=" not in tag["attributes"]:
            return not name.isalnum()
        return True
