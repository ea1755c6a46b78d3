"""The verdict: kinds of findings, what was found, and both as text and as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

__all__ = ["KINDS", "Finding", "Kind", "Verdict", "as_data", "short", "text"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of finding: its name, what it is called, one sentence on what it means, and whether
    it makes an update one that learners should not get."""

    what: str
    title: str
    sentence: str
    fails: bool


KINDS: Final = (
    Kind("lost", "Review lost", "A card, its schedule or its log of reviews is gone.", True),
    Kind(
        "misplaced",
        "Review misplaced",
        "A card that was learnt asks something else now, with the old reviews.",
        True,
    ),
    Kind("missing", "Update missing", "A change was meant and did not arrive.", True),
    Kind(
        "conflict",
        "Conflict",
        "Anki refuses the note, today and later: its note type is not the learner's.",
        True,
    ),
    Kind(
        "duplicate", "Duplicate", "The learner has the note twice, with and without reviews.", True
    ),
    Kind(
        "split",
        "Note type split",
        "A note type arrives a second time beside the one that the learner has.",
        True,
    ),
    Kind(
        "rewritten",
        "Rewritten",
        "Nothing is left of the old text: is it still the same question?",
        False,
    ),
    Kind(
        "empty",
        "Empty card",
        "A card that was learnt has nothing to ask any more; Anki's Empty Cards removes it.",
        False,
    ),
    Kind("note type", "Note type added", "The learner gets another note type.", False),
    Kind("left", "Left behind", "The package dropped the note; the learner keeps it.", False),
)
"""All kinds of findings, the worst first."""

_FAILING: Final = frozenset(kind.what for kind in KINDS if kind.fails)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a learner would see.

    `what` is the name of a kind. `name` is the note's key, if it is one of ours, else its first
    field as plain text; the GUID is empty and the name another where it is no note. `before` and
    `after` are plain text, `why` a clause on the cause where one is known.
    """

    what: str
    guid: str
    name: str
    before: str = ""
    after: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was seen: notes by their fate, and the findings, the worst first.

    `notes` and `cards` are what OLD gave; `kept`, `updated` and `left_behind` are notes of those (a
    note that is lost is none of them), `added` the notes that came with NEW.
    """

    engine: str
    old: str
    new: str
    notes: int
    cards: int
    kept: int
    updated: int
    added: int
    left_behind: int
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether no review is lost or misplaced, no note doubled, no update missing, and no note
        type split or in conflict."""
        return not any(finding.what in _FAILING for finding in self.findings)

    def of(self, what: str) -> tuple[Finding, ...]:
        """The findings of one kind."""
        return tuple(finding for finding in self.findings if finding.what == what)


def text(verdict: Verdict, most: int = 10) -> Iterator[str]:
    """The verdict for people, line by line; of each kind at most so many findings are shown."""
    yield f"Imported {verdict.old}, reviewed every card, imported {verdict.new}"
    notes, cards = _number(verdict.notes, "note"), _number(verdict.cards, "card")
    yield f"with Anki {verdict.engine}: {notes} with {cards} before."
    yield ""
    yield f"{verdict.kept:>7}  kept as they were"
    yield f"{verdict.updated:>7}  updated"
    yield f"{verdict.added:>7}  new"
    yield f"{verdict.left_behind:>7}  left behind"
    for kind in KINDS:
        found = verdict.of(kind.what)
        if not found:
            continue
        yield ""
        yield f"{kind.title} ({len(found)}): {kind.sentence}"
        by_cause = sorted(found[:most], key=lambda finding: finding.why)
        for why, findings in groupby(by_cause, key=lambda finding: finding.why):
            if why:
                yield f"  {why}:"
            for finding in findings:
                yield f"    {short(finding.name)}"
                before, after = _difference(finding.before, finding.after)
                yield from (f"      - {before}",) if before else ()
                yield from (f"      + {after}",) if after else ()
        if len(found) > most:
            yield f"    … and {len(found) - most} more"
    yield ""
    if verdict.ok:
        yield "OK: every review stays with its question, and every update arrives."
    else:
        failing = [kind.title.lower() for kind in KINDS if kind.fails and verdict.of(kind.what)]
        yield f"NOT OK: {', '.join(failing)}."


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _difference(before: str, after: str, width: int = 90) -> tuple[str, str]:
    """Two texts as excerpts around the first place where they differ."""
    same = 0
    for one, other in zip(before, after, strict=False):
        if one != other:
            break
        same += 1
    start = 0
    if before and after and same > width // 2:
        start = before.rfind(" ", 0, same - width // 4) + 1
    lead = "…" if start else ""
    return tuple(short(lead + each[start:], width) for each in (before, after))  # type: ignore[return-value]


def short(text: str, width: int = 80) -> str:
    """A text, cut to `width` characters where it is longer."""
    return text if len(text) <= width else f"{text[: width - 1].rstrip()}…"


def as_data(verdict: Verdict) -> dict[str, Any]:
    """The verdict for programs: values that JSON knows, all findings, `version` 1 of the form."""
    return {
        "version": 1,
        "ok": verdict.ok,
        "engine": verdict.engine,
        "old": verdict.old,
        "new": verdict.new,
        "notes": verdict.notes,
        "cards": verdict.cards,
        "counts": {
            "kept": verdict.kept,
            "updated": verdict.updated,
            "new": verdict.added,
            "left_behind": verdict.left_behind,
            "findings": {kind.what: len(verdict.of(kind.what)) for kind in KINDS},
        },
        "findings": [
            {
                "what": finding.what,
                "fails": finding.what in _FAILING,
                "guid": finding.guid,
                "name": finding.name,
                "before": finding.before,
                "after": finding.after,
                "why": finding.why,
            }
            for finding in verdict.findings
        ],
    }
