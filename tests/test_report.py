"""Reports: findings for people, for programs, for GitHub and for code scanning; and `check`, which
prints them."""

from __future__ import annotations

import io
import json
import re
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

import examples
from deckwright import manual, report
from deckwright.cli.printing import coloured
from deckwright.diagnostics import Diagnostic, Edit, Rule, Severity
from deckwright.report import FORMATS, Look, text
from deckwright.source import Source, Span
from helpers import deckwright, done, files_of, process, write

DOUBLED = Rule("E999", "doubled-thing", Severity.WARNING, "Nobody reads a word twice.", "Take one.")
EMPTY = Rule("E998", "empty-thing", Severity.ERROR, "Nothing is no question.")
NEWS = Rule("E997", "news", Severity.INFO, "Somebody may want to know.")


def found(
    said: str, what: str, path: str = "tea.md", rule: Rule = DOUBLED
) -> tuple[list[Diagnostic], dict[str, Source]]:
    """A finding about some words of a text, and its source."""
    source = Source(path, said)
    start = said.index(what)
    span = source.span(start, start + len(what))
    return [Diagnostic(rule, f"{what!r} is wrong", span, "mend it", "tea")], {path: source}


def shown(said: str, what: str) -> list[str]:
    """The source line and the line of carets."""
    _, line, carets, _ = text(*found(said, what))
    return [line, carets]


def underlined(line: str, carets: str) -> str:
    """What stands above the carets on a terminal, as rich measures it."""
    begin, width = carets.index("^"), carets.count("^")
    assert carets[begin : begin + width] == "^" * width
    prefix = next(n for n in range(len(line) + 1) if cell_len(line[:n]) >= begin)
    last = next(n for n in range(prefix, len(line) + 1) if cell_len(line[prefix:n]) >= width)
    while last < len(line) and cell_len(line[last]) == 0:
        last += 1
    return line[prefix:last]


# For people --------------------------------------------------------------------------------------


def test_a_finding_is_shown_with_its_line_and_the_place_in_it() -> None:
    assert list(text(*found("# Tea\n\nGreen green tea is steamed.\n", "Green green"))) == [
        "tea.md:3:1: warning E999: 'Green green' is wrong",
        "   3 | Green green tea is steamed.",
        "     | ^^^^^^^^^^^",
        "  help: mend it",
    ]


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("東京 is the the capital", "the the"),
        ("お茶お茶を飲む", "茶を"),
        ("le cafe\u0301 est est noir", "est est"),
        ("कुछ and and कुछ", "and and"),
        ("a 🍵 is is hot", "is is"),
        ("안녕 안녕하세요", "안녕하"),
        ("ＦＵＬＬ width width", "width width"),
        ("می‌خواهم and and", "and and"),
    ],
)
def test_the_carets_stand_below_the_words_however_wide_they_are(said: str, what: str) -> None:
    line, carets = shown(said, what)
    assert line == f"   1 | {said}"
    assert underlined(line, carets) == what


def test_emoji_that_are_joined_are_shown_apart_so_that_their_width_is_sure() -> None:
    line, carets = shown("a 👩‍🌾 👍🏽 ❤️ is is hot", "is is")
    assert line == "   1 | a 👩🌾 👍 ❤ is is hot"
    assert underlined(line, carets) == "is is"


def test_a_tab_is_shown_as_blanks() -> None:
    line, carets = shown("tea\tgreen green\tChina", "green green")
    assert line == "   1 | tea green green China"
    assert underlined(line, carets) == "green green"
    line, _ = shown("black\tgreen green\tChina", "green green")
    assert line == "   1 | black   green green China"


