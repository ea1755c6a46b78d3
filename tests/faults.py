"""Seeded faults: what `deckwright check` finds of mistakes that are put into the shipped deck.

`python tests/faults.py [TIMES] [SEED]` puts each kind of fault at random places into a copy of the
shipped sources, one at a time and so many times a kind, and checks the whole deck. It prints, by
rule, how many were found at the right line, and how many other findings each brought along; it
fails where less than 95 % are found, or where anything else is told.

Faults that page text cannot have (in deletions, images, HTML, tags) stand in a source that is added
to it: first without the fault, which must be clean, then with it.
"""

from __future__ import annotations

import contextlib
import random
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deckwright import build
from deckwright.diagnostics import Severity
from deckwright.reading import read_inputs

ROOT = Path(__file__).parents[1]
PAGE = "sources/dva-c02/development-with-aws-services.txt"
NOW = 1_795_446_382
TIMES, SEED = 12, 1
BOUND = 0.95

Files = Mapping[str, str]
Place = tuple[str, int]


@dataclass(frozen=True)
class Fault:
    """A fault of a rule. `faulty` are the files that have it, instead of those of the deck or
    beside them, `clean` the same without it; `places` are the files and lines (counted from 1)
    where it may be told, none for what has no place. `also` are rules that tell of it as well."""

    code: str
    faulty: Files
    places: tuple[Place, ...]
    clean: Files = field(default_factory=dict)
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """A finding: its rule, the lines that it is about, and its words."""

    code: str
    path: str
    first: int
    last: int
    message: str


class Shipped:
    """The shipped deck, and what can be taken of it."""

    def __init__(self) -> None:
        names = [ROOT / "deck.yaml", *sorted((ROOT / "sources").rglob("*"))]
        names += sorted((ROOT / "media").rglob("*"))
        self.files = {
            name.relative_to(ROOT).as_posix(): name.read_text("utf-8")
            for name in names
            if name.is_file() and not name.name.startswith(".")
        }
        self.lines = self.files[PAGE].split("\n")
        with contextlib.chdir(ROOT):
            made = build.compile(read_inputs("deck.yaml", new_lock=True), NOW)
        self.notes = made.notes
        self.answers = [
            note.value("Answer").replace("\n", " ")
            for note in made.notes
            if note.note_type == "Term" and len(note.value("Answer").split()) >= 8
        ]
        self.titles = [n.value("Concept") for n in made.notes if n.note_type == "Concept"]

    def prose(self, least: int = 12) -> list[int]:
        """The indexes of lines with so many words that are no headings."""
        return [
            number
            for number, line in enumerate(self.lines)
            if len(line.split()) >= least and line.rstrip().endswith(".")
        ]

    def titled(self) -> list[int]:
        """The indexes of the lines that are titles."""
        return [number for number, line in enumerate(self.lines) if line in self.titles]

    def changed(self, number: int, *lines: str) -> dict[str, str]:
        """The page with other lines in the place of one."""
        text = "\n".join((*self.lines[:number], *lines, *self.lines[number + 1 :]))
        return {PAGE: text}

    def beside(self, name: str, text: str, **also: str) -> dict[str, str]:
        """Another source beside the page."""
        deck = self.files["deck.yaml"].replace("sources:\n", f"sources:\n  - {name}\n", 1)
        return {"deck.yaml": deck, name: text, **also}


Kind = Callable[[random.Random, Shipped], Fault]


def _words(line: str) -> list[re.Match[str]]:
    """The plain words of a line: outside of code, and not the first or the last."""
    outside = re.sub(r"`[^`]*`|\*\*[^*]*\*\*", lambda match: "\x00" * len(match[0]), line)
    return list(re.finditer(r"(?<=[a-z] )[a-z]{3,}(?= [a-z])", outside))


def _in_prose(code: str, change: Callable[[random.Random, str], str], *also: str) -> Kind:
    """A fault in the middle of a line of prose."""

    def made(rng: random.Random, deck: Shipped) -> Fault:
        while True:
            number = rng.choice(deck.prose())
            line = deck.lines[number]
            changed = change(rng, line)
            if changed != line:
                return Fault(code, deck.changed(number, changed), ((PAGE, number + 1),), also=also)

    return made


