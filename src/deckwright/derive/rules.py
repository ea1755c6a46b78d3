"""What the derivation tells: why something was not asked, and overrides that find nothing."""

from __future__ import annotations

from deckwright.diagnostics import Rule, Severity

GENERIC = Rule(
    "D001", "generic-term", Severity.INFO,
    "A heading such as “Best practices” or “Overview” is no thing that one can be asked about.",
)  # fmt: skip
THIN = Rule(
    "D002", "thin-answer", Severity.INFO,
    "A fragment, a mere example or a few words of praise explain nothing, so they answer nothing.",
)  # fmt: skip
TAUTOLOGY = Rule(
    "D003", "self-evident", Severity.INFO,
    "An answer that only repeats the words of its question teaches nothing.",
)  # fmt: skip
OPEN_SET = Rule(
    "D004", "open-set", Severity.INFO,
    "Benefits, practices and the like are a choice out of many: no one can recite just these. "
    "`open_sets: true` asks them all the same.",
)  # fmt: skip
SIZE = Rule(
    "D005", "list-size", Severity.INFO,
    "A list of one is no list, and one of more than seven is not remembered as a whole.",
)  # fmt: skip
NO_LEAD = Rule(
    "D006", "no-question", Severity.INFO,
    "Nothing in the text says what is listed, so there are no words to ask for it.",
)  # fmt: skip
AS_LIST = Rule(
    "D007", "asked-as-list", Severity.INFO,
    "Short definitions are asked together, as one list, rather than one by one.",
)  # fmt: skip
ONE_SIDED = Rule(
    "D008", "one-sided-difference", Severity.INFO,
    "A difference that tells of one side only does not answer how the two differ.",
)  # fmt: skip
SAME_KEY = Rule(
    "D009", "derived-twice", Severity.INFO,
    "Two notes of one concept with one key could not be told apart; the second is left out.",
)  # fmt: skip
SAME_QUESTION = Rule(
    "D010", "same-question", Severity.INFO,
    "Two notes with one question would have two right answers; the second is left out.",
)  # fmt: skip
SWITCHED_OFF = Rule(
    "D011", "switched-off", Severity.INFO, "The project asked for no notes of this kind."
)
UNKNOWN_KEY = Rule(
    "D020", "override-without-note", Severity.ERROR,
    "An override that matches no derived note changes nothing, most often after a re-wording.",
)  # fmt: skip
UNKNOWN_FIELD = Rule(
    "D021", "override-of-unknown-field", Severity.ERROR,
    "An override of a field that the note does not have would be lost without a word.",
)  # fmt: skip
RULES = (
    GENERIC, THIN, TAUTOLOGY, OPEN_SET, SIZE, NO_LEAD, AS_LIST, ONE_SIDED, SAME_KEY, SAME_QUESTION,
    SWITCHED_OFF, UNKNOWN_KEY, UNKNOWN_FIELD,
)  # fmt: skip