@pytest.mark.parametrize("evil", ["\x1b[2J", "\x9b31m", "\u202e", "\u2066", "\x07", "\u2028"])
def test_what_steers_a_terminal_does_not_reach_it(evil: str) -> None:
    diagnostics, sources = found(f"a {evil} b b c", "b b", path=f"te{evil}a.md")
    wrong = replace(
        diagnostics[0], message=f"no {evil}", hint=f"mend {evil}", other=Span("x", 0, 1)
    )
    lines = list(text([wrong], {**sources, "x": Source(f"x{evil}", evil)}))
    assert evil[0] not in "".join(lines)
    assert underlined(lines[1], lines[2]) == "b b"


def test_a_long_line_is_cut_around_the_place() -> None:
    said = f"{'green ' * 100}tea tea {'black ' * 100}"
    line, carets = shown(said, "tea tea")
    assert len(line) == len("   1 | ") + 100
    assert line[7] + line[-1] == "……"
    assert underlined(line, carets) == "tea tea"
    line, carets = shown(said, "green " * 60)
    assert underlined(line, carets) == ("green " * 60)[:99]
    assert not shown(f"tea tea {'black ' * 100}", "tea tea")[0].startswith("   1 | …")
    line, carets = shown(f"{'茶' * 300}tea tea{'茶' * 300}", "tea tea")
    assert 95 <= cell_len(line) - len("   1 | ") <= 100
    assert underlined(line, carets) == "tea tea"


@given(st.text(max_size=250), st.integers(0, 250), st.integers(1, 250))
def test_any_line_is_shown_in_some_hundred_columns(said: str, start: int, length: int) -> None:
    source = Source("tea.md", said.replace("\n", " "))
    span = source.span(min(start, len(said)), min(start + length, len(said)))
    lines = list(text([Diagnostic(DOUBLED, "wrong", span)], {"tea.md": source}))
    assert all(cell_len(line) <= len("   1 | ") + 101 for line in lines[1:])
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl") for char in "".join(lines))
    if len(lines) == 3:
        assert "^" in lines[2]


def test_of_a_place_of_several_lines_the_first_is_shown() -> None:
    assert shown("# Tea\n\nQ: Green?\nA: Yes\n", "Green?\nA: Yes") == [
        "   3 | Q: Green?",
        "     |    ^^^^^^",
    ]


def test_a_place_without_words_has_one_caret() -> None:
    source = Source("tea.md", "Q: Green?\nA:\n")
    span = source.span(12, 12)
    *_, carets = text([Diagnostic(EMPTY, "the back is empty", span)], {"tea.md": source})
    assert carets == "     |   ^"


def test_what_is_only_for_information_takes_one_line() -> None:
    """There may be hundreds."""
    assert list(text(*found("Green tea", "tea", rule=NEWS))) == [
        "tea.md:1:7: info E997: 'tea' is wrong",
        "  help: mend it",
    ]


def test_colours_are_for_terminals_and_those_who_want_them(monkeypatch: pytest.MonkeyPatch) -> None:
    diagnostics, sources = found("Green green tea", "Green green")
    plain = list(text(diagnostics, sources))
    painted = list(text(diagnostics, sources, Look(colour=True)))
    assert "\x1b[1;33mwarning\x1b[0m \x1b[1mE999\x1b[0m: " in painted[0]
    assert [re.sub(r"\x1b\[[\d;]*m", "", line) for line in painted] == plain

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    assert coloured(Terminal())
    assert not coloured(io.StringIO())
    monkeypatch.setenv("TERM", "dumb")
    assert not coloured(Terminal())
    monkeypatch.delenv("TERM")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not coloured(Terminal())


def test_a_file_of_one_endless_line_is_shown_at_once() -> None:
    source = Source("tea.md", "tea \u0301" * 400_000)
    spans = [source.span(at, at + 3) for at in range(0, 2_000_000, 10_000)]
    begun = time.perf_counter()
    lines = list(text([Diagnostic(DOUBLED, "wrong", span) for span in spans], {"tea.md": source}))
    assert len(lines) == 3 * len(spans)
    assert time.perf_counter() - begun < 10


# For programs ------------------------------------------------------------------------------------


