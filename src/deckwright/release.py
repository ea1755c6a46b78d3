"""A release: what learners get.

Everything that changed since the last one gets one time, so that nobody who imported that one late
misses a fix; the package is named with the version, and release notes say what changed.
"""

from __future__ import annotations

import io
import itertools
import os
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from deckwright import apkg, compare, files, identity, lock, package, reading
from deckwright import build as builds
from deckwright.build import Build, Stage, silent
from deckwright.diagnostics import Diagnostic, Rule, Severity, has_errors
from deckwright.lock import Changes, Lock
from deckwright.note import Key
from deckwright.origins import Policy
from deckwright.reading import Inputs
from deckwright.source import Source

BAD_VERSION = Rule(
    "V001",
    "bad-version",
    Severity.ERROR,
    "The version names the package's file, so it must be a name on every system.",
    'Use digits, letters and ".", such as 1.2.',
)
VERSION_TAKEN = Rule(
    "V002",
    "version-taken",
    Severity.ERROR,
    "Two packages of one version cannot be told apart by anyone.",
    "Name another version: `deckwright release --as VERSION`.",
)
NOTHING_CHANGED = Rule(
    "V003",
    "nothing-changed",
    Severity.ERROR,
    "A release without a change only costs trust.",
    "Nothing. To write the package of the last release again: `deckwright release`.",
)
LOCK_OLDER = Rule(
    "V004",
    "lock-older",
    Severity.ERROR,
    "A release that the lock does not know was made from elsewhere: without its memory learners "
    "would get times that are not newer, and notes twice.",
    "Take the newest lock back from your version control; or put that package elsewhere, and "
    "rebuild the lock of it: `deckwright lock restore PACKAGE`.",
)
NO_SINCE = Rule(
    "V005",
    "no-such-time",
    Severity.ERROR,
    "What is stamped once more must be told exactly.",
    "Name a release, or a day such as 2026-11-23.",
)
RULES = (BAD_VERSION, VERSION_TAKEN, NOTHING_CHANGED, LOCK_OLDER, NO_SINCE)


@dataclass(frozen=True, slots=True)
class Released:
    """What was released: the package and the release notes (paths), what changed, and which notes
    were stamped once more. `again`: nothing had changed, so the last release was only written
    again."""

    version: str
    output: str
    notes_path: str
    size: int
    written: package.Written
    changes: Changes
    resent: tuple[Key, ...] = ()
    again: bool = False


def run(
    path: str,
    *,
    now: int,
    version: str = "",
    resend: str = "",
    output: str | None = None,
    stage: Stage = silent,
    policy: Policy = Policy(),
    variant: str = "",
) -> tuple[Inputs, Build, Released | None]:
    """Release a project, one variant of it, or a bare file. `version` counts up from the last one
    where it is not given, `resend` is a date (`2026-11-23`, UTC) or a version. The result is None
    where an error stopped it, and then nothing was written. Raises OSError where the machine
    fails."""
    stage("read")
    inputs = reading.read_inputs(path, output, variant=variant)
    time = identity.release_time(inputs.lock, now)
    scope = builds.Scope(slow=True)
    build = builds.compile(inputs, time, stage, policy, locked=True, release=True, scope=scope)
    if build.contents is None or build.lock is None:
        return inputs, build, None
    known = build.lock
    changes = lock.since_release(known)
    last = known.releases[-1][0] if known.releases else ""
    # A package that was handed out is never another one later.
    same = known.shipped in ("", package.digest_of(build.contents)) and not (changes or resend)
    again = same and bool(last) and version in ("", last)
    told = [] if again else list(_refused(inputs, known, version, same=same))
    if known.revision > lock.REVISION and not again:
        message = f"a newer deckwright wrote {inputs.lock_path}, and a release would change it"
        told.append(Diagnostic(lock.NEWER, message, hint="upgrade deckwright"))
    since, also = _since(known, resend)
    told += also
    if has_errors(told):
        stopped = Build(build.notes, None, None, (*build.diagnostics, *told))
        return inputs, stopped, None
    stage("write")
    version = version or (last if again else _next(last))
    made = Released(version, _named(inputs.output, version, ".apkg"), "", 0, _NOTHING, changes)
    if again:
        return inputs, build, _write(inputs, build, replace(made, again=True), "")
    identified, resent = identity.released(build.identified, version, time, since)
    if resend and not (changes or resent):
        message = f"nothing changed since {resend}, so there is nothing to send once more"
        hint = "name an earlier release or day"
        stopped = Build(build.notes, None, None, (*build.diagnostics, _nothing(message, hint)))
        return inputs, stopped, None
    made = replace(made, resent=resent, notes_path=_named(inputs.output, version, ".md"))
    notes = compare.release_notes(_described(inputs, build, identified, made, time))
    released = _as_release(build, identified)
    return inputs, released, _write(inputs, released, made, notes)


