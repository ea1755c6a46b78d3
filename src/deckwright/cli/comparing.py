"""Commands that compare: diff, verify."""

from __future__ import annotations

import click

from deckwright.cli.arguments import existing, fetched, project_path, variant
from deckwright.cli.printing import echo_json, fail, now, tell


@click.command()
@click.argument("old", required=False, callback=existing)
@click.argument("new", required=False, callback=existing)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    help="How the differences are shown.",
)
@variant
def diff(old: str | None, new: str | None, form: str, variant: str) -> None:
    """Show what changed, note by note, in words.

    OLD and NEW are packages (.apkg); in place of NEW, or of both, a project or a file of study text
    stands for what a build of it would give. Without any, it is the deck.yaml here, compared with
    what was built last.

    \b
    deckwright diff                                  what a build would change
    deckwright diff dist/deck-1.apkg                 since that package
    deckwright diff dist/deck-1.apkg dist/deck-2.apkg --format markdown
    """
    from deckwright import compare, release
    from deckwright.apkg import PackageError

    sides = [side for side in (old, new) if side]
    packages = [side for side in sides if side.endswith(".apkg")]
    sources = [side for side in sides if not side.endswith(".apkg")]
    if len(sources) > 1 or (sources and sides[-1] != sources[0]):
        raise click.UsageError(
            "Name the older package first, and then what to compare with it, as in: "
            "deckwright diff dist/deck-1.apkg deck.yaml"
        )
    try:
        if len(packages) == 2:
            difference = release.between(packages[0], packages[1])
        else:
            path = project_path(sources[0] if sources else None)
            texts, told, found = release.against(
                path, now(), packages[0] if packages else "", variant
            )
            tell(told, texts, path=path, variant=variant)
            if found is None:
                fail("there is nothing to compare: a build would stop here")
            difference = found
    except PackageError as error:
        raise click.ClickException(str(error)) from error
    if form == "json":
        echo_json(compare.as_data(difference))
    elif form == "markdown":
        click.echo(compare.markdown(difference), nl=False)
    else:
        for line in compare.text(difference):
            click.echo(line)


@click.command()
@click.argument("old", callback=fetched)
@click.argument("new", callback=fetched)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How the verdict is shown.",
)
def verify(old: str, new: str, form: str) -> None:
    """Try an update on the real Anki engine, as a learner.

    Imports OLD into a fresh collection, reviews every card, imports NEW, and tells what a learner
    would see. OLD and NEW are packages of any origin, paths or addresses. Fails if a review is lost
    or misplaced, a note doubled, an update missing or refused, or a note type split. Needs the
    engine: pip install "deckwright[verify]".

    \b
    deckwright verify dist/deck-1.apkg dist/deck-2.apkg
    deckwright verify https://example.org/deck.apkg dist/deck.apkg --format json
    """
    import tempfile
    from dataclasses import replace
    from pathlib import Path

    from deckwright import verify as library
    from deckwright.apkg import PackageError

    with tempfile.TemporaryDirectory() as folder:
        try:
            verdict = library.verify(*(library.fetch(each, Path(folder)) for each in (old, new)))
            verdict = replace(verdict, old=old, new=new)
        except library.EngineMissing as error:
            raise click.UsageError(str(error)) from error
        except PackageError as error:
            raise click.ClickException(str(error)) from error
    if form == "json":
        echo_json(library.as_data(verdict))
    else:
        for line in library.text(verdict):
            click.echo(line)
    if not verdict.ok:
        raise SystemExit(1)