def as_json(diagnostics: list[Diagnostic], sources: Mapping[str, Source]) -> Any:
    return json.loads("\n".join(FORMATS["json"](diagnostics, sources, Look())))


def test_json_has_the_place_of_each_finding() -> None:
    diagnostics, sources = found("# 茶\n\nGreen\ngreen tea\n", "Green\ngreen")
    assert as_json(diagnostics, sources) == [
        {
            "code": "E999",
            "name": "doubled-thing",
            "severity": "warning",
            "message": "'Green\\ngreen' is wrong",
            "hint": "mend it",
            "path": "tea.md",
            "line": 3,
            "column": 1,
            "end_line": 4,
            "end_column": 6,
            "key": "tea",
            "fixable": False,
            "other": None,
        }
    ]


def test_programs_get_the_second_place_of_a_finding() -> None:
    (one,), sources = found("# Tea\n\nGreen green\n", "Green green")
    both = [replace(one, other=Span("tea.md", 2, 5))]
    assert as_json(both, sources)[0]["other"] == "tea.md:1:3"
    (line,) = FORMATS["github"](both, sources, Look())
    assert line.endswith("::'Green green' is wrong (the other is at tea.md:1:3)%0Ahelp: mend it")


def test_json_of_a_finding_without_a_place_has_nulls() -> None:
    (only,) = as_json([Diagnostic(EMPTY, "no source has a note")], {})
    places = ("path", "line", "column", "end_line", "end_column")
    assert [only[name] for name in places] == [None] * 5
    assert (only["hint"], only["key"]) == ("", "")
    assert as_json([], {}) == []


def test_github_gets_a_command_for_each_finding_errors_first() -> None:
    """Written as @actions/core writes them: GitHub unescapes what it reads."""
    warned, sources = found("# Tea\n\nGreen green\n", "Green green", path="100%, or: so.md")
    none = Diagnostic(EMPTY, "no source\nhas a note: 100 %, or so", hint="write one")
    assert list(FORMATS["github"]([*warned, none], sources, Look(folder="decks"))) == [
        "::error title=E998 empty-thing::no source%0Ahas a note: 100 %25, or so%0Ahelp: write one",
        "::warning file=decks/100%25%2C or%3A so.md,line=3,endLine=3,col=1,endColumn=12,"
        "title=E999 doubled-thing::'Green green' is wrong%0Ahelp: mend it",
    ]


def test_github_is_told_no_columns_of_several_lines() -> None:
    (line,) = FORMATS["github"](*found("Green\ngreen\n", "Green\ngreen", rule=NEWS), Look())
    assert line.startswith("::notice file=tea.md,line=1,endLine=2,title=E997 news::")


@cache
def schema() -> Any:
    path = Path(__file__).parent / "data/sarif-2.1.0-rtm.5.json"
    known = json.loads(path.read_text("utf-8"))
    jsonschema.Draft4Validator.check_schema(known)
    return jsonschema.Draft4Validator(known)


def valid(log: Any) -> Any:
    """The run of a SARIF log, which is valid."""
    schema().validate(log)
    (run,) = log["runs"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    return run


def as_sarif(diagnostics: list[Diagnostic], sources: Mapping[str, Source], folder: str = "") -> Any:
    lines = FORMATS["sarif"](diagnostics, sources, Look(folder=folder))
    return valid(json.loads("\n".join(lines)))


def test_sarif_is_valid_and_has_the_rule_the_place_and_the_way_out() -> None:
    diagnostics, sources = found("# Tea\n\nGreen green\n", "Green green", path="my teas/grün.md")
    span = Span("my teas/grün.md", 12, 18)
    whole = replace(diagnostics[0], other=Span(span.path, 2, 5), edits=(Edit(span, ""),))
    run = as_sarif([whole], sources)
    (rule,) = run["tool"]["driver"]["rules"]
    assert (rule["id"], rule["name"]) == ("E999", "doubled-thing")
    assert rule["help"]["text"] == "Nobody reads a word twice. Take one."
    (result,) = run["results"]
    assert result["level"] == "warning"
    assert result["message"]["text"] == "'Green green' is wrong\nmend it"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "my%20teas/gr%C3%BCn.md"
    assert place["region"] == {"startLine": 3, "startColumn": 1, "endLine": 3, "endColumn": 12}
    related = result["relatedLocations"][0]["physicalLocation"]["region"]
    assert related == {"startLine": 1, "startColumn": 3, "endLine": 1, "endColumn": 6}
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 3, "startColumn": 6, "endLine": 3, "endColumn": 12},
            "insertedContent": {"text": ""},
        }
    ]


