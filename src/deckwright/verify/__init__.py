"""What a learner sees when OLD, then NEW, is imported: tried on the real Anki engine.

OLD is imported into a fresh collection, every card is reviewed, NEW is imported, and what the
collection holds before and after is compared with what the two packages say. So no promise of ours
is believed, and the packages may be anybody's.

The learner here changes nothing of their own: what an import does to edits and tags is a matter of
times, which `docs/updates.md` tells.

Inside, one direction: `verdict` (kinds, findings, text and JSON), `content` (what a note says) and
`likeness` (what texts have in common), on these `judging` (before and after, held against the
packages), and `trial` (the engine); `fetching` (packages from the web) knows none of them. Beside
the engine and our reader of packages, there is only the standard library here.
"""

from deckwright.engine import EngineMissing
from deckwright.verify.content import plain
from deckwright.verify.fetching import fetch
from deckwright.verify.trial import verify
from deckwright.verify.verdict import KINDS, Finding, Kind, Verdict, as_data, text

__all__ = [
    "KINDS",
    "EngineMissing",
    "Finding",
    "Kind",
    "Verdict",
    "as_data",
    "fetch",
    "plain",
    "text",
    "verify",
]
