"""One lock out of two that git could not merge, or that it merged without seeing what it did.

Git merges lines and knows nothing of identities: it makes a conflict where two branches each added
a neighbour, and none where both gave one note another key. Here the two sides of the text
(`deckwright.lock.sides`) are united by their identities. What would be a guess is asked.

Each line says by itself what the next release has to tell of its note, so a merge that git could
make keeps that: only the two lines of one note are weighed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from deckwright import clozes
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.lock.format import (
    DAMAGED,
    NEWER,
    Lock,
    LockedNote,
    LockedNoteType,
    Pending,
    parse,
)
from deckwright.lock.sides import BOTH, OURS, THEIRS, Entry, Text
from deckwright.note import Guid, Key
from deckwright.source import Source

TWO_GUIDS = Rule(
    "L005",
    "lock-two-guids",
    Severity.ERROR,
    "A learner's reviews hang on the GUID of a note: which of two goes on is for a person to say.",
    "See which of the two learners have, and say whose side is kept: `deckwright lock resolve "
    "--take ours`, or `--take theirs`.",
)
TWO_KEYS = Rule(
    "L006",
    "lock-two-keys",
    Severity.ERROR,
    "A note has one key: under another one its sources would be taken for a new note.",
    "See which of the two the sources have, and say whose side is kept: `deckwright lock resolve "
    "--take ours`, or `--take theirs`.",
)
APART = Rule(
    "L007",
    "lock-apart",
    Severity.ERROR,
    "What both sides of a merge say cannot both be true of the packages that learners have.",
    "Look at the two places that are told, and say whose side is kept: `deckwright lock resolve "
    "--take ours`, or `--take theirs`. Of two projects one lock is kept whole.",
)
RULES = (TWO_GUIDS, TWO_KEYS, APART)

Take = Literal["", "ours", "theirs"]


@dataclass(frozen=True, slots=True)
class Resolved:
    """A united lock, and what was decided for it, a short sentence each."""

    lock: Lock
    told: tuple[str, ...]


def resolve(source: Source, take: Take = "") -> tuple[Resolved | None, tuple[Diagnostic, ...]]:
    """Unite the two sides of a lock's text: the lock, or what is wrong or must be asked, and where.

    The text holds git's conflicts in any of its styles (merge, diff3, zdiff3), or one identity
    under two lines, as an automatic merge or an editor's "accept both" leaves it. A lock that is
    whole is its own result. Every note of either side is kept under its GUID, with the later time.
    `take` answers what is asked: the side that is kept wherever only one can be. Where no mark
    tells the sides apart, ours is what stands first.
    """
    lock, found = parse(source)
    if lock is not None:
        return Resolved(lock, ()), ()
    if found[0].rule is NEWER:
        return None, found
    text = Text(source)
    if text.problems:
        # A text without marks is one lock, and what `parse` says of it is nearer to the mistake.
        nearer = found[0].rule is DAMAGED and not text.marked
        return None, found if nearer else tuple(text.problems)
    uniting = _Uniting(text, take)
    united = uniting.lock()
    if united is None:
        return None, tuple(sorted(uniting.problems, key=_place))
    if not uniting.told and not text.marked:
        uniting.told.append("the commas at the ends of the lines are set right")
    return Resolved(united, tuple(uniting.told)), ()


def _place(found: Diagnostic) -> int:
    return found.span.start if found.span else 0


_LARGEST: Final = 2**53  # no number of a lock is as large


class _Uniting:
    """The uniting of two sides. It collects what is to be asked (`problems`) and what was decided
    (`told`). Nothing but what is asked depends on which side is ours."""

    def __init__(self, text: Text, take: Take) -> None:
        self.text = text
        self.source = text.source
        self.take = take
        self.problems: list[Diagnostic] = []
        self.told: list[str] = []
        releases = _distinct(text.entries("releases"))
        self.last_release = max((entry.value[1] for entry in releases), default=-1)
        # A release of one side alone makes no conflict, and then stands on both.
        self.both_released = {OURS, THEIRS} <= {entry.sides for entry in releases}
        common = [entry.value[1] for entry in releases if entry.sides == BOTH]
        self.last_common = max(common, default=-1)
        self.again = 0

    def lock(self) -> Lock | None:
        """The united lock; None where something is to be asked."""
        text = self.text
        projects = _distinct(text.entries("project"))
        if len(projects) > 1:
            one, other = projects[0], projects[1]
            message = f"the sides belong to two projects, “{one.value}” and “{other.value}”"
            hint = (
                "identities are made of the project's id, so these have none in common: keep one "
                f"whole, with git checkout --ours -- {self.source.path}, or --theirs"
            )
            self._problem(APART, message, hint, one, other)
            return None
        created = {entry.value for entry in text.entries("created")}
        if len(created) > 1:
            self.told.append("the project's beginning: the earlier time is kept")
        releases = self._releases(_distinct(text.entries("releases")))
        decks = self._decks(text)
        note_types = self._note_types(text.entries("note_types"))
        notes = self._notes(text.entries("notes"), text.before(), releases)
        if self.problems:
            return None
        shipped = self._shipped(releases)
        return Lock(
            *(projects[0].value, min(created), note_types, notes, decks, releases),
            shipped=shipped,
        )

    def _problem(self, rule: Rule, message: str, hint: str, *places: Entry) -> None:
        first, second, *_ = sorted(entry.at for entry in places)
        span, other = self.source.span(second, second), self.source.span(first, first)
        self.problems.append(Diagnostic(rule, message, span, hint, other=other))

    def _ours_and_theirs(self, entries: Iterable[Entry]) -> tuple[Entry, Entry]:
        """The entry that `--take ours` keeps, and the one that `--take theirs` keeps."""
        rank = {OURS: 0, BOTH: 1, THEIRS: 2}
        ranked = sorted(entries, key=lambda entry: (rank[entry.sides], entry.at))
        return ranked[0], ranked[-1]

    # Heads, releases and note types

    def _releases(self, entries: Sequence[Entry]) -> tuple[tuple[str, int], ...]:
        kept: list[Entry] = []
        for entry in sorted(entries, key=lambda entry: (entry.value[1], entry.value[0])):
            clash = [each for each in kept if _clash(each, entry)]
            if not clash:
                kept.append(entry)
                continue
            ours, theirs = self._ours_and_theirs([*clash, entry])
            if not self.take:
                what = "two versions were released at one time"
                if entry.value[0] == clash[0].value[0]:
                    what = f"the version {entry.value[0]} was released on both sides"
                hint = (
                    "learners have either package; say which one the lock shall remember: "
                    f"deckwright lock resolve --take ours ({ours.name} at {ours.value[1]}), or "
                    f"--take theirs ({theirs.name} at {theirs.value[1]})"
                )
                self._problem(APART, what, hint, ours, theirs)
                continue
            chosen = ours if self.take == "ours" else theirs
            kept = [each for each in kept if each not in clash] + [chosen]
            self.told.append(f"the release {chosen.value[0]}: that of {self.take} is kept")
        if {OURS, THEIRS} <= {entry.sides for entry in kept}:
            self.told.append("the releases of both sides are kept")
        return tuple(sorted((entry.value for entry in kept), key=lambda release: release[1]))

    def _decks(self, text: Text) -> tuple[str, ...]:
        """The decks that learners have, as the side says that released last."""
        said = [[entry.value for entry in side.parts["decks"]] for side in text.sides]
        if all(decks == said[0][0] for side in said for decks in side):
            return tuple(said[0][0])
        ours, theirs = (side.last_release for side in text.sides)
        if ours != theirs:
            said = [said[0] if ours > theirs else said[1]]
            self.told.append("the decks: those of the last release are kept")
        else:
            self.told.append("the decks: those of both sides are kept")
        lists = [decks for side in said for decks in side]
        return tuple(lists[0] if len(lists) == 1 else sorted({name for d in lists for name in d}))

    def _shipped(self, releases: Sequence[tuple[str, int]]) -> str:
        """The digest of the last release, if the sides that know it have one of it."""
        said = {
            digest
            for side in self.text.sides
            if any(entry.value in releases[-1:] for entry in side.parts["releases"])
            for digest in [entry.value for entry in side.parts.get("shipped", ())] or [""]
        }
        return said.pop() if len(said) == 1 else ""

    def _note_types(self, entries: Sequence[Entry]) -> dict[str, LockedNoteType]:
        united = {}
        for name, said in _grouped(entries, lambda entry: entry.name).items():
            schemas = _distinct(said, _schema)
            if len(schemas) > 1:
                ours, theirs = self._ours_and_theirs(schemas)
                if not self.take:
                    message = (
                        f"the note type “{name}” has another id or schema on either side: learners "
                        "who have the one get no update of its notes from a package with the other"
                    )
                    hint = (
                        "keep the one that was released: deckwright lock resolve --take ours "
                        f"({_described(ours.value)}), or --take theirs ({_described(theirs.value)})"
                    )
                    self._problem(APART, message, hint, ours, theirs)
                    continue
                chosen = _schema(ours if self.take == "ours" else theirs)
                said = [entry for entry in said if _schema(entry) == chosen]
                self.told.append(f"the note type {name}: that of {self.take} is kept")
            note_types: list[LockedNoteType] = [entry.value for entry in _distinct(said)]
            mod = max(each.mod for each in note_types)
            digests = {each.packaged for each in note_types if each.mod == mod}
            if len(note_types) > 1:
                self.told.append(f"the note type {name}: the later change is kept")
            # Two changes in one second: with neither digest the next build gives it a new time.
            packaged = digests.pop() if len(digests) == 1 else ""
            pending = _pending(note_types, mod)
            if not pending and self._one_side_has(mod, note_types):
                pending = "changed"
            united[name] = replace(
                note_types[0],
                mod=mod,
                packaged=packaged,
                pending=pending,
                # The side where it is not was the one that released it, and told it.
                accepted=all(each.accepted for each in note_types),
            )
        return united

    # Notes

    def _notes(
        self,
        entries: Sequence[Entry],
        before: Mapping[Guid, set[Key]],
        releases: Sequence[tuple[str, int]],
    ) -> dict[Key, LockedNote]:
        alone = 0
        claims: dict[Key, list[tuple[Entry, LockedNote]]] = {}
        left: list[tuple[list[Key], LockedNote]] = []  # notes that left, and the keys they may have
        for guid, said in _grouped(entries, lambda entry: entry.value.guid).items():
            said = _distinct(said, lambda entry: (entry.name, entry.value))
            alone += len(said) == 1 and said[0].sides != BOTH
            key = _new_key(said, before.get(Guid(guid), set()), self._keys_behind(said))
            if all(entry.value.retired is not None for entry in said):
                keys = [key] if key else sorted({Key(entry.name) for entry in said})
                left.append((keys, self._note(keys[0], said)))
            elif key or (key := self._asked_key(said)):
                (claim,) = _distinct((e for e in said if e.name == key), lambda entry: entry.name)
                claims.setdefault(key, []).append((claim, self._note(key, said)))
        if self.again:
            notes = "1 note" if self.again == 1 else f"{self.again} notes"
            self.told.append(
                "both sides released, and the next release sends once more what only one of them "
                f"sent: {notes}"
            )
        if alone:
            notes = "1 note stands" if alone == 1 else f"{alone} notes stand"
            self.told.append(f"{notes} on one side only, and all are kept")
        times = [time for _, time in releases]
        for entry in entries:
            times += (entry.value.mod, entry.value.retired or 0)
        united, outdone = self._one_guid_each(claims, min(max(times, default=0) + 1, _LARGEST - 1))
        for keys, note in sorted(outdone + left, key=lambda each: _rank(each[1])):
            self._keep_left(united, keys, note)
        for key, note in united.items():
            if note.maybe is not None and (note.maybe == key or note.maybe not in united):
                united[key] = replace(note, maybe=None)
        return self._one_id_each(united)

    def _asked_key(self, said: Sequence[Entry]) -> Key | None:
        """The key of a note that both sides gave another one, if there is an answer."""
        ours, theirs = self._ours_and_theirs(_distinct(said, lambda entry: entry.name))
        if self.take:
            kept = ours.name if self.take == "ours" else theirs.name
            self.told.append(f"{kept}: the key of {self.take} is kept")
            return Key(kept)
        message = f"the note of “{ours.name}” and “{theirs.name}” is one, under two keys"
        hint = (
            "keep the key that it has in the sources now: deckwright lock resolve --take ours "
            f"({ours.name}), or --take theirs ({theirs.name}); its reviews go on with it"
        )
        self._problem(TWO_KEYS, message, hint, ours, theirs)
        return None

    def _note(self, key: Key, said: Sequence[Entry]) -> LockedNote:
        """One note of all that is said of it."""
        notes: list[LockedNote] = [entry.value for entry in said]
        if len(notes) == 1:
            return self._for_learners_of_both(notes[0], said)
        others = sorted({entry.name for entry in said if entry.name != key})
        if others:
            self.told.append(f"{key}: it was {', '.join(others)} on one side, this key is kept")
        mod = max(note.mod for note in notes)
        latest = sorted((note for note in notes if note.mod == mod), key=_content)
        sources = {note.source for note in latest}
        packaged = {note.packaged for note in latest}
        live = [note for note in notes if note.retired is None]
        if live and len(live) < len(notes):
            self.told.append(f"{key}: it left on one side only; the next build sees if it is there")
        if len(packaged) > 1:
            # Learners may have either content with this very time, so neither digest may be found
            # again: the next build gives the note a new time, and what it packages arrives.
            self.told.append(f"{key}: both changed it at one time, the next build sets a new one")
        elif len({note.mod for note in notes}) > 1:
            self.told.append(f"{key}: the sides differ, the later change is kept")
        pending = _pending(notes, mod)
        if not pending and live and all(note.pending == "back" for note in live):
            pending = "back"  # a line of before it came back has nothing to tell
        memory, moved = self._clozes(key, notes, latest[-1])
        first = min(notes, key=_rank)
        if len({note.id for note in notes}) > 1:
            which = "earlier" if _rank(first)[0] == _rank(max(notes, key=_rank))[0] else "released"
            self.told.append(f"{key}: both added it, the {which} note id is kept")
        made = replace(
            latest[-1],
            id=first.id,
            # With other numbers it is another note, though the words may be the same.
            source="" if len(sources) > 1 or len(packaged) > 1 or moved else latest[-1].source,
            packaged="" if len(packaged) > 1 else latest[-1].packaged,
            retired=None if live else max(note.retired or 0 for note in notes),
            was=self._key_then(key, said),
            maybe=_maybe(notes, mod, key),
            pending=pending,
            leaving=not live and self._is_leaving(notes),
            clozes=memory.now,
            past_clozes=memory.past,
        )
        return self._for_learners_of_both(made, said)

    def _clozes(
        self, key: Key, notes: Sequence[LockedNote], latest: LockedNote
    ) -> tuple[clozes.Memory, bool]:
        """The deletions of one note, and whether any has another number than on its side. A number
        stays with what learners have, then with the later change."""
        ranked = sorted(notes, key=lambda note: (note.pending != "", -note.mod, _content(note)))
        memory, moved = clozes.united([_memory(note) for note in ranked], _memory(latest))
        if moved:
            texts = ", ".join(f"“{text}”" for text in moved)
            self.told.append(
                f"{key}: both sides gave one cloze number to two deletions, or two to one; where "
                f"nobody wrote it another one goes to {texts}"
            )
        return memory, bool(moved)

    def _is_behind(self, note: LockedNote) -> bool:
        """Whether a line does not know the last release: that would have settled it, and what
        changes after a release has a later time."""
        return note.pending != "" and note.mod <= self.last_release

    def _keys_behind(self, said: Sequence[Entry]) -> set[Key]:
        """The keys that a note had at the last common release, as far as its lines tell: where one
        side alone released since, the other one's still say."""
        if self.both_released:
            return set()
        return {
            _released_key(entry)
            for entry in said
            if entry.sides != BOTH and entry.value.pending != "new" and self._is_behind(entry.value)
        }

    def _key_then(self, key: Key, said: Sequence[Entry]) -> Key | None:
        """The key that a note had at the last release, if that is another."""
        known = [entry for entry in said if entry.value.pending != "new"]
        known = [entry for entry in known if not self._is_behind(entry.value)] or known
        # Where one remembers a key and the other none, the other has released it.
        known = [entry for entry in known if entry.value.was is None] or known
        keys = {_released_key(entry) for entry in known}
        return None if key in keys else min(keys, default=None)

    def _is_leaving(self, notes: Sequence[LockedNote]) -> bool:
        """Whether a note that left on all sides is still to be told as removed. A side that has it
        no longer to tell has told it with its release."""
        left = [note.retired or 0 for note in notes if note.leaving]
        told = any(not note.leaving and note.pending != "new" for note in notes)
        return bool(left) and (not told or max(left) > self.last_release)

    def _for_learners_of_both(self, note: LockedNote, said: Sequence[Entry]) -> LockedNote:
        """Where both sides released, some learners have the one package, and some the other: what
        one of them brought or told is to be sent or told by the next release, for the others."""
        if not self.both_released or note.pending == "new":
            return note
        if note.retired is not None:
            return replace(note, leaving=note.leaving or note.retired > self.last_common)
        alone = len(said) == 1 and said[0].sides != BOTH  # new to the others: it arrives
        notes: list[LockedNote] = [entry.value for entry in said]
        if note.pending or alone or not self._one_side_has(note.mod, notes):
            return note
        self.again += 1
        return replace(note, pending="changed")

    def _one_side_has(
        self, mod: int, said: Sequence[LockedNote] | Sequence[LockedNoteType]
    ) -> bool:
        """Whether what has this time came with a release of one side only."""
        if len(said) > 1:
            differs = len({(each.packaged, each.pending) for each in said}) > 1
            return self.both_released and differs
        # What is one line git took over from one side; or, where both made the first release, both
        # made it alike.
        return self.both_released and mod > self.last_common >= 0

    def _one_guid_each(
        self, claims: Mapping[Key, list[tuple[Entry, LockedNote]]], now: int
    ) -> tuple[dict[Key, LockedNote], list[tuple[list[Key], LockedNote]]]:
        """The notes by their keys, where each key has one GUID, and those with another GUID: they
        leave now, so that what learners have of them stays reserved, and is told."""
        united, outdone = {}, []
        for key, several in claims.items():
            ours, theirs = self._ours_and_theirs(entry for entry, _ in several)
            if len(several) > 1 and not self.take:
                one, other = ours.value.guid, theirs.value.guid
                message = (
                    f"“{key}” has the GUID {one} on our side and {other} on theirs: learners who "
                    "have the one that is not kept keep its cards and reviews, but get no more "
                    "updates of it, and get the other one as a new note"
                )
                hint = (
                    "keep the one that was released: deckwright lock resolve --take ours "
                    f"({one}, {_whether_released(ours)}), or --take theirs ({other}, "
                    f"{_whether_released(theirs)})"
                )
                self._problem(TWO_GUIDS, message, hint, ours, theirs)
            kept = theirs if self.take == "theirs" else ours
            for entry, note in several:
                if entry is kept:
                    united[key] = note
                else:
                    leaving = note.pending != "new"
                    note = replace(note, retired=now, leaving=leaving, maybe=None)
                    outdone.append(([key], note))
            if len(several) > 1 and self.take:
                self.told.append(f"{key}: the GUID of {self.take} is kept")
        return united, outdone

    def _keep_left(
        self, united: dict[Key, LockedNote], keys: Sequence[Key], note: LockedNote
    ) -> None:
        """Keep a note that left. Where its key is taken it has one of its own, as in a build."""
        place = next((key for key in keys if key not in united), None)
        number = 1
        while place is None:
            key = Key(f"{keys[0]}@{note.note_type}{'' if number == 1 else f'@{number}'}")
            place, number = None if key in united else key, number + 1
        if place not in keys:
            self.told.append(f"{keys[0]}: another note has it; the one that left is {place} now")
        united[place] = note

    def _one_id_each(self, notes: Mapping[Key, LockedNote]) -> dict[Key, LockedNote]:
        taken = {note.id for note in notes.values()}
        seen: dict[int, Key] = {}
        united = dict(notes)
        # What learners have keeps its id; else the one that stands first.
        for key, note in sorted(notes.items(), key=lambda each: (_rank(each[1])[0], each[0])):
            id = note.id
            if id in seen:
                while id in taken:
                    id = (id + 1) % _LARGEST
                self.told.append(
                    f"{key}: its note id is that of {seen[note.id]}, it has the next free one"
                )
                united[key] = replace(note, id=id)
                taken.add(id)
            seen[id] = key
        return united


