"""The manual of all rules: which there are, by family, and what is to be told of each.

What its examples show is found by checking them, in a temporary folder.
"""

from __future__ import annotations

import os
import re
import tempfile
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from deckwright import build, release, settle
from deckwright.choosing import HASHED, Comments
from deckwright.diagnostics import Diagnostic, Files, Rule
from deckwright.media.rules import kind_of
from deckwright.readers import by_suffix
from deckwright.reading import read_inputs, variants
from deckwright.report import text, visible
from deckwright.source import Source

FAMILIES: Final[Mapping[str, str]] = {
    "A": "Identities that deck.yaml gives",
    "B": "Note types",
    "C": "deck.yaml, front matter, names",
    "D": "What is not derived",
    "E": "What cards say",
    "F": "Markdown",
    "G": "Tags",
    "H": "Markup",
    "I": "Identities",
    "K": "Keys",
    "L": "The lock",
    "M": "Media",
    "N": "What a person settles",
    "Q": "Facts",
    "R": "The text of a page",
    "S": "Sources and builds",
    "T": "Tables",
    "V": "Releases",
    "W": "Web pages",
    "Y": "Notes in YAML",
    "Z": "Cloze",
}
"""What the rules are about whose codes begin with a letter."""

RULES: Final[tuple[Rule, ...]] = tuple(
    sorted((*build.RULES, *release.RULES, *settle.RULES), key=lambda rule: rule.code)
)

LOCKED: Final = frozenset({"I008", "S007"})
"""The codes of the rules that only releases and `--locked` ask for."""

_NOW = 1_750_000_000  # a time of a build: examples tell of none


def find(word: str, rules: Iterable[Rule] = RULES) -> Rule | None:
    """The rule of a code or a name, in any case; None where there is none."""
    return next((r for r in rules if word.lower() in (r.code.lower(), r.name)), None)


def by_family(rules: Iterable[Rule] = RULES) -> Iterator[tuple[str, list[Rule]]]:
    """The letter of each family and its rules, by their codes."""
    known = list(rules)
    for letter in FAMILIES:
        if family := [rule for rule in known if rule.code[0] == letter]:
            yield letter, family


def marks(rule: Rule) -> list[str]:
    """What is special about a rule, in words of a table."""
    return [
        *(["off"] if rule.off else []),
        *(["slow"] if rule.slow else []),
        *(["fixable"] if rule.fixable else []),
    ]


def as_data(rule: Rule) -> dict[str, object]:
    """A rule as plain data, for JSON."""
    return {
        "code": rule.code,
        "name": rule.name,
        "family": FAMILIES[rule.code[0]],
        "severity": rule.severity.name.lower(),
        "off": rule.off,
        "slow": rule.slow,
        "fixable": rule.fixable,
        "ignorable": not rule.firm,
        "reason": rule.reason,
        "way": rule.way,
        "before": dict(rule.before),
        "bad": dict(rule.bad),
        "good": dict(rule.good),
    }


# Examples ----------------------------------------------------------------------------------------


def _main(files: Files) -> str:
    return "deck.yaml" if "deck.yaml" in files else next(iter(files))


@cache
def findings(rule: Rule) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
    """What `deckwright check` finds of a rule in its bad example, and how it shows the first of it.
    Raises OSError."""
    with tempfile.TemporaryDirectory() as folder:
        told, texts = check(folder, rule, rule.bad)
        found = tuple(each for each in told if each.code == rule.code)
        # As if the command ran in the folder.
        shown = (line.replace(folder + os.sep, "") for line in text(found[:1], texts))
        return found, tuple(shown)