def test_sarif_without_findings_is_valid() -> None:
    assert as_sarif([], {})["results"] == []


def test_sarif_knows_a_finding_again_when_lines_move() -> None:
    def prints(said: str) -> list[str]:
        source = Source("tea.md", said)
        spans = [source.span(m.start(), m.end()) for m in re.finditer("Green green", said)]
        found = [Diagnostic(DOUBLED, "wrong", span) for span in spans]
        results = as_sarif(found, {"tea.md": source})["results"]
        return [each["partialFingerprints"]["deckwrightFinding/v1"] for each in results]

    once = prints("Green green tea\nGreen green tea\nGreen green leaves\n")
    assert len(set(once)) == 3
    assert prints("# Tea\n\nGreen green tea\n\nGreen green tea\n  Green green leaves\n") == once


def test_sarif_paths_are_seen_from_the_top_of_the_repository(tmp_path: Path) -> None:
    diagnostics, sources = found("Green green", "Green green", path="../teas/a:b.md")
    uris = [
        each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for each in as_sarif(diagnostics, sources, folder="decks/tea")["results"]
    ]
    assert uris == ["decks/teas/a%3Ab.md"]
    path = str(tmp_path / "a b.md")
    run = as_sarif(*found("Green green", "Green green", path=path))
    location = run["results"][0]["locations"][0]["physicalLocation"]
    assert unquote(location["artifactLocation"]["uri"]) == f"file://{path}"


# check -------------------------------------------------------------------------------------------

SKEPS = """\
notes:
  - {type: Basic, id: skep/straw, Front: What is a skep?, Back: A hive of straw}
  - {type: Basic, id: skep/basket, Front: What is a skep?, Back: A basket turned over}
"""
RIGHT = "notes:\n  - {type: Basic, Front: What is a skep?, Back: A hive of straw}\n"
WRONG = "notes:\n  - {type: Basic, Front: What is a skep?, Bakc: A hive of straw}\n"


def test_what_is_found_is_printed_with_a_count_at_the_end(tmp_path: Path) -> None:
    result = deckwright(write(tmp_path, {"bees.yaml": SKEPS}), "check", "bees.yaml")
    assert result.stderr == ""
    first, *lines = result.stdout.splitlines()
    assert first.startswith("bees.yaml:3:5: warning E002: ")
    assert lines[0] == f"   3 | {SKEPS.splitlines()[2]}"
    assert lines[-1] == "1 warning"
    assert files_of(tmp_path).keys() == {"bees.yaml"}


@pytest.mark.parametrize(
    ("said", "fail_on", "status"),
    [
        *((RIGHT, each, 0) for each in ("info", "warning", "error", "never")),
        *((SKEPS, "info", 1), (SKEPS, "warning", 1), (SKEPS, "error", 0), (SKEPS, "never", 0)),
        *((WRONG, "error", 1), (WRONG, "warning", 1), (WRONG, "never", 0)),
    ],
)
@pytest.mark.parametrize("form", FORMATS)
def test_the_status_says_whether_something_counts(
    tmp_path: Path, said: str, fail_on: str, status: int, form: str
) -> None:
    write(tmp_path, {"bees.yaml": said})
    result = deckwright(tmp_path, "check", "bees.yaml", "--fail-on", fail_on, "--format", form)
    assert result.exit_code == status


