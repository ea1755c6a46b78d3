"""`deckwright lock resolve`: two people build on two branches, git merges, and both memories go on.

Git itself merges here, in every style of its conflicts.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deckwright import apkg
from deckwright.diagnostics import Diagnostic
from deckwright.lock import (
    CONFLICT,
    DAMAGED,
    NEWER,
    Lock,
    LockedNote,
    LockedNoteType,
    parse,
    serialise,
    since_release,
)
from deckwright.lock.merging import APART, TWO_GUIDS, TWO_KEYS, Resolved, Take, resolve
from deckwright.note import Guid, Key
from deckwright.source import Source, decode
from helpers import BEES, CARDS, NOW, build, deckwright, page
from helpers import write as write_files

HOUR = 3600
TAKES: tuple[Take, ...] = ("", "ours", "theirs")
STYLES = ("merge", "diff3", "zdiff3")

BASIC = LockedNoteType(
    *(1234567890123, "normal", (("Front", 11), ("Back", 12)), (("Front", 21),)),
    *(NOW, "00000000000000aa"),
)


def note(name: str, since: int = NOW, **known: object) -> LockedNote:
    """A note as a build after the base found it first, with an identity made of its name."""
    number = sum(ord(char) * 31**place for place, char in enumerate(name)) % 10**6
    made = LockedNote(
        *(Guid(f"guid-{name}"), since * 1000 + number, since, "Basic"),
        *(f"source of {name}", f"package of {name}", f"sketch of {name}"),
        pending="" if since == NOW else "new",
    )
    return replace(made, **known)  # type: ignore[arg-type]


def edited(old: LockedNote, now: int, by: str = "") -> LockedNote:
    """A note as a build found it with other words."""
    digests = {"source": f"source {now}{by}", "packaged": f"package {now}{by}"}
    changed = replace(old, mod=now, sketch=f"sketch {now}{by}", **digests)
    return replace(changed, retired=None, leaving=False, pending=old.pending or "changed")


def gone(old: LockedNote, now: int) -> LockedNote:
    """A note as a build no longer found it."""
    return replace(old, retired=now, leaving=old.pending != "new", maybe=None)


def lock_of(notes: Mapping[str, LockedNote], **known: object) -> Lock:
    made = Lock("bees", NOW, {"Basic": BASIC}, {Key(key): each for key, each in notes.items()})
    return replace(made, **({"decks": ("Bees",), "releases": (("1.0", NOW + 1),)} | known))  # type: ignore[arg-type]


def after_release(lock: Lock, version: str, time: int) -> Lock:
    """A lock after a release, which stamps what changed; the first one stamps nothing."""
    told = {"was": None, "maybe": None, "pending": "", "leaving": False}
    notes, types = dict(lock.notes), dict(lock.note_types)
    for key, each in lock.notes.items():
        stamped = time if each.pending and each.retired is None and lock.releases else each.mod
        if each.retired is None or each.pending != "new":
            notes[key] = replace(each, mod=stamped, **told)  # type: ignore[arg-type]
    for name, kind in lock.note_types.items():
        stamped = time if kind.pending and lock.releases else kind.mod
        types[name] = replace(kind, mod=stamped, pending="", accepted=False)
    releases = (*lock.releases, (version, time))
    return replace(lock, notes=notes, note_types=types, releases=releases)


TITLES = ("castes", "dance", "honey", "swarming", "varroa", "winter")
BASE = {title: note(title) for title in TITLES}
NEW = {title: note(title, pending="new") for title in TITLES}  # before the first release


# Git, and the lock --------------------------------------------------------------------------------


def version_of_git() -> tuple[int, ...]:
    """(0,) where there is no git."""
    try:
        told = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return (0,)
    return tuple(int(part) for part in told.stdout.split()[2].split(".")[:2])


pytestmark = pytest.mark.skipif(
    version_of_git() < (2, 38), reason="these tests merge with git, 2.38 or newer"
)

NO_SETTINGS = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def git(folder: Path, *arguments: str, fails: bool = False, input: str = "") -> str:
    """Run git as someone without any settings of their own."""
    someone = ("-c", "user.name=Bea", "-c", "user.email=bea@example.org")
    done = subprocess.run(
        ["git", *someone, "-c", "init.defaultBranch=main", *arguments],
        cwd=folder,
        env=NO_SETTINGS,
        input=input,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in ((0, 1) if fails else (0,)), done.stderr
    return done.stdout


def commit(folder: Path, what: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", what)


def merge(folder: Path, style: str, branch: str) -> None:
    """Merge a branch into the one that is checked out, with a conflict or without."""
    config = ("-c", f"merge.conflictStyle={style}")
    git(folder, *config, "merge", "--quiet", "--no-commit", branch, fails=True)


def merged_by_git(
    folder: Path, style: str, base: Lock | None, ours: Lock, theirs: Lock
) -> tuple[str, str]:
    """The text of the lock after a merge of two branches: of theirs into ours, of ours into
    theirs."""
    folder.mkdir()
    git(folder, "init", "--quiet", "--template=")
    stream = []
    sides = (("base", "", base), ("ours", "from refs/heads/base\n", ours))
    for branch, parent, lock in (*sides, ("theirs", "from refs/heads/base\n", theirs)):
        text = serialise(lock) if lock else ""
        file = f"M 644 inline deck.lock\ndata {len(text.encode())}\n{text}\n" if lock else ""
        stream.append(
            f"commit refs/heads/{branch}\ncommitter Bea <bea@example.org> 1750000000 +0000\n"
            f"data 0\n{parent}{file}"
        )
    git(folder, "fast-import", "--quiet", input="".join(stream))
    return merge_of(folder, style, "ours", "theirs"), merge_of(folder, style, "theirs", "ours")


def merge_of(folder: Path, style: str, *branches: str) -> str:
    """The text of the lock after a merge of the second branch into the first, with conflicts or
    without: no branch moves, and no file is written."""
    config = ("-c", f"merge.conflictStyle={style}")
    said = git(folder, *config, "merge-tree", "--write-tree", *branches, fails=True)
    return git(folder, "cat-file", "blob", f"{said.split()[0]}:deck.lock")


def conflict(ours: str, theirs: str) -> str:
    return f"<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> theirs\n"


def in_conflict(ours: Lock, theirs: Lock) -> str:
    """Two locks as one conflict, sections and all."""
    return conflict(serialise(ours), serialise(theirs))


def resolved(text: str, take: Take = "") -> Resolved:
    """What a text resolves to: a lock that can be written and read, and that is settled."""
    found, diagnostics = resolve(Source("deck.lock", text), take)
    assert diagnostics == ()
    assert found is not None
    written = serialise(found.lock)
    again, problems = parse(Source("deck.lock", written))
    assert (again, problems) == (found.lock, ())
    assert resolve(Source("deck.lock", written)) == (Resolved(found.lock, ()), ())
    return found


def refused(text: str, take: Take = "") -> tuple[Diagnostic, ...]:
    """What is said of a text that does not resolve."""
    found, diagnostics = resolve(Source("deck.lock", text), take)
    assert found is None
    assert diagnostics
    for each in diagnostics:
        assert each.span is not None
        assert each.hint
    return diagnostics


def line_of(text: str, diagnostic: Diagnostic) -> tuple[str, str]:
    """The lines that a finding points at, the first one first."""
    source = Source("deck.lock", text)
    spans = (diagnostic.other, diagnostic.span)
    first, second = (source.line(source.location(s.start)[0]) if s else "" for s in spans)
    return first, second


@dataclass
class Branches:
    """Two branches that changed one lock."""

    folder: Path
    style: str
    text: str = ""

    def merged(self, ours: Lock, theirs: Lock, base: Lock | None = None) -> str:
        """The text of the lock after the merge."""
        return self._merged(ours, theirs, base)[0]

    def united(self, ours: Lock, theirs: Lock, base: Lock | None = None) -> Resolved:
        """What both become; the same whoever merges."""
        one, other = map(resolved, self._merged(ours, theirs, base))
        assert one.lock == other.lock
        return one

    def _merged(self, ours: Lock, theirs: Lock, base: Lock | None) -> tuple[str, str]:
        start = lock_of(BASE) if base is None else base
        texts = merged_by_git(self.folder / "project", self.style, start, ours, theirs)
        self.text = texts[0]
        return texts


@pytest.fixture(params=STYLES)
def branches(request: pytest.FixtureRequest, tmp_path: Path) -> Branches:
    return Branches(tmp_path, request.param)


def conflicted(text: str) -> bool:
    lock, told = parse(Source("deck.lock", text))
    return lock is None and told[0].rule is CONFLICT


# What git merges ----------------------------------------------------------------------------------


def test_neighbours_that_both_added_are_both_kept(branches: Branches) -> None:
    ours = lock_of(BASE | {"drones": note("drones", NOW + HOUR)})
    theirs = lock_of(BASE | {"eggs": note("eggs", NOW + 2 * HOUR)})
    found = branches.united(ours, theirs)
    assert conflicted(branches.text)
    assert found.lock == lock_of({**ours.notes, **theirs.notes})
    assert found.told == ("2 notes stand on one side only, and all are kept",)


def test_neighbours_at_the_end_are_kept_whatever_their_commas(branches: Branches) -> None:
    ours = lock_of(BASE | {"yeast": note("yeast", NOW + HOUR), "zoom": note("zoom", NOW + HOUR)})
    theirs = lock_of(BASE | {"yew": note("yew", NOW + 2 * HOUR)})
    found = branches.united(ours, theirs)
    assert conflicted(branches.text)
    assert found.lock == lock_of({**ours.notes, **theirs.notes})


def test_a_note_that_both_edited_has_the_later_time(branches: Branches) -> None:
    mine, other = edited(BASE["honey"], NOW + HOUR), edited(BASE["honey"], NOW + 2 * HOUR)
    found = branches.united(lock_of(BASE | {"honey": mine}), lock_of(BASE | {"honey": other}))
    assert conflicted(branches.text)
    assert found.lock == lock_of(BASE | {"honey": other})
    assert found.told == ("honey: the sides differ, the later change is kept",)


def test_a_note_that_both_edited_in_one_second_gets_a_new_time_from_the_next_build(
    branches: Branches,
) -> None:
    mine, other = (edited(BASE["honey"], NOW + HOUR, by) for by in ("Bea", "Max"))
    found = branches.united(lock_of(BASE | {"honey": mine}), lock_of(BASE | {"honey": other}))
    honey = found.lock.notes[Key("honey")]
    assert (honey.mod, honey.source, honey.packaged) == (NOW + HOUR, "", "")
    assert found.told == ("honey: both changed it at one time, the next build sets a new one",)


def test_a_note_that_both_reworded_alike_keeps_its_time(branches: Branches) -> None:
    mine = replace(BASE["honey"], source="with a blank more")
    other = replace(BASE["honey"], source="with another one")
    found = branches.united(lock_of(BASE | {"honey": mine}), lock_of(BASE | {"honey": other}))
    assert found.lock.notes[Key("honey")] == replace(BASE["honey"], source="")


OTHERS = {key: each for key, each in BASE.items() if key != "honey"}
NEW_OTHERS = {key: each for key, each in NEW.items() if key != "honey"}


@pytest.mark.parametrize("new", ["hive-honey", "zymurgy"], ids=["beside", "elsewhere"])
def test_a_note_that_one_renamed_and_the_other_edited_has_the_new_key_and_the_edit(
    branches: Branches, new: str
) -> None:
    other = edited(BASE["honey"], NOW + HOUR)
    ours = lock_of(OTHERS | {new: replace(BASE["honey"], was=Key("honey"))})
    found = branches.united(ours, lock_of(BASE | {"honey": other}))
    assert conflicted(branches.text)
    assert found.lock == lock_of(OTHERS | {new: replace(other, was=Key("honey"))})
    assert f"{new}: it was honey on one side, this key is kept" in found.told


def test_a_note_that_was_never_released_and_renamed_has_the_new_key_where_git_tells_it(
    branches: Branches,
) -> None:
    """Such a note does not remember its key. Git tells it where the new line stands elsewhere."""
    start = lock_of(NEW, releases=())
    other = edited(NEW["honey"], NOW + HOUR)
    ours = lock_of(NEW_OTHERS | {"zymurgy": NEW["honey"]}, releases=())
    found = branches.united(ours, lock_of(NEW | {"honey": other}, releases=()), start)
    assert conflicted(branches.text)
    assert found.lock == lock_of(NEW_OTHERS | {"zymurgy": other}, releases=())


def test_a_note_that_was_never_released_and_renamed_is_asked_for_where_git_does_not_tell(
    branches: Branches,
) -> None:
    """The two lines stand side by side; only the styles with the base tell which is the older."""
    start = lock_of(NEW, releases=())
    other = edited(NEW["honey"], NOW + HOUR)
    ours = lock_of(NEW_OTHERS | {"hive-honey": NEW["honey"]}, releases=())
    text = branches.merged(ours, lock_of(NEW | {"honey": other}, releases=()), start)
    if branches.style == "merge":
        (told,) = refused(text)
        assert told.rule is TWO_KEYS
    found = resolved(text, "ours" if branches.style == "merge" else "")
    assert found.lock == lock_of(NEW_OTHERS | {"hive-honey": other}, releases=())


def test_a_note_that_both_renamed_is_asked_for(branches: Branches) -> None:
    renamed = replace(BASE["honey"], was=Key("honey"))
    ours = lock_of(OTHERS | {"mead": renamed})
    later = edited(renamed, NOW + HOUR)
    theirs = lock_of(OTHERS | {"nectar": later})
    text = branches.merged(ours, theirs)
    (told,) = refused(text)
    assert told.rule is TWO_KEYS
    assert told.message == "the note of “mead” and “nectar” is one, under two keys"
    assert told.hint == (
        "keep the key that it has in the sources now: deckwright lock resolve --take ours (mead), "
        "or --take theirs (nectar); its reviews go on with it"
    )
    assert [line.split(":")[0] for line in line_of(text, told)] == ['"mead"', '"nectar"']
    assert resolved(text, "ours").lock == lock_of(OTHERS | {"mead": later})
    assert resolved(text, "theirs").lock == lock_of(OTHERS | {"nectar": later})


def test_a_note_that_both_renamed_is_asked_for_also_where_git_took_one_of_the_keys(
    branches: Branches,
) -> None:
    """The key of the other side stands in a conflict only because of a neighbour."""
    renamed = replace(BASE["honey"], was=Key("honey"))
    ours = lock_of(OTHERS | {"bumble-honey": renamed, "zoom": note("zoom")})
    theirs = lock_of(OTHERS | {"zymurgy": renamed})
    text = branches.merged(ours, theirs)
    assert conflicted(text)
    (told,) = refused(text)
    assert told.rule is TWO_KEYS
    assert resolved(text, "theirs").lock == lock_of(
        OTHERS | {"zymurgy": renamed, "zoom": note("zoom")}
    )


def test_a_note_that_was_never_released_and_that_both_renamed_is_asked_for_where_git_tells(
    branches: Branches,
) -> None:
    """Without the base the key that git took over counts; no learner has the note yet."""
    start = lock_of(NEW, releases=())
    ours = lock_of(NEW_OTHERS | {"hive-honey": NEW["honey"]}, releases=())
    theirs = lock_of(NEW_OTHERS | {"zymurgy": NEW["honey"]}, releases=())
    text = branches.merged(ours, theirs, start)
    if branches.style != "merge":
        (told,) = refused(text)
        assert told.rule is TWO_KEYS
    assert resolved(text, "" if branches.style == "merge" else "theirs").lock == theirs


def test_a_note_that_one_removed_and_the_other_edited_stays(branches: Branches) -> None:
    removed = gone(BASE["honey"], NOW + HOUR)
    other = edited(BASE["honey"], NOW + 2 * HOUR)
    found = branches.united(lock_of(BASE | {"honey": removed}), lock_of(BASE | {"honey": other}))
    assert found.lock == lock_of(BASE | {"honey": other})
    assert found.told[0] == "honey: it left on one side only; the next build sees if it is there"


def test_a_note_that_one_removed_and_the_other_renamed_stays_under_its_new_key(
    branches: Branches,
) -> None:
    without = lock_of(BASE | {"honey": gone(BASE["honey"], NOW + HOUR)})
    renamed = replace(BASE["honey"], was=Key("honey"))
    found = branches.united(without, lock_of(OTHERS | {"hive-honey": renamed}))
    assert found.lock == lock_of(OTHERS | {"hive-honey": renamed})


def test_a_note_that_was_never_released_and_removed_here_and_renamed_there_has_its_new_key(
    branches: Branches,
) -> None:
    without = lock_of(NEW | {"honey": gone(NEW["honey"], NOW + HOUR)}, releases=())
    renamed = lock_of(NEW_OTHERS | {"hive-honey": NEW["honey"]}, releases=())
    assert branches.united(without, renamed, lock_of(NEW, releases=())).lock == renamed


def test_a_note_that_both_removed_left_when_the_later_one_says(branches: Branches) -> None:
    early, late = (gone(BASE["honey"], NOW + hours * HOUR) for hours in (1, 2))
    found = branches.united(lock_of(BASE | {"honey": early}), lock_of(BASE | {"honey": late}))
    assert found.lock == lock_of(BASE | {"honey": late})


def test_a_title_that_both_added_is_one_note_with_the_earlier_id(branches: Branches) -> None:
    mine, other = note("mead", NOW + HOUR), edited(note("mead", NOW + 2 * HOUR), NOW + 2 * HOUR)
    found = branches.united(lock_of(BASE | {"mead": mine}), lock_of(BASE | {"mead": other}))
    assert found.lock == lock_of(BASE | {"mead": replace(other, id=mine.id)})
    assert "mead: both added it, the earlier note id is kept" in found.told


def test_a_renaming_and_a_new_note_of_the_old_title_are_told_apart(branches: Branches) -> None:
    """One renames honey to mead and writes a new honey; the other edits the old one."""
    fresh = note("honey", NOW + HOUR, guid=Guid("salted"))
    renamed = replace(BASE["honey"], was=Key("honey"))
    ours = lock_of(BASE | {"honey": fresh, "mead": renamed})
    other = edited(BASE["honey"], NOW + 2 * HOUR)
    found = branches.united(ours, lock_of(BASE | {"honey": other}))
    kept = {"honey": fresh, "mead": replace(other, was=Key("honey"))}
    assert found.lock == lock_of(BASE | kept)


def test_the_releases_of_both_are_kept_in_their_order(branches: Branches) -> None:
    first = ("1.0", NOW + 1)
    mine, other = ("1.1", NOW + HOUR), ("1.2-max", NOW + 2 * HOUR)
    ours = lock_of(BASE, releases=(first, mine), decks=("Bees", "Honey"))
    theirs = lock_of(BASE, releases=(first, other), decks=("Apiary",))
    found = branches.united(ours, theirs)
    assert conflicted(branches.text)
    assert found.lock.releases == (first, mine, other)
    assert found.lock.decks == ("Apiary",)
    assert found.told == (
        "the releases of both sides are kept",
        "the decks: those of the last release are kept",
    )


def test_one_version_that_both_released_is_asked_for(branches: Branches) -> None:
    first = ("1.0", NOW + 1)
    mine, other = ("1.1", NOW + HOUR), ("1.1", NOW + 2 * HOUR)
    text = branches.merged(
        lock_of(BASE, releases=(first, mine)), lock_of(BASE, releases=(first, other))
    )
    (told,) = refused(text)
    assert told.rule is APART
    assert told.message == "the version 1.1 was released on both sides"
    assert line_of(text, told) == (f'["1.1", {NOW + HOUR}]', f'["1.1", {NOW + 2 * HOUR}]')
    assert resolved(text, "ours").lock.releases == (first, mine)
    assert resolved(text, "theirs").lock.releases == (first, other)


def test_a_version_that_was_released_twice_before_is_no_question(branches: Branches) -> None:
    known = {"releases": (("1.0", NOW + 1), ("1.0", NOW + 2))}
    ours = lock_of(BASE | {"drones": note("drones")}, **known)
    theirs = lock_of(BASE | {"eggs": note("eggs")}, **known)
    found = branches.united(ours, theirs, lock_of(BASE, **known))
    assert conflicted(branches.text)
    assert found.lock.releases == known["releases"]


def test_decks_without_a_release_are_those_of_both(branches: Branches) -> None:
    base = lock_of(NEW, releases=())
    ours, theirs = (replace(base, decks=decks) for decks in (("B", "C"), ("A", "C")))
    assert branches.united(ours, theirs, base).lock.decks == ("A", "B", "C")


def test_a_style_that_both_changed_has_the_later_time(branches: Branches) -> None:
    mine = replace(BASIC, mod=NOW + HOUR, packaged="aa")
    other = replace(BASIC, mod=NOW + 2 * HOUR, packaged="bb")
    ours, theirs = (lock_of(BASE, note_types={"Basic": each}) for each in (mine, other))
    found = branches.united(ours, theirs)
    assert found.lock.note_types == {"Basic": other}
    assert found.told == ("the note type Basic: the later change is kept",)


def test_note_types_that_both_added_are_kept(branches: Branches) -> None:
    ours, theirs = (
        lock_of(BASE, note_types={"Basic": BASIC, name: replace(BASIC, id=id)})
        for name, id in (("Cloze", 7), ("Concept", 8))
    )
    found = branches.united(ours, theirs)
    assert found.lock.note_types == {**ours.note_types, **theirs.note_types}


def test_two_schemas_of_one_note_type_are_asked_for(branches: Branches) -> None:
    mine = replace(BASIC, fields=(*BASIC.fields, ("Hint", 13)))
    other = replace(BASIC, fields=(*BASIC.fields, ("Image", 14)))
    text = branches.merged(*(lock_of(BASE, note_types={"Basic": each}) for each in (mine, other)))
    (told,) = refused(text)
    assert told.rule is APART
    assert told.message == (
        "the note type “Basic” has another id or schema on either side: learners who have the one "
        "get no update of its notes from a package with the other"
    )
    assert resolved(text, "ours").lock.note_types == {"Basic": mine}
    assert resolved(text, "theirs").lock.note_types == {"Basic": other}


def test_two_guids_of_one_key_are_asked_for(branches: Branches) -> None:
    """Both add mead: one gives it the GUID of a note that learners have from another deck, and
    released it in a fork whose lock was copied here."""
    mine = note("mead", NOW + HOUR)
    other = note("mead", NOW + 2 * HOUR, guid=Guid("adopted"), pending="")
    text = branches.merged(lock_of(BASE | {"mead": mine}), lock_of(BASE | {"mead": other}))
    (told,) = refused(text)
    assert told.rule is TWO_GUIDS
    assert told.message == (
        "“mead” has the GUID guid-mead on our side and adopted on theirs: learners who have the "
        "one that is not kept keep its cards and reviews, but get no more updates of it, and get "
        "the other one as a new note"
    )
    assert told.hint == (
        "keep the one that was released: deckwright lock resolve --take ours (guid-mead, in no "
        "release yet), or --take theirs (adopted, released)"
    )
    assert ["guid-mead" in line for line in line_of(text, told)] == [True, False]
    # The other one stays reserved: its GUID is given to no other note, and that it left is told.
    left = NOW + 2 * HOUR + 1
    kept = resolved(text, "ours").lock
    assert kept == lock_of(BASE | {"mead": mine, "mead@Basic": gone(other, left)})
    assert since_release(kept).removed == ("mead@Basic",)
    kept = resolved(text, "theirs").lock
    assert kept == lock_of(BASE | {"mead": other, "mead@Basic": gone(mine, left)})
    assert since_release(kept).removed == ()  # no learner has it


def test_a_note_that_left_gives_way_to_the_one_that_has_its_key(branches: Branches) -> None:
    """One accepted castes as a new note, the other saw the old one leave: nothing is asked."""
    fresh = note("castes", NOW + HOUR, guid=Guid("salted"))
    old = gone(BASE["castes"], NOW + HOUR)
    ours = lock_of(BASE | {"castes": fresh, "castes@Basic": old})
    theirs = lock_of(BASE | {"castes": gone(BASE["castes"], NOW + 2 * HOUR)})
    found = branches.united(ours, theirs)
    assert found.lock == lock_of(
        BASE | {"castes": fresh, "castes@Basic": gone(old, NOW + 2 * HOUR)}
    )


def test_two_notes_of_one_key_that_left_both_stay_reserved(branches: Branches) -> None:
    mine = gone(note("mead", NOW + HOUR), NOW + 2 * HOUR)
    other = gone(note("mead", NOW + 3 * HOUR, guid=Guid("adopted")), NOW + 3 * HOUR)
    found = branches.united(lock_of(BASE | {"mead": mine}), lock_of(BASE | {"mead": other}))
    assert found.lock == lock_of(BASE | {"mead": mine, "mead@Basic": other})
    assert found.told[-1] == "mead: another note has it; the one that left is mead@Basic now"


def test_an_unsettled_renaming_stays_unsettled(branches: Branches) -> None:
    unsure = note("mead", NOW + HOUR, maybe=Key("honey"))
    plain = edited(note("mead", NOW + HOUR), NOW + 2 * HOUR)
    found = branches.united(lock_of(BASE | {"mead": unsure}), lock_of(BASE | {"mead": plain}))
    assert found.lock.notes[Key("mead")] == replace(plain, maybe=Key("honey"))


def test_a_renaming_that_the_other_side_settled_is_not_asked_again(branches: Branches) -> None:
    """Here mead may be honey; there honey is nectar, surely."""
    removed = gone(BASE["honey"], NOW + HOUR)
    ours = lock_of(BASE | {"honey": removed, "mead": note("mead", maybe=Key("honey"))})
    theirs = lock_of(OTHERS | {"nectar": replace(BASE["honey"], was=Key("honey"))})
    found = branches.united(ours, theirs)
    assert found.lock.notes[Key("mead")].maybe is None


def test_two_projects_are_never_one(branches: Branches) -> None:
    ours, theirs = lock_of(BASE, project="text-1"), lock_of(BASE, project="text-2")
    text = branches.merged(ours, theirs)
    for take in TAKES:
        (told,) = refused(text, take)
        assert told.message == "the sides belong to two projects, “text-1” and “text-2”"
        assert "git checkout --ours -- deck.lock" in told.hint


def test_two_locks_without_a_common_beginning_are_united(tmp_path: Path) -> None:
    """Both built the project for the first time, each on a branch."""
    ours = lock_of(NEW, releases=())
    later = {
        key: replace(each, id=each.id + HOUR * 1000, mod=NOW + HOUR) for key, each in NEW.items()
    }
    theirs = replace(lock_of(later, releases=()), created=NOW + HOUR)
    text, mirrored = merged_by_git(tmp_path / "a", "merge", None, ours, theirs)
    assert conflicted(text)
    assert resolved(mirrored).lock == resolved(text).lock
    kept = {key: replace(each, mod=NOW + HOUR) for key, each in NEW.items()}
    assert resolved(text).lock == lock_of(kept, releases=())


def test_whole_locks_in_one_conflict_are_united() -> None:
    theirs = lock_of(BASE | {"mead": note("mead")}, note_types={}, releases=())
    assert resolved(in_conflict(lock_of(BASE), theirs)).lock == lock_of(
        BASE | {"mead": note("mead")}
    )


def test_a_lock_with_windows_line_ends_and_labels_of_any_kind_is_united() -> None:
    text = in_conflict(lock_of(BASE), lock_of(BASE | {"mead": note("mead")}))
    text = text.replace("=======\n", "||||||| parent of 1a2b3c (mead: “new”)\n{\n=======\n")
    source = decode("deck.lock", text.replace("\n", "\r\n").encode())
    assert isinstance(source, Source)
    found, told = resolve(source)
    assert told == ()
    assert found is not None
    assert found.lock == lock_of(BASE | {"mead": note("mead")})


# What the next release has to tell ---------------------------------------------------------------


EARLY, LATE = NOW + HOUR, NOW + 3 * HOUR  # before and after the release of the other side
RELEASED = ("1.1", NOW + 2 * HOUR)


def test_an_edit_here_of_what_was_edited_and_released_there_is_that_release_until_a_build(
    branches: Branches,
) -> None:
    """Whether a person kept their words or ours in the sources, the next build sees."""
    mine, other = edited(BASE["honey"], EARLY, "Bea"), edited(BASE["honey"], EARLY, "Max")
    theirs = after_release(lock_of(BASE | {"honey": other}), *RELEASED)
    found = branches.united(lock_of(BASE | {"honey": mine}), theirs)
    assert found.lock == theirs
    assert not since_release(found.lock)


def test_an_edit_here_after_a_release_there_is_still_to_be_sent(branches: Branches) -> None:
    mine, other = edited(BASE["honey"], LATE), edited(BASE["honey"], EARLY)
    theirs = after_release(lock_of(BASE | {"honey": other}), *RELEASED)
    found = branches.united(lock_of(BASE | {"honey": mine}), theirs)
    assert found.lock.notes[Key("honey")] == mine
    assert since_release(found.lock).changed == ("honey",)


def test_a_new_note_that_the_other_side_released_is_new_no_longer(branches: Branches) -> None:
    ours = lock_of(NEW | {"honey": edited(NEW["honey"], EARLY)}, releases=())
    theirs = after_release(lock_of(NEW, releases=()), *RELEASED)
    found = branches.united(ours, theirs, lock_of(NEW, releases=()))
    assert conflicted(branches.text)
    assert since_release(found.lock).added == ()
    assert since_release(found.lock).changed == ("honey",)


def test_a_new_note_that_both_built_and_one_released_keeps_the_id_that_learners_have(
    branches: Branches,
) -> None:
    mine, other = note("mead", EARLY), note("mead", EARLY + 60)
    theirs = after_release(lock_of(BASE | {"mead": other}), *RELEASED)
    found = branches.united(lock_of(BASE | {"mead": mine}), theirs)
    assert found.lock == theirs
    assert "mead: both added it, the released note id is kept" in found.told


@pytest.mark.parametrize("now", [EARLY, LATE], ids=["before", "after"])
def test_a_note_that_both_removed_is_told_once(branches: Branches, now: int) -> None:
    """It is told again only where we removed it when the other side had told it already."""
    theirs = after_release(lock_of(BASE | {"honey": gone(BASE["honey"], EARLY)}), *RELEASED)
    found = branches.united(lock_of(BASE | {"honey": gone(BASE["honey"], now + 1)}), theirs)
    assert since_release(found.lock).removed == (() if now == EARLY else ("honey",))


def test_a_renaming_that_both_did_and_one_released_is_told_no_more(branches: Branches) -> None:
    renamed = replace(BASE["honey"], was=Key("honey"))
    theirs = after_release(lock_of(OTHERS | {"mead": renamed}), *RELEASED)
    found = branches.united(lock_of(OTHERS | {"mead": edited(renamed, EARLY)}), theirs)
    assert since_release(found.lock).renamed == ()
    assert since_release(found.lock).changed == ("mead",)


def test_a_note_that_one_edited_and_the_other_renamed_and_released_has_the_new_key(
    branches: Branches,
) -> None:
    """The release forgot the old key, but the line of the edit still says what it was."""
    mine = edited(BASE["honey"], EARLY)
    renamed = replace(BASE["honey"], was=Key("honey"))
    theirs = after_release(lock_of(OTHERS | {"hive-honey": renamed}), *RELEASED)
    found = branches.united(lock_of(BASE | {"honey": mine}), theirs)
    assert conflicted(branches.text)
    assert found.lock.notes == {**theirs.notes, "hive-honey": mine}
    assert since_release(found.lock).changed == ("hive-honey",)
    assert since_release(found.lock).renamed == ()


def test_a_renaming_of_what_the_other_side_edited_and_released_is_told(branches: Branches) -> None:
    mine = replace(edited(BASE["honey"], EARLY), was=Key("honey"))
    theirs = after_release(lock_of(BASE | {"honey": edited(BASE["honey"], EARLY, "x")}), *RELEASED)
    found = branches.united(lock_of(OTHERS | {"hive-honey": mine}), theirs)
    assert since_release(found.lock).renamed == (("honey", "hive-honey"),)


@pytest.mark.parametrize("also", [False, True], ids=["renamed", "renamed and edited"])
def test_a_note_that_both_renamed_and_one_released_is_renamed_from_what_learners_have(
    branches: Branches, also: bool
) -> None:
    renamed = replace(BASE["honey"], was=Key("honey"))
    mine = edited(renamed, EARLY) if also else renamed
    theirs = after_release(lock_of(OTHERS | {"nectar": renamed}), *RELEASED)
    text = branches.merged(lock_of(OTHERS | {"mead": mine}), theirs)
    (told,) = refused(text)
    assert told.rule is TWO_KEYS
    assert since_release(resolved(text, "ours").lock).renamed == (("nectar", "mead"),)
    assert since_release(resolved(text, "theirs").lock).renamed == ()


def test_what_only_one_of_two_releases_brought_comes_with_the_next_one(branches: Branches) -> None:
    """Whoever has the one package misses what only the other one brought, and may have imported
    it later than that was released: with its time of then it would not arrive."""
    mine = BASE | {"castes": edited(BASE["castes"], EARLY), "zoom": note("zoom", EARLY)}
    other = BASE | {
        "honey": edited(BASE["honey"], EARLY),
        "swarming": gone(BASE["swarming"], EARLY),
    }
    ours = after_release(lock_of(mine), "1.0.1", NOW + HOUR + 1)
    theirs = after_release(lock_of(other), *RELEASED)
    found = branches.united(ours, theirs)
    assert conflicted(branches.text)  # of the releases, and of nothing else
    changes = since_release(found.lock)
    assert set(changes.changed) >= {"castes", "honey"}
    assert set(changes.changed) <= {"castes", "honey", "zoom"}
    assert changes.removed == ("swarming",)
    for key in ("dance", "varroa", "winter"):
        assert found.lock.notes[Key(key)] == BASE[key]
    assert any(line.startswith("both sides released") for line in found.told)


def test_a_note_that_returned_here_is_told_whatever_stands_beside_it(branches: Branches) -> None:
    """Learners had been told that honey left; a neighbour makes the conflict."""
    left = replace(gone(BASE["honey"], NOW), leaving=False)
    start = lock_of(BASE | {"honey": left})
    ours = lock_of(BASE | {"honey": replace(BASE["honey"], pending="back")})
    theirs = lock_of(BASE | {"honey": left, "hornets": note("hornets", EARLY)})
    found = branches.united(ours, theirs, start)
    assert conflicted(branches.text)
    assert since_release(found.lock).returned == ("honey",)


def test_the_digest_of_the_last_release_is_that_of_the_side_that_made_it(
    branches: Branches,
) -> None:
    first, mine = ("1.0", NOW + 1), ("1.0.1", NOW + HOUR)
    base = lock_of(BASE, shipped="digest of 1.0")
    ours = replace(base, releases=(first, mine), shipped="digest of 1.0.1")
    theirs = replace(base, releases=(first, RELEASED), shipped="digest of 1.1")
    assert branches.united(ours, theirs, base).lock.shipped == "digest of 1.1"
    for unknown in (ours, base):
        path = branches.folder / unknown.shipped
        texts = merged_by_git(
            *(path, branches.style, base),
            *(unknown, replace(theirs, shipped="", decks=("Bees", "Honey"))),
        )
        assert [resolved(text).lock.shipped for text in texts] == ["", ""]


def test_two_first_releases_send_again_only_what_differs(branches: Branches) -> None:
    start = lock_of(NEW, releases=())
    honey = edited(NEW["honey"], EARLY)
    ours = after_release(lock_of(NEW | {"honey": honey}, releases=()), "1.0", NOW + HOUR + 1)
    theirs = after_release(start, *RELEASED)
    changes = since_release(branches.united(ours, theirs, start).lock)
    assert changes.changed == ("honey",)
    assert changes.added == ()


def test_a_style_that_both_changed_and_one_released_is_told_where_it_is_not_that_release(
    branches: Branches,
) -> None:
    mine, other, late = (
        replace(BASIC, mod=time, packaged=f"style of {time}", pending="changed", accepted=True)
        for time in (EARLY, EARLY + 1, LATE)
    )
    theirs = after_release(lock_of(BASE, note_types={"Basic": other}), *RELEASED)
    ours = lock_of(BASE, note_types={"Basic": mine})
    found = branches.united(ours, theirs)
    assert found.lock.note_types == theirs.note_types
    path = branches.folder / "later"
    texts = merged_by_git(
        path, branches.style, lock_of(BASE), lock_of(BASE, note_types={"Basic": late}), theirs
    )
    for text in texts:
        assert resolved(text).lock.note_types == {"Basic": replace(late, accepted=False)}


# What git merges without a word -------------------------------------------------------------------


def test_a_whole_lock_is_its_own_result() -> None:
    assert resolved(serialise(lock_of(BASE))) == Resolved(lock_of(BASE), ())


def union(ours: Lock, theirs: Lock, base: Lock, folder: Path) -> str:
    """What git makes with `merge=union`, and an editor with "accept both changes"."""
    folder.mkdir()
    for name, lock in (("ours", ours), ("base", base), ("theirs", theirs)):
        (folder / name).write_text(serialise(lock), encoding="utf-8")
    return git(folder, "merge-file", "-p", "--union", "ours", "base", "theirs")


def test_a_union_of_lines_is_made_a_lock_again(tmp_path: Path) -> None:
    base = lock_of(BASE)
    renamed = replace(BASE["honey"], was=Key("honey"))
    ours = lock_of(
        OTHERS | {"hive": renamed, "varroa": edited(BASE["varroa"], NOW + HOUR)},
        releases=(*base.releases, ("1.1", NOW + HOUR)),
    )
    theirs = lock_of(
        BASE
        | {
            "honey": edited(BASE["honey"], NOW + 2 * HOUR),
            "varroa": edited(BASE["varroa"], NOW + 3 * HOUR),
        },
        releases=(*base.releases, ("1.0.1", NOW + 2)),
    )
    text = union(ours, theirs, base, tmp_path / "a")
    assert not conflicted(text)
    assert parse(Source("deck.lock", text))[0] is None
    found = resolved(text)
    assert found.lock == lock_of(
        OTHERS
        | {
            "hive": replace(edited(BASE["honey"], NOW + 2 * HOUR), was=Key("honey")),
            "varroa": edited(BASE["varroa"], NOW + 3 * HOUR),
        },
        releases=(*base.releases, ("1.0.1", NOW + 2), ("1.1", NOW + HOUR)),
    )
    assert resolved(union(theirs, ours, base, tmp_path / "b")).lock == found.lock


def test_two_notes_of_one_id_get_two(branches: Branches) -> None:
    mine = note("zealous-bees", NOW + HOUR)
    other = note("alpine-bees", NOW + 2 * HOUR, id=mine.id)
    third = note("apiaries", NOW + 3 * HOUR, id=mine.id + 1)
    ours = lock_of(BASE | {"zealous-bees": mine})
    theirs = lock_of(BASE | {"alpine-bees": other, "apiaries": third})
    found = branches.united(ours, theirs)
    assert not conflicted(branches.text)  # git saw nothing in it
    given = {"zealous-bees": replace(mine, id=mine.id + 2), "alpine-bees": other, "apiaries": third}
    assert found.lock == lock_of(BASE | given)
    assert found.told == (
        "zealous-bees: its note id is that of alpine-bees, it has the next free one",
    )


def test_of_two_notes_of_one_id_the_one_that_learners_have_keeps_it(branches: Branches) -> None:
    """One released it, and `nid:` finds it in collections; the other is on its branch still."""
    mine = note("zealous-bees", NOW + HOUR)
    other = note("alpine-bees", NOW + 2 * HOUR, id=mine.id)
    ours = after_release(lock_of(BASE | {"zealous-bees": mine}), "1.1", NOW + 3 * HOUR)
    found = branches.united(ours, lock_of(BASE | {"alpine-bees": other}))
    assert not conflicted(branches.text)
    assert found.lock.notes[Key("zealous-bees")].id == mine.id
    assert found.lock.notes[Key("alpine-bees")].id == mine.id + 1


def test_two_keys_of_one_note_without_any_mark_are_asked_for_in_their_order() -> None:
    text = serialise(lock_of(BASE | {"mead": BASE["honey"]}))
    (told,) = refused(text)
    assert told.rule is TWO_KEYS
    assert Key("mead") not in resolved(text, "ours").lock.notes
    assert Key("honey") not in resolved(text, "theirs").lock.notes


def test_commas_that_a_person_forgot_are_set() -> None:
    text = serialise(lock_of(BASE)).replace("},\n", "}\n", 3).replace("}\n}", "},\n}")
    found = resolved(text)
    assert found == Resolved(lock_of(BASE), ("the commas at the ends of the lines are set right",))


# A project, from its first release on -------------------------------------------------------------


def run(folder: Path, *arguments: str, now: int) -> str:
    """What a command says that succeeds."""
    done = deckwright(folder, *arguments, now=now)
    assert done.exit_code == 0, done.output
    return done.output


def save(folder: Path, cards: Mapping[str, str], now: int) -> Lock:
    """Write a page, build it and commit it; the lock that remembers it."""
    write_files(folder, {"sources/bees.txt": page(cards)})
    run(folder, "build", now=now)
    commit(folder, f"at {now}")
    return lock_in(folder)


def release(folder: Path, cards: Mapping[str, str], version: str, now: int) -> Lock:
    """Write a page, build it, release it and commit it; the lock that remembers it."""
    save(folder, cards, now - 60)
    run(folder, "release", "--as", version, now=now)
    commit(folder, version)
    return lock_in(folder)


def lock_in(folder: Path) -> Lock:
    data = (folder / "deck.lock").read_bytes()
    source = decode("deck.lock", data)
    assert isinstance(source, Source)
    lock, told = parse(source)
    assert lock is not None, told
    return lock


def project(folder: Path) -> Path:
    """A project under git, of which nothing is released yet."""
    write_files(folder, {**BEES, ".gitignore": "dist/\n"})
    git(folder, "init", "--quiet", "--template=")
    save(folder, CARDS, NOW - HOUR)
    return folder


def sections(folder: Path, version: str) -> dict[str, str]:
    """The release notes of a version, by the titles of their sections, without any counts."""
    text = (folder / f"dist/bees-{version}.md").read_text(encoding="utf-8")
    parts = (part.partition("\n") for part in text.split("\n## ")[1:])
    return {title.partition(" (")[0]: rest for title, _, rest in parts}


def times(folder: Path, version: str) -> dict[str, int]:
    """The times of the notes in the package of a version, by their GUIDs."""
    return {n.guid: n.mod for n in apkg.read(str(folder / f"dist/bees-{version}.apkg")).notes}


HONEY, MITES, SWARMING = "Honey & its water", "Varroa mites", "Swarming"
MINE = {
    "Brood food": "Nurses feed every larva with a juice of their glands, for three days at least.",
    **{title: text for title, text in CARDS.items() if title not in (MITES, SWARMING)},
    HONEY: CARDS[HONEY].replace("under wax", "under lids of wax"),
    "The varroa mite": CARDS[MITES],
    "Wax": "Young workers sweat wax in small scales, and knead it with their jaws into comb.",
}
OTHER = {
    "Bumble bees": "Only the young queens of bumble bees live through the winter, each by herself.",
    **CARDS,
    HONEY: CARDS[HONEY].replace("from one drop", "from a single drop"),
    MITES: CARDS[MITES].replace("at once", "within a week"),
    SWARMING: CARDS[SWARMING].replace("half of the workers", "half of the bees"),
    "Wax": "Comb is made of wax, which melts at 64 °C and which moths eat where no bee guards it.",
}
BOTH = {
    **OTHER,
    "Brood food": MINE["Brood food"],
    HONEY: OTHER[HONEY].replace("under wax", "under lids of wax"),
    "The varroa mite": OTHER[MITES],
}
del BOTH[MITES]


DANCE = "The dance language"
DANCED = {**CARDS, DANCE: CARDS[DANCE].replace("about one second", "a second")}
WAX = "Young workers sweat wax in small scales, and knead it with their jaws into comb."
EDITED = {**CARDS, MITES: CARDS[MITES].replace("at once", "within a week")}
ADDED = {"Beeswax": WAX, **CARDS}
REMOVED = {title: text for title, text in CARDS.items() if title != SWARMING}
REWORDED = {title.replace(MITES, "The varroa mite"): text for title, text in CARDS.items()}


@pytest.mark.parametrize(
    ("mine", "key", "section", "told"),
    [
        pytest.param(EDITED, "varroa-mites", "Changed", MITES, id="edited"),
        pytest.param(ADDED, "beeswax", "New", "Beeswax", id="added"),
        pytest.param(REMOVED, "swarming", "Removed", "swarming", id="removed"),
        pytest.param(
            REWORDED, "the-varroa-mite", "Renamed, reviews kept", "The varroa mite", id="renamed"
        ),
    ],
)
def test_a_change_before_a_release_of_the_other_branch_goes_out_with_the_next_one(
    tmp_path: Path, mine: Mapping[str, str], key: str, section: str, told: str
) -> None:
    """We change at one o'clock, they release at two, and git merges all of it without a word."""
    folder = project(tmp_path)
    release(folder, CARDS, "1.0", NOW)
    git(folder, "checkout", "--quiet", "-b", "theirs")
    theirs = release(folder, DANCED, "1.1", NOW + 2 * HOUR)
    git(folder, "checkout", "--quiet", "main")
    ours = save(folder, mine, NOW + HOUR)
    git(folder, "merge", "--quiet", "--no-edit", "theirs")
    both = lock_in(folder)
    assert both.releases == theirs.releases

    run(folder, "release", "--as", "1.2", now=NOW + 3 * HOUR)
    after, guid = times(folder, "1.2"), ours.notes[Key(key)].guid
    said = sections(folder, "1.2")
    assert told in said[section]
    assert DANCE not in "".join(said.values())  # that came with 1.1
    assert after[theirs.notes[Key("the-dance-language")].guid] == NOW + 2 * HOUR
    if section == "Removed":
        assert guid not in after
        assert str(ours.notes[Key(key)].id) in said[section]
    else:
        assert after[guid] == NOW + 3 * HOUR
    changed = {each.guid for each in both.notes.values() if each.pending and each.retired is None}
    assert {guid for guid, time in after.items() if time > NOW + 2 * HOUR} == changed

    run(folder, "release", now=NOW + 4 * HOUR)  # which has nothing new, and is the same again
    assert lock_in(folder).releases[-1] == ("1.2", NOW + 3 * HOUR)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("first", [False, True], ids=["released before", "never released before"])
