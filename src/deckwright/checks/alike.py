"""How alike two questions or two answers are: by their words, without a model. Pure.

A question is read as the words that tell it from another one. “What is the maximum message size of
SQS?” and “How large can an SQS message be at most?” both ask for `max`, `message`, `size`, `sqs`.
The words that are known are English; a text without a sign of English is compared word by word.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from deckwright.derive.words import stem


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENGLISH = re.compile(
    r"\b(?:what|which|who|whom|whose|when|where|why|how|the|does|did|are|define|describe|explain|"
    r"(?:name|give|list|state|mention) (?:a|an|one|two|three|some))\b"
)

_DROPPED = _words(
    """
    a an the of is are was were be been being am do does did has have had can could may might will
    would shall it its this that these those their there they what which whose whom such you your we
    our one so please called named termed known term meant mean means meaning define defined
    definition describe explain tell say state name list mention give give recall cite
    """
)
"""What only puts a question into a sentence."""

ARTICLES = frozenset(("a", "an", "the"))

_LINKS = _words(
    "in on at for to by with as about against upon onto toward towards via should must order"
)
"""Small words that are no subject. Another one may still make another question."""

_FRAME = re.compile(
    r"^[¿\s]*(?:wie (?:heißt|heißen|lautet)|was (?:ist|sind|bedeutet)|nenne|cuál es|"
    r"qué es|cómo se llama|quel(?:le)? est|comment s['’]appelle|qu['’]est-ce que?|qual è|"
    r"come si chiama)\b",
    re.IGNORECASE,
)
"""How a question for a name begins in other languages."""

_NUMBERS = {
    word: str(number)
    for number, word in enumerate(
        "two three four five six seven eight nine ten eleven twelve".split(), 2
    )
}

_PHRASES = (
    ("@when", r"(?:in|on|at|during|since) (?:what|which) (?:year|date|day|century)|"
     r"(?:what|which) (?:year|date)|what is the date of|when"),
    ("@where", r"(?:at|in) (?:what|which) (?:place|location)|where"),
    ("@why", r"for (?:what|which) reason|what is the reason (?:for|why|that)|why"),
    ("count", r"how many|(?:what is )?the number of"),
    ("size", r"how (?:large|big)"),
    ("length", r"how long"),
    ("height", r"how (?:high|tall)"),
    ("depth", r"how deep"),
    ("width", r"how (?:wide|broad)"),
    ("distance", r"how far"),
    ("age", r"how old"),
    ("frequency", r"how often"),
    ("speed", r"how (?:fast|quick)"),
    ("weight", r"how heavy"),
    ("temperature", r"how (?:hot|warm|cold)"),
    ("amount", r"how much"),
    ("@how", r"in (?:what|which) (?:way|manner)|by (?:what|which) means|how"),
    ("@who", r"(?:which|what) person|who|whom"),
    ("max", r"at (?:the )?most|no more than|not more than|the upper limit (?:of|for|on)|up to"),
    ("min", r"at (?:the )?least|no(?:t)? less than|no fewer than|the lower limit (?:of|for|on)"),
    ("@some", r"(?:name|give|list|state|mention|cite) "
     r"(?:(?:an|one) example of(?: an?)?|an?|one)|what is one|what is an example of(?: an?)?|"
     r"(?:what|which) is (?:an?|one)(?= \w+ of\b)"),
    ("@use", r"what is (?=[^?]{0,60}\bused for\b)"),
    ("boil temperature", r"boiling[ -](?:point|temperature)"),
    ("melt temperature", r"melting[ -](?:point|temperature)"),
    ("freeze temperature", r"freezing[ -](?:point|temperature)"),
    ("@whether", r"(?<!.)(?:is|are|was|were|does|do|did|can|could|has|have|will|should|must)"),
    ("@do", r"what (?:do|does|did) (?=[^?]{0,60}\bdo(?: with| to| for| in| at|\?|$))|what is done"),
)  # fmt: skip
"""Turns of a question, and what they ask for, the longer ones first."""

_TURN = re.compile(
    r"\b(?:" + "|".join(f"({pattern})" for _, pattern in _PHRASES) + r")(?!\w)", re.IGNORECASE
)

_SAME = (
    "max maximum maximal",
    "min minimum minimal",
    "largest biggest greatest",
    "smallest tiniest",
    "fastest quickest",
    "big large",
    "small little",
    "fast quick rapid",
    "begin begins began begun start starts started commence",
    "advantage advantages benefit benefits upside upsides",
    "disadvantage disadvantages drawback drawbacks downside downsides",
    "kind kinds type types sort sorts",
    "purpose aim goal objective",
    "make makes made produce produces produced",
    "buy buys bought purchase",
    "need needs needed require requires required",
    "use uses used utilize utilise",
    "allow allows allowed permit permits permitted",
    "delete deletes deleted erase",
    "write writes wrote written author",
    "build builds built construct constructed",
    "win wins won",
    "keep keeps kept retain retains retained retention",
    "hold holds held contain contains contained",
    "send sends sent",
    "lead leads led",
    "teach teaches taught",
    "fight fights fought",
    "tell tells told communicate communicates",
    "country nation state",
    "illness disease",
    "doctor physician",
    "way method means",
    "place location",
    "happen happens happened occur occurs occurred",
    "difference differences differ differs distinguish distinguishes",
    "consist consists composed comprise comprises",
    "child children",
    "error fault",
)
_MEANT = {
    word: group.split()[0]
    for group in _SAME
    for word in group.split()
    if word != "state"  # also a verb, and a condition
}

_CONTRARY = _words(
    """
    no not never none nor neither without except unless non only just also and or both either other
    another else same different instead next previous last first second third fourth fifth before
    after hundred thousand half double twice once most least more less fewer too again still
    kein keine keinen keiner nicht ohne nie nur auch sin nunca ni pas sans jamais sauf ne niet geen
    ikke inte und oder y e o et ou en of og och
    """
)
"""Words that make another question wherever they are added."""
_NEGATIONS = _words(
    "no not never none nor neither without except unless kein keine nicht ohne nie nunca sans"
)

_OPPOSITES: dict[str, set[str]] = defaultdict(set)
for _pair in """
    long short, longest shortest, high low, highest lowest, large small, big small, largest
    smallest, fast slow, fastest slowest, old new, oldest newest, old young, hot cold, warm
    cold, hard soft, heavy light, deep shallow, wide narrow, thick thin, max min, upper
    lower, top bottom, up down, left right, north south, east west, northern southern,
    eastern western, inner outer, inside outside, internal external, begin end, start stop,
    open close, input output, import export, push pull, increase decrease, rise fall, grow
    shrink, add remove, add subtract, gain lose, win lose, buy sell, give take, send
    receive, read write, load store, encode decode, encrypt decrypt, compress decompress,
    multiply divide, attract repel, absorb release, advantage disadvantage, pro con, true
    false, good bad, best worst, strong weak, acid base, positive negative, male female,
    mother father, son daughter, king queen, brother sister, man woman, husband wife, client
    server, sender receiver, parent child, summer winter, day night, morning evening,
    sunrise sunset, above below, over under, into from, to from, in out, on off, early late,
    earliest latest, always never, all none, many few, static dynamic, sync async,
    synchronous asynchronous, public private, local global, hardware software, singular
    plural, active passive, acute chronic, mild severe, primary secondary, major minor,
    arterial venous, artery vein, systolic diastolic, anterior posterior, dorsal ventral,
    proximal distal, superior inferior, lateral medial, agonist antagonist, reduction
    oxidation, anode cathode, cation anion, proton electron, numerator denominator, sine
    cosine, mean median, row column, horizontal vertical, vertical lateral, war peace, life
    death, birth death, born die, love hate, question answer, cause effect, ancient modern,
    native foreign, domestic foreign, enable disable, include exclude, accept reject, allow
    forbid, success failure, first last, before after, earlier later, higher lower, longer
    shorter, larger smaller, faster slower, older younger, more less, sharp flat, benign
    malignant, afferent efferent, sensory motor, flexor extensor, flexion extension,
    abduction adduction, cranial caudal, sympathetic parasympathetic, hypertonic
    hypotonic, hydrophilic hydrophobic, haploid diploid, prokaryote eukaryote,
    prokaryotic eukaryotic, monocot dicot, exothermic endothermic, oxidize reduce,
    concave convex, latitude longitude, stalactite stalagmite, ascending descending,
    forward backward, clockwise counterclockwise, prefix suffix, supply demand, debit
    credit, asset liability, bull bear, vowel consonant, transitive intransitive,
    subjective objective, deductive inductive, treble bass, crescendo diminuendo, stamen
    pistil, xylem phloem, deciduous evergreen, predator prey
    """.split(","):
    _one, _two = map(stem, _pair.split())
    _OPPOSITES[_one].add(_two)
    _OPPOSITES[_two].add(_one)

_PREFIXES = ("un", "in", "im", "ir", "il", "non", "dis", "anti", "a", "de", "mis", "under", "over")

TYPE_WORDS = frozenset(
    stem(word)
    for word in _words(
        """
        city country person man woman thing word name number value figure service system process
        method way kind animal plant bird river mountain element substance part place group
        object device tool concept principle function role part step example fact feature main usual
        usually typical typically normal normally general generally commonly exact exactly approx
        approximately roughly about often mostly mainly actually basic basically certain different
        """
    )
)
"""What an answer is, and how exact: words that a question may have or not."""

_TOKEN = re.compile(
    r"@\w+|\d+(?:[.,]\d+)*(?![^\W_])|[^\W_]+(?:['’][^\W_]+)*[+#]*"
    r"|(?<![^\W_])[-−](?=\d)|(?<=\b\w)[-/](?=\w\b)"
    r"|[^\w\s.,;:!?'\"“”„«»‹›‘’`()\[\]…–—\-/¿¡&\u200b-\u200f]"
)
_NAME_START = re.compile(r"[.:?!…›\"“”„«»‘]\s*$")


_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Words:
    """A text as its words. `order`: those that tell it from another text, as stems, in order, and
    `set` without it; `links` the small words between them; `surface` all words in small letters;
    `telling` those of `order` that are a name, a number or a sign, so that no other stands for
    them."""

    order: tuple[str, ...]
    set: frozenset[str]
    links: frozenset[str]
    surface: tuple[str, ...]
    telling: frozenset[str]
    english: bool


@lru_cache(maxsize=65536)
def _canonical(word: str) -> str:
    """A word in small letters as it is compared in English."""
    if word in _NUMBERS:
        return _NUMBERS[word]
    if word in _MEANT:
        return _MEANT[word]
    if word.endswith(("er", "or")):  # a sender does not only send
        return word
    if word.endswith(("ers", "ors")):
        return word[:-1]
    return stem(word)


def read(text: str, *, asks: bool = True, english: bool | None = None) -> Words:
    """The words of a text on one line, of its first 2,000 characters. `asks`: it is a question,
    whose turns are seen through. `english`: whether it is, where that is known."""
    text = text[:_LONGEST]
    if english is None:
        english = _ENGLISH.search(text.lower()) is not None
    if english and asks:
        text = _TURN.sub(_turned, text)
    order: list[str] = []
    surface: list[str] = []
    links: set[str] = set()
    telling: set[str] = set()
    frame = _FRAME.match(text) if asks and not english else None
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token[0] == "@":
            order.append(token)
            surface.append(token)
            continue
        low = token.casefold()
        if low.endswith(("'s", "’s")):
            low, token = low[:-2], token[:-2]
        elif low.endswith(("n't", "n’t")):
            low = "not"
        surface.append(low)
        if frame and match.start() < frame.end():
            continue
        loud = len(token) > 1 and token[1:] != token[1:].lower()
        if english and not loud:
            if low in _DROPPED and (len(low) > 1 or low == token or not match.start()):
                continue
            if low in _LINKS:
                links.add(low)
                continue
        if not token.isalpha() or (english and low in _NUMBERS):
            word = _NUMBERS.get(low, low)
            telling.add(word)
        elif len(token) == 1:
            word = token  # `S` is not `s`
            telling.add(word)
        else:
            word = _canonical(low) if english else low
            if loud or (token[0] != low[0] and _within(text, match.start())):
                telling.add(word)
        order.append(word)
    known = tuple(order)
    return Words(
        known, frozenset(known), frozenset(links), tuple(surface), frozenset(telling), english
    )


def stems(words: Words) -> tuple[str, ...]:
    """All words of a text as they are compared, also those that tell nothing."""
    return tuple(map(_canonical, words.surface)) if words.english else words.surface


def _turned(match: re.Match[str]) -> str:
    turn, _ = _PHRASES[(match.lastindex or 1) - 1]
    return f" {turn} "


def _within(text: str, start: int) -> bool:
    """Whether a word stands inside a sentence, where a capital is one's own."""
    before = text[max(0, start - 4) : start]
    return bool(before.strip()) and not _NAME_START.search(before)


