"""Renames in sources of short notes: headings above them, the files that they stand in, and the
questions themselves."""

from __future__ import annotations

from pathlib import Path

from deckwright.engine import Learner
from helpers import NOW, deckwright, done, locked, write

BREAD = """\
## Why does dough rise?

Yeast turns sugar into **gas**, and the dough holds it.

Q: At which temperature does a crumb set?
A: At about 70 °C.

C: A starter is fed with [flour] and [water].

### How long does it rise?

An hour.
"""

TABLE = """\
front,back
3 x 4?,12
4 x 5?,20
capital of Peru,Lima
der Hund,le chien
"""


def guids(folder: Path, name: str) -> dict[str, str]:
    live = locked(folder, f"{name}.lock").notes.items()
    return {key: note.guid for key, note in live if note.retired is None}


def test_what_stands_below_a_heading_goes_along_with_it(tmp_path: Path) -> None:
    write(tmp_path, {"bread.md": BREAD})
    done(tmp_path, "build", "bread.md", now=NOW)
    before = guids(tmp_path, "bread.md")
    write(tmp_path, {"bread.md": BREAD.replace("Why does dough", "Why does a dough")})
    result = deckwright(tmp_path, "build", "bread.md", now=NOW + 1)
    after = guids(tmp_path, "bread.md")
    assert sorted(after.values()) == sorted(before.values())
    assert after.keys().isdisjoint(before)
    assert "no longer in the sources" not in result.stderr
    assert "renamed: bread/why-does-dough-rise → bread/why-does-a-dough-rise, reviews kept, " in (
        result.stderr
    )


def test_a_file_may_be_renamed_whatever_it_holds(tmp_path: Path) -> None:
    deck = "id: bread\nname: Bread\nsources: ['*.md']\n"
    write(tmp_path, {"deck.yaml": deck, "bread.md": BREAD})
    done(tmp_path, "build", now=NOW)
    before = guids(tmp_path, "deck")
    (tmp_path / "bread.md").rename(tmp_path / "loaf.md")
    done(tmp_path, "build", now=NOW + 1)
    assert sorted(guids(tmp_path, "deck").values()) == sorted(before.values())
    assert locked(tmp_path).notes.keys() == guids(tmp_path, "deck").keys()


def test_re_worded_questions_of_short_answers_are_asked_about(tmp_path: Path) -> None:
    write(tmp_path, {"cards.csv": TABLE})
    done(tmp_path, "build", "cards.csv", now=NOW)
    before = guids(tmp_path, "cards.csv")
    for old, new in (
        ("3 x 4?", "What is 3 x 4?"),
        ("4 x 5?", "What is 4 x 5?"),
        ("capital of Peru", "Peru: its capital"),
        ("der Hund", "ein Hund"),
    ):
        text = (tmp_path / "cards.csv").read_text("utf-8").replace(old, new)
        write(tmp_path, {"cards.csv": text})
    result = deckwright(tmp_path, "build", "cards.csv", now=NOW + 1)
    assert "renamed: cards/der-hund → cards/ein-hund, reviews kept" in result.stderr
    for key, was in (
        ("cards/what-is-3-x-4", "cards/3-x-4"),
        ("cards/what-is-4-x-5", "cards/4-x-5"),
        ("cards/peru-its-capital", "cards/capital-of-peru"),
    ):
        assert f"{key} may be {was}, renamed" in result.stderr
        done(tmp_path, "rename", was, key, "--project", "cards.csv", now=NOW + 2)
    done(tmp_path, "build", "cards.csv", now=NOW + 3)
    done(tmp_path, "release", "cards.csv", now=NOW + 4)
    assert sorted(guids(tmp_path, "cards.csv").values()) == sorted(before.values())


def test_another_question_that_only_has_the_same_answer_is_new(tmp_path: Path) -> None:
    write(tmp_path, {"cards.csv": "front,back\nIs water wet?,yes\nIs ice cold?,very\n"})
    done(tmp_path, "build", "cards.csv", now=NOW)
    text = "front,back\nDo bees hum?,yes\nIs ice cold?,very\n"
    write(tmp_path, {"cards.csv": text})
    result = deckwright(tmp_path, "build", "cards.csv", now=NOW + 1)
    assert "may be" not in result.stderr


def test_reviews_stay_through_a_re_worded_heading(tmp_path: Path) -> None:
    write(tmp_path, {"bread.md": BREAD})
    done(tmp_path, "build", "bread.md", now=NOW)
    with Learner(tmp_path / "learner") as learner:
        learner.imports(tmp_path / "bread.apkg")
        learner.reviews_all()
        reviews = learner.reviews()
        write(tmp_path, {"bread.md": BREAD.replace("Why does dough", "Why does a dough")})
        done(tmp_path, "build", "bread.md", now=NOW + 1)
        told = learner.imports(tmp_path / "bread.apkg")
        assert (told.new, told.conflicting) == ((), ())
        assert learner.reviews() == reviews
