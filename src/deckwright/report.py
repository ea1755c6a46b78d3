"""Diagnostics and notes for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from deckwright.diagnostics import Diagnostic
from deckwright.note import Note
from deckwright.source import Source, Span


def place(span: Span, sources: Mapping[str, Source]) -> str:
    """A span as `path:line:column`, which editors and terminals can open."""
    source = sources.get(span.path)
    if source is None:
        return span.path
    line, column = source.location(span.start)
    return f"{span.path}:{line}:{column}"


def by_place(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics in the order of their places, those without one at the end."""

    def order(diagnostic: Diagnostic) -> tuple[bool, str, int]:
        span = diagnostic.span
        return (span is None, span.path if span else "", span.start if span else 0)

    return sorted(diagnostics, key=order)


def text(diagnostics: Iterable[Diagnostic], sources: Mapping[str, Source]) -> Iterator[str]:
    """A line a diagnostic, and a line for its way out where it has one. `sources` are by path."""
    for diagnostic in diagnostics:
        where = f"{place(diagnostic.span, sources)}: " if diagnostic.span else ""
        also = f" (the other is at {place(diagnostic.other, sources)})" if diagnostic.other else ""
        severity = diagnostic.severity.name.lower()
        yield f"{where}{severity} {diagnostic.code}: {diagnostic.message}{also}"
        if diagnostic.hint:
            yield f"  help: {diagnostic.hint}"


def as_data(note: Note, sources: Mapping[str, Source]) -> dict[str, object]:
    """A note as plain data, for JSON and YAML. Fields are markup, as they were written."""
    return {
        "key": note.key,
        "note_type": note.note_type,
        "deck": note.deck,
        "tags": list(note.tags),
        "parent": note.parent,
        "place": place(note.span, sources) if note.span else None,
        "fields": {field.name: field.value for field in note.fields},
    }
