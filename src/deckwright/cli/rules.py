"""Commands about findings and the rules behind them: check, rules, explain."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias, TypedDict, Unpack

import click

from deckwright.cli.arguments import (
    ignore,
    locked,
    paths,
    select,
    variant,
    verbose,
)
from deckwright.cli.printing import (
    as_utf8,
    coloured,
    counted,
    echo_json,
    is_always_told,
    is_utf8,
    left,
    now,
    progress,
    summary,
    table,
    typed,
)

if TYPE_CHECKING:
    from deckwright.checking import Found
    from deckwright.diagnostics import Diagnostic, Rule
    from deckwright.source import Source

_ROUNDS = 5  # of mending: what is mended may show what else is to be

# check -------------------------------------------------------------------------------------------


class _Said(TypedDict):
    """What a person says to `check`."""

    paths: tuple[str, ...]
    variant: str
    locked: bool
    form: str
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    fail_on: Literal["info", "warning", "error", "never"]
    statistics: bool
    fix: bool
    diff: bool
    verbose: bool


@click.command()
@paths
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    help="For people, for programs, as annotations of GitHub Actions, or for code scanning.",
)
@select
@ignore
@click.option(
    "--fail-on",
    type=click.Choice(["info", "warning", "error", "never"]),
    default="error",
    help="From which severity on the status is 1 (by default: error).",
)
@click.option("--fix", is_flag=True, help="Mend what can be mended without changing a meaning.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and write nothing.")
@click.option("--statistics", is_flag=True, help="Count by rule, and tell how long each took.")
@variant
@locked
@verbose
def check(**said: Unpack[_Said]) -> None:
    """Find what makes cards bad or would stop a build, and build nothing.

    Each PATH is a deck.yaml, a folder that has one, or a file of study text, which is checked by
    itself; without any, it is the deck.yaml here. Findings go to standard output. The status is 0
    if nothing was found that counts, 1 if something was, 2 if the command was wrong.

    \b
    deckwright check
    deckwright check bees.md tea.md
    deckwright check --select E,unused-media      only some rules
    deckwright check --fix --diff                 what could be mended
    deckwright check --format github --fail-on warning
    deckwright check --locked                     also if the lock would change
    """
    if said["diff"]:
        if said["form"] != "text":
            raise click.UsageError("--diff is a form of its own: leave out --format")
        _show_diff(_checked(said), said["fail_on"])
        return
    # All but the findings would spoil what other programs read.
    say = partial(click.echo, err=said["form"] != "text")
    found, mended = _mended(said, say) if said["fix"] else (_checked(said), True)
    shown = [each for each in found.diagnostics if _is_shown(each, said)]
    _print(shown, found.texts, said["form"])
    for inputs, made in found.built:
        left(inputs, made, err=said["form"] != "text")
    if said["statistics"]:
        _statistics(found, err=said["form"] != "text")
    if said["form"] == "text":
        if hidden := [each for each in found.diagnostics if not _is_shown(each, said)]:
            say(f"{summary(hidden)} (-v tells each)")
        say(_count(shown, found))
    if not mended or _fails(found.diagnostics, said["fail_on"]):
        raise SystemExit(1)


def _checked(said: _Said) -> Found:
    """Check all that a person names."""
    from deckwright import checking
    from deckwright.build import Scope

    return checking.check(
        said["paths"],
        now(),
        Scope(said["select"], said["ignore"], slow=True, ignores=True, clock=time.perf_counter),
        variant=said["variant"],
        locked=said["locked"],
        placed=len(said["paths"]) > 1 or said["form"] == "sarif",
        way=typed,
        progress=partial(progress, quiet=False),
    )


def _is_shown(found: Diagnostic, said: _Said) -> bool:
    """Whether a finding is told: what is only for information, when somebody asks for it."""
    from deckwright.choosing import names
    from deckwright.diagnostics import Severity

    asked = said["verbose"] or said["fail_on"] == "info"
    asked = asked or any(names(word, found.rule) > 1 for word in said["select"])
    return asked or found.severity > Severity.INFO or is_always_told(found)


def _print(shown: Sequence[Diagnostic], texts: Mapping[str, Source], form: str) -> None:
    from deckwright.report import FORMATS, Look

    top = os.environ.get("GITHUB_WORKSPACE", "")
    folder = os.path.relpath(os.curdir, top) if top else ""
    look = Look(
        form == "text" and coloured(sys.stdout),
        "" if folder.startswith(os.pardir) else folder,
        ascii=not is_utf8(sys.stdout),
    )
    if form == "github":
        as_utf8(sys.stdout)
    for line in FORMATS[form](shown, texts, look):
        click.echo(line)


def _count(shown: Sequence[Diagnostic], found: Found) -> str:
    """How much was found: “3 errors, 12 warnings (5 can be fixed with --fix)”."""
    from deckwright.diagnostics import Severity

    count = Counter(each.severity for each in shown)
    told = ", ".join(
        counted(count[severity], severity.name.lower())
        for severity in reversed(Severity)
        if count[severity]
    )
    if not told:
        told = counted(found.notes, "note")
        if found.files > 1:
            told += f" in {counted(found.files, 'file')}"
        elif found.variants > 1:
            told += f" in {counted(found.variants, 'variant')}"
        told += ", nothing found"
    fixable = sum(bool(each.edits) for each in found.diagnostics)
    return f"{told} ({fixable:,} can be fixed with --fix)" if fixable else told


def _fails(found: Iterable[Diagnostic], fail_on: str) -> bool:
    from deckwright.diagnostics import Severity

    return fail_on != "never" and any(d.severity >= Severity[fail_on.upper()] for d in found)


_Say: TypeAlias = Callable[[str], None]


def _mended(said: _Said, say: _Say) -> tuple[Found, bool]:
    """What is found after all is mended that can be, and whether it could be written."""
    from deckwright import fixing
    from deckwright.report import clean

    found, written = _checked(said), True
    count: Counter[str] = Counter()
    mended = fixing.mend(found.texts, found.diagnostics)
    for _ in range(_ROUNDS):
        if not any(each.count for each in mended):
            break
        try:
            fixing.write(mended)
        except OSError as error:  # what was found is told all the same
            where = f"{clean(error.filename)}: " if error.filename else ""
            click.echo(f"not fixed: {where}{error.strerror or error}", err=True)
            written, mended = False, ()
            break
        count.update({each.path: each.count for each in mended if each.count})
        found = _checked(said)
        mended = fixing.mend(found.texts, found.diagnostics)
    for path, number in sorted(count.items()):
        say(f"{clean(path)}: {counted(number, 'finding')} fixed")
    for each in mended:
        if each.why:
            say(f"{clean(each.path)}: not fixed: {each.why}")
    return found, written


def _show_diff(found: Found, fail_on: str) -> None:
    """Print what `--fix` would change; the status is 1 if there is anything, or something was found
    that counts."""
    from deckwright import fixing
    from deckwright.diagnostics import has_errors
    from deckwright.report import clean, visible

    mended = fixing.mend(found.texts, found.diagnostics)
    said = fixing.diff(mended)
    if sys.stdout.isatty():
        click.echo(visible(said), nl=False)
    else:  # as it is, for programs that apply it
        as_utf8(sys.stdout)
        click.echo(said, nl=False, color=True)
    for each in mended:
        if each.why:
            click.echo(f"{clean(each.path)}: not fixed: {each.why}", err=True)
    number = sum(each.count for each in mended)
    click.echo(f"{counted(number, 'finding')} can be fixed with --fix", err=True)
    if has_errors(found.diagnostics):
        click.echo("there are errors, too: without --diff they are told", err=True)
    if number or _fails(found.diagnostics, fail_on):
        raise SystemExit(1)


def _statistics(found: Found, err: bool) -> None:
    """Print how much each rule found and how long it took, slowest first, and the whole. Readers
    find what they find while they read: their rules have no time of their own."""
    from deckwright import manual

    count = Counter(each.code for each in found.diagnostics)
    names = {rule.code: rule.name for rule in manual.RULES}
    rows = [
        (code, names[code], f"{count[code]:,}", f"{found.times[code] * 1000:.1f}")
        for code in sorted({*count, *found.times}, key=lambda c: (-found.times[c], -count[c], c))
    ]
    whole = ("all", "", f"{sum(count.values()):,}", f"{found.seconds * 1000:.1f}")
    shown = [("code", "name", "findings", "ms"), *rows, whole]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    for code, name, findings, ms in shown:
        line = f"{code:{widths[0]}}  {name:{widths[1]}}  {findings:>{widths[2]}}  {ms:>{widths[3]}}"
        click.echo(line, err=err)


# The manual --------------------------------------------------------------------------------------


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    help="How the rules are shown.",
)
@click.argument("words", nargs=-1, metavar="[RULES]...")
def rules(form: str, words: tuple[str, ...]) -> None:
    """List all rules, by family, or those that RULES name: a family, a code, a name.

    With its code, its name, how much it weighs, and why it is there. Marked are those that are off
    until they are selected, slow ones, which only check and release run, and those that
    `check --fix` mends.

    \b
    deckwright rules
    deckwright rules E Z
    deckwright rules --format json
    """
    from deckwright import choosing, manual

    for word, hint in choosing.unknown(words, manual.RULES):
        raise click.UsageError(f'There is no rule "{word}": {hint}')
    meant = [r for r in manual.RULES if not words or any(choosing.names(w, r) for w in words)]
    if form == "markdown":
        as_utf8(sys.stdout)
        click.echo(manual.markdown(meant), nl=False)
    elif form == "json":
        echo_json([manual.as_data(rule) for rule in meant])
    elif sys.stdout.isatty():
        for letter, family in manual.by_family(meant):
            click.echo()
            click.secho(f"{letter}: {manual.FAMILIES[letter]}", bold=True)
            table((), _rows(family), (4, 27, 7, 8))
    else:
        table((), _rows(meant))


def _rows(known: Iterable[Rule]) -> list[tuple[str, str, str, str, str]]:
    from deckwright import manual

    return [
        (r.code, r.name, r.severity.name.lower(), " ".join(manual.marks(r)), r.reason)
        for r in known
    ]


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="RULE...")
def explain(words: tuple[str, ...]) -> None:
    """Tell all of a rule: why it is there, what to do, an example.

    RULE is the code or the name of one.

    \b
    deckwright explain I002
    deckwright explain same-key
    """
    from deckwright import choosing, manual

    found = []
    for word in words:
        rule = manual.find(word)
        if rule is None:
            hint = next((hint for _, hint in choosing.unknown([word], manual.RULES)), "")
            hint = hint or f"it is a family: `deckwright rules {word}` lists it"
            raise click.UsageError(f'There is no rule "{word}": {hint}')
        found.append(rule)
    for number, rule in enumerate(found):
        if number:
            click.echo()
        for line in manual.explain(rule):
            click.echo(line)
