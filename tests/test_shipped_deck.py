"""The deck that comes along: what is derived of it, and that a build of it changes nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deckwright import build, identity, lock, project, reading
from deckwright.diagnostics import Severity
from deckwright.note import IdentifiedNote
from deckwright.source import Source

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "data" / "shipped-keys.txt"
SEEDS = sorted((ROOT.parent / "shared" / "seeds").glob("*.txt"))
NOW = 1_800_000_000


@pytest.fixture(scope="module")
def shipped() -> tuple[reading.Inputs, build.Build]:
    inputs = reading.read_inputs(str(ROOT / "deck.yaml"))
    return inputs, build.compile(inputs, NOW)


def test_it_builds_without_an_error_or_a_warning(
    shipped: tuple[reading.Inputs, build.Build],
) -> None:
    _, made = shipped
    assert [d for d in made.diagnostics if d.severity is not Severity.INFO] == []


def test_its_derived_keys_are_those_that_learners_have(
    shipped: tuple[reading.Inputs, build.Build],
) -> None:
    """A key that changes is a note that learners lose: where this fails, it must be meant.

    `deckwright notes` prints the keys; those of Term and List notes stand in the golden file.
    """
    _, made = shipped
    derived = sorted(f"{n.note_type}\t{n.key}" for n in made.notes if n.parent is not None)
    assert derived == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_a_build_leaves_the_committed_lock_as_it_is(
    shipped: tuple[reading.Inputs, build.Build],
) -> None:
    inputs, made = shipped
    assert made.lock is not None
    assert lock.serialise(made.lock) == inputs.texts[inputs.lock_path].text, (
        f"{build.summary(lock.between(inputs.lock, made.lock))}: run `make deck`, look at what it "
        "tells, and commit deck.lock with the sources"
    )


def test_its_html_is_that_which_learners_have(shipped: tuple[reading.Inputs, build.Build]) -> None:
    """The lock holds a digest of each note as it is packaged: whoever changes the renderer sees
    here for whom."""
    _, made = shipped
    anew = [d.key for d in made.diagnostics if d.rule is identity.RENDERED_ANEW]
    assert not anew, (
        f"{len(anew)} notes are rendered differently, such as {anew[0]}. If that is not meant, "
        "mend it. If it is, `deckwright build --ship-rendering` sends it to everyone, in place of "
        "their own edits of these notes; commit deck.lock then"
    )


def test_the_keys_that_it_shows_in_comments_are_keys() -> None:
    """Whoever takes away the `#` gets what the comment says."""
    text = (ROOT / "deck.yaml").read_text("utf-8")
    examples = re.findall(r"^#\n((?:# .*\n)+)", text, re.M)
    assert len(examples) == 4
    own = re.sub(r"^#.*\n", "", text, flags=re.M)
    plain, _ = project.load(Source("deck.yaml", own))
    for example in examples:
        shown = own + re.sub(r"^# ", "", example, flags=re.M)
        found, told = project.load(Source("deck.yaml", shown))
        assert told == ()
        assert found is not None
        # What is shown of deriving are the defaults, and says so.
        assert (found == plain) == example.startswith("# derive:"), example


def test_every_answer_is_short_and_every_question_makes_sense_alone(
    shipped: tuple[reading.Inputs, build.Build],
) -> None:
    _, made = shipped
    assert made.contents is not None

    def words(note: IdentifiedNote, field: int) -> int:
        return len(re.sub(r"<[^>]+>", " ", note.rendered.html[field]).split())

    for note in made.contents.notes:
        limit = {"Concept": 60, "Term": 60, "List": 120}[note.rendered.note.note_type]
        assert words(note, 1) <= limit, note.rendered.note.key
        assert words(note, 0) <= 30, note.rendered.note.key


@pytest.mark.skipif(not SEEDS, reason="there are no pages in ../shared/seeds to compare with")
def test_its_sentences_are_our_own() -> None:
    """No run of seven words of the sources stands in the pages that the reader was tried on."""

    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", text.casefold())
        return {tuple(words[at : at + 7]) for at in range(len(words) - 6)}

    ours: set[tuple[str, ...]] = set()
    for path in (ROOT / "sources").rglob("*.txt"):
        ours |= runs(path.read_text(encoding="utf-8"))
    assert ours
    for seed in SEEDS:
        assert not ours & runs(seed.read_text(encoding="utf-8"))
