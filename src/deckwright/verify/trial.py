"""The trial on the engine: import OLD, review every card, import NEW."""

from __future__ import annotations

import tempfile
from pathlib import Path

from deckwright import apkg, engine
from deckwright.verify.content import plain
from deckwright.verify.judging import Seen, judge
from deckwright.verify.verdict import Verdict

__all__ = ["verify"]


def verify(old: Path, new: Path) -> Verdict:
    """Import OLD, review every card, import NEW, and say what a learner would see.

    Both are local paths (`fetch` brings what is elsewhere). Raises PackageError where one of them
    is no package that can be read or imported, EngineMissing, and OSError.
    """
    version = engine.version()
    packages = apkg.read(str(old)), apkg.read(str(new))
    with (
        tempfile.TemporaryDirectory(prefix="deckwright-", ignore_cleanup_errors=True) as folder,
        engine.Learner(Path(folder) / "learner") as learner,
    ):
        learner.imports(old)
        _as_if_long_ago(learner, packages[0])
        learner.reviews_all()
        asked = _may_change(*packages)
        before = _snapshot(learner, asked)
        log = learner.imports(new)
        after = _snapshot(learner, asked)
        return judge(packages, before, after, log, learner.media, version)


def _as_if_long_ago(learner: engine.Learner, old: apkg.Package) -> None:
    """Give note types that Anki had to rename (`Basic+`) the time that OLD gives them.

    Anki stamps them with the time of the import, so that a learner gets a new look only if it was
    made later than that. Most import a package before the next one is made: so does ours.
    """
    arrived = learner.note_types()
    stamped = {
        id: note_type.mod
        for id, note_type in old.note_types.items()
        if id in arrived and arrived[id].name != note_type.name and arrived[id].mod > note_type.mod
    }
    if stamped:
        learner.redates(stamped)


def _snapshot(learner: engine.Learner, asked: frozenset[str]) -> Seen:
    questions = {card: plain(question) for card, question in learner.questions(asked).items()}
    return Seen(
        learner.notes(),
        learner.cards(),
        learner.reviews(),
        learner.note_types(),
        learner.empty_cards(),
        questions,
    )


def _may_change(old: apkg.Package, new: apkg.Package) -> frozenset[str]:
    """The GUIDs of the notes whose questions may be others after an import of NEW."""
    before = {note.guid: note for note in old.notes}
    restyled = {
        id
        for id, note_type in new.note_types.items()
        if id in old.note_types and old.note_types[id].templates != note_type.templates
    }
    return frozenset(
        note.guid
        for note in new.notes
        if note.guid in before
        and (note.note_type in restyled or note.fields != before[note.guid].fields)
    )