def test_what_both_edited_and_one_released_goes_out_with_the_next_release(
    tmp_path: Path, style: str, first: bool
) -> None:
    folder = project(tmp_path)
    if not first:
        release(folder, CARDS, "1.0", NOW)
    git(folder, "checkout", "--quiet", "-b", "theirs")
    drop = CARDS[HONEY].replace("from one drop", "from a single drop")
    theirs = release(folder, {**CARDS, HONEY: drop}, "1.1", NOW + 2 * HOUR)
    git(folder, "checkout", "--quiet", "main")
    lids = CARDS[HONEY].replace("under wax", "under lids of wax")
    save(folder, {**CARDS, HONEY: lids}, NOW + HOUR)
    merge(folder, style, "theirs")
    assert conflicted((folder / "deck.lock").read_text(encoding="utf-8"))
    write_files(
        folder,
        {
            "sources/bees.txt": page(
                {**CARDS, HONEY: drop.replace("under wax", "under lids of wax")}
            )
        },
    )
    stopped = deckwright(folder, "build", now=NOW + 3 * HOUR)
    assert stopped.exit_code == 1
    assert "deckwright lock resolve" in stopped.output
    run(folder, "lock", "resolve", now=NOW + 3 * HOUR)
    run(folder, "build", now=NOW + 3 * HOUR)
    commit(folder, "both")

    run(folder, "release", "--as", "1.2", now=NOW + 4 * HOUR)
    honey = theirs.notes[Key("honey-its-water")].guid
    before, after = times(folder, "1.1"), times(folder, "1.2")
    assert after == {**before, honey: NOW + 4 * HOUR}
    said = sections(folder, "1.2")
    assert "Honey" in said["Changed"]
    assert said.keys().isdisjoint(["New", "Removed", "Renamed, reviews kept"])