def check(
    folder: str, rule: Rule, files: Files
) -> tuple[tuple[Diagnostic, ...], Mapping[str, Source]]:
    """What `deckwright check` finds in an example of a rule, in an empty folder, after what was
    there before was built and released; and the texts that it is found in. Raises OSError."""
    if rule.before:
        _write(folder, rule.before)
        path = os.path.join(folder, _main(rule.before))
        build.run(path, now=_NOW - 2000)
        release.run(path, now=_NOW - 1000)
        for name in rule.before:
            Path(folder, name).unlink()
    _write(folder, files)
    path = os.path.join(folder, _main(files))
    inputs = read_inputs(path, variant=(variants(path) or ("",))[-1])
    select = ("default", rule.code) if rule.off else ()
    scope = build.Scope(select=select, slow=True, ignores=True)
    made = build.compile(inputs, _NOW, scope=scope, locked=rule.code in LOCKED)
    return made.diagnostics, inputs.texts


def _write(folder: str, files: Files) -> None:
    for name, content in files.items():
        place = Path(folder, name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode("utf-8"))


# For people --------------------------------------------------------------------------------------


def _standing(rule: Rule) -> str:
    """How much a rule weighs, when it runs, and what mends it."""
    said = [rule.severity.name.lower()]
    if rule.off:
        said.append("off unless it is selected")
    if rule.slow:
        said.append("only in `check` and `release`")
    if rule.fixable:
        said.append("mended by `check --fix`")
    if rule.firm:
        said.append("cannot be ignored")
    return ", ".join(said)


def _comments(found: Diagnostic) -> Comments | None:
    """How comments are written where a finding is; None where there are none."""
    path = found.span.path if found.span else ""
    if os.path.basename(path) == "deck.yaml":
        return HASHED
    reader = by_suffix(path) if f"notetypes{os.sep}" not in path else None
    return reader.comments if reader else None


def _choosing(rule: Rule, found: Iterable[Diagnostic]) -> list[tuple[str, str]]:
    """How to ignore or select a rule, of which something was found: where, and what to write
    there."""
    if rule.firm:
        return []
    ways = [("in deck.yaml", f"checks: {{ignore: [{rule.name}]}}")]
    if rule.off:
        ways = [("in deck.yaml, to select it", f"checks: {{select: [default, {rule.name}]}}")]
    first = next(iter(found), None)
    if first and (how := _comments(first)):
        comment = f"{how.start} deckwright: ignore {rule.name} {how.end}".rstrip()
        ways.append(("in a source, above the line", comment))
    elif first and first.key:
        said = f"checks: {{notes: {{{first.key}: [{rule.name}]}}}}"
        ways.append(("in deck.yaml, for a note", said))
    return ways


def explain(rule: Rule) -> Iterator[str]:
    """The manual page of a rule, line by line: why it is there, what to do, an example that has a
    finding and one that has none, and how to ignore it."""
    yield f"{rule.code} {rule.name} ({_standing(rule).replace('`', '')})"
    for part in (rule.reason, rule.way):
        if part:
            yield ""
            yield from textwrap.wrap(part, 80)
    found: tuple[Diagnostic, ...] = ()
    if rule.bad:
        found, shown = findings(rule)
        yield from _listing("What was built before", rule.before)
        yield from _listing("An example", rule.bad)
        yield ""
        yield from shown
        yield from _listing("Mended", _mended(rule))
    if not rule.firm:
        yield ""
    for where, what in _choosing(rule, found):
        yield f"{where[0].upper()}{where[1:]}: {what}"


def _mended(rule: Rule) -> Files:
    """The files of the good example that differ from those of the bad one."""
    return {name: said for name, said in rule.good.items() if rule.bad.get(name) != said}


def _listing(what: str, files: Files) -> Iterator[str]:
    for name, content in files.items():
        yield ""
        if kind_of(name):
            yield f"Beside it: {name}"
            continue
        yield f"{what}, {name}:"
        yield ""
        yield from (f"    {line}".rstrip() for line in visible(content).splitlines())


# docs/rules.md -----------------------------------------------------------------------------------