def test_without_a_finding_the_notes_are_counted(tmp_path: Path) -> None:
    write(tmp_path, {"bees.yaml": RIGHT, "wasps.yaml": RIGHT})
    assert done(tmp_path, "check", "bees.yaml") == "1 note, nothing found\n"
    told = done(tmp_path, "check", "bees.yaml", "wasps.yaml", "./bees.yaml")
    assert told == "2 notes in 2 files, nothing found\n"


def test_each_of_several_files_is_checked_by_itself(tmp_path: Path) -> None:
    """What is about all of a file names it, too."""
    write(tmp_path, {"a.yaml": SKEPS, "b.yaml": RIGHT, "c.md": "Words.\n"})
    result = deckwright(tmp_path, "check", "a.yaml", "b.yaml", "c.md")
    assert result.exit_code == 1
    told = [line for line in result.stdout.splitlines() if re.match(r"\S+:\d", line)]
    assert [re.match(r"(\S+):\d+:\d+: (\w+)", line)[0] for line in told] == [  # type: ignore[index]
        "a.yaml:3:5: warning",
        "c.md:1:1: warning",
        "c.md:1:1: error",
    ]
    assert result.stdout.splitlines()[-1] == "1 error, 2 warnings"


def test_what_is_equal_in_all_variants_is_told_once(tmp_path: Path) -> None:
    text = "id: bees\nname: Bees\nsources:\n  - {path: bees.csv, columns: {front: en}}\n"
    german = "{columns: {front: de}}"
    table = "id,en,de,back\none,skep,Korb,straw\ntwo,skep,Korb,basket\n"
    write(tmp_path, {"deck.yaml": f"{text}variants: {{en: {{}}, de: {german}}}\n"})
    write(tmp_path, {"bees.csv": table})
    told = done(tmp_path, "check")
    assert told.count("warning E002") == 1
    assert "variant" not in told
    assert told.endswith("\n1 warning\n")
    variants = f"variants: {{en: {{}}, de: {german}, at: {german}}}\n"
    write(
        tmp_path, {"deck.yaml": text + variants, "bees.csv": table.replace("two,skep", "two,box")}
    )
    told = done(tmp_path, "check")
    assert told.count("warning E002") == 1
    assert "(in the variants de and at)" in told
    assert "(in the variant de)" not in done(tmp_path, "check", "--variant", "de")


@pytest.mark.parametrize("form", ["json", "github", "sarif"])
def test_what_programs_read_has_nothing_else_in_it(tmp_path: Path, form: str) -> None:
    project = examples.copied("geography", tmp_path / "geography")
    for arguments in ([str(project)], [str(project / "deck.yaml"), "bees.yaml", "c.md"]):
        write(tmp_path, {"bees.yaml": SKEPS, "c.md": "Words.\n"})
        options = ("--format", form, "--statistics", "-v", "--fail-on", "never")
        result = deckwright(tmp_path, "check", *arguments, *options)
        assert result.exit_code == 0
        if form == "json":
            found = json.loads(result.stdout)
            assert all(each["path"] for each in found) or len(arguments) == 1
            count = len(found)
        elif form == "github":
            lines = result.stdout.splitlines()
            assert all(re.match(r"::(error|warning|notice) \S", line) for line in lines)
            count = len(lines)
        else:
            results = valid(json.loads(result.stdout))["results"]
            assert all(each["locations"] for each in results)  # else GitHub refuses the whole
            count = len(results)
        assert re.search(rf"^all +{count} ", result.stderr, re.M)


