"""Questions that have their answer in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from deckwright.checks.asking.fields import cloze_types, html_of, told, way_out, words
from deckwright.checks.subject import Asked, Subject, plain
from deckwright.derive.reverse import COMMON_STEMS
from deckwright.derive.wording import NUMBERS, STOP
from deckwright.derive.words import WORD, stem
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.naming import quoted
from deckwright.note import Field
from deckwright.source import Span

ANSWER_IN_FRONT = Rule(
    "E005",
    "answer-in-front",
    Severity.WARNING,
    "A question that has its answer in it is read, not answered, and nothing is learnt by it.",
    "Re-word the question so that it says what the answer does, and not what it is called.",
    {
        "rivers.md": "# Rivers\n\nQ: What is left of a meander, a later oxbow lake, that the river "
        "cuts off?\nA: An oxbow lake.\n"
    },
    {
        "rivers.md": "# Rivers\n\nQ: What is left of a meander that the river cuts off?\n"
        "A: An oxbow lake.\n"
    },
)

_SHORT: Final = 120  # characters of an answer that is compared
_LONGEST: Final = 2000  # characters of a question or a description

_VERDICTS = words(
    """
    yes no true false right wrong correct incorrect both neither none never always ja nein richtig
    falsch oui non vrai faux sí si verdadero falso vero はい いいえ
    """
)
_RELATIVE = frozenset(
    map(
        stem,
        words(
            """
            same other another left right up down more less higher lower larger smaller faster
            slower greater fewer longer shorter increase decrease rise fall grow shrink expand
            contract go goes become hot cold warm cool positive negative neutral odd even north
            south east west none nothing everything zero equal similar different itself constant
            unchanged before after inside outside above below first last early late new old high low
            major minor sharp flat
            """
        ),
    )
)
"""Words of few alternatives, which a question may have for another reason than its answer."""

# What kinds of questions may have their answers in them. For text in small letters.
_CHOICE = re.compile(
    r"\b(?:or|vs|versus|either|between|among|amongst|whether|which of|who of|whose of|oder|ou|o|"
    r"oppure|eller|или|order|arrange|rearrange|sort|rank|match|choose|select|which\b.* (?:and|with|"
    r"against|than|from)|who\b.* (?:and|against|than))\b|[^\s/]/[^\s/]|または|それとも|\? [^?]*,|"
    r":[^:?]*,[^:?]*,"
)
_OF_WORDS = re.compile(
    r"\b(?:translat\w*|übersetz\w*|tradui\w*|traduc\w*|english|german|french|spanish|italian|dutch|"
    r"latin|greek|portuguese|swedish|danish|norwegian|japanese|russian|deutsch|englisch|"
    r"französisch|anglais|allemand|français|inglés|alemán|español|plural|singular|past|tense|"
    r"participle|comparative|superlative|genitive|gender|adjective|adverb|noun|verb|spell\w*|"
    r"conjugat\w*|pronounc\w*|rhymes?|abbreviat\w*|capital|hauptstadt|capitale|"
    r"(?:first|last|middle|given|family|full|real|maiden) name|surname|initials)\b"
)
_RELATION = re.compile(
    r"\b(?:sum|product|inverse|derivative|integral|complement|square|closure|union|intersection|"
    r"quotient|composition|transpose|dual|negation|reciprocal|image|kernel) of\b|"
    r"\bwhat (?:happens|becomes)\b|"
    r"\bhow (?:do|does|did|will|would) .*\b(?:change|behave|react|respond)\b|"
    r"\bwas (?:passiert|geschieht)\b|\bque se passe\b|\bqué (?:pasa|sucede|ocurre)\b"
)
_YES_NO = re.compile(
    r"(?:^|[:.] |^(?:(?!\b(?:which|what|who|whom|whose|where|how|why)\b).)*, )"
    r"(?:is|are|was|were|do|does|did|can|could|may|might|must|should|will|would|has|"
    r"have|had)(?:n['’]t)? (?!\w+ (?:called|named))"
)
_ELSEWISE = (_CHOICE, _OF_WORDS, _RELATION, _YES_NO)

_MENTIONED = re.compile(
    r"<code\b[^>]{0,200}>(?:[^<]|<(?!/?code\b))*</code>|“[^“”]*”|„[^“”„]*[“”]|«[^«»]*»|"
    r"\"[^\"\n]{1,200}\"|(?<!\w)['‘](?=\S)[^'‘’\n]{1,80}['’](?!\w)"
)
"""What is spoken about rather than said: code, and what stands in quotes."""

_NAMED_A = re.compile(r"(?<=[^\W\d_] )A\b|\bA(?=(?:[♯♭#]|-(?:sharp|flat))? (?:major|minor)\b)")
"""A single `A` that is a name and no article: hepatitis A, the key A minor."""

_CLAUSE = re.compile(r"[.:;,!?—–]\s+(?=(?:which|who|what|where|when|how|why)\b)")
_LISTED = re.compile(r",|\b(?:and|with|against|und|et|y|e|mit|avec|con)\b")


def answer_in_front(subject: Subject) -> Iterator[Diagnostic]:
    """A short answer all of whose content words stand in the question; and a name in the
    description that asks for it, on the way back of a Term or a Basic (reversed) note.

    Passed over are questions that name what can be chosen (“A or B”, “which of”), that are answered
    by yes or no, that are about words (translations, plurals, capitals) or about what happens to
    something; answers that are numbers, code, single letters, or one of few alternatives (left,
    higher); what stands in quotes or in code; and vocabulary, which asks by one or two words. Of
    cloze notes another rule tells.
    """
    skipped = cloze_types(subject)
    for asked in subject.asked:
        note, back = asked.rendered.note, asked.back
        if asked.whole or note.note_type in skipped or note.key in subject.wrong:
            continue  # of a picture that is missing the words alone are shown
        if 0 < len(back) <= _SHORT and _near(back, asked.front) and _gives_away(subject, asked):
            message = f"the answer {quoted(back)} stands in its own question"
            hint = way_out(note, "re-word the question without it")
            span = _phrase(asked.front_field, back) or asked.front_span
            yield Diagnostic(ANSWER_IN_FRONT, message, span, hint, note.key)
        elif note.note_type in _BOTH_WAYS and (back_way := _way_back(subject, asked)):
            name, described, field = back_way
            if _names(described, name):
                message = f"the description that asks for {quoted(name)} names it"
                hint = way_out(note, "describe it without its name")
                span = _phrase(field, name) or (field and field.span) or note.span
                yield Diagnostic(ANSWER_IN_FRONT, message, span, hint, note.key)


def _near(back: str, front: str) -> bool:
    """Whether a question may have the last word of an answer, found out fast."""
    last = back.rstrip(" .!)").rpartition(" ")[2][:3]
    return last in front or last.casefold() in front.casefold()


def _parts(text: str) -> list[str]:
    """The words of a text, small, those with hyphens taken apart."""
    return [part for word in WORD.findall(text.casefold()) for part in word.split("-") if part]


def _essence(answer: str) -> frozenset[str]:
    """The stems of an answer's content words; none where a question may well have them."""
    said = _parts(answer)
    if not said or len(said) > 12 or said[0] in _VERDICTS:
        return frozenset()
    if said[0][0].isdigit() or said[0] in NUMBERS:
        return frozenset()  # an amount, whose unit the question has
    if _NAMED_A.search(answer) or any(len(word) == 1 for word in said if word != "a"):
        return frozenset()  # a vitamin, a variable, a blood group
    content = [word for word in said if word not in STOP]
    telling = [w for w in content if not (w[0].isdigit() or stem(w) in _RELATIVE)]
    return frozenset(map(stem, content if any(len(w) >= 3 for w in telling) else ()))