_HEAD = """\
# Rules

`deckwright check` finds what makes cards bad or builds dangerous. This page tells of each rule \
why it is there, what to do about its findings, and an example that has one. `deckwright explain \
CODE` shows the same. The page is made by `deckwright rules --format markdown`, of what the rules \
say themselves, and the findings in it are those that the command prints.

An **error** stops a build. A **warning** does not: a build counts it, and `deckwright check` \
shows it. An **info** is told with `-v`. Rules marked **slow** run in `deckwright check` and \
`deckwright release` alone, those marked **off** where they are selected, and `deckwright check \
--fix` mends what is marked **fixable**.

Which findings count is said in `deck.yaml`, where rules are named by code (`E013`), family (`E`, \
`E01`) or name:

```yaml
checks:
  select: [default, Q]             # also those that are off
  ignore: [long-answer]            # everywhere
  severity: {doubled-word: error}  # stops a build
  files: {verse/*.md: [E012]}      # ignored in some files
  notes: {bees/queen: [E]}         # ignored for some notes, by their keys
```

On the command line `--select` counts instead of `select` and `ignore`, and `--ignore` adds to \
them. In sources that have comments, one is about the line that it ends, or about the note or line \
below it; `ignore-file` is about all of the file:

```markdown
<!-- deckwright: ignore E013 (as in the song) -->
```
"""


def markdown(rules: Iterable[Rule] = RULES) -> str:
    """The page of all rules, in Markdown; `#e012` is the anchor of E012. Raises OSError."""
    families = list(by_family(rules))
    return "\n".join(
        [
            *(_HEAD, "| rules | are about |", "| --- | --- |"),
            *(f"| [{letter}](#{_anchor(letter)}) | {FAMILIES[letter]} |" for letter, _ in families),
            *(line for letter, family in families for line in _family(letter, family)),
            "",
        ]
    )


def _anchor(letter: str) -> str:
    """The anchor that GitHub makes of the heading of a family."""
    return re.sub(r"[^\w\- ]", "", f"{letter} {FAMILIES[letter]}".lower()).replace(" ", "-")


def _family(letter: str, rules: Iterable[Rule]) -> Iterator[str]:
    known = list(rules)
    yield from ("", f"## {letter}: {FAMILIES[letter]}", "")
    yield from ("| code | name | severity | |", "| --- | --- | --- | --- |")
    for rule in known:
        severity = rule.severity.name.lower()
        yield f"| [{rule.code}](#{rule.code.lower()}) | {rule.name} | {severity} | {_cell(rule)} |"
    for rule in known:
        yield from _section(rule)


def _cell(rule: Rule) -> str:
    return ", ".join(marks(rule))


def _section(rule: Rule) -> Iterator[str]:
    yield from ("", f"### {rule.code}", "", f"**{rule.name}** ({_standing(rule)})")
    for part in (rule.reason, rule.way):
        if part:
            yield from ("", _escaped(part))
    if rule.bad:
        _, shown = findings(rule)
        yield from _blocks("Built before", rule.before)
        yield from _blocks("Found in", rule.bad)
        yield from ("", *_fenced("text", "\n".join(shown)))
        yield from _blocks("Mended", _mended(rule))


def _blocks(what: str, files: Files) -> Iterator[str]:
    for name, content in files.items():
        if kind_of(name):
            yield from ("", f"Beside it: `{name}`.")
            continue
        yield from ("", f"{what} `{name}`:", "")
        yield from _fenced(_LANGUAGES.get(os.path.splitext(name)[1], "text"), visible(content))


_LANGUAGES = {".md": "markdown", ".yaml": "yaml", ".html": "html", ".csv": "csv"}


def _fenced(language: str, content: str) -> Iterator[str]:
    """A fenced block, whose fence is longer than any in it."""
    longest = max(map(len, re.findall("`{3,}", content)), default=2)
    fence = "`" * (longest + 1)
    yield from (f"{fence}{language}", content.removesuffix("\n"), fence)


def _escaped(said: str) -> str:
    """Plain words in Markdown: what stands between backticks is code, and nothing else is more
    than it looks."""
    parts = re.split(r"(`+[^`]*`+)", said)
    return "".join(
        part if at % 2 else re.sub(r"([\\<*\[\]])", r"\\\1", part) for at, part in enumerate(parts)
    )
