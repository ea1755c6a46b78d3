"""A small deck, and everything that people do to one once learners have it.

Each edit is told three times: what the project looks like when it is released with the edit, what
it looks like at the release after that, and which note is which. The last is what a person knows
and the program has to find out, so every judgement is made by it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from deckwright.note import slug
from deckwright.notetypes import CardTemplate, NoteType

Files = Mapping[str, str]
NoteTypes = Mapping[str, NoteType]

DECK = """\
id: bread
name: Bread
description: Baking bread, from the starter to the crust.
sources:
  - path: sources/*.txt
    credit: Notes of a bakery
    tags: [bakery]
  - path: sources/*.md
    credit: Notes of a bakery
    tags: [bakery]
    highlights: cloze
tags:
  - tag: flour
    title: flour
derive:
  reverse: all
"""

LOAF: Mapping[str, str] = {
    "The sourdough starter": """\
A sourdough starter is flour and water in which wild yeasts and bacteria live side by side. It \
needs food every day in a warm kitchen, and once a week in a cold cellar.

**The guests of a starter**:
1. **Wild yeast**: A fungus of one cell that turns sugar into gas, which lifts the loaf, and into \
a little alcohol
2. **Lactic bacterium**: A microbe that turns sugar into acids, which keep mould away and give the \
loaf its taste

A spoon of starter that floats in water is ripe.""",
    "Kneading by hand": """\
Kneading pulls the proteins of flour into long strands, which hold the gas. By hand it takes about \
twelve minutes.

**Windowpane test**: A piece of dough is drawn out between the fingers until light shines through \
it without a tear.

**Autolysis**: Flour and water rest for half an hour before salt comes in, so that strands form \
without any work.""",
    "Proving the dough": """\
Proving is the rest in which a shaped loaf grows to almost twice its size. At 24 °C it takes some \
90 minutes, and in the fridge a whole night.

**Poke test**: A finger is pressed a centimetre deep into the loaf, and the dent comes back slowly \
when it is ready.

**Proving basket**: A bowl of cane in which a soft loaf keeps its shape, dusted with the flour of \
rice so that nothing sticks.

**The two ways of proving**:
1. **Warm**: Near the oven, for 90 minutes, with a mild taste
2. **Cold**: In the fridge, for twelve hours, with a sour taste""",
    "Steam in the ovn": """\
Steam keeps the skin of a loaf soft for the first ten minutes, so that it can stretch. Then it is \
let out, and the crust turns brown.

**Oven spring**: The last sudden growth of a loaf in the heat, before its skin is too firm to give \
way.

**Scoring**: Cuts with a razor blade into the skin, which say where the loaf may burst open.""",
    "Salt and sugar": """\
Salt makes up two percent of the flour. It slows the yeast and makes the strands of protein \
tighter, and without it a loaf tastes of paper.

**Osmotic stress**: Salt draws water out of the cells of yeast, which therefore grow at half of \
their pace.

Sugar is food for yeast as long as there is little of it. Beyond a tenth of the flour it does the \
opposite, and a sweet dough needs twice the yeast.

**Caramel colour**: The brown of a sweet crust, which comes from sugar that melts and breaks up \
above 160 °C.""",
}

FLOUR: Mapping[str, str] = {
    "Wheat flour": """\
Wheat has two proteins that join into gluten when they are wet. No other grain can hold so much \
gas, and its loaves are the lightest.

**Gliadin**: A round protein which lets a dough flow and be drawn out without coming back.

**Glutenin**: A long protein which makes a dough spring back like rubber after every pull.""",
    "Rye flour": """\
Rye holds its water with gums in place of gluten. Its dough is a paste that cannot be kneaded, and \
it must be sour or its crumb stays wet.

**Pentosans**: Gums that swell to eight times their weight in water and so bind the crumb of a \
dark loaf.

**Falling number**: Seconds that a rod needs to sink through a hot paste of meal, few where grain \
has sprouted in a wet harvest.""",
}


OVEN = """\
## Where is a brick oven hottest?

Under the crown of its dome, where the smoke turns back to the door.

![A brick oven, cut open](oven.svg)

## The heat of a brick oven

A brick oven needs ==two hours== of fire, and bakes for ==half a day== from its walls alone.
"""
"""A source in Markdown, with an image and with deletions."""

DRAWING = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 40">
<path d="M5 38a35 33 0 0 1 70 0z"/>
</svg>
"""


def page(cards: Mapping[str, str]) -> str:
    """A page of flashcards, of their titles and texts."""
    invitation = "Learn Baking with Interactive Flashcards"
    return (
        "\n\n".join([invitation, *(f"{title}\n\n{body}" for title, body in cards.items())]) + "\n"
    )


FIRST: Files = {
    "deck.yaml": DECK,
    "sources/flour.txt": page(FLOUR),
    "sources/loaf.txt": page(LOAF),
    "sources/oven.md": OVEN,
    "media/oven.svg": DRAWING,
}

BYSTANDERS: Mapping[str, str] = {
    "edited": "the-sourdough-starter",
    "tagged": "the-sourdough-starter/guests/wild-yeast",
    "leech": "the-sourdough-starter/guests/lactic-bacterium",
    "suspended": "kneading-by-hand",
    "moved": "kneading-by-hand/windowpane-test",
}
"""What a learner does, and on which notes, that no edit changes, the learner has done all of it."""


TIMES: Mapping[str, tuple[float, float]] = {
    "older": (0.5, 1),  # what learners do is older than the release
    "newer": (-1, 0.5),  # and newer
}
"""When the second and the third release are made, in days from now, which is when learners do what
they do and import. The first is two days old."""


@dataclass(frozen=True)
class Ids:
    """What a person can look up in the lock: GUIDs by key, ids of fields by note type and name."""

    guids: Mapping[str, str]
    fields: Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Edit:
    """One kind of edit.

    `subject` is the key (in the first release) of a note that it changes, on which learners do
    what they do. `second` makes the files of the release with the edit out of those of the first,
    `third` those of the release after it out of those of the second. `was` says which notes are
    old ones under another key: a new key, or the beginning of one up to a `/`, to the old one; of
    all other keys the same key is the same note. `types` makes the note
    types of the program that makes the second and the third release. `resend` is the release since
    which the third one sends everything once more. `times` are when these two are made.
    """

    name: str
    subject: str
    second: Callable[[Files, Ids], Files]
    third: Callable[[Files, Ids], Files]
    was: Mapping[str, str] = field(default_factory=dict)
    types: Callable[[NoteTypes], NoteTypes] = lambda known: known
    accept_schema_change: bool = False
    resend: str = ""
    times: Mapping[str, tuple[float, float]] = field(default_factory=lambda: TIMES)

    @property
    def id(self) -> str:
        return slug(self.name)

    def origin(self, key: str) -> str:
        """The key in the first release of a note with this key in a later one; its own, if it was
        not there."""
        for new, old in sorted(self.was.items(), key=lambda pair: -len(pair[0])):
            if key == new or key.startswith(f"{new}/"):
                return f"{old}{key[len(new) :]}"
        return key


# What one writes ---------------------------------------------------------------------------------


def same(files: Files, ids: Ids) -> Files:
    return files


def says(*changes: tuple[str, str]) -> Callable[[Files, Ids], Files]:
    """Other words, each of which stands in the project once or more, in place of the first."""

    def change(files: Files, ids: Ids) -> Files:
        for old, new in changes:
            assert any(old in text for text in files.values()), old
            files = {name: text.replace(old, new) for name, text in files.items()}
        return files

    return change


def adds(text: Callable[[Ids], str]) -> Callable[[Files, Ids], Files]:
    """Lines at the end of deck.yaml."""
    return lambda files, ids: {**files, "deck.yaml": files["deck.yaml"] + text(ids)}


def cards(loaf: Mapping[str, str], flour: Mapping[str, str] = FLOUR) -> Callable[..., Files]:
    """Other concepts on the two pages."""
    return lambda files, ids: {
        **files,
        "sources/loaf.txt": page(loaf),
        "sources/flour.txt": page(flour),
    }


def as_markdown(files: Files, ids: Ids) -> Files:
    """The page of loaves as Markdown: each title a heading."""
    concepts = "\n\n".join(f"## {title}\n\n{body}" for title, body in LOAF.items())
    text = f"---\ntype: Concept\n---\n\n{concepts}\n"
    kept = {name: text for name, text in files.items() if name != "sources/loaf.txt"}
    return {**kept, "sources/loaf.md": text}


def of_type(name: str, change: Callable[[NoteType], NoteType]) -> Callable[[NoteTypes], NoteTypes]:
    """A later version of the program, in which a note type is another one."""
    return lambda known: {**known, name: change(known[name])}


def _templates(note_type: NoteType, old: str, new: str) -> NoteType:
    """A note type in whose templates other words stand."""
    templates = tuple(
        CardTemplate(each.name, each.front.replace(old, new), each.back.replace(old, new))
        for each in note_type.templates
    )
    assert templates != note_type.templates
    return replace(note_type, templates=templates)


def _remark(note_type: NoteType) -> NoteType:
    """Terms whose answer shows the second spare field."""
    shown = '<div class="answer" dir="auto">{{Answer}}</div>'
    return _templates(note_type, shown, f"{shown}\n{{{{#Spare 2}}}}{{{{Spare 2}}}}{{{{/Spare 2}}}}")


def _renamed_spare(note_type: NoteType) -> NoteType:
    fields = tuple("Remark" if name == "Spare 2" else name for name in note_type.fields)
    return replace(_templates(_remark(note_type), "Spare 2", "Remark"), fields=fields)


_TITLES = list(LOAF)
_PROVING = "Proving the dough"
_DOUGH = "proving-the-dough"
_POKE = f"{_DOUGH}/poke-test"
_PROVING_BODY = LOAF[_PROVING].split("\n\n")
_WRITTEN_ANEW = says(
    (_PROVING, "Why a loaf waits"),
    ("\n\n".join(_PROVING_BODY[:1]), "Gas needs time. A cold room gives the yeast more of it."),
    ("\n\n".join(_PROVING_BODY[1:]), "Put it under a cloth, and go for a walk."),
)
_WAYS = f"{_DOUGH}/ways"
_PROVING_AGAIN = says(("and in the fridge a whole night", "and in a cold cellar all night"))
_POKE_AGAIN = says(("the dent comes back slowly", "the dent comes back within seconds"))
_SALT, _SUGAR = LOAF["Salt and sugar"].split("\n\nSugar is")

EDITS: tuple[Edit, ...] = (
    Edit(
        "Body edited",
        _DOUGH,
        says(("some 90 minutes", "some 80 minutes")),
        _PROVING_AGAIN,
    ),
    Edit(
        "Body edited, imported when the third release was out",
        _DOUGH,
        says(("some 90 minutes", "some 80 minutes")),
        _PROVING_AGAIN,
        times={"newer": (-1.5, -1)},
    ),
    Edit(
        "Title's typo fixed",
        "steam-in-the-ovn",
        says(("Steam in the ovn", "Steam in the oven")),
        says(("the first ten minutes", "the first twelve minutes")),
        was={"steam-in-the-oven": "steam-in-the-ovn"},
    ),
    Edit(
        "Title re-worded",
        _DOUGH,
        says(
            (f"{_PROVING}\n", "The last rest of a loaf\n"),
            ("Wheat flour\n", "The strength of wheat\n"),
        ),
        _PROVING_AGAIN,
        was={
            "the-strength-of-wheat": "wheat-flour",
            "the-last-rest-of-a-loaf": _DOUGH,
            "the-last-rest-of-a-loaf/ways-of-proving": _WAYS,
        },
    ),
    Edit(
        "Title and much of the body re-worded",
        _DOUGH,
        says(
            (f"{_PROVING}\n", "How long a loaf rests\n"),
            (
                _PROVING_BODY[0],
                "A loaf that is shaped rests once more, and grows until it is light.",
            ),
            (
                _PROVING_BODY[2],
                "**Basket of cane**: A round bowl in which a soft loaf keeps, lined with linen.",
            ),
        ),
        says(("until it is light", "until it is light as air")),
        was={
            "how-long-a-loaf-rests": _DOUGH,
            "how-long-a-loaf-rests/ways-of-proving": _WAYS,
            "how-long-a-loaf-rests/basket-of-cane": f"{_DOUGH}/proving-basket",
        },
    ),
    Edit(
        "Concept moved to another file",
        _DOUGH,
        cards(
            {title: body for title, body in LOAF.items() if title != _PROVING},
            {**FLOUR, _PROVING: LOAF[_PROVING]},
        ),
        _PROVING_AGAIN,
    ),
    Edit(
        "File renamed",
        _DOUGH,
        lambda files, ids: {
            "sources/baking.txt" if name == "sources/loaf.txt" else name: text
            for name, text in files.items()
        },
        _PROVING_AGAIN,
    ),
    Edit(
        "Concepts reordered",
        _DOUGH,
        cards({title: LOAF[title] for title in reversed(_TITLES)}),
        _PROVING_AGAIN,
    ),
    Edit(
        "Concept split in two",
        "salt-and-sugar",
        cards({**LOAF, "Salt and sugar": _SALT, "Sugar in a sweet dough": f"Sugar is{_SUGAR}"}),
        says(("two percent of the flour", "a fiftieth of the flour")),
        was={"sugar-in-a-sweet-dough/caramel-colour": "salt-and-sugar/caramel-colour"},
    ),
    Edit(
        "Two concepts merged",
        "wheat-flour",
        cards(LOAF, {"Wheat flour": f"{FLOUR['Wheat flour']}\n\n{FLOUR['Rye flour']}"}),
        says(("its loaves are the lightest", "its loaves are the highest")),
        was={
            "wheat-flour/pentosans": "rye-flour/pentosans",
            "wheat-flour/falling-number": "rye-flour/falling-number",
        },
    ),
    Edit(
        "Two concepts swapped (titles)",
        "wheat-flour",
        cards(LOAF, {"Wheat flour": FLOUR["Rye flour"], "Rye flour": FLOUR["Wheat flour"]}),
        says(("its loaves are the lightest", "its loaves are the highest")),
        was={"wheat-flour": "rye-flour", "rye-flour": "wheat-flour"},
    ),
    Edit(
        "Term renamed",
        _POKE,
        says(("**Poke test**", "**Spring test**")),
        _POKE_AGAIN,
        was={f"{_DOUGH}/spring-test": _POKE},
    ),
    Edit(
        "Term renamed to a word of its description",
        _POKE,
        says(("**Poke test**", "**Finger test**")),
        _POKE_AGAIN,
        was={f"{_DOUGH}/finger-test": _POKE},
    ),
    Edit(
        "Term's definition edited",
        _POKE,
        says(("pressed a centimetre deep", "pressed two centimetres deep")),
        _POKE_AGAIN,
    ),
    Edit(
        "List item added",
        f"{_WAYS}/list",
        says(
            ("The two ways of proving", "The three ways of proving"),
            (
                "with a sour taste",
                "with a sour taste\n3. **Halted**: In the freezer, for a month, with little taste",
            ),
        ),
        says(("Near the oven, for 90 minutes", "Near the oven, for 80 minutes")),
    ),
    Edit(
        "Tag rule changed",
        "wheat-flour",
        says(("tag: flour", "tag: grain")),
        says(("its loaves are the lightest", "its loaves are the highest")),
    ),
    Edit(
        "Concept removed, then restored",
        _DOUGH,
        cards({title: body for title, body in LOAF.items() if title != _PROVING}),
        cards(LOAF),
    ),
    Edit(
        "Deck renamed",
        _DOUGH,
        says(("name: Bread", "name: Bread and rolls")),
        _PROVING_AGAIN,
    ),
    Edit(
        "Image replaced under its name",
        "oven/where-is-a-brick-oven-hottest",
        says(("a35 33 0 0 1", "a35 30 0 0 1")),
        says(("turns back to the door", "turns back to the mouth")),
    ),
    Edit(
        "Page text converted to Markdown",
        _DOUGH,
        as_markdown,
        _PROVING_AGAIN,
        was={f"loaf/{slug(title)}": slug(title) for title in LOAF},
    ),
    Edit(
        "Cloze deletion inserted before others",
        "oven/the-heat-of-a-brick-oven",
        says(("A brick oven needs", "An oven of ==brick and clay== needs")),
        says(("from its walls alone", "from the ==walls== alone")),
    ),
    Edit(
        "Cloze deletion's text corrected",
        "oven/the-heat-of-a-brick-oven",
        says(("==half a day==", "==half a long day==")),
        says(("from its walls alone", "from the ==walls== alone")),
    ),
    Edit(
        "Template's text changed",
        _POKE,
        same,
        _POKE_AGAIN,
        types=of_type(
            "Term", lambda term: _templates(term, "What is this called?", "How is this called?")
        ),
    ),
    Edit(
        "Style changed",
        _POKE,
        same,
        _POKE_AGAIN,
        types=of_type(
            "Term", lambda term: replace(term, style=f"{term.style}\n.card {{ color: teal }}")
        ),
    ),
    Edit(
        "Spare field put to use",
        _POKE,
        adds(
            lambda ids: f"overrides:\n  {_POKE}:\n    fields: {{Spare 2: It fails in the cold.}}\n"
        ),
        _POKE_AGAIN,
        types=of_type("Term", _remark),
    ),
    Edit(
        "Spare field put to use, and renamed",
        _POKE,
        adds(
            lambda ids: (
                f"overrides:\n  {_POKE}:\n    fields: {{Remark: It fails in the cold.}}\n"
                f"note_types:\n  Term:\n    fields: {{Remark: {ids.fields['Term', 'Spare 2']}}}\n"
            )
        ),
        _POKE_AGAIN,
        types=of_type("Term", _renamed_spare),
    ),
    Edit(
        "Spare template put to use",
        _POKE,
        adds(
            lambda ids: (
                f"overrides:\n  {_POKE}:\n    fields:\n"
                "      Spare 1: In which place does the poke test fail?\n"
                "      Spare 2: In the fridge.\n"
            )
        ),
        _POKE_AGAIN,
    ),
    Edit(
        "Field appended",
        _POKE,
        same,
        _POKE_AGAIN,
        types=of_type("Term", lambda term: replace(term, fields=(*term.fields, "Remark"))),
        accept_schema_change=True,
    ),
    Edit(
        "Note type renamed",
        _POKE,
        adds(lambda ids: "note_types:\n  Term:\n    name: The words of bakers\n"),
        _POKE_AGAIN,
    ),
    Edit(
        "`id` set later",
        _DOUGH,
        adds(lambda ids: f"identities:\n  - title: {_PROVING}\n    id: proving\n"),
        _WRITTEN_ANEW,
        was={"proving": _DOUGH},
    ),
    Edit(
        "`guid` set later",
        _DOUGH,
        adds(lambda ids: f'identities:\n  - title: {_PROVING}\n    guid: "{ids.guids[_DOUGH]}"\n'),
        _WRITTEN_ANEW,
        was={"why-a-loaf-waits": _DOUGH},
    ),
)
