"""Questions that could stand in any deck. The words are English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckwright.checks.asking.fields import alone, shows_more, way_out, words
from deckwright.checks.subject import Asked, Subject
from deckwright.derive.sentences import count_words
from deckwright.derive.wording import GENERIC_HEADINGS, NUMBERS, SELECTED
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.naming import quoted

NO_CONTEXT = Rule(
    "E007",
    "question-without-context",
    Severity.WARNING,
    "A question that could stand in any deck has as many right answers as there are decks.",
    "Say in the question what it is about, or give the note a context.",
    {"bread.md": "Q: What are the steps?\nA: Mixing, proving, shaping and baking.\n"},
    {
        "bread.md": "Q: What are the steps of making bread?\n"
        "A: Mixing, proving, shaping and baking.\n"
    },
)

_COUNTED = {word for word in NUMBERS if word not in ("one", "both")}
_CHOSEN = (
    _COUNTED
    | SELECTED
    | words(
        """
    different possible other first second third last next chief primary many few all any several
    best greatest specific correct right following underlying necessary most of at least
    """
    )
)
_SUCH = rf"(?:(?:{'|'.join(sorted(_CHOSEN))}|\d{{1,2}}),? )*"

_NOUNS = r"""
    benefits? advantages? disadvantages? drawbacks? downsides? pros cons steps? types? kinds? parts?
    components? elements? features? characteristics? properties functions? uses use-cases?
    applications? examples? definitions? meaning purposes? goals? aims? roles? importance
    significance overview introduction summary conclusions? background descriptions? details?
    causes? effects? consequences? symptoms? signs? differences? similarities comparison formulas?
    rules? principles? concepts? ideas? reasons? factors? methods? techniques? tips? criteria
    best-practices considerations? limitations? requirements? conditions? exceptions? phases?
    stages? process procedure structure syntax results? answers? questions? solutions? problems?
    tasks? exercises? points? facts? terms? terminology origin options? values? parameters? limits?
    defaults? levels? categories forms? aspects? issues? challenges? treatments? diagnosis therapy
    capital author unit dose boiling-point melting-point currency population ingredients? rationale
    lesson takeaways? order sequence outcome
"""
_NOUN = rf"{_SUCH}(?:{'|'.join(_NOUNS.split()).replace('-', '[ -]')})"
_WHAT = rf"{_NOUN}(?:(?:,| and| or)(?: the)? {_NOUN}){{0,3}}"
_OF_ANY = (
    r"(?: (?:of|in|for|to|behind) (?:the|this|that|these|each) (?:process|procedure|method|concept|"
    r"system|technique|algorithm|pattern|disease|drug|model|theory|theorem|approach|topic|subject|"
    r"service|tool|product|formula|reaction|treatment|function|law|rule|principle|text))?"
)
_THERE = r"(?: (?:are|is|were|was) there| exist| do you know| can you name)?"
# Compiled when it is needed, which is rare: it takes 40 ms.
_ANYWHERE = (
    rf"what(?: is| are| was| were|['’]s) (?:the|some) {_WHAT}{_OF_ANY}"
    rf"|(?:name|list|give|state|enumerate|mention|identify|recall|write down)(?: me)?"
    rf"(?: (?:the|an?|some))? {_WHAT}{_OF_ANY}"
    rf"|(?:explain|describe|discuss|outline|summari[sz]e|define|compare)(?: briefly)? the "
    rf"{_WHAT}{_OF_ANY}"
    r"|(?:explain|describe|define|discuss|elaborate|summari[sz]e|compare|contrast|comment|justify)"
    r"(?: briefly| why| how| in detail| in your own words)*"
    rf"|how (?:many|much) (?:of )?(?:the |these |those )?{_WHAT}{_THERE}"
    rf"|(?:what|which) {_WHAT}{_THERE}"
    r"|what (?:happens|comes|follows|works|changes|occurs|matters|else|counts)"
    r"(?: here| next| then| first| last| now| after| before| afterwards)*"
    r"|what (?:is|are|was|were) (?:next|important|different|special|typical|new|missing|wrong|true|"
    r"correct|needed|required|meant|done)(?: here)?"
    r"|(?:when|how|why|where|what|which) (?:to|should (?:you|one|we)|must (?:you|one|we)) "
    r"(?:use|choose|apply|do|avoid|start|stop|prefer|consider|remember|know|pick|watch|check)"
    r"(?: first| next| then)?"
    r"|true or false|yes or no|fill in the blanks?|complete the sentence"
)
_MERE = re.compile(
    r"why|how|what|when|where|who|which|which ones?|why not|what else|how so|what for|how many|"
    r"how much|how long|how often|how far"
)
_PLAIN = re.compile(r"[A-Za-z0-9 ,.:;!?'’&-]{2,90}")
_JOINTS = re.compile(r" and | & |, ")
_LEADING = re.compile(rf"(?:(?:the|some) )?{_SUCH}")
_HEADINGS = GENERIC_HEADINGS | words(
    """
    steps types kinds parts components characteristics functions uses applications symptoms causes
    effects consequences treatment diagnosis differences similarities purposes pros cons facts
    drawbacks downsides exceptions reasons results history meaning question questions
    """
)
_PATTERNS = (_NOUNS, _NOUNS.replace("s?", ""), _ANYWHERE, _MERE.pattern, *_HEADINGS)
_LAST = frozenset(re.findall("[a-z]+", " ".join(_PATTERNS))) | words("blank summarise summarize")
"""What a generic question may end in: most others are told by it in no time."""


def no_context(subject: Subject) -> Iterator[Diagnostic]:
    """A question of generic words alone (“What are the benefits?”, “Name three steps.”, “How many
    types are there?”, “Explain.”, “Why?”), and a heading such as “Overview” or “Definition” as the
    question of a longer answer, below no context.

    Passed over are questions for a term of its own (“What is a function?”, “Function”), which the
    words may be, whatever has a name, a quotation, a symbol, code or a picture in it, and what is
    answered by a word or two, which is vocabulary. Pronouns have a rule of their own.
    """
    for asked in alone(subject):
        if _is_generic(asked) and not shows_more(subject, asked):
            note, front = asked.rendered.note, asked.front
            message = f"{quoted(front)} could be asked in any deck"
            hint = way_out(note, "say in the question what it is about, or give it a context")
            yield Diagnostic(NO_CONTEXT, message, asked.front_span, hint, note.key)


def _is_generic(asked: Asked) -> bool:
    front = asked.front
    if not _PLAIN.fullmatch(front):
        return False
    said = front.casefold().strip(" .!?:…")
    if said.rpartition(" ")[2] not in _LAST:
        return False
    asks = "?" in front
    if re.fullmatch(_ANYWHERE, said):
        least = 2 if said.isalpha() else 1  # words that an answer must have: else a translation
    elif asks and _MERE.fullmatch(said):
        least = 2
    elif said in _HEADINGS or _HEADINGS.issuperset(_JOINTS.split(_LEADING.sub("", said, count=1))):
        least = 1 if asks else 5
    else:
        return False
    return count_words(asked.back) >= least