def _grouped(entries: Iterable[Entry], name: Callable[[Entry], str]) -> dict[str, list[Entry]]:
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(name(entry), []).append(entry)
    return groups


def _value(entry: Entry) -> object:
    return entry.value


def _distinct(entries: Iterable[Entry], what: Callable[[Entry], object] = _value) -> list[Entry]:
    """The entries, those that say the same made one: it stands first, on the sides of all."""
    kept: dict[object, Entry] = {}
    for entry in entries:
        same = kept.setdefault(what(entry), replace(entry))
        same.sides |= entry.sides
    return list(kept.values())


def _clash(one: Entry, other: Entry) -> bool:
    """Whether one lock cannot hold both releases. A version may be released twice in one lock."""
    twice = one.value[0] == other.value[0] and one.sides & other.sides != BOTH
    return twice or one.value[1] == other.value[1]


def _whether_released(entry: Entry) -> str:
    note: LockedNote = entry.value
    return "in no release yet" if note.pending == "new" else "released"


def _rank(note: LockedNote) -> tuple[bool, int, Guid]:
    """Which of several comes first: what learners have, then what was there first. An id is the
    time at which a note was first built, more or less."""
    return note.pending == "new", note.id, note.guid


def _pending(said: Sequence[LockedNote] | Sequence[LockedNoteType], mod: int) -> Pending:
    """What the next release brings of what has this time: what the latest line says. Where that was
    released the next build sees whether the merged sources are still the same."""
    latest = {each.pending for each in said if each.mod == mod}
    if all(each.pending == "new" for each in said):
        return "new"
    if "" in latest:
        return ""
    return "back" if latest == {"back"} else "changed"


