"""Note types: those that come with deckwright, the folders of a project's own, and copies.

Findings are written as `file:line text | code message -> hint`, the text being what is marked.
"""

from __future__ import annotations

import io
import itertools
import os
import random
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection, ExportAnkiPackageOptions
from anki.lang import set_lang
from anki.notes import Note as AnkiNote
from anki.notes import NoteId

from deckwright import copying, notetypes, package
from deckwright.diagnostics import has_errors
from deckwright.note import Guid, IdentifiedNote, Key, Note, RenderedNote
from deckwright.notetypes import IdentifiedNoteType, Loaded, LoadedAll, NoteType
from helpers import BEES, build, deckwright, done, files_of, import_package, write

RELEASE = 1_700_000_000  # seconds

YAML = """\
fields: [Front, Back]
templates:
  - {name: Card, front: front.html, back: back.html}
style: style.css
"""
SKETCH: Mapping[str, str | bytes] = {
    "notetype.yaml": YAML,
    "front.html": "{{Front}}\n",
    "back.html": '{{FrontSide}}<hr id="answer">{{Back}}\n',
    "style.css": ".card { color: teal; }\n",
}
FONT = "@font-face { font-family: hand; src: url('hand.woff2'); }"
FOLDER = {
    **SKETCH,
    "notetype.yaml": YAML + "files: [fonts/hand.woff2]\n",
    "style.css": FONT,
    "fonts/hand.woff2": b"wOF2 first",
}
STRINGS = {"ask": "What is asked here?", "know": "Do you know it?"}


def sketch(tmp_path: Path, changes: Mapping[str, str | bytes] = {}) -> LoadedAll:
    """What is read of a project whose only own note type is this one, with changed files."""
    folder = write(tmp_path / "notetypes" / "Sketch", {**SKETCH, **changes})
    return notetypes.read_all(str(folder.parent), STRINGS)


def good(folder: Path, strings: Mapping[str, str] = {}) -> NoteType:
    """The note type of a folder that has no mistakes."""
    loaded = notetypes.read(str(folder), strings)
    assert loaded.diagnostics == ()
    assert loaded.note_type is not None
    return loaded.note_type


def findings(loaded: Loaded | LoadedAll) -> list[str]:
    lines = []
    for each in loaded.diagnostics:
        place = ""
        if each.span:
            source = loaded.texts[each.span.path]
            line, _ = source.location(each.span.start)
            marked = source.text[each.span.start : each.span.end]
            place = f"{Path(each.span.path).name}:{line} {marked} | "
        lines.append(f"{place}{each.code} {each.message} -> {each.hint}")
    return lines


# What is wrong with a folder ---------------------------------------------------------------------


def said(old: str, new: str, **files: str | bytes) -> dict[str, str | bytes]:
    """The files of a note type whose notetype.yaml says something else."""
    assert old in YAML
    return {"notetype.yaml": YAML.replace(old, new), **files}


