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


def existing(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """A file that must be there, if it is named."""
    if value is not None and not os.path.exists(value):
        raise click.UsageError(f"There is no file {value}")
    return value


def fetched(ctx: click.Context, param: click.Parameter, value: str) -> str | None:
    """A file that must be there, or an address on the web."""
    return value if "://" in value else existing(ctx, param, value)


source = click.argument("path", required=False, callback=_path, metavar="[PATH]")
project = click.option(
    "--project", "path", callback=_path, metavar="PATH", help="The project, if not deck.yaml here."
)
variant = click.option(
    "--variant", default="", metavar="NAME", help="Which variant, of a project that has several."
)
verbose = click.option(
    "-v", "--verbose", is_flag=True, help="Tell each line skipped, each passage not asked, and why."
)


def variants_of(path: str, variant: str) -> tuple[str, ...]:
    """The variants that are meant: the one that is named, or else all; "" for a project without."""
    from deckwright.reading import variants

    return (variant,) if variant else variants(path) or ("",)
