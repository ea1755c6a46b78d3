"""What is told of note types beside what any YAML and any name can have wrong."""

from __future__ import annotations

from deckwright.diagnostics import Rule, Severity


def _rule(code: str, name: str, reason: str, severity: Severity = Severity.ERROR) -> Rule:
    return Rule(code, name, severity, reason)


NO_FILE = _rule("B001", "no-template-file", "Without its files a note type cannot be made.")
OUTSIDE = _rule(
    "B002", "path-outside", "What lies outside of the project is not there on another machine."
)
NOT_TEXT = _rule("B003", "template-not-text", "Anki's templates and styles are text in UTF-8.")
BAD_TEMPLATE = _rule(
    "B004", "bad-template", "Of a template that Anki cannot read it makes no card, without a word."
)
UNKNOWN_FIELD = _rule(
    "B005", "unknown-template-field", "Every card of such a template shows an error to learners."
)
EMPTY_FRONT = _rule(
    "B006", "empty-front", "A template whose front shows no field makes no card, or equal ones."
)
FRONT_SIDE = _rule(
    "B007", "front-side-on-front", "On a front there is no front side: Anki shows nothing.",
    Severity.WARNING,
)  # fmt: skip
CLOZE = _rule(
    "B008", "cloze-template", "Only in a cloze note type, and on both sides, are deletions cards."
)
SAME_NAME = _rule("B009", "same-name", "Of two equal names Anki changes one, and so cuts it off.")
BAD_NAME = _rule(
    "B010", "bad-part-name", "A name that Anki changes is another one in the learner's collection."
)
SPECIAL_NAME = _rule(
    "B011", "special-name", "A field named like one of Anki's own hides that from templates.",
    Severity.WARNING,
)  # fmt: skip
NOT_SHOWN = _rule(
    "B012", "file-not-shown", "A file that nothing shows is sent to every learner for nothing."
)
STRAY = _rule(
    "B013", "stray-file", "A file that is not named is not sent, and what shows it shows nothing.",
    Severity.WARNING,
)  # fmt: skip
UNKNOWN_STRING = _rule("B014", "unknown-string", "Learners would read `${name}` on their cards.")
SAME_FRONT = _rule("B015", "same-front", "Two equal fronts ask one question twice.")
BAD_ID = _rule("B016", "bad-part-id", "Anki knows note types, fields and templates by their ids.")
RULES = (
    *(NO_FILE, OUTSIDE, NOT_TEXT, BAD_TEMPLATE, UNKNOWN_FIELD, EMPTY_FRONT, FRONT_SIDE, CLOZE),
    *(SAME_NAME, BAD_NAME, SPECIAL_NAME, NOT_SHOWN, STRAY, UNKNOWN_STRING, SAME_FRONT, BAD_ID),
)