def test_what_each_of_two_releases_brought_reaches_the_learners_of_the_other(
    tmp_path: Path,
) -> None:
    folder = project(tmp_path)
    release(folder, CARDS, "1.0", NOW)
    git(folder, "checkout", "--quiet", "-b", "theirs")
    release(folder, DANCED, "1.2", NOW + 2 * HOUR)
    git(folder, "checkout", "--quiet", "main")
    ours = release(folder, EDITED, "1.1", NOW + HOUR)
    merge(folder, "merge", "theirs")
    said = run(folder, "lock", "resolve", now=NOW + 3 * HOUR)
    assert (
        "both sides released, and the next release sends once more what only one of them sent: "
        "2 notes"
    ) in said
    run(folder, "release", "--as", "1.3", now=NOW + 4 * HOUR)
    sent = {guid for guid, time in times(folder, "1.3").items() if time == NOW + 4 * HOUR}
    assert sent == {ours.notes[Key(key)].guid for key in ("the-dance-language", "varroa-mites")}
    changed = sections(folder, "1.3")["Changed"]
    assert DANCE in changed
    assert MITES in changed


@pytest.mark.parametrize("style", STYLES)
def test_two_branches_that_did_all_sorts_of_things_go_on_as_one(tmp_path: Path, style: str) -> None:
    """Both add neighbours and one same title, and edit one note; one renames what the other edits,
    and removes what the other edits; both release. A person merges the page, git the lock."""
    first = release(project(tmp_path), CARDS, "1.0", NOW)
    git(tmp_path, "checkout", "--quiet", "-b", "theirs")
    other = release(tmp_path, OTHER, "1.2", NOW + 2 * HOUR)
    git(tmp_path, "checkout", "--quiet", "main")
    mine = release(tmp_path, MINE, "1.1", NOW + HOUR)
    assert mine.notes[Key("the-varroa-mite")].guid == first.notes[Key("varroa-mites")].guid
    merge(tmp_path, style, "theirs")
    text = (tmp_path / "deck.lock").read_text(encoding="utf-8")
    assert conflicted(text)

    united = resolved(text).lock
    guids = {each.guid for lock in (mine, other) for each in lock.notes.values()}
    assert {each.guid for each in united.notes.values()} == guids
    assert [version for version, _ in united.releases] == ["1.0", "1.1", "1.2"]
    write_files(tmp_path, {"sources/bees.txt": page(BOTH), "deck.lock": serialise(united)})
    commit(tmp_path, "both")

    made, _ = build(tmp_path, NOW + 3 * HOUR)
    assert made.contents is not None
    assert made.lock is not None
    notes = {each.rendered.note.key: each for each in made.contents.notes}
    by_guid = {each.guid: each for each in made.contents.notes}
    # Every note of the page is one that a side had, and the ones of the first release are the same.
    assert by_guid.keys() <= guids
    for key, known in first.notes.items():
        now_at = Key(key.replace("varroa-mites", "the-varroa-mite"))
        assert notes[now_at].guid == known.guid
        assert notes[now_at].id == known.id
    # What changed arrives at learners of either release, and the rest is left alone.
    for each in made.contents.notes:
        known_by = [
            one
            for lock in (mine, other)
            for one in lock.notes.values()
            if one.guid == each.guid and one.retired is None
        ]
        assert each.mod >= max(one.mod for one in known_by)
    assert notes[Key("honey-its-water")].mod == NOW + 3 * HOUR
    assert notes[Key("the-varroa-mite")].mod == NOW + 3 * HOUR
    assert notes[Key("swarming")].mod == other.notes[Key("swarming")].mod
    assert notes[Key("the-winter-cluster")].mod == first.notes[Key("the-winter-cluster")].mod
    assert made.lock.notes[Key("swarming")].retired is None
    before = (tmp_path / "deck.lock").read_bytes()
    build(tmp_path, NOW + 4 * HOUR)
    assert (tmp_path / "deck.lock").read_bytes() == before


