"""Which findings count, and how much: what a person selects, ignores, and lets weigh less or more.

In `deck.yaml`, on the command line, and in comments of the sources. Rules are named by their code
(`E012`), the beginning of one (`E`, `E01`) or their name (`doubled-word`). Of two that name the
same rule the longer one counts. Rules without which no package can be built are always told.
"""

from __future__ import annotations

import contextlib
import fnmatch
import os.path
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby

from deckwright.choosing.comments import (
    HASHED,
    MARKDOWN,
    MARKED,
    Comments,
    Directive,
    Directives,
    Named,
    directives,
    is_directive,
    misplaced,
)
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.naming import near_to, quoted
from deckwright.source import Source, Span

__all__ = ["HASHED", "MARKDOWN", "MARKED", "Choice", "Chooser", "Comments", "Exempt", "Named"]
__all__ += ["is_directive", "names", "unknown"]

UNKNOWN_RULE = Rule(
    "C021",
    "unknown-rule",
    Severity.ERROR,
    "What names no rule selects nothing and ignores nothing, without a word.",
    "`deckwright rules` lists the codes and names.",
    {
        "deck.yaml": "id: tea\nname: Tea\nsources: [tea.md]\nchecks:\n  select: [defualt]\n",
        "tea.md": "# Tea\n\nQ: What colour is oolong?\nA: Amber\n",
    },
    {
        "deck.yaml": "id: tea\nname: Tea\nsources: [tea.md]\nchecks:\n  select: [default]\n",
        "tea.md": "# Tea\n\nQ: What colour is oolong?\nA: Amber\n",
    },
)
FIRM_RULE = Rule(
    "C022",
    "firm-rule",
    Severity.ERROR,
    "After some errors there is nothing to build a package of: they cannot be ignored.",
    "Leave it out, and mend what the rule tells.",
    {
        "deck.yaml": "id: tea\nname: Tea\nsources: [tea.md]\nchecks:\n  ignore: [same-key]\n",
        "tea.md": "# Tea\n\nQ: What colour is oolong?\nA: Amber\n",
    },
    {
        "deck.yaml": "id: tea\nname: Tea\nsources: [tea.md]\n",
        "tea.md": "# Tea\n\nQ: What colour is oolong?\nA: Amber\n",
    },
)
UNUSED_IGNORE = Rule(
    "C023",
    "unused-ignore",
    Severity.WARNING,
    "An ignore whose finding is gone hides the next one, which nobody has looked at.",
    "Remove it, or mend its code, path or key.",
    {"tea.md": "# Tea\n\n<!-- deckwright: ignore E013 -->\nQ: What colour is oolong?\nA: Amber\n"},
    {"tea.md": "# Tea\n\nQ: What colour is oolong?\nA: Amber\n"},
)
RULES = (UNKNOWN_RULE, FIRM_RULE, UNUSED_IGNORE)

_FIRM_WAY = "leave it out here, and mend what it tells: else there is no package"

ALL, DEFAULT = "all", "default"
"""Words for all rules, and for those that are on unless somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Exempt:
    """Rules that are ignored in some files, or for some notes: `path` and `key` are globs, ""
    means any."""

    rules: tuple[Named, ...]
    path: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chooses. `select` empty: the default."""

    select: tuple[Named, ...] = ()
    ignore: tuple[Named, ...] = ()
    severity: tuple[tuple[Named, Severity], ...] = ()
    exempt: tuple[Exempt, ...] = ()


def names(named: str, rule: Rule) -> int:
    """How closely a person's word, in any case, names a rule: 0 where it does not, more where it
    says more."""
    word = named.lower()
    if word == rule.name:
        return 100
    if word == ALL or (word == DEFAULT and not rule.off):
        return 1
    return 1 + len(word) if word and rule.code.lower().startswith(word) else 0


def unknown(words: Iterable[str], rules: Iterable[Rule]) -> Iterator[tuple[str, str]]:
    """The words that name no rule, each with the way out."""
    known = list(rules)
    for word in words:
        if word.lower() != DEFAULT and not any(names(word, rule) for rule in known):
            near = near_to(word.lower(), [ALL, DEFAULT, *(rule.name for rule in known)])
            near = near or near_to(word.upper(), [rule.code for rule in known])
            hint = f"did you mean {near}?" if near else "`deckwright rules` lists them"
            yield word, hint


