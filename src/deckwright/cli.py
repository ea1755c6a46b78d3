"""The command line: parse options, call one library function, print."""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from deckwright import __version__

# What is heavy is imported where it is used: `deckwright --version` starts as fast as Click.
if TYPE_CHECKING:
    from deckwright.build import Inputs, Result, Stage
    from deckwright.diagnostics import Diagnostic
    from deckwright.note import Note

_SHOWN = 20  # warnings that are listed before the rest is counted


class _Group(click.Group):
    """Failures of the machine (a full disk, a read-only folder) are told in a line."""

    def invoke(self, ctx: click.Context) -> Any:
        for stream in (sys.stdout, sys.stderr):
            # A terminal that lacks a character shows a question mark, and no traceback.
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # Click ends quietly, as a program in a pipe should
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise click.ClickException(f"{where}{error.strerror or error}") from error


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Turn study text into Anki decks that can be updated without costing a review.

    \b
    deckwright build              build the project of deck.yaml here
    deckwright build page.txt     build one file, without any configuration
    """


def _path(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str:
    if value is None:
        if os.path.exists("deck.yaml"):
            return "deck.yaml"
        raise click.UsageError(
            "There is no deck.yaml here: name a project or a file, as in: deckwright build page.txt"
        )
    if not os.path.exists(value):
        raise click.UsageError(f"There is no file {value}")
    if os.path.isdir(value) and not os.path.exists(os.path.join(value, "deck.yaml")):
        raise click.UsageError(f"There is no deck.yaml in {value}")
    return value


_source = click.argument("path", required=False, callback=_path, metavar="[PATH]")
_verbose = click.option("-v", "--verbose", is_flag=True, help="Tell every line skipped and why.")


@main.command()
@_source
@click.option("-o", "--output", metavar="FILE", help="Where the package goes.")
@click.option("--new-lock", is_flag=True, help="Begin a lock anew although a package is there.")
@_verbose
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but what is wrong.")
def build(path: str, output: str | None, new_lock: bool, verbose: bool, quiet: bool) -> None:
    """Build a package to import into Anki.

    PATH is a deck.yaml, a folder that has one, or a single file of study text; without it, the
    deck.yaml here is built.

    \b
    deckwright build
    deckwright build page.txt -o page.apkg
    """
    from deckwright import build as library

    if output is not None and not output.endswith(".apkg"):
        raise click.UsageError(f"A package's name ends in .apkg: -o {output}.apkg")
    begun = time.perf_counter()
    with _progress(quiet) as stage:
        inputs, made, result = library.run(
            path, now=_now(), output=output, new_lock=new_lock, stage=stage
        )
    _tell(made.diagnostics, inputs, verbose=verbose, quiet=quiet, command="build")
    if result is None:
        _fail("nothing was built, and nothing changed")
    elif not quiet:
        _show(result, time.perf_counter() - begun)


@main.command()
@_source
@_verbose
def check(path: str, verbose: bool) -> None:
    """Find what would stop or spoil a build, and write nothing.

    \b
    deckwright check
    deckwright check page.txt
    """
    from deckwright import build as library

    inputs = library.read_inputs(path)
    made = library.compile(inputs, _now())
    _tell(made.diagnostics, inputs, verbose=verbose, quiet=False, command="check")
    if made.contents is None:
        _fail("a build would stop here")
    click.echo(f"{_count(len(made.notes), 'note')}, nothing that would stop a build")


@main.command()
@_source
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "yaml"]),
    default="table",
    help="How the notes are shown.",
)
@_verbose
def notes(path: str, form: str, verbose: bool) -> None:
    """Show the structured notes, so that the parse can be used without Anki.

    \b
    deckwright notes
    deckwright notes page.txt --format json > notes.json
    """
    from deckwright import build as library

    inputs = library.read_inputs(path, new_lock=True)
    made = library.compile(inputs, _now())
    _tell(made.diagnostics, inputs, verbose=verbose, quiet=False, command="notes")
    if form == "table":
        _table_of_notes(made.notes)
    else:
        from deckwright.report import as_data

        data = [as_data(note, inputs.texts) for note in made.notes]
        if form == "json":
            import json

            click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        else:
            import yaml

            click.echo(
                yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100), nl=False
            )
    if made.contents is None:
        _fail("a build would stop here")


@main.command()
def schema() -> None:
    """Print the JSON Schema of deck.yaml, with which editors complete it.

    \b
    deckwright schema > deck.schema.json
    """
    import json

    from deckwright.project import json_schema

    click.echo(json.dumps(json_schema(), indent=2, sort_keys=True))


# Printing ----------------------------------------------------------------------------------------


def _now() -> int:
    """The time of this build in seconds; `SOURCE_DATE_EPOCH` sets it, as for other builds."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is None:
        return int(time.time())
    if not given.isdecimal() or len(given) > 11:
        raise click.UsageError(f"SOURCE_DATE_EPOCH is a time in seconds, not {given}")
    return int(given)