# Cloze numbers ------------------------------------------------------------------------------------

Clozes = tuple[tuple[str, int], ...]


def cloze(
    now: int, clozes: Clozes, past: Clozes = (), of: str = "honey", **known: object
) -> LockedNote:
    """A note as a build found it with these deletions."""
    made = replace(edited(BASE[of], now), clozes=clozes, past_clozes=past)
    return replace(made, **known)  # type: ignore[arg-type]


BEGUN = lock_of(BASE | {"honey": replace(BASE["honey"], clozes=(("nectar", 1), ("wax", 2)))})


def test_deletions_that_both_sides_added_keep_their_numbers_where_they_can(
    branches: Branches,
) -> None:
    ours = cloze(NOW + HOUR, (("nectar", 1), ("water", 3), ("wax", 2)))
    theirs = cloze(NOW + 2 * HOUR, (("nectar", 1),), (("wax", 2), ("yeast", 4)))
    found = branches.united(
        lock_of(BASE | {"honey": ours}), lock_of(BASE | {"honey": theirs}), BEGUN
    )
    honey = found.lock.notes[Key("honey")]
    assert honey.clozes == (("nectar", 1),)
    assert honey.past_clozes == (("wax", 2), ("yeast", 4), ("water", 3))
    assert found.told == ("honey: the sides differ, the later change is kept",)


