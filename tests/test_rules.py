"""Rules: each is told by its bad example, and not by its good one, which has no finding at all."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from deckwright import build, manual, release
from deckwright.diagnostics import Diagnostic, Files, Rule, Severity
from deckwright.reading import read_inputs, variants
from helpers import NOW, write

LOCKED = ("I008", "S007")
"""Rules of what only releases and `--locked` ask for."""
SHOWN = [rule for rule in manual.RULES if rule.bad]


def findings(folder: Path, files: Files, rule: Rule) -> list[Diagnostic]:
    """What `deckwright check --select default,CODE` finds in a small project."""
    if rule.before:
        path = _main(write(folder, rule.before), rule.before)
        with contextlib.chdir(folder):
            build.run(path, now=NOW - 2000)
            _, made, result = release.run(path, now=NOW - 1000)
            assert result is not None, [d.message for d in made.diagnostics]
        for name in rule.before:
            (folder / name).unlink()
    path = _main(write(folder, files), files)
    scope = build.Scope(select=("default", rule.code), slow=True)
    if rule.code == "C023":  # what the command line selects leaves no ignore unused
        scope = build.Scope(slow=True, ignores=True)
    with contextlib.chdir(folder):
        each = (variants(path) or ("",))[-1]
        inputs = read_inputs(path, variant=each)
        made = build.compile(inputs, NOW, scope=scope, locked=rule.code in LOCKED)
        return list(made.diagnostics)


def _main(folder: Path, files: Files) -> str:
    assert folder.is_dir()
    return "deck.yaml" if "deck.yaml" in files else next(iter(files))


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.code)
def test_the_bad_example_of_a_rule_has_its_finding(rule: Rule, tmp_path: Path) -> None:
    found = findings(tmp_path, rule.bad, rule)
    assert rule.code in [each.code for each in found]
    told = next(each for each in found if each.code == rule.code)
    assert told.message
    assert told.hint or rule.severity is Severity.INFO


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.code)
def test_the_good_example_of_a_rule_has_no_finding(rule: Rule, tmp_path: Path) -> None:
    found = findings(tmp_path, rule.good, rule)
    assert [(d.code, d.message) for d in found if d.severity > Severity.INFO] == []
    assert rule.code not in [each.code for each in found]


def test_every_rule_has_a_code_a_name_and_a_family_of_its_own() -> None:
    codes, names = ([getattr(r, what) for r in manual.RULES] for what in ("code", "name"))
    assert len(set(codes)) == len(codes)
    assert len(set(names)) == len(names)
    assert {code[0] for code in codes} == set(manual.FAMILIES)