KEYS = "the keys here are name, title, kind, id, fields, templates, style and files"
CLOZE_WAY = "show the field with the deletions as {{cloze:Text}} on both sides"
ASK = "show what is asked, such as {{Front}}"
TEXTS = "Café {{Front}}".encode("latin-1")
MISTAKES: Mapping[str, tuple[Mapping[str, str | bytes], tuple[str, ...]]] = {
    "an unknown key": (
        said("style:", "font: Arial\nstyle:"),
        (f'notetype.yaml:4 font | C006 unknown key "font" -> {KEYS}',),
    ),
    "an empty font": (
        {**FOLDER, "fonts/hand.woff2": b""},
        (
            'notetype.yaml:5 fonts/hand.woff2 | B001 the file "fonts/hand.woff2" is empty -> '
            "save or download it again",
        ),
    ),
    "a missing key": (
        said("fields: [Front, Back]\n", ""),
        (
            'notetype.yaml:1 templates | C008 the key "fields" is missing '
            '-> add "fields: [Front, Back]"',
        ),
    ),
    "a missing style": (
        said("style: style.css\n", ""),
        ('notetype.yaml:1 fields | C008 the key "style" is missing -> add "style: style.css"',),
    ),
    "no list of fields": (
        said("[Front, Back]", "Front"),
        (
            "notetype.yaml:1 Front | C007 expected a list, found text "
            '-> write its items below, each after "- "',
        ),
    ),
    "a number as a field": (
        said("Back]", "2024]"),
        ('notetype.yaml:1 2024 | C007 expected text, found a number -> put it in quotes: "2024"',),
    ),
    "an unknown kind": (
        said("style:", "kind: Cloze\nstyle:"),
        (
            'notetype.yaml:4 Cloze | C017 expected "normal" or "cloze", found "Cloze" '
            '-> did you mean "cloze"?',
        ),
    ),
    "no template": (
        said("  - {name: Card, front: front.html, back: back.html}", "  []"),
        ("notetype.yaml:3 [] | C009 there are no templates -> write at least one",),
    ),
    "a template that is none": (
        said("{name: Card, front: front.html, back: back.html}", "front.html"),
        (
            "notetype.yaml:3 front.html | C007 expected a mapping, found text "
            '-> write "name:", "front:" and "back:" below it',
        ),
    ),
    "a template without a back": (
        said(", back: back.html", ""),
        (
            "notetype.yaml:3 {name: Card, front: front.html} | C008 "
            'the key "back" is missing -> add "back: back.html"',
        ),
    ),
    "no YAML": (
        {"notetype.yaml": "fields: [Front"},
        (
            "notetype.yaml:1  | C001 not YAML: a comma or bracket is missing "
            "-> add it, or put the text in quotes",
        ),
    ),
    "two fields that Anki takes for one": (
        said("Back]", "Back, front]"),
        (
            'notetype.yaml:1 front | B009 the field "front" is there twice, for Anki in any case '
            '-> Anki would call it "front+": give it another name',
        ),
    ),
    "two templates that Anki takes for one": (
        said(
            "style:",
            "  - {name: CARD, front: turn.html, back: back.html}\nstyle:",
            **{"turn.html": "{{Back}}"},
        ),
        (
            'notetype.yaml:4 CARD | B009 the template "CARD" is there twice, for Anki in any case '
            '-> Anki would call it "CARD+": give it another name',
        ),
    ),
    "a colon in a field's name": (
        said("Back]", 'Back, "Part 2: use"]'),
        (
            'notetype.yaml:1 Part 2: use | B010 Anki would change the field name "Part 2: use": '
            "it has a : in it -> leave that out",
        ),
    ),
    "a field's name that begins a section": (
        said("Back]", 'Back, "#3"]'),
        (
            'notetype.yaml:1 #3 | B010 Anki would change the field name "#3": '
            "it begins with # -> leave that out",
        ),
    ),
    "a title with quotes": (
        said("style:", 'title: The “best” "Bees"\nstyle:'),
        (
            'notetype.yaml:4 The “best” "Bees" | B010 Anki would change the title '
            '"The “best” "Bees"" -> use no quotes and no unprintable characters',
        ),
    ),
    "the name of a built-in note type": (
        said("style:", "name: basic\nstyle:"),
        (
            'notetype.yaml:4 basic | B009 the name "basic" is taken by the built-in note type '
            '"Basic" -> give it a name of its own, such as "name: My basic"',
        ),
    ),
    "an id that is none": (
        said("style:", "id: -5\nstyle:"),
        (
            'notetype.yaml:4 -5 | B016 "-5" is no id '
            "-> copy it from Anki: deckwright notetype copy --from PACKAGE.apkg",
        ),
    ),
    "one id for two fields": (
        said("[Front, Back]", "[{name: Front, id: 3}, {name: Back, id: 3}]"),
        ("notetype.yaml:1 3 | B016 the id 3 is there twice -> give each an id of its own",),
    ),
    "a missing file": (
        said("front: front.html", "front: fornt.html"),
        (
            'notetype.yaml:3 fornt.html | B001 there is no file "fornt.html" '
            '-> did you mean "front.html"?',
        ),
    ),
    "a path out of the project": (
        said("front: front.html", "front: ../../secret.html", **{"../../secret.html": "{{Front}}"}),
        (
            'notetype.yaml:3 ../../secret.html | B002 "../../secret.html" lies outside of the '
            "note types -> copy the file into the folder of the note type",
        ),
    ),
    "an absolute path": (
        said("front: front.html", f"front: {Path(__file__).as_posix()}"),
        (
            f"notetype.yaml:3 {Path(__file__).as_posix()} | B002 "
            f"{notetypes.files.quoted(Path(__file__).as_posix())} lies outside of the note types "
            "-> copy the file into the folder of the note type",
        ),
    ),
    "a backslash": (
        said("front: front.html", "front: sides\\front.html"),
        (
            'notetype.yaml:3 sides\\front.html | B001 "sides\\front.html" is no path '
            '-> write "/" between folders, and no unprintable characters',
        ),
    ),
    "a template in Latin-1": (
        {"front.html": TEXTS},
        (
            "front.html:1  | B003 this is not UTF-8: the byte 0xe9 begins no character "
            "-> save it as UTF-8 in your editor (it may be Windows-1252 or Latin-1 now)",
        ),
    ),
    "an unknown field": (
        {"front.html": "<b>\n{{hint:Frnt}}</b>"},
        ('front.html:2 {{hint:Frnt}} | B005 there is no field "Frnt" -> did you mean "Front"?',),
    ),
    "an unknown field behind strings and names of files": (
        {**FOLDER, "back.html": '<i class="hand.woff2">${ask}${know}</i>\n{{Back}} {{Bck}}'},
        ('back.html:2 {{Bck}} | B005 there is no field "Bck" -> did you mean "Back"?',),
    ),
    "a section with a filter": (
        {"front.html": "{{Front}}{{#text:Back}}…{{/text:Back}}"},
        (
            'front.html:1 {{#text:Back}} | B005 there is no field "text:Back" '
            "-> a section takes no filters: write Back alone",
        ),
    ),
    "a section that is never closed": (
        {"front.html": "{{#Back}}{{Front}}"},
        ("front.html:1 {{#Back}} | B004 {{#Back}} is never closed -> add {{/Back}}",),
    ),
    "a section that is never opened": (
        {"back.html": "{{Front}}{{/Back}}"},
        (
            "back.html:1 {{/Back}} | B004 {{/Back}} closes a section that was never opened "
            "-> add {{#Back}} before it",
        ),
    ),
    "a tag without an end": (
        {"front.html": "{{Front"},
        ("front.html:1 {{ | B004 {{ begins a tag that never ends -> add }}, or remove it",),
    ),
    "a front without a field": (
        {"front.html": "What is this? {{#Front}}Say it!{{/Front}}"},
        (
            'front.html:1  | B006 the front of "Card" shows no field: it would make no card '
            f"-> {ASK}",
        ),
    ),
    "a front whose conditions contradict each other": (
        {"front.html": "{{#Front}}{{#Back}}{{^Front}}{{Back}}{{/Front}}{{/Back}}{{/Front}}"},
        (
            'front.html:1  | B006 the front of "Card" shows no field: it would make no card '
            f"-> {ASK}",
        ),
    ),
    "a front that is the same for all notes": (
        {"front.html": "Something of {{Deck}}"},
        (
            'front.html:1  | B006 the front of "Card" shows no field: it would ask all notes alike '
            f"-> {ASK}",
        ),
    ),
    "two equal fronts": (
        said("style:", "  - {name: Turn, front: front.html, back: back.html}\nstyle:"),
        (
            'notetype.yaml:4 Turn | B015 the front of "Turn" is that of "Card" -> ask something '
            "else on one of them: Anki saves no note type with two equal ones",
        ),
    ),
    "a cloze filter in a normal note type": (
        {"front.html": "{{cloze:Front}}"},
        (
            "front.html:1 {{cloze:Front}} | B008 deletions are shown, and this is no cloze note "
            'type: "Front" -> say "kind: cloze", or leave the filter out',
        ),
    ),
    "a deletion's number in a normal note type": (
        {"front.html": "{{#c1}}{{Front}}{{/c1}}{{Back}}"},
        (
            'front.html:1 {{#c1}} | B008 "c1" is the number of a deletion, and this is no cloze '
            'note type -> say "kind: cloze", or ask for a field',
        ),
    ),
    "a cloze note type without deletions": (
        said("style:", "kind: cloze\nstyle:", **{"front.html": "{{cloze:Front}}"}),
        (f'back.html:1  | B008 the back of "Card" shows no deletions -> {CLOZE_WAY}',),
    ),
    "a cloze note type of two templates": (
        said(
            "style:",
            "  - {name: Turn, front: back.html, back: back.html}\nkind: cloze\nstyle:",
            **{"front.html": "{{cloze:Front}}", "back.html": "{{cloze:Front}} {{Back}}"},
        ),
        (
            "notetype.yaml:4 Turn | B008 a cloze note type has one template: Anki makes cards by "
            "deletions alone -> put the other field into the first template, as {{cloze:…}}, too",
        ),
    ),
    "an unknown string": (
        {"front.html": "${aks} {{Front}}"},
        (
            'front.html:1 ${aks} | B014 there is no string "aks" -> did you mean "ask"?; '
            'a "${" of a script is written "$${"',
        ),
    ),
    "a file that nothing shows": (
        said("style:", "files: [bee.svg]\nstyle:", **{"bee.svg": "<svg/>"}),
        (
            'notetype.yaml:4 bee.svg | B012 neither a template nor the style shows "bee.svg" '
            '-> show it by its name, "bee.svg", or leave it out',
        ),
    ),
    "a template of endless depth": (
        {"front.html": "{{#Front}}" * 100_000},
        (
            "front.html:1  | C018 the template has 100,000 tags, and 5,000 are read "
            "-> make it smaller",
        ),
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_at_its_place(mistake: str, tmp_path: Path) -> None:
    changes, told = MISTAKES[mistake]
    loaded = sketch(tmp_path, changes)
    assert findings(loaded) == list(told)
    assert loaded.note_types == loaded.identities == {}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            said("Back]", "Back, Tags]"),
            'notetype.yaml:1 Tags | B011 the field "Tags" hides what Anki calls {{Tags}} '
            "-> give it another name if you can",
        ),
        (
            {"front.html": "{{Front}}{{FrontSide}}"},
            "front.html:1 {{FrontSide}} | B007 the front shows {{FrontSide}}, which is empty there "
            "-> leave it out, or show the fields themselves",
        ),
        (
            {"turn.html": "{{Back}}", "LICENSE.txt": "Free."},
            'notetype.yaml:2 templates | B013 notetype.yaml does not name "turn.html", which lies '
            'beside it -> list under "files:" what templates show, or remove it',
        ),
    ],
)
def test_what_is_odd_but_works_is_a_warning(
    changes: Mapping[str, str | bytes], told: str, tmp_path: Path
) -> None:
    loaded = sketch(tmp_path, changes)
    assert findings(loaded) == [told]
    assert not has_errors(loaded.diagnostics)
    assert list(loaded.note_types) == ["Sketch"]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    changes = said("Back]", 'Back, "A:B"]', **{"front.html": "{{Fornt}}", "back.html": "{{#Back}}"})
    assert [line.partition(" ")[0] for line in findings(sketch(tmp_path, changes))] == [
        "notetype.yaml:1",
        "front.html:1",
        "back.html:1",
    ]


