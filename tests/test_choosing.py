"""Which findings count: what a person selects, ignores, and lets weigh less or more.

In `deck.yaml`, in comments of the sources, and for single notes."""

from __future__ import annotations

import contextlib
import json
import re
import textwrap
import time
from pathlib import Path

import pytest

from deckwright import build, choosing
from deckwright.reading import read_inputs
from deckwright.source import Source
from helpers import NOW, deckwright, done, write

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


def codes(folder: Path, name: str, text: str) -> list[str]:
    """The codes of what `check` finds in one file."""
    write(folder, {name: text})
    told = json.loads(deckwright(folder, "check", name, "--format", "json").stdout)
    return [f"{each['code']}:{each['line']}" for each in told]


IGNORE = "<!-- deckwright: ignore E013 -->"
FAULT = "Q: Where is the the samovar?\nA: In the parlour\n"


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        (f"```\n{IGNORE}\n```", ["E013:3"]),
        (f"~~~ html\n{IGNORE.replace('ignore', 'ignore-file')}\n~~~", ["E013:3"]),
        (f"It is written `{IGNORE}`.", ["E013:3"]),
        (f"> ```\n> {IGNORE}\n> ```", ["E013:3"]),
        (f"A `tick` {IGNORE} and `another`.", ["E013:3", "C023:5"]),
        (f"```\nso\n```\n\n{IGNORE}\nThe the samovar hums.", ["E013:3"]),
    ],
)
def test_a_page_may_show_how_a_comment_is_written(
    tmp_path: Path, shown: str, found: list[str]
) -> None:
    """What stands in code of Markdown ignores nothing, and is not told as unused."""
    assert codes(tmp_path, "tea.md", f"## Tea\n\nOf the the samovar:\n\n{shown}\n") == found


def test_what_stands_in_a_text_of_yaml_is_no_comment(tmp_path: Path) -> None:
    said = "# deckwright: ignore E013"
    text = f"notes:\n  - Front: |\n      How is it written?\n      {said}\n"
    text += f'    Back: "So: the the {said}"\n'
    assert codes(tmp_path, "tea.yaml", text) == ["E013:5"]
    text = text.replace("    Back", f"  {said}\n    Back", 1)
    assert codes(tmp_path, "tea.yaml", text) == []


def test_several_comments_stand_above_a_note(tmp_path: Path) -> None:
    """Below or beside each other, and with a comment for readers between them."""
    two = f"<!-- deckwright: ignore E018 --> {IGNORE}\n"
    apart = f"{IGNORE}\n\n<!-- for\nreaders -->\n<!-- deckwright: ignore E018 -->\n"
    fault = FAULT.replace("samovar", " samovar")
    for comments in (two, apart, two.replace("\n", "\r\n")):
        assert codes(tmp_path, "tea.md", f"# Tea\n\n{comments}{fault}") == []
    assert codes(tmp_path, "tea.md", f"# Tea\n\n{fault}") == ["E013:3", "E018:3"]


def test_front_matter_has_comments_of_yaml(tmp_path: Path) -> None:
    front = "---\n# deckwright: ignore-file E013\ntags: [tea]\n---\n"
    assert codes(tmp_path, "tea.md", f"{front}# Tea\n\n{FAULT}") == []
    assert codes(tmp_path, "tea.md", f"{front}# Tea\n\n{FAULT.replace('the the', 'the')}") == [
        "C023:2"
    ]


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("deckwright: ignroe E013", "this comment ignores nothing"),
        ("deckwright: ignore", "this comment ignores nothing"),
        ("deckwright: ignore (a song)", "this comment ignores nothing"),
        ("deckwright: ignore-next-line E013", "this comment ignores nothing"),
        ("deckwright: ignore doubled_word", 'there is no rule "doubled_word" to ignore'),
        ("deckwright: ignore as in songs", 'these are no rules: "as", "in", "songs"'),
        ("deckwright: ignore K001", "K001 (same-key) cannot be ignored"),
    ],
)
def test_a_comment_that_cannot_be_understood_is_told_once(
    tmp_path: Path, comment: str, message: str
) -> None:
    write(tmp_path, {"tea.md": f"# Tea\n\n<!-- {comment} -->\n{FAULT}"})
    told = json.loads(deckwright(tmp_path, "check", "tea.md", "--format", "json").stdout)
    assert [(each["code"], each["line"]) for each in told] == [("C023", 3), ("E013", 4)]
    assert told[0]["message"] == message


def test_a_comment_with_the_name_of_the_program_is_a_comment(tmp_path: Path) -> None:
    text = f"# Tea\n\n<!-- deckwright: see its manual -->\n{FAULT}"
    assert codes(tmp_path, "tea.md", text) == ["E013:4"]


@pytest.mark.parametrize("between", ["\n", " "])
def test_very_many_comments_take_no_time(tmp_path: Path, between: str) -> None:
    comments = between.join([IGNORE] * 20_000)
    begun = time.perf_counter()
    source = Source("tea.md", f"# Tea\n\n{comments}\n{FAULT}")
    found = choosing.Chooser(build.RULES, texts={"tea.md": source}, comments=MARKED)
    found.about([source.span(source.text.index("Q:"), len(source.text))], [])
    assert len(list(found.unused())) == 20_000
    assert time.perf_counter() - begun < 10  # it was a minute when each looked at all below it


