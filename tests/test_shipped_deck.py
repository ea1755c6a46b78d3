"""The deck that comes along: what is derived of it, that a build of it changes nothing, and that
what it says is short, our own, and documented."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from deckwright import build, identity, lock, project
from deckwright.diagnostics import Severity
from deckwright.note import IdentifiedNote
from deckwright.readers import page
from deckwright.source import Source
from shipped import ROOT, cards, compiled, concepts, counts, words

GOLDEN = ROOT / "tests" / "data" / "shipped-keys.txt"
SEEDS = sorted((ROOT.parent / "shared" / "seeds").glob("*.txt"))
CONTENT = ROOT / "docs" / "content-notes.md"
LONGEST = {"Concept": 60, "Term": 60, "List": 120, "Basic": 60, "Cloze": 60}  # words of an answer


def test_it_builds_without_an_error_or_a_warning() -> None:
    _, made = compiled()
    assert [d for d in made.diagnostics if d.severity is not Severity.INFO] == []


def test_its_derived_keys_are_those_that_learners_have() -> None:
    """A key that changes is a note that learners lose: where this fails, it must be meant.

    `deckwright notes` prints the keys; those of Term and List notes stand in the golden file.
    """
    _, made = compiled()
    derived = sorted(f"{n.note_type}\t{n.key}" for n in made.notes if n.parent is not None)
    assert derived == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_a_build_leaves_the_committed_lock_as_it_is() -> None:
    inputs, made = compiled()
    assert made.lock is not None
    assert lock.serialise(made.lock) == inputs.texts[inputs.lock_path].text, (
        f"{build.summary(lock.between(inputs.lock, made.lock))}: run `make deck`, look at what it "
        "tells, and commit deck.lock with the sources"
    )


def test_its_html_is_that_which_learners_have() -> None:
    """The lock holds a digest of each note as it is packaged: whoever changes the renderer sees
    here for whom."""
    _, made = compiled()
    anew = [d.key for d in made.diagnostics if d.rule is identity.RENDERED_ANEW]
    assert not anew, (
        f"{len(anew)} notes are rendered differently, such as {anew[0]}. If that is not meant, "
        "mend it. If it is, `deckwright build --ship-rendering` sends it to everyone, in place of "
        "their own edits of these notes; commit deck.lock then"
    )


def test_the_keys_that_it_shows_in_comments_are_keys() -> None:
    """Whoever takes away the `#` gets what the comment says."""
    derived = {note.key for note in compiled()[1].notes if note.parent is not None}
    text = (ROOT / "deck.yaml").read_text("utf-8")
    examples = re.findall(r"^#\n((?:# .*\n)+)", text, re.M)
    assert len(examples) == 3
    own = re.sub(r"^#.*\n", "", text, flags=re.M)
    plain, _ = project.load(Source("deck.yaml", own))
    for example in examples:
        shown = own + re.sub(r"^# ", "", example, flags=re.M)
        found, told = project.load(Source("deck.yaml", shown))
        assert told == ()
        assert found is not None
        assert found != plain
        assert {override.key for override in found.overrides} <= derived


def test_every_answer_is_short_and_every_question_makes_sense_alone() -> None:
    _, made = compiled()
    assert made.contents is not None

    def words(note: IdentifiedNote, field: int) -> int:
        html = re.sub(r"(?s)<pre.*?</pre>", "", note.rendered.html[field])  # code is no prose
        return len(re.sub(r"<[^>]+>", " ", html).split())

    for note in made.contents.notes:
        limit = LONGEST[note.rendered.note.note_type]
        assert words(note, 1) <= limit, note.rendered.note.key
        assert words(note, 0) <= 30, note.rendered.note.key


# What it says -----------------------------------------------------------------------------------


def test_it_asks_a_few_questions_of_each_concept() -> None:
    """Each concept can be read at once, and has a handful of cards."""
    assert {t: words(text) for t, text in concepts().items() if not 150 <= words(text) <= 300} == {}
    assert 180 <= counts()["atomic cards of the concepts"] <= 260
    parents = Counter(str(card.note.rendered.note.parent) for card in cards())
    assert {key: n for key, n in parents.items() if key != "None" and not 2 <= n <= 6} == {}
    assert len(parents) == len(concepts()) + 1


def test_the_readme_says_how_much_it_has() -> None:
    n = counts()
    written = n["cards"] - n["concepts"] - n["atomic cards of the concepts"]
    said = (
        f"{n['concepts']} concepts to read, {n['atomic cards of the concepts']} cards that are "
        f"derived of them, {written} on code and diagrams, and {n['media']} diagrams of our own."
    )
    assert said in " ".join((ROOT / "README.md").read_text("utf-8").split())


def test_every_note_says_for_which_task_of_the_exam_it_is() -> None:
    _, made = compiled()
    tasks = [[tag for tag in note.tags if tag.startswith("task::")] for note in made.notes]
    assert {len(found) for found in tasks} == {1}
    assert {tag for found in tasks for tag in found} == {"task::1.1", "task::1.2", "task::1.3"}


def test_it_shows_pictures_code_and_cloze_deletions() -> None:
    _, made = compiled()
    assert made.contents is not None
    shown = "".join(html for note in made.contents.notes for html in note.rendered.html)
    names = {file.name for file in made.contents.media if file.name.endswith(".svg")}
    assert len(names) >= 6
    assert {name for name in names if f'src="{name}"' not in shown} == set()
    assert "<pre" in shown
    assert counts()["cloze notes"] > 0


def figures(text: str) -> set[str]:
    """The numbers of a text, without those that are part of a name or of code: `S3`, `arm64`."""
    plain = re.sub(r"`[^`]*`|!\[[^\]]*\]\([^)]*\)|^\d+\. ", " ", text, flags=re.M)
    return {
        found[0].rstrip(".,") for found in re.finditer(r"(?<![\w.,/-])\d[\d.,]*(?![\w]|-\w)", plain)
    }


def tables() -> dict[str, list[list[str]]]:
    """The rows of the notes on content, by the heading above them."""
    found: dict[str, list[list[str]]] = {}
    heading = ""
    for line in CONTENT.read_text("utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif line.startswith("|") and not re.match(r"\|\s*-", line):
            row = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            found.setdefault(heading, []).append(row)
    return found


def test_every_figure_stands_in_the_notes_on_content() -> None:
    """So that someone can check them again in a year: the figure, where AWS says it, and when it
    was looked up."""
    rows = tables()
    missing = {
        title: sorted(figures(text) - {f for row in rows.get(title, ()) for f in figures(row[0])})
        for title, text in concepts().items()
    }
    assert {title: found for title, found in missing.items() if found} == {}


def test_every_note_on_content_has_a_page_and_a_date() -> None:
    for heading, (head, *rows) in tables().items():
        assert rows, heading
        for row in rows:
            assert len(row) == len(head), (heading, row)
            assert all(row), (heading, row)
            assert "Checked" not in head or re.match(r"20\d\d-\d\d-\d\d", row[-1]), row
    beside = (ROOT / "sources/dva-c02/code-and-diagrams.md").read_text("utf-8")
    headings = {*concepts(), *re.findall(r"(?m)^# (.+)$", re.sub(r"(?ms)^```.*?^```", "", beside))}
    assert headings <= {*tables()}


@pytest.mark.skipif(not SEEDS, reason="there are no pages in ../shared/seeds to compare with")
def test_its_sentences_are_our_own() -> None:
    """No run of seven words of the sources, or of what is noted on them, stands in the pages that
    the reader was tried on; and it has the concepts that these have."""

    def runs(text: str) -> set[tuple[str, ...]]:
        lines = (re.findall(r"\w+", line) for line in text.casefold().splitlines())
        return {tuple(line[at : at + 7]) for line in lines for at in range(len(line) - 6)}

    ours = runs(CONTENT.read_text("utf-8"))
    for path in (ROOT / "sources").rglob("*.*"):
        ours |= runs(path.read_text("utf-8"))
    for seed in SEEDS:
        text = seed.read_text("utf-8")
        assert ours & runs(text) == set()
        notes, _ = page.read(Source(str(seed), text))
        assert [note.value("Concept") for note in notes] == [*concepts()]
