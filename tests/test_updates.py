"""The table in docs/updates.md, on the real engine: what updates do to learners.

`make updates` writes the table anew. `make test` holds it on the newest engine, `make test-engines`
on older ones, too.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from updates import engines, table
from updates.edits import EDITS, Edit, same
from updates.judging import TOUCHING, Row, judge
from updates.releases import plan

NOW = int(time.time())  # the engine asks the clock: what learners do has the time of this run
LINES, OTHERS = table.lines_of(table.written())


def lived(edit: Edit, folder: Path) -> Row:
    made = plan(edit, folder / "releases", NOW)
    return judge(made, engines.here(made, folder / "learners"))


def assert_kept(row: Row) -> None:
    """What is promised for every edit and on every engine."""
    assert (row.lost, row.misplaced, row.duplicates, row.elsewhere) == (0, 0, 0, 0)
    assert row.newer_lost == ()
    assert row.found == ()


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.id)
def test_an_edit_does_to_learners_what_the_table_says(edit: Edit, tmp_path: Path) -> None:
    row = lived(edit, tmp_path)
    assert_kept(row)
    if edit.name != table.SCHEMA:
        assert (row.missing, row.conflicts) == (0, 0)
        assert row.note_types[0] == row.note_types[1]
        sent, third = row.changes_subject
        # The honest price, and no more: who changed the note that changes.
        assert row.older_lost == (TOUCHING if sent and "older" in edit.times else ())
        assert row.newer_missing == (TOUCHING if sent else ())
        last = max(third for _, third in edit.times.values())
        assert row.later_lost == (TOUCHING if (third or sent) and last > 0 else ())
    assert table.line(row) == LINES.get(edit.name)


def test_the_table_has_a_row_for_each_edit_and_no_other() -> None:
    assert list(LINES) == [edit.name for edit in EDITS]
    generated = table.text(list(LINES.values()), OTHERS, engines.newest())
    assert generated == table.written(), "make updates"


def test_a_release_sent_once_more_reaches_those_who_changed_the_note_after_it(
    tmp_path: Path,
) -> None:
    """Nothing is changed in the third release: `resend` stamps what the second one changed."""
    body = next(edit for edit in EDITS if edit.name == "Body edited")
    row = lived(replace(body, third=same, resend="1"), tmp_path)
    assert row.newer_missing == TOUCHING
    assert row.missing == 0
    assert row.later_lost == TOUCHING
    assert_kept(row)


@pytest.mark.skipif(not engines.folder(), reason="older engines are tested by make test-engines")
@pytest.mark.parametrize("engine", engines.OLDER)
def test_an_older_engine_does_the_same_but_for_what_the_page_says(
    engine: str, tmp_path: Path
) -> None:
    place = engines.folder()
    assert place is not None
    plans = [plan(edit, tmp_path / edit.id, NOW) for edit in EDITS]
    found = engines.there(place / engine, plans, tmp_path / "engine")
    lines: list[str] = []
    for each, facts in zip(plans, found, strict=True):
        row = judge(each, facts)
        if (engine, row.edit) != ("23.10.1", table.RENAMED):  # it makes cards of its own
            assert_kept(row)
        lines += table.differences(engine, row, table.cells(LINES[row.edit]))
    assert lines == of(engine, OTHERS)
    assert not [line for line in lines if line.endswith("| ? |")]


def of(engine: str, lines: Sequence[str]) -> list[str]:
    return [line for line in lines if table.cells(line)[0] == engine]
