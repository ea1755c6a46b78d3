"""How what is wrong with tables is collected."""

from __future__ import annotations

from collections import Counter

from deckwright.diagnostics import Diagnostic, Rule
from deckwright.source import Span

_MOST = 50  # findings of one rule that are told one by one: a wrong table has one in each row


class Findings:
    """Collects findings; of one rule in a file only the first are told, the others counted."""

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []
        self._counts: Counter[tuple[Rule, str]] = Counter()
        self._rest: dict[tuple[Rule, str], Span] = {}

    def counts(self, rule: Rule, path: str, start: int, end: int) -> bool:
        """Whether one more need not be told, but only be counted, which it is then."""
        place = rule, path
        if self._counts[place] < _MOST:
            return False
        self._counts[place] += 1
        self._rest.setdefault(place, Span(path, start, end))
        return True

    def tell(
        self, rule: Rule, message: str, span: Span, hint: str = "", other: Span | None = None
    ) -> None:
        if not self.counts(rule, span.path, span.start, span.end):
            self._counts[rule, span.path] += 1
            self._found.append(Diagnostic(rule, message, span, hint, other=other))

    def all(self) -> tuple[Diagnostic, ...]:
        rest = (
            Diagnostic(rule, f"from here on the same is wrong {count:,} times more", span)
            for (rule, path), span in self._rest.items()
            if (count := self._counts[rule, path] - _MOST)
        )
        return (*self._found, *rest)
