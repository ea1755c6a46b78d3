"""Mending: the edits of findings in the bytes of files, and nothing beside them."""

from __future__ import annotations

import contextlib
import difflib
import os
import random
import re
import shutil
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deckwright import build, fixing
from deckwright.compare.plaintext import plain_text
from deckwright.diagnostics import Diagnostic, Edit, Rule, Severity
from deckwright.readers import html
from deckwright.reading import read_inputs, variants
from deckwright.source import Source, Undecodable, decode
from helpers import NOW, write

EXAMPLES = Path(__file__).parents[1] / "examples"
RULE = Rule("X001", "any", Severity.WARNING, "A rule of these tests.")


def read(path: Path) -> Source:
    found = html.decode(path.name, path.read_bytes())
    if path.suffix != ".html":
        found = decode(path.name, path.read_bytes())
    assert not isinstance(found, Undecodable)
    return Source(str(path), found.text)


def finding(source: Source, *edits: tuple[int, int, str]) -> Diagnostic:
    """A finding that is mended by edits."""
    made = tuple(Edit(source.span(start, end), text) for start, end, text in edits)
    return Diagnostic(RULE, "something is wrong", made[0].span, "mend it", edits=made)


def change(source: Source, old: str, new: str) -> Diagnostic:
    """A finding that is mended by putting one text for another."""
    start = source.text.index(old)
    return finding(source, (start, start + len(old), new))


def mended(source: Source, *findings: Diagnostic) -> fixing.Mended:
    (found,) = fixing.mend({source.path: source}, findings)
    return found


def saved(folder: Path, data: bytes, name: str = "bees.md") -> Source:
    return read(write(folder, {name: data}) / name)


def test_an_edit_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    source = saved(tmp_path, b"Bees  fly.\nQueens lay .\n")
    found = mended(source, change(source, "  ", " "), change(source, " .", "."))
    assert (found.after, found.count) == (b"Bees fly.\nQueens lay.\n", 2)
    assert Path(source.path).read_bytes() == found.before
    fixing.write([found])
    assert Path(source.path).read_bytes() == found.after


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks_stay(tmp_path: Path, end: str, mark: str) -> None:
    source = saved(tmp_path, f"{mark}Bees{end}fly  far{end}away".encode())
    assert source.text == "Bees\nfly  far\naway"
    after = mended(source, change(source, "  ", " ")).after
    assert after == f"{mark}Bees{end}fly far{end}away".encode()


def test_mixed_line_ends_stay_as_they_are(tmp_path: Path) -> None:
    source = saved(tmp_path, b"a  b\r\nc  d\re  f\ng  h")
    edits = [finding(source, (at, at + 2, " ")) for at in (1, 6, 11, 16)]
    assert mended(source, *edits).after == b"a b\r\nc d\re f\ng h"


def test_a_new_line_has_the_line_end_of_its_place(tmp_path: Path) -> None:
    source = saved(tmp_path, b"Bees; queens\r\nDrones\r\n")
    assert mended(source, change(source, "; ", "\n")).after == b"Bees\r\nqueens\r\nDrones\r\n"


def test_a_line_and_its_end_can_go(tmp_path: Path) -> None:
    source = saved(tmp_path, b"one\r\ntwo\r\nthree\r\n")
    assert mended(source, change(source, "two\n", "")).after == b"one\r\nthree\r\n"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "koi8-r", "cp932", "utf-8-sig"])
def test_a_page_keeps_its_encoding(tmp_path: Path, encoding: str) -> None:
    words = {"koi8-r": "пчела", "cp932": "蜂蜜"}.get(encoding, "Königin")
    text = f'<meta charset="{encoding}">\r\n<p>{words}  {words}</p>\r\n'
    source = saved(tmp_path, text.encode(encoding), "bees.html")
    assert words in source.text
    found = mended(source, change(source, "  ", " "))
    assert found.after == text.replace("  ", " ").encode(encoding)


def test_what_an_encoding_does_not_have_is_left_out(tmp_path: Path) -> None:
    page = '<meta charset="cp1252"><p>K\xf6nigin  und  Drohne</p>'
    source = saved(tmp_path, page.encode("cp1252"), "bees.html")
    first, second = change(source, "  ", "蜂"), finding(source, (38, 40, " "))
    found = mended(source, first, second)
    assert (found.after.decode("cp1252"), found.count) == (page.replace("und  ", "und "), 1)


def test_a_line_that_is_not_in_nfc_is_mended_where_the_place_is_sure(tmp_path: Path) -> None:
    text = unicodedata.normalize("NFD", "Königinnen  können  schwärmen\n")
    source = saved(tmp_path, text.encode())
    first = source.text.index("  ")
    both = [finding(source, (at, at + 2, " ")) for at in (first, source.text.rindex("  "))]
    assert mended(source, *both).after == text.replace("  ", " ").encode()


