"""Which findings count: what a person selects, ignores, and lets weigh less or more.

In `deck.yaml`, in comments of the sources, and for single notes."""

from __future__ import annotations

import contextlib
import re
import textwrap
from pathlib import Path

import pytest

from deckwright import build
from deckwright.reading import read_inputs
from helpers import NOW, deckwright, write

PROJECT = "id: tea\nname: Tea\nsources: [green.yaml, black.yaml]\n"
GREEN = """\
notes:
  - Front: What is sencha?
    Back: A steamed green tea
  - Front: What is sencha?
    Back: A tea that is grown in the sun
    id: sencha/sun
  - Front: What is matcha?
    Back: A ground green tea
"""
BLACK = """\
notes:
  - Front: What is assam?
    Back: A malty black tea
  - Front: What is assam?
    Back: A tea of the lowlands
    id: assam/lowlands
"""
FOUND = {"black.yaml": "warning E002 black.yaml:4:5", "green.yaml": "warning E002 green.yaml:4:5"}


def told(
    folder: Path,
    checks: str = "",
    path: str = "deck.yaml",
    green: str = GREEN,
    scope: build.Scope = build.Scope(slow=True, ignores=True),
) -> list[str]:
    """What is told of a project of two sources: severity, code and place of each finding."""
    said = f"checks: {checks}\n" if checks else ""
    write(folder, {"deck.yaml": PROJECT + said, "green.yaml": green, "black.yaml": BLACK})
    with contextlib.chdir(folder):
        inputs = read_inputs(path)
        made = build.compile(inputs, NOW, scope=scope)
    found = []
    for each in made.diagnostics:
        assert each.span is not None
        line, column = inputs.texts[each.span.path].location(each.span.start)
        severity = each.severity.name.lower()
        found.append(f"{severity} {each.code} {each.span.path}:{line}:{column}")
    return sorted(found)


def test_without_a_choice_all_is_told(tmp_path: Path) -> None:
    assert told(tmp_path) == [*FOUND.values()]


@pytest.mark.parametrize("name", ["E002", "e002", "E00", "E", "same-first-field", "all", "default"])
def test_a_rule_is_named_by_its_code_the_beginning_of_it_or_its_name(
    name: str, tmp_path: Path
) -> None:
    assert told(tmp_path, f"{{ignore: [{name}]}}") == []


def test_a_selection_leaves_all_others_out(tmp_path: Path) -> None:
    assert told(tmp_path, "{select: [same-first-field]}") == [*FOUND.values()]
    assert told(tmp_path, "{select: [K, M]}") == []


def test_who_says_more_counts(tmp_path: Path) -> None:
    """Of two that name the same rule; where they say as much, it is ignored."""
    assert told(tmp_path, "{select: [E002], ignore: [E]}") == [*FOUND.values()]
    assert told(tmp_path, "{select: [E00], ignore: [E002]}") == []
    assert told(tmp_path, "{select: [E002], ignore: [E002]}") == []


def test_an_error_without_which_there_is_no_package_cannot_be_left_out(tmp_path: Path) -> None:
    twice = GREEN.replace("    id: sencha/sun\n", "")
    assert told(tmp_path, "{select: [M]}", green=twice) == ["error K001 green.yaml:4:5"]
    assert told(tmp_path, "{ignore: [same-key]}")[0] == "error C022 deck.yaml:4:19"
    assert told(tmp_path, "{severity: {K001: info}}")[0] == "error C022 deck.yaml:4:21"
    assert told(tmp_path, "{files: {green.yaml: [K001]}}")[0] == "error C022 deck.yaml:4:31"


def test_what_names_no_rule_is_a_mistake(tmp_path: Path) -> None:
    result = deckwright(_with(tmp_path, "{ignore: [same-frist-field], select: [E999]}"), "build")
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert lines[0] == 'deck.yaml:4:19: error C021: there is no rule "same-frist-field"'
    assert "  help: did you mean same-first-field?" in lines
    assert 'deck.yaml:4:47: error C021: there is no rule "E999"' in lines


def _with(folder: Path, checks: str) -> Path:
    files = {"deck.yaml": f"{PROJECT}checks: {checks}\n", "green.yaml": GREEN, "black.yaml": BLACK}
    return write(folder, files)


def test_a_finding_weighs_what_a_person_says(tmp_path: Path) -> None:
    """An error stops the build."""
    assert told(tmp_path, "{severity: {E002: info}}") == [
        found.replace("warning", "info") for found in FOUND.values()
    ]
    assert deckwright(tmp_path, "build").exit_code == 0
    assert told(tmp_path, "{severity: {E: info, same-first-field: error}}") == [
        found.replace("warning", "error") for found in FOUND.values()
    ]
    assert deckwright(tmp_path, "build").exit_code == 1


@pytest.mark.parametrize("glob", ["green.yaml", "g*", "./green.yaml"])
def test_rules_are_ignored_in_some_files(glob: str, tmp_path: Path) -> None:
    assert told(tmp_path, f"{{files: {{'{glob}': [E002]}}}}") == [FOUND["black.yaml"]]


def test_globs_are_relative_to_deck_yaml(tmp_path: Path) -> None:
    _with(tmp_path / "teas", "{files: {green.yaml: [E002]}}")
    with contextlib.chdir(tmp_path):
        made = build.compile(read_inputs("teas"), NOW)
    assert [d.span.path for d in made.diagnostics if d.span] == ["teas/black.yaml"]


