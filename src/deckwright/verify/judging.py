"""What happened between two moments of a collection, held against what two packages say."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TypeAlias

from deckwright import apkg, engine
from deckwright.verify.content import Content, content_of, deletions, plain, undeleted
from deckwright.verify.likeness import Texts, long_words, words_of
from deckwright.verify.verdict import KINDS, Finding, Verdict, short

__all__ = ["CardName", "Seen", "judge"]

CardName: TypeAlias = tuple[str, int]  # the GUID of its note, its ordinal


@dataclass(frozen=True, slots=True)
class Seen:
    """All of a collection at one moment; `questions` are plain text."""

    notes: Mapping[str, engine.State]
    cards: Mapping[CardName, engine.CardState]
    reviews: Mapping[int, tuple[tuple[int, ...], ...]]
    note_types: Mapping[int, engine.TypeState]
    empty: frozenset[CardName]
    questions: Mapping[CardName, str]


def judge(
    packages: tuple[apkg.Package, apkg.Package],
    before: Seen,
    after: Seen,
    log: engine.Imported,
    media: Path,
    version: str,
) -> Verdict:
    """Say what a learner sees. `packages` are OLD and NEW, `before` and `after` the collection
    around the import of NEW, `log` what that import told, `media` the folder of the learner's media
    files, `version` the engine's."""
    return _Trial(*packages, before, after, log, media).verdict(version)


