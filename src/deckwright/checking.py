"""Checking what a person names: projects with all of their variants, and bare files, as one."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace

from deckwright import build
from deckwright.build import Build, Scope, Stage, silent
from deckwright.choosing import UNUSED_IGNORE
from deckwright.diagnostics import Diagnostic
from deckwright.naming import several
from deckwright.reading import Inputs, read_inputs, variants_of
from deckwright.report import by_place
from deckwright.source import Source, Span

Way = Callable[[str, str, str], str]
"""Makes a way out such as one can type it: of a hint, the path of a project, and a variant."""


@dataclass
class Found:
    """What was found in all projects, variants and files: findings once, by place; the texts that
    they point into; how many notes there are, and in how many variants and files; what was built
    of each; and how long it took, by the code of a rule and in all (seconds)."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    texts: dict[str, Source] = field(default_factory=dict)
    notes: int = 0
    variants: int = 0
    files: int = 0
    built: list[tuple[Inputs, Build]] = field(default_factory=list)
    times: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


def check(
    paths: Sequence[str],
    now: int,
    scope: Scope,
    *,
    variant: str = "",
    locked: bool = False,
    placed: bool = False,
    way: Way = lambda hint, path, variant: hint,
    progress: Callable[[], AbstractContextManager[Stage]] = lambda: nullcontext(silent),
) -> Found:
    """Check projects and bare files, and write nothing. `now`, `locked` and `scope` are as those of
    a build, `placed` gives a finding about all of a project a place at its beginning."""
    begun = scope.clock()
    found = Found(files=len(paths))
    told: list[Diagnostic] = []
    for path in paths:
        names = variants_of(path, variant)
        # An ignore is of use if one of the variants needs it: without all of them none is known.
        asked = replace(scope, ignores=scope.ignores and not variant)
        where: dict[Diagnostic, list[str]] = {}
        readers: Counter[str] = Counter()  # how many of the variants read a file
        for name in names:
            with progress() as stage:
                inputs = read_inputs(path, variant=name)
                made = build.compile(inputs, now, stage, locked=locked, scope=asked)
            readers.update(inputs.texts.keys())
            _add(found, inputs, made)
            for each in made.diagnostics:
                where.setdefault(replace(each, hint=way(each.hint, path, name)), []).append(name)
        found.variants += len(names)
        once = _once(where, names, readers)
        told += (_placed(each, path) for each in once) if placed else once
    found.diagnostics = by_place(told)
    found.seconds = scope.clock() - begun
    return found


def _add(found: Found, inputs: Inputs, made: Build) -> None:
    found.texts |= inputs.texts
    found.notes += len(made.notes)
    found.times.update(made.times)
    if made.contents is not None:
        found.built.append((inputs, made))


def _once(
    where: dict[Diagnostic, list[str]], names: Sequence[str], readers: Counter[str]
) -> Iterator[Diagnostic]:
    """The findings of all variants, each once, with the variants that have it if not all do."""
    for each, of in where.items():
        if each.rule is UNUSED_IGNORE and each.span and len(of) < readers[each.span.path]:
            continue
        if len(of) < len(names):
            told = f"variant{'' if len(of) == 1 else 's'} {several(of)}"
            yield replace(each, message=f"{each.message} (in the {told})")
        else:
            yield each


def _placed(found: Diagnostic, path: str) -> Diagnostic:
    """A finding about all of a project or file as one at its beginning: among several it must say
    which it is about, and code scanning of GitHub takes none without a place."""
    if found.span is not None:
        return found
    main = os.path.join(path, "deck.yaml") if os.path.isdir(path) else path
    return replace(found, span=Span(main, 0, 0))
