"""Commands about note types: notetype list, notetype copy."""

from __future__ import annotations

import os

import click

from deckwright.cli.arguments import existing, project, project_path
from deckwright.cli.printing import fail, tell


def _place(path: str) -> str:
    """The folder of a project's own note types."""
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    return os.path.join(folder, "notetypes")


@click.group()
def notetype() -> None:
    """Show note types, and copy one to make it your own.

    A project's own note types lie in the folder `notetypes` beside its deck.yaml.

    \b
    deckwright notetype list
    deckwright notetype copy Basic "My Basic"
    """


@notetype.command("list")
@click.argument("path", required=False)
def list_(path: str | None) -> None:
    """List the note types that sources can name, with their fields.

    Those that come with deckwright and, of the project of PATH or the deck.yaml here, its own.

    \b
    deckwright notetype list
    """
    from deckwright import notetypes

    found = dict(notetypes.built_in())
    wrong = False
    if path is not None or os.path.exists("deck.yaml"):
        path = project_path(path, "deckwright notetype list")
        if os.path.isdir(_place(path)):
            own = notetypes.read_all(_place(path), None)  # variants have strings of their own
            tell(own.diagnostics, own.texts, verbose=True, path=path)
            found |= own.note_types
            wrong = any(each.severity == 2 for each in own.diagnostics)
    for name, note_type in found.items():
        click.echo(f"{name}\t{note_type.kind}\t{', '.join(note_type.fields)}")
    if wrong:
        fail("not all of the project's note types can be used")


@notetype.command()
@click.argument("name", required=False, metavar="NAME")
@click.argument("to", required=False, metavar="[TO]")
@click.option(
    "--from",
    "package",
    callback=existing,
    metavar="PACKAGE",
    help="Copy it from this package (.apkg), ids and all, so that learners keep what they have.",
)
@project
def copy(name: str | None, to: str | None, package: str | None, path: str) -> None:
    """Copy a note type into the project, to change it there.

    NAME is a note type that comes with deckwright or, with --from, one of a package (which may be
    left out where the package has one alone); TO is what the copy is called in the project.

    \b
    deckwright notetype copy Basic                             as "My Basic"
    deckwright notetype copy Cloze "Cloze with pictures"
    deckwright notetype copy --from old-deck.apkg "Geography"
    """
    from deckwright import copying
    from deckwright.apkg import PackageError

    if package is None and name is None:
        raise click.UsageError("Name a note type, as in: deckwright notetype copy Basic")
    try:
        if package is None:
            copied = copying.of_built_in(name or "", to or "")
        else:
            copied = copying.of_package(package, name or "", to or "")
        place = copying.write(copied, _place(path))
    except (copying.CopyError, PackageError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Copied to {place}. Sources name it by its name: {copied.name}")
    for missing in copied.missing:
        click.echo(f"Its templates show {missing}, which is not in {package}: put it there, too,")
        click.echo('and list it in notetype.yaml under "files:".')
    if package is None:
        click.echo("Its fields and templates can be changed until the first release, never after.")
    else:
        click.echo("Learners have it: change what its templates and its style say, nothing else.")
