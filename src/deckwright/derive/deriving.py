"""Atomic notes out of long concepts: questions with one definite answer, as the text gives them.

Notes in, notes out: each `Concept` comes back with its `Opening` filled, followed by the `Term`
and `List` notes that its body gives. Fewer and good: what cannot be asked well is not asked, and
every candidate that is not asked is told as a diagnostic. What the body offers is found by
`outline` and `prose`; the questions are worded by `questions`; the words are data in `wording`.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from deckwright.derive.opening import as_page, with_opening
from deckwright.derive.outline import Members, Outline, Section, Term, outline
from deckwright.derive.prose import Found, concept_definition, facts, is_praise
from deckwright.derive.questions import Asker
from deckwright.derive.reverse import describe
from deckwright.derive.rules import (
    AS_LIST,
    GENERIC,
    LEFT_OUT,
    NO_LEAD,
    ONE_SIDED,
    OPEN_SET,
    SAME_KEY,
    SAME_QUESTION,
    SIZE,
    SWITCHED_OFF,
    TAUTOLOGY,
    THIN,
)
from deckwright.derive.sections import Lead, number_in
from deckwright.derive.sentences import count_words, first_sentences, is_wide, sentences
from deckwright.derive.wording import (
    ASK,
    BY_FORM,
    COMPARED,
    CONTRAST,
    GENERIC_HEADINGS,
    HOLES,
    KINDS,
    NAMING_KINDS,
    PREPOSITIONS,
    PRONOUNS,
    QUESTION_WORDS,
)
from deckwright.derive.words import about, is_plural, plain, stems
from deckwright.diagnostics import Diagnostic, Rule
from deckwright.note import Field, Key, Note, slug

ANSWER_WORDS = 45
SHORT_ROLE = 8  # words; definitions below this are recited, not explained
LIST_ITEMS = (2, 7)
SERVICE_WORDS = 8
CONSIDERATION_WORDS = 7
ROLE_WORDS = 12  # up to so many words a definition is recited along with its term


@dataclass(frozen=True, slots=True)
class DeriveOptions:
    """What a project says about deriving.

    `terms` asks for defined terms. `lists` asks for closed lists of two to seven items.
    `open_sets` also asks for benefits, practices and the like as lists, which few can recite.
    `definitions` asks what each concept itself is. `prose` asks for what plain sentences state.
    `reverse` makes second cards from a description to its term: `names` only where the term is a
    proper name, `all` wherever the description does not give it away, `none` never. `kinds` adds
    nouns to a kind of section (`benefit: [upsides]`) or makes a new kind. `wordings` replaces the
    question of a kind or a form, with the holes of `wording.HOLES`. `drop` names further headings
    and terms that are never asked.

    Raises ValueError for a wording of no known kind or form, or with an unknown hole.
    """

    terms: bool = True
    lists: bool = True
    open_sets: bool = False
    definitions: bool = True
    prose: bool = True
    reverse: Literal["none", "names", "all"] = "names"
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wordings: Mapping[str, str] = field(default_factory=dict)
    drop: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        known = {*(kind.name for kind in KINDS), *self.kinds, *BY_FORM, *ASK}
        for name, template in self.wordings.items():
            if name not in known:
                near = difflib.get_close_matches(name, sorted(known), 1)
                also = f"; did you mean “{near[0]}”?" if near else ""
                raise ValueError(f"no question is worded by “{name}”{also}")
            for hole in re.findall(r"\{(\w*)\}", template):
                if hole not in HOLES:
                    holes = ", ".join(f"{{{known}}}" for known in HOLES)
                    raise ValueError(f"the wording “{name}” has no hole {{{hole}}}; it has {holes}")


def derive(
    notes: Sequence[Note], options: DeriveOptions
) -> tuple[tuple[Note, ...], tuple[Diagnostic, ...]]:
    """The given notes in order, each concept with its opening and followed by its derived notes;
    and what was not asked, with the reasons."""
    asker = Asker(options.kinds, options.wordings)
    result: list[Note] = []
    told: list[Diagnostic] = []
    questions: dict[str, Note] = {}
    for note in notes:
        if note.note_type != "Concept":
            result.append(note)
            continue
        result.append(with_opening(note))
        body = note.get("More")
        form = body.form if body else "page"
        if form == "html":
            continue  # it has no sentences to ask of
        derivation = _Derivation(note, options, asker, questions)
        derivation.run(outline(as_page(body) if body else ""))
        if form != "page":  # words of a text are of its form
            derivation.notes = [_of_form(form, each) for each in derivation.notes]
        result.extend(derivation.notes)
        told.extend(derivation.told)
    return tuple(result), tuple(told)


def _of_form(form: str, note: Note) -> Note:
    return replace(note, fields=tuple(replace(field, form=form) for field in note.fields))


# The notes of one concept ------------------------------------------------------------------


class _Derivation:
    """Derives from one concept: collects its notes, and what was not asked."""

    def __init__(
        self, note: Note, options: DeriveOptions, asker: Asker, questions: dict[str, Note]
    ) -> None:
        self.note, self.options, self.asker, self.questions = note, options, asker, questions
        self.title = plain(note.value("Concept")) or str(note.key)
        self.body = note.get("More") or Field("More", "")
        self.about = about(self.title, self.body.value)
        self.notes: list[Note] = []
        self.told: list[Diagnostic] = []
        self.keys: dict[Key, Note] = {}
        self.drop = frozenset(word.casefold() for word in options.drop)
        self.used: set[int] = set()  # sentences that are an answer already
        self.prose_names: set[str] = set()
        self.no_lead = Lead()
        self.sectionless = 0
        self.leads: dict[Section | None, Lead] = {}
        self.leftover: list[tuple[str, int]] = []  # text of terms that could not be asked

    def run(self, found: Outline) -> None:
        for section, reason in found.bare:
            self.tell(GENERIC, section.text, section.start, section.end, reason)
        if self.options.definitions:
            self.definition(found)
        self.sectionless = sum(t.section is None and t.form != "question" for t in found.terms)
        recited = {
            id(term) for members in found.lists if self.recited(members) for term in members.terms
        }
        names: dict[Section | None, Counter[str]] = {}
        for term in found.terms:
            names.setdefault(term.section, Counter()).update(stems(plain(term.name)))
        shared = {
            section: frozenset(stem for stem, count in counts.items() if count > 1)
            for section, counts in names.items()
        }
        for term in found.terms:
            self.term_note(term, id(term) in recited, shared[term.section])
        for members in found.lists:
            self.list_note(members)
        if self.options.prose:
            for prose in found.prose:
                self.prose_facts(prose.text, prose.start, prose.section)
            for text, start in self.leftover:
                self.prose_facts(text, start, None)

    def lead(self, section: Section | None) -> Lead:
        """What a section's words say, read once."""
        found = self.leads.get(section)
        if found is None:
            found = self.leads[section] = self.asker.sections.lead(section, self.about)
        return found

    # Telling and making ------------------------------------------------------------------------

    def tell(self, rule: Rule, what: str, start: int, end: int, reason: str) -> None:
        span = self.body.locate(start, end)
        name = what if len(what) <= 60 else what[:57].rstrip() + "…"
        self.told.append(
            Diagnostic(rule, f"“{name}” is not asked: {reason}", span, key=str(self.note.key))
        )

    def slice(self, name: str, value: str, start: int, end: int) -> Field:
        """A field that is a slice of the body, or was made of one."""
        if self.body.value[start:end] == value:
            return Field(name, value, self.body.locate(start, end))
        return self.made(name, value, start, end)

    def add(
        self,
        note_type: str,
        slugs: tuple[str, ...],
        fields: list[Field],
        start: int,
        end: int,
        asked: bool = False,
    ) -> bool:
        """Add a note, unless its key or its question is taken. Whether it was added. `asked`: the
        text itself asks this."""
        key = Key("/".join((str(self.note.key), *(part for part in slugs if part))))
        span = self.body.locate(start, end)
        question = next(f for f in fields if f.name == "Question")
        folded = " ".join(question.value.casefold().split())
        first = self.keys.get(key)
        if first is not None or key == self.note.key:
            message = f"“{plain(question.value)}” is not asked: another note has the key `{key}`"
            hint, other = "re-word one of the two", first.span if first else None
            rule = LEFT_OUT if asked else SAME_KEY
            self.told.append(Diagnostic(rule, message, span, hint, str(self.note.key), other))
            return False
        twin = self.questions.get(folded)
        if twin is not None:
            context = next((f.value for f in fields if f.name == "Context"), self.title)
            question = replace(question, value=f"{context}: {question.value}")
            folded = " ".join(question.value.casefold().split())
            if folded in self.questions:
                message = f"“{plain(question.value)}” is not asked: `{twin.key}` asks the same"
                hint, rule = "re-word one of the two", LEFT_OUT if asked else SAME_QUESTION
                self.told.append(
                    Diagnostic(rule, message, span, hint, str(self.note.key), twin.span)
                )
                return False
            fields = [question if f.name == "Question" else f for f in fields]
        note = Note(
            key, note_type, tuple(f for f in fields if f.value), self.note.deck, self.note.tags,
            self.note.key, span,
        )  # fmt: skip
        self.keys[key] = self.questions[folded] = note
        self.notes.append(note)
        return True

    def made(self, name: str, value: str, start: int, end: int) -> Field:
        """A field worded from a place of the body: never taken for a slice of it."""
        made = Field(name, value, self.body.locate(start, end))
        return Field(name, value, None) if made.exact else made

    def context(self, lead: Lead) -> Field:
        label = lead.label()
        label = label[:1].upper() + label[1:]
        return Field("Context", f"{self.title} › {label}" if label else self.title)

    # What the concept itself is ----------------------------------------------------------------

    def definition(self, found: Outline) -> None:
        """A note of the first sentence, where that says what the concept is. It has no context:
        the title would give its reverse away."""
        first = found.paragraphs[0] if found.paragraphs else None
        if first is None or self.body.value[: first.start].strip():
            return
        fact = concept_definition(first.text, self.about, self.asker)
        if fact is None or not self.options.terms:
            return
        start, end = first.start + fact.start, first.start + fact.end
        reverse = self.reverse(
            self.title, [fact.predicate] if fact.predicate else [], "", frozenset(), True
        )
        concept = self.note.get("Concept")
        fields = [
            self.made("Question", fact.question, start, end),
            self.slice("Answer", self.body.value[start:end], start, end),
            Field("Term", self.title, concept.span if concept else None),
            self.made("Reverse", reverse, start, end),
        ]
        if self.add("Term", (slug(self.title),), fields, start, end):
            self.used.add(start)

    # Terms -------------------------------------------------------------------------------------

    def recited(self, members: Members) -> bool:
        """Whether a list's definitions are so short that they are asked together."""
        terms = members.terms
        if len(terms) != len(members.texts) or not terms or not members.plain_list:
            return False
        lead = self.lead(members.section)
        if lead.kind and lead.kind.name in ("phase", "difference", "parameter"):
            return False
        short = sum(_is_role(t) for t in terms)
        return 2 * short >= len(terms) and self.list_reason(members, lead) is None

    def term_note(self, term: Term, recited: bool, shared: frozenset[str]) -> None:
        lead = self.lead(term.section)
        name = plain(term.name)
        refused = self.term_reason(term, name, lead)
        if refused is None and recited:
            refused = AS_LIST, "its definition is short, so it is asked as part of its list"
        if refused:
            self.tell(refused[0], name, term.item_start, term.end, refused[1])
            if refused[0] is GENERIC and term.form == "colon" and term.text:
                self.leftover.append((term.text, term.start))
            return
        question = self.asker.term(term, lead, self.about)
        answer, more, cut = _answer(term)
        texts = [term.text[a:b] for a, b in sentences(term.text)]
        proper = self.proper(name, lead)
        asks = term.form == "question"
        if term.form == "subject" or plain(texts[0]).startswith(name):
            texts[0] = _predicate(plain(texts[0]), name)
        reverse = "" if asks else self.reverse(name, texts, lead.text, shared, proper)
        end = term.more_start + len(term.more) if term.more else term.end
        body, first = self.body.value, term.item_start
        place = max(body.find(name, first, first + len(name) + 2), first)  # after its asterisks
        fields = [
            self.made("Question", question, term.item_start, term.end),
            self.slice("Answer", answer, term.start, term.start + cut),
            self.slice("Term", "" if asks else name, place, place + len(name)),
            self.made("More", more, term.start + cut, end),
            self.made("Reverse", reverse, term.start, term.end),
            self.context(lead),
        ]
        self.add("Term", (lead.slug, slug(name)), fields, term.item_start, term.end, asks)
        if term.form != "heading":
            self.used.add(term.start)
        else:
            self.used.update(term.start + at for at, _ in sentences(answer))

    def proper(self, name: str, lead: Lead) -> bool:
        last = name.casefold().split()[-1] if name.split() else ""
        kind = lead.kind.name if lead.kind else ""
        named = self.about.is_name(name) or kind in NAMING_KINDS
        return named or last == "pattern"

    def term_reason(self, term: Term, name: str, lead: Lead) -> tuple[Rule, str] | None:
        """Why a term is not asked, None where it is."""
        if not self.options.terms:
            return SWITCHED_OFF, "terms are switched off"
        low = name.casefold()
        if (
            low in GENERIC_HEADINGS
            or low in self.drop
            or (lead.text.casefold() in self.drop and lead.text)
        ):
            return GENERIC, "it is a heading that names no thing"
        if term.form == "question":
            return None  # whoever wrote it wants it asked
        kind = self.asker.sections.kind_of(name) if term.form == "heading" else None
        if kind and (kind.open or kind.name == "difference"):
            return GENERIC, "it heads a section of its own and names no thing"
        if count_words(name) > 8 or name.endswith((".", ",")) or name.startswith(("(", "http")):
            return THIN, "it is more of a sentence than a term"
        text = plain(term.text)
        words = count_words(text)
        if words < 3 and not any(char.isdigit() for char in text):
            return THIN, "its text is only a fragment"
        if lead.kind and lead.kind.name == "use case":
            return THIN, "it is an example, and examples are not asked"
        if lead.kind and lead.kind.name == "service" and words < SERVICE_WORDS:
            return THIN, f"fewer than {SERVICE_WORDS} words tell too little of the part it plays"
        if lead.kind and lead.kind.name == "consideration" and words < CONSIDERATION_WORDS:
            return THIN, f"fewer than {CONSIDERATION_WORDS} words name it and say nothing of it"
        if term.form == "subject" and is_praise(_predicate(text, name, False)):
            return THIN, "its text says that it matters, not what it is"
        if self.tautology(name, text):
            return TAUTOLOGY, "its text only repeats its words"
        if lead.kind and lead.kind.name == "difference" and self.one_sided(text):
            return ONE_SIDED, "its text tells of one side only"
        if not lead.says_what():
            return NO_LEAD, "nothing in the text says what it is a part of"
        if term.form == "heading" and _heads_passage(name):
            return GENERIC, "it heads a passage and names no thing"
        if self.asker.is_topic(term, lead, self.about):
            return GENERIC, "it names a topic of its text, not a thing"
        return None

    def tautology(self, name: str, text: str) -> bool:
        if is_wide(text):
            return False  # no spaces, so no words to compare
        new = stems(text) - stems(name) - self.about.stems
        return len(new) < 2 and not any(char.isdigit() for char in text)

    def one_sided(self, text: str) -> bool:
        words = set(re.findall(r"[^\W_][\w-]*", text.casefold()))
        if (
            ";" in text
            or words & CONTRAST
            or any(word.endswith("er") and word[:-2] in COMPARED for word in words)
        ):
            return False
        match = self.about.sides.split(" and ", 1)
        if len(match) != 2:
            return False
        left, right = stems(match[0]) - stems(match[1]), stems(match[1]) - stems(match[0])
        found = stems(text)
        return not (left & found and right & found)

    # Lists -------------------------------------------------------------------------------------

    def list_reason(self, members: Members, lead: Lead) -> tuple[Rule, str] | None:
        """Why a list is not asked as a whole, None where it is."""
        if not self.options.lists:
            return SWITCHED_OFF, "lists are switched off"
        if lead.form == "when":
            return None
        explained = bool(members.terms) and len(members.terms) == len(members.texts)
        if (lead.open or (lead.chosen and not explained)) and not self.options.open_sets:
            return OPEN_SET, "it is a choice out of many, which no one can recite"
        least, most = LIST_ITEMS
        if not least <= len(members.texts) <= most:
            return SIZE, f"it has {len(members.texts)} items, and {least} to {most} are asked"
        if lead.text and lead.text.casefold() in self.drop:
            return GENERIC, "its heading is among those to drop"
        if lead.form == "none" and len(members.texts) != self.sectionless:
            return NO_LEAD, "the text has no words to ask for it by"
        question = self.asker.list(lead, self.about, len(members.texts), members.ordered)
        if not question:
            return NO_LEAD, "the text has no words to ask for it by"
        if not (self.options.open_sets or lead.closed() or number_in(self.title)):
            return OPEN_SET, "nothing says how many there are, so no one can recite just these"
        return None

    def list_note(self, members: Members) -> None:
        lead = self.lead(members.section)
        what = lead.text or "list"
        refused = self.list_reason(members, lead)
        if refused and refused[0] is NO_LEAD and self.describes(members, lead):
            self.description(members, lead)
            return
        if refused:
            self.tell(refused[0], what, members.start, members.end, refused[1])
            return
        body = self.body.value
        if lead.form == "when":
            question = self.asker.when(lead, self.about)
            fields = [
                self.made("Question", question, members.start, members.end),
                self.slice("Answer", body[members.start : members.end], members.start, members.end),
                Field("Term", lead.text),
                self.context(self.lead(None)),
            ]
            self.add("Term", (lead.slug,), fields, members.start, members.end)
            return
        question = self.asker.list(lead, self.about, len(members.texts), members.ordered)
        items, more = self.items(members)
        fields = [
            self.made("Question", question, members.start, members.end),
            self.slice("Items", items, members.start, members.end),
            self.slice("More", more, members.start, members.end),
            self.context(lead),
        ]
        section = lead.slug or slug(self.title)
        self.add("List", (section, "list"), fields, members.start, members.end)

    def describes(self, members: Members, lead: Lead) -> bool:
        """Whether a list of statements stands under the name of one thing."""
        section = members.section
        words = lead.phrase.split()
        return (
            self.options.terms
            and section is not None
            and not section.lead
            and not members.terms
            and lead.form == "noun"
            and lead.kind is None
            and 0 < len(words) <= 4
            and not is_plural(words[-1])
            and not words[0].casefold().endswith("ing")
            and not {word.casefold() for word in words} & (PREPOSITIONS | PRONOUNS)
            and LIST_ITEMS[0] <= len(members.texts) <= LIST_ITEMS[1]
            and lead.text.casefold() not in GENERIC_HEADINGS | self.drop
        )

    def description(self, members: Members, lead: Lead) -> None:
        """A heading that names a thing, answered by the whole list under it."""
        value = self.body.value[members.start : members.end]
        question = self.asker.ask("characterises", self.about, lead.text)
        fields = [
            self.made("Question", question, members.start, members.end),
            self.slice("Answer", value, members.start, members.end),
            Field("Term", lead.text),
            self.context(self.no_lead),
        ]
        self.add("Term", (slug(lead.text),), fields, members.start, members.end)

    def items(self, members: Members) -> tuple[str, str]:
        """The answer of a list, and what is left of its text."""
        source = self.body.value[members.start : members.end]
        if not members.terms or len(members.terms) != len(members.texts):
            if members.plain_list:
                return source, ""
            return _listed(members.texts, members.ordered), ""
        if members.plain_list and all(
            count_words(t.text) <= ROLE_WORDS and not t.more for t in members.terms
        ):
            return source, ""
        names = tuple(
            f"**{t.name.replace('**', '')}**" if "`" not in t.name else t.name
            for t in members.terms
        )
        return _listed(names, members.ordered), source if members.plain_list else ""

    # Prose -------------------------------------------------------------------------------------

    def prose_facts(self, text: str, offset: int, section: Section | None) -> None:
        lead = self.lead(section) if section else self.no_lead
        for fact in facts(text, self.about, self.asker):
            start, end = offset + fact.start, offset + fact.end
            if start in self.used and not fact.number:
                continue
            if fact.items:
                self.prose_list(fact, start, end)
                continue
            if not self.options.terms:
                continue
            if slug(fact.name) in self.prose_names:
                continue
            reverse = ""
            if fact.predicate:
                reverse = self.reverse(fact.name, [fact.predicate], "", frozenset(), fact.is_name)
            fields = [
                self.made("Question", fact.question, start, end),
                self.slice("Answer", self.body.value[start:end], start, end),
                Field("Term", fact.name),
                self.made("Reverse", reverse, start, end),
                self.context(lead if section else self.no_lead),
            ]
            self.add("Term", (lead.slug if section else "", slug(fact.name)), fields, start, end)
            self.prose_names.add(slug(fact.name))

    def prose_list(self, fact: Found, start: int, end: int) -> None:
        lead = fact.lead or self.no_lead
        members = Members(None, fact.items, (), False, start, end, False)
        if lead.form == "none":
            return
        refused = self.list_reason(members, lead)
        if refused:
            self.tell(refused[0], lead.text, start, end, refused[1])
            return
        fields = [
            self.made("Question", fact.question, start, end),
            self.made("Items", _listed(fact.items, False), start, end),
            self.slice("More", self.body.value[start:end], start, end),
            self.context(self.no_lead),
        ]
        self.add("List", (lead.slug, "list"), fields, start, end)

    # The way back ------------------------------------------------------------------------------

    def reverse(
        self, name: str, texts: Sequence[str], section: str, shared: frozenset[str], proper: bool
    ) -> str:
        if self.options.reverse == "none" or (self.options.reverse == "names" and not proper):
            return ""
        context = "" if name == self.title else f"{self.title} {section}"
        return describe(name, texts, context, shared)


