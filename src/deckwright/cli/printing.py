"""What all commands print, and how: findings to the error stream, results to standard output. The
findings of `check` are its result."""

from __future__ import annotations

import io
import os
import re
import shlex
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn, TextIO

import click

if TYPE_CHECKING:
    from deckwright.build import Build, Stage
    from deckwright.diagnostics import Diagnostic, Rule
    from deckwright.note import Note
    from deckwright.package import Written
    from deckwright.reading import Inputs
    from deckwright.source import Source

_SHOWN = 3  # warnings of one rule that are told before the rest is counted


def now() -> int:
    """The time of this build in seconds; `SOURCE_DATE_EPOCH` sets it, as for other builds."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is None:
        return int(time.time())
    if not given.isdecimal() or len(given) > 11:
        raise click.UsageError(f"SOURCE_DATE_EPOCH is a time in seconds, not {given}")
    return int(given)


def fail(message: str) -> NoReturn:
    """End with the status 1."""
    click.echo(message, err=True)
    raise SystemExit(1)


def counted(number: int, noun: str) -> str:
    """A number of things: “1 note”, “2,000 notes”."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def coloured(stream: TextIO) -> bool:
    """Whether a stream is a terminal whose user wants colours (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def is_utf8(stream: TextIO) -> bool:
    """Whether what is printed to a stream arrives as UTF-8. On Windows a file does not."""
    return (stream.encoding or "").lower().replace("-", "") == "utf8"


def as_utf8(stream: TextIO) -> None:
    """Let what programs read be UTF-8, whatever the console has."""
    if isinstance(stream, io.TextIOWrapper) and not is_utf8(stream):
        stream.reconfigure(encoding="utf-8")


def echo_json(data: object) -> None:
    """Print data as JSON, of which no character is lost where the output is not UTF-8."""
    import json

    click.echo(json.dumps(data, ensure_ascii=not is_utf8(sys.stdout), indent=2))


def tell(
    diagnostics: Iterable[Diagnostic],
    texts: Mapping[str, Source],
    *,
    verbose: bool = False,
    quiet: bool = False,
    path: str = "deck.yaml",
    variant: str = "",
) -> None:
    """Print what was found to the error stream: errors all, warnings some, the rest if asked. What
    became of identities is told in full: the next build does not tell it again; and how many rows
    of a table are left out. What makes cards bad is counted, with the command that shows it.
    `path` is the project that the command was given, `variant` the variant of it that this is
    about."""
    from deckwright import checks, identity
    from deckwright.diagnostics import Severity
    from deckwright.report import Look, by_place, text

    found = by_place(replace(d, hint=typed(d.hint, path, variant)) for d in diagnostics)
    of_identities = {rule.code for rule in identity.RULES}
    opinions = {rule.code for rule in checks.RULES}
    found = [d for d in found if d.severity is not Severity.INFO or d.code not in opinions]
    infos = [d for d in found if d.severity is Severity.INFO and not is_always_told(d)]
    errors = [d for d in found if d.severity is Severity.ERROR]
    seen: Counter[Rule] = Counter()
    more: Counter[Rule] = Counter()
    shown, counted_only = [], 0
    for each in found:
        if each.severity is Severity.ERROR or verbose:
            shown.append(each)
        elif each.severity is Severity.INFO:
            shown += [each] if is_always_told(each) and not quiet else []
        elif each.code in opinions:
            counted_only += 1
        elif each.code in of_identities or seen[each.rule] < _SHOWN:
            seen[each.rule] += 1
            shown.append(each)
        else:
            more[each.rule] += 1
    for line in text(shown, texts, Look(coloured(sys.stderr))):
        click.echo(line, err=True)
    way = typed("deckwright check", path, variant)
    for rule, number in more.items():
        click.echo(
            f"… and {number:,} more of {rule.code} ({rule.name}): {way} shows them", err=True
        )
    if counted_only and not quiet:
        also = "more " if any(d.severity is Severity.WARNING for d in shown) else ""
        them = "it" if counted_only == 1 else "them"
        click.echo(f"{counted(counted_only, f'{also}warning')}: {way} shows {them}", err=True)
    if errors:
        click.echo(counted(len(errors), "error"), err=True)
    elif infos and not verbose and not quiet:
        click.echo(f"{summary(infos)} (-v tells each)", err=True)


def is_always_told(found: Diagnostic) -> bool:
    """Whether something is told although it is only for information: it is told once."""
    from deckwright.origins import RENAMED
    from deckwright.readers import LEFT_OUT
    from deckwright.reading import FILE_RENAMED

    return found.rule in (RENAMED, FILE_RENAMED, LEFT_OUT)


_COMMAND = re.compile(
    r"deckwright (?:(rename|lock restore)|build|check|release|notes|lock resolve)\b(?!-)"
)


def typed(hint: str, path: str, variant: str = "") -> str:
    """A way out as it works when typed here: its commands name the project, if it is another one
    than that of deck.yaml here, and the variant."""
    of = f" --variant {variant}" if variant else ""
    if not hint or (not of and os.path.normpath(path) in ("deck.yaml", ".")):
        return hint
    place = "" if os.path.normpath(path) in ("deck.yaml", ".") else f" {shlex.quote(path)}"
    option = f" --project{place}" if place else ""
    return _COMMAND.sub(lambda m: f"{m[0]}{option if m[1] else place}{of}", hint)


def left(inputs: Inputs, build: Build, err: bool = True) -> None:
    """Print how to find the notes that left since the last build in Anki."""
    from deckwright.build import ids_of_left
    from deckwright.compare import search

    searches = search(ids_of_left(inputs, build))
    if searches:
        click.echo("to see what left in Anki's browser, search for:", err=err)
    for each in searches:
        click.echo(f"  {each}", err=err)


def summary(infos: Sequence[Diagnostic]) -> str:
    """How much was skipped while reading, how much was left unasked, how many files of a vault were
    not taken, and how much will not reach learners who have it already."""
    from deckwright import derive
    from deckwright.identity import RENDERED_ANEW
    from deckwright.readers import NOT_TAKEN, PARTS_SKIPPED
    from deckwright.readers.page import SKIPPED

    def found(*rules: Rule) -> int:
        return sum(each.rule in rules for each in infos)

    skipped, unasked = found(SKIPPED), found(*derive.RULES)
    anew, left, parts = found(RENDERED_ANEW), found(NOT_TAKEN), found(PARTS_SKIPPED)
    rest = len(infos) - skipped - unasked - anew - left - parts
    told = (
        (skipped, f"skipped {counted(skipped, 'line')} of furniture"),
        (parts, f"skipped {counted(parts, 'part')} of web pages"),
        (left, f"passed over {counted(left, 'file')} of a vault"),
        (unasked, f"left {counted(unasked, 'passage')} without a note of its own"),
        (anew, f"rendered {counted(anew, 'note')} anew for new learners alone"),
        (rest, f"made {counted(rest, 'remark')}"),
    )
    line = " and ".join(part for count, part in told if count)
    return line[:1].upper() + line[1:]


def show(output: str, written: Written, bytes: int, seconds: float) -> None:
    """Print what was built as a small table, and what to do with it."""
    size = bytes / 1000
    rows = [
        *(
            (count.name, f"{counted(count.notes, 'note')}, {counted(count.cards, 'card')}")
            for count in written.note_types
        ),
        *((count.name, counted(count.cards, "card")) for count in written.decks),
        ("media", f"{written.media:,}"),
        ("size", f"{size:,.0f} KB" if size < 10_000 else f"{size / 1000:,.1f} MB"),
        ("time", f"{seconds:.1f} s"),
    ]
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table

        table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
        for label, value in rows:
            table.add_row(label, value)
        Console(highlight=False).print(table)
    else:
        for label, value in rows:
            click.echo(f"{label}: {value}")
    cards = written.cards
    days = -(-cards // 8)
    click.echo(
        f"Import {output} (File → Import; on a phone, open it). "
        f"{counted(cards, 'card')}: at 8 new a day, {counted(days, 'day')}."
    )


def table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int] = ()
) -> None:
    """Print a table on a terminal, elsewhere its rows with tabs between the cells, for other
    programs. `widths` are how wide the first columns are at least."""
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        shown = Table(box=None, padding=(0, 2, 0, 0), show_header=bool(headings))
        for heading in headings:
            shown.add_column(heading)
        for width in widths:
            shown.add_column(min_width=width)
        for row in rows:
            shown.add_row(*map(Text, row))
        Console(highlight=False).print(shown)
    else:
        for row in rows:
            click.echo("\t".join(row))


def table_of_notes(notes: Iterable[Note]) -> None:
    rows = [(note.note_type, note.key, note.fields[0].value) for note in notes]
    table(("note type", "key", "first field"), rows)


@contextmanager
def progress(quiet: bool) -> Iterator[Stage]:
    """Show the stage of a build on a terminal, once it has taken a second."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    import threading

    from rich.console import Console

    status = Console(stderr=True).status("")
    timer = threading.Timer(1.0, status.start)
    timer.daemon = True

    def stage(name: str) -> None:
        status.update(f"{name} …")

    timer.start()
    try:
        yield stage
    finally:
        timer.cancel()
        timer.join()
        status.stop()
