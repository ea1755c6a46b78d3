"""Which number each deletion keeps, and what is said of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from deckwright.clozes.deletions import MOST, Numbered, of, renumbered
from deckwright.clozes.memory import Memory, remembered
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.naming import quoted
from deckwright.note import RenderedNote

SHARED = Rule(
    "I016",
    "cloze-number-shared",
    Severity.WARNING,
    "A learner's reviews hang on the number of a deletion: an automatic one stays with its text, "
    "whatever is numbered by hand beside it.",
    "Number by hand only with numbers that are free, or let both have one number on purpose.",
    {"bees.md": "C: The {{c::queen}} mates with {{c1::drones}}. <!-- id: mating -->\n"},
    {"bees.md": "C: The {{c::queen}} mates with {{c2::drones}}. <!-- id: mating -->\n"},
    {"bees.md": "C: The {{c::queen}} mates with drones. <!-- id: mating -->\n"},
)
USED_UP = Rule(
    "I017",
    "cloze-numbers-used-up",
    Severity.ERROR,
    "Anki makes one card of all numbers from 500 on, and a number that was used once stays with "
    "its reviews.",
    "Part the note into several.",
)
CORRECTED = Rule(
    "I018",
    "cloze-corrected",
    Severity.INFO,
    "A deletion that stands where one like it stood is that deletion, corrected: it keeps its "
    "reviews.",
    "Nothing, if it is. If it is another deletion, give it a number that is free.",
    {"tea.md": "C: Green tea is not {{c::oxidised}}. <!-- id: green -->\n"},
    {"tea.md": "C: Green tea is not {{c::oxydised}}, but heated. <!-- id: green -->\n"},
    {"tea.md": "C: Green tea is not {{c::oxydised}}. <!-- id: green -->\n"},
)
REPLACED = Rule(
    "I019",
    "cloze-replaced",
    Severity.WARNING,
    "With another number a deletion is learnt anew; with the same one it has the reviews of what "
    "stood there before.",
    "If it asks the same as before, write its number once, build, and take it away again. If it "
    "asks something else, nothing is to be done.",
    {"stars.md": "C: A year of Mars has {{c::687 days}}. <!-- id: mars -->\n"},
    {"stars.md": "C: A year of Mars has {{c1::687 days}}. <!-- id: mars -->\n"},
    {"stars.md": "C: A year of Mars has {{c::22 months}}. <!-- id: mars -->\n"},
)
LEFT = Rule(
    "I020",
    "cloze-left",
    Severity.WARNING,
    "The card of a deletion that is gone stays with everyone who has it, with its reviews, and "
    "asks nothing.",
    "Tell learners to use Tools → Empty Cards in Anki; or let another text go on with its number.",
    {"rivers.md": "C: The {{c::Danube}} ends in the Black Sea. <!-- id: danube -->\n"},
    {"rivers.md": "C: The {{c::Danube}} ends in the {{c::Black Sea}}. <!-- id: danube -->\n"},
    {"rivers.md": "C: The {{c::Danube}} ends in the {{c::Black Sea}}. <!-- id: danube -->\n"},
)
RULES = (SHARED, USED_UP, CORRECTED, REPLACED, LEFT)


def settle(
    rendered: RenderedNote, before: Memory, *, seen: bool
) -> tuple[RenderedNote, Memory, tuple[Diagnostic, ...]]:
    """The numbers that the deletions of a note keep for ever: the note with them, and what is
    remembered from now on. `before` is what was, of a new note nothing; `seen` is whether learners
    may have the note.

    A text that is known keeps its number. One that is new has that of a text that is gone only
    where it surely is the same deletion corrected: it stands between the same neighbours, is
    similar, and is more similar to it than any other there; or they differ in capitals alone. Else
    it has one that was never used. A number that a person wrote is never changed, and moves no
    other: see `SHARED`.
    """
    clozes = rendered.clozes
    found = of(rendered.html)
    if not clozes:
        return rendered, remembered(found, {}, before), ()
    mine = dict(clozes)
    by = set(mine.values())
    written: dict[int, list[str]] = {}
    for each in found:
        for number in each.numbers:
            if number not in by:
                written.setdefault(number, []).append(each.text)
    settling = _Settling(before, mine, list(dict.fromkeys(each.text for each in found)), written)
    numbers = mine
    if before != Memory() and len(mine) <= MOST:
        numbers = settling.numbers()
    told = settling.told(rendered, numbers, seen=seen)
    html = renumbered(rendered.html, clozes, numbers)
    settled = tuple((text, numbers[text]) for text in mine)
    if (html, settled) != (rendered.html, clozes):
        rendered = replace(rendered, html=html, clozes=settled)
    return rendered, remembered(found, numbers, before, by), told


_SIMILAR = 0.75
_LARGEST_RUN = 20  # texts between two neighbours; a note with more was written anew


class _Settling:
    """The settling of one note's numbers. `mine` are its automatic texts, `texts` all that it
    deletes, in order, `written` the texts of each number that a person wrote."""

    def __init__(
        self,
        before: Memory,
        mine: Mapping[str, int],
        texts: Sequence[str],
        written: Mapping[int, Sequence[str]],
    ) -> None:
        self.before, self.mine, self.texts, self.written = before, mine, texts, written
        self.now, self.present = _by_text(before.now), frozenset(texts)
        self.given: dict[str, int] = {}
        self.holders = {number: set(texts) for number, texts in written.items()}
        self.used = {number for _, number in (*before.now, *before.past)} | written.keys()
        self.corrected: list[tuple[str, str]] = []
        self.replaced: list[tuple[str, str]] = []
        self.elsewhere: list[tuple[str, str]] = []

    def numbers(self) -> dict[str, int]:
        past = _by_text(self.before.past)
        for text in self.mine:
            if text in self.now:
                own = self.now[text]
                self._give(text, next((n for n in own if n not in self.written), own[0]))
        for text in self.mine:
            # What left gave its number up, where a person wrote it since, or one corrected has it.
            number = next((n for n in past.get(text, ()) if n not in self.holders), 0)
            if text not in self.given and number:
                self._give(text, number)
        self._correct()
        for text in self.mine:
            if text not in self.given:
                self._give(text, self.fresh())
        return self.given

    def _give(self, text: str, number: int) -> None:
        self.given[text] = number
        self.holders.setdefault(number, set()).add(text)
        self.used.add(number)

    def fresh(self) -> int:
        """A number that was never used: above all others, as Anki's own editor counts, so that not
        even one of before the lock is used again; below them only where there is none above."""
        above = max((number for number in self.used if number <= MOST), default=0) + 1
        if above <= MOST:
            return above
        number = 1
        while number in self.used:
            number += 1
        return number

    def _correct(self) -> None:
        anchors = self.now.keys() & self.present
        gone = self._gone(self.now)
        come = self._come(self.texts)
        if not gone or not come:
            return
        # Where a sentence begins elsewhere, a capital is all that changes.
        self._take(_same_letters(gone, come))
        left = _runs(self.now, anchors)
        for place, run in _runs(self.texts, anchors).items():
            gone, come = self._gone(left.get(place, ())), self._come(run)
            if not come or not gone or max(len(come), len(gone)) > _LARGEST_RUN:
                continue
            self._take(_same(gone, come))
            if len(gone) == len(come):
                for was, text in zip(gone, come, strict=True):
                    if self._gone([was]) and self._come([text]):
                        self.replaced.append((was, text))
        told = {each for pair in self.replaced for each in pair}
        gone = [each for each in self._gone(self.now) if each not in told]
        come = [each for each in self._come(self.texts) if each not in told]
        if max(len(come), len(gone)) <= _LARGEST_RUN:
            self.elsewhere = list(_same(gone, come))

    def _gone(self, texts: Iterable[str]) -> list[str]:
        """Of some texts those that left, and whose number no other has but those that had it, too,
        when they were there."""
        return [
            text
            for text in texts
            if text not in self.present
            and all(
                self.now[text][0] in self.now.get(other, ())
                for other in self.holders.get(self.now[text][0], ())
            )
        ]

    def _come(self, texts: Iterable[str]) -> list[str]:
        """Of some texts those that came, and have no number yet."""
        return [text for text in texts if text in self.mine and text not in self.given]

    def _take(self, pairs: Iterable[tuple[str, str]]) -> None:
        for was, text in pairs:
            self._give(text, self.now[was][0])
            self.corrected.append((was, text))

    def told(
        self, rendered: RenderedNote, numbers: Mapping[str, int], *, seen: bool
    ) -> tuple[Diagnostic, ...]:
        note = rendered.note
        key, span = note.key, note.span
        told = []
        highest = max(numbers.values())
        if highest > MOST:
            message = f"{key} needs the cloze number {highest}, and {MOST} is the last"
            told.append(Diagnostic(USED_UP, message, span, "part it into several notes", key))
        for text, number in numbers.items():
            other = next((each for each in self.written.get(number, ()) if each != text), None)
            if other is not None:
                message = (
                    f"{key}: {quoted(other)} is numbered {number} by hand, which is the number of "
                    f"{quoted(text)}: one card asks both"
                )
                hint = (
                    f"number it {self.fresh()}, which is free; or write {_open(number)}{text}}}}} "
                    "too, if one card shall ask both"
                )
                told.append(Diagnostic(SHARED, message, span, hint, key))
        if not seen:
            return tuple(told)
        for was, text in self.corrected:
            message = f"{key}: {quoted(was)} is {quoted(text)} now, reviews kept"
            hint = f"if it is another deletion: write {_open(self.fresh())}{text}}}}}"
            told.append(Diagnostic(CORRECTED, message, span, hint, key))
        stands = dict.fromkeys(self.replaced, "stands where {} stood, and")
        stands |= dict.fromkeys(self.elsewhere, "is like {}, which is gone, and")
        for (was, text), how in stands.items():
            message = f"{key}: {quoted(text)} {how.format(quoted(was))} is learnt anew"
            number = self.now[was][0]
            hint = f"if it is the same deletion, corrected: write {_open(number)}{text}}}}}"
            told.append(Diagnostic(REPLACED, message, span, hint, key))
        named = {was for was, _ in (*self.corrected, *stands)}
        for was in self._gone(self.now):
            if was not in named and self.now[was][0] not in numbers.values():
                message = f"{key}: the deletion {quoted(was)} is gone; its card stays, and is empty"
                hint = (
                    f"if another text goes on with it: write {_open(self.now[was][0])}that text}}}}"
                )
                told.append(Diagnostic(LEFT, message, span, hint, key))
        return tuple(told)


def _open(number: int) -> str:
    return f"{{{{c{number}::"


def _by_text(pairs: Iterable[Numbered]) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = {}
    for text, number in pairs:
        numbers.setdefault(text, []).append(number)
    return numbers


def _runs(
    texts: Iterable[str], anchors: Collection[str]
) -> dict[tuple[str | None, str | None], list[str]]:
    """The runs of texts that are no anchors, by the anchors (or ends) they stand between."""
    runs: dict[tuple[str | None, str | None], list[str]] = {}
    left: str | None = None
    run: list[str] = []
    for text in (*texts, None):
        if text is not None and text not in anchors:
            run.append(text)
            continue
        if run:
            runs[left, text] = run
        left, run = text, []
    return runs


def _same_letters(gone: Sequence[str], come: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The pairs of texts that differ in capitals alone, where there is no other such text."""
    sides: list[dict[str, list[str]]] = [{}, {}]
    for side, texts in zip(sides, (gone, come), strict=True):
        for text in texts:
            side.setdefault(text.casefold(), []).append(text)
    for letters, found in sides[1].items():
        was = sides[0].get(letters, [])
        if len(found) == 1 and len(was) == 1:
            yield was[0], found[0]


def _same(gone: Sequence[str], come: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The pairs of texts that surely are one: similar, and each more so than any other."""
    ratios = {(was, text): _similarity(was, text) for was in gone for text in come}
    similar = {pair: ratio for pair, ratio in ratios.items() if ratio >= _SIMILAR}
    for pair, ratio in similar.items():
        rivals = (
            other
            for each, other in similar.items()
            if each != pair and (each[0] == pair[0] or each[1] == pair[1])
        )
        if all(other < ratio for other in rivals):
            yield pair


def _similarity(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    bounds = (matcher.real_quick_ratio, matcher.quick_ratio)
    return matcher.ratio() if all(bound() >= _SIMILAR for bound in bounds) else 0.0
