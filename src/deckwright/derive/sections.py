"""Sections: what the words of a heading or a lead-in say about what stands under it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from deckwright.derive.outline import Section
from deckwright.derive.sentences import QUESTION_MARKS
from deckwright.derive.wording import (
    ADVICE_VERBS,
    AUDIENCE,
    BEFORE_NOUNS,
    CLAUSE_WORDS,
    DO_VERBS,
    EMPTY_LEADS,
    FINITE,
    LEAD_VERBS,
    NOUN_VERBS,
    NUMBERS,
    OPEN_WORDS,
    PREPOSITIONS,
    QUESTION_WORDS,
    SELECTED,
    Kind,
)
from deckwright.derive.words import BASE_OF, About, is_plural, plain, stems, third_person
from deckwright.note import slug

_MUST = re.compile(r"\b(?:must|need|needs|requires?|have to|has to)\b")
_MEANS = re.compile(r"\b(?:using|with|through|via)$")
_CONNECTIVE = re.compile(r"(?:however|additionally|moreover|also|finally|then),\s+", re.IGNORECASE)
PRONOUN = re.compile(r"(?:it|they|this|these)\b", re.IGNORECASE)
_THERE = re.compile(r"there (?:is|are) (.{3,120})", re.IGNORECASE)
_HAS = re.compile(r"(.{3,60}?) (?:has|have) (.{3,80})")
_TAIL = re.compile(
    r"(?:,| that | which | who | where | when | you | developers | available| to (?:consider|know|"
    r"understand|remember)).*"
)
_WHEN = re.compile(
    r"(?:when|where) to |(?:choose|use|prefer|pick|select)\b.* (?:when|if|for|where)$",
    re.IGNORECASE,
)
LeadForm = Literal["none", "noun", "sentence", "question", "when", "how", "empty"]


@dataclass(frozen=True, slots=True)
class Lead:
    """What a section's words say. `phrase` names what is listed (`states of the circuit
    breaker`), `owner` whose it is, `number` how many the text says there are."""

    form: LeadForm = "none"
    text: str = ""
    phrase: str = ""
    owner: str = ""
    kind: Kind | None = None
    open: bool = False
    number: int | None = None
    slug: str = ""
    chosen: bool = False  # `common`, `typical`: a choice, but for a list that explains each item
    heading: str = ""  # the heading above a lead-in

    def says_what(self) -> bool:
        """Whether the words tell what the items are."""
        if self.form != "sentence":
            return True
        return bool(self.number or self.kind or _MUST.search(self.text) or _MEANS.search(self.text))

    def label(self) -> str:
        """The section as the context of a card names it: a heading, or a short lead-in."""
        if self.heading:
            return self.heading
        return "" if self.form in ("none", "empty", "sentence", "question") else self.text

    def closed(self) -> bool:
        """Whether the words tell that just these items are meant: by what they are (states,
        steps), by their number, or because all of them are required."""
        if self.number or (self.kind and not self.kind.counted):
            return True
        return self.form == "sentence" and bool(_MUST.search(self.text))


MAX_LEAD = 300  # characters; what is longer leads in to nothing


class Sections:
    """Reads sections, with a project's own kinds added to the built-in ones."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        self.nouns: dict[str, Kind] = {}
        for kind in kinds:
            for noun in kind.nouns:
                self.nouns.setdefault(noun, kind)

    def kind_of(self, phrase: str) -> Kind | None:
        """The kind that the head of a noun phrase names: `Key benefits of X` is a benefit."""
        words = phrase.casefold().split()
        head: list[str] = []
        for word in words:
            if head and (word in PREPOSITIONS or (word.endswith("ing") and word != "building")):
                break
            head.append(word.strip(",.:;()"))
        candidates = [head]
        if "and" in head[1:]:
            candidates.append(head[: head.index("and", 1)])
        if not any(word in PREPOSITIONS for word in words):
            candidates.append([word.strip(",.:;()") for word in words])  # `error handling patterns`
        for part in candidates:
            for length in (3, 2, 1):
                kind = self.nouns.get(" ".join(part[-length:]))
                if kind and len(part) >= length:
                    return kind
        return None

    def lead(self, section: Section | None, about: About) -> Lead:
        """What the words of a section say."""
        if section is None:
            kind = self.kind_of(about.title)
            return Lead(kind=kind, open=bool(kind and kind.open))
        lead = self._lead_of(section, about)
        if section.outer:
            outer = self.lead(section.outer, about)
            lead = replace(lead, heading=plain(section.outer.text).rstrip(":： "))
            if outer.open:
                lead = replace(lead, open=True)
            if lead.kind is None and lead.form != "when":
                lead = replace(lead, kind=outer.kind)
        return lead

    def _lead_of(self, section: Section, about: About) -> Lead:
        text = plain(section.text).rstrip(":： ")
        if section.lead:
            text = _CONNECTIVE.sub("", text, count=1)
            pronoun = PRONOUN.match(text)
            if pronoun and section.subject:
                text = section.subject + text[pronoun.end() :]
        words = text.split()
        low = text.casefold()
        if not any(map(str.isalnum, text)) or len(text) > MAX_LEAD:
            return Lead("empty")
        if _WHEN.match(text):
            return Lead("when", text, text, slug=slug(text))
        first = words[0].casefold()
        clause = "," in text or (section.lead and first in CLAUSE_WORDS)
        marked = text.endswith(QUESTION_MARKS) and not section.lead
        if first != "how" and (marked or (first in QUESTION_WORDS and not clause)):
            return Lead("question", text, text, number=number_in(text), slug=slug(text))
        if first == "how" or low.startswith("to "):
            how = text if first == "how" else "How " + about.small(text)
            return Lead("how", text, how, kind=self.nouns.get("steps"), slug=slug(text))
        while words and words[-1].casefold() in LEAD_VERBS:
            words.pop()
        if not words:
            return Lead("empty")
        phrase = " ".join(words)
        owner = ""
        number: int | None = None
        there = _THERE.match(phrase)
        has = None if there else _HAS.match(phrase)
        counted = there[1] if there else has[2] if has else ""
        counted = _TAIL.sub("", " " + counted).strip()
        value = number_of(counted.split()[0]) if counted else None
        if counted and value and len(counted.split()) > 1:
            number = value
            phrase = counted.split(" ", 1)[1]
            if has and "," not in has[1]:
                owner = about.small(has[1])
            words = phrase.split()
        elif section.lead and _is_sentence(words):
            return self._sentence(text, phrase)
        if words and words[0].casefold() in ("the", "these"):
            words = words[1:]
        if not words:
            return Lead("empty")
        number = number or number_of(words[0])
        if number and number_of(words[0]):
            words = words[1:]
        phrase = " ".join(words)
        if not phrase:
            return Lead("empty")
        kind = self.kind_of(phrase)
        head, of, rest = phrase.partition(" of ")
        if not of:
            head, of, rest = phrase.partition(" for ")
        if of and rest and AUDIENCE & {rest.split()[0].casefold(), rest.split()[-1].casefold()}:
            phrase = head
        elif of and rest and not owner:
            owner = rest
        open_words = {word.casefold() for word in head.split()} & OPEN_WORDS
        own = not of or owner != rest or bool(stems(rest) & about.stems)
        short = " ".join(
            w for w in (head if of and own else phrase).split() if w.casefold() not in SELECTED
        )
        shown = phrase if section.lead else text
        is_open = bool(kind and kind.open)
        key = slug(short or head)
        return Lead("noun", shown, phrase, owner, kind, is_open, number, key, bool(open_words))

    def _sentence(self, text: str, phrase: str) -> Lead:
        words = phrase.casefold().split()
        number, kind, counted = None, None, ""
        for at, word in enumerate(words[:-1]):
            if (
                number is None
                and not counted
                and (number_of(word) or word in ("several", "following"))
            ):
                number = number_of(word)
                noun = _TAIL.sub("", " ".join(words[at + 1 : at + 6])).split()
                counted = " ".join(
                    w for w in head_of([w.strip(",.;") for w in noun]) if w not in SELECTED
                )
                kind = self.kind_of(counted) if counted else None
        kind = kind or self.nouns.get(words[-1].strip(",.;")) if words else None
        empty = EMPTY_LEADS.search(text) and len(words) <= 5
        if empty and "how it works" in phrase.casefold():
            kind = self.nouns.get("steps")
        short = counted or (kind.nouns[0] if kind else " ".join(words[:6]))
        useful = bool(
            re.search(r"\b(?:useful|ideal|suitable|used|good) (?:for|when|in)$", phrase.casefold())
        )
        is_open = useful or bool(kind and kind.open)
        form: LeadForm = "empty" if empty else "sentence"
        return Lead(form, text, text, "", kind, is_open, number, slug(short))


def number_in(text: str) -> int | None:
    """The first number of a text, in digits or as a word."""
    return next(filter(None, map(number_of, text.split())), None)


def head_of(words: list[str]) -> list[str]:
    head: list[str] = []
    for word in words:
        low = word.casefold()
        if head and (
            low in PREPOSITIONS or low == "and" or (low.endswith("ing") and is_plural(head[-1]))
        ):
            break
        head.append(word)
    return head


_SENTENCE_VERBS = FINITE | (BASE_OF.keys() - {third_person(verb) for verb in NOUN_VERBS})
_IMPERATIVES = DO_VERBS | ADVICE_VERBS


def _is_sentence(words: list[str]) -> bool:
    """Whether the words of a lead-in are a sentence rather than a noun phrase."""
    low = [word.casefold().strip(",") for word in words]
    counted = any(number_of(word) or word == "several" for word in low[2:])
    return (
        counted
        or any(
            word in _SENTENCE_VERBS and before not in BEFORE_NOUNS  # `tools for cooks`
            for before, word in zip(["", *low], low, strict=False)
        )
        or low[0] in _IMPERATIVES
        or low[-1] in PREPOSITIONS
    )


def number_of(word: str) -> int | None:
    word = word.casefold().strip(",.:;()")
    return int(word) if word.isdigit() and len(word) < 4 else NUMBERS.get(word)
