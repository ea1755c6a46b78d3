"""From a page to its notes, and all that is told of it."""

from __future__ import annotations

import os.path
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from deckwright import naming
from deckwright.diagnostics import Diagnostic, Rule, has_errors
from deckwright.note import Field, Key, Note, key_part, slug
from deckwright.readers.html import rules, tree
from deckwright.readers.html.options import KINDS, HtmlOptions
from deckwright.readers.html.pagetext import title, to_page
from deckwright.readers.html.selecting import Chosen, Selectors, choose
from deckwright.readers.html.slices import Page, Piece, blank
from deckwright.readers.html.structure import OWN, Card, find
from deckwright.readers.known import Known
from deckwright.readers.page import FURNITURE
from deckwright.source import Source, Span

_PAGES_OWN = re.compile("|".join(f"(?:{f.pattern})" for f in FURNITURE), re.IGNORECASE)
_DELETION = re.compile(r"\{\{c[\d,]*::")
_MOST = 100  # places of left out text that are told one by one
_MANY = 20  # findings of one kind that are told one by one
_UNCHOSEN = "chosen by no selector"

_Told = list[tuple[int, int, str]]


@dataclass(slots=True)
class _Run:
    """Texts that are in no note and that no note parts: where they stand, whether they belong to
    no card though they are study text, and what they are if they are not."""

    start: int
    end: int
    outside: bool
    reasons: dict[str, None] = field(default_factory=dict)


def _is_own(line: str) -> bool:
    """Whether the page reader, too, would take a line for the page's own."""
    return len(line) < 1000 and bool(_PAGES_OWN.fullmatch(line.strip()))