MARKED = {"tea.md": choosing.MARKDOWN}


@pytest.mark.parametrize(
    ("glob", "ignored"),
    [
        ("**/*.yaml", True),
        ("../**/green.yaml", True),
        ("**/green.yaml", True),
        ("gr[e]*.yaml", True),
        ("Green.yaml", False),
        ("/green.yaml", False),
        ("*/green.yaml", False),
    ],
)
def test_globs_of_files_are_those_of_sources(tmp_path: Path, glob: str, ignored: bool) -> None:
    """`**/` may be no folder at all."""
    folder = tmp_path / "teas"
    if glob.startswith("../"):
        _with(folder / "deck", f"{{files: {{'{glob}': [E002]}}}}")
        deck = (
            (folder / "deck/deck.yaml").read_text("utf-8").replace("green.yaml,", "../green.yaml,")
        )
        write(folder, {"deck/deck.yaml": deck, "green.yaml": GREEN})
        folder = folder / "deck"
    else:
        _with(folder, f"{{files: {{'{glob}': [E002]}}}}")
    told = deckwright(folder, "check").stdout
    assert ("green.yaml:4:5: warning E002" not in told) is ignored
    assert ("C023" in told) is not ignored


def test_a_name_may_stand_for_itself_although_it_looks_like_a_glob(tmp_path: Path) -> None:
    deck = "id: tea\nname: Tea\nsources: ['[[]old] tea.md']\n"
    deck += "checks: {files: {'[old] tea.md': [E013]}}\n"
    write(tmp_path, {"deck.yaml": deck, "[old] tea.md": f"# Tea\n\n{FAULT}"})
    assert done(tmp_path, "check") == "1 note, nothing found\n"


@pytest.mark.parametrize("name", ["Doubled-Word", "DOUBLED-WORD", "e013", "ALL", "Default"])
def test_the_case_of_a_name_does_not_matter(tmp_path: Path, name: str) -> None:
    write(tmp_path, {"tea.md": f"# Tea\n\n{FAULT}"})
    assert "E013" not in done(tmp_path, "check", "tea.md", "--ignore", name)


def test_an_ignore_is_of_use_if_one_variant_needs_it(tmp_path: Path) -> None:
    """Also where only the other one is checked."""
    deck = "id: tea\nname: Tea\nsources:\n  - {path: tea.csv, columns: {front: en}}\n"
    deck += "variants: {en: {}, de: {columns: {front: de}}}\nchecks: {ignore: [E013]}\n"
    table = "id,en,de,back\none,the the caddy,Dose,tin\n"
    write(tmp_path, {"deck.yaml": deck, "tea.csv": table})
    assert "C023" not in done(tmp_path, "check")
    assert "C023" not in done(tmp_path, "check", "--variant", "de")
    write(tmp_path, {"tea.csv": table.replace("the the", "the")})
    assert done(tmp_path, "check").count("C023") == 1


def test_a_deck_without_a_note_is_an_error_whatever_is_ignored(tmp_path: Path) -> None:
    """The rule that a reader has for it may be ignored: another source may have notes."""
    deck = "id: tea\nname: Tea\nsources: ['*.txt']\nchecks: {ignore: [R003]}\n"
    result = deckwright(write(tmp_path, {"deck.yaml": deck, "tea.txt": ""}), "build")
    assert result.exit_code == 1
    assert result.stderr.startswith("error S012: no source has a note\n")


def test_severity_switches_nothing_off(tmp_path: Path) -> None:
    """Neither does YAML's own `off`, which is no text."""
    for word in ("off", "'off'", "none"):
        result = deckwright(_with(tmp_path, f"{{severity: {{E002: {word}}}}}"), "check")
        assert result.exit_code == 1
        assert '  help: to switch the rule off, name it below "ignore"\n' in result.stdout


def test_a_limit_is_for_a_note_type_that_is_there(tmp_path: Path) -> None:
    assert "error S008 deck.yaml:4:25" in told(tmp_path, "{answer_words: {Basc: 60}}")
    assert told(tmp_path, "{answer_words: {Basic: 60}}") == [*FOUND.values()]


def test_a_media_file_that_nothing_shows_can_be_let_be(tmp_path: Path) -> None:
    """It is named by its path, as sources are."""
    files = {"media/leaf.svg": "<svg/>", "media/stem.svg": "<svg> </svg>"}
    write(_with(tmp_path, "{files: {media/leaf.svg: [M006], '*.yaml': [E002]}}"), files)
    result = deckwright(tmp_path, "check")
    assert result.stdout.splitlines() == [
        "media/stem.svg: warning M006: no note shows media/stem.svg",
        "  help: show it in a note, or remove it",
        "1 warning",
    ]


def test_a_format_without_comments_has_none_to_ignore_with(tmp_path: Path) -> None:
    """There the words would be the learner's to read, and hide nothing."""
    text = "is made of the leaves of one bush, whatever its colour and its land of origin are."
    page = f"Tea\n\nTea {text}\n\n<!-- deckwright: ignore E013 -->\n\nAll of it {text}\n"
    result = deckwright(write(tmp_path, {"tea.txt": page}), "check", "tea.txt")
    assert result.stdout.splitlines()[-4:] == [
        "   5 | <!-- deckwright: ignore E013 -->",
        "     | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
        "  help: name the rule in deck.yaml, below `checks`: for the file or for the note",
        "1 warning",
    ]
