"""A learner's Anki: the real engine with one collection, whichever version of it is installed.

Only this module knows the `anki` package, which the extra `deckwright[verify]` brings;
it is imported where a collection is opened, so that this module can be imported without it. Beside
it, and our reader of packages, there is only the standard library here: releases of Anki that are
tested beside the newest run in environments that have nothing else.

What differs between 2.1.66 and 26.9.3 is hidden here. Cards are answered by their ids, as the
engine's own add-on interface allows, so no daily limit and no order of the queue has a say. An
engine keeps files in the folder for temporary files: run one version of it in a process, and give
each its own TMPDIR.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from deckwright import apkg
from deckwright.apkg import PackageError

__all__ = ["CardState", "EngineMissing", "Imported", "Learner", "Side", "State", "TypeState"]

_FILE: Final = "collection.anki2"

# Answers are given one by one up to here: at some 0.1 ms each, that is 5 s.
_ANSWERED: Final = 50_000

# Well, very well, badly, very well, hardly: what a learner presses, in turn.
_PRESSED: Final = ("good", "easy", "again", "easy", "hard")

_LEECH: Final = "leech"  # the tag that Anki gives a note after 8 lapses of a card

# Told by Check Database of 26.9 about cards that "Set Due Date" made reviews of: no damage.
_HARMLESS: Final = "last review time"


class EngineMissing(Exception):
    """The Anki engine is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "the Anki engine is not installed: pip install 'deckwright[verify]' brings it"
        )


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import says that it did, as GUIDs.

    `new` were added, `updated` replaced; `unchanged` were there and are not newer in the package,
    `conflicting` are newer and refused, because their note type is not the learner's; `refused` are
    those that miss something (a note type, a deck, a first field).
    """

    new: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]
    conflicting: tuple[str, ...]
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class State:
    """A note in the collection. `mod` is in seconds, `fields` are HTML."""

    id: int
    note_type: int
    mod: int
    tags: tuple[str, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CardState:
    """A card in the collection; `deck` is the deck's whole name, the other names are Anki's own
    columns. `queue` is -1 where the card is suspended, `flags` the number of the flag."""

    id: int
    deck: str
    type: int
    queue: int
    due: int
    ivl: int
    factor: int
    reps: int
    lapses: int
    flags: int
    original_due: int
    original_deck: int
    data: str


@dataclass(frozen=True, slots=True)
class Side:
    """A template of a note type in the collection."""

    name: str
    front: str
    back: str


@dataclass(frozen=True, slots=True)
class TypeState:
    """A note type in the collection; `mod` is in seconds."""

    name: str
    cloze: bool
    fields: tuple[str, ...]
    templates: tuple[Side, ...]
    style: str
    mod: int


class Learner:
    """Somebody with a collection in a folder: a fresh one, or the one that is there.

    A context manager; `close` leaves the collection as one file (and a folder of media), of which
    `copy` makes another learner at the cost of copying it. Methods take GUIDs, and raise KeyError
    for one that is not in the collection. Raises EngineMissing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._col = self._open()

    def __enter__(self) -> Learner:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self) -> Any:
        try:
            from anki.collection import Collection  # first: the others are parts of circles
            from anki import hooks, lang, latex  # isort: skip
            from anki.errors import DBError
        except ImportError as error:
            raise EngineMissing from error
        # Formulas of somebody's package would be given to LaTeX when a question is rendered.
        hooks.card_did_render.remove(latex.on_card_did_render)
        with _quietly():
            lang.set_lang("en")  # else parts of the engine fail
            col: Any = Collection(str(self.folder / _FILE))
        # No waiting for the disk at each answer (3 to 10 times as slow): nobody's life is in here.
        with contextlib.suppress(DBError):  # 2.1.66 is in one transaction, and need not wait
            col.db.execute("pragma synchronous = off")
        return col

    def close(self) -> None:
        """Close the collection; a second time does nothing."""
        col, self._col = self._col, None
        if col is not None:
            with _quietly():
                col.close()

    def reopens(self) -> None:
        """Start Anki anew: what it knows of note types is stale after an import."""
        self.close()
        self._col = self._open()

    def copy(self, folder: Path) -> Learner:
        """Somebody else with the same collection, in a folder that is not there yet."""
        self.close()
        shutil.copytree(self.folder, folder)
        self._col = self._open()
        return Learner(folder)

    @property
    def media(self) -> Path:
        """The folder with the learner's media."""
        return self.folder / "collection.media"

    # What a learner does --------------------------------------------------------------------------

    def imports(self, package: Path) -> Imported:
        """Import a package as Anki's window does when nothing in it is changed: update notes and
        note types that are newer, merge no note types, bring no schedule (2.1.66, which has no such
        window, brings one if the package has it).

        Raises PackageError where the engine refuses the package, OSError where it is not there.
        """
        place = str(package.resolve(strict=True))
        from anki import import_export_pb2 as messages

        try:
            with _quietly():
                if hasattr(messages, "ImportAnkiPackageOptions"):
                    options = messages.ImportAnkiPackageOptions(
                        merge_notetypes=False, with_scheduling=False
                    )
                    log = self._col.import_anki_package(
                        messages.ImportAnkiPackageRequest(package_path=place, options=options)
                    ).log
                else:
                    log = self._col.import_anki_package(place).log
        except Exception as error:  # the engine's errors have no common class over the versions
            said = str(error).strip() or type(error).__name__
            raise PackageError(f"{package}: Anki refuses to import it: {said}") from error
        self.reopens()
        refused = (*log.missing_notetype, *log.missing_deck, *log.empty_first_field)
        known = {id: guid for guid, id in self._rows("select guid, id from notes")}
        foreign: Mapping[int, str] = {}
        if log.conflicting or refused:  # these are told with the ids that they have in the package
            foreign = {note.id: note.guid for note in apkg.read(str(package)).notes}

        def guids(notes: Iterable[Any], names: Mapping[int, str]) -> tuple[str, ...]:
            return tuple(names.get(note.id.nid, "") for note in notes)

        return Imported(
            guids(log.new, known),
            guids(log.updated, known),
            guids((*log.duplicate, *log.first_field_match), known),
            guids(log.conflicting, foreign),
            guids(refused, foreign),
        )

    def reviews_all(self, answered: int = _ANSWERED) -> None:
        """Answer every card that was never answered, once, some well and some badly, so that some
        are reviews and others are still being learnt.

        Of more cards than `answered`, the others are made reviews by Anki's Set Due Date, which is
        one operation: they have an interval, a day and a row in the log of reviews, too.
        """
        cards = [id for (id,) in self._rows("select id from cards where reps = 0 order by id")]
        with _quietly():
            for turn, id in enumerate(cards[:answered]):
                self._answers(id, _PRESSED[turn % len(_PRESSED)])
            if cards[answered:]:
                self._col.sched.set_due_date(cards[answered:], "1-60")

    def edits(self, guid: str, field: int | str, text: str) -> None:
        """Write another text into a field, given by its name or its place."""
        note = self._note(guid)
        if isinstance(field, int):
            note.fields[field] = text
        else:
            note[field] = text
        self._col.update_note(note)

    def tags(self, guid: str, tag: str) -> None:
        note = self._note(guid)
        note.tags.append(tag)
        self._col.update_note(note)

    def leeches(self, guid: str) -> None:
        """Forget the first card of a note again and again, until Anki itself calls it a leech."""
        id = self._cards(guid)[0]
        for _ in range(200):  # a threshold is 8 lapses by default, with two answers each
            if _LEECH in self._note(guid).tags:
                return
            ((kind,),) = self._rows("select type from cards where id = ?", id)
            self._answers(id, "again" if kind == 2 else "easy")
        raise RuntimeError(f"{guid} did not become a leech")

    def suspends(self, guid: str) -> None:
        self._col.sched.suspend_cards(self._cards(guid))

    def flags(self, guid: str, flag: int = 1) -> None:
        self._col.set_user_flag_for_cards(flag, self._cards(guid))

    def moves(self, guid: str, deck: str) -> None:
        """Move all cards of a note to a deck, which is made where it is missing."""
        self._col.set_deck(self._cards(guid), self._col.decks.id(deck))

    def deletes(self, guid: str) -> None:
        self._col.remove_notes([self._note(guid).id])

    # What a learner has ---------------------------------------------------------------------------

    def notes(self) -> dict[str, State]:
        """All notes by their GUIDs."""
        rows = self._rows("select guid, id, mid, mod, tags, flds from notes")
        return {
            guid: State(id, mid, mod, tuple(tags.split()), tuple(flds.split("\x1f")))
            for guid, id, mid, mod, tags, flds in rows
        }

    def cards(self) -> dict[tuple[str, int], CardState]:
        """All cards by the GUID of their note and their ordinal."""
        decks = {each.id: each.name for each in self._col.decks.all_names_and_ids()}
        rows = self._rows(
            "select n.guid, c.ord, c.id, c.did, c.type, c.queue, c.due, c.ivl, c.factor, c.reps,"
            " c.lapses, c.flags, c.odue, c.odid, c.data"
            " from cards c join notes n on n.id = c.nid"
        )
        return {
            (guid, ordinal): CardState(id, decks.get(deck, ""), *rest)
            for guid, ordinal, id, deck, *rest in rows
        }

    def reviews(self) -> dict[int, tuple[tuple[int, ...], ...]]:
        """The rows of the log of reviews by the id of their card, without `usn`."""
        found: dict[int, list[tuple[int, ...]]] = {}
        columns = "cid, id, ease, ivl, lastIvl, factor, time, type"
        for card, *row in self._rows(f"select {columns} from revlog order by id"):
            found.setdefault(card, []).append(tuple(row))
        return {card: tuple(rows) for card, rows in found.items()}

    def note_types(self) -> dict[int, TypeState]:
        """All note types by their ids."""
        return {
            int(each["id"]): TypeState(
                each["name"],
                each["type"] == 1,
                tuple(field["name"] for field in each["flds"]),
                tuple(Side(side["name"], side["qfmt"], side["afmt"]) for side in each["tmpls"]),
                each["css"],
                int(each["mod"]),
            )
            for each in self._col.models.all()
        }

    def question(self, guid: str, ordinal: int) -> str:
        """The question of a card as HTML, as Anki shows it. KeyError if there is no such card."""
        return self.questions([guid])[guid, ordinal]

    def questions(self, guids: Collection[str]) -> dict[tuple[str, int], str]:
        """The questions of all cards of some notes, as HTML, by GUID and ordinal."""
        wanted = frozenset(guids)
        rows = self._rows("select n.guid, c.ord, c.id from cards c join notes n on n.id = c.nid")
        with _quietly():
            return {
                (guid, ordinal): str(self._col.get_card(id).render_output().question_text)
                for guid, ordinal, id in rows
                if guid in wanted
            }

    def empty_cards(self) -> frozenset[tuple[str, int]]:
        """The cards that Anki's Empty Cards lists: GUID of the note, ordinal."""
        with _quietly():
            ids = {id for note in self._col.get_empty_cards().notes for id in note.card_ids}
        rows = self._rows("select c.id, n.guid, c.ord from cards c join notes n on n.id = c.nid")
        return frozenset((guid, ordinal) for id, guid, ordinal in rows if id in ids)

    def checks(self) -> tuple[str, ...]:
        """What Anki's Check Database finds wrong (and mends): nothing, in a sound collection."""
        with _quietly():
            said, sound = self._col.fix_integrity()
        if sound:
            return ()
        # The last line says that the database was rebuilt.
        return tuple(line for line in said.splitlines()[:-1] if _HARMLESS not in line)

    def checks_media(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What Anki's Check Media finds: the names of files that notes show and that are not there,
        and of those that are there and no note shows."""
        with _quietly():
            found = self._col.media.check()
        return tuple(sorted(found.missing)), tuple(sorted(found.unused))

    # What a learner cannot do ---------------------------------------------------------------------

    def redates(self, note_types: Mapping[int, int]) -> None:
        """Give note types another modification time (seconds), by their ids.

        Anki stamps a note type that it had to give another name with the time of the import. This
        is for an import that stands for one of long ago.
        """
        for id, mod in note_types.items():
            self._col.db.execute("update notetypes set mtime_secs = ? where id = ?", mod, id)
        self.reopens()

    def exports(self, package: Path, deck: str, *, legacy: bool = False) -> None:
        """Export a deck with its notes and media, without schedule, as Anki writes packages."""
        from anki import collection as engine

        limit = engine.DeckIdLimit(self._col.decks.id(deck))
        place = str(package.resolve())
        with _quietly():
            if hasattr(engine, "ExportAnkiPackageOptions"):
                options = engine.ExportAnkiPackageOptions(
                    with_scheduling=False, with_media=True, legacy=legacy
                )
                self._col.export_anki_package(out_path=place, options=options, limit=limit)
            else:
                self._col.export_anki_package(
                    out_path=place,
                    limit=limit,
                    with_scheduling=False,
                    with_media=True,
                    legacy_support=legacy,
                )

    # How ------------------------------------------------------------------------------------------

    def _rows(self, query: str, *values: object) -> list[Any]:
        return list(self._col.db.execute(query, *values))

    def _note(self, guid: str) -> Any:
        rows = self._rows("select id from notes where guid = ?", guid)
        if not rows:
            raise KeyError(guid)
        return self._col.get_note(rows[0][0])

    def _cards(self, guid: str) -> Sequence[int]:
        note = self._note(guid).id
        return [id for (id,) in self._rows("select id from cards where nid = ? order by ord", note)]

    def _answers(self, card: int, button: str) -> None:
        """Press a button on a card, whether it is due or not."""
        from anki.scheduler.v3 import CardAnswer

        states = self._col._backend.get_scheduling_states(card)
        self._col.sched.answer_card(
            CardAnswer(
                card_id=card,
                current_state=states.current,
                new_state=getattr(states, button),
                rating=getattr(CardAnswer, button.upper()),
                answered_at_millis=time.time_ns() // 1_000_000,
                milliseconds_taken=3_000,
            )
        )


def _quietly() -> contextlib.AbstractContextManager[object]:
    """Keep standard output, on which 24.11 and 25.9 complain if the main thread waits for 0.2 s."""
    return contextlib.redirect_stdout(io.StringIO())


def version() -> str:
    """The version of the engine, as Anki writes it (`26.09.3`). Raises EngineMissing."""
    try:
        from anki.buildinfo import version as installed
    except ImportError as error:
        raise EngineMissing from error
    return str(installed)
