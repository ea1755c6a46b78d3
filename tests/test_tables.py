"""The table reader: rows become notes, tables are joined, exports from Anki come back as they were,
and nothing is lost on the way."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from anki.collection import Collection
from anki.lang import set_lang
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deckwright import report
from deckwright.diagnostics import Diagnostic, Severity
from deckwright.naming import Mistake
from deckwright.note import Note
from deckwright.notetypes import CardTemplate, NoteType, built_in
from deckwright.readers.known import Known
from deckwright.readers.tables import RULES, Join, TableOptions, also, read
from deckwright.readers.tables.records import split
from deckwright.source import Source, decode

anything = settings(deadline=None, database=None, max_examples=200)


def source_of(text: str | bytes, path: str = "caves.csv") -> Source:
    source = decode(path, text.encode() if isinstance(text, str) else text)
    assert isinstance(source, Source)
    return source


def notes_of(text: str, known: Known = Known(), /, **options: Any) -> tuple[Note, ...]:
    """The notes of a table in which nothing is wrong."""
    notes, told = read(source_of(text), TableOptions(**options), known)
    assert [d.message for d in told if d.severity > Severity.INFO] == []
    return notes


def fields(note: Note) -> dict[str, str]:
    return {field.name: field.value for field in note.fields}


def findings(
    text: str, known: Known = Known(), /, *, path: str = "caves.csv", **options: Any
) -> list[str]:
    """What a user is told about a table."""
    source = source_of(text, path)
    _, told = read(source, TableOptions(**options), known)
    texts = {path: source, **{each.path: each for each in known.files.values()}}
    return list(report.brief(report.by_place(told), texts))


def note_type(name: str, *names: str, kind: str = "normal") -> NoteType:
    template = CardTemplate("Card", f"{{{{{names[0]}}}}}", "{{FrontSide}}")
    return NoteType(name, kind, names, (template,), "")  # type: ignore[arg-type]


def with_types(*own: NoteType, titles: Mapping[str, str] = MappingProxyType({})) -> Known:
    return Known({**built_in(), **{each.name: each for each in own}}, titles)


def files(**texts: str) -> dict[str, Source]:
    return {f"{name}.csv": source_of(text, f"{name}.csv") for name, text in texts.items()}


# Cells -------------------------------------------------------------------------------------------


def test_quotes_keep_delimiters_line_breaks_and_doubled_quotes() -> None:
    (note,) = notes_of('front,back\n"Drip, then\nstone","The ""moon milk"" of caves"\n')
    assert fields(note) == {"Front": "Drip, then\nstone", "Back": 'The "moon milk" of caves'}


def test_every_span_names_what_it_says() -> None:
    text = 'front,back,tags\n stalactite ,"hangs, always",a b\nsump,"a ""siphon""",c\n'
    source = source_of(text)
    notes, _ = read(source)
    shown = [
        [text[field.span.start : field.span.end] for field in note.fields if field.span]
        for note in notes
    ]
    assert shown == [["stalactite", "hangs, always"], ["sump", '"a ""siphon"""']]
    assert [[field.exact for field in note.fields] for note in notes] == [
        [True, True],
        [True, False],
    ]
    assert [text[n.span.start : n.span.end] for n in notes if n.span] == text.split("\n")[1:3]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_guessed(delimiter: str) -> None:
    rows = [["front", "back"], ["A cave, and its mouth", "e"], ["Karst; limestone", "f"]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    assert [list(fields(note).values()) for note in notes_of(out.getvalue())] == rows[1:]


def test_a_delimiter_can_be_said() -> None:
    assert fields(notes_of("bat: a mammal", delimiter=":")[0]) == {
        "Front": "bat",
        "Back": "a mammal",
    }
    assert fields(notes_of("bat\ta, b", delimiter="tab")[0])["Back"] == "a, b"


def test_the_line_in_which_excel_says_the_delimiter_is_no_row() -> None:
    (note,) = notes_of("sep=;\nfront;back\nbats, all;sleep, hanging\n")
    assert fields(note) == {"Front": "bats, all", "Back": "sleep, hanging"}


def test_a_tsv_has_tabs() -> None:
    (note,) = read(source_of("bats, all\tsleep, hanging\n", "caves.tsv"))[0]
    assert fields(note) == {"Front": "bats, all", "Back": "sleep, hanging"}


text_cells = st.text(st.sampled_from('ab",;\t\n |'), max_size=40)


@anything
@given(text_cells, st.sampled_from(",;\t|"))
@example('a"b,"c"d"e,""\n"x""y" ,"', ",")
def test_cells_are_those_of_the_csv_module(text: str, delimiter: str) -> None:
    found = split(text, delimiter)
    ours = [[value for value, _, _ in row.cells] for row in found.rows]
    theirs = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    if found.unclosed is not None:  # where the csv module takes all the rest for a cell
        theirs = theirs[:-1]
    assert [row for row in ours if "".join(row).strip()] == [
        row for row in theirs if "".join(row).strip()
    ]
    for row in found.rows:
        for value, start, end in row.cells:
            assert text[start:end] == value or text[start] == '"'
            assert (end - start == len(value)) == (text[start:end] == value)


@anything
@given(st.lists(st.lists(st.text(max_size=9), min_size=2, max_size=2), min_size=1, max_size=9))
def test_what_the_csv_module_writes_is_read(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    text = out.getvalue()
    assert [[cell[0] for cell in row.cells] for row in split(text, ",").rows] == rows


# Columns -----------------------------------------------------------------------------------------


def test_a_header_of_field_names_needs_nothing_else() -> None:
    (note,) = notes_of(
        "ID,Back,FRONT,Tags,guid,Deck\n"
        'karst/doline,A sinkhole,What is a doline?,"karst, form",x7&Qm,Caves::Karst\n'
    )
    assert (note.key, note.note_type, note.guid) == ("karst/doline", "Basic", "x7&Qm")
    assert fields(note) == {"Front": "What is a doline?", "Back": "A sinkhole"}
    assert (note.tags, note.deck, note.known) == (("karst", "form"), "Caves::Karst", False)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("front,back", "Basic"),
        ("concept,more", "Concept"),
        ("Question,Items", "List"),
        ("Question,Term", "Term"),
        ("Text,Extra", "Cloze"),
        ("Shape,Age", "Rock"),
    ],
)
def test_the_note_type_is_the_one_that_has_the_columns(header: str, expected: str) -> None:
    known = with_types(note_type("Rock", "Shape", "Age"))
    (note,) = notes_of(f"{header}\none,two\n", known)
    assert note.note_type == expected
    assert [name.lower() for name in fields(note)] == header.lower().split(",")