def _gives_away(subject: Subject, asked: Asked) -> bool:
    front, essence = asked.front.casefold(), _essence(asked.back)
    if not essence or len(front) > _LONGEST or _is_vocabulary(asked):
        return False
    said = _parts(front)
    if not essence.issubset(map(stem, said)) or sum(word not in STOP for word in said) <= 2:
        return False
    if any(each.search(front) for each in _ELSEWISE):
        return False
    if "<code" in html_of(subject, asked, asked.back_field):
        return False
    shown = told(_MENTIONED.sub(" ", html_of(subject, asked, asked.front_field)))
    shown = _MENTIONED.sub(" ", shown).casefold()
    if not essence.issubset(map(stem, _parts(shown))):
        return False
    *before, asking = _CLAUSE.split(shown)
    # “Zinc and copper lie in acid: which one dissolves?”
    listed = _LISTED.search(" ".join(before))
    return not (listed and essence.isdisjoint(map(stem, _parts(asking))))


def _is_vocabulary(asked: Asked) -> bool:
    """Whether a front names a thing and asks nothing: `die Bank (Banken)`, `São Tomé and Príncipe`
    on one side, and a word or a name on the other."""
    front, back = asked.front, asked.back
    most = 5 if asked.rendered.note.note_type in _BOTH_WAYS else 3  # blanks
    return front.count(" ") <= most and front[-1:] not in tuple("?…:") and back.count(" ") <= most


# The way back -------------------------------------------------------------------------------------

_BOTH_WAYS = ("Term", "Basic (reversed)")


def _way_back(subject: Subject, asked: Asked) -> tuple[str, str, Field | None] | None:
    """What the second card of a built-in note type asks: its answer, and the description. The
    sides of a word and its translation describe nothing."""
    note = asked.rendered.note
    if note.note_type == "Term":
        described = note.get("Reverse")
        if described is None:
            return None
        return note.value("Term"), plain(html_of(subject, asked, described)), described
    if asked.front.endswith("?") or not asked.front.count(" ") < 4 <= asked.back.count(" "):
        return None
    return asked.front, asked.back, asked.back_field


def _names(description: str, name: str) -> bool:
    """Whether a description has all words of a name, but for those that name no one thing."""
    if len(description) > _LONGEST or len(name) > _SHORT:
        return False
    secret = {stem(word) for word in _parts(plain(name)) if word not in STOP and len(word) > 2}
    secret = secret - COMMON_STEMS or secret
    return bool(secret) and secret.issubset(map(stem, _parts(description)))


def _phrase(field: Field | None, text: str) -> Span | None:
    """Where the content words of a text stand in a field, one behind the other."""
    said = [re.escape(word) for word in WORD.findall(text) if word.casefold() not in STOP]
    if field is None or not said or not field.exact:
        return None
    found = re.search(r"[\W_]{1,9}".join(said), field.value, re.IGNORECASE)
    return field.locate(found.start(), found.end()) if found else None
