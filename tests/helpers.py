"""What the end-to-end tests share: a small project, the way of its package to a learner, and
machines that fail."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from deckwright import build as library
from deckwright import lock
from deckwright.cli import main
from deckwright.source import Source

if TYPE_CHECKING:
    from anki.collection import Collection
    from anki.import_export_pb2 import ImportResponse

DAY = 86_400
NOW = 1_750_000_000  # a time of a build, for what does not need the engine's clock
SOURCES = Path(library.__file__).parents[1]
LOCK = "deck.lock"

DECK = """\
id: bees
name: Bees
description: Keeping bees, from the castes to the winter cluster.
sources:
  - path: sources/*.txt
    credit: Notes of an apiary
    tags: [apiary]
tags:
  - tag: health
    title: varroa
derive:
  reverse: all
"""

CARDS: Mapping[str, str] = {
    "The castes of a honey bee colony": """\
A honey bee colony is a single household of three castes. None of them lives long alone.

**The three castes**:
1. **Queen**: The only fertile female, who lays up to 2,000 eggs on a day in June and binds the \
colony by her scent
2. **Worker**: A sterile female that builds, nurses, guards and forages during a summer life of \
about six weeks
3. **Drone**: A male without a sting whose one task is to mate with a young queen from elsewhere

A colony in June has some 50,000 workers, a few hundred drones and one queen.""",
    "Varroa mites": """\
Varroa destructor is a mite that feeds on the fat body of bees and breeds in their closed brood.

**Methods of treatment**:
1. **Oxalic acid**: An organic acid trickled or vaporised in winter, when there is no brood that \
could shelter the mites
2. **Formic acid**: An organic acid that evaporates in the hive and also reaches the mites under \
the lids of cells

A fall of more than 10 mites a day in August calls for treatment at once.""",
    "Swarming": """\
Swarming is how a colony multiplies: the old queen leaves with half of the workers, and a daughter \
inherits the hive.

**Signs of swarming**:
- Queen cells: long cells that hang from the lower edge of a comb
- A crowded brood nest: hardly any empty cell is left for the queen
- Idle bees: clusters hang before the entrance on warm evenings""",
    "Honey & its water": """\
Honey is nectar that bees have thickened and sealed under wax. Honey with < 18 % of water does not \
ferment, and a refractometer measures it from one drop.

**Grades by water**:
1. **Ripe**: At most 18 % of water, so that no yeast can grow in it and it keeps for many years
2. **Unripe**: More than 20 % of water, taken from cells that are still open, and soon sour""",
    "The dance language": """\
Karl von Frisch showed that a forager tells her sisters where food is by dancing on the comb.

**Round dance**: A dance in narrow circles which says that food is near, within some 80 metres.

**Waggle dance**: A dance in the shape of an eight whose straight run points the way to the food.

The longer the straight run takes, the farther the way: about one second for each kilometre.""",
    "The winter cluster": """\
In winter the bees hang together in a ball around their queen. They keep its core at about 20 °C \
by trembling with their flight muscles, and at 34 °C once there is brood again.

The {{set}} of `stores[0]` that a colony needs is some 15 kg of honey, or \\(3 \\times 5\\).""",
}


def page(cards: Mapping[str, str] = CARDS) -> str:
    """A page of flashcards, of their titles and texts."""
    invitation = "Learn Beekeeping with Interactive Flashcards"
    return (
        "\n\n".join([invitation, *(f"{title}\n\n{body}" for title, body in cards.items())]) + "\n"
    )


def without(title: str) -> str:
    """The page of bees without one of its cards."""
    return page({each: body for each, body in CARDS.items() if each != title})


BEES: Mapping[str, str] = {"deck.yaml": DECK, "sources/bees.txt": page()}
"""A project of six concepts, from which terms with a way back and lists are derived."""


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files, each given by its path, into a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def files_of(folder: Path) -> dict[str, bytes]:
    """The bytes of all files in a folder, by their paths."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def build(folder: Path, now: int = NOW) -> tuple[library.Build, library.Result]:
    """Build the project in a folder, which has no mistakes."""
    inputs, made, result = library.run(str(folder), now=now)
    assert result is not None, [d.message for d in made.diagnostics if d.severity == 2]
    assert made.contents is not None
    assert result.output == inputs.output
    return made, result


def deckwright(folder: Path, *arguments: str, now: int = NOW) -> Result:
    """Run the command line in a folder."""
    with contextlib.chdir(folder):
        runner = CliRunner(env={"SOURCE_DATE_EPOCH": str(now)})
        result = runner.invoke(main, arguments, prog_name="deckwright")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def done(folder: Path, *arguments: str, now: int = NOW) -> str:
    """What a command says that succeeds."""
    result = deckwright(folder, *arguments, now=now)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def locked(folder: Path, name: str = LOCK) -> lock.Lock:
    """The lock of a project, which has no mistakes."""
    known, told = lock.parse(Source(name, (folder / name).read_text("utf-8")))
    assert told == ()
    assert known is not None
    return known


def process(
    folder: Path, *arguments: str, before: Path | None = None, env: Mapping[str, str] = {}
) -> subprocess.CompletedProcess[str]:
    """Run the command line as a program of its own; `before` comes first on its path."""
    paths = os.pathsep.join(str(path) for path in (before, SOURCES) if path)
    return subprocess.run(
        [sys.executable, "-m", "deckwright", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths, "SOURCE_DATE_EPOCH": str(NOW), **env},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def import_package(col: Collection, package: Path) -> ImportResponse.Log:
    """Import a package as a learner does, with Anki's own defaults: update what is newer."""
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

    options = ImportAnkiPackageOptions(merge_notetypes=False, with_scheduling=False)
    request = ImportAnkiPackageRequest(package_path=str(package.resolve()), options=options)
    return col.import_anki_package(request).log


# Machines that fail ------------------------------------------------------------------------------


@contextlib.contextmanager
def failing(owner: Any, name: str, at: int, error: BaseException) -> Iterator[None]:
    """Let a function fail when it is called for the `at`-th time, which it must be."""
    original = getattr(owner, name, open)
    calls = iter(range(1, 1000))

    def function(*arguments: Any, **options: Any) -> Any:
        if next(calls) == at:
            raise error
        return original(*arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, function, raising=False)
        yield
    assert next(calls) > at, f"{name} was not called {at} times"


_KILL = """\
import os, signal, sys
sys.dont_write_bytecode = True
original = os.{function}
calls = iter(range(1, 1000))

def function(*arguments):
    last = next(calls) == {at}
    if last and {early}:
        os.kill(os.getpid(), signal.SIGKILL)
    original(*arguments)
    if last:
        os.kill(os.getpid(), signal.SIGKILL)

os.{function} = function
"""

needs_sigkill = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="only POSIX has SIGKILL")


def kill(folder: Path, command: str, function: str, at: int, *, early: bool, now: int) -> None:
    """Kill a command when it calls a function of `os` for the `at`-th time: before the function has
    done anything (`early`), or right after."""
    script = _KILL.format(function=function, at=at, early=early)
    custom = write(folder.parent / "custom", {"sitecustomize.py": script})
    killed = process(folder, command, before=custom, env={"SOURCE_DATE_EPOCH": str(now)})
    assert killed.returncode == -signal.SIGKILL