def _at_word(change: Callable[[random.Random, str], str]) -> Callable[[random.Random, str], str]:
    """Change one word of a line."""

    def made(rng: random.Random, line: str) -> str:
        words = _words(line)
        if not words:
            return line
        word = rng.choice(words)
        return line[: word.start()] + change(rng, word[0]) + line[word.end() :]

    return made


# Page text ---------------------------------------------------------------------------------------

_LOOK_ALIKES = dict(zip("aceopxyi", "асеорхуі", strict=True))


def _look_alike(rng: random.Random, word: str) -> str:
    able = [at for at, letter in enumerate(word) if letter in _LOOK_ALIKES]
    if not able:
        return word
    at = rng.choice(able)
    return word[:at] + _LOOK_ALIKES[word[at]] + word[at + 1 :]


def _mojibake(rng: random.Random, word: str) -> str:
    said = rng.choice(("café", "naïve", "it’s", "“quick”", "10 °C", "… so", "Zürich", "déjà"))
    return f"{word} {said.encode().decode('cp1252', errors='replace')}"


def _unbalanced(rng: random.Random, word: str) -> str:
    return rng.choice((f"({word}", f"{word})", f"[{word}", f"“{word}", f"{word}”", f"{{{word}"))


def _leftover(rng: random.Random, word: str) -> str:
    return rng.choice(
        (
            f"[{word}](https://example.com/{word})",
            f"<b>{word}</b>",
            f"{word}&nbsp;",
            f"~~{word}~~",
            f"**{word}",
        )
    )


def _spacing(rng: random.Random, word: str) -> str:
    return rng.choice((f"{word} ", f" {word}", f"{word}  ", f"{word} ,"))


def open_lead_in(rng: random.Random, deck: Shipped) -> Fault:
    """A lead-in with nothing behind it, at the end of a concept."""
    title = rng.choice(deck.titled()[1:])
    end = next(number for number in range(title - 1, 0, -1) if deck.lines[number])
    said = rng.choice(
        (
            "The following limits apply:",
            "There are three exceptions to this rule:",
            "It is called in these cases:",
        )
    )
    faulty = deck.changed(end, deck.lines[end], "", said)
    return Fault("E017", faulty, ((PAGE, end + 3),), also=("R006",))


def title_in_text(rng: random.Random, deck: Shipped) -> Fault:
    """No blank line between a title and its text."""
    title = rng.choice(deck.titled()[1:])
    text = "\n".join((*deck.lines[: title + 1], *deck.lines[title + 2 :]))
    # Of what is swallowed something may ask the same as what stands there.
    return Fault("R008", {PAGE: text}, ((PAGE, title + 1),), also=("E010",))


def short_text(rng: random.Random, deck: Shipped) -> Fault:
    title = rng.choice(deck.titled()[1:])
    answer = re.sub(r"[()`*\[\]{}]", "", rng.choice(deck.answers))
    said = " ".join(answer.split()[:8]).rstrip(".,;:") + "."
    new = (f"A short word on {rng.choice(ITEMS)}", "", said, "", deck.lines[title])
    return Fault("R005", deck.changed(title, *new), ((PAGE, title + 1),))


def title_without_text(rng: random.Random, deck: Shipped) -> Fault:
    title = rng.choice(deck.titled()[1:])
    new = (f"More on {rng.choice(ITEMS)}", "", deck.lines[title])
    return Fault("R004", deck.changed(title, *new), ((PAGE, title + 1),))


def same_key(rng: random.Random, deck: Shipped) -> Fault:
    """A concept under the title of another one."""
    first, second = sorted(rng.sample(deck.titled(), 2))
    faulty = deck.changed(second, deck.lines[first].upper())
    return Fault("K001", faulty, ((PAGE, second + 1),))


IN_PAGE: tuple[Kind, ...] = (
    _in_prose("E012", _at_word(_unbalanced)),
    _in_prose("E013", _at_word(lambda _, word: f"{word} {word}")),
    _in_prose("E014", _at_word(_leftover)),
    _in_prose("E015", _at_word(_mojibake)),
    _in_prose("E016", _at_word(_look_alike)),
    _in_prose("E018", _at_word(_spacing)),
    open_lead_in,
    title_in_text,
    short_text,
    title_without_text,
    same_key,
)

# Beside the page: notes of which one gets a fault -------------------------------------------------

