"""How fast a build is: the whole of it against genanki alone writing the same rendered notes.

Run with `make bench`. Both write the same 10,000 notes of about 1 KB, several times in turn, in one
process; the figures are medians, and what counts is the ratio. The bound is 4 for all but the
checks, because genanki checks nothing: more is an error. Then the same with all that is derived of
2,000 such concepts, for the record: genanki has nothing that compares with deriving.
"""

from __future__ import annotations

import gc
import random
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import genanki

from deckwright import blocks, build, package, reading

ROUNDS = 5
BOUND = 4.0
NOW = 1_700_000_000

WORDS = (
    "a the of and or to in by with from as on at for which that each every one two many "
    "river valley layer basin crystal heat water mineral rock magma fold fault ridge slope grain "
    "cools forms carries holds divides breaks moves rises settles changes grows turns splits meets"
).split()


def sentence(rng: random.Random, words: int) -> str:
    """Words in any order, but none twice in a row: that would be a finding."""
    chosen = rng.choices(WORDS, k=2 * words)
    text = " ".join([a for a, b in pairwise(chosen) if a != b][:words])
    return f"{text[0].upper()}{text[1:]}."


def concept(rng: random.Random, number: int) -> str:
    """Page text in its usual shapes and line lengths: prose, a heading, a list of terms, a list of
    plain items. Rendered, with its opening, it is a note of about 1 KB."""
    terms = "\n".join(
        f"- **{' '.join(rng.choices(WORDS, k=2)).title()} {term}**: {sentence(rng, 16)}"
        for term in range(2)
    )
    items = "\n".join(f"{n}. {sentence(rng, 8)}" for n in range(1, 3))
    return (
        f"Concept {number} of {rng.choice(WORDS)}\n\n{sentence(rng, 25)} {sentence(rng, 20)}\n\n"
        f"{sentence(rng, 20)}\n\n"
        f"**Components:**\n{terms}\n\nThe cycle has two phases:\n\n{items}\n"
    )


def project(folder: Path, concepts: int, derive: bool) -> Path:
    rng = random.Random(concepts)
    page = "\n".join(concept(rng, number) for number in range(concepts))
    (folder / "page.txt").write_text(page, encoding="utf-8")
    path = folder / "deck.yaml"
    path.write_text(
        f"id: bench\nname: Bench\nsources: [page.txt]\nderive: {str(derive).lower()}\n"
        "output: bench.apkg\n",
        encoding="utf-8",
    )
    return path


def genanki_alone(contents: package.Contents, file: Path) -> None:
    """What a careful user of genanki writes: the same fields, GUIDs, tags, decks, note types."""
    models = {
        t.note_type.name: genanki.Model(
            t.id,
            t.name,
            fields=[{"name": name} for name in t.note_type.fields],
            templates=[
                {"name": c.name, "qfmt": c.front, "afmt": c.back} for c in t.note_type.templates
            ],
            css=t.note_type.style,
        )
        for t in contents.note_types
    }
    decks = {deck.name: genanki.Deck(deck.id, deck.name) for deck in contents.decks}
    for due, note in enumerate(contents.notes):
        decks[note.rendered.note.deck].add_note(
            genanki.Note(
                model=models[note.rendered.note.note_type],
                fields=list(note.rendered.html),
                guid=note.guid,
                tags=list(note.rendered.note.tags),
                due=due,
            )
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        genanki.Package(list(decks.values())).write_to_file(file, timestamp=NOW)


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def stages(path: Path) -> dict[str, float]:
    """The seconds of each stage of one whole build, from nothing: no lock, no package."""
    for made in (path.with_name("deck.lock"), path.with_name("bench.apkg")):
        made.unlink(missing_ok=True)
    blocks.parse.cache_clear()
    marks: list[tuple[str, float]] = []
    build.run(str(path), now=NOW, stage=lambda name: marks.append((name, time.perf_counter())))
    totals: dict[str, float] = {}
    for (name, begun), (_, ended) in pairwise(marks):
        totals[name] = totals.get(name, 0) + ended - begun
    return totals


def compare(title: str, concepts: int, derive: bool) -> float:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = project(folder, concepts, derive)
        contents = build.compile(reading.read_inputs(str(path)), NOW).contents
        assert contents is not None
        size = sum(len("".join(n.rendered.html)) for n in contents.notes) / len(contents.notes)
        gc.collect()
        gc.freeze()  # neither side pays for what the other holds
        ours: list[dict[str, float]] = []
        theirs: list[float] = []
        for _ in range(ROUNDS):
            ours.append(stages(path))
            theirs.append(timed(lambda: genanki_alone(contents, folder / "genanki.apkg")))
        again = timed(lambda: build.run(str(path), now=NOW))
        sizes = [(folder / f).stat().st_size / 1e6 for f in ("bench.apkg", "genanki.apkg")]
    rounds = list(zip(ours, theirs, strict=True))
    ratios = [sum(o.values()) / t for o, t in rounds]
    unchecked = [(sum(o.values()) - o["check"]) / t for o, t in rounds]
    print(f"{title}: {len(contents.notes):,} notes of {size:,.0f} characters of HTML on average")
    for stage in ours[0]:
        print(f"  {stage:9} {statistics.median(o[stage] for o in ours):6.3f} s")
    whole = statistics.median(sum(o.values()) for o in ours)
    print(f"  {'whole':9} {whole:6.3f} s, {sizes[0]:.1f} MB")
    print(f"  {'again':9} {again:6.3f} s, with its lock there")
    print(f"  {'genanki':9} {statistics.median(theirs):6.3f} s, {sizes[1]:.1f} MB")
    ratio = statistics.median(unchecked)
    print(f"  ratio     {ratio:6.2f}   (of {min(unchecked):.2f} to {max(unchecked):.2f}) unchecked")
    print(f"  ratio     {statistics.median(ratios):6.2f}   with the checks")
    return ratio


def main() -> None:
    ratio = compare("Notes as they are read", 10_000, derive=False)
    compare("With deriving", 2_000, derive=True)
    if ratio > BOUND:
        sys.exit(f"The ratio of notes as they are read is more than {BOUND:.0f}.")


if __name__ == "__main__":
    main()