def test_a_number_that_both_sides_gave_stays_with_the_later_change(branches: Branches) -> None:
    ours = cloze(NOW + HOUR, (("nectar", 1), ("water", 3), ("wax", 2)))
    theirs = cloze(NOW + 2 * HOUR, (("yeast", 3), ("nectar", 1), ("wax", 2)))
    found = branches.united(
        lock_of(BASE | {"honey": ours}), lock_of(BASE | {"honey": theirs}), BEGUN
    )
    honey = found.lock.notes[Key("honey")]
    assert (honey.clozes, honey.past_clozes) == (theirs.clozes, ())
    assert "another one goes to “water”" in found.told[-1]


def test_a_number_that_learners_have_stays_whatever_was_changed_later(branches: Branches) -> None:
    """What has another number then is looked at anew by the next build."""
    shipped = cloze(NOW + HOUR, (("nectar", 1), ("water", 3), ("wax", 2)))
    ours = after_release(lock_of(BASE | {"honey": shipped}), "1.1", NOW + HOUR + 1)
    theirs = cloze(NOW + 2 * HOUR, (("yeast", 3), ("nectar", 1), ("wax", 2)))
    found = branches.united(ours, lock_of(BASE | {"honey": theirs}), BEGUN)
    honey = found.lock.notes[Key("honey")]
    assert (honey.clozes, honey.past_clozes) == ((("nectar", 1), ("wax", 2)), (("water", 3),))
    assert (honey.source, honey.mod, honey.pending) == ("", NOW + 2 * HOUR, "changed")
    assert found.told == (
        "honey: the sides differ, the later change is kept",
        "honey: both sides gave one cloze number to two deletions, or two to one; where nobody "
        "wrote it another one goes to “yeast”",
    )