def test_a_folder_without_a_notetype_yaml_is_told(tmp_path: Path) -> None:
    write(
        tmp_path / "notetypes", {"Empty/front.html": "{{Front}}", "_shared/a.css": "", ".x/y": ""}
    )
    loaded = notetypes.read_all(str(tmp_path / "notetypes"))
    path = tmp_path / "notetypes" / "Empty" / "notetype.yaml"
    hint = "each folder has one: deckwright notetype copy makes it"
    assert findings(loaded) == [f"B001 there is no {path} -> {hint}"]


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="this system has no links")
def test_a_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"secret.html": "{{Front}}"})
    folder = write(tmp_path / "notetypes" / "Sketch", SKETCH)
    (folder / "front.html").unlink()
    (folder / "front.html").symlink_to(tmp_path / "secret.html")
    loaded = notetypes.read_all(str(tmp_path / "notetypes"))
    assert [each.code for each in loaded.diagnostics] == ["B002"]


def test_a_name_in_other_letters_is_told_where_the_system_opens_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On some systems `Front.html` opens `front.html`, and the project breaks on all others."""
    monkeypatch.setattr(os.path, "isfile", lambda path: True)
    assert findings(sketch(tmp_path, said("front: front.html", "front: Front.html"))) == [
        'notetype.yaml:3 Front.html | B001 the file "Front.html" is called "front.html" '
        "-> write it as it is: other systems tell capital letters apart"
    ]


def test_two_own_note_types_have_two_names_in_any_case(tmp_path: Path) -> None:
    folder = tmp_path / "notetypes"
    for name, own in (("a", "Map"), ("b", "MAP"), ("c", "Chart")):
        write(folder / name, {**SKETCH, "notetype.yaml": f"name: {own}\n{YAML}"})
    loaded = notetypes.read_all(str(folder))
    assert list(loaded.note_types) == ["Map", "Chart"]
    assert findings(loaded) == [
        'notetype.yaml:1 MAP | B009 the name "MAP" is taken by the note type in "a" '
        '-> give it a name of its own, such as "name: My MAP"'
    ]
    (told,) = loaded.diagnostics
    assert told.other is not None
    assert Path(told.other.path).parent.name == "a"


HOSTILE: Mapping[str, str | bytes] = {
    "notetype.yaml: nested": "fields: " + "[" * 50_000,
    "notetype.yaml: aliases": "a: &a [x, x]\nb: &b [*a, *a]\nfields: [*b, *b]\n",
    "notetype.yaml: a tag": "fields: !!python/object/apply:os.system [ls]\n",
    "notetype.yaml: many keys": "".join(f"k{n}: 1\n" for n in range(20_000)),
    "notetype.yaml: many fields": f"{YAML.replace('Back]', ','.join(map(str, range(90_000))))}]",
    "front.html: many sections": "{{#Front}}{{Back}}" * 2_400,
    "front.html: many unknown": "{{Fornt}}" * 4_900,
    "front.html: dollars": "{{Front}}" + "$" * 2_000_000,
    "front.html: strings": "{{Front}}" + "${a" * 600_000 + "${b}" * 100_000,
    "front.html: comments": "{{Front}}" + "<!--" * 500_000,
    "front.html: bytes": bytes(range(256)) * 8_000,
    "style.css: names": "hand.woff2" * 200_000,
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_hangs(hostile: str, tmp_path: Path) -> None:
    began = time.perf_counter()
    folder = write(tmp_path / "Sketch", {**FOLDER, hostile.partition(":")[0]: HOSTILE[hostile]})
    loaded = notetypes.read(str(folder))
    assert has_errors(loaded.diagnostics) or loaded.note_type is not None
    assert time.perf_counter() - began < 5


def test_any_bytes_give_a_note_type_or_an_error(tmp_path: Path) -> None:
    chance = random.Random(5)
    pieces = [*re.findall(r"\w+|\s+|\W", YAML), "{{", "}}", "${", "- ", "\n", '"', "&a", "!x", "\0"]
    folder = tmp_path / "Sketch"
    for _ in range(120):
        text = "".join(
            chance.choice(pieces) if chance.random() < 0.06 else piece
            for piece in re.findall(r"\w+|\s+|\W", YAML)
        )
        front = "".join(chance.choices(["{{Front}}", "{{#Back}}", "{{/Back}}", "${", "x"], k=4))
        write(folder, {**SKETCH, "notetype.yaml": text, "front.html": front})
        loaded = notetypes.read(str(folder))
        assert (loaded.note_type is None) == has_errors(loaded.diagnostics)
        findings(loaded)


# What is read ------------------------------------------------------------------------------------


def test_a_note_type_is_what_its_folder_says(tmp_path: Path) -> None:
    text = (
        "title: Bees Sketch\nid: 1398130078204\nkind: normal\nstyle: ../shared.css\n"
        'fields: [{name: Front, id: "-8998987187207648168"}, {name: Back, id: 12}, Hint]\n'
        "templates: [{name: Card, front: front.html, back: back.html, id: '9223372036854775807'}]\n"
    )
    folder = write(
        tmp_path / "notetypes",
        {
            "shared.css": ".card { color: teal; }\n",
            "Sketch/notetype.yaml": text,
            "Sketch/front.html": "\ufeff<i>${ask}</i>\r\n{{Front}}\r\n\r\n",
            "Sketch/back.html": "{{Back}}<script>`${a.b} $${ask} $$${ask}`</script>",
        },
    )
    loaded = notetypes.read(str(folder / "Sketch"), STRINGS)
    assert loaded.diagnostics == ()
    # One line feed at the end of a file is the file's own.
    front = "<i>What is asked here?</i>\n{{Front}}\n"
    back = "{{Back}}<script>`${a.b} ${ask} $${ask}`</script>"
    card = notetypes.CardTemplate("Card", front, back)
    style = ".card { color: teal; }"
    fields = ("Front", "Back", "Hint")
    assert loaded.note_type == NoteType("Sketch", "normal", fields, (card,), style)
    assert loaded.identity == notetypes.TypeIdentity(
        "Bees Sketch",
        1398130078204,
        {"Front": -8998987187207648168, "Back": 12},
        {"Card": 9223372036854775807},
    )
    assert loaded.identity.span is not None
    assert text[loaded.identity.span.start : loaded.identity.span.end] == "1398130078204"
    assert sorted(Path(path).name for path in loaded.texts) == [
        *("back.html", "front.html", "notetype.yaml", "shared.css")
    ]


def test_a_file_of_templates_is_named_by_its_content(tmp_path: Path) -> None:
    """Anki never replaces a file of templates: new bytes need a new name."""
    folder = write(tmp_path / "sketch", FOLDER)
    first = good(folder)
    ((name, path),) = first.files
    assert (name, path.read_bytes()) == ("_hand-74aef7841b25.woff2", b"wOF2 first")
    assert first.style == FONT.replace("hand.woff2", name)
    write(folder, {"fonts/hand.woff2": b"wOF2 second"})
    ((later, _),) = good(folder).files
    assert later != name
    assert later.startswith("_hand-")


def test_files_are_shown_by_their_names_and_not_within_others(tmp_path: Path) -> None:
    """Whole paths, other names that end alike, blanks as HTML and CSS write them."""
    files = {
        "a.svg": b"<svg>1</svg>",
        "img/a.svg": b"<svg>2</svg>",
        "img/my a.svg": b"<svg>3</svg>",
        "back.html": '<img src="img/a.svg"><img src="./a.svg"><img src="img/my%20a.svg">'
        '<img src="x/a.svg">{{Back}}<a href="a.svg.gz">',
    }
    text = YAML + "files: [a.svg, img/a.svg, img/my a.svg]\n"
    note_type = good(write(tmp_path / "sketch", {**SKETCH, **files, "notetype.yaml": text}))
    first, second, third = (name for name, _ in note_type.files)
    assert note_type.templates[0].back == (
        f'<img src="{second}"><img src="{first}"><img src="{third}">'
        '<img src="x/a.svg">{{Back}}<a href="a.svg.gz">'
    )
    assert third.startswith("_my-a-")


def test_equal_files_are_packaged_once(tmp_path: Path) -> None:
    text = YAML + "files: [a/x.svg, b/x.svg]\n"
    files = {
        "a/x.svg": b"<svg/>",
        "b/x.svg": b"<svg/>",
        "back.html": "<img src=a/x.svg><img src=b/x.svg>",
    }
    note_type = good(write(tmp_path / "sketch", {**SKETCH, **files, "notetype.yaml": text}))
    assert len(note_type.files) == 1


def test_another_font_arrives_with_the_next_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    types = dict(notetypes.built_in())
    bees = write(tmp_path / "bees", BEES)
    col = Collection(str((tmp_path / "collection.anki2").resolve()))
    seen = []
    for now, content in ((1_750_000_000, b"wOF2 first"), (1_750_100_000, b"wOF2 second")):
        own = good(write(tmp_path / "sketch", {**FOLDER, "fonts/hand.woff2": content}))
        term = replace(types["Term"], style=own.style, files=own.files)
        monkeypatch.setattr(notetypes, "built_in", lambda term=term: {**types, "Term": term})
        made, result = build(bees, now)
        assert result.written.media == 1
        import_package(col, Path(result.output))
        (number,) = (t.id for t in made.identified.note_types if t.note_type.name == "Term")
        col.close()
        col = Collection(str((tmp_path / "collection.anki2").resolve()))
        arrived = col.models.get(number)  # type: ignore[arg-type]
        assert arrived is not None
        ((name, _),) = own.files
        assert name in arrived["css"]
        assert (Path(col.media.dir()) / name).read_bytes() == content
        seen.append(name)
    assert len(set(seen)) == 2
    assert list(col.media.check().missing) == []
    col.close()


# The built-in ones, on the engine ----------------------------------------------------------------


def identified(note_type: NoteType) -> IdentifiedNoteType:
    first = 1_500_000_000_000 + list(notetypes.built_in()).index(note_type.name) * 1000
    field_ids = tuple(range(first + 100, first + 100 + len(note_type.fields)))
    template_ids = tuple(range(first + 500, first + 500 + len(note_type.templates)))
    name = f"Bees {note_type.name}"
    return IdentifiedNoteType(note_type, name, first, field_ids, template_ids, RELEASE)


def a_note(number: int, note_type: NoteType, fields: Mapping[str, str], mod: int = RELEASE) -> Any:
    assert fields.keys() <= set(note_type.fields)
    html = tuple(fields.get(name, "") for name in note_type.fields)
    source = Note(Key(f"k{number}"), note_type.name, (), "Bees")
    rendered = RenderedNote(source, html, "")
    return IdentifiedNote(rendered, Guid(f"guid{number}"), RELEASE * 1000 + number * 50, mod)


def send(col: Collection, folder: Path, types: Any, notes: Any) -> Any:
    """Import a package of these notes, and tell what Anki's log says."""
    what = package.Contents((package.Deck("Bees", 1_400_000_000_000),), tuple(types), tuple(notes))
    file = io.BytesIO()
    package.write(what, file)
    path = folder / "bees.apkg"
    path.write_bytes(file.getvalue())
    return import_package(col, path)


