"""Commands that read sources and build: build, release, notes, schema."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, Unpack

import click

from deckwright.cli.arguments import locked, source, variant, verbose
from deckwright.cli.printing import (
    as_utf8,
    counted,
    echo_json,
    fail,
    left,
    now,
    progress,
    show,
    table_of_notes,
    tell,
)

if TYPE_CHECKING:
    from deckwright.build import Build, Stage
    from deckwright.origins import Policy
    from deckwright.reading import Inputs

# What makes a package: build, release ------------------------------------------------------------


class _Said(TypedDict):
    """What a person says to each command that makes a package."""

    path: str
    variant: str
    output: str | None
    ship_rendering: bool
    accept_schema_change: bool
    verbose: bool
    quiet: bool


_Result = TypeVar("_Result")


def _making(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of all that make a package."""
    options: tuple[Callable[[Any], Any], ...] = (
        click.option("-o", "--output", metavar="FILE", help="Where the package goes."),
        click.option(
            "--ship-rendering", is_flag=True, help="Also send what only the renderer changed."
        ),
        click.option(
            "--accept-schema-change",
            is_flag=True,
            help="Take note types with other fields or templates.",
        ),
        variant,
        verbose,
        click.option("-q", "--quiet", is_flag=True, help="Say nothing but what is wrong."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _made(
    run: Callable[[Stage, Policy], tuple[Inputs, Build, _Result | None]],
    said: _Said,
) -> tuple[Inputs, Build, _Result | None, float]:
    """Make a package and tell what was found: what was read, made and written, which is None where
    an error stopped it, and the seconds that it took."""
    from deckwright.origins import Policy

    output, quiet = said["output"], said["quiet"]
    if said["variant"] and not quiet:
        click.echo(f"{said['variant']}:")
    if output is not None and not output.endswith(".apkg"):
        raise click.UsageError(f"A package's name ends in .apkg: -o {output}.apkg")
    begun = time.perf_counter()
    policy = Policy(said["ship_rendering"], said["accept_schema_change"])
    with progress(quiet) as stage:
        inputs, made, result = run(stage, policy)
    tell(
        *(made.diagnostics, inputs.texts),
        verbose=said["verbose"],
        quiet=quiet,
        path=said["path"],
        variant=said["variant"],
    )
    return inputs, made, result, time.perf_counter() - begun


@click.command()
@source
@click.option("--new-lock", is_flag=True, help="Begin a lock anew although a package is there.")
@locked
@_making
def build(new_lock: bool, locked: bool, **said: Unpack[_Said]) -> None:
    """Build a package to look at, and write the lock.

    It is for looking and for your own use: for a deck with learners there is `deckwright release`.
    PATH is a deck.yaml, a folder that has one, or a single file of study text; without it, the
    deck.yaml here is built.

    \b
    deckwright build
    deckwright build page.txt -o page.apkg
    deckwright build --variant de       one of its variants; else all are built
    deckwright build --locked           in continuous integration
    """
    for each in _each(said):
        _build(new_lock, locked, {**said, "variant": each})


def _each(said: _Said) -> tuple[str, ...]:
    """The variants to make."""
    from deckwright.reading import variants_of

    variants = variants_of(said["path"], said["variant"])
    if said["output"] and len(variants) > 1:
        raise click.UsageError(f"-o names one package: say which --variant: {', '.join(variants)}")
    return variants


def _of(said: _Said) -> str:
    return f"{said['variant']}: " if said["variant"] else ""


def _build(new_lock: bool, locked: bool, said: _Said) -> None:
    from deckwright import build as library

    inputs, made, result, seconds = _made(
        lambda stage, policy: library.run(
            said["path"],
            now=now(),
            output=said["output"],
            new_lock=new_lock,
            stage=stage,
            policy=policy,
            locked=locked,
            variant=said["variant"],
        ),
        said,
    )
    if result is None:
        fail(f"{_of(said)}nothing was built, and nothing changed")
    if not said["quiet"]:
        left(inputs, made)
        show(result.output, result.written, result.size, seconds)


@click.command()
@source
@click.option(
    "--as", "version", default="", metavar="VERSION", help="Its version; else the last, counted up."
)
@click.option(
    "--resend",
    default="",
    metavar="SINCE",
    help="Send once more what changed after a release, or since a date.",
)
@_making
def release(version: str, resend: str, **said: Unpack[_Said]) -> None:
    """Release a package for learners, with release notes.

    All that changed since the last release gets one time, so that nobody who imported that one late
    misses a fix. The package and the release notes are named with the version.

    \b
    deckwright release
    deckwright release --as 1.2
    deckwright release --resend 1.1      once more, for those whose own tags or edits hid it
    """
    for each in _each(said):
        _release(version, resend, {**said, "variant": each})


def _release(version: str, resend: str, said: _Said) -> None:
    from deckwright import release as library
    from deckwright.build import summary

    inputs, _, done, seconds = _made(
        lambda stage, policy: library.run(
            said["path"],
            now=now(),
            version=version,
            resend=resend,
            output=said["output"],
            stage=stage,
            policy=policy,
            variant=said["variant"],
        ),
        said,
    )
    if done is None:
        fail(f"{_of(said)}nothing was released, and nothing changed")
    if said["quiet"]:
        return
    show(done.output, done.written, done.size, seconds)
    if done.again:
        click.echo(f"Nothing changed since the release {done.version}: its package, once more.")
        return
    what = summary(done.changes) if done.changes else "nothing new"
    click.echo(f"Release {done.version}: {what}. Notes: {done.notes_path}")
    if done.resent:
        click.echo(
            f"{counted(len(done.resent), 'note')} stamped once more: whoever imports this loses "
            "own edits and tags on them, and gets the words of this release."
        )
    click.echo(f"Commit {inputs.lock_path}: the next release is made from it.")


# What writes nothing: notes, schema ---------------------------------------------------------------


@click.command()
@source
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "yaml"]),
    default="table",
    help="How the notes are shown.",
)
@variant
@verbose
def notes(path: str, form: str, variant: str, verbose: bool) -> None:
    """Show the structured notes, for use without Anki.

    \b
    deckwright notes
    deckwright notes page.txt --format json > notes.json
    """
    from deckwright import build as library
    from deckwright.reading import read_inputs

    inputs = read_inputs(path, new_lock=True, variant=variant)
    made = library.compile(inputs, now())
    tell(made.diagnostics, inputs.texts, verbose=verbose, path=path, variant=variant)
    if form == "table":
        table_of_notes(made.notes)
    else:
        from deckwright.report import as_data

        data = [as_data(note, inputs.texts) for note in made.notes]
        if form == "json":
            echo_json(data)
        else:
            import yaml

            as_utf8(sys.stdout)
            click.echo(
                yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100), nl=False
            )
    if made.contents is None:
        fail("a build would stop here")


@click.command()
def schema() -> None:
    """Print the JSON Schema of deck.yaml, for editors.

    With it they complete and check what is typed.

    \b
    deckwright schema > deck.schema.json
    """
    import json

    from deckwright.project import json_schema

    click.echo(json.dumps(json_schema(), indent=2, sort_keys=True))