def _schema(entry: Entry) -> tuple[object, ...]:
    note_type: LockedNoteType = entry.value
    return note_type.id, note_type.kind, note_type.fields, note_type.templates


def _described(note_type: LockedNoteType) -> str:
    fields = ", ".join(name for name, _ in note_type.fields)
    return f"id {note_type.id}, fields {fields}"


def _new_key(said: Sequence[Entry], before: set[Key], behind: set[Key]) -> Key | None:
    """The key of a note: the new one, where one side gave it another; None where that is unsure.
    `before` are the keys that it had before both sides, where the conflict tells, and `behind`
    those that it had at the last release of both, where the lines do."""
    keys = {Key(name): each for name, each in _grouped(said, lambda entry: entry.name).items()}
    signs: tuple[Callable[[Key], bool], ...] = (
        lambda key: key in before,
        lambda key: key in behind,
        lambda key: _is_gone(key, said),
        lambda key: any(entry.value.was == key for entry in said),
    )
    # The key of a side that has the note still is the one in its sources.
    live = {Key(entry.name) for entry in said if entry.value.retired is None}
    if len(live or keys) == 1:
        return next(iter(live or keys))
    if before and not before & keys.keys():
        return None  # both sides gave it a new one
    for is_old in signs:
        left = [key for key in keys if not is_old(key)]
        if len(left) == 1:
            return left[0]
    return None


