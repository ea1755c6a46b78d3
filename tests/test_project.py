"""`deck.yaml`: what a project says, and what is told where it is wrong.

Findings are written as `line:column code message -> hint`.
"""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from deckwright import project
from deckwright.adopt import Given
from deckwright.derive import DeriveOptions, Override
from deckwright.notetypes import TypeIdentity
from deckwright.project import Project, SourceSpec, TagRule, for_file, load
from deckwright.readers import READERS
from deckwright.readers.page import Furniture, PageOptions
from deckwright.source import Source, Span

ROOT = Path(__file__).parent.parent
SCHEMA = ROOT / "src" / "deckwright" / "deck.schema.json"

# What every project needs. Tests add lines below it, from line 4 on.
NEEDED = """\
id: my-deck
name: My deck
sources: [a.txt]
"""


def good(text: str, path: str = "deck.yaml") -> Project:
    found, told = load(Source(path, text))
    assert not told
    assert found is not None
    return found


def findings(text: str) -> list[str]:
    source = Source("deck.yaml", text)
    found, told = load(source)
    assert found is None
    lines = []
    for diagnostic in told:
        assert diagnostic.span is not None
        line, column = source.location(diagnostic.span.start)
        lines.append(f"{line}:{column} {diagnostic.code} {diagnostic.message} -> {diagnostic.hint}")
    return lines


def marked(text: str) -> list[str]:
    """The text that each finding points at."""
    _, told = load(Source("deck.yaml", text))
    return [text[d.span.start : d.span.end] for d in told if d.span]


# A good project -----------------------------------------------------------------------------


def test_the_least_that_a_project_says() -> None:
    assert good(NEEDED) == Project(
        path="deck.yaml",
        id="my-deck",
        name="My deck",
        sources=(SourceSpec("a.txt", "page", "My deck", options=PageOptions()),),
        output="dist/my-deck.apkg",
        lock="deck.lock",
        description="",
        tags=(),
        derive=DeriveOptions(),
        subdecks={"Concept": "Concepts"},
        overrides=(),
    )


def test_all_that_a_project_can_say() -> None:
    text = r"""
        id: aws-1.0_b
        name: "AWS :: DVA-C02"
        description: |
          Two lines
          on the deck's page.
        sources:
          - notes/*.txt
          - path: pages/*.txt
            reader: page
            deck: AWS::Pages
            tags: [dva-c02, exam::2026]
            credit: Written for this deck
            furniture: [{pattern: 'page \d+', where: end}]
            short: 5
        tags:
          - {tag: lambda, title: Lambda}
          - tag: messaging
            text: \b(SNS|SQS)\b
        derive: {terms: false, reverse: all, kinds: {benefit: [gains]}}
        subdecks: {Concept: null, Term: Terms}
        overrides:
          lambda-layers/benefits/reuse: {drop: true}
          fanout/fifo: {fields: {Question: "What is FIFO?", Reverse: ""}}
        identities:
          - {title: "What is  a layer?", id: layers}
          - {title: Benefits, occurrence: 2, id: layers/benefits, guid: "Hx#4~]"}
          - {key: layers/benefits/reuse, guid: f0_}
        note_types:
          Term: {name: Basic, id: 1398130078204, fields: {Term: 1}, templates: {Term: 2}}
          List: {name: Our lists}
        output: out/aws.apkg
        lock: on-release
    """
    options = PageOptions((Furniture(r"page \d+", "end"),), 5)
    credit, tags = "Written for this deck", ("dva-c02", "exam::2026")
    assert good(text) == Project(
        path="deck.yaml",
        id="aws-1.0_b",
        name="AWS::DVA-C02",
        description="Two lines\non the deck's page.",
        sources=(
            SourceSpec("notes/*.txt", "page", "AWS::DVA-C02", options=PageOptions()),
            SourceSpec("pages/*.txt", "page", "AWS::Pages", tags, credit, options),
        ),
        tags=(TagRule("lambda", title="Lambda"), TagRule("messaging", text=r"\b(SNS|SQS)\b")),
        derive=DeriveOptions(terms=False, reverse="all", kinds={"benefit": ("gains",)}),
        subdecks={"Term": "Terms"},
        overrides=(
            Override("lambda-layers/benefits/reuse", drop=True),
            Override("fanout/fifo", fields=(("Question", "What is FIFO?"), ("Reverse", ""))),
        ),
        identities=(
            Given(title="What is  a layer?", id="layers"),
            Given(title="Benefits", occurrence=2, id="layers/benefits", guid="Hx#4~]"),
            Given(key="layers/benefits/reuse", guid="f0_"),
        ),
        note_types={
            "Term": TypeIdentity("Basic", 1398130078204, {"Term": 1}, {"Term": 2}),
            "List": TypeIdentity("Our lists"),
        },
        output="out/aws.apkg",
        lock="deck.lock",
        on_release=True,
    )