def test_each_row_can_have_its_own_note_type() -> None:
    first, second, third = notes_of(
        "type,front,back,text\n,bat,mammal,\nCloze,,,a {{c1::sump}}\nbasic,newt,amphibian,\n"
    )
    assert [each.note_type for each in (first, second, third)] == ["Basic", "Cloze", "Basic"]
    assert fields(second) == {"Text": "a {{c1::sump}}"}


def test_without_a_header_columns_are_the_first_fields_in_order() -> None:
    notes = notes_of("sump,a flooded passage\naven,a shaft seen from below\n")
    assert [fields(note) for note in notes] == [
        {"Front": "sump", "Back": "a flooded passage"},
        {"Front": "aven", "Back": "a shaft seen from below"},
    ]


def test_without_a_header_deletions_make_cloze_notes() -> None:
    (note,) = notes_of("Water that holds {{c1::carbon dioxide}} dissolves limestone.\n")
    assert (note.note_type, note.key) == (
        "Cloze",
        "caves/water-that-holds-carbon-dioxide-dissolves-limestone",
    )


def test_a_word_that_is_also_the_name_of_a_column_can_be_learnt() -> None:
    assert len(notes_of("deck,das Deck\nfront,die Vorderseite\n")) == 2
    assert len(notes_of("front,back\nfront,back\n", header="none")) == 2


def test_a_header_of_other_words_can_be_said() -> None:
    (note,) = notes_of("Höhle,Tiefe\nVeryovkina,2212 m\n", header="first-row")
    assert fields(note) == {"Front": "Veryovkina", "Back": "2212 m"}
    (note,) = notes_of("word,meaning,tags\nsump,flooded,a\n")  # tags are hardly a word to learn
    assert (fields(note)["Back"], note.tags) == ("flooded", ("a",))


def test_fields_come_from_chosen_columns_and_from_templates() -> None:
    (note,) = notes_of(
        "cave,country,depth,kind,remark\nKrubera,Georgia,2199,deep,\n",
        columns={
            "Front": "How deep is {Cave} ({country})?",
            "Back": "depth",
            "tags": "kind::{kind}",
        }
        | {"More": "{remark}, {{sic}}"},
        markup="markdown",
    )
    assert fields(note) == {"Front": "How deep is Krubera (Georgia)?", "Back": "2199"}
    assert note.tags == ("kind::deep",)