def test_github_gets_paths_from_the_top_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"decks/bees.yaml": SKEPS})
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    told = done(tmp_path / "decks", "check", "bees.yaml", "--format", "github")
    assert told.startswith("::warning file=decks/bees.yaml,")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "elsewhere"))
    told = done(tmp_path / "decks", "check", "bees.yaml", "--format", "github")
    assert told.startswith("::warning file=bees.yaml,")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--select", "E002"], True),
        (["--select", "M,same-first-field"], True),
        (["--select", "M", "--select", "Z"], False),
        (["--ignore", "same-first-field"], False),
        (["--ignore", "E"], False),
        (["--select", "E", "--ignore", "E002"], False),
    ],
)
def test_rules_are_chosen_by_code_family_or_name(
    tmp_path: Path, options: list[str], told: bool
) -> None:
    write(tmp_path, {"bees.yaml": SKEPS})
    assert ("E002" in done(tmp_path, "check", "bees.yaml", *options)) is told


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--select", "same-frist-field"], "did you mean same-first-field?"),
        (["--ignore", "E,E9999"], 'There is no rule "E9999"'),
        (["--ignore", "same-key"], "cannot be ignored: without it no package can be built"),
        (["--format", "xml"], "Invalid value for '--format'"),
        (["--fail-on", "sometimes"], "Invalid value for '--fail-on'"),
        (["--diff", "--format", "json"], "--diff is a form of its own"),
        (["none.md"], "There is no file none.md"),
    ],
)
def test_wrong_usage_has_the_status_2(tmp_path: Path, options: list[str], told: str) -> None:
    write(tmp_path, {"bees.yaml": RIGHT})
    result = deckwright(tmp_path, "check", "bees.yaml", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr


def test_what_is_for_information_is_told_to_those_who_ask(tmp_path: Path) -> None:
    page = "Learn Tea with Interactive Flashcards\n\nOolong\n\nOolong is a tea whose leaves wilt "
    page += "and bruise before they are fired, so that they are partly oxidised when they dry.\n"
    write(tmp_path, {"tea.txt": page})
    assert "info R001" not in done(tmp_path, "check", "tea.txt")
    assert "Skipped 1 line of furniture" in done(tmp_path, "check", "tea.txt")
    for options in (["-v"], ["--select", "R001"], ["--select", "R"]):
        told = done(tmp_path, "check", "tea.txt", *options)
        assert "info R001" in told
        assert told.splitlines()[-1] == "1 info"
    result = deckwright(tmp_path, "check", "tea.txt", "--fail-on", "info")
    assert (result.exit_code, "info R001" in result.stdout) == (1, True)


def test_statistics_tell_what_each_rule_found_and_how_long_it_took(tmp_path: Path) -> None:
    write(tmp_path, {"bees.yaml": SKEPS})
    lines = done(tmp_path, "check", "bees.yaml", "--statistics").splitlines()
    begin = next(n for n, line in enumerate(lines) if re.match("code +name +findings +ms", line))
    rows = [line.split() for line in lines[begin + 1 : -1]]
    assert ["E002", "same-first-field", "1"] in [row[:3] for row in rows]
    times = [float(row[-1]) for row in rows]
    assert rows[-1][:2] == ["all", "1"]
    assert times[:-1] == sorted(times[:-1], reverse=True)
    assert times[-1] > sum(times[:-1])
    known = {rule.code for rule in manual.RULES}
    assert {row[0] for row in rows[:-1]} <= known


def test_an_order_of_places() -> None:
    first, second, none = (
        Diagnostic(DOUBLED, "a", Span("a.md", 3, 4)),
        Diagnostic(DOUBLED, "b", Span("b.md", 0, 1)),
        Diagnostic(DOUBLED, "c"),
    )
    assert report.by_place([none, second, first]) == [first, second, none]


# check --fix and --diff --------------------------------------------------------------------------

TEA = "# Tea\n\nQ: What  is matcha?\nA: A powder of the the youngest leaves .\n"


def test_what_is_safe_to_mend_is_mended_and_the_rest_is_told(tmp_path: Path) -> None:
    write(tmp_path, {"tea.md": TEA.replace("\n", "\r\n")})
    told = done(tmp_path, "check", "tea.md")
    assert told.splitlines()[-1] == "3 warnings (2 can be fixed with --fix)"
    lines = done(tmp_path, "check", "tea.md", "--fix").splitlines()
    assert lines[0] == "tea.md: 2 findings fixed"
    assert lines[1].startswith("tea.md:4:16: warning E013: ")
    assert lines[-1] == "1 warning"
    mended = TEA.replace("What  is", "What is").replace("leaves .", "leaves.")
    assert (tmp_path / "tea.md").read_bytes() == mended.replace("\n", "\r\n").encode()
    assert "fixed" not in done(tmp_path, "check", "tea.md", "--fix")


def test_only_what_is_chosen_is_mended(tmp_path: Path) -> None:
    write(tmp_path, {"tea.md": TEA})
    assert "fixed" not in done(tmp_path, "check", "tea.md", "--fix", "--ignore", "spacing")
    assert files_of(tmp_path) == {"tea.md": TEA.encode()}


@pytest.mark.parametrize("options", [["--diff"], ["--diff", "--fix"], ["--fix", "--diff", "-v"]])
def test_a_diff_shows_what_would_be_mended_and_writes_nothing(
    tmp_path: Path, options: list[str]
) -> None:
    write(tmp_path, {"tea.md": TEA})
    result = deckwright(tmp_path, "check", "tea.md", *options)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "--- tea.md",
        "+++ tea.md",
        "@@ -1,4 +1,4 @@",
        " # Tea",
        " ",
        "-Q: What  is matcha?",
        "-A: A powder of the the youngest leaves .",
        "+Q: What is matcha?",
        "+A: A powder of the the youngest leaves.",
    ]
    assert result.stderr == "2 findings can be fixed with --fix\n"
    assert files_of(tmp_path) == {"tea.md": TEA.encode()}