class Chooser:
    """Applies a choice to findings, and remembers what of it found something to do.

    `select` and `ignore` are those of the command line, which count instead of those of the
    project; ignores for single files and notes stay. `texts` are the sources by path, `comments`
    say how each of them writes comments (None: it has none), `folder` is that of the project: globs
    are relative to it.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        choice: Choice = Choice(),
        texts: Mapping[str, Source] = {},
        comments: Mapping[str, Comments | None] = {},
        folder: str = "",
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
    ) -> None:
        self._rules, self._choice, self._folder = tuple(rules), choice, folder
        self._asked = bool(select)
        self._select = tuple(map(Named, select)) if select else choice.select or (Named(DEFAULT),)
        self._ignore = (*(() if select else choice.ignore), *map(Named, ignore))
        self._used: set[int] = set()  # of the choice's ignores, by their identity
        self._ignored: dict[str, Named | None] = {}  # by code: what ignores it everywhere
        self._levels: dict[str, Severity | None] = {}
        self._named: dict[str, tuple[Rule, ...]] = {}
        self._places: dict[str, str] = {}  # of paths, as seen from the folder of the project
        self._comments = comments
        self._of_path: dict[str, Directives] = {}
        self._misplaced: list[Span] = []
        for path, how in comments.items():
            if path not in texts:
                continue
            if how is None:
                self._misplaced += misplaced(texts[path])
            elif said := list(directives(texts[path], how)):
                self._of_path[path] = Directives(said)

    def mistakes(self) -> Iterator[Diagnostic]:
        """What in the project's choice names no rule, or one that cannot be chosen."""
        choice = self._choice
        ignored = (*choice.ignore, *(named for each in choice.exempt for named in each.rules))
        weighed = tuple(named for named, _ in choice.severity)
        for named in (*choice.select, *ignored, *weighed):
            for word, hint in unknown((named.text,), self._rules):
                yield Diagnostic(UNKNOWN_RULE, f"there is no rule {quoted(word)}", named.span, hint)
        for named, verb in (*((n, "ignored") for n in ignored), *((n, "changed") for n in weighed)):
            # Of a whole family only what can be chosen is meant.
            meant = self._meant(named.text)
            if meant and all(rule.firm for rule in meant):
                message = f"{meant[0].code} ({meant[0].name}) cannot be {verb}"
                yield Diagnostic(FIRM_RULE, message, named.span, _FIRM_WAY)

    def selected(self, rule: Rule) -> bool:
        """Whether a rule is to run. One that is ignored runs as well: else nobody could tell that
        it would find nothing."""
        return rule.firm or any(names(named.text, rule) for named in self._select)

    def ignored(self, rule: Rule) -> bool:
        """Whether a rule that runs is ignored everywhere."""
        return self._everywhere(rule) is not None

    def apply(self, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """The findings that count, as much as they are to weigh."""
        return [kept for each in diagnostics if (kept := self._judged(each))]

    def unused(self, *, slow: bool = True) -> Iterator[Diagnostic]:
        """The ignores that found nothing to do; nothing if the command line selects, because most
        rules did not run then. Without `slow`, those of slow rules did not either."""
        if self._asked:
            return

        def ran(named: Named) -> bool:
            meant = self._meant(named.text)
            return bool(meant) and (slow or not all(rule.slow for rule in meant))

        choice = self._choice
        everywhere = [(named, "") for named in choice.ignore]
        for each in choice.exempt:
            where = f" in {each.path}" if each.path else f" for {each.key}"
            everywhere += [(named, where) for named in each.rules]
        for named, where in everywhere:
            if id(named) not in self._used and ran(named):
                message = f"nothing is found{where} that {quoted(named.text)} would ignore"
                yield Diagnostic(UNUSED_IGNORE, message, named.span, "remove it, or mend it")
        for of_path in self._of_path.values():
            yield from self._unused_in(of_path.all, ran)
        for span in self._misplaced:
            message = "this is no comment: files of this format have none"
            hint = "name the rule in deck.yaml, below `checks`: for the file or for the note"
            yield Diagnostic(UNUSED_IGNORE, message, span, hint)

    def _unused_in(
        self, said: Iterable[Directive], ran: Callable[[Named], bool]
    ) -> Iterator[Diagnostic]:
        """The ignores of a file's comments that found nothing to do; of a comment with words that
        name no rule they are told at once."""
        for _, comment in groupby(said, key=lambda each: each.comment):
            strange: list[Named] = []
            for each in comment:
                word, span = each.named.text, each.named.span
                meant = self._meant(word)
                if not meant and word.lower() != DEFAULT:
                    strange.append(each.named)
                elif meant and all(rule.firm for rule in meant):
                    message = f"{meant[0].code} ({meant[0].name}) cannot be ignored"
                    yield Diagnostic(UNUSED_IGNORE, message, span, _FIRM_WAY)
                elif not each.used and ran(each.named):
                    message = f"nothing is found here that {quoted(word)} would ignore"
                    yield Diagnostic(UNUSED_IGNORE, message, span, "remove it, or mend it")
            if strange:
                yield self._strange(strange)

    def _meant(self, word: str) -> tuple[Rule, ...]:
        """The rules that a word names."""
        if word not in self._named:
            self._named[word] = tuple(rule for rule in self._rules if names(word, rule))
        return self._named[word]

    def _strange(self, words: Sequence[Named]) -> Diagnostic:
        """What is told of the words of a comment that name no rule."""
        first, span = words[0].text, words[0].span
        if not first:
            message, hint = "this comment ignores nothing", "write it so: deckwright: ignore E013"
        elif len(words) == 1:
            _, hint = next(unknown((first,), self._rules))
            message = f"there is no rule {quoted(first)} to ignore"
        else:
            message = f"these are no rules: {', '.join(quoted(each.text) for each in words[:5])}"
            message += " …" if len(words) > 5 else ""
            hint = "`deckwright rules` lists them; what is for readers stands in parentheses"
        return Diagnostic(UNUSED_IGNORE, message, span, hint)

    def _judged(self, found: Diagnostic) -> Diagnostic | None:
        rule = found.rule
        if rule.firm:
            return found
        if not self.selected(rule):
            return None
        hidden = False
        for named in self._exempting(found):
            self._used.add(id(named))
            hidden = True
        if found.span and (comments := self._of_path.get(found.span.path)):
            for each in comments.at(found.span.start):
                if names(each.named.text, rule):
                    each.used = hidden = True
        if not hidden and (everywhere := self._everywhere(rule)):
            self._used.add(id(everywhere))
            hidden = True
        if hidden:
            return None
        level = self._level(rule)
        return found if level in (None, rule.severity) else replace(found, level=level)

    def _everywhere(self, rule: Rule) -> Named | None:
        if rule.code not in self._ignored:
            wanted = max((names(named.text, rule) for named in self._select), default=0)
            best = max(self._ignore, key=lambda named: names(named.text, rule), default=None)
            strong = names(best.text, rule) if best else 0
            self._ignored[rule.code] = best if not rule.firm and strong >= max(wanted, 1) else None
        return self._ignored[rule.code]

    def _level(self, rule: Rule) -> Severity | None:
        if rule.code not in self._levels:
            near = max(
                self._choice.severity, key=lambda each: names(each[0].text, rule), default=None
            )
            self._levels[rule.code] = near[1] if near and names(near[0].text, rule) else None
        return self._levels[rule.code]

    def _exempting(self, found: Diagnostic) -> Iterator[Named]:
        for each in self._choice.exempt:
            if each.path and not (found.span and self._lies_in(found.span.path, each.path)):
                continue
            if each.key and not (found.key and _fits(found.key, each.key)):
                continue
            yield from (named for named in each.rules if names(named.text, found.rule))

    def _lies_in(self, path: str, glob: str) -> bool:
        if path not in self._places:
            place = path
            with contextlib.suppress(ValueError):  # Windows: on another drive
                place = os.path.relpath(path, self._folder or ".")
            place = os.path.normpath(place).replace(os.sep, "/")
            # As deck.yaml is read; macOS gives the names of files in pieces.
            self._places[path] = unicodedata.normalize("NFC", place)
        return _fits(self._places[path], os.path.normpath(glob).replace(os.sep, "/"))

    def about(self, spans: Iterable[Span], fields: Iterable[Span]) -> None:
        """Let comments that stand above a note, or in its first line, be about all of the note:
        `spans` are those of all notes. What stands in a field is no comment where comments begin
        with `#`: `fields` are the spans of all fields."""
        if not self._of_path:
            return
        for path, places in self._by_path(fields).items():
            if self._comments[path] == HASHED:
                self._of_path[path].without(places)
        for path, places in self._by_path(spans).items():
            self._of_path[path].about(places)

    def _by_path(self, spans: Iterable[Span]) -> dict[str, list[tuple[int, int]]]:
        """The spans in files that have ignores."""
        found: dict[str, list[tuple[int, int]]] = {}
        for span in spans:
            if span.path in self._of_path:
                found.setdefault(span.path, []).append((span.start, span.end))
        return found


def _fits(name: str, glob: str) -> bool:
    """Whether a glob fits a path or a key. `*` is any text, also with `/`, and `**/` may be
    nothing, as in the globs of sources."""
    return name == glob or any(fnmatch.fnmatchcase(name, each) for each in _globs(glob))


@cache
def _globs(glob: str, depth: int = 4) -> tuple[str, ...]:
    begin, folders, rest = glob.partition("**/")
    if not folders or not depth:
        return (glob,)
    of_rest = _globs(rest, depth - 1)
    return tuple(f"{begin}{between}{each}" for each in of_rest for between in ("", "**/"))