@pytest.fixture
def col(tmp_path: Path) -> Iterator[Collection]:
    set_lang("en")
    made = Collection(str((tmp_path / "learner.anki2").resolve()))
    yield made
    made.close()


def questions(note: AnkiNote) -> list[str]:
    return [re.sub("(?s)<style>.*?</style>|<!--.*?-->", "", c.question()) for c in note.cards()]


FINAL = {
    "Basic": ("Front Back Context More Source Key", "Front"),
    "Basic (reversed)": ("Front Back Context More Source Key", "Front, Back"),
    "Cloze": ("Text Extra Context More Source Key", "Cloze"),
    "Concept": ("Concept Opening More Context Source Key", "Explain"),
    "List": ("Question Items Context More Source Key", "Question"),
    "Term": ("Question Answer Term Reverse Context More Source Key", "Question, Reverse"),
    "Type-in": ("Front Back Context More Source Key", "Front"),
}


def test_fields_and_templates_are_final() -> None:
    """A released field or template is never added, removed or reordered."""
    found = notetypes.built_in()
    assert set(found) == set(FINAL)
    for name, (fields, templates) in FINAL.items():
        spare = [] if name == "Cloze" else ["Spare 1"]  # a cloze note type has one template
        assert found[name].fields == (*fields.split(), "Spare 1", "Spare 2")
        assert [each.name for each in found[name].templates] == [*templates.split(", "), *spare]
        assert found[name].kind == ("cloze" if name == "Cloze" else "normal")
        assert found[name].style == found["Basic"].style