def test_one_deletion_that_both_sides_added_has_one_number(branches: Branches) -> None:
    ours = cloze(NOW + HOUR, (("nectar", 1), ("water", 3), ("yeast", 4), ("wax", 2)))
    theirs = cloze(NOW + 2 * HOUR, (("nectar", 1), ("yeast", 3), ("wax", 2)))
    found = branches.united(
        lock_of(BASE | {"honey": ours}), lock_of(BASE | {"honey": theirs}), BEGUN
    )
    honey = found.lock.notes[Key("honey")]
    assert honey.clozes == theirs.clozes
    assert honey.past_clozes == (("yeast", 4),)  # reserved


def test_deletions_that_differ_alone_are_united_too(branches: Branches) -> None:
    """Where both restored or built with another memory, at one time."""
    ours = replace(BASE["honey"], clozes=(("nectar", 1),), past_clozes=(("wax", 2),))
    theirs = replace(BASE["honey"], clozes=(("nectar", 1),), past_clozes=(("yeast", 3),))
    found = branches.united(lock_of(BASE | {"honey": ours}), lock_of(BASE | {"honey": theirs}))
    honey = found.lock.notes[Key("honey")]
    assert honey.clozes == (("nectar", 1),)
    assert sorted(honey.past_clozes) == [("wax", 2), ("yeast", 3)]