def test_columns_without_a_header_are_numbers() -> None:
    (note,) = notes_of("Krubera,Georgia,2199\n", columns={"Front": "{1} in {2}", "Back": "3"})
    assert fields(note) == {"Front": "Krubera in Georgia", "Back": "2199"}


@anything
@given(*(st.sampled_from(["", "a", "ab", "b,c", '"']) for _ in range(2)), st.sampled_from("-+ab"))
def test_a_span_of_a_template_never_claims_to_be_its_text(a: str, b: str, between: str) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([["one", "two"], [a, b], ["x", "y"]])
    source = source_of(out.getvalue())
    options = TableOptions(columns={"Front": f"{{one}}{between}{{two}}"}, key="two")
    for note in read(source, options)[0]:
        for field in note.fields:
            assert field.span
            shown = source.text[field.span.start : field.span.end]
            assert not field.exact or shown == field.value


def test_cells_are_text_unless_one_has_html() -> None:
    assert {f.form for f in notes_of("a < b,x > y & z\n")[0].fields} == {"text"}
    assert {f.form for f in notes_of("AT&T;,<3\n")[0].fields} == {"text"}
    for html in ("a<br>b", "<IMG src='bat.png'>", "&lt;", "&#937;", "</b>"):
        assert {f.form for n in notes_of(f"a,b\nc,{html}\n") for f in n.fields} == {"html"}
    assert findings("bat,<i>mammal</i>\n") == [
        'caves.csv:1:5: info T022: the cells are read as HTML, because of "<i>"',
        '  help: say "markup: text" if they are plain text',
    ]


def test_markup_can_be_said() -> None:
    (note,) = notes_of("a<br>b,c\n", markup="markdown")
    assert {f.form for f in note.fields} == {"markdown"}


# Keys --------------------------------------------------------------------------------------------


def test_a_key_is_made_of_the_files_name_and_the_first_field() -> None:
    plain, html = notes_of("front,back\nWhat is a <b>sump</b>?,a\nR&amp;D,b\n")
    assert (plain.key, html.key) == ("caves/what-is-a-sump", "caves/r-d")
    (image,) = notes_of('front,back\n"<img src=""bat wing.svg"">",a bat\n')
    assert image.key == "caves/bat-wing-svg"


def test_a_long_key_is_cut_between_words() -> None:
    (note,) = notes_of(f"{'stalagmite ' * 30},b\n")
    assert note.key == "caves/" + "-".join(["stalagmite"] * 7)


def test_a_column_can_make_the_keys() -> None:
    (note,) = notes_of("name,front,back\nThe Doline,a,b\n", columns={"Front": "front"}, key="name")
    assert note.key == "caves/the-doline"


def test_a_field_named_key_is_the_notes_key() -> None:
    (note,) = notes_of("front,back,key\na,b,karst/doline\n")
    assert (note.key, fields(note)) == ("karst/doline", {"Front": "a", "Back": "b"})


def test_rows_alike_are_told_apart_by_their_guids_in_any_order() -> None:
    rows = ["Fx1,bat,mammal", "Fx2,bat,club", "Fx3,newt,amphibian"]
    keys = {note.guid: note.key for note in notes_of("\n".join(["guid,front,back", *rows]))}
    turned = notes_of("\n".join(["guid,front,back", *reversed(rows)]))
    assert {note.guid: note.key for note in turned} == keys
    assert keys["Fx3"] == "caves/newt"
    assert len(set(keys.values())) == 3
    assert keys["Fx1"].startswith("caves/bat/")


# What is told ------------------------------------------------------------------------------------