def dice(one: frozenset[str], two: frozenset[str]) -> float:
    """How much two sets share, from 0 to 1: Dice's coefficient."""
    return 2 * len(one & two) / (len(one) + len(two)) if one or two else 0.0


def differ_tellingly(one: Words, two: Words) -> bool:
    """Whether two texts differ in a name, a number, a sign, a negation, an order or an opposite."""
    if not (one.telling <= two.set and two.telling <= one.set):
        return True
    mine, yours = one.set - two.set, two.set - one.set
    if not (_CONTRARY.isdisjoint(mine) and _CONTRARY.isdisjoint(yours)):
        return True
    if _order(one) != _order(two):
        return True
    measured, by = one.set & _DIMENSIONS, two.set & _DIMENSIONS
    if measured and by and measured != by:
        return True
    asked, other = _turns(mine), _turns(yours)
    if asked and other and asked != other:
        return True
    return bool(mine and yours) and have_opposites(mine, yours)


_DIMENSIONS = frozenset(map(stem, "length height depth width distance age speed weight".split()))


def _order(words: Words) -> tuple[str, ...]:
    """The numbers of a text as they follow each other: `1:2` is not `2:1`."""
    return tuple(word for word in words.order if word[0].isdigit())


def _turns(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word for word in words if word[0] == "@")