@given(
    *(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(1, 4)), max_size=5),) * 3,
    *(st.booleans(), st.booleans(), st.integers(0, 2)),
)
@settings(max_examples=40, deadline=None)
def test_no_number_that_learners_have_goes_to_another_deletion(
    base: list[tuple[str, int]],
    mine: list[tuple[str, int]],
    other: list[tuple[str, int]],
    released: bool,
    left: bool,
    later: int,
) -> None:
    notes = [
        cloze(
            NOW + 1 + offset,
            tuple(dict.fromkeys([*clozes, *base])),
            (("gone", 9),) if left else (),
            pending="" if shipped else "changed",
        )
        for clozes, shipped, offset in ((mine, released, 0), (other, False, later))
    ]
    ours, theirs = (lock_of(BASE | {"honey": note}) for note in notes)
    found = resolved(in_conflict(ours, theirs)).lock.notes[Key("honey")]
    mirrored = resolved(in_conflict(theirs, ours)).lock.notes[Key("honey")]
    assert found == mirrored
    pairs = (*found.clozes, *found.past_clozes)
    said = {pair for note in notes for pair in (*note.clozes, *note.past_clozes)}
    assert {number for _, number in pairs} == {number for _, number in said}
    assert set(pairs) <= said
    if released:  # what learners have stays as it is
        assert set(notes[0].clozes) <= set(pairs)
        first, second = (set(note.clozes) for note in notes)
        taken = {number for _, number in first} - {number for _, number in first & second}
        assert not [pair for pair in second - first if pair[1] in taken and pair in pairs]


# What is never guessed ----------------------------------------------------------------------------

TEXT = serialise(lock_of(BASE))
LATER = lock_of(BASE | {"honey": edited(BASE["honey"], NOW + HOUR)})
CONFLICTED = in_conflict(lock_of(BASE), LATER)
NOT_CREATED = "the lock is damaged: no created"
STRANGE = "the lock is damaged: this is not a line of a lock"


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        (CONFLICTED.replace('"dance": {', '"dance": ', 1), STRANGE, '"dance": "guid'),
        (CONFLICTED.replace('"mod": ', '"mod": "', 1), STRANGE, '"Basic": {"id"'),
        (CONFLICTED.replace('"id": ', '"id": -', 2), STRANGE, '"Basic": {"id": -'),
        (CONFLICTED.replace('"honey": {', '"honey": {}, "x": {'), STRANGE, '"honey": {}, '),
        (CONFLICTED.replace('"notes": {', 'notes'), STRANGE, "notes"),
        (CONFLICTED.replace('"created"', '"date"', 1), STRANGE, '"date": '),
        (CONFLICTED.replace('["1.0"', '[1.0', 1), STRANGE, "[1.0, "),
        (CONFLICTED.replace('["1.0"', '5, ["1.0"', 1), STRANGE, '5, ["1.0"'),
        (
            CONFLICTED.replace("=======\n", ""),
            "the lock is damaged: a conflict mark out of its place",
            ">>>>>>> theirs",
        ),
        (
            CONFLICTED.replace(">>>>>>> theirs\n", ""),
            "the lock is damaged: a conflict without an end",
            "=======",
        ),
        (
            CONFLICTED.replace("}\n}\n>>>>>>>", ">>>>>>>"),
            "the lock is damaged: its end is missing",
            "",
        ),
        (CONFLICTED.replace('"created": 1750000000,\n', "", 1), NOT_CREATED, "<<<<<<< HEAD"),
        (CONFLICTED + '"created": 5\n', STRANGE, '"created": 5'),
        ("<<<<<<< HEAD\nHello\n=======\n>>>>>>> theirs\n", STRANGE, "Hello"),
    ],
)  # fmt: skip
def test_damage_beside_a_conflict_is_told_with_its_line(text: str, message: str, line: str) -> None:
    assert text != CONFLICTED
    told = refused(text)[0]
    assert (told.rule, told.message) == (DAMAGED, message)
    assert told.hint == "let git write the conflict anew: git checkout --merge -- deck.lock"
    assert line_of(text, told)[1].startswith(line)


