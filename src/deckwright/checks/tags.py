"""Checks of tags: what Anki takes for another tag than the one that was written."""

from __future__ import annotations

import os.path
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from deckwright.checks.subject import Subject
from deckwright.diagnostics import Diagnostic, Edit, Rule, Severity
from deckwright.naming import quoted, several
from deckwright.note import Note
from deckwright.source import Source, Span

TAG_CASE = Rule(
    "G001",
    "tag-case",
    Severity.WARNING,
    "Anki takes tags that differ in capitals alone for one, and which spelling each learner gets "
    "is chance.",
    "Write the tag in one way everywhere.",
    {
        "bees.md": "# Bees\n\nQ: Who lays the eggs?\nA: The queen.\n<!-- tags: castes -->\n\n"
        "Q: Who builds the comb?\nA: The workers.\n<!-- tags: Castes -->\n"
    },
    {
        "bees.md": "# Bees\n\nQ: Who lays the eggs?\nA: The queen.\n<!-- tags: castes -->\n\n"
        "Q: Who builds the comb?\nA: The workers.\n<!-- tags: castes -->\n"
    },
    fixable=True,
)
ODD_TAG = Rule(
    "G002",
    "odd-tag",
    Severity.WARNING,
    "Anki parts tags at blanks alone, gives some signs a meaning when one searches for a tag, and "
    "keeps a few tags for itself.",
    "Use letters, digits, `-`, `_` and `::` in tags.",
    {"stars.yaml": "notes:\n  - {Front: Which star is red?, Back: Mira, tags: ['sky;stars']}\n"},
    {"stars.yaml": "notes:\n  - {Front: Which star is red?, Back: Mira, tags: [sky, stars]}\n"},
)
SPLIT_TAG = Rule(
    "G003",
    "split-tag",
    Severity.WARNING,
    "A tag has no blanks: between commas, two words are two tags all the same.",
    "Join the words of one tag with `-` or `_`.",
    {"tea.md": "---\ntags: black tea, drinks\n---\n\nQ: What is black tea?\nA: Oxidised tea.\n"},
    {"tea.md": "---\ntags: black-tea, drinks\n---\n\nQ: What is black tea?\nA: Oxidised tea.\n"},
)

_MANY: Final = 100  # places at which one tag is told
_NEAR: Final = 4000  # characters: a longer comment says no tags


# Where tags stand ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Word:
    """A tag as it stands in a source, and its place."""

    tag: str
    span: Span


# A key for tags: in front matter, in YAML, in deck.yaml, in a comment of Markdown, in braces. What
# is sought begins with letters, which is much faster than all that may stand before them.
_KEY = re.compile(r"ags?[\"']?[ \t]*[:：=][ \t]*")
_BEFORE_KEY = re.compile(r"(?:^|([{,]|<!--))[ \t]*(?:-[ \t]+)*[\"']?[tT]\Z", re.MULTILINE)
_TOKEN = re.compile(r"[^\s,\[\]{}\"']+|(?<=[^\s,\[\]{}\"'])[\"']")
_HASH = re.compile(r"(?<!\S)#([^\s#.,;:!?()\[\]{}<>\"'`*|\\^&%$@=+~]+)")
_CLASS = re.compile(r"\{[^{}\n]{0,400}\}")
_DOT = re.compile(r"(?<=[\s{])\.([^\s{}=#.][^\s{}]*)")


def _values(text: str) -> Iterator[tuple[int, int]]:
    """Where the values of keys for tags stand: on the line, in brackets, or in the list below."""
    for key in _KEY.finditer(text):
        line = text.rfind("\n", max(0, key.start() - _NEAR), key.start()) + 1
        before = _BEFORE_KEY.search(text, max(line, key.start() - 40), key.start())
        if before is None:
            continue
        start = key.end()
        line_end = text.find("\n", start)
        line_end = line_end if line_end >= 0 else len(text)
        if text.startswith("[", start):
            end = text.find("]", start, start + _NEAR)
            yield start, end if end >= 0 else line_end
        elif before[1] == "<!--":
            end = text.find("-->", start, start + _NEAR)
            yield start, end if end >= 0 else line_end
        elif text[start:line_end].split("#")[0].strip():
            stop = (_END_INSIDE if before[1] else _END).search(text, start, line_end)
            yield start, stop.start() if stop else line_end
        else:
            while item := _ITEM.match(text, line_end + 1):
                line_end = item.end()
                yield item.span(1)


