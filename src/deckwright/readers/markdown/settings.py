"""What a Markdown text says about its notes beside their text: in front matter, in comments such as
`<!-- id: … -->`, in `{#id .tag}`, as `#tags` and as `^block-id`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from deckwright import naming
from deckwright.naming import Mistake
from deckwright.note import Guid
from deckwright.readers.markdown.rules import Told


class Setting(NamedTuple):
    """One thing that is said: what (`id`, `anchor`, `guid`, `deck`, `type`, `tags`, `tag`, `class`,
    `block`),
    the words, and where they stand."""

    what: str
    words: str
    start: int
    end: int


@dataclass(slots=True)
class Said:
    """What is said of a note, or of all notes below a heading, checked. `block` is the name that a
    `^block-id` gives inside its file, `identity` where the id or the GUID stands: not of an anchor
    such as `{#id}`, which is common in texts that have no cards."""

    id: str = ""
    guid: Guid | None = None
    block: str = ""
    deck: str = ""
    type: str = ""
    tags: list[str] = field(default_factory=list)
    identity: tuple[int, int] = (0, 0)

    def take(self, settings: Sequence[Setting], told: Told) -> None:
        """Add what settings say, and tell what is wrong with them. What is said first counts."""
        for setting in settings:
            try:
                self._take(setting)
            except Mistake as mistake:
                start = min(setting.start + mistake.at, setting.end)
                told.tell(mistake.rule, str(mistake), start, setting.end, mistake.hint)

    def _take(self, setting: Setting) -> None:
        what, words, start, end = setting
        if what in ("id", "anchor") and not self.id:
            self.id = naming.note_id(words)
            self.identity = (start, end) if what == "id" else self.identity
        elif what == "guid" and not self.guid:
            self.guid, self.identity = Guid(naming.guid(words)), (start, end)
        elif what == "block":
            self.block = self.block or words
        elif what == "deck" and not self.deck:
            below = "::" if words.startswith("::") else ""  # the source's own deck
            self.deck = below + naming.deck(words[len(below) :])
        elif what == "type" and not self.type:
            self.type = naming.text(words).strip()
        elif what in ("tags", "tag", "class"):
            for word in _words(words) if what == "tags" else (words,):
                if word.lstrip("#") in TYPES:
                    self.type = self.type or TYPES[word.lstrip("#")]
                else:
                    self.tags.append(tag(word))

    def give_identity(self) -> Said:
        """Take the identity away: for the one note that it is meant for."""
        if not (self.id or self.guid or self.block):
            return NOTHING
        given = Said(self.id, self.guid, self.block, identity=self.identity)
        self.id, self.guid, self.block = "", None, ""
        return given


NOTHING = Said()
"""What is said where nothing is. Never changed."""
TYPES = {"reversed": "Basic (reversed)", "type-in": "Type-in"}
"""The tags that say of which note type a note is."""

_TAG = r"#[^\s#.,;:!?()\[\]{}<>\"'`*|\\^&%$@=+~]+"
_TAGS = re.compile(_TAG)
_NO_NUMBER = re.compile(r"[^\d/_-]")
_SETTING = re.compile(r"\s*(id|guid|tags?|type|deck)[ \t]*[:：]", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"(?:#(?P<id>[^\s{}=#.][^\s{}]*)|\.(?P<class>[^\s{}=#.][^\s{}]*)"
    r"|(?P<key>id|guid|tags?|type|deck)=(?:\"(?P<quoted>[^\"]*)\"|(?P<bare>[^\s\"]+)))(?:\s+|$)"
)
_BLOCK = re.compile(r"\^([A-Za-z0-9-]{2,64})")
_MARK = re.compile(r"[#^}>]")
_NEAR = 400  # characters; what is longer is no attribute, tag or comment behind a heading


def tag(word: str) -> str:
    """A tag as Anki writes it, of one as it stands in notes: `#a/b` is `a::b`. Raises `Mistake`."""
    return naming.tag(word.lstrip("#").strip("/").replace("/", "::"))


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _is_tag(found: str) -> bool:
    return bool(_NO_NUMBER.search(found, 1)) and "//" not in found and "::" not in found


def tags_of_line(text: str, start: int, end: int) -> tuple[Setting, ...]:
    """The tags of a line of nothing but tags; none where it is more or less than that."""
    found = []
    for word in _words(text[start:end]):
        if not _TAGS.fullmatch(word) or not _is_tag(word):
            return ()
        start = text.index(word, start) + len(word)
        found.append(Setting("tag", _name(word), start - len(word), start))
    return tuple(found)


def _name(found: str) -> str:
    return found[1:].strip("/")


def of_comment(text: str, start: int, end: int) -> tuple[Setting, ...]:
    """What a comment says that stands between two offsets: a setting on each of its lines. Nothing
    where it is a comment as any other."""
    found = []
    if end - start > 10 * _NEAR:
        return ()
    for line in text[start:end].split("\n"):
        if line.strip():
            match = _SETTING.match(line)
            if not match:
                return ()
            words = line[match.end() :].strip()
            at = start + match.end() + line[match.end() :].find(words)
            what = "tags" if match[1].lower() == "tag" else match[1].lower()
            found.append(Setting(what, words, at, at + len(words)))
        start += len(line) + 1
    return tuple(found)


def off_end(
    text: str, start: int, end: int, *, tags: bool, attributes: bool
) -> tuple[int, tuple[Setting, ...]]:
    """What is said behind a text: where the text itself ends, and the settings, in their order.
    Comments with settings and a `^block-id` may stand behind any text, `tags` behind some, and
    `{attributes}`, and comments of any kind, behind what asks."""
    found: list[tuple[Setting, ...]] = []
    end = _stripped(text, start, end)
    if not _MARK.search(text, max(start, end - _NEAR), end):  # as behind most texts
        return end, ()
    while end > start and len(found) < 50:
        peeled = _last(text, start, end, tags=tags, attributes=attributes)
        if peeled is None:
            break
        end, said = peeled
        found.append(said)
        end = _stripped(text, start, end)
    return end, tuple(setting for said in reversed(found) for setting in said)


def _stripped(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


def _last(
    text: str, start: int, end: int, *, tags: bool, attributes: bool
) -> tuple[int, tuple[Setting, ...]] | None:
    near = max(start, end - _NEAR)
    if text.endswith("-->", near, end):
        at = text.rfind("<!--", near, end)
        said = of_comment(text, at + 4, end - 3) if at >= 0 else ()
        return (at, said) if said or (attributes and at >= 0) else None
    if attributes and text[end - 1] == "}":
        at = text.rfind("{", near, end)
        said = _attributes(text, at + 1, end - 1) if at >= 0 else ()
        return (at, said) if said else None
    if text[end - 1].isspace():
        return None
    at = max(text.rfind(blank, near, end) for blank in " \t\n") + 1 or near
    word = text[at:end]
    if at == near > start:
        return None
    if match := _BLOCK.fullmatch(word):
        name = match[1]
        if not name.isdigit() or len(name) > 5:
            return at, (Setting("block", name, at + 1, end),)
    if tags and _TAGS.fullmatch(word) and _is_tag(word):
        return at, (Setting("tag", _name(word), at, end),)
    return None


def off_start(text: str, start: int, end: int) -> tuple[int, tuple[Setting, ...]]:
    """The tags before a title: where the title begins, and the tags."""
    found: list[Setting] = []
    while len(found) < 50 and (match := _TAGS.match(text, start, end)):
        after = match.end()
        if not _is_tag(match[0]) or (after < end and not text[after].isspace()):
            break
        found.append(Setting("tag", _name(match[0]), match.start(), after))
        start = after
        while start < end and text[start].isspace():
            start += 1
    return start, tuple(found)


def _attributes(text: str, start: int, end: int) -> tuple[Setting, ...]:
    """What `{#id .tag type="Type-in"}` says; nothing where the braces are something else."""
    found: list[Setting] = []
    while start < end and text[start].isspace():
        start += 1
    while start < end:
        match = _ATTRIBUTE.match(text, start, end)
        if not match:
            return ()
        found += _of_attribute(match)
        start = match.end()
    return tuple(found)


def _of_attribute(match: re.Match[str]) -> Iterator[Setting]:
    for group in ("id", "class", "quoted", "bare"):
        if match[group] is not None:
            key = match["key"] or {"id": "anchor"}.get(group, group)
            what = "tags" if key == "tag" else key
            yield Setting(what, match[group], *match.span(group))