def _answer(term: Term) -> tuple[str, str, int]:
    """The answer of a term, what is left of its own text, and where in it the answer ends."""
    whole = term.form == "above" or "\n\n" in term.text  # of an answer with a list or code
    if whole or count_words(term.text) <= ANSWER_WORDS:
        return term.text, term.more, len(term.text)
    cut = first_sentences(term.text, ANSWER_WORDS)
    rest = term.text[cut:].strip()
    return term.text[:cut], "\n\n".join(part for part in (rest, term.more) if part), cut


def _predicate(text: str, name: str, capital: bool = True) -> str:
    """What is said of a leading subject: `X is a Y` as `A Y`."""
    if not text.startswith(name):
        return text
    rest = text[len(name) :].lstrip()
    if rest.startswith("("):
        rest = rest.partition(")")[2].lstrip()
    first, _, after = rest.partition(" ")
    if first.casefold() in ("is", "are", "means", "denotes"):
        rest = after
    elif first.casefold() == "refers":
        rest = after.removeprefix("to ")
    return rest[:1].upper() + rest[1:] if capital else rest


def _is_role(term: Term) -> bool:
    """Whether a definition is so short that it is recited along with its term."""
    plain_item = term.form != "above" and not term.more and "`" not in term.name
    return plain_item and count_words(term.text) < SHORT_ROLE


def _heads_passage(name: str) -> bool:
    words = name.casefold().split()
    asks = words[0] in QUESTION_WORDS
    return not asks and len(words) > 2 and any(word in PREPOSITIONS for word in words[1:])


def _listed(texts: Sequence[str], ordered: bool) -> str:
    marks = [f"{at}." if ordered else "-" for at in range(1, len(texts) + 1)]
    return "\n".join(f"{mark} {text}" for mark, text in zip(marks, texts, strict=True))