def test_the_engine_makes_the_cards_that_we_say(col: Collection, tmp_path: Path) -> None:
    """Whatever is filled in: the engine lacks no card of ours, and finds none of ours empty."""
    chance = random.Random(26)
    notes, number = [], itertools.count(1)
    plain = ["<p>ohm</p>", "<br>"]
    deletions = ["a {{c1::b}}", "{{c2::a}} {{c4::b}}", "{{c3::x {{c1::y}}}}", "{{c1,2::z}}"]
    for note_type in notetypes.built_in().values():
        texts = deletions + plain if note_type.kind == "cloze" else plain
        subsets = list(itertools.product((False, True), repeat=len(note_type.fields)))
        for filled in [subsets[-1], *chance.sample(subsets, 48)]:
            fields = {
                name: chance.choice(texts if name in ("Text", "Spare 1") else plain)
                for name, is_filled in zip(note_type.fields, filled, strict=True)
                if is_filled
            }
            each = a_note(next(number), note_type, fields)
            if package.cards_of(each.rendered, note_type):  # a note without any is told by a check
                notes.append(each)
    log = send(col, tmp_path, map(identified, notetypes.built_in().values()), notes)
    assert len(log.new) == len(notes) > 150
    assert col.get_empty_cards().notes == []
    for each in notes:
        ours = package.cards_of(each.rendered, notetypes.built_in()[each.rendered.note.note_type])
        arrived = col.get_note(NoteId(each.id))
        assert tuple(card.ord for card in arrived.cards()) == ours
        col.update_note(arrived)  # now the engine makes the cards that it misses
        assert tuple(card.ord for card in arrived.cards()) == ours
        shown = "[...]" if each.rendered.note.note_type == "Cloze" else "ohm"
        assert all(shown in text for text in questions(arrived))
    message, fine = col.fix_integrity()
    assert fine, message


