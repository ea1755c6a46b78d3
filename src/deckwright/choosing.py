"""Which findings count, and how much: what a person selects, ignores, and lets weigh less or more.

In `deck.yaml`, on the command line, and in comments of the sources. Rules are named by their code
(`E012`), the beginning of one (`E`, `E01`) or their name (`doubled-word`). Of two that name the
same rule the longer one counts. Rules without which no package can be built are always told.
"""

from __future__ import annotations

import fnmatch
import os.path
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.naming import near_to, quoted
from deckwright.source import Source, Span

UNKNOWN_RULE = Rule(
    "C021",
    "unknown-rule",
    Severity.ERROR,
    "What names no rule selects nothing and ignores nothing, without a word.",
    "`deckwright rules` lists the codes and names.",
    {
        "deck.yaml": "id: tea\nname: Tea\nsources: [tea.md]\nchecks:\n  ignore: [long-anser]\n",
        "tea.md": "# Tea\n\nQ: What colour is oolong?\nA: Amber\n",
    },
    {
        "deck.yaml": "id: tea\nname: Tea\nsources: [tea.md]\nchecks:\n  select: [default, Q]\n",
        "tea.md": "# Tea\n\nQ: What colour is oolong?\nA: Amber\n",
    },
)
FIRM_RULE = Rule(
    "C022",
    "firm-rule",
    Severity.ERROR,
    "Some errors leave nothing that a package could be built of: they cannot be ignored.",
    "Mend what it tells.",
    {
        "deck.yaml": "id: tea\nname: Tea\nsources: [tea.md]\nchecks:\n  ignore: [same-key]\n",
        "tea.md": "# Tea\n\nQ: What colour is oolong?\nA: Amber\n",
    },
    {
        "deck.yaml": "id: tea\nname: Tea\nsources: [tea.md]\nchecks:\n  select: [default, Q]\n",
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

ALL, DEFAULT = "all", "default"
"""Words for all rules, and for those that are on unless somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Named:
    """Some rules, as a person names them, and where."""

    text: str
    span: Span | None = field(default=None, compare=False)


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


@dataclass(frozen=True, slots=True)
class Comments:
    """How comments begin and end in a format; `end` is "" where they end with their line."""

    start: str
    end: str = ""


MARKED = Comments("<!--", "-->")
HASHED = Comments("#")


def names(named: str, rule: Rule) -> int:
    """How closely a person's word names a rule: 0 where it does not, more where it says more."""
    if named == rule.name:
        return 100
    if named == ALL or (named == DEFAULT and not rule.off):
        return 1
    return 1 + len(named) if named and rule.code.startswith(named.upper()) else 0


def unknown(words: Iterable[str], rules: Iterable[Rule]) -> Iterator[tuple[str, str]]:
    """The words that name no rule, each with the way out."""
    known = list(rules)
    for word in words:
        if word != DEFAULT and not any(names(word, rule) for rule in known):
            near = near_to(word.lower(), [rule.name for rule in known])
            near = near or near_to(word.upper(), [rule.code for rule in known])
            hint = f"did you mean {near}?" if near else "`deckwright rules` lists them"
            yield word, hint


@dataclass(slots=True)
class _Directive:
    """An ignore in a comment: its rules, the offsets of the comment, and those it is about."""

    path: str
    named: Named
    start: int
    end: int
    used: bool = False


class Chooser:
    """Applies a choice to findings, and remembers what of it found something to do.

    `select` and `ignore` are those of the command line, which count instead of those of the
    project; ignores for single files and notes stay. `texts` are the sources by path, `comments`
    say how each of them writes comments, `folder` is that of the project: globs are relative to
    it.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        choice: Choice = Choice(),
        texts: Mapping[str, Source] = {},
        comments: Mapping[str, Comments] = {},
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
        self._directives = [
            each
            for path, how in comments.items()
            if path in texts
            for each in _directives(texts[path], how)
        ]
        self._of_path: dict[str, list[_Directive]] = {}
        for each in self._directives:
            self._of_path.setdefault(each.path, []).append(each)

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
            meant = [rule for rule in self._rules if names(named.text, rule)]
            if meant and all(rule.firm for rule in meant):
                message = f"{meant[0].code} ({meant[0].name}) cannot be {verb}"
                hint = "leave it out: without it no package can be built"
                yield Diagnostic(FIRM_RULE, message, named.span, hint)

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
            meant = [rule for rule in self._rules if names(named.text, rule)]
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
        for said in self._directives:
            word, span = said.named.text, said.named.span
            if wrong := next(unknown((word,), self._rules), None):
                message = f"there is no rule {quoted(word)} to ignore"
                yield Diagnostic(UNUSED_IGNORE, message, span, wrong[1])
            elif not said.used and ran(said.named):
                message = f"nothing is found here that {quoted(word)} would ignore"
                yield Diagnostic(UNUSED_IGNORE, message, span, "remove it, or mend it")

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
        for each in self._of_path.get(found.span.path, ()) if found.span else ():
            here = found.span and each.start <= found.span.start < each.end
            if here and names(each.named.text, rule):
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
            if each.key and not (found.key and fnmatch.fnmatchcase(found.key, each.key)):
                continue
            yield from (named for named in each.rules if names(named.text, found.rule))

    def _lies_in(self, path: str, glob: str) -> bool:
        place = os.path.normpath(os.path.relpath(path, self._folder or ".")).replace(os.sep, "/")
        return fnmatch.fnmatchcase(place, os.path.normpath(glob).replace(os.sep, "/"))

    def about(self, spans: Iterable[Span]) -> None:
        """Let comments that stand above a note, or in its first line, be about all of the note:
        `spans` are those of all notes."""
        if not self._directives:
            return
        of_path: dict[str, list[tuple[int, int]]] = {}
        for span in spans:
            if span.path in self._of_path:
                of_path.setdefault(span.path, []).append((span.start, span.end))
        for path, places in of_path.items():
            places.sort()
            for each in self._of_path[path]:
                line = each.end
                at = bisect_left(places, (each.start, 0))
                while at < len(places) and places[at][0] < line:
                    each.end = max(each.end, places[at][1])
                    at += 1


_DIRECTIVE = "deckwright:"


def is_directive(comment: str) -> bool:
    """Whether a comment, with the marks that begin it, is for us: it is nothing that is skipped."""
    return comment.lstrip("<!-# \t").startswith(_DIRECTIVE)


_WORDS = re.compile(r"[\w-]+")


def _directives(source: Source, how: Comments) -> Iterator[_Directive]:
    """The ignores of a text: `deckwright: ignore E012, E013 (why)`. At the end of a line it is
    about that line, on a line of its own about the next one that is neither empty nor a comment;
    `ignore-file` is about the whole file."""
    text = source.text
    if _DIRECTIVE not in text:
        return
    start, end = re.escape(how.start), re.escape(how.end)
    pattern = rf"{start}[ \t]*deckwright:[ \t]*(ignore(?:-file)?)[ \t:]+([^\n(]*?)(?:\([^\n]*?\))?"
    pattern += rf"[ \t]*{end}" if how.end else r"[ \t]*$"
    for match in re.finditer(pattern, text, re.MULTILINE):
        first, last = _meant(text, match, how)
        if match[1] == "ignore-file":
            first, last = 0, len(text) + 1
        for word in _WORDS.finditer(match[2]):
            at = match.start(2) + word.start()
            span = source.span(at, at + len(word[0]))
            yield _Directive(source.path, Named(word[0], span), first, last)


def _meant(text: str, comment: re.Match[str], how: Comments) -> tuple[int, int]:
    """The line that a comment is about."""
    line = text.rfind("\n", 0, comment.start()) + 1
    end = text.find("\n", comment.end())
    if text[line : comment.start()].strip():
        return line, end if end >= 0 else len(text) + 1
    while end >= 0:
        line = end + 1
        end = text.find("\n", line)
        said = text[line : end if end >= 0 else len(text)].strip()
        if said and not (said.startswith(how.start) and said.endswith(how.end)):
            break
    return line, end if end >= 0 else len(text) + 1