def test_a_diff_of_nothing_is_empty(tmp_path: Path) -> None:
    write(tmp_path, {"bees.yaml": SKEPS})
    assert done(tmp_path, "check", "bees.yaml", "--diff") == ""


def test_mending_in_a_format_for_programs_leaves_it_whole(tmp_path: Path) -> None:
    write(tmp_path, {"tea.md": TEA})
    result = deckwright(tmp_path, "check", "tea.md", "--fix", "--format", "json")
    assert [each["code"] for each in json.loads(result.stdout)] == ["E013"]
    assert result.stderr == "tea.md: 2 findings fixed\n"


def test_what_can_be_mended_is_a_fix_in_sarif(tmp_path: Path) -> None:
    write(tmp_path, {"tea.md": TEA})
    results = valid(json.loads(done(tmp_path, "check", "tea.md", "--format", "sarif")))["results"]
    assert [each["ruleId"] for each in results if "fixes" in each] == ["E018", "E018"]


def test_a_file_of_two_names_is_mended_once(tmp_path: Path) -> None:
    """By itself and as a source of a project, or through a link."""
    deck = "id: tea\nname: Tea\nsources: [./tea.md]\n"
    mended = TEA.replace("What  is", "What is").replace("leaves .", "leaves.").encode()
    write(tmp_path, {"tea.md": TEA, "teas/deck.yaml": deck.replace("./", "../")})
    done(tmp_path, "check", "teas", "tea.md", "teas/../tea.md", "--fix")
    assert (tmp_path / "tea.md").read_bytes() == mended
    assert sorted(each.name for each in tmp_path.iterdir()) == ["tea.md", "teas"]


def test_a_project_and_its_folder_are_one(tmp_path: Path) -> None:
    deck = "id: tea\nname: Tea\nsources: [tea.md]\n"
    write(tmp_path, {"tea.md": TEA, "deck.yaml": deck})
    assert done(tmp_path, "check", ".", "deck.yaml").count("E013") == 1


