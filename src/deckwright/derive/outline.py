"""The outline of a concept: what in its body could be asked.

The blocks of a body become sections (a heading or a lead-in, and what it owns), terms with their
text, lists, and plain sentences. Nothing is judged here and nothing is worded: `derive` does.

Whose is what decides most of the quality. A bold heading before a list owns that list alone;
bold paragraphs after it go on with the lead-in before it; a plain paragraph ends them all. Of a
long lead-in only the last sentence names the section.

All offsets count characters of the body.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from deckwright import blocks
from deckwright.derive.sentences import QUESTION_MARKS, count_words, sentences
from deckwright.derive.wording import COPULAS, DO_VERBS
from deckwright.derive.words import BASE_OF, plain

MAX_TERM_WORDS = 9
_COLON = (":", "：")
_BOLD = re.compile(r"\*\*(?!\s)((?:[^*\n]|\*(?!\*)){1,120})\*\*")
_QUESTION = r"(?P<it>\*?)\*\*(?![\s*])(?P<question>(?:[^*\n]|\*(?!\*)){1,300}[?？])\*\*(?P=it)"
_BOLD_QUESTION = re.compile(rf"{_QUESTION}(?:\s*[:：]|\s+[-–—](?=\s))?\s*(?=\S)")
_NEXT_QUESTION = re.compile(rf"\n(?={_QUESTION})")
_AFTER_BOLD = re.compile(
    r"(?P<aside> \([^()\n]{1,80}\))?(?P<mark>\s?[:：]\s*|\s+[-–—]\s+|\s+(?=[^\s]))"
)
_NAME = r"(?:[^:：.!?\n*]|[.!?](?=[^\s:])|\*(?!\*)){1,80}?"
_PLAIN_COLON = re.compile(rf"({_NAME})(?::\s+|：\s*)(?=\S)")
_PLAIN_DASH = re.compile(rf"({_NAME})\s+[-–—]\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, or the last sentence of a lead-in (`lead`): its text without the closing colon.
    `outer` is the heading above a lead-in, `subject` the bold subject of its paragraph."""

    text: str
    start: int
    end: int
    lead: bool = False
    outer: Section | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A term and what is said about it. `form` says how the two were joined: `colon`, `dash`,
    `subject` (the bold subject of a sentence, which `text` then begins with), `question` (the
    text answers it), `heading`, or `above` (nothing but the blocks under the item).

    `text` stands at `start:end` of the body where `exact`; `more` is what follows it and is still
    its own."""

    name: str
    text: str
    form: str
    start: int
    end: int
    more: str = ""
    more_start: int = 0
    section: Section | None = None
    item_start: int = 0

    def exact(self, body: str) -> bool:
        return body[self.start : self.end] == self.text


@dataclass(frozen=True, slots=True)
class Members:
    """A list, or a run of bold paragraphs or headings under one lead-in: what may be asked as a
    whole. `terms` are its items where they have terms, `texts` all items as they stand."""

    section: Section | None
    texts: tuple[str, ...]
    terms: tuple[Term, ...]
    ordered: bool
    start: int
    end: int
    plain_list: bool


@dataclass(frozen=True, slots=True)
class Prose:
    """Running text that belongs to no term."""

    text: str
    start: int
    section: Section | None


@dataclass(slots=True)
class Outline:
    terms: list[Term] = field(default_factory=list)
    lists: list[Members] = field(default_factory=list)
    prose: list[Prose] = field(default_factory=list)
    paragraphs: list[Prose] = field(default_factory=list)
    bare: list[tuple[Section, str]] = field(default_factory=list)


def outline(body: str) -> Outline:
    """What could be asked about a body, in its order."""
    return _Reader(body).run()


def split_term(text: str) -> tuple[str, str, int] | None:
    """The term at the beginning of an item or a paragraph, the form, and where its text begins
    (0 for a bold subject, which is part of its sentence). None where there is none."""
    question = _BOLD_QUESTION.match(text)
    if question and any(map(str.isalnum, question["question"])):
        return question["question"].strip(), "question", question.end()
    bold = _BOLD.match(text)
    if bold:
        name = bold[1].strip()
        if name.endswith(_COLON):
            start = _skip_space(text, bold.end())
            return (name.rstrip(":： "), "colon", start) if start < len(text) else None
        after = _AFTER_BOLD.match(text, bold.end())
        if not after or after.end() >= len(text):
            return None
        mark = after["mark"].strip()
        if mark and mark in ":：":
            return name + (after["aside"] or ""), "colon", after.end()
        if mark:
            return name + (after["aside"] or ""), "dash", after.end()
        return (name, "subject", 0) if _is_verb(text, after.end()) else None
    for pattern, form in ((_PLAIN_COLON, "colon"), (_PLAIN_DASH, "dash")):
        match = pattern.match(text)
        if match and len(match[1].split()) <= MAX_TERM_WORDS and match[1].count("`") % 2 == 0:
            return match[1].strip(), form, match.end()
    return None


_FIRST_WORD = re.compile(r"[^\W\d_]+")


def _is_verb(text: str, at: int) -> bool:
    word = _FIRST_WORD.match(text, at)
    return word is not None and (word[0] in COPULAS or word[0] in BASE_OF or word[0] in DO_VERBS)


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _dedent(text: str) -> str:
    """Blocks under an item, moved to the margin."""
    lines = text.strip("\n").split("\n")
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    depth = min(indents, default=0)
    return "\n".join(line[depth:].rstrip() for line in lines).strip()


class _Reader:
    def __init__(self, body: str) -> None:
        self.body = body
        self.blocks = blocks.parse(body)
        self.out = Outline()
        self.lead: Section | None = None  # what bold paragraphs and headings stand under
        self.run_of: list[Term] = []
        self.run_style = ""
        self.answers: set[int] = set()  # blocks that belong to the answer above them

    def run(self) -> Outline:
        at = 0
        self.out.paragraphs.extend(
            Prose(block.text, block.start, None)
            for block in self.blocks
            if isinstance(block, blocks.Paragraph)
        )
        while at < len(self.blocks):
            block = self.blocks[at]
            if isinstance(block, blocks.Heading):
                at = self.heading(at, block)
            elif at in self.answers:
                at += 1
            elif isinstance(block, blocks.List):
                self.list(block, self.lead_of(at))
                at += 1
            elif isinstance(block, blocks.Paragraph):
                self.paragraph(at, block, None)
                at += 1
            else:
                at += 1
        self.end_run()
        return self.out

    def next(self, at: int) -> blocks.Block | None:
        return self.blocks[at + 1] if at + 1 < len(self.blocks) else None

    def lead_of(self, at: int) -> Section | None:
        """The lead-in directly above the list at `at`."""
        before = self.blocks[at - 1] if at else None
        if isinstance(before, blocks.Paragraph) and _leads(before.text, next_is_list=True):
            return _lead(before, self.under)
        return None

    under: Section | None = None  # the heading whose text is being read

    # Headings ------------------------------------------------------------------------------

    def heading(self, at: int, block: blocks.Heading) -> int:
        """Read a heading and what it owns; say where to go on."""
        section = Section(block.text, block.start, block.end)
        following = self.next(at)
        if isinstance(following, blocks.List):
            # This list alone; and then the outer lead-in goes on.
            self.list(following, section)
            return at + 2
        if not isinstance(following, blocks.Paragraph | blocks.Code):
            self.out.bare.append((section, "nothing stands under it"))
            return at + 1
        if isinstance(following, blocks.Paragraph) and self.colon_term(following.text):
            self.end_run()
            self.lead = section
            return at + 1
        end = at + 1
        while end < len(self.blocks) and self.belongs(end):
            end += 1
        self.heading_term(section, at + 1, end)
        self.under = section
        for inner in range(at + 1, end):
            inner_block = self.blocks[inner]
            if isinstance(inner_block, blocks.Paragraph):
                self.plain_paragraph(inner, inner_block, section)
            elif isinstance(inner_block, blocks.List):
                self.list(inner_block, self.lead_of(inner))
        self.under = None
        return end

    def belongs(self, at: int) -> bool:
        """Whether a block still stands under the heading above it."""
        block = self.blocks[at]
        if isinstance(block, blocks.Heading):
            return False
        if not isinstance(block, blocks.Paragraph):
            return True
        before = self.blocks[at - 1]
        if isinstance(before, blocks.Heading):
            return True
        if split_bold(block.text):
            return False
        # Text after a list or another paragraph mostly goes on with the whole page, unless it
        # leads in to a list of its own, as in `Examples:`.
        if isinstance(before, blocks.Paragraph) and not _leads(before.text, next_is_list=False):
            return _leads(block.text, False) and isinstance(self.next(at), blocks.List)
        return False

    def heading_term(self, section: Section, first: int, end: int) -> None:
        start = self.blocks[first].start
        paragraph = self.blocks[first]
        stop, cut = self.blocks[end - 1].end, paragraph.end
        if (
            end - first > 1
            and isinstance(paragraph, blocks.Paragraph)
            and _leads(paragraph.text, True)
        ):
            cut = start + sentences(paragraph.text)[-1][0]  # the lead-in belongs to its list
            if cut == start:
                self.out.bare.append((section, "its text only leads in to a list"))
                return
        text = self.body[start:cut].rstrip()
        more = self.body[start + len(text) : stop].strip()
        more_start = _skip_space(self.body, start + len(text))
        asks = section.text.endswith(QUESTION_MARKS)
        term = Term(
            section.text, text, "question" if asks else "heading", start, start + len(text), more,
            more_start, self.lead, section.start,
        )  # fmt: skip
        self.out.terms.append(term)
        if self.lead and not asks:
            self.run_of.append(term)

    # Paragraphs ----------------------------------------------------------------------------

    def colon_term(self, text: str) -> bool:
        bold = split_bold(text)
        return bool(bold and bold[1] != "subject")

    def questions(self, at: int, block: blocks.Paragraph) -> None:
        """The questions of a paragraph that begins with one, each on a line of its own. An answer
        that ends in a colon goes on with the list or the code below it."""
        starts = [match.end() for match in _NEXT_QUESTION.finditer(block.text)]
        for begin, end in pairwise((0, *starts, len(block.text))):
            text = block.text[begin:end].rstrip()
            found = split_bold(text)
            if not found:
                continue
            start, stop = block.start + begin, block.start + begin + len(text)
            below = self.next(at) if end == len(block.text) and text.endswith(_COLON) else None
            if isinstance(below, blocks.List | blocks.Code):
                stop = below.end
                self.answers.add(at + 1)
            answer = start + found[2]
            said = self.body[answer:stop]
            term = Term(
                found[0], said, "question", answer, stop, section=self.lead, item_start=start
            )
            self.out.terms.append(term)

    def paragraph(self, at: int, block: blocks.Paragraph, section: Section | None) -> None:
        bold = split_bold(block.text)
        following = self.next(at)
        if bold and bold[1] == "question":
            self.questions(at, block)
            return
        if bold and not (bold[1] == "subject" and self.lead_in(at, block)):
            name, form, offset = bold
            style = "subject" if form == "subject" else "colon"
            if self.run_of and style != self.run_style:
                self.close_lead()
            self.run_style = style
            text = block.text[offset:]
            term = Term(
                name, text, form, block.start + offset, block.end, section=self.lead,
                item_start=block.start,
            )  # fmt: skip
            self.out.terms.append(term)
            self.run_of.append(term)
            return
        if bold:  # a bold subject whose paragraph leads in to a list
            name, _, _ = bold
            cut = sentences(block.text)[-1][0]
            text = block.text[:cut].rstrip() if cut else block.text.rstrip(":： ")
            self.close_lead()
            self.out.terms.append(
                Term(name, text, "subject", block.start, block.start + len(text),
                     item_start=block.start)
            )  # fmt: skip
            return
        self.close_lead()
        if self.lead_in(at, block) and not isinstance(following, blocks.List):
            self.lead = _lead(block, self.under)
        self.plain_paragraph(at, block, section)

    def lead_in(self, at: int, block: blocks.Paragraph) -> bool:
        following = self.next(at)
        if not _leads(block.text, isinstance(following, blocks.List)):
            return False
        return isinstance(following, blocks.List | blocks.Heading) or (
            isinstance(following, blocks.Paragraph) and self.colon_term(following.text)
        )

    def plain_paragraph(self, at: int, block: blocks.Paragraph, section: Section | None) -> None:
        text = block.text
        if _leads(text, isinstance(self.next(at), blocks.List)):
            parts = sentences(text)
            text = text[: parts[-1][0]].rstrip() if parts else text
        if text:
            self.out.prose.append(Prose(text, block.start, section))

    def close_lead(self) -> None:
        self.end_run()
        self.lead = None

    def end_run(self) -> None:
        """A run of bold paragraphs or headings is a list, too."""
        run, self.run_of = self.run_of, []
        if len(run) > 1:
            texts = tuple(plain(term.name) for term in run)
            self.out.lists.append(
                Members(
                    run[0].section, texts, tuple(run), False, run[0].item_start, run[-1].end, False
                )
            )

    # Lists ---------------------------------------------------------------------------------

    def list(self, block: blocks.List, section: Section | None) -> None:
        terms = self.list_terms(block, section)
        self.out.terms.extend(terms)
        if any(term.form == "question" for term in terms):
            return  # questions are no list that one could recite
        texts = tuple(item.text for item in block.items)
        self.out.lists.append(
            Members(section, texts, tuple(terms), block.ordered, block.start, block.end, True)
        )

    def list_terms(self, block: blocks.List, section: Section | None) -> Sequence[Term]:
        split = [split_term(item.text) for item in block.items]
        bold = [item.text.startswith("**") for item in block.items]
        with_colon = [
            bool(parts and plain(parts[0])) or _is_above(item)
            for item, parts in zip(block.items, split, strict=True)
        ]
        # Where only some items have a colon it is a colon inside a sentence.
        trusted = all(with_colon)
        terms: list[Term] = []
        for item, parts, is_bold in zip(block.items, split, bold, strict=True):
            if parts and plain(parts[0]) and (trusted or is_bold):
                terms.append(self.item_term(item, parts, section))
            elif _is_above(item) and trusted:
                terms.append(self.above_term(item, section))
        return terms

    def item_term(
        self, item: blocks.Item, parts: tuple[str, str, int], section: Section | None
    ) -> Term:
        name, form, offset = parts
        more, more_start = self.under_item(item)
        start = item.start + offset
        text = item.text[offset:]
        return Term(name, text, form, start, item.end, more, more_start, section, item.start)

    def above_term(self, item: blocks.Item, section: Section | None) -> Term:
        more, more_start = self.under_item(item)
        name = plain(item.text).rstrip(":： ")
        return Term(
            name, more, "above", more_start, more_start + len(more), section=section,
            item_start=item.start,
        )  # fmt: skip

    def under_item(self, item: blocks.Item) -> tuple[str, int]:
        if not item.children:
            return "", item.end
        start, end = item.children[0].start, item.children[-1].end
        # From the beginning of its line, so that all lines are indented alike.
        line = max(self.body.rfind("\n", 0, start) + 1, item.end)
        return _dedent(self.body[line:end]), _skip_space(self.body, line)


def _is_above(item: blocks.Item) -> bool:
    """Whether an item is a short name with blocks under it."""
    return bool(item.children) and count_words(item.text) <= 5 and "\n" not in item.text


def split_bold(text: str) -> tuple[str, str, int] | None:
    """As `split_term`, for paragraphs: only a bold beginning makes a term there."""
    return split_term(text) if text.startswith("**") else None


def _leads(text: str, next_is_list: bool) -> bool:
    """Whether a paragraph leads in to what follows: it ends in a colon, or it is a short line
    without any closing mark directly above a list."""
    text = text.rstrip("* ")
    if text.endswith(_COLON):
        return True
    return (
        next_is_list
        and not text.endswith((".", "!", "?", "。", ";", ","))
        and count_words(text) <= 8
    )


def _lead(block: blocks.Paragraph, outer: Section | None) -> Section:
    parts = sentences(block.text)
    start = parts[-1][0] if parts else 0
    text = block.text[start:].rstrip("*:： ")
    bold = split_bold(block.text)
    subject = plain(bold[0]) if bold and start else ""
    return Section(plain(text), block.start + start, block.end, True, outer, subject)