_END = re.compile(r"(?=[ \t]#)")
_END_INSIDE = re.compile("[},]")
_ITEM = re.compile(r"[ \t]*-[ \t]+([^\n#]*)[^\n]*")


def _head(source: Source) -> int:
    """Where the front matter of a Markdown file ends; 0 where there is none."""
    if not source.text.startswith("---"):
        return 0
    closing = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE).search(source.text, 3)
    return closing.end() if closing else 0


def _in_comment(text: str, at: int) -> bool:
    """Whether a place of a Markdown text lies in a comment that says tags."""
    near = max(0, at - _NEAR)
    return text.rfind("<!--", near, at) > text.rfind("-->", near, at)


def _words(source: Source) -> Iterator[_Word]:
    """The tags of a source that has keys for them, each at its place: of YAML and of Markdown."""
    text, suffix = source.text, os.path.splitext(source.path)[1].lower()
    markdown = suffix in (".md", ".markdown")
    head = _head(source) if markdown else len(text)
    for start, end in _values(text):
        if start > head and not _in_comment(text, start):
            continue
        for token in _TOKEN.finditer(text, start, end):
            tag = token[0].lstrip("#").replace("/", "::") if markdown else token[0]
            yield _Word(tag, source.span(*token.span()))
    if markdown:
        for match in _HASH.finditer(text, head):
            yield _Word(match[1].strip("/").replace("/", "::"), source.span(*match.span(1)))
        for braces in _CLASS.finditer(text, head):
            for dot in _DOT.finditer(text, *braces.span()):
                yield _Word(dot[1].replace("/", "::"), source.span(*dot.span(1)))


_CELL = re.compile(r"[^\t;|\"\n]+")
_COMMA_CELL = re.compile(r"[^,\"\n]+")


def _words_of_note(source: Source, note: Note) -> Iterator[_Word]:
    """The tags of a note that stand in its own text: in a table the cell that holds nothing but
    tags of the note, in a page the words that are one. None where that is unsure."""
    if note.span is None:
        return
    start, end = note.span.start, note.span.end
    if os.path.splitext(source.path)[1].lower() in (".html", ".htm", ".xhtml"):
        for tag in note.tags:
            places = list(_whole(source.text, tag, start, end))
            if len(places) == 1:
                yield _Word(tag, source.span(*places[0]))
        return
    tags = frozenset(note.tags)
    cells: list[re.Match[str]] = []
    for pattern in (_CELL, _COMMA_CELL):
        cells = [
            cell
            for cell in pattern.finditer(source.text[start:end])
            if (words := re.split(r"[\s,]+", cell[0].strip(" ,"))) and tags.issuperset(words)
        ]
        if cells:
            break
    if len(cells) == 1:
        for token in re.finditer(r"[^\s,]+", cells[0][0]):
            at = start + cells[0].start() + token.start()
            yield _Word(token[0], source.span(at, at + len(token[0])))


