"""The manual of rules: `rules`, `explain`, and docs/rules.md, which is made of them."""

from __future__ import annotations

import json
import re
import shutil
from functools import cache
from pathlib import Path

import pytest

from deckwright import manual
from deckwright.diagnostics import Rule, Severity
from helpers import deckwright, done, write

PAGE = Path(__file__).parents[1] / "docs/rules.md"
SHOWN = [rule for rule in manual.RULES if rule.bad]


@cache
def page() -> str:
    return manual.markdown()


def test_the_page_of_rules_is_not_stale() -> None:
    """`make rules` writes it anew."""
    assert PAGE.read_text("utf-8") == page()


def test_the_page_has_each_rule_under_its_code() -> None:
    said = page()
    for rule in manual.RULES:
        assert said.count(f"\n### {rule.code}\n\n**{rule.name}** (") == 1
        assert f"[{rule.code}](#{rule.code.lower()}) | {rule.name} |" in said
    for letter in {rule.code[0] for rule in manual.RULES}:
        assert said.count(f"\n## {letter}: {manual.FAMILIES[letter]}\n") == 1


def test_the_links_of_the_page_lead_to_its_headings() -> None:
    said = re.sub(r"^(`{3,}).*?^\1$", "", page(), flags=re.MULTILINE | re.DOTALL)
    titles = [title.lower() for title in re.findall(r"^#+ (.+)$", said, re.MULTILINE)]
    anchors = {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}
    links = re.findall(r"\]\(#([^)]+)\)", said)
    assert len(links) >= len(manual.RULES)
    assert set(links) <= anchors


def test_nothing_in_the_page_hides_or_ends_a_block() -> None:
    """Examples have fences, comments and characters that nobody sees."""
    evil = Rule(
        "E999",
        "evil",
        Severity.WARNING,
        "A comment <!-- is hidden, `<b>` is code, and **bold** is [not](meant).",
        "Mend it.",
        {"tea.md": "```\n# Tea\n```\n\n<!-- hidden -->\n\u202eaet\u00ad\u200b\n"},
        {"tea.md": "# Tea\n\nQ: What?\nA: Tea\n"},
    )
    said = manual.markdown([evil])
    assert (
        "````markdown\n```\n# Tea\n```\n\n<!-- hidden -->\n<U+202E>aet<U+00AD><U+200B>\n````"
        in said
    )
    assert r"A comment \<!-- is hidden, `<b>` is code, and \*\*bold\*\* is \[not\](meant)." in said
    assert all(char.isprintable() or char == "\n" for char in said)


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.code)
def test_the_manual_shows_what_is_found_in_the_example_of_a_rule(rule: Rule) -> None:
    found, shown = manual.findings(rule)
    assert found
    assert rule.code in shown[0]
    assert not any(re.search(r"/tmp|\\Temp", line) for line in shown)


def test_the_manual_knows_what_can_be_fixed() -> None:
    found = {rule.code for rule in SHOWN if any(each.edits for each in manual.findings(rule)[0])}
    assert found == {rule.code for rule in manual.RULES if rule.fixable}


# rules -------------------------------------------------------------------------------------------


def test_all_rules_are_listed(tmp_path: Path) -> None:
    rows = [line.split("\t") for line in done(tmp_path, "rules").splitlines()]
    assert [row[0] for row in rows] == [rule.code for rule in manual.RULES]
    assert ["K001", "same-key", "error", ""] in [row[:4] for row in rows]
    for code, _, _, marks, reason in rows:
        rule = manual.find(code)
        assert rule is not None
        assert ("off" in marks, "slow" in marks) == (rule.off, rule.slow)
        assert ("fixable" in marks) == rule.fixable
        assert reason == rule.reason


def test_rules_of_a_family_are_listed(tmp_path: Path) -> None:
    rows = [line.split("\t") for line in done(tmp_path, "rules", "z", "same-key").splitlines()]
    codes = [row[0] for row in rows]
    assert codes == [r.code for r in manual.RULES if r.code[0] == "Z" or r.name == "same-key"]
    result = deckwright(tmp_path, "rules", "same-kex")
    assert result.exit_code == 2
    assert 'There is no rule "same-kex": did you mean same-key?' in result.stderr