def test_nothing_is_put_between_a_letter_and_its_mark(tmp_path: Path) -> None:
    # Read, ở is one letter; in the file it is three characters in another order.
    source = saved(tmp_path, "ong o\u0309\u031b tổ".encode())
    at = source.text.index("\u1edf")
    assert mended(source, finding(source, (at, at + 1, "x"))).after == "ong x tổ".encode()
    # What would join with its neighbour when it is read again is not written.
    joining = finding(source, (1, 1, "\u0308"))
    assert fixing.mend({source.path: source}, [joining]) == ()


def test_of_edits_that_overlap_the_first_are_made(tmp_path: Path) -> None:
    source = saved(tmp_path, b"one two three")
    first, second = finding(source, (0, 7, "1 2")), finding(source, (4, 13, "2 3"))
    assert mended(source, first, second).after == b"1 2 three"
    assert mended(source, second, first).after == b"one 2 3"


def test_the_edits_of_a_finding_are_made_together_or_not_at_all(tmp_path: Path) -> None:
    source = saved(tmp_path, b"one two three")
    pair = finding(source, (0, 3, "1"), (8, 13, "3"))
    found = mended(source, finding(source, (8, 9, "T")), pair)
    assert (found.after, found.count) == (b"one two Three", 1)


def test_an_edit_of_two_findings_is_made_once(tmp_path: Path) -> None:
    source = saved(tmp_path, b"one  two three ,")
    same = (3, 5, " ")
    found = mended(source, finding(source, same), finding(source, same, (14, 15, "")))
    assert (found.after, found.count) == (b"one two three,", 2)


def test_two_texts_for_one_place_are_not_both_written(tmp_path: Path) -> None:
    source = saved(tmp_path, b"bees")
    found = mended(source, finding(source, (4, 4, "!")), finding(source, (4, 4, "?")))
    assert (found.after, found.count) == (b"bees!", 1)


def test_a_file_that_was_changed_is_left_alone(tmp_path: Path) -> None:
    source = saved(tmp_path, b"one  two")
    Path(source.path).write_bytes(b"one  two, and more")
    found = mended(source, change(source, "  ", " "))
    assert (found.after, found.count) == (found.before, 0)
    assert found.why == "it was changed since it was read"
    assert fixing.diff([found]) == ""
    Path(source.path).unlink()
    assert mended(source, change(source, "  ", " ")).why


def test_a_file_that_is_changed_before_it_is_written_stops_all(tmp_path: Path) -> None:
    one, two = saved(tmp_path, b"a  b", "one.md"), saved(tmp_path, b"c  d", "two.md")
    findings = [change(one, "  ", " "), change(two, "  ", " ")]
    found = fixing.mend({one.path: one, two.path: two}, findings)
    Path(two.path).write_bytes(b"c  d, as I just wrote")
    with pytest.raises(OSError, match=r"two\.md was changed meanwhile"):
        fixing.write(found)
    assert Path(one.path).read_bytes() == b"a  b"


def test_only_files_that_were_read_are_touched(tmp_path: Path) -> None:
    source = saved(tmp_path, b"a  b", "one.md")
    other = saved(tmp_path, b"c  d", "two.md")
    both = Diagnostic(
        RULE, "x", None, "y", edits=(Edit(source.span(1, 3), " "), Edit(other.span(1, 3), " "))
    )
    outside = finding(source, (2, 99, ""))
    findings = [change(other, "  ", " "), both, outside]
    assert fixing.mend({source.path: source}, findings) == ()


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has rights and plain links")
def test_rights_stay_and_links_stay_links(tmp_path: Path) -> None:
    real = saved(tmp_path, b"a  b", "real.md")
    os.chmod(real.path, 0o640)
    link = tmp_path / "link.md"
    link.symlink_to("real.md")
    source = Source(str(link), real.text)
    fixing.write([mended(source, change(source, "  ", " "))])
    assert link.is_symlink()
    assert Path(real.path).read_bytes() == b"a b"
    assert stat.S_IMODE(os.stat(real.path).st_mode) == 0o640
    assert sorted(os.listdir(tmp_path)) == ["link.md", "real.md"]


def test_a_difference_shows_what_changes(tmp_path: Path) -> None:
    lines = [*(f"line {number}" for number in range(9)), "bees  fly", "far"]
    source = saved(tmp_path, "\r\n".join(lines).encode() + b"\nend")
    shown = fixing.diff([mended(source, change(source, "  ", " "))])
    assert shown == (
        f"--- {source.path}\n+++ {source.path}\n@@ -7,6 +7,6 @@\n line 6\n line 7\n line 8\n"
        "-bees  fly\n+bees fly\n far␊\n end\n\\ No newline at end of file\n"
    )