TOLD = {
    "": ["caves.csv:1:1: error T001: the file is empty"],
    "front,back\n": ["caves.csv:1:1: error T001: there is no row in it"],
    'front,back\na,b\n"c,d\ne,f\n': [
        "caves.csv:3:1: error T002: the quotes that begin here are never closed; this row is not "
        "read"
    ],
    'front,back\na,"He said "no" to me"\n': [
        'caves.csv:2:13: warning T003: text behind the closing quotes of a cell: "no" to me""'
    ],
    "front,back\nParis, the capital,France\n": [
        'caves.csv:2:1: error T004: the row has 3 cells, the header only 2: "France" is left over'
    ],
    "front,back,more\nbat,mammal\n": [
        "caves.csv:2:1: warning T005: the row has only 2 cells, the header 3"
    ],
    "front,back,front\na,b,c\n": [
        'caves.csv:1:12: error T007: two columns are called "front" (the other is at caves.csv:1:1)'
    ],
    "front,back,colour\nbat,mammal,brown\n": [
        'caves.csv:1:12: warning T008: the column "colour" is no field, and not read'
    ],
    "a,b,c,d,e,f/g,h,i,j\n": [
        "caves.csv:1:19: warning T008: the column number 9 is no field, and not read"
    ],
    "front,back\n,mammal\n": [
        "caves.csv:2:1: error T019: the row has no id, and no word in its first field to make one "
        "of"
    ],
    "front,back,type\na,b,Bsic\nc,d,Bsic\n": [
        'caves.csv:2:5: error T018: there is no note type "Bsic", which 2 rows should have'
    ],
    "front,guid\na,x\nb,x\n": [
        'caves.csv:3:3: error T024: two rows have the GUID "x" (the other is at caves.csv:2:3)'
    ],
    "front,id\na,two words\n": ['caves.csv:2:3: error C010: "two words" is no id'],
    "front,deck\na,Caves::\n": [
        'caves.csv:2:3: error C011: the deck name "Caves::" has an empty part'
    ],
    "front,tags\na,one ::two\n": ['caves.csv:2:7: error C012: the tag "::two" has an empty part'],
    "front,guid\na,x y\n": ['caves.csv:2:3: error C010: "x y" is no GUID: it has a blank in it'],
    "front,back\na,b\n,\n,\n": ["caves.csv:3:1: info T017: 2 rows of empty cells are no note"],
}


@pytest.mark.parametrize("text", TOLD, ids=[each[0].split(": ")[1] for each in TOLD.values()])
def test_what_is_told(text: str) -> None:
    told = [line for line in findings(text) if not line.startswith("  help: ")]
    assert told == TOLD[text]


def test_a_table_that_is_wrong_in_each_row_is_told_at_its_beginning() -> None:
    told = findings("front,back\n" + "a,b,c\n" * 1000)
    assert told[0].startswith("caves.csv:2:1: error T004: the row has 3 cells, the header only 2")
    assert told[-1] == "caves.csv:52:1: error T004: from here on the same is wrong 950 times more"


def test_a_field_that_no_note_has_is_told_once_and_not_for_each_row() -> None:
    columns = {"Front": "cave", "Bakc": "depth"}
    assert findings("cave,depth\na,b\nc,d\n", with_types(), columns=columns) == [
        'caves.csv:1:1: error T026: columns: a Basic note has no field "Bakc"',
        '  help: did you mean "Back"?',
    ]


def test_options_that_fit_no_table_are_told_with_the_way_out() -> None:
    known = with_types()
    assert findings("front,back\na,b\n", type="Clze") == [
        'caves.csv:1:1: error T018: there is no note type "Clze"',
        '  help: did you mean "Cloze"?',
    ]
    assert findings("cave,depth\na,b\n", known, columns={"Front": "cave", "Back": "dept"})[:2] == [
        'caves.csv:1:1: error T006: there is no column "dept"',
        '  help: did you mean "depth"?',
    ]
    with pytest.raises(Mistake, match="has a brace without a column's name"):
        TableOptions(columns={"Front": "{cave"})
    with pytest.raises(Mistake, match='"::" is no delimiter'):
        TableOptions(delimiter="::")


def test_rows_without_what_is_required_are_left_out_and_counted() -> None:
    text = "front,back\nbat,mammal\nolm,\nnewt,\n"
    assert [fields(note)["Front"] for note in notes_of(text, required=("Back",))] == ["bat"]
    assert findings(text, required=("back",)) == [
        'caves.csv:3:1: info T016: 2 rows are left out, because "back" is empty: lines 3 and 4',
        "  help: fill back in",
    ]
    assert findings("front,back\nolm,\n", required=("Back",))[0] == (
        "caves.csv:1:1: error T001: every row is left out"
    )


def test_columns_that_no_field_is_made_of_are_told_once() -> None:
    text = "cave,de,fr\nBat cave,Höhle,grotte\n"
    assert findings(text, columns={"Front": "cave", "Back": "de"}) == [
        'caves.csv:1:9: info T009: the column "fr" is not read'
    ]


