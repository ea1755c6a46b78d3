"""What is told of note types beside what any YAML and any name can have wrong."""

from __future__ import annotations

from typing import Final

from deckwright.diagnostics import Files, Rule, Severity

_DECK: Final = "id: trees\nname: Trees\nsources: [trees.yaml]\n"
_FIELDS: Final = "fields: [Name, Leaf]\n"
_TEMPLATE: Final = "- {name: Leaf, front: front.html, back: back.html}"
_SVG: Final = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 9L9 0"/></svg>\n'


def _tree(
    fields: str = _FIELDS,
    templates: str = _TEMPLATE,
    last: str = "style: style.css\n",
    front: str = "Which leaves has the {{Name}}?",
    back: str = "{{Leaf}}",
    deck: str = _DECK,
    **files: str,
) -> Files:
    """A project with a note type of its own; `files` are more of its files, by their names without
    the suffix: SVG."""
    folder = "notetypes/Tree"
    return {
        f"{folder}/notetype.yaml": f"{fields}templates:\n  {templates}\n{last}",
        f"{folder}/front.html": f"{front}\n",
        f"{folder}/back.html": f"{back}\n",
        f"{folder}/style.css": ".card { text-align: center; }\n",
        **{f"{folder}/{name}.svg": text for name, text in files.items()},
        "deck.yaml": deck,
        "trees.yaml": "type: Tree\nnotes:\n  - {Name: Aspen, Leaf: round ones}\n",
    }