FACTS: tuple[tuple[str, str, str, str, str], ...] = (
    # what it is about, a question, its answer, a sentence, and a word of it to ask for
    ("Amber", "Of what is amber made?", "Fossilised resin of conifers",
     "Amber is resin of conifers that hardened over millions of years.", "resin"),
    ("The Danube", "Into which sea does the Danube flow?", "The Black Sea",
     "The Danube crosses ten countries before it reaches its delta.", "ten"),
    ("Rye", "Which grain grows on the poorest soils?", "Rye",
     "Rye is sown in autumn and needs a cold winter before it flowers.", "autumn"),
    ("A fugue", "With what does a fugue begin?", "One voice that states the subject",
     "In a fugue each voice enters with the same theme at another pitch.", "theme"),
    ("Basalt", "Which rock makes columns of six sides when it cools?", "Basalt",
     "Basalt comes from thin lava that flows far before it sets.", "lava"),
    ("The cuckoo", "Where does a cuckoo lay its eggs?", "Into nests of smaller birds",
     "The cuckoo leaves for Africa in August, weeks before its young do.", "Africa"),
    ("Linen", "From which part of flax is linen made?", "From the fibres of its stalk",
     "Linen dries faster than cotton and creases more.", "cotton"),
    ("The sextant", "What does a sextant measure?", "The angle between a star and the horizon",
     "With a sextant sailors found their latitude at noon.", "latitude"),
    ("Saffron", "Which part of the crocus is saffron?", "The three red threads of its flower",
     "Saffron is picked by hand in the early morning.", "hand"),
    ("Halley's comet", "How often does Halley's comet come back?", "About every 76 years",
     "Halley's comet was last near the sun in 1986.", "1986"),
    ("Gothic vaults", "What carries the weight of a Gothic vault?", "Ribs, and piers below them",
     "Gothic builders led the thrust of the vault to flying buttresses.", "buttresses"),
    ("Chalk", "Of whose shells is chalk made?", "Of single cells that float in the sea",
     "Chalk formed on the ground of a warm ocean.", "ocean"),
    ("Penguins", "In which half of the earth do wild penguins live?", "The southern one",
     "Penguins fly under water with wings that have become flippers.", "flippers"),
    ("Etching", "Which liquid bites the lines of an etching?", "Acid",
     "For an etching the plate is covered with wax and scratched open.", "wax"),
    ("Sago", "Which tree gives sago?", "A palm, from the pith of its trunk",
     "Sago thickens when it is boiled and turns clear.", "clear"),
    ("The abacus", "What stands for numbers on an abacus?", "Beads on rods",
     "A trained hand works an abacus faster than many type.", "hand"),
    ("Glaciers", "What moves a glacier?", "Its own weight",
     "Glaciers carry stones for miles and drop them as moraines.", "moraines"),
    ("Yeast", "Which gas does yeast give off?", "Carbon dioxide",
     "Yeast works fastest at the warmth of a hand.", "warmth"),
)  # fmt: skip

Fields = dict[str, str]


def _chosen(rng: random.Random, count: int = 7) -> list[Fields]:
    """Some facts as notes that are asked, with ids."""
    return [
        {"id": re.sub(r"[^a-z]+", "-", about.lower()), "type": "Basic", "Front": ask, "Back": tell}
        for about, ask, tell, *_ in rng.sample(FACTS, count)
    ]


def _as_cloze(rng: random.Random, count: int = 7) -> list[Fields]:
    """Some facts as sentences with a deletion."""
    return [
        {
            "id": re.sub(r"[^a-z]+", "-", about.lower()),
            "type": "Cloze",
            "Text": sentence.replace(word, f"{{{{c1::{word}}}}}", 1),
        }
        for about, _, _, sentence, word in rng.sample(FACTS, count)
    ]


def _yaml(notes: Sequence[Fields], head: str = "") -> str:
    """Notes as a source in YAML, a key a line."""
    lines = [*head.splitlines(), "notes:"]
    for note in notes:
        for at, (name, value) in enumerate(note.items()):
            written = value if name == "tags" else "'" + value.replace("'", "''") + "'"
            if "\n" in value:
                written = "|\n" + "\n".join(f"      {line}" for line in value.split("\n"))
            lines.append(f"{'  - ' if not at else '    '}{name}: {written}")
    return "\n".join(lines) + "\n"


def _line_of(text: str, words: str, occurrence: int = 1) -> int:
    """The line in which some words stand."""
    at = -1
    for _ in range(occurrence):
        at = text.index(words, at + 1)
    return text.count("\n", 0, at) + 1