class Reading:
    """One page on its way to notes."""

    def __init__(self, source: Source, options: HtmlOptions, known: Known) -> None:
        self.source, self.options = source, options
        self.diagnostics: list[Diagnostic] = []
        self.type = options.type or "Basic"
        self.note_type = known.note_types.get(self.type)
        concept = self.type == "Concept"
        self.as_page = options.markup == "page" or (options.markup == "auto" and concept)
        self.by_title = options.keys == "title" or (options.keys == "auto" and concept)
        self.stem = slug(os.path.splitext(os.path.basename(source.path))[0])
        self.images = 0
        self.page: Page

    def tell(
        self, rule: Rule, message: str, start: int, end: int, hint: str = "", key: str = ""
    ) -> None:
        span = self.source.span(start, end)
        self.diagnostics.append(Diagnostic(rule, message, span, hint, key))

    def run(self) -> tuple[tuple[Note, ...], tuple[Diagnostic, ...]]:
        """The notes of the page and what is told of it."""
        source, size = self.source, len(self.source.text)
        document = tree.parse(source.text, xml=source.path.lower().endswith(".xhtml"))
        if document.overflow >= 0:
            message = f"the page has more than {tree.MAX_ELEMENTS:,} elements"
            self.tell(rules.TOO_LARGE, message, 0, size, "split it into several pages")
            return (), tuple(self.diagnostics)
        self._about(document)
        selectors = Selectors(document)
        self.page = Page(source, document, self._removed(selectors))
        told: _Told = []
        if self.options.card or self.options.front:
            cards = self._chosen(selectors, told)
        else:
            if selectors.wrong:
                self._wrong(selectors)
            cards = self._found(told)
        notes = tuple(map(self._note, cards))
        self._left_out(told)
        if self.images:
            many = "an image" if self.images == 1 else f"{self.images:,} images"
            message = f"{many} cannot be shown in the text of a page"
            hint = 'say "markup: html" for this source to keep images'
            self.tell(rules.IMAGE_LEFT_OUT, message, 0, 0, hint)
        if not notes and not has_errors(self.diagnostics):
            message = "no card found" if source.text.strip() else "the file is empty"
            hint = (
                "a card is a heading with text, a term with its description (dl), a details "
                "element, or a row of a table of two columns; or choose cards by selectors"
            )
            self.tell(rules.NO_CARD, message, 0, 0, hint)
        return notes, tuple(self.diagnostics)

    # What is wrong with the page -----------------------------------------------------------------

    def _about(self, document: tree.Document) -> None:
        text = self.source.text
        if (deep := document.deep) >= 0:
            message = f"elements are nested more than {tree.MAX_DEPTH} deep here"
            hint = "these elements are taken apart, their text stays"
            self.tell(rules.TOO_DEEP, message, deep, deep + 1, hint)
        if (start := document.unclosed) >= 0:
            if text.startswith(("<!", "<?"), start):
                what, hint = "comment", 'close it with "-->"'
            else:
                what, hint = "tag", 'close it with ">", or write "&lt;" where "<" is text'
            message = f"this {what} is never closed: the rest of the page is left out"
            self.tell(rules.NEVER_CLOSED, message, start, len(text), hint)
        if (at := text.find("\ufffd")) >= 0:
            bad = text.count("\ufffd")
            many = "a character" if bad == 1 else f"{bad:,} characters"
            message = f"{many} could not be read in the page's encoding"
            hint = "save the page as UTF-8, or correct the charset of its <meta>"
            self.tell(rules.BAD_BYTES, message, at, at + 1, hint)

    def _removed(self, selectors: Selectors) -> list[tree.Element]:
        found: list[tree.Element] = []
        for selector in self.options.remove:
            tags = selectors.all("remove", selector)
            found += tags
            if not tags and not any(said == selector for _, said, _ in selectors.wrong):
                message = f"remove: {naming.quoted(selector)} finds nothing in this page"
                self.tell(rules.NOTHING_TO_REMOVE, message, 0, 0)
        return found

    def _wrong(self, selectors: Selectors) -> None:
        for option, said, reason in selectors.wrong:
            message = f"{option}: {naming.quoted(said)} is no selector: {reason}"
            hint = 'write it as in CSS, such as "div.card > h2", and quote it'
            self.tell(rules.BAD_SELECTOR, message, 0, 0, hint)

    # Cards ---------------------------------------------------------------------------------------

    def _found(self, told: _Told) -> list[Card]:
        page, options = self.page, self.options
        kinds = options.find or KINDS
        flat = self.as_page and not options.find
        found = find(page, kinds, options.level, flat=flat, own=_is_own)
        told += found.told

        def half(start: int, end: int, lacks: str) -> str:
            return f"{naming.quoted(page.words(start, end))} has no {lacks}"

        hint = "write one, or leave this part out (remove:)"
        self._tell_half(rules.HALF, found.half, half, hint, told)
        return found.cards

    def _chosen(self, selectors: Selectors, told: _Told) -> list[Card]:
        options = self.options
        chosen: Chosen = choose(
            self.page,
            selectors,
            card=options.card,
            front=options.front,
            back=options.back,
            tag=options.tag,
            id=options.id,
            fields=options.fields,
        )
        self._wrong(selectors)
        for option, said in chosen.nothing:
            message = f"{option}: {naming.quoted(said)} finds nothing in this page"
            hint = "look at the page's source for the class or the name of the element"
            self.tell(rules.NOTHING_FOUND, message, 0, 0, hint)
        given = {option for option, _ in chosen.nothing} | {o for o, _, _ in selectors.wrong}
        incomplete = [
            part for part in chosen.half if part[2] not in given
        ]  # else told once for all

        def half(start: int, end: int, lacks: str) -> str:
            return f"the card {naming.quoted(self.page.words(start, end))} has no {lacks}"

        hint = "choose its sides with front: and back:, or leave the card out (remove:)"
        self._tell_half(rules.INCOMPLETE, incomplete, half, hint, told)
        told.append((0, len(self.source.text), _UNCHOSEN))
        return chosen.cards

    def _tell_half(
        self,
        rule: Rule,
        parts: Sequence[tuple[int, int, str]],
        message: Callable[[int, int, str], str],
        hint: str,
        told: _Told,
    ) -> None:
        """Tell of cards that lack a side: of each, but of no more than anyone reads."""
        for start, end, lacks in parts[:_MANY]:
            self.tell(rule, message(start, end, lacks), start, end, hint)
        if rest := parts[_MANY:]:
            many = "one more lacks" if len(rest) == 1 else f"{len(rest):,} more lack"
            start, end = rest[0][0], max(part[1] for part in rest)
            self.tell(rule, f"{many} a side, from here on", start, end, hint)
        told += ((start, end, "") for start, end, _ in parts)

    # Notes ---------------------------------------------------------------------------------------

    def _note(self, card: Card) -> Note:
        page = self.page
        asked = page.said(card.question)
        key, problem = self._key(card, asked)
        first, second = self._sides()
        front, back = self._question(card.question), self._answer(card)
        if self.note_type and self.note_type.kind == "cloze":
            has = [bool(each and _DELETION.search(each[0])) for each in (front, back)]
            if has == [False, True]:
                front, back = back, front
        fields: list[Field] = []

        def add(name: str, value: str, span: Span, form: str) -> None:
            fields.append(Field(name, value, self._never_wrong(value, span, card), form))

        for name, made in ((first, front), (second, back)):
            if made and name not in dict(card.fields):
                add(name, made[0], made[1], "page" if self.as_page else "html")
        whole = self.source.span(card.start, card.end)
        for name, said in card.fields:
            if isinstance(said, str):
                add(name, said, whole, "text")
            else:
                page.use(said)
                add(name, *page.value(said), "html")
        names = self.note_type.fields if self.note_type else ()
        if card.context and "Context" in names and "Context" not in dict(card.fields):
            add("Context", " › ".join(card.context), whole, "text")
        page.use(card.question)
        page.use(card.answer)
        for what in problem:
            self.diagnostics.append(what)
        return Note(key, self.type, tuple(fields), tags=self._tags(card), span=whole)

    def _never_wrong(self, value: str, span: Span, card: Card) -> Span:
        """The span of a value; one that is by chance as long as a value made of it says by its
        length that it is not that value."""
        start, end = span.start, span.end
        if end - start != len(value) or self.source.text.startswith(value, start):
            return span
        if start > card.start:
            return self.source.span(start - 1, end)
        return self.source.span(start, end + 1 if end < card.end else end - 1)

    def _sides(self) -> tuple[str, str]:
        """The fields of a question and of its answer."""
        if self.type == "Concept":
            return "Concept", "More"  # the derivation writes the field between
        names = self.note_type.fields if self.note_type else ()
        return names[0] if names else "Front", names[1] if len(names) > 1 else "Back"

    def _question(self, pieces: Sequence[Piece]) -> tuple[str, Span] | None:
        if not pieces:
            return None
        value, span = self._html(pieces, ", ")
        if self.as_page:
            said = title(self.page, pieces)
            return said, span if said == value else _whole(self.source, pieces)
        return value, span

    def _answer(self, card: Card) -> tuple[str, Span] | None:
        if not card.answer:
            return None
        if self.as_page:
            said, images = to_page(self.page, card.answer, several=card.several)
            self.images += images
            value, span = self.page.value(card.answer)
            return said, span if said == value else _whole(self.source, card.answer)
        if card.several:
            items = "".join(f"<li>{self.page.value((each,))[0]}</li>" for each in card.answer)
            return f"<ul>{items}</ul>", _whole(self.source, card.answer)
        return self.page.value(card.answer)

    def _html(self, pieces: Sequence[Piece], joint: str) -> tuple[str, Span]:
        if len(pieces) == 1:
            return self.page.value(pieces)
        said = joint.join(self.page.value((each,))[0] for each in pieces)
        return said, _whole(self.source, pieces)

    def _key(self, card: Card, asked: str) -> tuple[Key, list[Diagnostic]]:
        problems = []
        if card.id:
            said, place = card.id
            try:
                return Key(naming.note_id(said.strip())), []
            except naming.Mistake as mistake:
                span = self.source.span(place.start, place.end)
                problems = [Diagnostic(mistake.rule, str(mistake), span, mistake.hint)]
        own = slug(asked) or slug(self._image(card.question))
        if self.by_title and own:
            return Key(own), problems
        parts = (self.stem, *map(key_part, card.context), key_part(own))
        return Key("/".join(filter(None, parts)) or "page"), problems

    def _image(self, pieces: Sequence[Piece]) -> str:
        """The name of the image that a question without words is."""
        for piece in pieces:
            node = piece.node
            tags = [node, *node.find_all("img")] if isinstance(node, tree.Element) else []
            for tag in tags:
                said = str(tag.get("alt") or tag.get("src") or "") if tag.name == "img" else ""
                if said and not said.startswith("data:"):
                    return os.path.splitext(os.path.basename(said))[0]
        return ""

    def _tags(self, card: Card) -> tuple[str, ...]:
        tags: dict[str, None] = {}
        for said, place in card.tags:
            # Words of an attribute are tags each, as classes are; a text in the page is one.
            pattern = r"[,;]" if place.inside else r"[\s,;]+"
            for each in re.split(pattern, said):
                word = "-".join(each.strip().removeprefix("#").split())
                if not word:
                    continue
                try:
                    tags[naming.tag(word)] = None
                except naming.Mistake as mistake:
                    span = self.source.span(place.start, place.end)
                    message = Diagnostic(mistake.rule, str(mistake), span, mistake.hint)
                    self.diagnostics.append(message)
            if place.inside:
                self.page.use((place,))
        return tuple(tags)

    # What is in no note --------------------------------------------------------------------------

    def _left_out(self, told: _Told) -> None:
        """Tell each text of the page that is in no note: as one what stands together."""
        page, source = self.page, self.source
        used = _union(page.used)
        starts = [start for start, _ in used]
        narrow = sorted(told, key=lambda part: (part[0], -part[1]))
        whole = next((r for s, e, r in narrow if s == 0 and e == len(source.text)), "")
        parts = _flat([part for part in narrow if part[2] != _UNCHOSEN])
        part_starts = [part[0] for part in parts]
        words = [(t.start, t.end, False) for t in page.texts if not blank(t)]
        comments = (
            (start, end, True)
            for start, end in page.document.comments
            if any(map(str.isalnum, source.text[start + 2 : end]))
            and source.text[start : start + 9].lower() != "<!doctype"
        )
        runs: list[_Run] = []
        apart = True  # whether study text stands between this and what was told last
        for start, end, comment in sorted([*words, *comments]):
            at = bisect_right(starts, start) - 1
            away = page.away(start)
            in_note = at >= 0 and used[at][1] > start
            at = bisect_right(part_starts, start) - 1
            part = parts[at] if at >= 0 and parts[at][1] > start else None
            if (in_note and (comment or not away)) or (part and not part[2] and not away):
                apart = True
                continue
            if away:
                reason = away.reason
            elif part:
                reason = part[2]
            elif comment:
                reason = "a comment"
            else:
                reason = OWN if _is_own(source.text[start:end]) else whole
            if not apart and (comment or runs[-1].outside == (not reason)):
                runs[-1].end = end
            else:
                runs.append(_Run(start, end, not reason))
            if reason and not runs[-1].outside:
                runs[-1].reasons[reason] = None
            apart = False
        self._tell_runs([run for run in runs if not run.outside])
        self._tell_runs([run for run in runs if run.outside])

    def _tell_runs(self, runs: Sequence[_Run]) -> None:
        for run in runs[:_MOST]:
            start, end, lines = run.start, run.end, self.page.lines(run.start, run.end)
            reasons = tuple(run.reasons)
            if run.outside and lines and all(map(_is_own, lines)):
                reasons = (OWN,)
            shown = " ".join(lines) or " ".join(self.source.text[start:end].split())
            shown = naming.quoted(shown)
            if reasons:
                message = f"skipped ({naming.several(reasons)}): {shown}"
                self.tell(rules.SKIPPED, message, start, end)
            else:
                message = f"text that belongs to no card is left out: {shown}"
                hint = "put it under a heading, or say that it is none of yours (remove:)"
                self.tell(rules.OUTSIDE, message, start, end, hint)
        if rest := runs[_MOST:]:
            rule = rules.OUTSIDE if rest[0].outside else rules.SKIPPED
            what = "text that belongs to no card" if rest[0].outside else "what is the page's own"
            message = f"{what} is left out in {len(rest):,} more places, from here on"
            hint = "choose cards by selectors (card:), or what is none of yours (remove:)"
            self.tell(rule, message, rest[0].start, rest[-1].end, hint)


def _whole(source: Source, pieces: Sequence[Piece]) -> Span:
    """The span of what a value was made of, markup and all."""
    return source.span(pieces[0].node.start, pieces[-1].node.end)


def _union(parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in sorted(parts):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _flat(parts: _Told) -> _Told:
    """Parts in order, without those in another."""
    found: _Told = []
    for part in parts:
        if not found or part[0] >= found[-1][1]:
            found.append(part)
    return found