@pytest.mark.parametrize("name", sorted(FINAL))
def test_anki_saves_each_as_it_is(name: str, col: Collection, tmp_path: Path) -> None:
    """A learner can edit the note type: Anki's editor checks it, and renames nothing."""
    note_type = notetypes.built_in()[name]
    # Every field has a deletion, so that a cloze note has a card, too.
    fields = dict.fromkeys(note_type.fields, "x {{c1::y}}")
    send(col, tmp_path, [identified(note_type)], [a_note(1, note_type, fields)])
    arrived = col.models.by_name(f"Bees {name}")
    assert arrived is not None
    arrived["css"] += " "
    col.models.update_dict(arrived)
    saved = col.models.by_name(f"Bees {name}")
    assert saved is not None
    assert tuple(field["name"] for field in saved["flds"]) == note_type.fields
    assert tuple(each["qfmt"] for each in saved["tmpls"]) == tuple(
        each.front for each in note_type.templates
    )


def test_a_text_that_comes_later_makes_cards_of_its_own(col: Collection, tmp_path: Path) -> None:
    """The spare fields of Cloze: more deletions, no change of the schema, and no other card."""
    cloze = notetypes.built_in()["Cloze"]
    fields = {"Text": "A colony has one {{c1::queen}}.", "Extra": "And many workers."}
    send(col, tmp_path, [identified(cloze)], [a_note(1, cloze, fields)])
    ((before,),) = [questions(col.get_note(id)) for id in col.find_notes("")]
    assert before.count("[...]") == 1
    later = fields | {"Spare 1": "She lives for {{c2::three}} years.", "Spare 2": "At most five."}
    log = send(col, tmp_path, [identified(cloze)], [a_note(1, cloze, later, RELEASE + 60)])
    assert (len(log.updated), len(log.conflicting)) == (1, 0)
    (note,) = (col.get_note(id) for id in col.find_notes(""))
    first, second = questions(note)
    assert "A colony has one" in first
    assert "She lives" not in first
    assert "She lives for" in second
    assert "A colony" not in second
    # What belongs to the other text is hidden by the style, as it stands behind an empty element.
    answers = [card.answer() for card in note.cards()]
    assert '<div class="cloze-text" dir="auto"></div>\n<div class="extra"' in answers[0]
    assert '<div class="cloze-text" dir="auto"></div>\n<div class="extra"' in answers[1]
    assert ".cloze-text:empty + .extra { display: none; }" in cloze.style
    assert col.get_empty_cards().notes == []


def test_an_answer_is_typed_on_the_front_and_compared_on_the_back(
    col: Collection, tmp_path: Path
) -> None:
    own = notetypes.built_in()["Type-in"]
    fields = {"Front": "What does a colony do in May?", "Back": "It swarms"}
    send(col, tmp_path, [identified(own)], [a_note(1, own, fields)])
    ((card,),) = [col.get_note(id).cards() for id in col.find_notes("")]
    assert "[[type:Back]]" in card.question()
    assert card.answer().count("[[type:Back]]") == 1
    assert card.answer().index('id="answer"') < card.answer().index("[[type:Back]]")


