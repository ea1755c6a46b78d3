"""Questions about a pronoun that nothing explains. The words are English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckwright.checks.asking.fields import (
    alone,
    before_stops,
    cloze_types,
    place_of,
    shows_more,
    way_out,
    words,
)
from deckwright.checks.subject import Asked, Subject
from deckwright.derive.sentences import count_words
from deckwright.derive.wording import STOP
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.naming import quoted

PRONOUN_FRONT = Rule(
    "E006",
    "pronoun-front",
    Severity.WARNING,
    "Cards come one by one, in any order: nobody knows in a year what “it” was.",
    "Write the name in the place of the pronoun, or give the note a context.",
    {"bees.md": "Q: How long does she live?\nA: Up to five years.\n"},
    {"bees.md": "Q: How long does a queen bee live?\nA: Up to five years.\n"},
)

_AUX = (
    r"(?:(?:is|are|was|were|do|does|did|can|could|will|would|should|shall|must|may|might|has|have|"
    r"had)(?:n['’]t)?)"
)
_BE = ("is", "are", "was", "were", "'s", "’s")
_THAT = r"(?:it|he|she|they|this|that|these|those|its|his|her|their)"
_LOOSE = r"(?:it|this|that|these|those|them|him|her)"
_ORDER = (
    r"(?:explain|describe|define|name|list|give|state|compare|discuss|outline|summari[sz]e|show)"
)

_ASKS = re.compile(
    r"(?:\d{1,3}[.)] )?(?:(?:and|but|so|then|now),? )?(?:"
    r"(?:(?:in|on|at|by|for|from|to|of|with|under|into|through|until|since) )?"
    r"(?:what|why|how|when|where|whom?|whose|which)\b"
    rf"(?: (?!{_AUX}\b)[\w'’-]+){{0,4}}?(?: (?P<aux>{_AUX})|(?P<be>['’]s)) "
    rf"|(?P<bare>{_AUX}) (?=.*\?)"
    rf")(?P<that>{_THAT})\b(?P<rest>[^?]*)\??",
    re.IGNORECASE,
)
"""“How long does she live?”, “Is it a mammal?”"""

_CLAUSE = re.compile(
    rf"(?:{_ORDER} (?:briefly )?)?(?:how|why|what|when|where) "
    rf"(?P<that>{_THAT})\b(?P<rest>[^?,]{{0,60}})\??"
    rf"|{_ORDER} (?P<object>it|its|this|these|those|them|their|his|her)\b(?P<of>[^?,]{{0,60}})\??",
    re.IGNORECASE,
)
"""“Explain how it works.”, “Name its parts.”"""

_OBJECT = re.compile(
    rf"(?:who|what) (?:first )?[a-z]+ (?P<a>{_LOOSE})\?"
    rf"|how (?:do|can|should|would) (?:you|we|one) [a-z]+ (?P<b>{_LOOSE})\?"
    r"|(?:what|who|where|which) (?:is|are|was|were|happens|comes|follows)"
    r"(?: the(?: [a-z]+){1,3}?| meant| caused| done)? "
    rf"(?:of|for|behind|by|after|before|from|to|with) (?P<c>{_LOOSE})\?",
    re.IGNORECASE,
)
"""“Who invented it?”, “What is the cause of this?”"""

_UNFINISHED = re.compile(
    rf"(?P<that>it|this|these|those) (?:{_AUX}|[a-z]+(?<!s)s)\b[^()]*?(?:_{{2,}}|(?:…|\.\.\.|:|"
    r"\b(?:because|by|of|to|is|are|was|were|for|from|with|than|when|the|an?|in|on))$)",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    rf"(?P<that>it|this|that|these|those) (?P<verb>{_AUX}|[a-z]+(?<!s)s)\b(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)

_PRONOUNS = before_stops(
    words("it he she they this that these those its his her their them him it's he's she's")
)
_NAMED = re.compile(r"[:;—–(\"“„«]|, ")
_LAST = words("for to of with in on by from at about like into than")
_JOINING = words(
    "to that when if whether who how why for like because until while where since about"
)
_PASSIVE = re.compile(
    r"\b(?:used|made|meant|intended|said|thought|supposed|able|going|need|related|due|similar|"
    r"compared|added|applied|linked|exposed|known|named|responsible|good|bad) (?:to|for)\b"
)
_WEATHER = words(
    """
    rain rains raining snow snows snowing hail hails freeze freezes thunder storm dark light hot
    hotter cold colder warm warmer cool cooler windy wet wetter dry drier darker lighter bright
    brighter sunny cloudy foggy icy humid o'clock late early weather
    """
)
_TIMES = words("day night summer winter spring autumn noon midnight morning time date")
_OF_TIMES = words(
    "a an the at in on by per each every one this that all for during of until till since before "
    "after first last next same any some early late"
)
"""Before a time they say when something is done, and not what time it is."""
_VAGUE = words(
    """
    take cost mean matter seem appear follow happen make feel help require need get hurt turn come
    takes costs means matters seems appears follows happens makes feels helps requires needs gets
    turns comes
    """
)
_ADVERBS = words("all always also ever never not often really so still sometimes then too")
_PEOPLE_DO = words("call say speak celebrate drive name eat drink wear grow")


def pronoun_front(subject: Subject) -> Iterator[Diagnostic]:
    """A question whose subject is a pronoun that nothing explains: “What does it do?”, “Why is this
    important?”, “What are their parts?”, “Who invented it?”, “Explain how it works.”; a cloze text
    that begins so (`It is {{c1::red}}`), and an unfinished sentence.

    Passed over are notes with a context, a picture, code or a quotation; questions that name the
    thing before or behind (“Bees: what do they eat?”); an `it` that stands for nothing (“What is it
    called when …”, “How long does it take to …”, “Is it raining?”); `they` for people (“What do
    they speak in Brazil?”); a description that ends in a full stop, which asks for its subject; and
    questions whose answer is a question, for they are translations.
    """
    clozes = cloze_types(subject)
    for asked in alone(subject):
        if _PRONOUNS.isdisjoint(asked.front.casefold().split()):
            continue
        note = asked.rendered.note
        found = _of_cloze(asked) if note.note_type in clozes else _of_question(asked)
        # `IT` is information technology.
        if found and found[1:].islower() and not shows_more(subject, asked):
            message = f"nothing says what {quoted(found)} stands for"
            hint = way_out(note, "write its name, or give the note a context")
            span = place_of(asked.front_field, found) or asked.front_span
            yield Diagnostic(PRONOUN_FRONT, message, span, hint, note.key)


def _of_question(asked: Asked) -> str:
    """The pronoun that a question is about, "" where something names the thing."""
    front = asked.front
    if match := _ASKS.fullmatch(front):
        aux = (match["aux"] or match["be"] or match["bare"]).casefold()
        return match["that"] if _is_loose(match, aux) else ""
    if match := _CLAUSE.fullmatch(front.rstrip(".!")):
        if match["object"]:
            return "" if _NAMED.search(match["of"]) else match["object"]
        if match["that"].casefold() == "that" or not 0 < len(match["rest"].split()) <= 5:
            return ""
        if front.endswith(".") and front[:2].casefold() in ("ho", "wh"):
            return ""  # `What he is is a liar.`
        return match["that"] if _is_loose(match, "") else ""
    if match := _OBJECT.fullmatch(front):
        return match["a"] or match["b"] or match["c"]
    bare = front.strip(" .?!:…")
    if bare.casefold() in ("it", "this", "that", "they", "these", "those"):
        return bare if count_words(asked.back) >= 4 else ""
    match = _UNFINISHED.match(front)
    return match["that"] if match and not _is_dummy(match["that"], front, "", "") else ""


def _is_loose(match: re.Match[str], aux: str) -> bool:
    """Whether what stands behind a pronoun does not explain it."""
    that, rest = match["that"].casefold(), match["rest"]
    if _NAMED.search(rest) or rest.startswith(" own "):
        return False
    if aux in ("has", "have", "had") and that in ("its", "his", "her", "their"):
        return False  # `Which river has its source in a bog?`
    verb = next(iter(rest.casefold().split()), "").strip(".!")
    if that == "they" and verb in _PEOPLE_DO and re.search(r"\b(?:in|on|at|call|say)\b", rest):
        return False
    return not _is_dummy(that, match[0], rest, aux)


def _is_weather(text: str) -> bool:
    """Whether a text speaks of the weather, or of what time it is."""
    said = re.findall(r"[a-z']+", text.casefold())
    return not _WEATHER.isdisjoint(said) or any(
        word in _TIMES and before not in _OF_TIMES
        for before, word in zip(("", *said), said, strict=False)
    )


def _is_dummy(that: str, whole: str, rest: str, aux: str) -> bool:
    """Whether an `it` stands for nothing, or for what comes behind it."""
    if that.casefold() != "it":
        return False
    said = re.findall(r"[\w'’-]+", rest.casefold())
    done = said[:1] if not said or said[0] not in _ADVERBS else said[1:2]
    if _is_weather(whole) and not (done and done[0].endswith("ed")):
        return True
    while said and said[-1] in _LAST:
        said.pop()
    while said and (said[0] in _ADVERBS or said[0].endswith("ly")):
        said.pop(0)
    if said and said[0] in _VAGUE:
        return len(said) > 1
    if aux not in _BE and not {"be", "been", "is", "was"}.intersection(said[:1]):
        return False
    return not _JOINING.isdisjoint(said) and not _PASSIVE.search(rest.casefold())


def _of_cloze(asked: Asked) -> str:
    """The pronoun that a cloze text begins with, "" where it is named, or stands for nothing."""
    match = _BEGINS.match(asked.front)
    if not match or match["verb"].casefold() in ("takes", "rains", "snows", "seems", "follows"):
        return ""
    hidden = re.findall(r"\w+", asked.back.casefold())
    if all(word in STOP or len(word) < 3 for word in hidden):
        return ""  # an exercise in grammar: `It is {{c1::on}} the table.`
    if not _WEATHER.isdisjoint(hidden):
        return ""
    rest = match["rest"].casefold()
    if match["that"].casefold() == "it":
        if _is_weather(match[0]):
            return ""
        if re.search(r"\b(?:that|who|when)\b", rest):
            return ""
        if re.match(r" (?:not )?[\w…\[\]]+ to\b", rest) and not _PASSIVE.search(rest):
            return ""
    return match["that"]
