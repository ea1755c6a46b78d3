"""Commands about identities: init, rename, lock resolve, lock restore."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal, cast

import click

from deckwright.cli.arguments import existing, project, source, variant
from deckwright.cli.printing import fail, now, tell

if TYPE_CHECKING:
    from deckwright.settle import Settled


def _show(done: Settled, path: str, variant: str = "") -> None:
    tell(done.diagnostics, done.texts, path=path, variant=variant)
    if not done.done:
        fail("nothing was settled, and nothing changed")
    for line in done.told:
        click.echo(line)


@click.command()
@click.argument("file", callback=existing)
def init(file: str) -> None:
    """Make a project of a single file, with the same identities.

    Writes deck.yaml beside it; its lock becomes deck.lock.

    \b
    deckwright init page.txt
    """
    from deckwright import settle

    if os.path.basename(file) in ("deck.yaml", "deck.yml"):
        raise click.UsageError(f"{file} is a project already")
    if os.path.isdir(file):
        raise click.UsageError(f"Name the file to make a project of: deckwright init {file}/FILE")
    _show(settle.init(file), file)


@click.command()
@click.argument("keys", nargs=-1, metavar="OLD NEW | --new KEY...")
@click.option("--new", is_flag=True, help="These KEYS are new notes, whatever they resemble.")
@project
@variant
def rename(keys: tuple[str, ...], new: bool, path: str, variant: str) -> None:
    """Settle whether a note is another one renamed.

    For what a build was unsure of, or took wrongly: it says so, and names the command.
    A concept brings along what was derived of it. `deckwright notes` shows the keys.

    \b
    deckwright rename lambda-layer lambda-layers     the second is the first one, renamed
    deckwright rename --new lambda-layers            it is a new note
    """
    from deckwright import settle

    if new and keys:
        _show(settle.accept_new(path, keys, now(), variant), path, variant)
    elif len(keys) == 2:
        _show(settle.rename(path, keys[0], keys[1], variant), path, variant)
    else:
        raise click.UsageError("Give two keys, the old one and the new one; or --new KEY")


@click.group()
def lock() -> None:
    """Mend deck.lock, the memory of all identities.

    \b
    deckwright lock resolve                  after a merge that git could not make
    deckwright lock restore dist/deck.apkg   of a package, when the lock is lost
    """


@lock.command()
@source
@click.option(
    "--take",
    type=click.Choice(["ours", "theirs"]),
    help="Whose identity counts where the two sides have different ones for one note.",
)
@variant
def resolve(path: str, take: str | None, variant: str) -> None:
    """Unite both sides of a lock that git could not merge.

    \b
    deckwright lock resolve
    deckwright lock resolve --take theirs
    """
    from deckwright import settle

    _show(
        settle.resolve(path, cast(Literal["", "ours", "theirs"], take or ""), variant),
        path,
        variant,
    )


@lock.command()
@click.argument("package", callback=existing)
@project
@variant
def restore(package: str, path: str, variant: str) -> None:
    """Rebuild a lost lock from a package, times included.

    Take the newest package: what was released after it would not be known.

    \b
    deckwright lock restore dist/my-deck-1.2.apkg
    deckwright lock restore page.apkg --project page.txt
    """
    from deckwright import settle

    _show(settle.restore(path, package, variant), path, variant)
