"""Checks: what makes cards bad or builds dangerous, by theme, in one list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from deckwright.checks import (
    asking,
    cloze,
    content,
    facts,
    identity,
    markup,
    media,
    near,
    notetypes,
    tags,
    wording,
)
from deckwright.checks.subject import Asked, CheckOptions, Subject
from deckwright.diagnostics import Diagnostic, Rule

__all__ = ["CHECKS", "RULES", "Asked", "Check", "CheckOptions", "Subject", "check"]


@dataclass(frozen=True, slots=True)
class Check:
    """A rule and the function that finds what it tells."""

    rule: Rule
    find: Callable[[Subject], Iterable[Diagnostic]]


THEMES = (
    *(identity, content, wording, asking, near, facts),
    *(cloze, media, markup, tags, notetypes),
)
CHECKS: tuple[Check, ...] = tuple(
    Check(rule, find) for theme in THEMES for rule, find in theme.CHECKS
)

RULES: tuple[Rule, ...] = tuple(each.rule for each in CHECKS)


def check(
    subject: Subject,
    wanted: Callable[[Rule], bool] = lambda rule: True,
    clock: Callable[[], float] = lambda: 0.0,
) -> Iterator[tuple[Check, tuple[Diagnostic, ...], float]]:
    """What each check that is wanted finds, with the time that it took by a clock. What checks
    share is made before, and is not in any of their times."""
    subject.prepare()
    for each in CHECKS:
        if wanted(each.rule):
            begun = clock()
            found = tuple(each.find(subject))
            yield each, found, clock() - begun
