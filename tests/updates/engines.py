"""Where learners live: on the engine of this environment, or on older ones in their own."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import deckwright
from updates import learners
from updates.releases import Plan

TESTS = Path(__file__).parents[1]
SOURCES = Path(deckwright.__file__).parents[1]

OLDER: tuple[str, ...] = ("25.9.5", "24.11", "23.10.1", "2.1.66")
"""The older engines, each of which has a file of requirements in `tests/engines`."""


def newest() -> str:
    return version("anki")


def folder() -> Path | None:
    """The folder that has an environment for each older engine, if somebody names it."""
    named = os.environ.get("ENGINES")
    return Path(named).resolve() if named else None


def told(plan: Plan) -> dict[str, Any]:
    """A plan as learners are told it."""
    return {
        "first": str(plan.first.path),
        "then": {
            timeline: [str(each.path) for each in packages]
            for timeline, packages in plan.then.items()
        },
        "bystanders": plan.bystanders,
        "subject": plan.first.guids[plan.edit.subject],
    }


def here(plan: Plan, folder: Path) -> Mapping[str, Any]:
    """Learners on the engine of this environment."""
    (facts,) = learners.study([told(plan)], folder)
    return json.loads(json.dumps(facts))  # type: ignore[no-any-return]


def there(environment: Path, plans: Sequence[Plan], folder: Path) -> list[Mapping[str, Any]]:
    """Learners on the engine of another environment, in a process of its own."""
    (folder / "temporary").mkdir(parents=True)
    given, found = folder / "plans.json", folder / "facts.json"
    given.write_text(json.dumps([told(plan) for plan in plans]), encoding="utf-8")
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    subprocess.run(
        [python, "-m", learners.__name__, given, found],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, (SOURCES, TESTS))),
            "TMPDIR": str(folder / "temporary"),
        },
        check=True,
    )
    return json.loads(found.read_text(encoding="utf-8"))  # type: ignore[no-any-return]