def _in_notes(
    code: str,
    name: str,
    change: Callable[[random.Random, str], str | tuple[str, str]],
    *also: str,
    cloze: bool = False,
    head: str = "",
) -> Kind:
    """A fault in one field of one of several notes."""

    def made(rng: random.Random, deck: Shipped) -> Fault:
        notes = (_as_cloze if cloze else _chosen)(rng)
        clean = _yaml(notes, head)
        at = rng.randrange(len(notes))
        changed = change(rng, notes[at].get(name, ""))
        if isinstance(changed, tuple):
            notes[at] = {**notes[at], "Front": changed[0], "Back": changed[1]}
        else:
            notes[at] = {**notes[at], name: changed}
        faulty = _yaml(notes, head)
        first = _line_of(faulty, f"  - id: '{notes[at]['id']}'")
        lines = len(_yaml(notes[at : at + 1]).splitlines()) - 1
        places = tuple(("more.yaml", first + each) for each in range(lines))
        return Fault(
            code,
            deck.beside("more.yaml", faulty),
            places,
            deck.beside("more.yaml", clean),
            also,
        )

    return made


def _pair(code: str, pairs: Sequence[tuple[str, str, str, str]], *also: str) -> Kind:
    """Two notes that do not go together, somewhere among others: told at the second."""

    def made(rng: random.Random, deck: Shipped) -> Fault:
        notes = _chosen(rng)
        first, answer, second, other = rng.choice(pairs)
        at = rng.randrange(len(notes))
        one: Fields = {"id": "one", "type": "Basic", "Front": first, "Back": answer}
        two: Fields = {"id": "two", "type": "Basic", "Front": second, "Back": other}
        clean = _yaml([*notes[:at], one, *notes[at:]])
        gap = rng.randrange(3) if code == "E011" else rng.randrange(len(notes) - at + 1)
        faulty = _yaml([*notes[:at], one, *notes[at : at + gap], two, *notes[at + gap :]])
        places = tuple(
            ("more.yaml", line + each)
            for line in (_line_of(faulty, "id: 'two'"), _line_of(faulty, "id: 'one'"))
            for each in range(4)
        )
        beside = deck.beside
        return Fault(code, beside("more.yaml", faulty), places, beside("more.yaml", clean), also)

    return made


NEAR = (
    ("What is the boiling point of ethanol?", "78 °C",
     "At which temperature does ethanol boil?", "At 78 °C"),
    ("How many strings does a violin have?", "Four",
     "What is the number of strings of a violin?", "Four"),
    ("Which planet has the shortest year?", "Mercury",
     "The year of which planet is the shortest?", "Mercury"),
    ("What does a barometer measure?", "The pressure of the air",
     "What is measured with a barometer?", "Air pressure"),
    ("Who painted the ceiling of the Sistine Chapel?", "Michelangelo",
     "By whom was the ceiling of the Sistine Chapel painted?", "Michelangelo"),
)  # fmt: skip
ALIKE = (
    ("Name a use of beeswax.", "Candles", "What is one use of beeswax?", "Polish for floors"),
    ("Give an example of a stringed instrument.", "The viola",
     "What is an example of a stringed instrument?", "The lute"),
    ("What is a cause of rust?", "Water", "Name a cause of rust.", "Salt in the air"),
)  # fmt: skip
GIVEN_AWAY = (
    ("Which metal is liquid at room temperature?", "Mercury",
     "Why is mercury, the metal that is liquid at room temperature, poisonous?",
     "Its vapour harms the nerves"),
    ("Which organ filters the blood?", "The kidney",
     "How much blood does the kidney, which filters the blood, take in each minute?",
     "About one litre"),
    ("Which bird is the largest that can fly backwards?", "The hummingbird",
     "How fast does the hummingbird, the bird that can fly backwards, beat its wings?",
     "Up to 80 times a second"),
)  # fmt: skip

LONG = (
    "It begins in spring, when the ground is still cold, and goes on until the first frost comes. "
    "In between there are weeks in which nothing can be seen from above, while below the roots "
    "spread, split and find water that the year before had left in deeper layers. Whoever digs "
    "then will see white threads everywhere, finer than hair, and around each of them a sleeve of "
    "soil that holds together. Later the threads turn brown, the sleeve falls apart, and what is "
    "left feeds the worms, which carry it down into their tunnels and back again after rain. By "
    "August the leaves know of it, and grow darker from the edge."
)
ITEMS = "oak ash elm beech birch alder maple willow poplar hazel rowan yew larch".split()