def contrast(first: str, second: str) -> float:
    """How two colours contrast, as WCAG 2 reckons it: from 1 to 21; text needs 4.5."""

    def luminance(colour: str) -> float:
        shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [s / 12.92 if s <= 0.03928 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_all_colours_of_text_can_be_read_by_day_and_night() -> None:
    themes = [
        dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", block))
        for block in notetypes.built_in()["Basic"].style.split("}")
        if "--ground" in block
    ]
    assert len(themes) == 2
    for theme in themes:
        grounds = ("ground", "inset", "mark", "good", "bad", "missed")
        on = {text: ["ground", "inset"] for text in theme if text not in (*grounds, "line")}
        on["text"] = list(grounds)
        on["link"] += ["mark"]
        for text, backgrounds in on.items():
            for ground in backgrounds:
                assert contrast(theme[text], theme[ground]) >= 4.5, (text, ground)


def test_all_that_pygments_marks_in_common_languages_has_a_colour() -> None:
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name

    codes = {
        "python": '@cache\nclass A(B):\n    """x"""\n    def f(self, a=1.5):  # y\n        '
        'return "z" + str(None) or self.a\n',
        "javascript": 'const a = async () => { /* x */ return `y${b}` + 3 / "z"; }',
        "bash": 'export A=1\nfor i in $B; do echo "$i" | grep -v x; done  # y\n',
        "sql": "SELECT a, COUNT(*) FROM b WHERE c = 'x' AND d > 3 -- y\n",
        "html": '<p class="x">y &amp; z</p><!-- a -->',
        "json": '{"a": [1, true, "x"]}',
    }
    style = notetypes.built_in()["Basic"].style
    plain = {"n", "p", "o", "w", "nn", "nx", "fm"}  # the colour of the text
    for language, code in codes.items():
        marked = highlight(code, get_lexer_by_name(language), HtmlFormatter())
        for name in set(re.findall(r'<span class="(\w+)">', marked)) - plain:
            assert re.search(rf"\.highlight \.{name}[ ,]", style), (language, name)


# Copies ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(FINAL))
def test_a_copied_built_in_note_type_is_the_same(name: str, tmp_path: Path) -> None:
    project = write(tmp_path, {"deck.yaml": BEES["deck.yaml"]})
    place = Path("notetypes") / f"My {name}"
    assert done(project, "notetype", "copy", name) == (
        f"Copied to {place}. Sources name it by its name: My {name}\n"
        "Its fields and templates can be changed until the first release, never after.\n"
    )
    loaded = notetypes.read_all(str(project / "notetypes"))
    assert loaded.diagnostics == ()
    assert loaded.note_types == {
        f"My {name}": replace(notetypes.built_in()[name], name=f"My {name}")
    }
    assert "# For ever: after the first release" in (project / place / "notetype.yaml").read_text()


def test_a_copy_overwrites_nothing_and_takes_no_name(tmp_path: Path) -> None:
    project = write(tmp_path, {"deck.yaml": BEES["deck.yaml"], "notetypes/My Basic/a.txt": "mine"})
    before = files_of(project)
    for arguments, told in (
        (
            ("Basic",),
            f"{Path('notetypes/My Basic')} is there already: give the copy another name, "
            "or remove that",
        ),
        (
            ("Basic", "cloze"),
            '"cloze" is a built-in note type: give the copy a name of its own',
        ),
        (("Basics",), 'There is no note type "Basics": did you mean "Basic"?'),
        (("Basic", ' "x"'), '" "x"" is no name of a note type: use no quotes and outer blanks'),
    ):
        result = deckwright(project, "notetype", "copy", *arguments)
        assert (result.exit_code, result.stderr) == (1, f"Error: {told}\n")
    assert files_of(project) == before


def test_note_types_are_listed_with_those_of_the_project(tmp_path: Path) -> None:
    project = write(tmp_path, {"deck.yaml": BEES["deck.yaml"]})
    write(project / "notetypes/Sketch", {**SKETCH, "back.html": "${answer} {{Back}}"})
    lines = done(project, "notetype", "list").splitlines()
    assert lines[0] == "Basic\tnormal\tFront, Back, Context, More, Source, Key, Spare 1, Spare 2"
    assert lines[-1] == "Sketch\tnormal\tFront, Back"
    write(project / "notetypes/Sketch", {"front.html": "{{Fornt}}"})
    result = deckwright(project, "notetype", "list")
    assert result.exit_code == 1
    assert 'there is no field "Fornt"' in result.stderr


def test_of_a_note_type_with_a_mistake_only_that_is_told(tmp_path: Path) -> None:
    """Its notes are not to blame, nor what they would show."""
    notes = "notes:\n  - {type: Sketch, fields: {Front: a hive, Back: '![](hive.png)'}}\n"
    text = "id: bees\nname: Bees\nsources: [bees.yaml]\nsubdecks: {Sketch: Sketches}\n"
    project = write(tmp_path, {"deck.yaml": text, "bees.yaml": notes, "media/hive.png": b"PNG"})
    write(project / "notetypes/Sketch", {**SKETCH, "front.html": "{{Fornt}}"})
    result = deckwright(project, "check")
    assert result.exit_code == 1
    assert 'error B005: there is no field "Fornt"' in result.stdout
    assert "1 error\n" in result.stdout
    assert "warning" not in result.stdout


def test_a_note_type_whose_folder_was_renamed_keeps_its_name(tmp_path: Path) -> None:
    """Else it would be another note type, and learners would get no update of its notes."""
    said = "id: bees\nname: Bees\nsources: [bees.yaml]\n"
    notes = "notes:\n  - {type: Sketch, Front: What is a skep?, Back: A hive of straw}\n"
    project = write(tmp_path, {"deck.yaml": said, "bees.yaml": notes})
    write(project / "notetypes/Sketch", SKETCH)
    before, _ = build(project)

    (project / "notetypes/Sketch").rename(project / "notetypes/Drawing")
    write(project, {"bees.yaml": notes.replace("Sketch", "Drawing")})
    result = deckwright(project, "build")
    assert result.exit_code == 1
    assert "bees/what-is-a-skep was a Sketch note and is a Drawing note now" in result.stderr
    told = "if Drawing is Sketch renamed: `name: Sketch` in its notetype.yaml, and Sketch in"
    assert told in result.stderr

    write(project, {"bees.yaml": notes})
    write(project / "notetypes/Drawing", {"notetype.yaml": f"name: Sketch\n{YAML}"})
    after, _ = build(project)
    assert after.lock == before.lock


def test_a_folder_may_be_renamed_to_a_name_that_the_lock_knows(tmp_path: Path) -> None:
    said = "id: bees\nname: Bees\nsources: [bees.yaml]\n"
    note = "  - {{type: {}, Front: What is a {}?, Back: A hive}}\n"
    notes = "notes:\n" + note.format("Sketch", "skep") + note.format("Drawing", "top bar hive")
    project = write(tmp_path, {"deck.yaml": said, "bees.yaml": notes})
    write(project / "notetypes/Sketch", SKETCH)
    other = YAML.replace("[Front, Back]", "[Front, Back, Hint]")
    write(project / "notetypes/Drawing", {**SKETCH, "notetype.yaml": other})
    write(project / "notetypes/Drawing", {"back.html": "{{Back}} {{Hint}}"})
    build(project)

    (project / "notetypes/Drawing").rename(tmp_path / "away")
    (project / "notetypes/Sketch").rename(project / "notetypes/Drawing")
    write(project, {"bees.yaml": "notes:\n" + note.format("Drawing", "skep")})
    stderr = deckwright(project, "build").stderr
    assert "the note type “Drawing” changed: the field “Hint” is gone" in stderr
    assert (
        "if it is “Sketch” renamed: `name: Sketch` in its notetype.yaml; or set it back" in stderr
    )


def test_a_note_that_is_given_another_note_type_is_told_nothing_of_folders(tmp_path: Path) -> None:
    """Also where that has the same fields: the first one is still there."""
    said = "id: bees\nname: Bees\nsources: [bees.yaml]\n"
    notes = "notes:\n  - {type: Sketch, Front: What is a skep?, Back: A hive of straw}\n"
    project = write(tmp_path, {"deck.yaml": said, "bees.yaml": notes})
    write(project / "notetypes/Sketch", SKETCH)
    write(project / "notetypes/Drawing", SKETCH)
    build(project)
    write(project, {"bees.yaml": notes.replace("Sketch", "Drawing")})
    stderr = deckwright(project, "build").stderr
    assert "was a Sketch note and is a Drawing note now" in stderr
    assert "help: keep its note type; or, as a new note" in stderr
    assert "renamed" not in stderr.replace("deckwright rename", "")


SCRIPT = "<script src='_count.js'></script><script>`${n} $${n} ${a.b}`</script>"


def someones(folder: Path) -> Path:
    """A package that somebody made in Anki: a note type with what Anki gives it."""
    folder.mkdir()
    set_lang("en")
    col = Collection(str((folder / "author.anki2").resolve()))
    made = col.models.copy(col.models.by_name("Basic (and reversed card)"))  # type: ignore[arg-type]
    made["name"] = "Länder: Karte"
    made["css"] = ".card { background: url('_flag 1.svg'); }\n\n"
    made["tmpls"][0]["qfmt"] = f"{{{{Front}}}}{SCRIPT}"
    made["tmpls"][1]["name"] = made["tmpls"][0]["name"] + " (back)"
    col.models.update_dict(made)
    col.media.write_data("_flag 1.svg", b"<svg>flag</svg>")
    col.media.write_data("_count.js", b"count()")
    note = col.new_note(made)
    note.fields[:2] = ["Bern", "Schweiz"]
    note.guid = "bern"
    deck = col.decks.id("Länder")
    assert deck is not None
    col.add_note(note, deck)
    col.close()
    return folder


@pytest.mark.parametrize("legacy", [True, False])
def test_a_note_type_is_adopted_with_all_its_ids(legacy: bool, tmp_path: Path) -> None:
    """What Anki gives ids: fields and templates have any 64 bits, with a sign."""
    author = Collection(str((someones(tmp_path / "author") / "author.anki2").resolve()))
    options = ExportAnkiPackageOptions(with_media=True, legacy=legacy)
    path = str(tmp_path / "old.apkg")
    author.export_anki_package(out_path=path, options=options, limit=None)
    (theirs,) = (each for each in author.models.all() if each["name"] == "Länder: Karte")
    project = write(tmp_path / "project", {"deck.yaml": BEES["deck.yaml"]})
    told = done(project, "notetype", "copy", "--from", path, "Länder: Karte", "Karte")
    assert told.endswith("change what its templates and its style say, nothing else.\n")

    loaded = notetypes.read_all(str(project / "notetypes"))
    assert loaded.diagnostics == ()
    ours, identity = loaded.note_types["Karte"], loaded.identities["Karte"]
    assert (identity.name, identity.id) == (theirs["name"], theirs["id"])
    assert identity.fields == {field["name"]: field["id"] for field in theirs["flds"]}
    assert identity.templates == {each["name"]: each["id"] for each in theirs["tmpls"]}
    # The same texts, but for the names of files, which Anki would never replace.
    names = {path.name: name for name, path in ours.files}
    assert set(names) == {"_flag 1.svg", "_count.js"}
    assert {path.read_bytes() for _, path in ours.files} == {b"<svg>flag</svg>", b"count()"}
    for mine, their in zip(ours.templates, theirs["tmpls"], strict=True):
        assert mine.front == their["qfmt"].replace("_count.js", names["_count.js"])
        assert mine.back == their["afmt"]
    assert ours.style == theirs["css"].replace("_flag 1.svg", names["_flag 1.svg"])

    # And those who have it get updates of their notes, and no second note type.
    adopted = IdentifiedNoteType(
        ours,
        identity.name,
        identity.id,
        tuple(identity.fields.values()),
        tuple(identity.templates.values()),
        theirs["mod"] + 60,
    )
    (old,) = (author.get_note(id) for id in author.find_notes(""))
    source = Note(Key("bern"), "Karte", (), "Länder")
    html = ("Bern", "die Schweiz")
    new = IdentifiedNote(RenderedNote(source, html, ""), Guid("bern"), int(old.id), old.mod + 60)
    decks = (package.Deck("Länder", 1_400_000_000_000),)
    media = tuple(package.MediaFile(name, path) for name, path in ours.files)
    with (tmp_path / "new.apkg").open("wb") as file:
        package.write(package.Contents(decks, (adopted,), (new,), media), file)
    before = {each.name for each in author.models.all_names_and_ids()}
    log = import_package(author, tmp_path / "new.apkg")
    assert (len(log.updated), len(log.new), len(log.conflicting)) == (1, 0, 0)
    assert author.get_note(old.id)["Back"] == "die Schweiz"
    assert {each.name for each in author.models.all_names_and_ids()} == before
    assert list(author.media.check().missing) == []
    author.close()


def test_a_note_type_of_a_package_is_named_by_its_title(tmp_path: Path) -> None:
    bees = write(tmp_path / "bees", BEES)
    _, result = build(bees)
    with pytest.raises(copying.CopyError, match=r"Name one of the note types of .*: \"Bees Con"):
        copying.of_package(result.output)
    with pytest.raises(copying.CopyError, match='has no note type "Bees Trem": did you mean "Bees'):
        copying.of_package(result.output, "Bees Trem")
    copied = copying.of_package(result.output, "Bees Term")
    place = copying.write(copied, str(tmp_path / "notetypes"))
    loaded = notetypes.read(place)
    assert loaded.diagnostics == ()
    assert loaded.note_type == replace(notetypes.built_in()["Term"], name="Bees Term")


@pytest.mark.parametrize("command", [("notetype",), ("notetype", "list"), ("notetype", "copy")])
def test_every_command_shows_an_example(command: tuple[str, ...], tmp_path: Path) -> None:
    told = done(tmp_path, *command, "--help")
    assert re.search(rf"^  deckwright {' '.join(command)}\b", told, re.M)