class _Trial:
    """The two packages, and the collection before and after the import of NEW."""

    def __init__(
        self,
        old: apkg.Package,
        new: apkg.Package,
        before: Seen,
        after: Seen,
        log: engine.Imported,
        media: Path,
    ) -> None:
        self.old, self.new = old, new
        self.before, self.after, self.log = before, after, log
        self.in_old = {note.guid: note for note in old.notes}
        self.in_new = {note.guid: note for note in new.notes}
        self.arrived = after.notes.keys() - before.notes.keys()
        self.changed = {
            guid
            for guid, state in before.notes.items()
            if guid in after.notes
            and (state.fields, state.tags) != (after.notes[guid].fields, after.notes[guid].tags)
        }
        self._ordinals: dict[str, list[int]] = {}
        for guid, ordinal in sorted(before.questions):
            self._ordinals.setdefault(guid, []).append(ordinal)
        self._media = media
        self._digests: dict[str, str | None] = {}
        self._findings: list[Finding] = []

    def verdict(self, version: str) -> Verdict:
        self._note_types()
        self._lost()
        self._misplaced()
        self._missing()
        self._conflicts()
        self._duplicates()
        self._left()
        order = {kind.what: number for number, kind in enumerate(KINDS)}
        stay = set(self._stay())
        left = stay - self.in_new.keys()
        return Verdict(
            version,
            self.old.path,
            self.new.path,
            len(self.before.notes),
            len(self.before.cards),
            len(stay - left - self.changed),
            len(self.changed - left),
            len(self.arrived),
            len(left),
            tuple(sorted(self._findings, key=lambda finding: order[finding.what])),
        )

    def _tell(self, what: str, guid: str, before: str = "", after: str = "", why: str = "") -> None:
        self._findings.append(Finding(what, guid, self._name(guid), before, after, why))

    def _name(self, guid: str) -> str:
        for package, notes in ((self.new, self.in_new), (self.old, self.in_old)):
            if guid in notes and (key := package.key_of(notes[guid])):
                return key
        for fields in (self._fields(self.before, guid), self._fields(self.after, guid)):
            if name := next(filter(None, map(undeleted, fields)), ""):
                return name
        return guid

    def _fields(self, seen: Seen, guid: str) -> tuple[str, ...]:
        return seen.notes[guid].fields if guid in seen.notes else ()

    def _said(self, seen: Seen, guid: str) -> str:
        """All that a note says, but for our key, as one plain text."""
        state = seen.notes[guid]
        names = seen.note_types[state.note_type].fields
        key = names.index("Key") if "Key" in names else -1
        texts = (undeleted(field) for at, field in enumerate(state.fields) if at != key)
        return " ".join(filter(None, texts))

    def _type_name(self, seen: Seen, guid: str) -> str:
        """The name of a note's note type, without what Anki adds where a name is taken."""
        return _base(seen.note_types[seen.notes[guid].note_type].name)

    # Note types

    def _note_types(self) -> None:
        """Tell of note types that are added or split, and of looks that did not arrive."""
        used = {note.note_type for note in self.old.notes}
        mine = {_base(self.old.note_types[id].name): self.old.note_types[id] for id in used}
        added = self.after.note_types.keys() - self.before.note_types.keys()
        split = set()
        for id in sorted(added):
            arrived = self.after.note_types[id]
            was = mine.get(_base(arrived.name))
            if was is None:
                self._findings.append(Finding("note type", "", arrived.name))
                continue
            split.add(_base(arrived.name))
            fields = tuple(name for name, _ in was.fields)
            shape = fields, len(was.templates), was.kind == "cloze"
            why = "its fields, its templates or their ids are others"
            if shape == (arrived.fields, len(arrived.templates), arrived.cloze):
                why = "its id, or an id of its fields or templates, is another"
            before, after = ", ".join(fields), ", ".join(arrived.fields)
            self._findings.append(Finding("split", "", arrived.name, before, after, why))
        for id, wanted in self.new.note_types.items():
            was, now = self.old.note_types.get(id), self.after.note_types.get(id)
            if was is None or now is None or _base(wanted.name) in split:
                continue
            if _look(was) != _look(wanted) and _look(wanted) != _look(now):
                why = "" if wanted.mod > was.mod else "its time is not newer than that in OLD"
                name = f"look of the note type “{wanted.name}”"
                self._findings.append(Finding("missing", "", name, why=why))

    # Reviews

    def _lost(self) -> None:
        for (guid, ordinal), was in sorted(self.before.cards.items()):
            now = self.after.cards.get((guid, ordinal))
            card = f"card {ordinal + 1}"
            if now is None:
                self._tell("lost", guid, before=card, why="the card is gone")
            elif now != was:
                other = [name for name in now.__slots__ if getattr(now, name) != getattr(was, name)]
                before, after = (
                    f"{card}: " + ", ".join(f"{name} {getattr(state, name)}" for name in other)
                    for state in (was, now)
                )
                self._tell("lost", guid, before, after, "its schedule changed")
            elif self.before.reviews.get(was.id) != self.after.reviews.get(was.id):
                self._tell("lost", guid, before=card, why="its log of reviews changed")

    def _misplaced(self) -> None:
        if not self.changed and self.before.questions == self.after.questions:
            return
        texts = Texts({guid: self._said(self.before, guid) for guid in self.before.notes})
        for guid in self.before.notes:
            if guid not in self.after.notes:
                continue
            if guid in self.changed and self._says_another(guid, texts):
                continue
            self._asks_another(guid, texts)
        for guid, ordinal in sorted(self.after.empty - self.before.empty):
            if (guid, ordinal) in self.before.cards:
                was = self.before.questions.get((guid, ordinal), "")
                self._tell("empty", guid, was, why=f"card {ordinal + 1}")

    def _says_another(self, guid: str, texts: Texts) -> bool:
        """Tell of a note that now says what another one said, or nothing of what it did."""
        before, after = texts[guid], self._said(self.after, guid)
        if before.casefold() == after.casefold():
            return False
        first, now = (undeleted(self._fields(seen, guid)[0]) for seen in (self.before, self.after))
        if first.casefold() == now.casefold():
            return False  # the same question with another answer, perhaps a corrected one
        own = texts.alike(before, after)
        equal = texts.equal.get(after.casefold(), [])
        other = next((each for each in equal if each != guid), "")
        moved = other and (
            other not in self.after.notes
            or self._said(self.after, other).casefold() != after.casefold()
        )
        if not other or not (moved or own < 0.5):
            score, other = texts.likest(after, but=guid)
            likely = score >= 0.4 and own < 0.1 and len(words_of(after)) >= 8
            if not likely and (score < 0.6 or own >= score / 2):
                other = ""
        if other:
            why = f"it has the text that “{short(self._was_named(other))}” had"
            self._tell("misplaced", guid, first, now, why)
            return True
        old_words, new_words = set(words_of(before)), set(words_of(after))
        worded_anew = texts.alike(first, now) >= 0.5 or long_words(old_words, new_words) >= 0.2
        if own >= 0.1 or worded_anew:
            return False
        if min(len(old_words), len(new_words)) >= 12:
            self._tell("misplaced", guid, first, now, "nothing of its old text is left")
            return True
        self._tell("rewritten", guid, short(before, 300), short(after, 300))
        return False

    def _was_named(self, guid: str) -> str:
        note = self.in_old.get(guid)
        key = self.old.key_of(note) if note else ""
        return key or undeleted(self._fields(self.before, guid)[0]) or guid

    def _asks_another(self, guid: str, texts: Texts) -> None:
        """Tell of the cards of a note that ask what another card of it asked, or answered."""
        if self.before.note_types[self.before.notes[guid].note_type].cloze:
            if guid in self.changed:
                self._deletes_another(guid, texts)
            return
        asked = self._ordinals.get(guid, ())
        questions = {ordinal: self.before.questions[guid, ordinal] for ordinal in asked}
        fields = {plain(field) for field in self._fields(self.before, guid)}
        for ordinal, was in questions.items():
            now = self.after.questions.get((guid, ordinal), "")
            if not now or was == now:
                continue
            if now in (each for at, each in questions.items() if at != ordinal):
                self._tell("misplaced", guid, was, now, "another card of the note asked that")
            elif now in fields and now not in was:
                self._tell("misplaced", guid, was, now, "the card told that, and did not ask it")

    def _deletes_another(self, guid: str, texts: Texts) -> None:
        before = deletions(self._fields(self.before, guid))
        after = deletions(self._fields(self.after, guid))
        for number, now in sorted(after.items()):
            was = before.get(number)
            if was is None or (guid, number - 1) not in self.before.cards or set(was) & set(now):
                continue
            own = max(texts.alike(one, other) for one in was for other in now)
            for other, deleted in before.items():
                if other == number or own >= 0.5:
                    continue
                if set(deleted) & set(now):
                    why = f"c{number} deletes now what c{other} deleted"
                    self._tell("misplaced", guid, "; ".join(was), "; ".join(now), why)
                    break

    # Updates

    def _missing(self) -> None:
        refused = frozenset(self.log.conflicting)
        for note in self.new.notes:
            was, has = self.in_old.get(note.guid), self.after.notes.get(note.guid)
            if has is None:
                self._missed(note, "the note did not arrive at all")
                continue
            if note.guid not in refused:
                for card in note.cards:
                    if (note.guid, card.ordinal) not in self.after.cards:
                        self._missed(note, f"card {card.ordinal + 1} did not arrive")
            wanted = content_of(self._packed(self.new, note), note.tags, self.new.media.get)
            if was is not None:
                packed = content_of(self._packed(self.old, was), was.tags, self.old.media.get)
                if wanted.same(packed):
                    continue
            seen = content_of(self._stored(has), has.tags, self._digest)
            if not wanted.same(seen):
                before = self.before.notes.get(note.guid, has)
                self._missed(note, self._cause(note, before, wanted, seen), has)
        for name, digest in self.new.media.items():
            other = self.old.media.get(name, digest) != digest
            # Those without a leading `_` are named by fields, and were compared there.
            if other and name.startswith("_") and self._digest(name) != digest:
                why = "Anki never replaces a media file that a template shows: rename it"
                self._findings.append(Finding("missing", "", name, why=why))

    def _missed(self, note: apkg.Note, why: str, has: engine.State | None = None) -> None:
        """Tell of an update that did not arrive, with the first field that shows it."""
        mine = self._stored(has) if has else ()
        both = zip_longest(mine, self._packed(self.new, note), fillvalue="")
        pairs = [(plain(one), plain(other)) for one, other in both] if has else []
        before, after = next(((one, other) for one, other in pairs if one != other), ("", ""))
        if not (before or after) and has and set(has.tags) != set(note.tags):
            before, after = f"tags {' '.join(has.tags)}", f"tags {' '.join(note.tags)}"
        self._tell("missing", note.guid, before, after, why)

    def _packed(self, package: apkg.Package, note: apkg.Note) -> tuple[str, ...]:
        """The fields of a note in a package that may reach a learner."""
        names = (name for name, _ in package.note_type_of(note).fields)
        return self._meant(names, note.fields)

    def _stored(self, has: engine.State) -> tuple[str, ...]:
        """The same fields of the learner's note, after the import of NEW."""
        return self._meant(self.after.note_types[has.note_type].fields, has.fields)

    def _meant(self, names: Iterable[str], fields: tuple[str, ...]) -> tuple[str, ...]:
        """Fields without our key, where NEW is of our making. No card shows it, and a note that
        only got another key keeps its time, so that the learner keeps the old key, and with it
        their own edits."""
        if not self.new.made_by:
            return fields
        return tuple(field for name, field in zip(names, fields, strict=True) if name != "Key")

    def _cause(self, note: apkg.Note, before: engine.State, wanted: Content, seen: Content) -> str:
        if note.guid in self.log.conflicting:
            return "its note type is not the one that the learner has"
        if note.mod <= before.mod:
            return "its time is not newer than that of the note that the learner has"
        for (name, new), (_, old) in zip(wanted.media, seen.media, strict=False):
            if new and new != old:
                return f"the media file {name} did not arrive"
        return ""

    def _digest(self, name: str) -> str | None:
        """The digest of a media file that the learner has, as `apkg` makes it."""
        if name not in self._digests:
            self._digests[name] = None
            path = self._media / name
            # What stands in a field need not be the name of a file at all.
            if len(name) < 256 and path.parent == self._media and path.is_file():
                with path.open("rb") as file:
                    self._digests[name] = hashlib.file_digest(file, "sha256").hexdigest()[:16]
        return self._digests[name]

    def _conflicts(self) -> None:
        for guid in self.log.conflicting:
            has, comes = "another", "another"
            if guid in self.before.notes:
                mine = self.before.note_types[self.before.notes[guid].note_type]
                has = f"“{mine.name}” ({', '.join(mine.fields)})"
            if guid in self.in_new:
                theirs = self.new.note_type_of(self.in_new[guid])
                comes = f"“{theirs.name}” ({', '.join(name for name, _ in theirs.fields)})"
            if has == comes:
                comes = "another of that name"
            self._tell("conflict", guid, why=f"the learner has {has}, the package {comes}")

    def _duplicates(self) -> None:
        def front(seen: Seen, guid: str) -> tuple[str, str]:
            return self._type_name(seen, guid), plain(self._fields(seen, guid)[0]).casefold()

        gone = [guid for guid in self._stay() if guid not in self.in_new]
        texts = Texts({guid: self._said(self.before, guid) for guid in gone})
        by_front = {front(self.before, guid): guid for guid in gone}
        fronts = Counter(front(self.before, guid) for guid in self.before.notes)
        # A first field that is no title, such as a chapter, makes no duplicates.
        unsure = {name for (name, _), count in fronts.items() if count > 1}
        only = {front(self.before, guid): guid for guid in self.before.notes}
        for guid in sorted(self.arrived):
            own = name, first = front(self.after, guid)
            twin, why = by_front.get(own, "") if first else "", "the first field is the same"
            said = self._said(self.after, guid)
            if not twin:
                score, other = texts.likest(said)
                if score >= (0.6 if len(words_of(said)) >= 8 else 0.8):
                    twin, why = other, "the text is nearly the same"
            if not twin and first and name not in unsure:
                twin, why = only.get(own, ""), "the first field is the same"
            if twin:
                before, after = self._said(self.before, twin), said
                self._tell("duplicate", guid, before, after, f"{why}, the GUID another")

    def _stay(self) -> list[str]:
        return [guid for guid in self.before.notes if guid in self.after.notes]

    def _left(self) -> None:
        for guid in self._stay():
            if guid not in self.in_new:
                self._tell("left", guid)


def _base(name: str) -> str:
    """The name of a note type without the `+` that Anki adds where a name is taken."""
    return name.rstrip("+")


def _look(note_type: apkg.NoteType | engine.TypeState) -> tuple[object, ...]:
    """What of a note type an update can change without a conflict."""
    fields = tuple(field if isinstance(field, str) else field[0] for field in note_type.fields)
    sides = tuple((each.name, each.front, each.back) for each in note_type.templates)
    return _base(note_type.name), fields, sides, note_type.style