def _listed(rng: random.Random) -> str:
    return "\n".join(f"- {item.title()}" for item in rng.sample(ITEMS, rng.randint(8, 12)))


def _generic(rng: random.Random, _: str) -> tuple[str, str]:
    ask = rng.choice(
        ("What are the steps?", "What is the definition?", "Definition?", "Name three causes.")
    )
    return ask, "A slow fire"


def _open_list(rng: random.Random, _: str) -> tuple[str, str]:
    what = rng.choice(("benefits", "advantages", "best practices", "use cases", "disadvantages"))
    of = rng.choice(("hedges", "clay ovens", "night trains", "sundials"))
    items = "\n".join(f"- {item.title()}" for item in rng.sample(ITEMS, rng.randint(3, 6)))
    return f"What are the {what} of {of}?", items


def _pronoun(rng: random.Random, _: str) -> tuple[str, str]:
    asked = rng.choice(
        (
            "Why is it turned twice a day?",
            "What does this prevent?",
            "How do they find their way back?",
            "When was it first built?",
        )
    )
    return asked, "By the light of the moon"


def _own_answer(rng: random.Random, _: str) -> tuple[str, str]:
    return rng.choice(
        (
            ("Which wood, that of the cherry tree, is used for pipes?", "Cherry"),
            ("What is the green pigment chlorophyll of leaves called?", "Chlorophyll"),
            ("In which city, Vienna, was Schubert born?", "Vienna"),
            ("What is the study of birds, ornithology, called?", "Ornithology"),
            ("Who wrote the Shakespeare play Hamlet?", "Shakespeare"),
            ("Which instrument is a double bass string made for?", "The double bass"),
            ("With which tool, a chisel, is marble cut?", "A chisel"),
        )
    )


def _beside(name: str, before: str, after: str) -> Callable[[random.Random, str], str]:
    return lambda rng, text: text.replace(before, after, 1)


def _doubled_first_field(rng: random.Random, deck: Shipped) -> Fault:
    notes = _chosen(rng)
    first, second = sorted(rng.sample(range(len(notes)), 2))
    clean = _yaml(notes)
    notes[second] = {**notes[second], "Front": notes[first]["Front"]}
    faulty = _yaml(notes)
    line = _line_of(faulty, f"id: '{notes[second]['id']}'")
    places = tuple(("more.yaml", line + each) for each in range(4))
    beside = deck.beside
    return Fault("E002", beside("more.yaml", faulty), places, beside("more.yaml", clean))


def _gap(rng: random.Random, text: str) -> str:
    return text.replace("{{c1::", "{{c3::") + f" Nobody {{{{c1::{rng.choice(ITEMS)}}}}} knows."


BESIDE: tuple[Kind, ...] = (
    _doubled_first_field,
    _in_notes("E001", "Back", lambda rng, text: rng.choice(("", "<br>", "<!-- later -->"))),
    _in_notes("E003", "Text", lambda rng, text: re.sub(r"\{\{c1::|\}\}", "", text), cloze=True),
    _in_notes("E004", "Back", lambda rng, text: f"{text}. {LONG}"),
    _in_notes("E005", "", _own_answer),
    _in_notes("E006", "", _pronoun),
    _in_notes("E007", "", _generic),
    _in_notes("E008", "Back", lambda rng, text: _listed(rng)),
    _in_notes("E009", "", _open_list),
    _in_notes("E019", "Back", lambda rng, text: rng.choice(("TODO", "???", "tbd", "see above"))),
    _pair("E010", ALIKE),
    _pair("E011", GIVEN_AWAY),
    _pair("K004", NEAR),
    _in_notes("Z002", "Text", lambda rng, text: f"{{{{c1::{_bare(text)}}}}}", cloze=True),
    _in_notes("Z003", "Text", lambda rng, text: _nested(text), cloze=True),
    _in_notes("Z004", "Text", lambda rng, text: _repeated(text), cloze=True),
    _in_notes("Z005", "Back", lambda rng, text: f"{text}, {{{{c1::mostly}}}}"),
    _in_notes("Z006", "Text", lambda rng, text: _misspelt(rng, text), "E003", "E012", cloze=True),
    _in_notes("Z007", "Text", lambda rng, text: f"{text[:-1]} {{{{c2::}}}}.", cloze=True),
    _in_notes("H001", "Back", lambda rng, text: f"{text}<script>alert(1)</script>"),
    _in_notes("H004", "Text", lambda rng, text: text.replace("}}", "", 1), "E003", cloze=True),
    _in_notes("H012", "Back", lambda rng, text: f"<i>{text}", head="markup: html"),
    _in_notes("H011", "Back", lambda rng, text: f"{text}, a List<Job>", head="markup: html"),
    _in_notes("H013", "Back", lambda rng, text: _formula(rng, text)),
    _in_notes("M001", "Back", lambda rng, text: f"{text} ![a map](map-{rng.randrange(99)}.svg)"),
    _in_notes("M005", "Back", lambda rng, text: f"{text} ![a map](https://example.com/map.png)"),
)


