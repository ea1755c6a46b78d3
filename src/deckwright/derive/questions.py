"""The wording of questions: what a section is, whose it is, and how its terms are asked.

Takes the words of `wording` (and a project's own) and the outline's sections; gives sentences.
Every question carries its concept's title, or a phrase that contains it, so that it makes sense
alone and does not depend on what other concepts a deck has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from deckwright.derive.outline import Term
from deckwright.derive.sections import PRONOUN, Lead, Sections, head_of, number_of
from deckwright.derive.sentences import QUESTION_MARKS, stands_alone
from deckwright.derive.wording import (
    ADVICE_VERBS,
    AFTER_NOUNS,
    ARTICLE_NOUNS,
    ASK,
    BY_FORM,
    CHOOSING,
    COMPOSED,
    DO_VERBS,
    KINDS,
    NOUN_VERBS,
    PREPOSITIONS,
    QUESTION_WORDS,
    SELECTED,
    TOPICS,
    UNPLACED,
    Kind,
)
from deckwright.derive.words import BASE_OF, WORD, About, is_brand, is_plural, plain, stems

_FIGURE = re.compile(
    r"(?:(?:about|roughly|approximately|around|close to|some|up to|over|under|below|above|at least|"
    r"at most|less than|more than|nearly|almost) )?[<>≤≥~≈−-]?\d"
)
_BETWEEN = re.compile(r".*\bbetween (.{2,60}) and (.{2,60})", re.IGNORECASE)


class Asker:
    """Words questions, with a project's own kinds and wordings added to the built-in ones."""

    def __init__(self, kinds: Mapping[str, tuple[str, ...]], wordings: Mapping[str, str]) -> None:
        table = {kind.name: kind for kind in KINDS}
        for name, nouns in kinds.items():
            known = table.get(name, Kind(name, ()))
            table[name] = replace(known, nouns=(*known.nouns, *(noun.casefold() for noun in nouns)))
        self.forms = dict(BY_FORM | ASK)
        for name, template in wordings.items():
            if name in table:
                table[name] = replace(table[name], term=template, owned="")
            else:
                self.forms[name] = template
        self.sections = Sections(table.values())

    def fill(self, template: str, about: About, **holes: str) -> str:
        """A template with its holes filled; what is no known hole stays as it stands."""
        title = about.title
        if title.endswith(("?", "!")) or ":" in title:
            template = template.replace("{concept}:", "{concept} –").replace(
                "{concept},", "{concept} –"
            )
        holes["concept"] = title
        return re.sub(r"\{(\w+)\}", lambda match: holes.get(match[1], match[0]), template)

    # Terms -------------------------------------------------------------------------------------

    def term(self, term: Term, lead: Lead, about: About) -> str:
        """The question of a term."""
        name = plain(term.name)
        if name.endswith(QUESTION_MARKS) and stands_alone(name):
            return term.name.replace("**", "")
        if term.form == "question":
            asked = term.name.replace("**", "").rstrip("?？")
            return self.fill(self.forms["when"], about, term=_small_first(asked, about))
        shown = about.quoted(term.name)
        kind = lead.kind if lead.form != "none" else None
        if kind and kind.name == "practice" and about.is_name(name):
            kind = self.sections.nouns.get("services", kind)
        if kind and kind.name == "practice" and not self._advises(term, name, about):
            kind = self.sections.nouns.get("considerations", kind)
        if kind and kind.owned and _is_identifier(name):
            kind = self.sections.nouns.get("parameters", kind)
        if lead.form == "none" and about.title.casefold().split()[0] in CHOOSING:
            return self.fill(self.forms["choice"], about, term=shown)
        if kind and kind.name == "difference":
            sides = about.sides or _between(lead.text, about)
            inner = about.all_small(name)
            if sides:
                return self.fill(self.forms["differ"], about, sides=sides, term=inner)
            return self.fill(kind.term, about, term=inner)
        if term.form == "heading" and name.casefold().split()[0] in QUESTION_WORDS:
            return self._question_heading(name, about)
        if kind and kind.owned:
            owned = self._owned(kind, lead, about, shown)
            if owned:
                return owned
        if kind and kind.term and not (kind.name in ("phase", "state") and _is_code(name)):
            template = self._placed(kind.term, kind, lead, name, about)
            if kind.name == "state":
                shown = self._the(name, about)
            does = "do" if " and " in name else "does"
            return self.fill(template, about, term=shown, section=_label(lead, about), does=does)
        if lead.form == "question":
            section = about.all_small(lead.text.rstrip("?"))
            section = section[0].lower() + section[1:]
            return self.fill(self.forms["about"], about, term=shown, section=section)
        form = self._form(term, name, about)
        form = "meant" if form == "topic" else form
        shown = self._named(name, about) if form == "the" else shown
        template = self._placed(self.forms[form], kind, lead, name, about)
        return self.fill(template, about, term=shown, section=_label(lead, about))

    def _placed(self, template: str, kind: Kind | None, lead: Lead, name: str, about: About) -> str:
        """A wording with its section named, where neither it nor the term says what this is."""
        words = (lead.phrase if lead.form == "noun" else lead.heading).split()
        shown = 0 < len(words) <= 6 and lead.form in ("noun", "sentence")
        if "{section}" in template:
            return template if shown else template.replace(", {section}:", ":")
        nouns = kind.nouns if kind else ()
        words = [w for w in _label(lead, about).casefold().split() if w not in nouns]
        said = stems(" ".join(w for w in words if w not in SELECTED))
        told = said <= about.stems or bool(said & stems(name))
        if not shown or told or (lead.kind and lead.kind.name in UNPLACED):
            return template
        return template.replace("{concept}:", "{concept}, {section}:", 1)

    def ask(self, form: str, about: About, term: str) -> str:
        """A question of one of the plain forms."""
        return self.fill(self.forms[form], about, term=about.quoted(term))

    def is_topic(self, term: Term, lead: Lead, about: About) -> bool:
        """Whether a term could only be asked by what one should know about it."""
        worded = lead.form != "none" and bool(lead.kind and lead.kind.term)
        alone = term.form == "heading" or lead.form == "none"
        return alone and not worded and self._form(term, plain(term.name), about) == "topic"

    def _advises(self, term: Term, name: str, about: About) -> bool:
        """Whether an answer says what to do, and not only what is so."""
        first = WORD.search(term.text)
        imperative = first is not None and first[0].casefold() in DO_VERBS | ADVICE_VERBS
        return imperative or self._form(term, name, about) in ("advice", "do", "does", "figure")

    def _named(self, name: str, about: About) -> str:
        return name if not _is_lower(name, about) else about.all_small(name)

    def _the(self, name: str, about: About) -> str:
        return (
            f"the {name}" if name.casefold().endswith((" state", " mode")) else about.quoted(name)
        )

    def _form(self, term: Term, name: str, about: About) -> str:
        """By what form of question a term is asked: what its answer says about it."""
        last = name.casefold().split()[-1] if name else ""
        text = plain(term.text)
        words = [match[0].casefold() for match in WORD.finditer(text[:200])]
        first = words[0] if words else ""
        if term.form == "subject":
            return self._subject_form(text, name)
        if last in ARTICLE_NOUNS and not {*name.casefold().split()} & PREPOSITIONS:
            return "the"
        if first in ("this", "these", "it", "they") and len(words) > 1:
            first = words[1]
        elif first == "you" and {"should", "must"} & set(words[1:3]):
            return "advice"
        base = BASE_OF.get(first, first)
        if base in NOUN_VERBS and len(words) > 1 and words[1] in AFTER_NOUNS:
            base = first = ""
        if base in COMPOSED:
            return "characterises"
        if first in BASE_OF:
            return "does"
        if first in ADVICE_VERBS and not (first in DO_VERBS and is_plural(last)):
            return "advice"
        if first in DO_VERBS and is_plural(last):
            return "do"
        if _FIGURE.match(text):
            return "figure"
        if last in TOPICS:
            return "topic"
        if term.form != "heading" and text[:1].islower() and first not in ("a", "an", "the"):
            return "characterises"
        return "meant"

    def _subject_form(self, text: str, name: str) -> str:
        rest = text[len(name) :].lstrip() if text.startswith(name) else ""
        if rest.startswith("("):
            rest = rest.partition(")")[2].lstrip()
        verb = rest.partition(" ")[0].casefold()
        if verb in ("is", "are"):
            return verb
        if name.casefold().endswith("ing"):
            return "meant"
        return "does" if verb in BASE_OF else "do" if verb in DO_VERBS else "meant"

    def _owned(self, kind: Kind, lead: Lead, about: About, shown: str) -> str:
        """Whose benefit it is, in the sentence, where that is a plain noun phrase."""
        owner = about.small(lead.owner)
        of_title = bool(owner) and about.stems <= stems(owner)
        if of_title:
            return self.fill(kind.owned, about, term=shown, owner=owner)
        short = owner and (stems(owner) <= about.stems or is_brand(owner.split()[-1]))
        if (not owner or short) and about.inline:
            return self.fill(kind.owned, about, term=shown, owner=about.inline)
        if owner and not short:
            question = kind.owned[0].lower() + kind.owned[1:]
            return self.fill("{concept}: " + question, about, term=shown, owner=owner)
        return ""

    def _question_heading(self, name: str, about: About) -> str:
        """A heading that is nearly a question."""
        lowered = _small_first(name, about)
        if re.match(r"(?:when|how|where|what|why) to\b", lowered):
            return self.fill(self.forms["when"], about, term=about.all_small(lowered))
        return self.fill(self.forms["explain"], about, term=about.all_small(lowered))

    def when(self, lead: Lead, about: About) -> str:
        """`Choose X when:` and `When to use X:` ask for the whole list under them."""
        text = about.all_small(lead.text.rstrip("?？"))
        if text.casefold().startswith(("when to ", "where to ")):
            return self.fill(self.forms["when"], about, term=text[0].lower() + text[1:])
        text, _, joint = text.rpartition(" ")
        first = {"for": "for what"}.get(joint, "when")
        return self.fill(self.forms["when"], about, term=f"{first} to {text[0].lower() + text[1:]}")

    # Lists -------------------------------------------------------------------------------------

    def list(self, lead: Lead, about: About, count: int, ordered: bool) -> str:
        """The question of a list, empty where the text has no words for it."""
        n = str(count)
        if lead.kind and lead.kind.name == "difference":
            sides = about.sides or _between(lead.text, about)
            return self.fill(self.forms["aspects"], about, n=n, sides=sides) if sides else ""
        if lead.form == "none":
            words = about.title.split()
            if lead.kind and is_plural(words[-1]) and not lead.open and about.inline:
                return self.fill(
                    self.forms["owned list"], about, n=n, section=about.small(about.title)
                )
            return ""
        if lead.form == "question" and lead.number and stands_alone(lead.text):
            return lead.text if count in map(number_of, lead.text.split()) else ""
        if lead.form in ("how", "question"):
            how = about.all_small(lead.phrase.rstrip("?"))
            form = "how list" if lead.form == "how" else "question list"
            return self.fill(self.forms[form], about, n=n, section=how[0].lower() + how[1:])
        if lead.form == "empty":
            return self.fill(self.forms["steps"], about, n=n) if ordered else ""
        if lead.form == "sentence":
            if (lead.number and lead.number != count) or PRONOUN.match(lead.text):
                return ""
            if not lead.says_what():
                return ""
            carries = about.stems <= stems(lead.text)
            form = "owned sentence" if carries else "sentence"
            section = lead.text if carries else about.small(lead.text)
            return self.fill(self.forms[form], about, n=n, section=section)
        return self._noun_list(lead, about, n, count)

    def _noun_list(self, lead: Lead, about: About, n: str, count: int) -> str:
        if lead.number and lead.number != count:
            return ""
        words = lead.phrase.split()
        head = head_of(words)
        joined = len(head) < len(words) and words[len(head)].casefold() == "and"
        activity = lead.kind is None and head[:1] and head[0].casefold().endswith("ing")
        if not head or joined or activity or not is_plural(head[-1].strip(",;()")):
            return ""
        phrase = _label(lead, about)
        form = "owned list" if about.stems <= stems(phrase) else "list"
        return self.fill(self.forms[form], about, n=n, section=phrase)


def _small_first(question: str, about: About) -> str:
    """A question behind a title: its first word small, unless that is a name."""
    first, space, rest = question.partition(" ")
    asks = first.casefold() in QUESTION_WORDS
    return first.lower() + space + rest if asks else about.small(question)


def _label(lead: Lead, about: About) -> str:
    """What a section lists, and whose it is, as part of a sentence."""
    if lead.form == "sentence" and lead.heading:
        return about.all_small(lead.heading)
    phrase = about.all_small(lead.phrase)
    if lead.owner and lead.owner.casefold() not in phrase.casefold():
        return f"{phrase} of {lead.owner}"
    return phrase


def _is_identifier(name: str) -> bool:
    """`FilterExpression`, `max_age`: the name of a setting or a function."""
    return " " not in name and bool(re.search(r"[a-z][A-Z]|\w_\w", name))


def _is_code(name: str) -> bool:
    return "`" in name


def _is_lower(name: str, about: About) -> bool:
    return all(word.casefold() in about.lower for word in name.split())


def _between(text: str, about: About) -> str:
    match = _BETWEEN.match(text)
    return f"{about.small(match[1])} and {about.small(match[2])}" if match else ""