def have_opposites(some: frozenset[str], others: frozenset[str]) -> bool:
    """Whether one of some words, as stems, is the opposite of one of others."""
    for word in some:
        if word in _OPPOSITES and not _OPPOSITES[word].isdisjoint(others):
            return True
        for prefix in _PREFIXES:
            if len(word) > 3 and prefix + word in others:
                return True
            size = len(prefix)
            if len(word) > size + 3 and word.startswith(prefix) and word[size:] in others:
                return True
    return False


_CODE = re.compile(r"[\[\]{}*&|<>^~\\=@$#]|[(][*&]|[\"“][^\w\s]{1,9}[\"”]")
_IDENTIFIER = re.compile(r"[a-z]\w+(?:\.[a-z]\w+)+|\w*[^\W_]_[^\W_]\w*|\w+(?=\(\))")
_SIGNS = re.compile(r"[^\w\s?.,;:!\"“”'‘’…]|[\"“][^\w\s]{1,9}[\"”]")


def same_signs(one: str, two: str) -> bool:
    """Whether two texts have the same signs, where these are more than punctuation: `[0, 1)` is not
    `[0, 1]`, and `int *f()` not `int (*f)()`; and the same identifiers, as `get_name`."""
    if {*_IDENTIFIER.findall(one)} != {*_IDENTIFIER.findall(two)}:
        return False
    if not (_CODE.search(one) or _CODE.search(two)):
        return True
    return _SIGNS.findall(one) == _SIGNS.findall(two)


