"""Which note of the lock each note of the sources is: by its key, its text, or a GUID that a person
gave it. Pure.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from deckwright import matching, sketches
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.lock import Lock, LockedNote
from deckwright.note import Guid, Key, RenderedNote, digest, guid_of, hashed

_GIVEN = "notes:\n  - {{Front: What colour is oolong?, Back: Amber, guid: {}}}\n"
_TEA = "# Tea\n\nQ: What colour is oolong?\nA: Amber\n"

TYPE_CHANGED = Rule(
    "I002",
    "note-type-changed",
    Severity.ERROR,
    "Anki never updates a note that comes back with another note type.",
    "Keep its note type. As a new note, which is learnt anew: `deckwright rename --new KEY`. Where "
    "the folder of a note type was renamed: `name` in its notetype.yaml keeps its name.",
    {"tea.md": "# What colour is oolong? #type-in\n\nAmber\n"},
    {"tea.md": "# What colour is oolong?\n\nAmber\n"},
    {"tea.md": "# What colour is oolong?\n\nAmber\n"},
)
RENAMED = Rule(
    "I006",
    "renamed",
    Severity.INFO,
    "A note under another key that has the text of one that is gone is that note: it keeps its "
    "reviews.",
    "Nothing, if that is right; if these are two notes: `deckwright rename --new KEY`.",
    {"tea.md": _TEA.replace("# Tea", "# Half green")},
    {"tea.md": _TEA},
    {"tea.md": _TEA},
)
UNSURE = Rule(
    "I007",
    "rename-unsure",
    Severity.WARNING,
    "A note that may be another one renamed is a new note until someone says which: a wrong match "
    "would put reviews on another question.",
    "If it is: `deckwright rename OLD-KEY NEW-KEY`; if not: `deckwright rename --new NEW-KEY`. An "
    "id in the source says it, too.",
    {"tea.md": "Q: Which colour has oolong?\nA: Amber\n"},
    {"tea.md": "Q: Which colour has oolong? {#tea/what-colour-is-oolong}\nA: Amber\n"},
    {"tea.md": "Q: What colour is oolong?\nA: Amber\n"},
)
UNSETTLED = Rule(
    "I008",
    "rename-unsettled",
    Severity.ERROR,
    "What a release says is for ever: whether a note is new or renamed must be settled before it.",
    "If it is: `deckwright rename OLD-KEY NEW-KEY`; if not: `deckwright rename --new NEW-KEY`.",
    {"tea.md": "Q: Which colour has oolong?\nA: Amber\n"},
    {"tea.md": "Q: What colour is oolong?\nA: Amber\n"},
    {"tea.md": "Q: What colour is oolong?\nA: Amber\n"},
)
SAME_GUID = Rule(
    "I011",
    "same-guid",
    Severity.ERROR,
    "Two notes of one GUID are one note in the learner's collection: the second overwrites the "
    "first.",
    "Give each note a GUID of its own, or none.",
    {
        "tea.yaml": "notes:\n"
        "  - {Front: What colour is oolong?, Back: Amber, guid: Xr4%}\n"
        "  - {Front: What colour is sencha?, Back: Green, guid: Xr4%}\n"
    },
    {
        "tea.yaml": "notes:\n"
        "  - {Front: What colour is oolong?, Back: Amber, guid: Xr4%}\n"
        "  - {Front: What colour is sencha?, Back: Green, guid: Xr5%}\n"
    },
)
GUID_CHANGED = Rule(
    "I012",
    "guid-changed",
    Severity.ERROR,
    "With another GUID everyone who has the note gets it a second time, without its reviews.",
    "Leave the GUID out, or set it back: the lock has it.",
    {"tea.yaml": _GIVEN.format("Xr5%")},
    {"tea.yaml": _GIVEN.format("Xr4%")},
    {"tea.yaml": _GIVEN.format("Xr4%")},
)
RULES = (TYPE_CHANGED, RENAMED, UNSURE, UNSETTLED, SAME_GUID, GUID_CHANGED)


@dataclass(frozen=True, slots=True)
class Policy:
    """What a person allows or demands in one build.

    `ship_rendering` sends what only the renderer changed, `accept_schema_change` takes note types
    with other fields or templates, `new` are the keys of notes that are new whatever they resemble,
    and `settled` makes an unsettled rename an error.
    """

    ship_rendering: bool = False
    accept_schema_change: bool = False
    new: frozenset[Key] = frozenset()
    settled: bool = False


def written_digest(rendered: RenderedNote) -> str:
    """The digest of what a person made of a note: its words, and the files that it shows."""
    if not rendered.media:
        return rendered.source_digest
    shown = (part for file in rendered.media for part in (file.name, file.digest))
    return digest((rendered.source_digest, *shown))


_RESEMBLES = 0.4
"""How alike the keys of questions with one answer must be to be asked about (difflib)."""


class Origins:
    """Which note of the lock each note of the sources is: `origins` has its key in the lock, and
    none for a new note; `maybe` has the key of one that it may be, for a new note; `left` are keys
    that other notes have now."""

    def __init__(
        self,
        notes: Sequence[RenderedNote],
        old: Lock,
        policy: Policy,
        diagnostics: list[Diagnostic],
        called: Mapping[str, str] = {},
    ) -> None:
        """`called` has the names that note types may have in the lock, by their names of today."""
        self.old, self.policy, self.called = old, policy, called
        self.origins: dict[Key, Key] = {}
        self.maybe: dict[Key, Key] = {}
        self.left: frozenset[Key] = frozenset()
        self.told = diagnostics
        self.by_key = {rendered.note.key: rendered for rendered in notes}
        self._given()
        renamed = self._match()
        claimed = set(self.origins.values())
        for key, rendered in self.by_key.items():
            if key in self.origins or key in claimed or key not in old.notes or key in self.left:
                continue
            if rendered.note.guid not in (None, old.notes[key].guid):
                continue  # another GUID was given, and is told
            twin = self._of_its_type(rendered)
            if twin is not None and twin not in claimed:
                self.origins[key] = twin
            elif not self._is_new(rendered):
                self.origins[key] = key
        self._tell(renamed)

    def _of_its_type(self, rendered: RenderedNote) -> Key | None:
        """The key of the note that this one was before a note of another note type took its key:
        it is back, as any note is that comes back under its key."""
        note, old = rendered.note, self.old.notes
        if old[note.key].note_type == note.note_type or note.key in self.policy.new:
            return None
        twin = Key(f"{note.key}@{note.note_type}")  # where `identity` keeps it
        known = old.get(twin)
        fits = known and known.retired is not None and known.note_type == note.note_type
        return twin if fits else None

    def _is_new(self, rendered: RenderedNote) -> bool:
        """Whether a note whose key the lock knows is a new note all the same."""
        note, before = rendered.note, self.old.notes[rendered.note.key]
        accepted = note.key in self.policy.new
        if before.note_type != note.note_type:
            if not accepted:
                self._tell_type(rendered, before, f"deckwright rename --new {note.key}")
            return accepted
        # What has a GUID of its own key, and no learner saw, is new already.
        return accepted and (before.pending != "new" or not self._is_own(note.key, before.guid))

    def _tell_type(self, rendered: RenderedNote, before: LockedNote, way_out: str) -> None:
        note = rendered.note
        message = (
            f"{note.key} was a {before.note_type} note and is a {note.note_type} note now: "
            "Anki would never update it"
        )
        folder = ""
        if self.called.get(note.note_type) == before.note_type:
            folder = (
                f"if {note.note_type} is {before.note_type} renamed: `name: {before.note_type}` in "
                f"its notetype.yaml, and {before.note_type} in the sources; or "
            )
        hint = (
            f"{folder}keep its note type; or, as a new note that is learnt anew (the old one stays "
            f"with those who have it): {way_out}"
        )
        self.told.append(Diagnostic(TYPE_CHANGED, message, note.span, hint, note.key))

    def _is_own(self, key: Key, guid: Guid) -> bool:
        salts = ((), *((str(salt),) for salt in range(1, 10)))
        return any(guid == guid_of(hashed("guid", self.old.project, key, *salt)) for salt in salts)

    def _given(self) -> None:
        """The notes whose GUIDs were given."""
        by_guid = {note.guid: key for key, note in self.old.notes.items()}
        first: dict[Guid, RenderedNote] = {}
        for key, rendered in self.by_key.items():
            guid, span = rendered.note.guid, rendered.note.span
            if guid is None:
                continue
            if guid in first:
                message = f"{key} has the GUID {guid} of {first[guid].note.key}"
                other = first[guid].note.span
                hint = "give each note a GUID of its own"
                self.told.append(Diagnostic(SAME_GUID, message, span, hint, key, other))
                continue
            first[guid] = rendered
            known, before = by_guid.get(guid), self.old.notes.get(key)
            if known is not None and known != key and known in self.by_key:
                # That note is in the sources, too, unless its own GUID was given anew.
                owner = self.by_key[known]
                if owner.note.guid in (None, guid):
                    message = f"{key} has the GUID {guid} of {known}"
                    hint = "give each note a GUID of its own"
                    other = owner.note.span
                    self.told.append(Diagnostic(SAME_GUID, message, span, hint, key, other))
                    continue
            if known is not None:
                self.origins[key] = known
                if self.old.notes[known].note_type != rendered.note.note_type:
                    self._tell_type(rendered, self.old.notes[known], "give it no GUID")
            elif before is not None and before.pending != "new":
                message = f"{key} was released with the GUID {before.guid}, and is given {guid}"
                hint = f"leave the GUID out, or give it {before.guid}"
                self.told.append(Diagnostic(GUID_CHANGED, message, span, hint, key))
                self.origins[key] = key  # it has not left

    def _match(self) -> list[tuple[Key, Key]]:
        """Recognise notes by their text; the pairs of old and new keys that were taken."""
        old = self.old.notes
        given = {was: key for key, was in self.origins.items()}
        settled = {was: key for was, key in given.items() if was != key}
        fresh = [k for k in self.by_key if k not in old and k not in self.origins]
        changed = {
            key
            for key, rendered in self.by_key.items()
            if key in old
            and key not in self.origins
            and old[key].source != written_digest(rendered)
        }
        gone = len(old) > len(self.by_key) - len(fresh)
        if not ((fresh and (gone or changed)) or (changed and (gone or len(changed) > 1))):
            return []
        before = [
            matching.Before(
                key, note.note_type, note.sketch, key in self.by_key or given.get(key) == key
            )
            for key, note in old.items()
        ]
        after = [
            matching.After(
                key,
                rendered.note.note_type,
                rendered.note.parent,
                sketches.body(rendered.note),
                key in self.origins or (key in old and old[key].retired is None),
                key not in self.origins and (key not in old or key in changed),
            )
            for key, rendered in self.by_key.items()
            if key in self.origins or (key not in self.policy.new and not rendered.note.guid)
        ]
        found = matching.match(before, after, {**settled, **self._moved(fresh)})
        self.left = frozenset(found.left)
        taken = [(m.old, m.new) for m in found.sure]
        self.origins |= {new: was for was, new in taken}
        self._ask_of_same_answers([key for key in fresh if key not in self.origins])
        claimed = {*self.origins.values(), *self.maybe.values()}
        for match in found.unsure:
            if match.new not in old and match.old not in claimed:
                self.maybe.setdefault(match.new, match.old)
        return taken

    def _moved(self, fresh: Sequence[Key]) -> Mapping[Key, Key]:
        """The notes that only stand elsewhere now, below another heading or in another file: what
        their own part of the key says is the same, and so is their text, however short."""
        return self._pairs(fresh, lambda key: key.rpartition("/")[2])

    def _ask_of_same_answers(self, fresh: Sequence[Key]) -> None:
        """Ask of short notes with the same answer whether the question was re-worded: their texts
        are too short to be compared. Only where a question resembles the other at all."""
        for was, key in self._pairs(fresh, lambda _: "").items():
            asked, now = (each.rpartition("/")[2] for each in (was, key))
            if difflib.SequenceMatcher(None, asked, now, autojunk=False).ratio() >= _RESEMBLES:
                self.maybe[key] = was

    def _pairs(self, fresh: Sequence[Key], name: Callable[[Key], str]) -> Mapping[Key, Key]:
        """Pairs of an old key that is gone and a new one, of notes of one note type and one text
        (what was derived of others aside) that have the same name, and are the only such ones."""
        claimed = set(self.origins.values())
        gone: dict[tuple[str, str, str], list[Key]] = {}
        for key, before in self.old.notes.items():
            if key not in self.by_key and key not in claimed and before.retired is None:
                gone.setdefault((before.note_type, name(key), before.sketch), []).append(key)
        types = {(kind, named) for kind, named, _ in gone}
        come: dict[tuple[str, str, str], list[Key]] = {}
        for key in fresh:
            note = self.by_key[key].note
            kind = (note.note_type, name(key))
            if note.parent is None and not note.guid and kind in types:
                sketch = sketches.sketch(sketches.body(note))
                come.setdefault((*kind, sketch), []).append(key)
        return {
            gone[each][0]: keys[0]
            for each, keys in come.items()
            if each[2]
            and len(keys) == 1 == len(gone.get(each, ()))
            and keys[0] not in self.policy.new
        }

    def _tell(self, renamed: Sequence[tuple[Key, Key]]) -> None:
        """Tell what was taken for a renaming, and what must be settled."""
        followed = Counter[Key]()
        pairs = []
        first: dict[tuple[str, str], Key] = {pair: pair[1] for pair in renamed}
        for was, key in renamed:
            parent = self.by_key[key].note.parent
            whose = self.origins.get(parent) if parent is not None else None
            above = (was.rpartition("/")[0], key.rpartition("/")[0])
            if parent and whose and f"{whose}{key[len(parent) :]}" == was:
                followed[parent] += 1
            elif parent is None and above[0] != above[1] and above in first:
                followed[first[above]] += 1  # with all below a heading
            else:
                if parent is None and was.rpartition("/")[2] == key.rpartition("/")[2]:
                    first.setdefault(above, key)
                pairs.append((was, key))
        for was, key in pairs:
            also = f", with {followed[key]} of its notes" if followed[key] else ""
            message = f"renamed: {was} → {key}, reviews kept{also}"
            span = self.by_key[key].note.span
            hint = f"if these are two notes: deckwright rename --new {key}"
            if self.by_key[key].note.guid:  # a person said so, and is told what followed
                hint = ""
                if not also:
                    continue
            self.told.append(Diagnostic(RENAMED, message, span, hint, key))
        gone = {
            key
            for key in self.old.notes
            if key not in self.by_key and key not in self.origins.values()
        }
        # A key that has another note's text is in doubt until that is settled, too.
        gone |= {key for key, note in self.old.notes.items() if note.retired is None}
        keys = {was: key for key, was in self.origins.items()}
        for was, note in self.old.notes.items():
            key = keys.get(was, was)  # what is unsettled stays so under the next key
            if note.maybe in gone and key in self.by_key and key not in self.policy.new:
                self.maybe.setdefault(key, note.maybe)
        for key, was in self.maybe.items():
            rule = UNSETTLED if self.policy.settled else UNSURE
            message = f"{key} may be {was}, renamed"
            hint = f"if it is: deckwright rename {was} {key}; if not: deckwright rename --new {key}"
            self.told.append(Diagnostic(rule, message, self.by_key[key].note.span, hint, key))