@pytest.mark.parametrize("key", ["sencha/sun", "sencha/*", "*sun"])
def test_rules_are_ignored_for_some_notes(key: str, tmp_path: Path) -> None:
    assert told(tmp_path, f"{{notes: {{'{key}': [E002]}}}}") == [FOUND["black.yaml"]]


@pytest.mark.parametrize(
    "checks",
    [
        "{ignore: [M005]}",
        "{files: {green.yaml: [M005]}}",
        "{files: {white.yaml: [E002]}}",
        "{notes: {sencha: [M006]}}",
        "{notes: {'sencha/moon': [E002]}}",
    ],
)
def test_an_ignore_that_finds_nothing_to_do_is_told(checks: str, tmp_path: Path) -> None:
    column = 9 + re.search("[EM]00", checks).start()  # type: ignore[union-attr]
    assert told(tmp_path, checks) == [f"warning C023 deck.yaml:4:{column}", *FOUND.values()]


def test_only_a_whole_check_can_tell_that_an_ignore_does_nothing(tmp_path: Path) -> None:
    """Not a build, which leaves slow rules out, and not one that selects rules."""
    assert told(tmp_path, "{ignore: [M005]}", scope=build.Scope()) == [*FOUND.values()]
    narrow = build.Scope(select=("E",), slow=True, ignores=True)
    assert told(tmp_path, "{ignore: [M005]}", scope=narrow) == [*FOUND.values()]


def test_the_command_line_counts_instead_of_the_project(tmp_path: Path) -> None:
    """But what is ignored in a file or for a note stays ignored."""
    checks = "{ignore: [E002], files: {green.yaml: [E002]}}"
    selected = build.Scope(select=("E002",), slow=True, ignores=True)
    assert told(tmp_path, checks, scope=selected) == [FOUND["black.yaml"]]
    ignored = build.Scope(ignore=("E",))
    assert told(tmp_path, scope=ignored) == []


# In comments of the sources ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "comment",
    [
        "# deckwright: ignore E002",
        "#deckwright:ignore E002",
        "# deckwright: ignore M005, same-first-field (sencha has two sides)",
    ],
)
def test_a_comment_is_about_the_note_below_it(comment: str, tmp_path: Path) -> None:
    green = GREEN.replace(
        "  - Front: What is sencha?\n    Back: A tea",
        "  COMMENT\n  - Front: What is sencha?\n    Back: A tea",
    )
    found = told(tmp_path, green=green.replace("COMMENT", comment))
    unused = ["warning C023 green.yaml:4:24"] if "M005" in comment else []
    assert found == [*unused, FOUND["black.yaml"]]


def test_a_comment_at_the_end_of_a_line_is_about_that_line(tmp_path: Path) -> None:
    green = GREEN.replace(
        "sencha?\n    Back: A tea", "sencha? # deckwright: ignore E002\n    Back: A tea"
    )
    assert told(tmp_path, green=green) == [FOUND["black.yaml"]]
    green = GREEN.replace("steamed green tea", "steamed green tea # deckwright: ignore E002")
    assert told(tmp_path, green=green)[0] == "warning C023 green.yaml:3:52"


def test_a_comment_can_be_about_its_whole_file(tmp_path: Path) -> None:
    green = f"# deckwright: ignore-file E002\n{GREEN}"
    assert told(tmp_path, green=green) == [FOUND["black.yaml"]]


def test_a_comment_that_names_no_rule_is_told(tmp_path: Path) -> None:
    green = GREEN.replace("notes:\n", "# deckwright: ignore E999\nnotes:\n")
    assert told(tmp_path, green=green)[0] == "warning C023 green.yaml:1:22"


def test_comments_of_deck_yaml_are_about_deck_yaml(tmp_path: Path) -> None:
    checks = "{}\ntags:\n  - tag: white # deckwright: ignore tag-unused\n    text: white"
    assert told(tmp_path, checks) == [*FOUND.values()]


def test_comments_of_markdown(tmp_path: Path) -> None:
    """Also where the note below it begins with its settings."""
    text = """\
    ## What is assam?

    A malty tea

    <!-- deckwright: ignore E002 (two regions) -->
    ## What is assam?
    <!-- id: lowlands -->

    A tea of the lowlands
    """
    write(tmp_path, {"assam.md": textwrap.dedent(text)})
    with contextlib.chdir(tmp_path):
        scope = build.Scope(ignores=True, slow=True)
        made = build.compile(read_inputs("assam.md"), NOW, scope=scope)
    assert [each.code for each in made.diagnostics] == []
    text = text.replace("<!-- deckwright: ignore E002 (two regions) -->", "")
    write(tmp_path, {"assam.md": textwrap.dedent(text)})
    with contextlib.chdir(tmp_path):
        made = build.compile(read_inputs("assam.md"), NOW, scope=scope)
    assert [each.code for each in made.diagnostics] == ["E002"]


def test_a_deck_without_a_note_is_an_error_whatever_is_ignored(tmp_path: Path) -> None:
    """The rule that a reader has for it may be ignored: another source may have notes."""
    deck = "id: tea\nname: Tea\nsources: ['*.txt']\nchecks: {ignore: [R003]}\n"
    result = deckwright(write(tmp_path, {"deck.yaml": deck, "tea.txt": ""}), "build")
    assert result.exit_code == 1
    assert result.stderr.startswith("error S012: no source has a note\n")