def _whole(text: str, word: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in re.compile(rf"(?<![\w:/-]){re.escape(word)}(?![\w:/-])").finditer(
        text, start, end
    ):
        yield match.span()


class _Places:
    """Finds where tags stand, of all sources of a build."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.notes: dict[str, list[Note]] = {}  # by the tags that they have
        for rendered in subject.written:
            for tag in rendered.note.tags:
                self.notes.setdefault(tag, []).append(rendered.note)
        self.words: dict[str, dict[Span, None]] = {}
        paths = {rendered.note.span.path for rendered in subject.written if rendered.note.span}
        for path, source in subject.texts.items():
            suffix = os.path.splitext(path)[1].lower()
            keyed = suffix in (".md", ".markdown") and path in paths
            if keyed or (suffix in (".yaml", ".yml") and not path.endswith("notetype.yaml")):
                for word in _words(source):
                    self.words.setdefault(word.tag, {})[word.span] = None

    def of(self, tag: str) -> list[tuple[Span | None, str, bool]]:
        """The places of a tag, each with the key of a note that has it there and whether it surely
        is the tag; the notes themselves where no place is found."""
        found: list[tuple[Span | None, str, bool]] = [
            (span, "", True) for span in self.words.get(tag, ())
        ]
        named = {span.path for span, _, _ in found if span}
        for note in self.notes.get(tag, ())[:_MANY]:
            if note.span is None or note.span.path in named:
                continue
            source = self.subject.texts.get(note.span.path)
            words = _words_of_note(source, note) if source else ()
            own = [word.span for word in words if word.tag == tag]
            if own:
                found += ((span, note.key, True) for span in own)
            elif not self.words.get(tag):
                found.append((note.span, note.key, False))
        return found[:_MANY]


# Checks -------------------------------------------------------------------------------------------


def _tags(subject: Subject) -> frozenset[str]:
    together = {rendered.note.tags for rendered in subject.notes}
    return frozenset(tag for tags in together for tag in tags)


def tag_case(subject: Subject) -> Iterator[Diagnostic]:
    """Tags that differ in capitals alone, also where only a tag above is spelt in two ways
    (`bees::queen`, `Bees::drone`): each place where the rarer spelling stands; of two that are as
    common, the later one."""
    tags = _tags(subject)
    spellings: dict[str, set[str]] = {}
    for tag in tags:
        for part in _above(tag):
            spellings.setdefault(part.casefold(), set()).add(part)
    differing = {folded: found for folded, found in spellings.items() if len(found) > 1}
    if not differing:
        return
    places = _Places(subject)
    uses: Counter[str] = Counter()
    for tag, notes in places.notes.items():  # in the order of the sources
        for part in _above(tag):
            uses[part] += len(notes)
    first = {part: at for at, part in enumerate(uses)}
    common = {
        folded: min(found, key=lambda spelt: (-uses[spelt], first.get(spelt, len(first)), spelt))
        for folded, found in differing.items()
    }
    for tag in sorted(tags):
        wrong = [p for p in _above(tag) if common.get(p.casefold(), p) != p]
        if not wrong:
            continue
        right = _spelt(tag, common)
        part, other = wrong[-1], common[wrong[-1].casefold()]
        message = f"the tags {part} and {other} differ in capitals alone"
        for span, key, sure in places.of(tag):
            edits: tuple[Edit, ...] = ()
            if span and sure:
                text = subject.texts[span.path].text[span.start : span.end]
                mended = right.replace("::", "/") if "/" in text and "::" not in text else right
                mark = "#" if text.startswith("#") else ""
                if text.removeprefix("#").casefold() == mended.casefold():
                    edits = (Edit(span, mark + mended),)
            yield Diagnostic(TAG_CASE, message, span, f"write {right}", key, edits=edits)


def _above(tag: str) -> list[str]:
    """A tag and those above it, the highest first."""
    parts = tag.split("::")
    return ["::".join(parts[:depth]) for depth in range(1, len(parts) + 1)]


def _spelt(tag: str, common: Mapping[str, str]) -> str:
    """A tag in the common spelling of each of its parts."""
    spelt = (common.get(above.casefold(), above) for above in _above(tag))
    return "::".join(each.rpartition("::")[2] for each in spelt)


_ODD = re.compile(r"[\"\\*;,()]|^#|^-|^(?:leech|marked|none)$|(?<!:):(?!:)", re.IGNORECASE)
_OWN: Final = {
    "leech": "Anki gives it to cards that are forgotten often",
    "marked": "Anki gives it to notes that a learner marks",
    "none": "searching for it finds the notes without tags",
}


def odd_tag(subject: Subject) -> Iterator[Diagnostic]:
    """A tag with a comma or a semicolon in it, which most likely is two; with a quote, a backslash
    or a `*`, by which one cannot search for it; with a `#` at its beginning; one that Anki uses by
    itself (leech, marked, none); and one with a single colon where another tag has two."""
    tags = _tags(subject)
    odd = sorted(tag for tag in tags if _ODD.search(tag))
    if not odd:
        return
    above = {part for tag in tags if "::" in tag for part in _above(tag)[:-1]}
    places: _Places | None = None
    for tag in odd:
        if told := _oddness(tag, above):
            places = places or _Places(subject)
            what, hint = told
            for span, key, _ in places.of(tag) or [(None, "", False)]:
                yield Diagnostic(ODD_TAG, f"the tag {quoted(tag)} {what}", span, hint, key)


def _oddness(tag: str, above: Iterable[str]) -> tuple[str, str] | None:
    """What is odd about a tag, and the way out."""
    if tag.lower() in _OWN:
        return f"is Anki's own: {_OWN[tag.lower()]}", "give it another name"
    parts = [part for part in re.split(r"[,;]+", tag) if part]
    if len(parts) > 1 or re.search("[,;]", tag):
        hint = "leave the sign out"
        if len(parts) > 1:
            hint = f"write {several(map(quoted, parts))} as tags of their own"
        return "is one tag to Anki, sign and all", hint
    if tag.startswith("#"):
        return "has its # as a part of its name", f"write {tag.lstrip('#')}"
    if found := re.search(r'["\\*]', tag):
        what = "stands for anything" if found[0] == "*" else "ends the search"
        return f"cannot be searched for as it is: {found[0]} {what}", f"leave the {found[0]} out"
    start, colon, rest = tag.partition(":")
    if colon and not rest.startswith(":") and start in above:
        return f"is not below {start}: it has one colon", f"write {start}::{rest}"
    return None


def split_tag(subject: Subject) -> Iterator[Diagnostic]:
    """Words between two commas, of which Anki gets several tags: `tags: black tea, drinks`. Told
    where commas stand between the tags, so that blanks cannot have been meant to."""
    together = {rendered.note.tags for rendered in subject.written}
    if not any(len(tags) > 2 for tags in together):
        return
    tags = _tags(subject)
    for path, source in subject.texts.items():
        suffix = os.path.splitext(path)[1].lower()
        if suffix in (".yaml", ".yml", ".md", ".markdown") and "notetype.yaml" not in path:
            head = _head(source) if suffix.startswith(".m") else len(source.text)
            for start, end in _values(source.text):
                text = source.text[start:end]
                said = start <= head or _in_comment(source.text, start)
                if said and not text.startswith("["):
                    yield from _split(source, start, text, tags, "")
    told: set[Span] = set()
    for rendered in subject.written:
        note = rendered.note
        if len(note.tags) < 3 or note.span is None or note.span in told:
            continue
        if os.path.splitext(note.span.path)[1].lower() not in (".csv", ".tsv"):
            continue
        source = subject.texts[note.span.path]
        told.add(note.span)
        own = frozenset(note.tags)
        for cell in _CELL.finditer(source.text, note.span.start, note.span.end):
            first = _FIRST_WORD.match(cell[0])
            if first and first[1] in own:
                yield from _split(source, cell.start(), cell[0], own, note.key)


_TWO_WORDS = re.compile(r"[^\s,\"'][ \t]+[^\s,\"']")
_FIRST_WORD = re.compile(r"[\s,]*([^\s,]*)")


def _split(
    source: Source, start: int, text: str, tags: frozenset[str], key: str
) -> Iterator[Diagnostic]:
    """The tags of several words in a text of nothing but tags with commas between them."""
    if "," not in text or not _TWO_WORDS.search(text):
        return
    pieces: Sequence[re.Match[str]] = list(re.finditer(r"[^,]+", text.rstrip()))
    words = [word for piece in pieces for word in piece[0].strip("\"' ").split()]
    names = {word.lstrip("#").strip("/").replace("/", "::") for word in words}
    if len(pieces) < 2 or len(words) == len(pieces) or not tags >= names:
        return
    for piece in pieces:
        stripped = piece[0].strip("\"' ")
        own = stripped.split()
        if len(own) > 1:
            at = start + piece.start() + piece[0].index(stripped)
            message = f"{quoted(stripped)} becomes {len(own)} tags: {several(own)}"
            hint = f"write {'-'.join(own)} if it is one, or a comma if not"
            yield Diagnostic(SPLIT_TAG, message, source.span(at, at + len(stripped)), hint, key)


CHECKS = ((TAG_CASE, tag_case), (ODD_TAG, odd_tag), (SPLIT_TAG, split_tag))
