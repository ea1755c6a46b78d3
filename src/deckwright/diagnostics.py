"""Diagnostics: findings as data, with a code, a severity, a place and the way out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from deckwright.source import Span


class Severity(IntEnum):
    """How much a finding weighs. Ordered: an error stops a build, a warning is counted, an info
    is told when asked (`-v`)."""

    INFO = 0
    WARNING = 1
    ERROR = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """What produces diagnostics: a code that never changes its meaning, a readable name, a
    severity, and one sentence on why it matters."""

    code: str
    name: str
    severity: Severity
    reason: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `message` says what is wrong, `hint` what to do about it; `key` names the note
    where there is one. `other` is a second place that belongs to the finding (the first of two
    equal keys, say)."""

    rule: Rule
    message: str
    span: Span | None = None
    hint: str = ""
    key: str = ""
    other: Span | None = None

    @property
    def code(self) -> str:
        return self.rule.code

    @property
    def severity(self) -> Severity:
        return self.rule.severity


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    return any(d.rule.severity is Severity.ERROR for d in diagnostics)
