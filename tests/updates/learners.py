"""People who learn a deck on a real engine, and what they have after each of its releases.

Imports nothing but the engine and the standard library, so that it runs in the environment of every
engine: `python -m updates.learners PLANS FACTS`, with files of JSON.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deckwright.engine import Learner

MARK = "… and in my own words"
TAG = "exam"
DECK = "My own"

Plan = Mapping[str, Any]
"""`first`: the package of the first release. `then`: of each timeline the packages of the second
and the third one. `bystanders`: the GUIDs of notes that do not change, by what a learner does to
them. `subject`: the GUID of the one that changes."""

Facts = dict[str, Any]
"""`before`: the note types of somebody who has no deck yet. `first`: what somebody has who reviewed
the first release and acted on the bystanders. `fresh`: of each timeline what those have who only
import the second release, and who only import the third. `learners`: of each timeline, by what they
did to the subject ("" is nothing), `acted` and after each of the two imports `has`, with what the
import `told`; and what Anki's own check `found` in the end."""

DOES = {
    "edited": lambda learner, guid: learner.edits(guid, 1, f"{_field(learner, guid)} {MARK}"),
    "tagged": lambda learner, guid: learner.tags(guid, TAG),
    "leech": lambda learner, guid: learner.leeches(guid),
    "suspended": lambda learner, guid: learner.suspends(guid),
    "moved": lambda learner, guid: learner.moves(guid, DECK),
}


def _field(learner: Learner, guid: str) -> str:
    return learner.notes()[guid].fields[1]


def study(plans: Sequence[Plan], folder: Path) -> list[Facts]:
    """Let learners live through the plans. Whoever has the same first release and the same
    bystanders starts from a copy of the same collection."""
    bases: dict[str, Path] = {}
    facts = []
    for number, plan in enumerate(plans):
        start = json.dumps([plan["first"], plan["bystanders"]])
        if start not in bases:
            bases[start] = folder / f"base-{len(bases)}"
            _reviews(plan, bases[start])
        facts.append(_lives(plan, bases[start], folder / str(number)))
    return facts


def _reviews(plan: Plan, folder: Path) -> None:
    with Learner(folder) as learner:
        note_types = _plain(learner.note_types())
        learner.imports(Path(plan["first"]))
        learner.reviews_all()
        for what, guid in plan["bystanders"].items():
            DOES[what](learner, guid)
        had = {"before": note_types, "first": _has(learner)}
    (folder / "had.json").write_text(json.dumps(had), encoding="utf-8")


def _lives(plan: Plan, base: Path, folder: Path) -> Facts:
    facts: Facts = json.loads((base / "had.json").read_text(encoding="utf-8"))
    facts |= {"fresh": {}, "learners": {}}
    for timeline, packages in plan["then"].items():
        facts["fresh"][timeline] = []
        for package in packages:
            with Learner(folder / f"fresh-{timeline}-{len(facts['fresh'][timeline])}") as learner:
                learner.imports(Path(package))
                facts["fresh"][timeline].append(_has(learner))
        facts["learners"][timeline] = {
            what: _life(plan, packages, what, base, folder / f"{timeline}-{what}")
            for what in ("", *DOES)
        }
    return facts


def _life(plan: Plan, packages: Sequence[str], what: str, base: Path, folder: Path) -> Facts:
    _copy(base, folder)
    with Learner(folder) as learner:
        if what:
            DOES[what](learner, plan["subject"])
        life: Facts = {"acted": _has(learner), "has": [], "told": []}
        for package in packages:
            life["told"].append(_plain(learner.imports(Path(package))))
            life["has"].append(_has(learner))
        life["found"] = learner.checks()
    return life


def _copy(base: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    for file in base.rglob("*"):
        if file.is_file():
            place = folder / file.relative_to(base)
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(file.read_bytes())


def _has(learner: Learner) -> Facts:
    """All that a learner has, as JSON can say it: cards and questions by `GUID/ordinal`."""
    notes = learner.notes()
    cards = {f"{guid}/{at}": _plain(card) for (guid, at), card in learner.cards().items()}
    asked = {f"{guid}/{at}": text for (guid, at), text in learner.questions(notes).items()}
    return {
        "notes": _plain(notes),
        "cards": cards,
        "questions": asked,
        "empty": sorted(f"{guid}/{at}" for guid, at in learner.empty_cards()),
        "reviews": _plain(learner.reviews()),
        "note_types": _plain(learner.note_types()),
        "media": {
            file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:16]
            for file in sorted(learner.media.glob("*"))
        },
    }


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    return value


def main() -> None:
    plans, facts = map(Path, sys.argv[1:])
    found = study(json.loads(plans.read_text(encoding="utf-8")), facts.parent / "learners")
    facts.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
