"""Whatever bytes come: notes or a clear error, never a traceback, never a hang.

Here all inputs run at a small size; `python tests/hostile.py SECONDS SEED` runs them at 2 MB.
"""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hostile

SIZE = 10_000
SLOWEST = 2.0  # seconds of the processor, of what takes 0.1 s at most

SUBJECTS = hostile.subjects()


@pytest.mark.parametrize("title", hostile.INPUTS)
def test_hostile_inputs(title: str) -> None:
    data = hostile.INPUTS[title](SIZE)
    outcomes = {name: run(data) for name, run in SUBJECTS.items()}
    assert {name: each.wrong for name, each in outcomes.items() if each.wrong} == {}
    slow = {name: each.seconds for name, each in outcomes.items() if each.seconds > SLOWEST}
    assert slow == {}


@pytest.mark.parametrize("subject", SUBJECTS)
@settings(deadline=None, database=None, max_examples=50)
@given(data=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode()))
def test_any_bytes(subject: str, data: bytes) -> None:
    assert SUBJECTS[subject](data).wrong == ()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_good_documents_with_random_changes(subject: str) -> None:
    chance = random.Random(subject)
    for document in hostile.documents() * 20:
        data = hostile.mutated(chance, document)
        assert SUBJECTS[subject](data).wrong == (), data


def test_inputs_are_as_large_as_asked() -> None:
    for title, make in hostile.INPUTS.items():
        if title != "empty":
            assert SIZE * 0.5 <= len(make(SIZE)) <= SIZE * 1.2, title


def test_good_documents_are_good() -> None:
    for reader in hostile.READERS:
        for document in hostile.GOOD[reader.suffixes[0]]:
            outcome = hostile.read(reader, document.encode())
            assert outcome.notes, document