def test_a_difference_is_told_as_difflib_tells_it(tmp_path: Path) -> None:
    chance = random.Random(4)
    lines = [f"{number} {chance.choice(('bees', 'bees  fly', 'hive'))}\n" for number in range(90)]
    source = saved(tmp_path, "".join(lines).encode())
    starts = [found.start() for found in re.finditer("  ", source.text)]
    few = sorted(chance.sample(starts, 9))
    each = mended(source, *(finding(source, (at, at + 2, " ")) for at in few))
    before, after = (data.decode().splitlines(keepends=True) for data in (each.before, each.after))
    shown = fixing.diff([each]).splitlines()
    wanted = "".join(difflib.unified_diff(before, after, source.path, source.path)).splitlines()
    assert shown == wanted


LETTERS = st.sampled_from(
    [
        *"ab .,",
        "é",
        "e\u0301",
        "o\u0309\u031b",
        "\ufeff",
        "\n",
        "\r",
        "\r\n",
        "각",
        "\u1100\u1161",
        "蜂",
        "\u0301",
        "😀",
    ]
)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_reading_what_was_mended_gives_the_text_with_its_edits(data: st.DataObject) -> None:
    """Of any text and any edits: also the count is right, and what no edit names stays."""
    raw = "".join(data.draw(st.lists(LETTERS, max_size=30)))
    with _folder() as folder:
        source = saved(folder, raw.encode())
        size = len(source.text)
        edits = []
        for _ in range(data.draw(st.integers(1, 4))):
            start = data.draw(st.integers(0, size))
            end = data.draw(st.integers(start, min(size, start + 3)))
            edits.append((start, end, "".join(data.draw(st.lists(LETTERS, max_size=2)))))
        found = fixing.mend({source.path: source}, [finding(source, each) for each in edits])
        if not found:
            return
        (each,) = found
        assert not each.why
        Path(source.path).write_bytes(each.after)
        text = read(Path(source.path)).text
        made = _subsets(source.text, edits, each.count)
        assert text in made


def _subsets(text: str, edits: list[tuple[int, int, str]], count: int) -> set[str]:
    """What some of the edits, `count` of them, make of a text."""
    results = set()
    for chosen in range(1 << len(edits)):
        some = [each for number, each in enumerate(edits) if chosen >> number & 1]
        if len(some) == count:
            result = text
            for start, end, new in sorted(set(some), reverse=True):
                result = result[:start] + new + result[end:]
            results.add(result)
    return results


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


# What notes mean -------------------------------------------------------------------------------


def rendered(folder: Path) -> tuple[dict[str, list[str]], list[Diagnostic], dict[str, Source]]:
    """What learners read of a project, by the keys of its notes, and what E018 finds in it."""
    with contextlib.chdir(folder):
        variant = (variants("deck.yaml") or ("",))[0]
        inputs = read_inputs("deck.yaml", variant=variant, new_lock=True)
        made = build.compile(inputs, NOW, scope=build.Scope(select=("E018",)))
    assert made.contents is not None, [each.message for each in made.diagnostics]
    notes = {
        each.rendered.note.key: [" ".join(plain_text(html).split()) for html in each.rendered.html]
        for each in made.contents.notes
    }
    found = [each for each in made.diagnostics if each.code == "E018"]
    return notes, found, dict(inputs.texts)


def spaced(text: str, chance: random.Random) -> str:
    """A text in which some blanks between words are two."""
    return re.sub(
        r"(?<=[a-z,]) (?=[a-z])",
        lambda found: " " * chance.choice((1, 1, 1, 2)),
        text,
    )


@pytest.mark.parametrize("name", sorted(each.name for each in EXAMPLES.iterdir()))
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_mending_blanks_changes_nothing_that_a_learner_reads(
    name: str, end: str, tmp_path: Path
) -> None:
    """In all examples, with blanks put in at random: what is shown is the same before and after,
    and so are line ends; and what is mended is found no more."""
    folder = Path(shutil.copytree(EXAMPLES / name, tmp_path / name))
    chance = random.Random(name)
    for path in sorted(folder.rglob("*.*")):
        if path.suffix in (".md", ".txt", ".csv", ".tsv", ".html") or path.name == "stars.yaml":
            text = spaced(path.read_text("utf-8"), chance)
            path.write_bytes(text.replace("\n", end).encode())
    before, found, texts = rendered(folder)
    with contextlib.chdir(folder):
        mended = fixing.mend(texts, found)
        assert sum(each.count for each in mended) == sum(bool(each.edits) for each in found)
        fixing.write(mended)
    for each in mended:
        assert each.after.split() == each.before.split()
        assert each.after.count(b"\r\n") == each.before.count(b"\r\n")
        assert each.after.count(b"\n") == each.before.count(b"\n")
    after, left, _ = rendered(folder)
    assert after == before
    assert [each.message for each in left if each.edits] == []
    assert found or name == "geography"
