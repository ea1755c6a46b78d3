"""Commands that read sources and build: build, release, check, notes, schema."""

from __future__ import annotations

import time

import click

from deckwright.cli.arguments import source, verbose
from deckwright.cli.printing import counted, fail, left, now, progress, show, table_of_notes, tell

_output = click.option("-o", "--output", metavar="FILE", help="Where the package goes.")
_quiet = click.option("-q", "--quiet", is_flag=True, help="Say nothing but what is wrong.")
_locked = click.option("--locked", is_flag=True, help="Fail if the lock would change.")
_ship = click.option(
    "--ship-rendering", is_flag=True, help="Also send what only the renderer changed."
)
_accept = click.option(
    "--accept-schema-change", is_flag=True, help="Take note types with other fields or templates."
)


def _package(output: str | None) -> None:
    if output is not None and not output.endswith(".apkg"):
        raise click.UsageError(f"A package's name ends in .apkg: -o {output}.apkg")


@click.command()
@source
@_output
@click.option("--new-lock", is_flag=True, help="Begin a lock anew although a package is there.")
@_locked
@_ship
@_accept
@verbose
@_quiet
def build(
    path: str,
    output: str | None,
    new_lock: bool,
    locked: bool,
    ship_rendering: bool,
    accept_schema_change: bool,
    verbose: bool,
    quiet: bool,
) -> None:
    """Build a package to look at and for your own use, and write the lock.

    PATH is a deck.yaml, a folder that has one, or a single file of study text; without it, the
    deck.yaml here is built. For a deck with learners there is `deckwright release`.

    \b
    deckwright build
    deckwright build page.txt -o page.apkg
    deckwright build --locked           in continuous integration
    """
    from deckwright import build as library
    from deckwright.identity import Policy

    _package(output)
    begun = time.perf_counter()
    policy = Policy(ship_rendering, accept_schema_change)
    with progress(quiet) as stage:
        inputs, made, result = library.run(
            path,
            now=now(),
            output=output,
            new_lock=new_lock,
            stage=stage,
            policy=policy,
            locked=locked,
        )
    tell(made.diagnostics, inputs.texts, verbose=verbose, quiet=quiet, command="build")
    if result is None:
        fail("nothing was built, and nothing changed")
    if not quiet:
        left(inputs, made)
        show(result.output, result.written, result.size, time.perf_counter() - begun)


@click.command()
@source
@click.option("--as", "version", default="", metavar="VERSION", help="Its version; else counted.")
@click.option(
    "--resend",
    default="",
    metavar="SINCE",
    help="Stamp what changed since a release or a date once more.",
)
@_output
@_ship
@_accept
@verbose
@_quiet
def release(
    path: str,
    version: str,
    resend: str,
    output: str | None,
    ship_rendering: bool,
    accept_schema_change: bool,
    verbose: bool,
    quiet: bool,
) -> None:
    """Release a package for learners, with release notes.

    All that changed since the last release gets one time, so that nobody who imported that one late
    misses a fix. The package and the release notes are named with the version.

    \b
    deckwright release
    deckwright release --as 1.2
    deckwright release --resend 1.1      once more, for those whose own tags or edits hid it
    """
    from deckwright import release as library
    from deckwright.build import summary
    from deckwright.identity import Policy

    _package(output)
    begun = time.perf_counter()
    policy = Policy(ship_rendering, accept_schema_change)
    with progress(quiet) as stage:
        inputs, made, done = library.run(
            path,
            now=now(),
            version=version,
            resend=resend,
            output=output,
            stage=stage,
            policy=policy,
        )
    tell(made.diagnostics, inputs.texts, verbose=verbose, quiet=quiet, command="release")
    if done is None:
        fail("nothing was released, and nothing changed")
    if quiet:
        return
    show(done.output, done.written, done.size, time.perf_counter() - begun)
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


@click.command()
@source
@_locked
@verbose
def check(path: str, locked: bool, verbose: bool) -> None:
    """Find what would stop or spoil a build, and write nothing.

    \b
    deckwright check
    deckwright check page.txt
    deckwright check --locked           also if the lock would change
    """
    from deckwright import build as library

    inputs = library.read_inputs(path)
    made = library.compile(inputs, now(), locked=locked)
    tell(made.diagnostics, inputs.texts, verbose=verbose, command="check")
    if made.contents is None:
        fail("a build would stop here")
    left(inputs, made)
    click.echo(f"{counted(len(made.notes), 'note')}, nothing that would stop a build")


@click.command()
@source
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "yaml"]),
    default="table",
    help="How the notes are shown.",
)
@verbose
def notes(path: str, form: str, verbose: bool) -> None:
    """Show the structured notes, so that the parse can be used without Anki.

    \b
    deckwright notes
    deckwright notes page.txt --format json > notes.json
    """
    from deckwright import build as library

    inputs = library.read_inputs(path, new_lock=True)
    made = library.compile(inputs, now())
    tell(made.diagnostics, inputs.texts, verbose=verbose, command="notes")
    if form == "table":
        table_of_notes(made.notes)
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
        fail("a build would stop here")


@click.command()
def schema() -> None:
    """Print the JSON Schema of deck.yaml, with which editors complete it.

    \b
    deckwright schema > deck.schema.json
    """
    import json

    from deckwright.project import json_schema

    click.echo(json.dumps(json_schema(), indent=2, sort_keys=True))