def _fail(message: str) -> None:
    click.echo(message, err=True)
    raise SystemExit(1)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _tell(
    diagnostics: Iterable[Diagnostic], inputs: Inputs, *, verbose: bool, quiet: bool, command: str
) -> None:
    """Print what was found to the error stream: errors all, warnings some, the rest if asked. That
    a note left is told in full: the next build does not tell it again."""
    from deckwright.diagnostics import Severity
    from deckwright.identity import LEFT
    from deckwright.report import by_place, text

    found = list(diagnostics)
    infos = [d for d in found if d.severity is Severity.INFO]
    warnings = [d for d in found if d.severity is Severity.WARNING]
    errors = [d for d in found if d.severity is Severity.ERROR]
    left = [d for d in warnings if d.rule is LEFT]
    others = [d for d in warnings if d.rule is not LEFT]
    shown = [*left, *(others if verbose else others[:_SHOWN])]
    for line in text(by_place([*(infos if verbose else ()), *shown, *errors]), inputs.texts):
        click.echo(line, err=True)
    if len(shown) < len(warnings):
        rest = _count(len(warnings) - len(shown), "more warning")
        click.echo(f"… and {rest}: deckwright {command} -v shows them", err=True)
    if errors:
        click.echo(_count(len(errors), "error"), err=True)
    elif infos and not verbose and not quiet:
        click.echo(f"{_summary(infos)} (-v tells each)", err=True)


def _summary(infos: list[Diagnostic]) -> str:
    """How many lines were skipped while reading, how much was left unasked, and how much will not
    reach learners who have it already."""
    from deckwright.identity import RENDERED_ANEW
    from deckwright.readers.page import SKIPPED

    skipped = sum(d.rule is SKIPPED for d in infos)
    anew = sum(d.rule is RENDERED_ANEW for d in infos)
    unasked = len(infos) - skipped - anew
    parts = []
    if skipped:
        parts.append(f"skipped {_count(skipped, 'line')} of furniture")
    if unasked:
        parts.append(f"left {_count(unasked, 'passage')} without a note of its own")
    if anew:
        parts.append(f"rendered {_count(anew, 'note')} anew for new learners alone")
    return " and ".join(parts).capitalize()


def _show(result: Result, seconds: float) -> None:
    """Print what was built as a small table, and what to do with it."""
    written = result.written
    size = result.size / 1000
    rows = [
        *(
            (count.name, f"{_count(count.notes, 'note')}, {_count(count.cards, 'card')}")
            for count in written.note_types
        ),
        *((count.name, _count(count.cards, "card")) for count in written.decks),
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
        f"Import {result.output} (File → Import; on a phone, open it). "
        f"{_count(cards, 'card')}: at 8 new a day, {_count(days, 'day')}."
    )


def _table_of_notes(notes: Iterable[Note]) -> None:
    rows = [(note.note_type, note.key, note.fields[0].value) for note in notes]
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, padding=(0, 2, 0, 0))
        for heading in ("note type", "key", "first field"):
            table.add_column(heading)
        for row in rows:
            table.add_row(*map(Text, row))
        Console(highlight=False).print(table)
    else:
        for row in rows:
            click.echo("\t".join(row))


@contextmanager
def _progress(quiet: bool) -> Iterator[Stage]:
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