def test_what_an_error_may_point_at_later_has_its_place() -> None:
    text = NEEDED.replace("a.txt", "a.txt, {path: 'b/*.txt'}") + (
        'tags: [{tag: x, title: "X"}]\n'
        "subdecks: {Concpt: null, Term: Terms}\n"
        "overrides:\n  a/b: {drop: true}\n"
        "identities: [{title: N, id: n}]\n"
        "note_types: {List: {id: 5}}\n"
    )
    found = good(text)

    def at(span: Span | None) -> str:
        assert span is not None
        assert span.path == "deck.yaml"
        return text[span.start : span.end]

    assert [at(source.span) for source in found.sources] == ["a.txt", "b/*.txt"]
    assert [at(rule.span) for rule in found.tags] == ["x"]
    assert {name: at(span) for name, span in found.subdeck_spans.items()} == {
        "Concpt": "Concpt",
        "Term": "Term",
    }
    assert [at(change.span) for change in found.overrides] == ["a/b"]
    assert [at(given.span) for given in found.identities] == ["{title: N, id: n}"]
    assert [at(given.span) for given in found.note_types.values()] == ["List"]


def test_places_do_not_count_in_comparing() -> None:
    assert good(NEEDED) == good("# A comment\n\n" + NEEDED)


def test_paths_are_relative_to_the_folder_of_deck_yaml() -> None:
    found = good(NEEDED, "decks [old]/deck.yaml")
    assert found.output == "decks [old]/dist/my-deck.apkg"
    assert found.lock == "decks [old]/deck.lock"
    assert found.sources[0].path == "decks [[]old]/a.txt"  # a glob


def test_a_second_project_in_a_folder_has_a_lock_of_its_own() -> None:
    assert good(NEEDED, "other.yaml").lock == "other.lock"


def test_the_suffix_chooses_the_reader_and_what_has_none_is_left_to_each_file() -> None:
    found = good(NEEDED.replace("a.txt", "A.TXT, sources/*, {path: b, reader: page}"))
    assert [(s.reader, s.options) for s in found.sources] == [
        ("page", PageOptions()),
        (None, None),
        ("page", PageOptions()),
    ]


@pytest.mark.parametrize(
    ("yes", "expected"), [("true", DeriveOptions()), ("{}", DeriveOptions()), ("false", None)]
)
def test_deriving_can_be_switched_off(yes: str, expected: DeriveOptions | None) -> None:
    assert good(NEEDED + f"derive: {yes}\n").derive == expected


@pytest.mark.parametrize(("said", "expected"), [("on-build", False), ("on-release", True)])
def test_what_writes_the_lock_can_be_said(said: str, expected: bool) -> None:
    assert good(NEEDED + f"lock: {said}\n").on_release is expected
    assert good(NEEDED).on_release is False


@pytest.mark.parametrize("option", dataclasses.fields(DeriveOptions), ids=lambda o: o.name)
def test_whatever_the_derivation_declares_can_be_said(option: dataclasses.Field[Any]) -> None:
    value = getattr(DeriveOptions(), option.name)
    said = json.dumps({"derive": {option.name: value}}, default=dict)
    assert good(NEEDED + said[1:-1] + "\n").derive == DeriveOptions()


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_the_options_of_a_reader_have_other_names_than_the_keys_of_a_source(reader: Any) -> None:
    own = {option.name for option in dataclasses.fields(project.SourceEntry)}
    assert not own & {option.name for option in dataclasses.fields(reader.options)}
    reader.options()  # all of them have defaults


# A bare file --------------------------------------------------------------------------------


def test_a_bare_file_is_a_project_too() -> None:
    assert for_file("notes/page.txt") == Project(
        path="notes/page.txt",
        id=None,
        name="page",
        sources=(SourceSpec("notes/page.txt", "page", "page", options=PageOptions()),),
        output="notes/page.apkg",
        lock="notes/page.txt.lock",
        folder="notes",
    )