def test_blanks_of_a_template_are_not_taken_for_those_of_a_table(tmp_path: Path) -> None:
    """What a template put between the cells is told, and no other blank is taken out for it."""
    deck = "id: tea\nname: Tea\nsources:\n  - path: tea.csv\n    columns:\n"
    deck += '      Front: "What  is {name} ?"\n      Back: "It is  {kind} ."\n'
    table = "name,kind\nlapsang  souchong,smoked tea\nmate,a holly\n"
    write(tmp_path, {"tea.csv": table, "deck.yaml": deck})
    assert "E018" in done(tmp_path, "check", "--fix")
    mended = (tmp_path / "tea.csv").read_text("utf-8")
    assert mended == table.replace("lapsang  souchong", "lapsang souchong")


def test_a_file_that_cannot_be_written_leaves_the_findings_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"tea.md": TEA})

    def refuse(_: object) -> None:
        raise PermissionError(13, "Permission denied", "tea.md")

    monkeypatch.setattr("deckwright.fixing.write", refuse)
    result = deckwright(tmp_path, "check", "tea.md", "--fix", "--format", "json")
    assert result.exit_code == 1
    assert [each["code"] for each in json.loads(result.stdout)] == ["E018", "E013", "E018"]
    assert result.stderr == "not fixed: tea.md: Permission denied\n"


def test_a_diff_of_what_cannot_be_read_is_no_success(tmp_path: Path) -> None:
    write(tmp_path, {"tea.md": b"Q: What is th\xe9?\n"})
    result = deckwright(tmp_path, "check", "tea.md", "--diff")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "there are errors, too: without --diff they are told" in result.stderr


def test_a_diff_is_as_the_file_is(tmp_path: Path) -> None:
    """For programs that apply it: on a terminal nothing steers it, see `visible`."""
    write(tmp_path, {"tea.md": TEA.replace("matcha", "\x1b[31mmatcha")})
    result = deckwright(tmp_path, "check", "tea.md", "--diff")
    assert "-Q: What  is \x1b[31mmatcha?\n" in result.stdout


# What is awkward -------------------------------------------------------------------------------


def test_a_name_with_a_new_line_does_not_break_a_finding_in_two(tmp_path: Path) -> None:
    write(tmp_path, {"a\nb.md": TEA})
    lines = done(tmp_path, "check", "a\nb.md").splitlines()
    assert lines[0].startswith("a·b.md:3:8: warning E018: ")
    assert done(tmp_path, "check", "a\nb.md", "--fix").startswith("a·b.md: 2 findings fixed\n")


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_json_loses_nothing_where_output_is_not_utf_8(tmp_path: Path, form: str) -> None:
    write(tmp_path, {"tēa→.md": TEA})
    result = process(
        *(tmp_path, "check", "tēa→.md", "--format", form), env={"PYTHONIOENCODING": "cp1252"}
    )
    assert result.stdout.isascii()
    assert "t\\u0113a" in result.stdout or "t%C4%93a" in result.stdout
    json.loads(result.stdout)


@pytest.mark.parametrize("rule", manual.RULES, ids=lambda rule: rule.code)
def test_what_is_found_in_the_example_of_a_rule_suits_programs(rule: Rule, tmp_path: Path) -> None:
    """Also where deck.yaml cannot be read: one document, with a place for each result."""
    if not rule.bad:
        return
    main = "deck.yaml" if "deck.yaml" in rule.bad else next(iter(rule.bad))
    write(tmp_path, rule.bad)
    options = ("check", main, "-v", "--fail-on", "never", "--format")
    results = valid(json.loads(done(tmp_path, *options, "sarif")))["results"]
    assert all(each["locations"] for each in results)
    assert len(json.loads(done(tmp_path, *options, "json"))) == len(results)
    lines = done(tmp_path, *options, "github").splitlines()
    assert len(lines) == len(results)
    assert all(re.match(r"::(error|warning|notice) .+::.", line) for line in lines)
