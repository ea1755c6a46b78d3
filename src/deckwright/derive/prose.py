"""Facts in running text: definitions, limits and enumerations that sentences state.

Each rule matches a whole sentence of a plain shape and knows one safe question for it. A sentence
of any other shape gives nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from deckwright.derive.outline import Section
from deckwright.derive.questions import Asker
from deckwright.derive.sections import Lead
from deckwright.derive.sentences import count_words, sentences
from deckwright.derive.wording import (
    ARTICLE_NOUNS,
    COMMON_NAME_WORDS,
    COMPOSED,
    DETERMINERS,
    DO_VERBS,
    ECHO_OF_NAMES,
    ECHO_VERBS,
    EMPTY_SUBJECTS,
    NOUN_VERBS,
    NUMBERS,
    PRAISE,
    PRAISE_FILLERS,
    PRAISED,
    PREPOSITIONS,
    PRONOUNS,
    SELECTED,
    STOP,
)
from deckwright.derive.words import BASE_OF, About, is_plural, plain, stems

MIN_WORDS = 8
MAX_SENTENCE = 600  # characters; longer ones state more than one thing

_NUMBER = rf"(?:\d[\d,.]*|{'|'.join(NUMBERS)})"
_UP_TO = re.compile(
    r"(?P<subject>[^,;:]{2,120}?) (?P<can>can|could|may) (?P<verb>[a-z]+) up to "
    rf"(?P<number>{_NUMBER})\s?(?P<rest>[^.;]{{2,160}})"
)
_RANGE = re.compile(
    r"(?:(?P<you>You can|[^,;:]{2,60} allows you to)|(?P<subject>[^,;:]{2,60}) can) "
    r"(?P<verb>[a-z]+)(?P<what> [a-z -]{2,40})? (?:between|from) "
    r"\d[\d,.]*[^.;,]{0,20} (?:and|to) \d[\d,.]*"
    r"(?: ?[\w/%]+)?(?: \([^()]{1,30}\))?(?P<of> of [a-z-]+)?"
)
_EXCEED = re.compile(
    r"(?P<subject>[^,;:]{2,120}?) (?:cannot|can not|must not|may not) exceed "
    r"(?P<rest>\d[^.;]{0,80}|[^.;]{2,80})"
)
_LIMITED = re.compile(
    r"(?P<subject>[^,;:]{2,120}?) (?P<verb>is|are) limited to (?P<rest>[^;]{2,160})"
)
_COUNT = re.compile(
    r"(?P<subject>[^,;:]{2,80}?) (?P<verb>[a-z]+) (?P<number>\d[\d,.]*) (?P<rest>[^,;:.]{2,100})"
)
_IS_A = re.compile(
    r"(?P<subject>(?:An?|The) [^,;:]{2,60}?)"
    r"(?P<aside>, (?:also|sometimes|often) [^,]{3,60},| \([^()]{1,60}\))? (?P<verb>is|are) "
    r"(?:essentially |simply |basically |just )?(?P<what>an?|the|one of) (?P<rest>.+)"
)
_MEANS = re.compile(
    r"(?P<subject>[^,;:]{2,60}?)(?: \([^()]{1,60}\))? (?:means|refers to|denotes) (?P<rest>.+)"
)
_ENUMERATION = re.compile(r"(?P<lead>[^:.]{6,160}): (?P<items>[^:;]{6,400}?)\.?")
_INCLUDE = re.compile(
    r"(?P<lead>[^,;:]{4,100}) (?P<verb>include|are|comprise) (?P<items>[^:;]{6,500}?)\.?"
)
_OF_MUCH = re.compile(r"(?:[kKMGT]i?B|%|[a-zA-Z/]{1,3}) of (?P<unit>[\w-]+)(?P<tail>.*)")
_CLAUSE = re.compile(r" (?:where|that|which|when|for) ")
_ASIDE = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Found:
    """A question that a sentence answers. `name` is what its key is made of, `start:end` the
    answer in the text that was searched; a list has `items`, a term's predicate is what could
    describe it the other way round, and a `number` is asked even where its sentence is part of
    another answer."""

    name: str
    question: str
    start: int
    end: int
    items: tuple[str, ...] = ()
    predicate: str = ""
    lead: Lead | None = None
    is_name: bool = False
    number: bool = False


def facts(text: str, about: About, asker: Asker) -> Iterator[Found]:
    """The facts of a paragraph, in order, at most one a sentence."""
    for start, end in sentences(text):
        sentence = text[start:end]
        if len(sentence) > MAX_SENTENCE:
            continue
        found = _fact(sentence, about, asker)
        if found:
            yield Found(
                found.name, found.question, start, end, found.items, found.predicate, found.lead,
                found.is_name, number=not found.items and not found.predicate,
            )  # fmt: skip


class _Fact(NamedTuple):
    """What `Found` says of a sentence, but for its place."""

    name: str
    question: str
    items: tuple[str, ...] = ()
    predicate: str = ""
    lead: Lead | None = None
    is_name: bool = False


def _fact(sentence: str, about: About, asker: Asker) -> _Fact | None:
    text = plain(sentence)
    body = text.rstrip(".!")
    # What a rule cannot do without is looked for first: most sentences state nothing.
    if " to " in body or " exceed " in body:
        found = (
            _range(body, about, asker) or _up_to(body, about, asker) or _limit(body, about, asker)
        )
        if found:
            return found
    if ":" in text or " include " in text or " are " in text or " comprise " in text:
        found = _enumeration(text, about, asker)
        if found:
            return found
    return (
        _definition(body, about, asker)
        or _verb(body, about, asker)
        or (_count(body, about, asker) if any(map(str.isdigit, body)) else None)
    )


def concept_definition(text: str, about: About, asker: Asker) -> Found | None:
    """What a concept is, from the first sentence of its body, if that says it."""
    spans = sentences(text)
    if not spans:
        return None
    start, end = spans[0]
    body = plain(text[start:end]).rstrip(".!")
    if about.sides or about.title.endswith("?"):
        return None
    match = re.match(r"(.{2,100}?) (is|are|refers to|refer to|means|describes|describe) (.+)", body)
    title = stems(_ASIDE.sub("", about.title)) or about.stems
    if not match or not title <= stems(match[1]):
        return _concept_verb(body, start, end, about, asker)
    subject = _ASIDE.sub("", match[1]).strip()
    named = stems(match[1])
    if len(named) > len(title) + 3:
        return None
    if any(word in (",", ":") for word in subject) or is_praise(match[3]):
        return None
    subject = " ".join(subject.split())
    verb = match[2] if match[2] in ("is", "are") else ""
    if verb and is_plural(subject) and not about.is_name(subject):
        verb = "are"  # a page may well say `Reads is a model`
    if verb and not re.match(
        r"(?:an?|the|one of|when|where) |[a-z-]+ (?:that|which|\w+s\b)", match[3]
    ):
        return None
    owner = about.small(subject)
    if verb:
        question = asker.fill(asker.forms["definition"], about, verb=verb, owner=owner)
    else:
        question = asker.fill(
            "What is meant by {term}?",
            about,
            term=owner if about.is_name(subject) else f"“{owner}”",
        )
    predicate = _capital(match[3])
    return Found(about.title, question, start, end, predicate=predicate, is_name=True)


def _concept_verb(body: str, start: int, end: int, about: About, asker: Asker) -> Found | None:
    """What a concept does, where its first sentence says that rather than what it is."""
    words = body.split()
    if not about.inline:
        return None  # `Creating and maintaining …` is an activity
    for at in range(1, min(11, len(words))):
        word = words[at]
        base = BASE_OF.get(word, word)
        if base not in DO_VERBS or (base in NOUN_VERBS and base not in ("control", "support")):
            continue
        subject = " ".join(_ASIDE.sub("", " ".join(words[:at])).split())
        if not about.stems <= stems(subject) or len(stems(subject)) > len(about.stems) + 2:
            continue
        if (
            word == base
            and not _last_is_plural(words[:at])
            and not is_plural(about.title.split()[-1])
        ):
            continue
        aux = "does" if word in BASE_OF else "do"
        echo = base if base in ECHO_VERBS else "do"
        question = asker.fill(
            asker.forms["concept verb"], about, aux=aux, owner=about.small(subject), verb=echo
        )
        predicate = "" if base in COMPOSED else _capital(" ".join(words[at:]))
        return Found(about.title, question, start, end, predicate=predicate, is_name=True)
    return None


def is_praise(predicate: str) -> bool:
    """Whether a predicate only says that something matters: `a critical skill for …`."""
    praised = False
    for word in predicate.casefold().split()[:9]:
        bare = word.strip(",.;")
        if bare in PRAISE:
            praised = True
        elif praised and (bare in PRAISED or bare in ("for", "to", "when", "in")):
            return True
        elif bare not in PRAISE_FILLERS:
            return False
    return praised


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _bad_count_subject(subject: str) -> bool:
    """Of a number the subject may be `each` or `one` of a kind."""
    first, _, rest = subject.partition(" ")
    return _bad_subject(
        rest if first.casefold() in ("each", "every", "one", "a", "an") else subject
    )


def _bad_subject(subject: str) -> bool:
    words = subject.split()
    low = [word.casefold() for word in words]
    return (
        not words
        or len(words) > 12
        or low[0] in PRONOUNS
        or low[-1] in PREPOSITIONS | STOP
        or any(word.casefold() in ("who", "you", "we", "can", "is", "are") for word in words[1:])
        or low[0] in BASE_OF
    )


# Numbers ---------------------------------------------------------------------------------------


def _tail(rest: str) -> str:
    """The rest of a clause that belongs to its question: up to a comma, and without numbers."""
    words = rest.partition(",")[0].split()
    digits = next((at for at, word in enumerate(words) if any(map(str.isdigit, word))), None)
    if digits is not None:  # from the preposition on that leads to the number
        at = next((i for i, word in enumerate(words) if word.casefold() in PREPOSITIONS), digits)
        words = words[: min(at, digits)]
    while words and words[-1].casefold() in PREPOSITIONS | STOP:
        words.pop()
    return " ".join(words)


def _unit(rest: str) -> tuple[str, str] | None:
    """The noun that is counted, and what follows it: `concurrent batches per shard`."""
    words = rest.split()
    for at, word in enumerate(words[:3]):
        bare = word.strip(",.;")
        if is_plural(bare) and bare.casefold() not in BASE_OF:
            ends = word != bare
            return " ".join((*words[:at], bare)), "" if ends else _tail(" ".join(words[at + 1 :]))
        if word != bare or bare.casefold() in PREPOSITIONS:
            return None
    return None


def _up_to(body: str, about: About, asker: Asker) -> _Fact | None:
    match = _UP_TO.fullmatch(body)
    if not match or (match["subject"].casefold() != "you" and _bad_count_subject(match["subject"])):
        return None
    subject = (
        match["subject"].lower() if match["subject"] == "You" else about.small(match["subject"])
    )
    much = _OF_MUCH.match(match["rest"])
    if much:
        unit, tail, form = much["unit"], _tail(much["tail"]), "up to much"
        clause = f"{match['can']} {subject} {match['verb']} {tail}".strip()
        return _Fact(
            match["subject"] + " " + unit,
            asker.fill(asker.forms[form], about, unit=unit, clause=clause),
        )
    split = _unit(match["rest"])
    if not split:
        return None
    unit, tail = split
    clause = f"{match['can']} {subject} {match['verb']} {tail}".strip()
    name = f"{unit} {match['subject']}" if match["subject"] != "You" else unit
    return _Fact(
        f"number of {name}",
        asker.fill(asker.forms["up to"], about, unit=unit, clause=clause),
    )


def _range(body: str, about: About, asker: Asker) -> _Fact | None:
    match = _RANGE.match(body)
    if not match:
        return None
    what = (match["what"] or "").strip() or (match["of"] or "").removeprefix(" of ").strip()
    if not what:
        return None
    subject = "you" if match["you"] else match["subject"]
    clause = f"{subject} {match['verb']} {what}"
    if not match["you"] and _bad_count_subject(match["subject"]):
        return None
    return _Fact(
        f"limits {what}",
        asker.fill(asker.forms["between"], about, clause=clause),
    )


def _limit(body: str, about: About, asker: Asker) -> _Fact | None:
    match = _EXCEED.fullmatch(body)
    if match and not _bad_count_subject(match["subject"]):
        owner = about.small(match["subject"])
        return _Fact(
            f"limit {owner}",
            asker.fill(asker.forms["limit"], about, owner=owner),
        )
    match = _LIMITED.fullmatch(body)
    if match and not _bad_count_subject(match["subject"]):
        owner = about.small(match["subject"])
        question = asker.fill(asker.forms["limited"], about, owner=owner, verb=match["verb"])
        return _Fact(f"limit {owner}", question)
    return None


def _count(body: str, about: About, asker: Asker) -> _Fact | None:
    match = _COUNT.match(body)
    if not match or _bad_count_subject(match["subject"]):
        return None
    verb = match["verb"]
    base = BASE_OF.get(verb)
    plural = verb in DO_VERBS
    if not base and not plural:
        return None
    split = _unit(match["rest"])
    if not split:
        return None
    unit, tail = split
    aux = "does" if base else "do"
    clause = f"{aux} {about.small(match['subject'])} {base or verb} {tail}".strip()
    question = asker.fill(asker.forms["how many"], about, unit=unit, clause=clause)
    return _Fact(f"number of {unit} {match['subject']}", question)


# Definitions -----------------------------------------------------------------------------------


def _definition(body: str, about: About, asker: Asker) -> _Fact | None:
    match = _IS_A.match(body)
    if match:
        subject = match["subject"]
        noun = subject.split(" ", 1)[1]
        if (
            _bad_subject(noun)
            or noun.split()[-1].casefold() in EMPTY_SUBJECTS - {"key"}
            or noun.split()[0].casefold() in EMPTY_SUBJECTS
            or is_praise(f"{match['what']} {match['rest']}")
            or count_words(match["rest"]) < 5
        ):
            return None
        name = noun
        owner = subject[0].lower() + about.small(subject)[1:]
        question = asker.fill(
            "{concept}: what {verb} {owner}?", about, verb=match["verb"], owner=owner
        )
        predicate = _capital(f"{match['what']} {match['rest']}")
        return _Fact(name, question, predicate=predicate, is_name=about.is_name(noun))
    match = _MEANS.match(body)
    if match and not _bad_subject(match["subject"]) and count_words(match["rest"]) >= 5:
        subject = match["subject"]
        if len(subject.split()) > 4 or subject.split()[-1].casefold() in EMPTY_SUBJECTS:
            return None
        shown = subject if about.is_name(subject) else f"“{about.small(subject)}”"
        question = asker.fill(asker.forms["means"], about, term=shown)
        return _Fact(
            subject, question, predicate=_capital(match["rest"]), is_name=about.is_name(subject)
        )
    return None


def _verb(body: str, about: About, asker: Asker) -> _Fact | None:
    """`The Acme Proofer holds …`: what a named thing does."""
    words = body.split()
    if not words or words[0].endswith(","):
        return None
    for at in range(1, min(7, len(words))):
        word = words[at]
        if word in ("is", "are") and at + 1 < len(words):
            verb, base, aux = word, "", word
            break
        base = BASE_OF.get(word, word)
        if base in NOUN_VERBS and (
            at + 1 >= len(words) or words[at + 1].casefold() not in DETERMINERS
        ):
            continue
        if word in BASE_OF:
            verb, aux = word, "does"
            break
        if word in DO_VERBS and _last_is_plural(words[:at]):
            verb, aux = word, "do"
            break
        if (not word[0].isalnum() and word[0] != "(") or word.endswith(","):
            return None
    else:
        return None
    subject = _ASIDE.sub("", " ".join(words[:at])).strip()
    subject = " ".join(subject.split())
    article = _ARTICLE.match(subject)
    noun = subject[article.end() :] if article else subject
    the = article[1].lower() if article else ""
    rest = " ".join(words[at + 1 :])
    if _bad_subject(noun) or len(words) < MIN_WORDS or not noun:
        return None
    first = noun.split()[0].casefold()
    if (
        first in SELECTED
        or (first.endswith("ing") and noun != noun.split()[0])
        or asker.sections.nouns.get(noun.casefold())
    ):
        return None
    if rest.split()[0].casefold() in PRONOUNS - {
        "when",
        "in",
        "with",
        "on",
        "to",
        "as",
        "each",
        "both",
        "for",
    }:
        return None  # what it means stands outside the sentence
    last = noun.split()[-1].casefold()
    if last in EMPTY_SUBJECTS or any(
        w.casefold() in PREPOSITIONS | {"and", "or", "like"} for w in noun.split()
    ):
        return None
    name = about.is_name(noun)
    if verb in ("is", "are"):
        what = r"(?:an?|the) " if verb == "is" else r"(?:[\w-]+ ){1,4}(?:that|which) "
        if not name or not re.match(what, rest) or is_praise(rest):
            return None
        question = asker.fill(
            "{concept}: what {verb} {owner}?", about, verb=verb, owner=_article(the, noun, about)
        )
        return _Fact(noun, question, predicate=_capital(rest), is_name=True)
    plural_noun = aux == "do" and len(noun.split()) <= 3 and last in about.lower
    one = bool(the) and aux == "does"
    known = one and last in ARTICLE_NOUNS
    if not (name or plural_noun or one) or not (name or known or base in ECHO_VERBS):
        return None
    whole = stems(noun) >= about.stems
    if stems(noun) <= about.stems | _COMMON and not (whole and base in ("consume", "require")):
        part = " and " in about.title and not whole and not stems(noun) <= _COMMON and not name
        if not part:
            return None  # this is what the whole text is about
    owner = _article(the, noun, about)
    echoes = ECHO_OF_NAMES | COMPOSED if name or known else ECHO_VERBS
    echo = base if base in ECHO_VERBS & echoes else "do"
    form = "concept verb" if whole else "verb"
    question = asker.fill(asker.forms[form], about, aux=aux, owner=owner, verb=echo)
    name_of = f"{noun} {base}" if whole else noun
    return _Fact(name_of, question, predicate=_capital(f"{verb} {rest}"), is_name=name)


_COMMON = stems(" ".join(COMMON_NAME_WORDS))


def _last_is_plural(words: list[str]) -> bool:
    noun = _ASIDE.sub("", " ".join(words)).split()
    return bool(noun) and is_plural(noun[-1])


_ARTICLE = re.compile(r"(The|An?) ")


def _article(article: str, noun: str, about: About) -> str:
    return f"{article} {noun}" if article else about.small(noun)


# Enumerations ----------------------------------------------------------------------------------


def split_items(text: str) -> list[str]:
    """`a, b (c, d) and e` as its parts; commas between parentheses do not count."""
    masked = _ASIDE.sub(lambda match: "\0" * len(match[0]), text)
    cuts = [
        (m.start(), m.end())
        for m in re.finditer(r",\s+(?:and|or|plus)\s+|,\s+|\s+(?:and|or)\s+", masked)
    ]
    items, at = [], 0
    for start, end in cuts:
        items.append(text[at:start].strip())
        at = end
    items.append(text[at:].strip())
    return [item for item in items if item]


_RELATIVE = re.compile(r", (?:where|which|who|whose|while|each|making|allowing|enabling)\b.*")


def _comma_items(text: str) -> list[str]:
    """As `split_items`, but where there are commas `and` joins words of one item unless it stands
    before the last."""
    text = _RELATIVE.sub("", text)
    masked = _ASIDE.sub(lambda match: "\0" * len(match[0]), text)
    if ", " not in masked:
        return split_items(text)
    items, at = [], 0
    for match in re.finditer(r",\s+(?:and|or|plus)\s+|,\s+", masked):
        items.append(text[at : match.start()].strip())
        at = match.end()
    items.append(text[at:].strip())
    last = items[-1]
    if not re.search(r",\s+(?:and|or|plus)\s+", masked):
        items[-1:] = split_items(last)
    return [item for item in items if item]


def _enumeration(text: str, about: About, asker: Asker) -> _Fact | None:
    match = _ENUMERATION.fullmatch(text)
    if match:
        items = _comma_items(match["items"])
        lead = asker.sections.lead(Section(match["lead"], 0, 0, True), about)
        if lead.number == len(items) and all(
            count_words(_ASIDE.sub("", item)) <= 8 for item in items
        ):
            question = asker.list(lead, about, len(items), False)
            if question:
                return _Fact(lead.slug, question, tuple(items), lead=lead)
    match = _INCLUDE.fullmatch(text)
    if match:
        words = match["lead"].split()
        lead = asker.sections.lead(Section(match["lead"] + " include", 0, 0, True), about)
        items = _comma_items(match["items"])
        bare = [_ASIDE.sub("", item) for item in items]
        if (
            lead.form == "noun"
            and lead.kind
            and words[0].casefold() not in PRONOUNS
            and (3 <= len(items) <= 7 or lead.number == len(items))
            and (lead.number or len(items)) == len(items)
            and (lead.number or match["verb"] != "are")
            and all(
                count_words(_CLAUSE.split(item)[0]) <= 7 and count_words(item) <= 14
                for item in bare
            )
            and re.search(r"\b(?:and|or)\b", match["items"])
        ):
            question = asker.list(lead, about, len(items), False)
            if question:
                return _Fact(lead.slug, question, tuple(items), lead=lead)
    return None