def test_codes_are_unique() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert all(rule.code.startswith("T") for rule in RULES)


# Joined tables -----------------------------------------------------------------------------------

GEOGRAPHY = {
    "country": "country,country:de\nLatvia,Lettland\nOman,Oman\nTonga,\n",
    "capital": "country,capital,capital:de\nOman,Muscat,Maskat\nLatvia,Riga,Riga\n",
    "flag": 'country,flag,flag hint\nLatvia,"<img src=""lv.svg"">",\nOman,,red\nTonga,,\n',
}
MAIN = "country,guid,tags\nLatvia,lv{9,Europe\nOman,om#1,Asia Arabia\nTonga,to~2,Oceania\n"
UG = note_type("Geography", "Country", "Capital", "Flag")


def geography(language: str = "", **options: Any) -> TableOptions:
    suffix = f":{language}" if language else ""
    return TableOptions(
        **{
            "type": "Geography",
            "columns": {
                "Country": f"country{suffix}",
                "Capital": f"capital{suffix}",
                "Flag": "flag",
            },
            "join": (
                Join("country.csv", column="country"),
                Join("capital.csv", column="country", optional=True),
                Join("flag.csv", column="country"),
            ),
            "key": "country",
            **options,
        }
    )


def known_files(**texts: str) -> Known:
    return Known({"Geography": UG, **built_in()}, {}, files(**{**GEOGRAPHY, **texts}))


def test_tables_are_joined_on_a_column() -> None:
    notes, told = read(source_of(MAIN, "src/main.csv"), geography(), known_files())
    assert [(note.key, note.guid, note.tags, fields(note)) for note in notes] == [
        (
            "main/latvia",
            "lv{9",
            ("Europe",),
            {"Country": "Latvia", "Capital": "Riga"} | {"Flag": '<img src="lv.svg">'},
        ),
        ("main/oman", "om#1", ("Asia", "Arabia"), {"Country": "Oman", "Capital": "Muscat"}),
        ("main/tonga", "to~2", ("Oceania",), {"Country": "Tonga"}),
    ]
    assert {d.severity for d in told} == {Severity.INFO}
    assert also(geography()) == ("country.csv", "capital.csv", "flag.csv")


def test_a_joined_field_points_into_its_own_file() -> None:
    notes, _ = read(source_of(MAIN), geography("de"), known_files())
    for field in notes[1].fields:
        assert field.span
        assert field.exact
        text = GEOGRAPHY[field.span.path.removesuffix(".csv")]
        assert text[field.span.start : field.span.end] == field.value


def test_a_variant_has_the_same_keys_and_leaves_out_what_it_lacks() -> None:
    english, _ = read(source_of(MAIN), geography(), known_files())
    german, told = read(source_of(MAIN), geography("de", required=("Country",)), known_files())
    assert [note.value("Country") for note in german] == ["Lettland", "Oman"]
    assert [note.key for note in german] == [note.key for note in english][:2]
    assert [note.guid for note in german] == [note.guid for note in english][:2]
    assert [d.message for d in told if d.code == "T016"] == [
        '1 row is left out, because "Country" is empty: line 4'
    ]


JOINS = {
    "a missing partner": (
        {"flag": "country,flag\nLatvia,\nOman,\n"},
        'caves.csv:4:1: error T013: flag.csv has no row with "Tonga" in "country" (the other is at '
        "flag.csv:1:1)",
    ),
    "a doubled partner": (
        {"capital": "country,capital\nOman,Muscat\nOman,Nizwa\n"},
        'capital.csv:3:1: error T014: "Oman" is there twice in "country" (the other is at '
        "capital.csv:2:1)",
    ),
    "a partner that nobody has": (
        {"capital": "country,capital\nOmam,Muscat\n"},
        'capital.csv:2:1: warning T015: "Omam" is joined to no row of caves.csv',
    ),
    "a table without the column": (
        {"capital": "land,capital\nOman,Muscat\n"},
        'capital.csv:1:1: error T006: there is no column "country"',
    ),
    "a column of two tables": (
        {"flag": "country,capital\nLatvia,\nOman,\nTonga,\n"},
        'flag.csv:1:1: error T006: the column "capital" is in capital.csv and in flag.csv',
    ),
}