def _bare(text: str) -> str:
    return re.sub(r"\{\{c1::|\}\}", "", text)


def _nested(text: str) -> str:
    return re.sub(r"(\w+) (\{\{c1::[^}]*\}\})", r"{{c1::\1 \2}}", text, count=1)


def _repeated(text: str) -> str:
    hidden = text.partition("{{c1::")[2].partition("}}")[0]
    return f"{text[:-1]}: so much for {hidden}."


def _misspelt(rng: random.Random, text: str) -> str:
    return text.replace("{{c1::", rng.choice(("{{c0::", "{{c1:", "{{C1::", "{c1::")))


def _formula(rng: random.Random, text: str) -> str:
    return f"{text}: " + rng.choice(
        (r"\(\frac{1}{2\)", r"\(a + b", r"\[\begin{matrix} 1 & 2 \]", r"\(\left( x + 1\)")
    )


SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9H0z"/></svg>\n'


def media_case(rng: random.Random, deck: Shipped) -> Fault:
    """The name of an image in other capitals."""
    notes = _chosen(rng)
    at, name = rng.randrange(len(notes)), rng.choice(ITEMS)
    files = {f"media/{name}.svg": SVG}
    notes[at] = {**notes[at], "Back": f"{notes[at]['Back']} ![a square]({name}.svg)"}
    clean = _yaml(notes)
    faulty = clean.replace(f"({name}.svg)", f"({name.title()}.svg)")
    line = _line_of(faulty, f"{name.title()}.svg")
    beside = deck.beside
    return Fault(
        "M002",
        beside("more.yaml", faulty, **files),
        (("more.yaml", line),),
        beside("more.yaml", clean, **files),
    )


def media_format(rng: random.Random, deck: Shipped) -> Fault:
    """A film that no phone plays."""
    notes = _chosen(rng)
    at, name = rng.randrange(len(notes)), rng.choice(ITEMS)
    files = {f"media/{name}.{suffix}": name for suffix in ("avi", "mp4")}
    faulty, clean = (
        _yaml([{**n, "Back": f"{n['Back']} {shown}"} if n is notes[at] else n for n in notes])
        for shown in (f"[sound:{name}.avi]", f"[sound:{name}.mp4]")
    )
    beside = deck.beside
    avi, mp4 = ({path: text} for path, text in files.items())
    place = ("more.yaml", _line_of(faulty, f"{name}.avi"))
    return Fault(
        "M011", beside("more.yaml", faulty, **avi), (place,), beside("more.yaml", clean, **mp4)
    )


def unused_media(rng: random.Random, deck: Shipped) -> Fault:
    """An image that nothing shows. It has no lines."""
    name = f"media/{rng.choice(ITEMS)}.svg"
    return Fault("M006", {name: SVG}, ((name, 0),))


def tag_case(rng: random.Random, deck: Shipped) -> Fault:
    """A tag in two spellings."""
    notes = _chosen(rng)
    tag = rng.choice(ITEMS)
    clean = _yaml([{**note, "tags": f"[{tag}]"} for note in notes])
    at = rng.randrange(len(notes))
    spelt = [tag.title() if number == at else tag for number in range(len(notes))]
    faulty = _yaml([{**n, "tags": f"[{t}]"} for n, t in zip(notes, spelt, strict=True)])
    line = _line_of(faulty, f"[{tag.title()}]")
    places = tuple(("more.yaml", line - each) for each in range(5))
    beside = deck.beside
    return Fault("G001", beside("more.yaml", faulty), places, beside("more.yaml", clean))


