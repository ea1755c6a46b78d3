"""`deck.yaml`: what a project says, frozen, and every mistake in it with its place.

Inside, one direction: `telling` (rules and words), `keys` (what each key
may hold, and the JSON Schema of it), `checking` (the mistakes in our own words), and `loading`. The
YAML itself is read by `yamltext`.
"""

from deckwright.project.keys import SourceEntry, json_schema
from deckwright.project.loading import Project, SourceSpec, TagRule, for_file, load
from deckwright.project.telling import RULES

__all__ = [
    "RULES",
    "Project",
    "SourceEntry",
    "SourceSpec",
    "TagRule",
    "for_file",
    "json_schema",
    "load",
]
