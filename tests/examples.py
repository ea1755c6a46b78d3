"""What learners get of each project in `examples/`, as the real engine has it.

`python tests/examples.py` writes it into `tests/data/examples/`: read what changed there.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from deckwright.engine import Learner
from helpers import deckwright

ROOT = Path(__file__).parents[1] / "examples"
GOLDEN = Path(__file__).parent / "data/examples"
PROJECTS = tuple(sorted(folder.parent.name for folder in ROOT.glob("*/deck.yaml")))


def copied(name: str, folder: Path) -> Path:
    """An example as somebody has it who cloned the repository."""
    ignored = shutil.ignore_patterns("dist", "*.lock")
    return Path(shutil.copytree(ROOT / name, folder / name, ignore=ignored))


def built(project: Path) -> list[Path]:
    """The packages of a project, which has no mistakes."""
    result = deckwright(project, "build", now=int(time.time()))
    assert result.exit_code == 0, result.stderr
    return sorted(project.glob("dist/*.apkg"))


def learnt(package: Path, folder: Path) -> dict[str, Any]:
    """What a learner has who imports a package: notes by GUID, and what Check Media says."""
    with Learner(folder) as learner:
        stock = learner.note_types()
        told = learner.imports(package)
        assert (told.conflicting, told.refused) == ((), ())
        types = {id: each for id, each in learner.note_types().items() if id not in stock}
        cards = learner.cards()
        notes = {
            guid: {
                "note type": types[note.note_type].name,
                "tags": list(note.tags),
                "fields": dict(zip(types[note.note_type].fields, note.fields, strict=True)),
                "cards": {
                    types[note.note_type].templates[at].name
                    if not types[note.note_type].cloze
                    else f"cloze {at + 1}": card.deck
                    for (owner, at), card in cards.items()
                    if owner == guid
                },
            }
            for guid, note in learner.notes().items()
        }
        missing, unused = learner.checks_media()
        assert not learner.empty_cards()
        assert not learner.checks()
        media = sorted(file.name for file in learner.media.glob("*"))
    return {"notes": notes, "media": media, "missing": list(missing), "unused": list(unused)}


def golden(package: str) -> dict[str, Any]:
    """What is written down of a package."""
    found: dict[str, Any] = json.loads((GOLDEN / f"{package}.json").read_text(encoding="utf-8"))
    return found


def main() -> None:
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for name in PROJECTS:
        with tempfile.TemporaryDirectory() as place:
            project = copied(name, Path(place))
            for package in built(project):
                found = learnt(package, Path(place) / package.stem)
                text = json.dumps(found, indent=1, ensure_ascii=False)
                (GOLDEN / f"{package.stem}.json").write_text(f"{text}\n", encoding="utf-8")
                print(f"{name}: {package.name}, {len(found['notes'])} notes")


if __name__ == "__main__":
    main()