def numbered_key(rng: random.Random, deck: Shipped) -> Fault:
    """A heading with the number of its step."""
    steps = rng.sample(FACTS, 4)
    heads = [about for about, *_ in steps]
    clean = "".join(f"## {h}\n\n{fact[3]}\n\n" for h, fact in zip(heads, steps, strict=True))
    form = rng.choice(("## {n}. {h}", "## {n}) {h}", "## Step {n}: {h}"))
    faulty = "".join(
        f"{form.format(n=n, h=h)}\n\n{fact[3]}\n\n"
        for n, (h, fact) in enumerate(zip(heads, steps, strict=True), start=1)
    )
    places = tuple(("more.md", 1 + 4 * each) for each in range(4))
    beside = deck.beside
    return Fault("K005", beside("more.md", faulty), places, beside("more.md", clean))


def front_matter(rng: random.Random, deck: Shipped) -> Fault:
    """A misspelt key of front matter."""
    text = "".join(f"## {ask}\n\n{tell}.\n\n" for _, ask, tell, *_ in rng.sample(FACTS, 3))
    right, wrong = rng.choice((("tags", "tagss"), ("deck", "dekc"), ("deck", "decks")))
    clean, faulty = (f"---\n{key}: birds\n---\n\n{text}" for key in (right, wrong))
    beside = deck.beside
    return Fault("F015", beside("more.md", faulty), (("more.md", 2),), beside("more.md", clean))


def misspelt_card(rng: random.Random, deck: Shipped) -> Fault:
    """A card whose lines begin in small letters, or without a colon."""
    chosen = [(ask, tell) for _, ask, tell, *_ in rng.sample(FACTS, 5)]
    at = rng.randrange(1, len(chosen))
    signs = rng.choice((("q:", "a:"), ("Q.", "A."), ("Question:", "Answer:")))
    clean, faulty = (
        "".join(
            f"{q} {ask}\n{a} {tell}\n\n"
            for number, (ask, tell) in enumerate(chosen)
            for q, a in ((wrong if number == at else ("Q:", "A:")),)
        )
        for wrong in (("Q:", "A:"), signs)
    )
    place = ("more.md", 1 + 3 * at)
    beside = deck.beside
    # What stands there belongs to no card, or to the one before.
    return Fault(
        "F016", beside("more.md", faulty), (place,), beside("more.md", clean), ("F008", "F013")
    )


def bad_tag(rng: random.Random, deck: Shipped) -> Fault:
    """A blank in a tag of deck.yaml."""
    text = deck.files["deck.yaml"]
    tags = re.findall(r"(?<=- tag: )[a-z0-9.:-]+$", text, re.MULTILINE)
    tag = rng.choice(tags)
    faulty = text.replace(f"- tag: {tag}\n", f"- tag: my {tag}\n", 1)
    return Fault("C012", {"deck.yaml": faulty}, (("deck.yaml", _line_of(faulty, f"my {tag}")),))


def bad_deck(rng: random.Random, deck: Shipped) -> Fault:
    """A deck with an empty part in its name."""
    notes = _chosen(rng)
    clean = _yaml(notes)
    at = rng.randrange(len(notes))
    notes[at] = {**notes[at], "deck": rng.choice(("::A::", "A::::B", "::::A"))}
    faulty = _yaml(notes)
    line = _line_of(faulty, "deck: ")
    beside = deck.beside
    return Fault(
        "C011", beside("more.yaml", faulty), (("more.yaml", line),), beside("more.yaml", clean)
    )


def unused_field(rng: random.Random, deck: Shipped) -> Fault:
    """A field of an own note type that no template shows."""
    name = rng.choice(ITEMS).title()
    files = {
        "notetypes/Tree/front.html": "{{Tree}}\n",
        "notetypes/Tree/back.html": "{{FrontSide}}<hr id=answer>{{Leaf}}\n",
        "notetypes/Tree/style.css": ".card { font-size: 20px; }\n",
    }
    clean, faulty = (
        "fields: [{}]\ntemplates:\n  - name: Card\n    front: front.html\n    back: back.html\n"
        "style: style.css\n".format(", ".join(("Tree", "Leaf", *extra)))
        for extra in ((), (name,))
    )
    kind = "notetypes/Tree/notetype.yaml"
    notes = _yaml([{"type": "Tree", "Tree": "Which tree has two lobes?", "Leaf": "The ginkgo"}])
    beside = deck.beside
    return Fault(
        "B017",
        beside("more.yaml", notes, **files, **{kind: faulty}),
        ((kind, 1),),
        beside("more.yaml", notes, **files, **{kind: clean}),
    )