def test_a_bare_file_of_any_name_gives_a_good_deck_name() -> None:
    names = ["a.b.txt", "AWS::::S3.txt", "::.txt", ".txt", "README"]
    assert [for_file(name).name for name in names] == ["a.b", "AWS::S3", "Deck", ".txt", "README"]


def test_a_bare_file_that_no_reader_knows() -> None:
    assert for_file("a.xyz").sources == (SourceSpec("a.xyz", None, "a"),)


def test_nothing_heavy_is_imported_before_a_project_is_read() -> None:
    program = (
        "import sys, deckwright.project as p; p.for_file('a.txt');"
        "sys.exit(bool({'yaml', 'pydantic'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


# Mistakes -----------------------------------------------------------------------------------


def test_three_mistakes_give_three_findings_in_the_order_of_their_places() -> None:
    text = "soruces: [a.txt]\nname: 2024\nid: My Deck\n"
    assert findings(text) == [
        '1:1 C006 unknown key "soruces" -> did you mean "sources"?',
        '2:7 C007 expected text, found a number -> put it in quotes: "2024"',
        '3:5 C010 "My Deck" is no id -> '
        'use small letters, digits, ".", "_" and "-", such as "my-deck"',
    ]
    assert marked(text) == ["soruces", "2024", "My Deck"]


MISTAKES = {
    # No project at all
    "": '1:1 C002 expected a mapping, found nothing -> begin with the keys "id", "name" and '
    '"sources"',
    "# nothing yet\n": "1:1 C002 expected a mapping, found nothing -> begin with the keys "
    '"id", "name" and "sources"',
    "- a\n- b\n": '1:1 C002 expected a mapping, found a list -> begin with the keys "id", "name" '
    'and "sources"',
    # No YAML
    "name: AWS: S3\n": "1:10 C001 not YAML: a key where none can be -> "
    'put a text with ": " in it in quotes',
    "id: a\n\tname: b\n": "2:1 C001 not YAML: a tab -> indent with blanks, not with tabs",
    'name: "a\n': "2:1 C001 not YAML: quotes that are not closed -> close them",
    "sources: [a\nid: b\n": "2:3 C001 not YAML: a comma or bracket is missing -> "
    "add it, or put the text in quotes",
    "id: a\nb:\n  - b\n - c\n": "4:2 C001 not YAML: the indentation fits nothing above -> "
    "align the keys of a mapping",
    "id: a\nname\n": "3:1 C001 not YAML: a key without a colon -> "
    'write "key: value", with a blank after the colon',
    'id: "\\q"\n': "1:7 C001 not YAML: an unknown escape -> "
    "put the text in single quotes, or double the \\",
    "name: @home\n": "1:7 C001 not YAML: a character that begins no value -> "
    "put the text in quotes",
    "id: - a\n": '1:5 C001 not YAML: a "-" where no list can begin -> put the text in quotes',
    "id: a\a\n": "1:6 C001 YAML has no character U+0007 -> remove it",
    'id: "\\U99999999"\n': "1:8 C001 not YAML: no such character -> write it as it is",
    'id: "\\ud800"\nname: A\nsources: [a]\n': "1:5 C001 an escape for half a character -> "
    "write the character as it is",
    NEEDED + "---\n": '4:1 C001 a second document begins -> remove the line "---"',
    "[" * 50_000: "1:22 C018 nested too deeply -> write it flatter",
    "#" * 500_001: "1:1 C018 longer than 500,000 characters -> put study texts into files of "
    "their own",
}

MORE_MISTAKES = {
    # Variants
    "variants: {De: {}}\n": '4:12 C010 "De" is no id -> use small letters, digits, ".", "_" and '
    '"-", such as "de"',
    "variants: {de: {colums: {}}}\n": '4:17 C006 unknown key "colums" -> did you mean "columns"?',
    "variants: {de: {output: a.apkg}, en: {output: ./a.apkg}}\n": "4:47 C020 two variants have the "
    'package "a.apkg" -> give each an "output" of its own',
    "variants: {de: {id: a}, en: {id: a}}\n": '4:34 C020 two variants have the identities "a" '
    '-> give each an "id" of its own',
    # Keys
    "id: b\n": '4:1 C003 the key "id" is there twice -> leave one of them out',
    "description: &a x\n": '4:14 C004 YAML anchors and aliases are not taken: "&a" -> '
    "write the value out where it is needed",
    "description: *a\n": '4:14 C004 YAML anchors and aliases are not taken: "*a" -> '
    "write the value out where it is needed",
    "description: !!python/object:os.system x\n": "4:14 C005 YAML tags are not taken: "
    '"!!python/object:os.system" -> leave it out',
    "xyz: 1\n": '4:1 C006 unknown key "xyz" -> the keys here are id, name, description, sources, '
    "tags, derive, subdecks, overrides, identities, note_types, strings, variants, checks, output "
    "and lock",
    "derive: {opensets: true}\n": '4:10 C006 unknown key "opensets" -> did you mean "open_sets"?',
    "<<: {lock: a}\n": '4:1 C006 unknown key "<<" -> the keys here are id, name, description, '
    "sources, tags, derive, subdecks, overrides, identities, note_types, strings, variants, "
    "checks, output and lock",
    "on: 1\n": "4:1 C007 expected text as a key, found true or false -> "
    'YAML reads on as true; put it in quotes: "on"',
    "tags: [{title: X}]\n": '4:9 C008 the key "tag" is missing -> add "tag: lambda"',
    "tags: [{tag: x}]\n": '4:8 C008 neither "title" nor "text" is there -> say what to look for',
    # Types
    "description: no\n": "4:14 C007 expected text, found true or false -> "
    'YAML reads no as false; put it in quotes: "no"',
    "description: 1.10\n": '4:14 C007 expected text, found a number -> put it in quotes: "1.10"',
    "description: 2026-11-01\n": "4:14 C007 YAML reads 2026-11-01 as a date -> "
    'put it in quotes: "2026-11-01"',
    "description: 1:30\n": '4:14 C007 YAML reads 1:30 as a number -> put it in quotes: "1:30"',
    "description: [a]\n": "4:14 C007 expected text, found a list -> write one text here",
    "tags: lambda\n": "4:7 C007 expected a list, found text -> "
    'write its items below, each after "- "',
    "overrides: [a]\n": "4:12 C007 expected a mapping, found a list -> "
    'write "key: value" lines below it',
    "derive: 1\n": "4:9 C007 expected true, false or a mapping, found a number -> "
    "write false to derive nothing",
    'derive: {terms: "yes"}\n': "4:18 C007 expected true or false, found text -> "
    "write true or false, without quotes",
    # Values
    "description:\n": '4:1 C009 "description" is empty -> write a value, or remove the line',
    'description: " "\n': "4:15 C009 the text is empty -> write something, or leave the key out",
    "overrides: {a/b: {}}\n": "4:13 C009 the override changes nothing -> "
    'write "drop: true" or new "fields:"',
    "overrides: {a/b: {drop: true, fields: {More: x}}}\n": "4:13 C017 the note is dropped and "
    "changed at once -> leave one of them out",
    "subdecks: {Term: A::::B}\n": '4:18 C011 the deck name "A::::B" has an empty part -> '
    'write a name on both sides of each "::"',
    'subdecks: {Term: "A\\nB"}\n': '4:18 C011 the deck name "A" has a line break or an '
    "unprintable character -> write it in one line",
    "tags: [{tag: a b, text: x}]\n": '4:14 C012 the tag "a b" has a blank in it -> '
    'use "-", "_" or "::" instead, or write two tags',
    "tags: [{tag: 'a::', text: x}]\n": '4:15 C012 the tag "a::" has an empty part -> '
    'write a name on both sides of each "::"',
    "tags: [{tag: a, title: 'ab(c'}]\n": "4:27 C013 no regular expression: missing ), "
    'unterminated subpattern -> put "\\" before a character that stands for itself, such as '
    '"(", "[" or "*"',
    "tags: [{tag: a, title: '[[a]'}]\n": "4:25 C013 no regular expression: a bracket or a doubled "
    'sign inside [ ] -> put "\\" before a character that stands for itself, such as "(", "[" or '
    '"*"',
    "derive: {reverse: name}\n": '4:19 C017 expected "none", "names" or "all", found "name" -> '
    'did you mean "names"?',
    "derive: {reverse: off}\n": '4:19 C017 expected "none", "names" or "all", found true or false '
    '-> YAML reads off as false; put it in quotes: "off"',
    "derive: {wordings: {benefits: 'x'}}\n": "4:9 C017 no question is worded by "
    "“benefits”; did you mean “benefit”? -> see what its description says",
    "derive: {wordings: {benefit: 'x {trem}'}}\n": "4:9 C017 the wording “benefit” has no "
    "hole {trem}; it has {concept}, {section}, {owner}, {term}, {n}, {verb}, {aux}, {unit}, "
    "{clause}, {sides} -> see what its description says",
    "output: a/b.zip\n": '4:9 C015 "a/b.zip" is no name of a package -> '
    'let it end in ".apkg": "a/b.apkg"',
    "output: a\\b.apkg\n": '4:10 C015 the path has a backslash -> write "/", which every system '
    'takes: "a/b.apkg"',
    "lock: locks/my.lock\n": '4:7 C017 expected "on-build" or "on-release", found "locks/my.lock" '
    "-> write one of these",
    "lock: on-relaese\n": '4:7 C017 expected "on-build" or "on-release", found "on-relaese" -> '
    'did you mean "on-release"?',
    "lock: on\n": '4:7 C017 expected "on-build" or "on-release", found true or false -> '
    'YAML reads on as true; put it in quotes: "on"',
    # Identities
    "identities: {a: b}\n": "4:13 C007 expected a list, found a mapping -> "
    'write its items below, each after "- "',
    "identities: [a]\n": "4:14 C007 expected a mapping, found text -> "
    'write "key: value" lines below it',
    "identities: [{title: A}]\n": '4:14 C008 neither "id" nor "guid" is there -> '
    "say what its identity is",
    "identities: [{id: a}]\n": '4:14 C008 which note is it? Either "title" or "key" says so -> '
    "give one of them",
    "identities: [{title: A, key: a, guid: g}]\n": "4:14 C008 which note is it? "
    'Either "title" or "key" says so -> give one of them',
    "identities: [{key: a, id: b}]\n": "4:23 C017 a note that is named by its key can only be "
    'given a GUID -> name it by its "title", or leave this out',
    "identities: [{key: a, occurrence: 2, guid: g}]\n": "4:23 C017 a note that is named by its "
    'key can only be given a GUID -> name it by its "title", or leave this out',
    "identities: [{title: '', id: a}]\n": "4:22 C009 the text is empty -> "
    "write something, or leave the key out",
    "identities: [{title: A, id: Nile River}]\n": '4:29 C010 "Nile River" is no id -> '
    'use words joined by "-" and "/", such as "nile-river"',
    "identities: [{title: A, id: a@b}]\n": '4:29 C010 "a@b" is no id -> '
    'use words joined by "-" and "/", such as "a-b"',
    "identities: [{title: A, id: a//b}]\n": '4:29 C010 "a//b" is no id -> '
    'use words joined by "-" and "/", such as "a/b"',
    "identities: [{title: A, guid: a b}]\n": '4:31 C010 "a b" is no GUID: it has a blank in it -> '
    "copy it from Anki or from an export with GUIDs",
    "identities: [{title: A, guid: 7}]\n": "4:31 C007 expected text, found a number -> "
    'put it in quotes: "7"',
    "identities: [{title: A, occurrence: 0, id: a}]\n": "4:37 C017 0 is no such number -> "
    "count from 1",
    "identities: [{title: A, occurrence: two, id: a}]\n": "4:37 C007 expected a whole number, "
    "found text -> write it in digits, without quotes",
    "identities: [{title: A, id: a, ocurrence: 2}]\n": '4:32 C006 unknown key "ocurrence" -> '
    'did you mean "occurrence"?',
    "identities: [{title: A, id: a, uid: 2}]\n": '4:32 C006 unknown key "uid" -> '
    'did you mean "guid"?',
    # Note types
    "note_types: [a]\n": "4:13 C007 expected a mapping, found a list -> "
    'write "key: value" lines below it',
    "note_types: {Term: 17}\n": "4:20 C007 expected a mapping, found a number -> "
    'write "key: value" lines below it',
    "note_types: {Term:}\n": '4:14 C009 "Term" is empty -> write a value, or remove the line',
    "note_types: {Term: {id: '17'}}\n": "4:26 C007 expected a whole number, found text -> "
    "write it in digits, without quotes",
    "note_types: {Term: {id: 0}}\n": "4:25 C010 0 is no id -> "
    "copy it from Anki: ids of note types have 13 digits",
    "note_types: {Term: {id: 9007199254740992}}\n": "4:25 C010 9007199254740992 is no id -> "
    "copy it from Anki: ids of note types have 13 digits",
    "note_types: {Term: {name: ' '}}\n": "4:28 C009 the text is empty -> "
    "write something, or leave the key out",
    "note_types: {Term: {fields: [a]}}\n": "4:29 C007 expected a mapping, found a list -> "
    'write "key: value" lines below it',
    "note_types: {Term: {id: -1}}\n": "4:25 C010 -1 is no id -> "
    "copy it from Anki: ids of note types have 13 digits",
    "note_types: {Term: {fields: {Term: 9223372036854775808}}}\n": "4:36 C010 "
    "9223372036854775808 is no id -> copy it from Anki, with its sign",
    "note_types: {Term: {templates: {Term: x}}}\n": "4:39 C007 expected a whole number, "
    "found text -> write it in digits, without quotes",
    "note_types: {Term: {feilds: {Term: 1}}}\n": '4:21 C006 unknown key "feilds" -> '
    'did you mean "fields"?',
}

SOURCE_MISTAKES = {
    "[]": "3:10 C009 the list is empty -> write at least one item",
    "a.txt": '3:10 C007 expected a list, found text -> write its items below, each after "- "',
    "[1]": "3:11 C007 expected text or a mapping, found a number -> "
    'write a path, or "path:" and more keys',
    "[a.txt, ]\nlock:": '4:1 C009 "lock" is empty -> write a value, or remove the line',
    "\n- a.txt\n-": "5:2 C009 an item of the list is empty -> write a value, or remove the line",
    "\n- path:": '4:3 C009 "path" is empty -> write a value',
    "[{reader: page}]": '3:12 C008 the key "path" is missing -> add "path: sources/*.txt"',
    "[a.txt, ./a.txt]": "3:18 C016 these sources are there twice -> leave one of them out",
    "[{path: a, reader: pgae, short: 1}]": '3:29 C014 there is no reader "pgae" -> '
    'did you mean "page"?',
    "[{path: a, reader: xml}]": '3:29 C014 there is no reader "xml" -> '
    "the readers are page, markdown, html, table and yaml",
    "[{path: a.txt, furnitur: []}]": '3:25 C006 unknown key "furnitur" -> '
    'did you mean "furniture"?',
    "[{path: a, short: 1}]": '3:21 C006 unknown key "short" -> '
    'it is an option of another reader: say which with "reader:"',
    "[{path: a.txt, short: '1'}]": "3:33 C007 expected a whole number, found text -> "
    "write it in digits, without quotes",
    "[{path: a.txt, furniture: [{pattern: '*'}]}]": "3:48 C013 no regular expression: nothing to "
    'repeat -> put "\\" before a character that stands for itself, such as "(", "[" or "*"',
    "[{path: a.txt, furniture: [{pattern: '(?P<n>a)'}]}]": "3:48 C013 no regular expression: "
    "redefinition of group name 'n' as group 2; was group 1 -> "
    "leave out flags and named groups: it becomes a part of a larger one",
}


@pytest.mark.parametrize("text", MISTAKES, ids=lambda text: repr(text[:30]))
def test_mistakes(text: str) -> None:
    assert findings(text) == [MISTAKES[text]]


@pytest.mark.parametrize("line", MORE_MISTAKES, ids=lambda line: repr(line[:30]))
def test_mistakes_below_the_needed_keys(line: str) -> None:
    assert findings(NEEDED + line) == [MORE_MISTAKES[line]]


@pytest.mark.parametrize("value", SOURCE_MISTAKES, ids=lambda value: repr(value[:30]))
def test_mistakes_in_sources(value: str) -> None:
    text = (
        NEEDED.replace("[a.txt]", value) if value[0] != "\n" else NEEDED.replace(" [a.txt]", value)
    )
    assert findings(text) == [SOURCE_MISTAKES[value]]


def test_a_number_that_an_option_cannot_be() -> None:
    assert findings(NEEDED.replace("a.txt", "{path: a.md, level: 7}")) == [
        "3:31 C017 expected 0, 1, 2, 3, 4, 5 or 6, found 7 -> write one of these"
    ]


VARIANTS = """\
id: rivers
name: Rivers
description: Rivers of the world.
sources:
  - {path: rivers.txt}
strings: {where: Where does it rise?, length: Length}
variants:
  en: {}
  de:
    name: Flüsse
    strings: {where: Wo entspringt er?}
    note_types: {Term: {name: Begriff}}
    output: flüsse.apkg
"""


def test_a_variant_is_a_deck_with_an_identity_a_lock_and_a_package_of_its_own() -> None:
    en, told = load(Source("geo/deck.yaml", VARIANTS), "en")
    de, also = load(Source("geo/deck.yaml", VARIANTS), "de")
    assert (told, also) == ((), ())
    assert en is not None
    assert de is not None
    assert (en.id, en.name, en.output) == ("rivers.en", "Rivers", "geo/dist/rivers.en.apkg")
    assert (de.id, de.name, de.output) == ("rivers.de", "Flüsse", "geo/flüsse.apkg")
    assert (en.lock, de.lock) == ("geo/deck.en.lock", "geo/deck.de.lock")
    assert de.description == en.description == "Rivers of the world."
    assert en.strings == {"where": "Where does it rise?", "length": "Length"}
    assert de.strings == {"where": "Wo entspringt er?", "length": "Length"}
    assert de.note_types["Term"].name == "Begriff"
    assert (en.variant, en.variants) == ("en", ("en", "de"))
    assert [spec.deck for spec in de.sources] == ["Flüsse"]


def test_a_variant_that_is_not_there_is_told() -> None:
    found, (told,) = load(Source("deck.yaml", VARIANTS), "fr")
    assert found is None
    assert told.message == 'there is no variant "fr"'
    assert told.hint == "say --variant NAME: en and de"
    _, (told,) = load(Source("deck.yaml", VARIANTS))
    assert told.message == "which variant is meant?"
    assert told.hint == "say --variant NAME: en and de"
    _, (told,) = load(Source("deck.yaml", NEEDED), "fr")
    assert told.hint == "this project has no variants"


def test_every_code_is_unique_and_has_a_mistake_here() -> None:
    codes = sorted(rule.code for rule in project.RULES)
    assert codes == [f"C{number:03}" for number in range(1, len(codes) + 1)]
    here = [*MISTAKES.values(), *MORE_MISTAKES.values(), *SOURCE_MISTAKES.values()]
    assert {*codes} - {"C019"} == {finding.split()[1] for finding in here}


def test_an_identity_without_any_name_is_told_in_full() -> None:
    assert findings(NEEDED + "identities: [{}]\n") == [
        '4:14 C008 which note is it? Either "title" or "key" says so -> give one of them',
        '4:14 C008 neither "id" nor "guid" is there -> say what its identity is',
    ]


def test_needed_keys_that_are_not_there() -> None:
    assert findings("description: a\n") == [
        '1:1 C008 the key "id" is missing -> add "id: my-deck"',
        '1:1 C008 the key "name" is missing -> add "name: My deck"',
        '1:1 C008 the key "sources" is missing -> add "sources: [sources/*.txt]"',
    ]


def test_the_first_of_two_is_shown_as_well() -> None:
    text = NEEDED + "name: B\n"
    _, (told,) = load(Source("deck.yaml", text))
    assert told.other == Span("deck.yaml", text.index("name"), text.index("name") + 4)


def test_findings_point_at_the_very_words() -> None:
    text = NEEDED + (
        "description: |\n  \n\n"
        "tags:\n- tag: 'a b'\n  title: \"x\"\n- {tag: \"a\\x20b\", text: '[z'}\n"
        "derive:\n  terms:\n    - 1\n    - 2\n\n# more\noutput: ''\n"
    )
    # A block and what is escaped as a whole, else the text without its quotes.
    assert marked(text) == ["|", "a b", '"a\\x20b"', "[z", "- 1\n    - 2", "''"]


# The schema ---------------------------------------------------------------------------------


def test_the_shipped_schema_is_that_of_the_program() -> None:
    dump = json.dumps(project.json_schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    assert SCHEMA.read_text(encoding="utf-8") == dump, "deck.schema.json is stale: make schema"


def _properties(node: Any, name: str = "") -> list[tuple[str, Any]]:
    if isinstance(node, list):
        return [found for item in node for found in _properties(item, name)]
    if not isinstance(node, dict):
        return []
    own = [(f"{name}.{key}", value) for key, value in node.get("properties", {}).items()]
    return own + [found for key, value in node.items() for found in _properties(value, key)]


def test_every_key_has_a_description() -> None:
    keys = _properties(project.json_schema())
    assert len(keys) > 30
    assert [name for name, value in keys if not value.get("description")] == []


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_shipped_project_is_good(validator: jsonschema.Draft202012Validator) -> None:
    text = (ROOT / "deck.yaml").read_text(encoding="utf-8")
    assert good(text).id == "aws-dva-c02-development"
    validator.validate(yaml.safe_load(text))
    first = text.split("\n", 1)[0]
    assert (ROOT / first.partition("$schema=")[2]) == SCHEMA


# What no schema can see: what is gone when YAML has been read, and what it has no words for.
UNSEEN = (
    *("C003", "C004", "C005", 'C006 unknown key "<<"', "C007 expected text as a key"),
    *(
        "C013",
        "C016",
        "C020",
        'C006 unknown key "short"',
        "C009 the override",
        "C017 the note is dropped",
    ),
    *("C017 no question is worded", "C017 the wording", "C008 which note is it?"),
    *('C008 neither "id" nor "guid"', "C017 a note that is named"),
)
SEEN = [
    *(NEEDED + line for line, told in MORE_MISTAKES.items() if not any(u in told for u in UNSEEN)),
    *(
        NEEDED.replace(" [a.txt]" if value[0] == "\n" else "[a.txt]", value)
        for value, told in SOURCE_MISTAKES.items()
        if not any(u in told for u in UNSEEN)
    ),
    NEEDED.replace("id: my-deck\n", ""),
    NEEDED.replace("my-deck", "My Deck"),
    NEEDED.replace("My deck", "' '"),
    NEEDED.replace("My deck", "'A::'"),
]


@pytest.mark.parametrize("text", SEEN, ids=lambda text: repr(text[-30:]))
def test_the_schema_refuses_what_a_schema_can_see(
    text: str, validator: jsonschema.Draft202012Validator
) -> None:
    assert findings(text)
    assert not validator.is_valid(yaml.safe_load(text))


# Any text -----------------------------------------------------------------------------------

WORDS = (
    *("id: ", "name: ", "sources: ", "tags: ", "derive: ", "overrides: ", "path: ", "pattern: "),
    *("\n", "\n  ", "\n- ", "- ", "? ", ": ", ", ", "[", "]", "{", "}", "'", '"', "|\n", "#", "\t"),
    *("&a ", "*a", "!x ", "!!int ", "<<", "=", "~", "null", "no", "0x1f", ".inf", "1:30", "010"),
    *("2026-11-01", "1" * 30, "a.txt", "::", "(", "\\", "\\ud800", "%YAML 1.1\n", "---\n", "...\n"),
    *("\x00", "\x07", "\x85", "\u2028", "\ufeff", "😀", "Σ", "page", "true"),
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.lists(st.sampled_from(WORDS), max_size=25).map("".join), st.text(max_size=60)))
def test_any_text_gives_a_project_or_findings(text: str) -> None:
    for whole in (text, NEEDED + text):
        found, told = load(Source("deck.yaml", whole))
        assert (found is None) == bool(told)
        for finding in told:
            assert finding.span is not None
            assert 0 <= finding.span.start <= finding.span.end <= len(whole)
            assert finding.message
            assert finding.hint
            assert "Input should" not in finding.message
            assert not finding.message.endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 50_000,
        "- " * 50_000,
        "{a: " * 50_000,
        "\n".join(" " * depth + "a:" for depth in range(600)),
        "a: &a [*a, *a]",
        "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)),
        f"name: {'x ' * 200_000}",
        f'name: "{"x" * 400_000}"',
        f"name: |\n  {'x' * 400_000}",
        f"id: {'9' * 400_000}",
        f"{'x' * 400_000}: 1",
        "".join(f"key{n}: 1\n" for n in range(5_000)),
        f"tags: [{{tag: a, title: '{'(' * 100_000}'}}]",
    ],
    ids=lambda text: repr(text[:20]),
)
def test_hostile_texts_are_refused_in_good_time(text: str) -> None:
    begin = time.perf_counter()
    assert load(Source("deck.yaml", text))[1]
    assert time.perf_counter() - begin < 10  # a second or less, but for slow machines
