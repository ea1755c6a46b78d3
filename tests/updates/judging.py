"""What an edit did to learners: figures, of what they have and of what should be.

Notes are known by what they are to a person (the keys that they had in the first release), never by
what the tool took them for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from updates.edits import BYSTANDERS
from updates.learners import DECK, DOES, MARK, TAG
from updates.releases import Content, Package, Plan, content

Has = Mapping[str, Any]

TOUCHING = ("edited", "tagged", "leech")
"""What changes a note itself in Anki's eyes, and gives it the time of the moment."""


@dataclass(frozen=True)
class Row:
    """What an edit did, summed up over all learners or the most that one of them has.

    `lost` are cards with reviews that are gone, or are scheduled or lie elsewhere than before,
    `misplaced` are cards with reviews that ask what another note asks, `blank` are cards with
    nothing on their front, `duplicates` notes that are there twice, and cards that no release has.
    `missing` are updates that did not reach somebody; but for those who changed the note itself
    after the time of that release. `conflicts` are notes whose update an import refused,
    `elsewhere` are changes lost on notes that did not change.

    `older` and `newer` are about those who changed the note that changes before and after the time
    of the release: what they did that is lost, and what they did that kept the update away (of what
    changes the note itself in Anki's eyes). `later` is what is lost with the third release.
    `note_types` are the deck's before and after, `found` is what Anki's own check of the collection
    says, `changes_subject` whether the second and the third release say something new of that note,
    `again` whether the tool took the second one for the first.
    """

    edit: str
    asked: tuple[str, ...]
    lost: int
    misplaced: int
    blank: int
    duplicates: int
    missing: int
    conflicts: int
    elsewhere: int
    older_lost: tuple[str, ...]
    newer_lost: tuple[str, ...]
    newer_missing: tuple[str, ...]
    later_lost: tuple[str, ...]
    note_types: tuple[int, int]
    found: tuple[str, ...]
    changes_subject: tuple[bool, bool]
    again: bool


def judge(plan: Plan, facts: Mapping[str, Any]) -> Row:
    lives = [
        _Life(plan, facts, timeline, what, life)
        for timeline, learners in facts["learners"].items()
        for what, life in learners.items()
    ]
    both = (0, 1)
    acted = [life for life in lives if life.what]
    stock = len(facts["before"])
    second, third = next(iter(plan.then.values()))
    said = [plan.first.contents[plan.edit.subject]]
    for release in (second, third):  # what is taken away is not said anew
        said.append(release.contents.get(plan.edit.subject, said[-1]))

    def kinds(timeline: str, test: Any) -> tuple[str, ...]:
        return tuple(life.what for life in acted if life.timeline == timeline and test(life))

    return Row(
        edit=plan.edit.name,
        asked=plan.asked,
        lost=sum(life.lost(at) for life in lives for at in both),
        misplaced=sum(life.misplaced(at) for life in lives for at in both),
        blank=max(len(life.has[at]["empty"]) for life in lives for at in both),
        duplicates=max(life.duplicates(at) for life in lives for at in both),
        missing=max(
            len(life.missing(at)) for life in lives for at in both if not life.may_miss(at)
        ),
        conflicts=max(life.conflicts(at) for life in lives for at in both),
        elsewhere=sum(
            not life.still(what, plan.first.guids[key], at)
            for life in lives
            for at in both
            for what, key in BYSTANDERS.items()
        ),
        older_lost=kinds("older", lambda life: not life.keeps(0)),
        newer_lost=kinds("newer", lambda life: not life.keeps(0)),
        newer_missing=kinds("newer", lambda life: life.may_miss(0) and life.missing(0)),
        later_lost=tuple(
            what for what in DOES if not all(life.keeps(1) for life in acted if life.what == what)
        ),
        note_types=(
            len(facts["first"]["note_types"]) - stock,
            max(len(life.has[1]["note_types"]) for life in lives) - stock,
        ),
        found=tuple(said for life in lives for said in life.life["found"]),
        changes_subject=(said[0] != said[1], said[1] != said[2]),
        again=second.again,
    )