NO_FILE = Rule(
    "B001",
    "no-template-file",
    Severity.ERROR,
    "Without its files a note type cannot be made.",
    "Write the file, or mend its name. Paths begin at the folder of the note type.",
    _tree(last="style: styles.css\n"),
    _tree(),
)
OUTSIDE = Rule(
    "B002",
    "path-outside",
    Severity.ERROR,
    "What lies outside of the project is not there on another machine.",
    "Copy the file into the folder of the note type.",
    _tree(last="style: ../../../style.css\n"),
    _tree(),
)
NOT_TEXT = Rule(
    "B003",
    "template-not-text",
    Severity.ERROR,
    "Anki's templates and styles are text in UTF-8.",
    "Save the file as UTF-8 in your editor.",
)
BAD_TEMPLATE = Rule(
    "B004",
    "bad-template",
    Severity.ERROR,
    "Of a template that Anki cannot read it makes no card, without a word.",
    "Close each section with its name: `{{#Leaf}}…{{/Leaf}}`.",
    _tree(back="{{#Leaf}}{{Leaf}}"),
    _tree(back="{{#Leaf}}{{Leaf}}{{/Leaf}}"),
)
UNKNOWN_FIELD = Rule(
    "B005",
    "unknown-template-field",
    Severity.ERROR,
    "Every card of such a template shows an error to learners.",
    "Write the name as `notetype.yaml` has it, or add the field before the first release.",
    _tree(back="{{Laef}}"),
    _tree(),
)
EMPTY_FRONT = Rule(
    "B006",
    "empty-front",
    Severity.ERROR,
    "A template whose front shows no field makes no card, or equal ones.",
    "Show the field that is asked for.",
    _tree(front="Which leaves has this tree?", back="{{Name}}: {{Leaf}}"),
    _tree(back="{{Name}}: {{Leaf}}"),
)
FRONT_SIDE = Rule(
    "B007",
    "front-side-on-front",
    Severity.WARNING,
    "On a front there is no front side: Anki shows nothing.",
    "Leave it out, or show the fields themselves.",
    _tree(front="{{FrontSide}} Which leaves has the {{Name}}?"),
    _tree(),
)
CLOZE = Rule(
    "B008",
    "cloze-template",
    Severity.ERROR,
    "Only in a cloze note type, and on both sides, are deletions cards.",
    "Say `kind: cloze` in `notetype.yaml`, and show the field as `{{cloze:Text}}` on both sides of "
    "its one template; in any other note type leave the filter out.",
    _tree(front="{{cloze:Name}}"),
    _tree(front="{{Name}}"),
)
SAME_NAME = Rule(
    "B009",
    "same-name",
    Severity.ERROR,
    "Of two equal names Anki changes one, and so cuts it off.",
    "Give each a name of its own, also apart from capitals.",
    _tree(fields="fields: [Name, Leaf, leaf]\n"),
    _tree(),
)
BAD_NAME = Rule(
    "B010",
    "bad-part-name",
    Severity.ERROR,
    "A name that Anki changes is another one in the learner's collection.",
    "Leave out what Anki would: quotes, colons and braces, and blanks at its ends.",
    _tree(templates='- {name: The "leaf", front: front.html, back: back.html}'),
    _tree(),
)
SPECIAL_NAME = Rule(
    "B011",
    "special-name",
    Severity.WARNING,
    "A field named like one of Anki's own hides that from templates.",
    "Give it another name while no one has the deck.",
    _tree(fields="fields: [Name, Leaf, Type]\n", back="{{Leaf}} {{Type}}"),
    _tree(fields="fields: [Name, Leaf, Kind]\n", back="{{Leaf}} {{Kind}}"),
)
NOT_SHOWN = Rule(
    "B012",
    "file-not-shown",
    Severity.ERROR,
    "A file that nothing shows is sent to every learner for nothing.",
    "Show it in a template or in the style by its name, or leave it out of `files`.",
    _tree(last="style: style.css\nfiles: [branch.svg]\n", branch=_SVG),
    _tree(
        last="style: style.css\nfiles: [branch.svg]\n",
        branch=_SVG,
        back='{{Leaf}} <img src="branch.svg">',
    ),
)
STRAY = Rule(
    "B013",
    "stray-file",
    Severity.WARNING,
    "A file that is not named is not sent, and what shows it shows nothing.",
    "List under `files` what templates and style show, or remove the file.",
    _tree(branch=_SVG, back='{{Leaf}} <img src="branch.svg">'),
    _tree(
        last="style: style.css\nfiles: [branch.svg]\n",
        branch=_SVG,
        back='{{Leaf}} <img src="branch.svg">',
    ),
)
UNKNOWN_STRING = Rule(
    "B014",
    "unknown-string",
    Severity.ERROR,
    "Learners would read `${name}` on their cards.",
    "Give the text under `strings` in `deck.yaml`, or mend its name. A script writes `$${`.",
    _tree(front="${ask} {{Name}}"),
    _tree(front="${ask} {{Name}}", deck=f"{_DECK}strings: {{ask: Which leaves has this tree?}}\n"),
)
SAME_FRONT = Rule(
    "B015",
    "same-front",
    Severity.ERROR,
    "Two equal fronts ask one question twice.",
    "Ask something else on one of them.",
    _tree(
        templates=f"{_TEMPLATE}\n  - {{name: Tree, front: front.html, back: back.html}}",
    ),
    _tree(
        templates=f"{_TEMPLATE}\n  - {{name: Tree, front: back.html, back: front.html}}",
    ),
)
BAD_ID = Rule(
    "B016",
    "bad-part-id",
    Severity.ERROR,
    "Anki knows note types, fields and templates by their ids.",
    "Copy ids from a package: `deckwright notetype copy --from PACKAGE.apkg`. In a note type that "
    "no one has, leave them out.",
    _tree(fields=f"id: twelve\n{_FIELDS}"),
    _tree(fields=f"id: 1607392319112\n{_FIELDS}"),
)
RULES = (
    *(NO_FILE, OUTSIDE, NOT_TEXT, BAD_TEMPLATE, UNKNOWN_FIELD, EMPTY_FRONT, FRONT_SIDE, CLOZE),
    *(SAME_NAME, BAD_NAME, SPECIAL_NAME, NOT_SHOWN, STRAY, UNKNOWN_STRING, SAME_FRONT, BAD_ID),
)