_NOTHING = package.Written(0, 0, 0, (), ())


def _as_release(build: Build, identified: identity.Identified) -> Build:
    assert build.contents is not None
    contents = replace(build.contents, notes=identified.notes, note_types=identified.note_types)
    known = replace(identified.lock, shipped=package.digest_of(contents))
    contents = replace(contents, made_by=builds.made_by(known, preview=False))
    return replace(build, contents=contents, lock=known)


def _described(
    inputs: Inputs, build: Build, identified: identity.Identified, made: Released, time: int
) -> compare.Release:
    assert inputs.project is not None
    assert build.lock is not None
    before = () if build.lock.released is None else build.lock.decks
    now = identified.lock.decks
    return compare.Release(
        version=made.version,
        time=time,
        deck=inputs.project.name,
        changes=made.changes,
        lock=identified.lock,
        titles={
            each.rendered.note.key: compare.plain_text(each.rendered.html[0])
            for each in identified.notes
        },
        note_types=build.titles,
        resent=made.resent,
        deck_was=_root(before) if not set(before) & set(now) else "",
        decks_left=tuple(name for name in before if name not in now),
        schemas=tuple(
            name
            for name, each in sorted(identified.lock.note_types.items())
            if build.lock.note_types[name].accepted
        ),
    )


def _root(decks: Sequence[str]) -> str:
    """The deck that all these lie in; "" where there is none."""
    levels = zip(*(name.split("::") for name in decks), strict=False)
    shared = itertools.takewhile(lambda names: len(set(names)) == 1, levels)
    return "::".join(names[0] for names in shared)


def _write(inputs: Inputs, build: Build, made: Released, notes: str) -> Released:
    """Write the release notes, the lock and the package: whoever is killed before the lock is
    written releases anew, and whoever is killed after it writes the package again."""
    first = [(made.notes_path, files.text(notes))] if notes else []
    result = builds.write(inputs, build, with_lock=not made.again, output=made.output, first=first)
    return replace(made, written=result.written, size=result.size)


_VERSION = re.compile(r"[0-9A-Za-z]([0-9A-Za-z._+-]*[0-9A-Za-z+])?")


def _nothing(message: str, hint: str) -> Diagnostic:
    return Diagnostic(NOTHING_CHANGED, message, hint=hint)


def _refused(inputs: Inputs, known: Lock, version: str, *, same: bool) -> list[Diagnostic]:
    """Why there can be no release of this version."""
    if version and not _VERSION.fullmatch(version):
        hint = 'use digits, letters and ".", such as 1.2'
        return [Diagnostic(BAD_VERSION, f"“{version}” is no version", hint=hint)]
    last = known.releases[-1][0] if known.releases else ""
    if last and same:
        message = f"nothing changed since the release {last}"
        return [_nothing(message, "to write its package again: deckwright release")]
    version = version or _next(last)
    if any(version == taken for taken, _ in known.releases):
        hint = f"name another one, such as --as {_next(last)}"
        return [Diagnostic(VERSION_TAKEN, f"the release {version} was made before", hint=hint)]
    place = _named(inputs.output, version, ".apkg")
    if os.path.exists(place):
        message = f"{place} is there, but the lock knows of no release {version}"
        hint = (
            "take the newest lock back from your version control; or put this one elsewhere, and "
            f"rebuild it of the newest package: deckwright lock restore {shlex.quote(place)}; or "
            "name another version with --as"
        )
        return [Diagnostic(LOCK_OLDER, message, hint=hint)]
    return []


def _next(version: str) -> str:
    """The version after another: its last number counted up; 1 at the beginning."""
    head, number, tail = re.fullmatch(r"(.*?)(\d*)(\D*)", version or "0").groups()  # type: ignore[union-attr]
    return f"{head}{int(number) + 1}{tail}" if number else f"{version}.1"