@pytest.mark.parametrize("case", JOINS)
def test_what_is_told_of_joins(case: str) -> None:
    texts, line = JOINS[case]
    options = geography()
    known = known_files(**texts)
    source = source_of(MAIN)
    shown = {"caves.csv": source, **known.files}
    assert line in list(report.brief(read(source, options, known)[1], shown))


def test_a_table_that_is_not_there_is_told() -> None:
    known = Known({"Geography": UG})
    messages = {d.message for d in read(source_of(MAIN), geography(), known)[1]}
    assert "country.csv could not be read to be joined" in messages


def test_columns_of_a_joined_table_can_have_other_names() -> None:
    known = Known(files=files(depths="cave,name\nc1,deep\n"))
    join = (Join("depths.csv", column="cave", columns={"depth": "name"}),)
    notes = notes_of("cave,name\nc1,Krubera\n", known, join=join,
                     columns={"Front": "name", "Back": "depth"})  # fmt: skip
    assert fields(notes[0]) == {"Front": "Krubera", "Back": "deep"}


# Exports from Anki -------------------------------------------------------------------------------

WRITTEN = [
    ("Basic", ["Bat", "Mammal"], "Caves::Life", ["life", "a::b"]),
    ("Basic", ["# hash", "#b"], "Caves", []),
    ("Basic", ['He said "no"', "two\nlines"], "Caves", []),
    ("Basic", ["a\ttab", '<b>bold</b> &amp; <img src="a b.png"> [sound:drip.mp3]'], "Caves", []),
    ("Basic", [" outer blanks ", "<div>x</div><br>&nbsp;y "], "Caves", []),
    ("Basic", ["Bat", "of a game"], "Sport, indoors", []),
    ("Basic", ['<img src="bat.svg">', ""], "Caves", ["life"]),
    ("Cloze", ["A {{c1::sump::kind}} is flooded", "more"], "Caves", []),
    ("Rock Geography", ["Doline", "Round", "Young", "karst/doline"], "Caves", []),
]
ROCK = note_type("Geo", "Name", "Shape", "Age", "Key")
GUIDS = ["c<]NcaJqc`", "#hash", 'q"t', "a,b", "~;|:", "f6", "g7", "h8", "i9"]


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    """A collection with notes of several note types, of all that is hard to export."""
    set_lang("en")
    col = Collection(str(tmp_path_factory.mktemp("export").resolve() / "collection.anki2"))
    own = col.models.new("Rock Geography")
    for name in ROCK.fields:
        col.models.add_field(own, col.models.new_field(name))
    template = col.models.new_template("Card")
    template["qfmt"], template["afmt"] = "{{Name}}", "{{Shape}}"
    col.models.add_template(own, template)
    col.models.add(own)
    for (name, values, deck, tags), guid in zip(WRITTEN, GUIDS, strict=True):
        model = col.models.by_name(name)
        assert model
        note = col.new_note(model)
        note.fields[: len(values)] = values
        note.tags, note.guid = list(tags), guid
        id = col.decks.id(deck)
        assert id
        col.add_note(note, id)
    yield col
    col.close()


def exported(col: Collection, folder: Path, **without: bool) -> Source:
    wanted = dict.fromkeys(("html", "tags", "deck", "notetype", "guid"), True) | without
    path = folder / "notes.txt"
    col.export_note_csv(
        out_path=str(path.resolve()),
        limit=None,
        **{f"with_{name}": each for name, each in wanted.items()},
    )
    return source_of(path.read_bytes(), "notes.txt")


OURS = {"Geo": "Rock Geography", "Basic": "Basic", "Cloze": "Cloze"}
COLLECTION = with_types(ROCK, titles=OURS)


def test_an_export_comes_back_as_it_was(collection: Collection, tmp_path: Path) -> None:
    source = exported(collection, tmp_path)
    notes, told = read(source, TableOptions(), COLLECTION)
    assert told == ()
    assert [note.guid for note in notes] == GUIDS
    assert [list(fields(note).values()) for note in notes] == [
        [value for value in values if value and value != "karst/doline"]
        for _, values, _, _ in WRITTEN
    ]
    assert [note.deck for note in notes] == [deck for _, _, deck, _ in WRITTEN]
    assert [list(note.tags) for note in notes] == [sorted(tags) for _, _, _, tags in WRITTEN]
    assert [note.note_type for note in notes] == [*["Basic"] * 7, "Cloze", "Geo"]
    assert {field.form for note in notes for field in note.fields} == {"html"}
    assert all(note.known for note in notes)
    assert notes[-1].key == "karst/doline"
    assert len({note.key for note in notes}) == len(notes)
    for note in notes:
        for field in note.fields:
            assert field.span
            shown = source.text[field.span.start : field.span.end]
            assert not field.exact or shown == field.value