def from_one_mould(one: Words, two: Words) -> bool:
    """Whether two texts are the same but for one run of words in the same place, as the questions
    of a series are (“the capital of …”)."""
    a, b = one.surface, two.surface
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    same = start + end
    return same >= 2 and max(len(a), len(b)) - same <= max(2, same // 2)


def in_one_order(one: Words, two: Words) -> bool:
    """Whether two texts of the same words have them in the same order, or turned round as in “the
    size of a message” and “a message's size”."""
    a, b = one.order, two.order
    if a == b:
        return True
    if len(a) != len(b) or {"do", "does", "did"} & {*one.surface, *two.surface}:
        return False
    return any(a[at:] + a[:at] == b for at in range(1, len(a)))


@dataclass(frozen=True, slots=True)
class Answer:
    """How alike two answers are: whether they say the same, and whether they are so long that this
    is no chance."""

    same: bool
    long: bool


_ENOUGH = 5
_ALIKE = 0.7


def answers(one: Words, two: Words, *, same_question: bool = False) -> Answer:
    """Compare two answers. Where the questions are the same, an answer that says more than the
    other is the same, too."""
    a, b = one.set, two.set
    shared = len(a & b)
    if not a or not b:
        return Answer(one.surface == two.surface, long=False)
    if {w for w in a ^ b if w[0].isdigit()} and _numbers(a) != _numbers(b):
        return Answer(same=False, long=False)
    if a == b:
        return Answer(same=True, long=shared >= _ENOUGH)
    if min(len(a), len(b)) < 4 and not same_question:
        return Answer(same=False, long=False)
    if (a ^ b) & _NEGATIONS or (one.telling - b and two.telling - a):
        return Answer(same=False, long=False)
    within = shared / min(len(a), len(b))
    same = dice(a, b) >= _ALIKE or (same_question and within >= 0.8)
    if same and have_opposites(a - b, b - a):
        same = False
    return Answer(same, long=same and shared >= _ENOUGH)


def _numbers(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in words if word[0].isdigit())


# Finding ------------------------------------------------------------------------------------------

_RAREST = 6
"""Words of a text by whose pairs it is found again."""
MOST = 16
"""Texts that share a key and are compared with the next one, so that time grows with their number
alone."""


def candidates(
    texts: Sequence[Words], keys: Sequence[tuple[Hashable, ...]] | None = None
) -> Iterator[tuple[int, int]]:
    """The pairs of texts that may be alike, by their places, each once, the later one second: they
    have two of their rarest words in common and two of five of all words, and the same names and
    numbers; or they have one of the further keys that each may have."""
    frequency = Counter(word for each in texts for word in each.set)
    holders: dict[Hashable, list[int]] = defaultdict(list)
    for at, each in enumerate(texts):
        mine, telling = each.set, each.telling
        # A word that no other text has leads to none.
        known = [word for word in mine if frequency[word] > 1]
        rarest = sorted(known, key=lambda word: (frequency[word], word))[:_RAREST]
        near: set[int] = set()
        shared: list[Hashable] = [mine, *combinations(sorted(rarest), 2)]
        for key in shared:
            near.update(joined(holders, key, at))
        found = set()
        for other in near:
            two = texts[other]
            if telling <= two.set and two.telling <= mine:
                yours = two.set
                if 5 * len(mine & yours) >= len(mine) + len(yours):
                    found.add(other)
        for key in keys[at] if keys else ():
            found.update(joined(holders, key, at))
        for other in sorted(found):
            yield other, at


def joined(holders: dict[Hashable, list[int]], key: Hashable, at: int) -> list[int]:
    """The last of those that have a key, before another one joins them."""
    known = holders[key]
    before = known[-MOST:]
    known.append(at)
    return before