def test_programs_get_all_of_a_rule(tmp_path: Path) -> None:
    known = json.loads(done(tmp_path, "rules", "--format", "json"))
    assert [each["code"] for each in known] == [rule.code for rule in manual.RULES]
    unused = next(each for each in known if each["name"] == "unused-ignore")
    assert (unused["severity"], unused["ignorable"]) == ("warning", True)
    assert "ignore E013" in unused["bad"]["tea.md"]


def test_the_page_is_what_the_command_prints(tmp_path: Path) -> None:
    assert done(tmp_path, "rules", "--format", "markdown") == page()


# explain -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["C023", "c023", "unused-ignore"])
def test_a_rule_is_explained_by_its_code_or_name(tmp_path: Path, word: str) -> None:
    said = done(tmp_path, "explain", word)
    assert said.startswith("C023 unused-ignore (warning)\n\nAn ignore whose finding is gone hides")
    assert "An example, tea.md:\n\n    # Tea\n\n    <!-- deckwright: ignore E013 -->\n" in said
    assert re.search(r"\ntea\.md:3:25: warning C023: .*\n   3 \| <!-- deckwright: ignore", said)
    assert "Mended, tea.md:\n\n    # Tea\n\n    Q: What colour is oolong?\n" in said
    assert "\nIn deck.yaml: checks: {ignore: [unused-ignore]}\n" in said


def test_what_explain_says_of_ignoring_works(tmp_path: Path) -> None:
    """For a rule of a format that has comments, and one that is off."""
    for rule in SHOWN:
        said = done(tmp_path, "explain", rule.code)
        if rule.firm:
            assert "cannot be ignored)" in said.splitlines()[0]
            continue
        word = "select: [default, " if rule.off else "ignore: ["
        assert re.search(
            rf"^In deck\.yaml.*: checks: {{{re.escape(word)}{rule.name}\]}}$", said, re.M
        )


@pytest.mark.parametrize("word", ["doubled-word", "odd-tag", "mojibake"])
def test_a_comment_as_explain_shows_it_ignores_the_finding(tmp_path: Path, word: str) -> None:
    said = done(tmp_path, "explain", word)
    (comment,) = re.findall(r"^In a source, above the line: (.*)$", said, re.MULTILINE)
    rule = manual.find(word)
    assert rule is not None
    ((name, text),) = rule.bad.items()
    write(tmp_path, {name: text})
    told = done(tmp_path, "check", name, "-v")
    line = int(re.findall(rf"^{name}:(\d+):\d+: \w+ {rule.code}", told, re.MULTILINE)[0])
    lines = text.splitlines()
    write(tmp_path, {name: "\n".join([*lines[: line - 1], comment, *lines[line - 1 :], ""])})
    assert rule.code not in done(tmp_path, "check", name, "-v")


def test_several_rules_are_explained_one_after_the_other(tmp_path: Path) -> None:
    said = done(tmp_path, "explain", "K001", "E001")
    assert re.findall(r"^([A-Z]\d{3}) ", said, re.MULTILINE) == ["K001", "E001"]


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("same-frist-field", "did you mean same-first-field?"),
        ("X001", "did you mean Z001?"),
        ("pudding", "`deckwright rules` lists them"),
        ("E", "it is a family: `deckwright rules E` lists it"),
    ],
)
def test_what_is_no_rule_is_wrong_usage(tmp_path: Path, word: str, hint: str) -> None:
    result = deckwright(tmp_path, "explain", word)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f'There is no rule "{word}": ' in result.stderr
    assert hint in result.stderr


def test_explaining_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    done(tmp_path, "explain", "C023", "S007")
    assert list(place.iterdir()) == []
    shutil.rmtree(place)
    assert list(tmp_path.iterdir()) == []