class _Life:
    """What one learner saw. The imports are counted from 0: the second release, and the third."""

    def __init__(
        self, plan: Plan, facts: Mapping[str, Any], timeline: str, what: str, life: Has
    ) -> None:
        self.plan, self.timeline, self.what, self.life = plan, timeline, what, life
        self.has: list[Has] = life["has"]
        self.releases: tuple[Package, ...] = (plan.first, *plan.then[timeline])
        self.fresh: tuple[Has, ...] = (facts["first"], *facts["fresh"][timeline])
        self.base: Has = facts["first"]
        self.key_of = {guid: key for key, guid in plan.first.guids.items()}

    def reviewed(self) -> Iterator[tuple[str, str, str]]:
        """The cards that have reviews: the key of the note, `GUID/ordinal`, the ordinal."""
        for name, card in self.life["acted"]["cards"].items():
            guid, _, ordinal = name.rpartition("/")
            assert self.life["acted"]["reviews"][str(card["id"])], f"{name} was never reviewed"
            yield self.key_of[guid], name, ordinal

    def lost(self, at: int) -> int:
        before, now = self.life["acted"], self.has[at]
        lost = 0
        for _, name, _ in self.reviewed():
            card, kept = before["cards"][name], now["cards"].get(name)
            reviews = before["reviews"][str(card["id"])]
            lost += card != kept or now["reviews"].get(str(card["id"])) != reviews
        return lost

    def misplaced(self, at: int) -> int:
        """A card asks what its own note asks in one of the releases so far, whatever stands beside
        that."""
        misplaced = 0
        for key, name, ordinal in self.reviewed():
            guid = name.rpartition("/")[0]
            known = range(at + 2)
            allowed = {
                self.fresh[k]["questions"].get(f"{self.releases[k].guids.get(key)}/{ordinal}")
                for k in known
            } - {None}
            owners = {
                owner for k in known for owner, g in self.releases[k].guids.items() if g == guid
            }
            asked = self.has[at]["questions"].get(name)
            empty = asked is None or name in self.has[at]["empty"]
            own = empty or any(text in asked for text in allowed)
            misplaced += owners != {key} or not own
        return misplaced

    def duplicates(self, at: int) -> int:
        there = set(self.has[at]["notes"])
        ours: dict[str, set[str]] = {}
        for release in self.releases[: at + 2]:
            for key, guid in release.guids.items():
                ours.setdefault(key, set()).add(guid)
        twice = sum(len(guids & there) - 1 for guids in ours.values() if guids & there)
        strange = there.difference(*ours.values())
        return twice + len(strange) + len(self._strange_cards(at))

    def _strange_cards(self, at: int) -> set[str]:
        """Cards that nobody has who only imports one of the releases so far."""
        known = {name for fresh in self.fresh[: at + 2] for name in fresh["cards"]}
        return self.has[at]["cards"].keys() - known

    def missing(self, at: int) -> list[str]:
        """Updates that are not there: notes, cards and note types of which this release says
        something else than the first one."""
        now, fresh, release = self.has[at], self.fresh[at + 1], self.releases[at + 1]
        missing = []
        for key, guid in release.guids.items():
            meant = release.contents[key]
            held = {release.guids[key], self.plan.first.guids.get(key, "")}
            if meant != self.plan.first.contents.get(key) and not any(
                self._content(now, each) == meant for each in held
            ):
                missing.append(key)
            ordinals = {n.rpartition("/")[2] for n in fresh["cards"] if n.startswith(f"{guid}/")}
            missing += [
                f"{key}, card {ordinal}"
                for ordinal in sorted(ordinals)
                if not any(f"{each}/{ordinal}" in now["cards"] for each in held)
            ]
        for id, meant_type in fresh["note_types"].items():
            if id in self.base["note_types"] and not _same_type(
                now["note_types"].get(id), meant_type
            ):
                missing.append(f"note type {meant_type['name']}")
        return missing

    def may_miss(self, at: int) -> bool:
        """Whether the learner changed the note itself after the time of the release."""
        return self.plan.edit.times[self.timeline][at] < 0 and self.what in TOUCHING

    def _content(self, has: Has, guid: str) -> Content | None:
        note = has["notes"].get(guid)
        if note is None:
            return None
        names = has["note_types"][str(note["note_type"])]["fields"]
        fields = [f for name, f in zip(names, note["fields"], strict=True) if name != "Key"]
        return content(fields, note["tags"], has["media"])

    def conflicts(self, at: int) -> int:
        told = self.life["told"][at]
        return len(told["conflicting"]) + len(told["refused"])

    def keeps(self, at: int) -> bool:
        """Whether what was done to the note that changes is still so."""
        return self.still(self.what, self.plan.first.guids[self.plan.edit.subject], at)

    def still(self, what: str, guid: str, at: int) -> bool:
        now = self.has[at]
        note = now["notes"].get(guid)
        cards = [
            card
            for name, card in now["cards"].items()
            if name.rpartition("/")[0] == guid and name in self.life["acted"]["cards"]
        ]
        if note is None or not cards:
            return False
        if what == "edited":
            return any(MARK in field for field in note["fields"])
        if what in ("tagged", "leech"):
            return (TAG if what == "tagged" else "leech") in note["tags"]
        if what == "suspended":
            return all(card["queue"] == -1 for card in cards)
        assert what == "moved"
        return all(card["deck"] == DECK for card in cards)


def _same_type(one: Mapping[str, Any] | None, other: Mapping[str, Any]) -> bool:
    names = ("name", "fields", "templates", "style")
    return one is not None and all(one[name] == other[name] for name in names)
