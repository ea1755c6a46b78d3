"""Three releases in a row of the deck with one edit, made as a maintainer makes them.

Build, settle what the tool asks, release. Whoever settles knows which note is which, and answers
with the commands that the messages name.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from deckwright import apkg, lock, notetypes, release, settle
from deckwright import build as builds
from deckwright.derive import overrides
from deckwright.diagnostics import Diagnostic, Severity
from deckwright.lock import Lock
from deckwright.origins import UNSETTLED, Policy
from deckwright.source import Source
from helpers import DAY, write
from updates.edits import BYSTANDERS, FIRST, Edit, Files, Ids


@dataclass(frozen=True)
class Content:
    """What a package says of a note: its fields but its key (and without the empty ones at the
    end), with what media show in place of their names, and its tags."""

    fields: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Package:
    """A release: its package, and its notes by the keys that they had in the first release (their
    own, if they came later): GUID and content. `again`: the tool took it for the last release, and
    wrote that one's package again."""

    path: Path
    guids: Mapping[str, str]
    contents: Mapping[str, Content]
    again: bool


@dataclass(frozen=True)
class Plan:
    """All that learners import: the first release, and of each timeline the second and the third.
    `asked` is what the tool asked before the second one."""

    edit: Edit
    first: Package
    then: Mapping[str, tuple[Package, Package]]
    asked: tuple[str, ...]

    @property
    def bystanders(self) -> dict[str, str]:
        return {what: self.first.guids[key] for what, key in BYSTANDERS.items()}


class Refused(Exception):
    """A release that the tool refuses for another reason than an unsettled rename."""


def plan(edit: Edit, folder: Path, now: int) -> Plan:
    """Make all releases of an edit, in folders of their own."""
    then: dict[str, tuple[Package, Package]] = {}
    asked: list[tuple[str, ...]] = []
    for timeline, (second, third) in edit.times.items():
        project = folder / timeline
        first, _ = _release(edit, project, FIRST, now - 2 * DAY, changed=False)
        files, ids = FIRST, _ids(project)
        packages = []
        for change, days, resend in (
            (edit.second, second, ""),
            (edit.third, third, edit.resend),
        ):
            files, time = change(files, ids), now + int(days * DAY)
            made, questions = _release(edit, project, files, time, resend, changed=True)
            packages.append(made)
            asked.append(questions)
        assert not packages[1].again, "the third release is none"
        then[timeline] = packages[0], packages[1]
    assert asked[2:] in ([], asked[:2]), "the time has a say in what is asked"
    return Plan(edit, first, then, (*asked[0], *asked[1]))


def _release(
    edit: Edit, project: Path, files: Files, now: int, resend: str = "", *, changed: bool
) -> tuple[Package, tuple[str, ...]]:
    for left in (*project.glob("sources/*"), *project.glob("media/*")):
        left.unlink()
    write(project, files)
    policy = Policy(accept_schema_change=edit.accept_schema_change)
    asked: list[str] = []
    with _program_of(edit, changed):
        while True:
            _, built, result = builds.run(str(project), now=now, policy=policy)
            if result is None:
                raise Refused(_errors(built.diagnostics))
            _, built, released = release.run(str(project), now=now, resend=resend, policy=policy)
            if released is not None:
                break
            questions = [each for each in built.diagnostics if each.rule == UNSETTLED]
            if not questions:
                raise Refused(_errors(built.diagnostics))
            asked.append(_answer(edit, project, questions[0], now))
    origin = edit.origin if changed else _itself
    # A release that the tool takes for the last one has that one's package.
    kept = project / f"{len(list(project.glob('*.apkg'))) + 1}.apkg"
    shutil.copy(released.output, kept)
    return _read(kept, origin, released.again), tuple(asked)


def _itself(key: str) -> str:
    return key


def _errors(diagnostics: Sequence[Diagnostic]) -> str:
    return "; ".join(each.message for each in diagnostics if each.severity is Severity.ERROR)


def _answer(edit: Edit, project: Path, question: Diagnostic, now: int) -> str:
    """Answer truly, with one of the two commands that the message names."""
    key = question.key
    (old,) = (
        each for each in _lock(project).notes if question.message == f"{key} may be {each}, renamed"
    )
    if edit.origin(key) == old:
        command, settled = f"rename {old} {key}", settle.rename(str(project), old, key)
    else:
        command, settled = f"rename --new {key}", settle.accept_new(str(project), [key], now)
    assert f"deckwright {command}" in question.hint, question.hint
    assert settled.done, _errors(settled.diagnostics)
    return command


@contextmanager
def _program_of(edit: Edit, changed: bool) -> Iterator[None]:
    """The version of the program that makes a release: its own note types, and overrides of every
    field that they have."""
    known = notetypes.built_in()
    types = edit.types(known) if changed else known
    fields = {name: types[name].fields for name in overrides.FIELDS}
    with (
        mock.patch.object(notetypes, "built_in", return_value=types),
        mock.patch.object(overrides, "FIELDS", fields),
    ):
        yield


def _lock(project: Path) -> Lock:
    text = (project / "deck.lock").read_text(encoding="utf-8")
    found, told = lock.parse(Source("deck.lock", text))
    assert found is not None, told
    return found


def _ids(project: Path) -> Ids:
    known = _lock(project)
    return Ids(
        {key: note.guid for key, note in known.notes.items()},
        {(name, f): id for name, each in known.note_types.items() for f, id in each.fields},
    )


def _read(path: Path, origin: Callable[[str], str], again: bool) -> Package:
    """What is in a package, by the truth about its notes."""
    found = apkg.read(str(path))
    guids, contents = {}, {}
    for note in found.notes:
        names = [name for name, _ in found.note_types[note.note_type].fields]
        values = list(note.fields)
        key = origin(values.pop(names.index("Key")))
        assert key not in guids, f"{key} is there twice"
        guids[key] = note.guid
        contents[key] = content(values, note.tags, found.media)
    return Package(path.resolve(), guids, contents, again)


_SHOWN = re.compile(r'(?<=src=")[^"]+|(?<=\[sound:)[^\]]+')


def content(fields: Sequence[str], tags: Sequence[str], media: Mapping[str, str]) -> Content:
    """Of fields without the key, and the digests of media by their names."""
    fields = [_SHOWN.sub(lambda name: media.get(name[0], "nothing"), field) for field in fields]
    while fields and not fields[-1]:
        fields.pop()
    return Content(tuple(fields), tuple(sorted(tags, key=str.casefold)))
