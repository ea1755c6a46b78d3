"""The arguments that several commands take."""

from __future__ import annotations

import os

import click


def project_path(value: str | None, example: str = "deckwright build page.txt") -> str:
    """The project or file that a person means; here, where none is named."""
    if value is None:
        if os.path.exists("deck.yaml"):
            return "deck.yaml"
        raise click.UsageError(
            f"There is no deck.yaml here: name a project or a file, as in: {example}"
        )
    if not os.path.exists(value):
        raise click.UsageError(f"There is no file {value}")
    if os.path.isdir(value) and not os.path.exists(os.path.join(value, "deck.yaml")):
        raise click.UsageError(f"There is no deck.yaml in {value}")
    return value


def _path(ctx: click.Context, param: click.Parameter, value: str | None) -> str:
    named = "page.txt" if isinstance(param, click.Argument) else "--project page.txt"
    return project_path(value, f"{ctx.command_path} {named}")


def _paths(ctx: click.Context, _param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    paths = [project_path(each, f"{ctx.command_path} page.txt") for each in value or (None,)]
    return tuple({os.path.normpath(_main(each)): each for each in paths}.values())


def _main(path: str) -> str:
    return os.path.join(path, "deck.yaml") if os.path.isdir(path) else path


def _words(_ctx: click.Context, _param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Rules by codes, their beginnings or names, with commas between them."""
    from deckwright import choosing, manual

    words = tuple(word.strip() for each in value for word in each.split(",") if word.strip())
    for word, hint in choosing.unknown(words, manual.RULES):
        raise click.UsageError(f'There is no rule "{word}": {hint}')
    return words


def _ignorable(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> tuple[str, ...]:
    from deckwright import choosing, manual

    words = _words(ctx, param, value)
    for word in words:
        meant = [rule for rule in manual.RULES if choosing.names(word, rule)]
        if all(rule.firm for rule in meant):
            told = f"{meant[0].code} ({meant[0].name}) cannot be ignored"
            raise click.UsageError(f"{told}: without it no package can be built")
    return words


def existing(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """A file that must be there, if it is named."""
    if value is not None and not os.path.exists(value):
        raise click.UsageError(f"There is no file {value}")
    return value


def fetched(ctx: click.Context, param: click.Parameter, value: str) -> str | None:
    """A file that must be there, or an address on the web."""
    return value if "://" in value else existing(ctx, param, value)


source = click.argument("path", required=False, callback=_path, metavar="[PATH]")
paths = click.argument("paths", nargs=-1, callback=_paths, metavar="[PATH]...")
select = click.option(
    "--select",
    multiple=True,
    callback=_words,
    metavar="RULES",
    help="These instead of those of deck.yaml, by code, family or name: E, E01, doubled-word.",
)
ignore = click.option(
    "--ignore",
    multiple=True,
    callback=_ignorable,
    metavar="RULES",
    help="These are ignored as well.",
)
locked = click.option("--locked", is_flag=True, help="Fail if the lock would change.")
project = click.option(
    "--project", "path", callback=_path, metavar="PATH", help="The project, if not deck.yaml here."
)
variant = click.option(
    "--variant", default="", metavar="NAME", help="Which variant, of a project that has several."
)
verbose = click.option(
    "-v", "--verbose", is_flag=True, help="Tell each line skipped, each passage not asked, and why."
)
