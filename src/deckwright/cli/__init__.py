"""The command line: parse options, call one library function, print.

`printing` is what all commands print; the others have the commands, by what they are about.
"""

from __future__ import annotations

import io
import sys
from typing import Any

import click

from deckwright import __version__
from deckwright.cli import building, comparing, identities, notetypes, rules

# What is heavy is imported where it is used: `deckwright --version` starts as fast as Click.


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


for command in (
    *(building.build, building.release, building.notes, building.schema),
    *(rules.check, rules.rules, rules.explain),
    *(comparing.diff, comparing.verify),
    *(identities.init, identities.rename, identities.lock, notetypes.notetype),
):
    main.add_command(command)