def template_without_answer(rng: random.Random, deck: Shipped) -> Fault:
    """A back that says no more than its front."""
    fault = unused_field(rng, deck)
    back = "notetypes/Tree/back.html"
    faulty = {**fault.clean, back: rng.choice(("{{FrontSide}}\n", "{{Tree}}\n"))}
    kind = "notetypes/Tree/notetype.yaml"
    places = tuple((each, line) for each in (back, kind) for line in range(1, 6))
    return Fault("B018", faulty, places, fault.clean, ("B017",))


ELSEWHERE: tuple[Kind, ...] = (
    *(
        media_case,
        media_format,
        unused_media,
        tag_case,
        numbered_key,
        front_matter,
        misspelt_card,
        bad_tag,
        bad_deck,
    ),
    *(unused_field, template_without_answer),
)

KINDS: tuple[Kind, ...] = (*IN_PAGE, *BESIDE, *ELSEWHERE)


# Checking ----------------------------------------------------------------------------------------


def findings(folder: Path, deck: Shipped, changed: Files) -> frozenset[Told]:
    """What is told of the shipped deck with some files changed, at least as warnings."""
    files = {**deck.files, **changed}
    for old in sorted(folder.rglob("*"), reverse=True):
        if old.is_file() and old.relative_to(folder).as_posix() not in files:
            old.unlink()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    with contextlib.chdir(folder):
        inputs = read_inputs("deck.yaml", new_lock=True)
        made = build.compile(inputs, NOW, scope=build.Scope(slow=True))
    told = set()
    for each in made.diagnostics:
        if each.severity >= Severity.WARNING:
            path, first, last = "", 0, 0
            if each.span:
                path = each.span.path
            if each.span and (source := inputs.texts.get(path)):
                first = source.location(each.span.start)[0]
                last = source.location(max(each.span.end - 1, each.span.start))[0]
            told.add(Told(each.code, path, first, last, each.message))
    return frozenset(told)


@dataclass
class Tally:
    """What became of the faults of one rule."""

    put: int = 0
    found: int = 0
    missed: list[Fault] = field(default_factory=list)
    others: list[Told] = field(default_factory=list)


def seed(times: int, number: int, kinds: Sequence[Kind] = KINDS) -> Iterator[tuple[str, Tally]]:
    """Put each kind of fault into the deck so many times: the tally of each rule."""
    deck = Shipped()
    tallies: dict[str, Tally] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shipped = findings(folder, deck, {})
        assert not shipped, sorted(map(str, shipped))
        for at, kind in enumerate(kinds):
            rng = random.Random(f"{number} {at}")
            for _ in range(times):
                fault = kind(rng, deck)
                tally = tallies.setdefault(fault.code, Tally())
                before = findings(folder, deck, fault.clean) if fault.clean else shipped
                assert not before, (fault.code, fault.clean, sorted(map(str, before)))
                after = findings(folder, deck, fault.faulty)
                right = {told for told in after if told.code == fault.code and _at(told, fault)}
                tally.put += 1
                tally.found += bool(right)
                if not right:
                    tally.missed.append(fault)
                tally.others += sorted(
                    (t for t in after - right if t.code not in fault.also), key=str
                )
    yield from sorted(tallies.items())


def _at(told: Told, fault: Fault) -> bool:
    """Whether a finding is where its fault is."""
    if not fault.places:
        return True
    return any(told.path == path and told.first == line for path, line in fault.places)


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else TIMES
    number = int(sys.argv[2]) if len(sys.argv) > 2 else SEED
    put = found = others = 0
    print("rule   put  found  others")
    for code, tally in seed(times, number):
        print(f"{code:5} {tally.put:4} {tally.found:6} {len(tally.others):7}")
        put, found, others = put + tally.put, found + tally.found, others + len(tally.others)
        for fault in tally.missed[:3]:
            path, line = fault.places[0] if fault.places else ("", 0)
            text = fault.faulty[path].split("\n")[line - 1] if path else ""
            print(f"      missed at {path}:{line}: {text[:160]}")
        for told in list(dict.fromkeys(tally.others))[:3]:
            print(f"      other: {told.code} {told.path}:{told.first} {told.message[:140]}")
    share = found / put
    print(f"all   {put:4} {found:6} {others:7}   {share:.1%} found at the right line")
    if share < BOUND or others:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