def _is_gone(key: Key, said: Sequence[Entry]) -> bool:
    """Whether a side gave up this key for another: it has only that one, which git took over from
    it for both. Two keys that both came for a third one, that of the last release, tell nothing."""
    mine = [entry for entry in said if entry.name == key]
    if any(entry.sides == BOTH for entry in mine):
        return False
    was = {entry.value.was for entry in mine} - {None}
    others = [entry for entry in said if entry.name != key and entry.sides == BOTH]
    return any(entry.value.was not in was for entry in others)


def _memory(note: LockedNote) -> clozes.Memory:
    return clozes.Memory(note.clozes, note.past_clozes)


def _content(note: LockedNote) -> tuple[tuple[str, ...], tuple[clozes.Numbered, ...]]:
    strings = (note.note_type, note.source, note.packaged, note.sketch)
    return strings, (*note.clozes, *note.past_clozes)


def _released_key(entry: Entry) -> Key:
    """The key that a note had at the last release that its line knows."""
    return entry.value.was or Key(entry.name)


def _maybe(notes: Sequence[LockedNote], mod: int, key: Key) -> Key | None:
    """The key of another note that this may be, that of the later change first."""
    for some in ([note for note in notes if note.mod == mod], notes):
        known = {note.maybe for note in some} - {None, key}
        if known:
            return min(filter(None, known))
    return None
