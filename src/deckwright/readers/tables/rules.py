"""What the table reader tells."""

from __future__ import annotations

from deckwright.diagnostics import Files, Rule, Severity

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


def _project(name: str, says: str, **tables: str) -> Files:
    """A project of the table `name`, of which `deck.yaml` says something in lines of its own; other
    tables lie beside it."""
    lines = "".join(f"    {line}\n" for line in says.split("\n"))
    return {
        "deck.yaml": f"id: {name}\nname: {name.title()}\nsources:\n  - path: {name}.csv\n{lines}",
        **{f"{each}.csv": table for each, table in tables.items()},
    }


_TREES = "tree,bark\nbirch,white\nbeech,grey\n"
_BARK = "columns:\n  Front: What colour is the bark of a {tree}?\n  Back: "
_LANDS = "land\nNorway\nPeru\n"
_CITIES = "land,city\nNorway,Oslo\nPeru,Lima\n"
_CAPITAL = "columns:\n  Front: What is the capital of {land}?\n  Back: city\njoin:\n"
_JOIN = f"{_CAPITAL}  - {{path: cities.csv, column: land}}"
_EXPORT = "#separator:tab\n#html:true\n#guid column:1\n#tags column:4\n"

NO_ROW = Rule(
    "T001",
    "no-row",
    _ERROR,
    "A table without any row makes an empty deck.",
    "Write a row for each note below the header.",
    {"tides.csv": "Front,Back\n"},
    {"tides.csv": "Front,Back\nWhat causes the tides?,The moon\n"},
    soft=True,
)
OPEN_QUOTE = Rule(
    "T002",
    "open-quote",
    _ERROR,
    "A cell whose quotes are never closed runs to the end of the file, and swallows every row "
    "after it.",
    "Close the quotes, or double those that belong to the text.",
    {"lens.csv": 'Front,Back\nWhat bends light?,"A lens\nWhat splits light?,A prism\n'},
    {"lens.csv": 'Front,Back\nWhat bends light?,"A lens"\nWhat splits light?,A prism\n'},
)
AFTER_QUOTE = Rule(
    "T003",
    "text-after-quotes",
    _WARNING,
    "Quotes in a cell that stands in quotes have to be doubled, or the cell ends at the first.",
    "Double the quotes inside the cell.",
    {"stage.csv": 'Front,Back\nWhat does an encore mean?,""Again" in French"\n'},
    {"stage.csv": 'Front,Back\nWhat does an encore mean?,"""Again"" in French"\n'},
)
MORE_CELLS = Rule(
    "T004",
    "more-cells",
    _ERROR,
    "A row with more cells than there are columns most often has a delimiter in a cell without "
    "quotes, and what follows it is in the wrong field.",
    "Put the cell that has the delimiter in it in quotes.",
    {"paint.csv": "Front,Back\nWhich colours make green?,Blue, and yellow\n"},
    {"paint.csv": 'Front,Back\nWhich colours make green?,"Blue, and yellow"\n'},
)
FEWER_CELLS = Rule(
    "T005",
    "fewer-cells",
    _WARNING,
    "A row that ends early leaves fields empty, or is the second half of another row.",
    "Write a delimiter for each empty cell, too, or join the two halves.",
    {"rope.csv": "Front,Back,tags\nWhat is hemp?,A fibre,plants\nWhat is tar?,A seal\n"},
    {"rope.csv": "Front,Back,tags\nWhat is hemp?,A fibre,plants\nWhat is tar?,A seal,\n"},
)
NO_COLUMN = Rule(
    "T006",
    "no-such-column",
    _ERROR,
    "What a missing column holds cannot be guessed.",
    "Name a column as the header does.",
    _project("trees", f"{_BARK}barck", trees=_TREES),
    _project("trees", f"{_BARK}bark", trees=_TREES),
)
SAME_COLUMN = Rule(
    "T007",
    "same-column",
    _ERROR,
    "Of two columns of one name only one would be read.",
    "Give one of them another name.",
    {"gems.csv": "Front,Back,Back\nWhat is ruby?,Corundum,A red stone\n"},
    {"gems.csv": "Front,Back,More\nWhat is ruby?,Corundum,A red stone\n"},
)
UNUSED_COLUMN = Rule(
    "T008",
    "unused-column",
    _WARNING,
    "What stands in a column that is no field would never reach a learner.",
    "Say under `columns` in `deck.yaml` which field it is, give it a field's name, or take it out "
    "of the table.",
    {"bread.csv": "Front,Back,Remark\nWhat raises a dough?,Yeast,Or sourdough\n"},
    {"bread.csv": "Front,Back,More\nWhat raises a dough?,Yeast,Or sourdough\n"},
)
OTHER_COLUMN = Rule(
    "T009",
    "other-column",
    _INFO,
    "Where `columns` says what is read, the columns that it does not name are left out.",
    "Nothing is to be done. A column that is to be read is named under `columns`.",
    _project("trees", f"{_BARK}bark", trees="tree,bark,seen\nbirch,white,May\n"),
    _project("trees", f"{_BARK}bark", trees=_TREES),
)
BAD_TEMPLATE = Rule(
    "T010",
    "bad-column-template",
    _ERROR,
    "A template for a field names columns in braces: `{Capital} ({Country})`.",
    "Close each brace behind the name of a column; `{{` and `}}` are braces of the text.",
    _project("trees", f'{_BARK}"{{bark (mostly)"', trees=_TREES),
    _project("trees", f'{_BARK}"{{bark}} (mostly)"', trees=_TREES),
)
BAD_DELIMITER = Rule(
    "T011",
    "bad-delimiter",
    _ERROR,
    "A delimiter is one character that stands between the cells.",
    "Write that character, or its name: comma, semicolon, tab, space, pipe or colon.",
    _project("kelp", 'delimiter: "->"', kelp="Front|Back\nWhat is kelp?|An alga\n"),
    _project("kelp", "delimiter: pipe", kelp="Front|Back\nWhat is kelp?|An alga\n"),
)
NO_TABLE = Rule(
    "T012",
    "no-table-to-join",
    _ERROR,
    "Without a table its columns would be empty in every note.",
    "Write its path as it is, from the folder of `deck.yaml`.",
    _project("lands", _JOIN, lands=_LANDS),
    _project("lands", _JOIN, lands=_LANDS, cities=_CITIES),
)
NO_PARTNER = Rule(
    "T013",
    "no-partner",
    _ERROR,
    "A row without a partner in a joined table would be a note with empty fields.",
    "Add the row to the joined table, spell both alike, or say `optional: true` if some rows have "
    "no partner.",
    _project("lands", _JOIN, lands=_LANDS, cities="land,city\nNorway,Oslo\n"),
    _project("lands", _JOIN, lands=_LANDS, cities=_CITIES),
)
SAME_PARTNER = Rule(
    "T014",
    "same-partner",
    _ERROR,
    "Of two rows that fit, only one could be joined to a row.",
    "Leave one of the two rows out.",
    _project("lands", _JOIN, lands=_LANDS, cities=f"{_CITIES}Peru,Cusco\n"),
    _project("lands", _JOIN, lands=_LANDS, cities=_CITIES),
)
UNUSED_PARTNER = Rule(
    "T015",
    "unused-partner",
    _WARNING,
    "A row of a joined table that fits no row is most often misspelt in one of the two.",
    "Spell both alike, or take the row out.",
    _project("lands", _JOIN, lands=_LANDS, cities=f"{_CITIES}Perou,Lima\n"),
    _project("lands", _JOIN, lands=_LANDS, cities=_CITIES),
)
LEFT_OUT = Rule(
    "T016",
    "left-out",
    _INFO,
    "A row in which a required column is empty is left out, as a translation that is not there "
    "yet; the rows are counted.",
    "Nothing is to be done. The rows come along when the column is filled in.",
    _project("verbs", "required: [Back]", verbs="Front,Back\nto swim,nager\nto row,\n"),
    _project("verbs", "required: [Back]", verbs="Front,Back\nto swim,nager\nto row,ramer\n"),
)
SKIPPED = Rule(
    "T017",
    "skipped-row",
    _INFO,
    "Rows of empty cells and comments are no notes.",
    "Nothing is to be done.",
    {"fog.csv": "Front,Back\nWhat is fog?,A cloud\n,\nWhat is dew?,Drops of water\n"},
    {"fog.csv": "Front,Back\nWhat is fog?,A cloud\nWhat is dew?,Drops of water\n"},
)
NO_NOTE_TYPE = Rule(
    "T018",
    "no-note-type-of-row",
    _ERROR,
    "Without its note type nobody knows which fields the cells of a row are.",
    "Write the name of a built-in note type or of one of the project; one that is in Anki alone is "
    "copied with `deckwright notetype copy`.",
    {"fish.csv": "Front,Back,type\nWhat is roe?,Eggs of fish,Basik\n"},
    {"fish.csv": "Front,Back,type\nWhat is roe?,Eggs of fish,Basic\n"},
)
NO_ID = Rule(
    "T019",
    "row-without-id",
    _ERROR,
    "A note whose first field has no word needs an id of its own.",
    "Write one into a column `id`, or name a column that has words as `key` in `deck.yaml`.",
    {"signs.csv": "Front,Back\n∞,infinity\n"},
    {"signs.csv": "Front,Back,id\n∞,infinity,infinity\n"},
)
BAD_HEAD = Rule(
    "T020",
    "bad-export-line",
    _ERROR,
    "The first lines of an export say how to read the rows.",
    "Write the line as Anki does, or remove it.",
    {"owls.csv": "#separator:comma\n#html:perhaps\nWhen do owls hunt?,At night\n"},
    {"owls.csv": "#separator:comma\n#html:false\nWhen do owls hunt?,At night\n"},
)
PARTIAL_EXPORT = Rule(
    "T021",
    "partial-export",
    _WARNING,
    "What an export from Anki leaves out is lost for learners with the first update.",
    "Export the notes again, with their tags, HTML and media references.",
    {
        "moths.txt": "#separator:tab\n#html:true\n#guid column:1\n"
        "q#Xk8,pV3d\tWhen do moths fly?\tAt night\n"
    },
    {"moths.txt": f"{_EXPORT}q#Xk8,pV3d\tWhen do moths fly?\tAt night\tinsects\n"},
)
READ_AS_HTML = Rule(
    "T022",
    "read-as-html",
    _INFO,
    "Where a cell has an HTML tag or a character reference, all cells are read as HTML.",
    "Say `markup: html` or `markup: text` for this source: then it is sure.",
    {"water.csv": "Front,Back\nWhat is water?,H<sub>2</sub>O\n"},
    {"water.csv": "Front,Back\nWhat is water?,H₂O\n"},
)
BEYOND = Rule(
    "T023",
    "beyond-fields",
    _ERROR,
    "A cell behind the last field would never reach a learner.",
    "Take the cell out, or give the row a note type with as many fields as the one in Anki.",
    {
        "loire.csv": "#separator:comma\n#html:false\n"
        "Where does the Loire end?,In the Atlantic,,,,,,,France\n"
    },
    {
        "loire.csv": "#separator:comma\n#html:false\n"
        "Where does the Loire end?,In the Atlantic,France,,,,,\n"
    },
)
SAME_GUID = Rule(
    "T024",
    "guid-twice",
    _ERROR,
    "Two notes of one GUID would be one note for the learner.",
    "Give each note its own; one without a GUID gets a new one.",
    {
        "crabs.csv": "Front,Back,guid\nHow many legs has a crab?,Ten,c1\n"
        "Where does it breathe?,In its gills,c1\n"
    },
    {
        "crabs.csv": "Front,Back,guid\nHow many legs has a crab?,Ten,c1\n"
        "Where does a crab breathe?,In its gills,c2\n"
    },
)
TOO_MANY = Rule(
    "T025",
    "too-many-rows",
    _ERROR,
    "What is far larger than a real deck is a mishap.",
    "Split the table into several files.",
)
NO_FIELD = Rule(
    "T026",
    "no-such-field",
    _ERROR,
    "A column that becomes a field which no note has would reach no learner.",
    "Name a field of the note type under `columns`.",
    _project("trees", _BARK.replace("Back", "Bakc") + "bark\n  Back: bark", trees=_TREES),
    _project("trees", f"{_BARK}bark", trees=_TREES),
)
RULES = (
    *(NO_ROW, OPEN_QUOTE, AFTER_QUOTE, MORE_CELLS, FEWER_CELLS, NO_COLUMN, SAME_COLUMN),
    *(UNUSED_COLUMN, OTHER_COLUMN, BAD_TEMPLATE, BAD_DELIMITER, NO_TABLE, NO_PARTNER),
    *(SAME_PARTNER, UNUSED_PARTNER, LEFT_OUT, SKIPPED, NO_NOTE_TYPE, NO_ID, BAD_HEAD),
    *(PARTIAL_EXPORT, READ_AS_HTML, BEYOND, SAME_GUID, TOO_MANY, NO_FIELD),
)
