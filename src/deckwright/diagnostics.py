"""Diagnostics: findings as data, with a code, a severity, a place and the way out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TypeAlias

from deckwright.source import Span


class Severity(IntEnum):
    """How much a finding weighs. Ordered: an error stops a build, a warning is counted, an info
    is told when asked (`-v`)."""

    INFO = 0
    WARNING = 1
    ERROR = 2


Files: TypeAlias = Mapping[str, str]
"""The texts of a small project by their paths. With a `deck.yaml` among them it is a project, else
the first one is a bare file."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What produces diagnostics: a code that never changes its meaning, a readable name, a
    severity, and one sentence on why it matters.

    `way` says what to do about a finding; `bad` is an example that has one, and `good` is the same
    mended; `before` is what was built before either, where a rule compares two builds. All of them
    are run as tests, and shown by `deckwright explain`.

    `slow`: it is left out of a build, and belongs to `check` and `release`. `off`: only who selects
    it has it. `soft`: an error in spite of which a package can be built, so that a person may
    ignore it or let it weigh less. `fixable`: `check --fix` mends its findings, if not all of them.
    """

    code: str
    name: str
    severity: Severity
    reason: str
    way: str = field(default="", compare=False)
    bad: Files = field(default_factory=dict, compare=False, repr=False)
    good: Files = field(default_factory=dict, compare=False, repr=False)
    before: Files = field(default_factory=dict, compare=False, repr=False)
    slow: bool = field(default=False, compare=False)
    off: bool = field(default=False, compare=False)
    soft: bool = field(default=False, compare=False)
    fixable: bool = field(default=False, compare=False)

    @property
    def firm(self) -> bool:
        """Whether it is told whatever a person chooses: without it no package can be built."""
        return self.severity is Severity.ERROR and not self.soft


def errors_in_deck_yaml(beside: Files, head: str = "") -> Callable[..., Rule]:
    """Makes error rules whose examples are texts of a `deck.yaml`: a function of a code, a name, a
    reason, a way, and the bad and the good text, behind `head` each; `beside` are the other files
    of these projects."""

    def rule(code: str, name: str, reason: str, way: str, bad: str = "", good: str = "") -> Rule:
        before, after = (
            {"deck.yaml": head + text, **beside} if text else {} for text in (bad, good)
        )
        return Rule(code, name, Severity.ERROR, reason, way, before, after)

    return rule


@dataclass(frozen=True, slots=True)
class Edit:
    """What mends a finding: the text of a span becomes another one."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `message` says what is wrong, `hint` what to do about it; `key` names the note
    where there is one. `other` is a second place that belongs to the finding (the first of two
    equal keys, say). `edits` mend it, all together, where that changes no meaning; `level` is how
    much a person lets it weigh, if not as much as its rule says."""

    rule: Rule
    message: str
    span: Span | None = None
    hint: str = ""
    key: str = ""
    other: Span | None = None
    edits: tuple[Edit, ...] = ()
    level: Severity | None = None

    @property
    def code(self) -> str:
        return self.rule.code

    @property
    def severity(self) -> Severity:
        return self.rule.severity if self.level is None else self.level


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    return any(d.severity is Severity.ERROR for d in diagnostics)