def test_damage_without_a_conflict_is_what_reading_says_of_it() -> None:
    text = TEXT.replace('"dance": {', '"dance": ')
    assert refused(text) == parse(Source("deck.lock", text))[1]


def test_damage_beside_a_double_is_told_with_its_line() -> None:
    lines = TEXT.split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith('"dance"'))
    text = "\n".join([*lines[: at + 1], lines[at][:-1], ",", *lines[at + 1 :]])
    (told,) = refused(text)
    assert (told.rule, line_of(text, told)[1]) == (DAMAGED, ",")
    assert told.hint == "take the last good version back from your version control"


@pytest.mark.parametrize("what", ["version", "revision"])
def test_a_side_of_a_newer_deckwright_is_left_to_it(what: str) -> None:
    text = CONFLICTED[::-1].replace(f'"{what}": '[::-1], f'"{what}": 9'[::-1], 1)[::-1]
    told = refused(text)[0]
    assert (told.rule, told.hint) == (NEWER, "upgrade deckwright")
    assert line_of(text, told)[1].startswith(f'"{what}": 9')


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_text_makes_it_fail(data: st.DataObject) -> None:
    """Any line lost, doubled, cut or moved: a lock, or a finding."""
    lines = CONFLICTED.split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        cut = data.draw(st.integers(0, len(lines[at])))
        other = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["lost", "doubled", "cut", "moved"]))
        if change == "doubled":
            lines.insert(other, lines[at])
        elif change == "cut":
            lines[at] = lines[at][:cut]
        else:
            line = lines.pop(at)
            if change == "moved":
                lines.insert(other, line)
        lines = lines or [""]
    for take in TAKES:
        found, told = resolve(Source("deck.lock", "\n".join(lines)), take)
        assert (found is None) == bool(told)
        if found:
            assert parse(Source("deck.lock", serialise(found.lock)))[0] == found.lock


# Whatever two people do ---------------------------------------------------------------------------


@dataclass
class Branch:
    """Someone who edits a deck, and what the lock remembers of it, as a build would write it.
    `shipped` is what learners of the last release have: the key and the content of each note."""

    name: str
    lock: Lock
    shipped: dict[Guid, tuple[Key, str]] = field(default_factory=dict)
    released: bool = False
    moved: set[Guid] = field(default_factory=set)

    def does(self, what: str, key: Key, other: Key, now: int) -> None:
        notes = dict(self.lock.notes)
        known = notes.get(key)
        if what == "release":
            times = [each.mod for each in notes.values()]
            time = max(now, max(times, default=0) + 1, (self.lock.released or 0) + 1)
            self.lock = after_release(self.lock, f"{self.name} {time}", time)
            live = {k: each for k, each in notes.items() if each.retired is None}
            self.shipped = {each.guid: (k, each.packaged) for k, each in live.items()}
            self.released = True
            return
        now = max(now, (self.lock.released or 0) + 1)
        if known is None:
            guids = {each.guid for each in notes.values()}
            made = edited(note(key, now, pending="new"), now, self.name)
            while made.guid in guids:
                made = replace(made, guid=Guid(made.guid + "+"), id=made.id + 7)
            notes[key] = made
        elif what == "remove":
            notes[key] = known if known.retired is not None else gone(known, now)
        elif what == "rename" and other not in notes:
            del notes[key]
            self.moved.add(known.guid)
            was = None if known.pending == "new" else known.was or key
            back = replace(known, retired=None, leaving=False)
            notes[other] = replace(back, was=None if was == other else was)
        else:
            notes[key] = edited(known, max(now, known.mod + 1), self.name)
        self.lock = replace(self.lock, notes=notes)


def check_what_is_sent(result: Lock, ours: Branch, theirs: Branch, start: Branch) -> None:
    """The next release sends what any learner of a last release does not have, tells what left and
    what came, and after one last release it sends nothing else."""
    last = [branch for branch in (ours, theirs) if branch.released] or [start]
    changes = since_release(result)
    for key, each in result.notes.items():
        had = [branch.shipped.get(each.guid) for branch in last]
        if each.retired is not None:
            assert (key in changes.removed) >= any(had)
            continue
        assert (key in changes.added) is (each.pending == "new")
        if any(one is not None and one[1] != each.packaged for one in had):
            assert each.pending == "changed" or each.packaged == ""
        elif all(had) and len(last) == 1:
            assert not each.pending
        if each.pending == "new":
            assert not any(had)
        if len(last) == 1 and had[0] and had[0][0] != key:
            assert each.was == had[0][0]


KEYS = st.sampled_from([Key(name) for name in "abcdefgh"])
DEED = st.tuples(st.sampled_from(["edit", "edit", "remove", "rename", "release"]), KEYS, KEYS)


@given(
    *(st.lists(DEED, max_size=6), st.lists(DEED, max_size=5), st.lists(DEED, max_size=5)),
    *(st.integers(1, 3), st.sampled_from([(), ("--diff3",), ("--zdiff3",)])),
)
@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_identity_is_lost_or_doubled_whatever_two_people_do(
    tmp_path: Path,
    before: list[tuple[str, Key, Key]],
    mine: list[tuple[str, Key, Key]],
    other: list[tuple[str, Key, Key]],
    step: int,
    style: tuple[str, ...],
) -> None:
    first = {name: note(name, pending="new") for name in ("a", "c")}
    start = Branch("start", lock_of(first, releases=()))
    now = NOW
    for deed in before:
        start.does(*deed, now := now + 1)
    ours, theirs = (Branch(name, start.lock, start.shipped) for name in ("ours", "theirs"))
    for place, deed in enumerate(mine):
        ours.does(*deed, now + 1 + place * 2)
    for place, deed in enumerate(other):
        theirs.does(*deed, now + step + place * 2)
    sides = {"ours": ours.lock, "base": start.lock, "theirs": theirs.lock}
    for name, lock in sides.items():
        (tmp_path / name).write_text(serialise(lock), encoding="utf-8")

    def text(*names: str) -> str:
        path = [tmp_path / name for name in names]
        done = subprocess.run(
            ["git", "merge-file", "-p", *style, *path],
            env=NO_SETTINGS,
            capture_output=True,
            check=False,
        )
        return done.stdout.decode()

    merged, mirrored = text("ours", "base", "theirs"), text("theirs", "base", "ours")
    plain, asked = resolve(Source("deck.lock", merged))
    if asked:
        assert {each.rule for each in asked} <= {TWO_GUIDS, TWO_KEYS, APART}
        results = [resolved(merged, "ours"), resolved(merged, "theirs")]
    else:
        assert plain is not None
        assert resolved(mirrored).lock == plain.lock
        results = [resolved(merged)]
    for result in results:
        notes = {each.guid: each for each in result.lock.notes.values()}
        said: dict[Guid, list[LockedNote]] = {}
        for branch in (ours, theirs):
            for each in branch.lock.notes.values():
                said.setdefault(each.guid, []).append(each)
        assert notes.keys() == said.keys()
        assert len(notes) == len(result.lock.notes)
        assert len({each.id for each in notes.values()}) == len(notes)
        for guid, each in notes.items():
            if len(said[guid]) == 2:
                assert each.mod >= max(one.mod for one in said[guid])
            if guid in start.shipped:
                assert {each.id} == {one.id for one in said[guid]}
        if asked:
            continue
        check_what_is_sent(result.lock, ours, theirs, start)
        was, mine_at, other_at, now_at = (
            {each.guid: key for key, each in lock.notes.items()}
            for lock in (start.lock, ours.lock, theirs.lock, result.lock)
        )
        sides_at = ((ours, mine_at), (theirs, other_at))
        for guid, each in notes.items():
            if each.retired is not None:
                assert any(one.retired is not None for one in said[guid])
                continue
            sides = [(b, at) for b, at in sides_at if guid in at]
            sides = [(b, at) for b, at in sides if b.lock.notes[at[guid]].retired is None]
            keys = {at[guid] for _, at in sides}
            assert now_at[guid] in keys
            if len(keys) > 1 and now_at[guid] == was.get(guid):  # one came back to it
                assert any(guid in b.moved for b, at in sides if at[guid] == was[guid])
