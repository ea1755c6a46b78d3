"""Rules: each is told by its bad example, and not by its good one, which has no finding at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from deckwright import manual
from deckwright.diagnostics import Rule, Severity

SHOWN = [rule for rule in manual.RULES if rule.bad]


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.code)
def test_the_bad_example_of_a_rule_has_its_finding(rule: Rule, tmp_path: Path) -> None:
    found, _ = manual.check(str(tmp_path), rule, rule.bad)
    assert rule.code in [each.code for each in found]
    told = next(each for each in found if each.code == rule.code)
    assert told.message
    assert told.hint or rule.severity is Severity.INFO


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.code)
def test_the_good_example_of_a_rule_has_no_finding(rule: Rule, tmp_path: Path) -> None:
    found, _ = manual.check(str(tmp_path), rule, rule.good)
    assert [(d.code, d.message) for d in found if d.severity > Severity.INFO] == []
    assert rule.code not in [each.code for each in found]


def test_every_rule_has_a_code_a_name_and_a_family_of_its_own() -> None:
    codes, names = ([getattr(r, what) for r in manual.RULES] for what in ("code", "name"))
    assert len(set(codes)) == len(codes)
    assert len(set(names)) == len(names)
    assert {code[0] for code in codes} == set(manual.FAMILIES)


def test_every_rule_has_an_example_that_a_few_lines_can_show() -> None:
    """The others take a command beside `check`, bytes, rights, an older deckwright, or megabytes;
    and no source that is known comes to K002."""
    others = {rule.code for rule in manual.RULES if not rule.bad}
    commands = {code for code in others if code[0] in "NV"} | {"L005", "L006", "L007", "C019"}
    large = {"H003", "H009", "I017", "M007", "M010", "T025", "W009", "W013"}
    assert others == commands | large | {"B003", "S003", "M009", "I005", "K002"}
    assert all(rule.way for rule in manual.RULES)