def test_an_export_of_fields_alone_is_read_in_their_order(
    collection: Collection, tmp_path: Path
) -> None:
    less = dict.fromkeys(("tags", "deck", "notetype", "guid"), False)
    source = exported(collection, tmp_path, **less)
    notes, told = read(source, TableOptions(type="Geo"), COLLECTION)
    assert told == ()
    assert fields(notes[0]) == {"Name": "Bat", "Shape": "Mammal"}
    assert not any(note.known or note.guid for note in notes)


def test_what_an_export_lacks_is_told(collection: Collection, tmp_path: Path) -> None:
    source = exported(collection, tmp_path, html=False, tags=False)
    notes, told = read(source, TableOptions(), COLLECTION)
    assert [d.message for d in told] == [
        "the notes were exported without HTML: their formatting and media are lost",
        "the notes were exported without their tags",
    ]
    assert {field.form for note in notes for field in note.fields} == {"text"}


def test_a_note_type_that_the_project_does_not_have_is_told(
    collection: Collection, tmp_path: Path
) -> None:
    source = exported(collection, tmp_path)
    _, told = read(source, TableOptions(), with_types())
    assert [d.message for d in told] == [
        'this project has no note type "Rock Geography" that learners have'
    ]


def test_a_note_type_with_fewer_fields_than_in_anki_is_told(
    collection: Collection, tmp_path: Path
) -> None:
    source = exported(collection, tmp_path)
    smaller = note_type("Geo", "Name", "Shape")
    known = with_types(smaller, titles=OURS)
    told = read(source, TableOptions(), known)[1]
    assert [d.message for d in told] == ["Geo has only 2 fields"] * 2
    assert [source.text[d.span.start : d.span.end] for d in told if d.span] == [
        "Young",
        "karst/doline",
    ]


@pytest.mark.parametrize(
    ("said", "delimiter"),
    [("Comma", ","), ("semicolon", ";"), ("Pipe", "|"), ("Colon", ":"), ("Space", " "), (";", ";")],
)
def test_the_words_of_anki_for_delimiters(said: str, delimiter: str) -> None:
    (note,) = notes_of(f"#separator:{said}\nbat{delimiter}mammal\n")
    assert fields(note) == {"Front": "bat", "Back": "mammal"}


def test_the_other_lines_of_anki() -> None:
    (note,) = notes_of(
        "#separator:Comma\n#html:false\n#notetype:Concept\n#deck:Caves::Life\n#tags:a b\n"
        "#if matches:update current\n#columns:More,Concept,Tags\nflies <3,Bat,c\n#bats\n"
    )
    assert (note.note_type, note.deck, note.tags) == ("Concept", "Caves::Life", ("a", "b", "c"))
    assert fields(note) == {"More": "flies <3", "Concept": "Bat"}
    assert {field.form for field in note.fields} == {"text"}
    told = findings("#separator:::\n#html:maybe\n#tags column:0\n#own words\nbat,mammal\n")
    assert [line for line in told if "help" not in line] == [
        'caves.csv:1:12: error T020: "::" is no separator',
        'caves.csv:2:7: error T020: "maybe" is no answer',
        'caves.csv:3:14: error T020: "0" is no number of a column',
        "caves.csv:4:1: info T017: a comment is no note",
    ]


def test_a_row_that_begins_with_a_number_sign_is_a_row_elsewhere() -> None:
    notes = notes_of("# sharp,raises a tone\nb flat,lowers it\n")
    assert [note.value("Front") for note in notes] == ["# sharp", "b flat"]


# Nothing is lost, nothing hangs ------------------------------------------------------------------

cells = st.text(st.sampled_from('ab,;"\t\n #<&{}:1é\0'), max_size=12)
tables = st.one_of(
    st.text(st.sampled_from('ab,;"\t\n #<&{}:1é\0'), max_size=80),
    st.lists(st.lists(cells, max_size=4).map(",".join), max_size=6).map("\n".join),
    st.lists(cells, max_size=6).map(
        lambda rows: "\n".join(["#separator:Comma", "#guid column:1", "#tags column:2", *rows])
    ),
    st.lists(cells, max_size=6).map(
        lambda rows: "\n".join(["front,back,id,type,deck,tags", *rows])
    ),
)