def _since(known: Lock, resend: str) -> tuple[int | None, list[Diagnostic]]:
    """The time (seconds) that a date or a version stands for, None where none is given."""
    if not resend:
        return None, []
    for version, time in known.releases:
        if version == resend:
            return time + 1, []
    try:
        day = datetime.strptime(resend, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        versions = ", ".join(version for version, _ in known.releases[-5:]) or "none yet"
        message = f"“{resend}” is neither a release nor a date"
        hint = f"a date is written 2026-11-23; the last releases are {versions}"
        return None, [Diagnostic(NO_SINCE, message, hint=hint)]
    return int(day.timestamp()), []


def _named(output: str, version: str, suffix: str) -> str:
    return f"{os.path.splitext(output)[0]}-{version}{suffix}"


# What a release would be ------------------------------------------------------------------------


def between(old: str, new: str) -> compare.Difference:
    """What changed between two packages (paths). Raises PackageError for what is no package, and
    OSError where one cannot be read."""
    return compare.packages(apkg.read(old), apkg.read(new))


def against(
    path: str, now: int, package_path: str = "", variant: str = ""
) -> tuple[Mapping[str, Source], tuple[Diagnostic, ...], compare.Difference | None]:
    """What a build of the sources would change: of a package, or of what the lock remembers. The
    words of before are in no lock: they are taken from the last release or the last build, where
    that is still there. None where a build would stop. Raises as `between` does."""
    inputs = reading.read_inputs(path, variant=variant)
    build = builds.compile(inputs, now, release=True)
    if build.contents is None or build.lock is None:
        return inputs.texts, build.diagnostics, None
    file = io.BytesIO()
    package.write(build.contents, file)
    new = apkg.read_bytes(file.getvalue(), "the sources")
    known = inputs.lock
    if package_path:
        return inputs.texts, (), compare.packages(apkg.read(package_path), new)
    if known is None:
        return inputs.texts, (), compare.packages(replace(new, path="nothing", notes=()), new)
    last = [_named(inputs.output, version, ".apkg") for version, _ in known.releases[-1:]]
    for place in (*last, inputs.output):
        if os.path.exists(place) and (old := _as_locked(place, known)):
            return inputs.texts, (), compare.packages(old, new)
    return inputs.texts, (), _of_locks(inputs.lock_path, known, build, new)


def _as_locked(place: str, known: Lock) -> apkg.Package | None:
    """A package, if it is what the lock remembers."""
    try:
        found = apkg.read(place)
    except apkg.PackageError:
        return None
    times = {note.guid: note.mod for note in found.notes}
    live = {n.guid: n.mod for n in known.notes.values() if n.retired is None}
    return found if times == live else None


def _of_locks(path: str, known: Lock, build: Build, new: apkg.Package) -> compare.Difference:
    """What changed since a lock, without the words of before."""
    assert build.lock is not None
    changes = lock.between(known, build.lock)
    notes = {note.guid: note for note in new.notes}

    def named(locked: Lock, keys: Iterable[Key]) -> tuple[compare.NoteName, ...]:
        names = []
        for key in keys:
            each = locked.notes[key]
            note = notes.get(each.guid)
            title = compare.plain_text(note.fields[0]) if note else ""
            deck = note.cards[0].deck if note and note.cards else ""
            kind = build.titles.get(each.note_type, each.note_type)
            names.append(compare.NoteName(each.guid, key, title or key, kind, deck))
        return tuple(names)

    olds = named(known, (old for old, _ in changes.renamed))
    news = named(build.lock, (key for _, key in changes.renamed))
    fresh = {*changes.added, *changes.returned}
    changed = named(build.lock, (key for key in changes.changed if key not in fresh))
    return compare.Difference(
        *(path, new.path, named(build.lock, (*changes.added, *changes.returned))),
        tuple(compare.NoteChange(name) for name in changed),
        tuple(compare.Renamed(*pair) for pair in zip(olds, news, strict=True)),
        named(build.lock, changes.removed),
        same=len(new.notes) - len(changed) - len(changes.added) - len(changes.returned),
        note_types=tuple(
            compare.TypeChange(build.lock.note_types[name].id, build.titles.get(name, name), ())
            for name in changes.note_types
        ),
    )