def untold(text: str, notes: tuple[Note, ...], told: tuple[Diagnostic, ...]) -> list[int]:
    """The lines that are in no note, no configuration and no diagnostic."""
    if any(d.code == "T002" for d in told):  # which says that the rest is not read
        text = text[: next(d.span.start for d in told if d.code == "T002" and d.span)]
    places = [n.span for n in notes if n.span]
    places += [span for d in told for span in (d.span, d.other) if span]
    left, at = [], 0
    for number, line in enumerate(text.split("\n"), 1):
        end = at + len(line)
        if line.strip() and not any(p.start <= end and at <= p.end for p in places):
            left.append(number)
        at = end + 1
    return left


@settings(anything, max_examples=150)
@given(tables)
def test_any_text_gives_notes_or_findings_and_loses_nothing(text: str) -> None:
    source = source_of(text)
    notes, told = read(source, TableOptions(header="none"))
    if not source.text.startswith("#"):  # else some are configuration
        assert untold(source.text, notes, told) == []
    for options in (TableOptions(), TableOptions(columns={"Front": "{a}-{b}", "tags": "b"})):
        notes, told = read(source, options, known_files(country=text))
        assert notes or told
        for note in notes:
            for field in note.fields:
                assert field.span
                shown = source.text[field.span.start : field.span.end]
                assert not field.exact or shown == field.value


SIZE = 50_000
HOSTILE = {
    "quotes": '"' * SIZE,
    "quotes that are not closed": '"' * (SIZE - 1),
    "quotes that open in each row": 'a,"b\n' * (SIZE // 5),
    "delimiters": "," * SIZE,
    "empty lines": "\n" * SIZE,
    "a large cell": "x" * SIZE,
    "a large cell of quotes": '"' + "a,b\n" * (SIZE // 4) + '"',
    "columns": ",".join(f"c{at}" for at in range(SIZE // 5)) + "\n" + "a\n" * (SIZE // 4),
    "NULs": "\0" * SIZE,
    "rows of NULs": "\0,\0\n" * (SIZE // 4),
    "rows": "a\n" * (SIZE // 2),
    "rows with too many cells": "a,b\n" + "a,b,c\n" * (SIZE // 6),
    "wrong tags": "front,tags\n" + "a,::\n" * (SIZE // 5),
    "note types": "front,type\n" + "".join(f"a,t{at}\n" for at in range(SIZE // 8)),
    "tags of HTML": "<b " * (SIZE // 3),
    "brackets": "<b>," + "<" * SIZE,
    "references": "&am;" * (SIZE // 4),
    "deletions": "{{c1::" * (SIZE // 6) + ":" * SIZE,
    "comments": "#html:true\n" * (SIZE // 11),
    "rows that are alike": "guid,front\n" + "".join(f"g{at},f\n" for at in range(SIZE // 8)),
    "columns of one name": "front," * (SIZE // 6) + "\nx",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_hangs(name: str) -> None:
    start = time.process_time()
    notes, told = read(source_of(HOSTILE[name]))
    assert notes or told
    assert time.process_time() - start < 2  # a fortieth of what is promised for 2 MB, and more


def test_the_two_sides_may_be_called_in_words_of_ones_own() -> None:
    text = "Frage;Antwort;Audio\nder Hund;le chien;hund.mp3\n"
    notes, told = read(source_of(text, "vokabeln.csv"))
    (note,) = notes
    assert [(field.name, field.value) for field in note.fields] == [
        ("Front", "der Hund"),
        ("Back", "le chien"),
    ]
    assert [each.rule.code for each in told] == ["T008"]  # “Audio” is no field
    (only,), _ = read(source_of("Question,Answer\nWhat hums?,A bee\n", "a.csv"))
    assert only.note_type == "Basic"


def test_a_row_without_a_sound_has_no_empty_one() -> None:
    options = TableOptions(columns={"Front": "word", "Back": "{meaning} [sound:{sound}]"})
    text = "word,meaning,sound\nHund,chien,hund.mp3\nKatze,chat,\n"
    notes, _ = read(source_of(text, "a.csv"), options)
    assert [note.value("Back") for note in notes] == ["chien [sound:hund.mp3]", "chat"]
