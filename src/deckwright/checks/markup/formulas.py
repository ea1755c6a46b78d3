"""Checks of formulas: what MathJax cannot read, and what it does not look at.

What it refuses was measured with MathJax 3.2, which Anki ships.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from operator import attrgetter
from typing import Final, NamedTuple

from deckwright.checks.markup.written import BLANK_LINE, is_too_much, read
from deckwright.checks.subject import Subject
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.markup import deletions, formulas
from deckwright.markup.elements import Next
from deckwright.naming import quoted

BROKEN_MATH = Rule(
    "H013",
    "broken-mathjax",
    Severity.WARNING,
    "A formula that MathJax cannot read is shown in yellow or as its source, and asks nobody "
    "anything.",
    "Close what the formula opens: `\\)`, `}`, `\\right`, `\\end{…}`.",
    {"stars.md": "# Stars\n\nQ: How bright is a star from afar?\nA: $\\frac{L}{4 \\pi r^2$\n"},
    {"stars.md": "# Stars\n\nQ: How bright is a star from afar?\nA: $\\frac{L}{4 \\pi r^2}$\n"},
)

_MOST: Final = 10  # findings of a rule in one field


def broken_mathjax(subject: Subject) -> Iterator[Diagnostic]:
    """Formulas, in all formats but the text of a page, that

    - begin and do not end, or end and did not begin, if what stands there is surely a formula;
    - have braces, `\\left` and `\\right`, `\\begin` and `\\end` without their partners, `\\frac`
      without its two parts, `x^2^3`, a `#` or `&` that means nothing there;
    - have a `%` behind a number: to MathJax it begins a comment, and the rest is not shown;
    - are cut by the braces of a cloze deletion: `}}` ends a deletion also in the midst of one;
    - stand between dollars where these are none of math: in HTML and in plain text, and in Markdown
      with blanks inside of them.

    Names of commands that MathJax does not know pass: a deck may bring its own."""
    for rendered in subject.written:
        note = rendered.note
        for field in note.fields:
            value = field.value
            if field.form == "page" or ("\\" not in value and "$" not in value):
                continue
            if not _MAY_BE_MATH.search(value) or is_too_much(value, "\\$"):
                continue
            found = deletions.Found()
            if "{{c" in value and subject.note_types[note.note_type].kind == "cloze":
                found = deletions.find(value, braces=field.form != "html")
            for told in islice(_broken(value, field.form, found.deletions), _MOST):
                span = field.locate(told.start, told.end) or note.span
                yield Diagnostic(BROKEN_MATH, told.message, span, told.hint, note.key)


_MAY_BE_MATH = re.compile(r"\\[()\[\]]|\$")


class _Told(NamedTuple):
    message: str
    hint: str
    start: int
    end: int


class _Formula(NamedTuple):
    """A formula: `start` of its first delimiter, its content, and the end of the last one."""

    start: int
    inner: int
    close: int
    end: int


_COMMANDS: Final = frozenset(
    "alpha approx arccos arcsin arctan bar begin beta big binom boxed cap cdot cdots ce chi circ "
    "cong cos cup ddot delta Delta det dfrac div dot dots ell epsilon equiv eta exists exp forall "
    "frac gamma Gamma ge geq gg hat hbar iff in infty int iint kappa lambda Lambda land ldots le "
    "left leq lim ll ln log lor mapsto mathbb mathbf mathcal mathit mathrm mathsf max min mod mp "
    "mu nabla ne neg neq nu oint omega Omega operatorname overline parallel partial perp phi Phi "
    "pi Pi pm pmod prod propto psi Psi quad qquad rho right rightarrow Rightarrow "
    "rightleftharpoons sigma Sigma sim simeq sin sqrt subset subseteq sum tan tau tfrac theta "
    "Theta text times to underline underset varepsilon varphi vec vert wedge widehat xi "
    "zeta".split()
)
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_RELATION = re.compile(
    r"[\w)\]}]\^[\w\\({+-]|(?<!\w)[A-Za-z]_[\w\\({](?!\w)"
    r"|(?<![\w/])[\w)\]}] ?[=<>≤≥≠≈] ?[\w\\(+-]"
)


def _is_latex(text: str) -> bool:
    """Whether a text has what only formulas have."""
    if "^{" in text or "_{" in text:
        return True
    return "\\" in text and not _COMMANDS.isdisjoint(_COMMAND.findall(text))


def _is_math(text: str) -> bool:
    """Whether a text that stands at a delimiter of formulas is one."""
    return _is_latex(text) or bool(_RELATION.search(text))


_SYMBOL = re.compile(r"\s*[A-Za-z](?![\w'’])(?!\s+[a-z]{2})")
_DELIMITER = re.compile(r"\\(?P<slash>\\(?=[(\[]))|\\(?P<sign>[()\[\]])|\\[\s\S]|(?P<dollars>\$+)")
_ENDS: Final = {
    "(": re.compile(r"(?<!\\)(?:\\\\)*(\\\))"),
    "[": re.compile(r"(?<!\\)(?:\\\\)*(\\\])"),
}
_REACH: Final = 200  # characters before the end of what may be a formula, or behind its beginning


class _Formulas:
    """The formulas of a field, and the delimiters that make none."""

    def __init__(self, value: str, form: str) -> None:
        self.text = read(value, form, code=True)
        self.markdown = form not in ("html", "text")
        self.found: list[_Formula] = []
        self.told: list[_Told] = []
        self.paragraph = Next(BLANK_LINE, self.text)
        self.ends = {sign: Next(pattern, self.text) for sign, pattern in _ENDS.items()}
        self._run()

    def tell(self, message: str, hint: str, start: int, end: int) -> None:
        self.told.append(_Told(message, hint, start, end))

    def _run(self) -> None:
        text, position, last = self.text, 0, 0
        while mark := _DELIMITER.search(text, position):
            start, position = mark.span()
            limit = self.paragraph.start(start) if self.markdown else len(text)
            if mark["dollars"]:
                end = self._dollars(start, len(mark[0]), limit)
            elif mark["slash"] and self.markdown:
                end = self._doubled(start, limit)
            elif mark["sign"] and mark["sign"] in "([":
                end = self._opening(start, mark["sign"], limit)
            elif mark["sign"]:
                end = self._closing(start, mark["sign"], max(last, start - _REACH))
                last = position
            else:
                end = 0
            if end:
                position = last = end

    def _opening(self, start: int, sign: str, limit: int) -> int:
        """A `\\(` or `\\[`; gives the end of its formula, 0 where it begins none."""
        text, closing = self.text, "\\)" if sign == "(" else "\\]"
        end = self.ends[sign].start(start + 2)
        end = end if end < limit else -1
        again = text.find(f"\\{sign}", start + 2, end if end >= 0 else limit)
        while again > 0 and text[again - 1] == "\\":
            again = text.find(f"\\{sign}", again + 2, end if end >= 0 else limit)
        if end >= 0 and again < 0:
            self.found.append(_Formula(start, start + 2, end, end + 2))
            return end + 2
        stop = again if again >= 0 else limit
        # In Markdown a backslash is how a bracket is kept from being a link.
        strict = self.markdown and sign == "["
        line = text[start + 2 : min(stop, start + _REACH)]
        if _is_latex(line) or (not strict and (_is_math(line) or _SYMBOL.match(line))):
            message = f"\\{sign} begins a formula that never ends"
            self.tell(message, f"put {closing} where it ends", start, start + 2)
        return 0

    def _closing(self, start: int, sign: str, since: int) -> int:
        """A `\\)` or `\\]` that ends nothing."""
        line = self.text[max(since, self.text.rfind("\n", since, start) + 1) : start]
        if _is_latex(line) or (_is_math(line) and not (self.markdown and sign == "]")):
            opening = "\\(" if sign == ")" else "\\["
            message = f"\\{sign} ends a formula that never began"
            self.tell(message, f"put {opening} where it begins", start, start + 2)
        return 0

    def _doubled(self, start: int, limit: int) -> int:
        """A `\\\\(`, as some programs want it: in Markdown it is a backslash and a bracket."""
        closing = "\\\\)" if self.text[start + 2] == "(" else "\\\\]"
        end = self.text.find(closing, start + 3, min(limit, start + 10 * _REACH))
        if end < 0 or not _is_math(self.text[start + 3 : end]):
            return 0
        message = "this formula stands between two backslashes each, and is shown as text"
        self.tell(message, "write one backslash before each bracket", start, end + 3)
        return end + 3

    def _dollars(self, start: int, size: int, limit: int) -> int:
        text = self.text
        if size == 2:
            end = text.find("$$", start + 2, limit)
            while end > 0 and text[end - 1] == "\\":
                end = text.find("$$", end + 1, limit)
            if end > start + 2 and self.markdown:
                self.found.append(_Formula(start, start + 2, end, end + 2))
                return end + 2
        elif size == 1:
            end, closes = formulas.dollar_end(text, start)
            end = end if end < limit else -1
            if end >= 0 and closes and self.markdown:
                self.found.append(_Formula(start, start + 1, end, end + 1))
                return end + 1
        else:
            return 0
        inner = start + size
        line = text.find("\n", inner, limit)
        stop = end if end >= 0 else min(limit if line < 0 else line, inner + _REACH)
        content = text[inner : min(stop, inner + 2 * _REACH)]
        dollars = "$" * size
        if not self.markdown:
            if end >= 0 and (size == 2 or closes) and _is_latex(content):
                hint = "write \\(…\\) for it" if size == 1 else "write \\[…\\] for it"
                message = f"{dollars} begins no formula in Anki: this is shown as text"
                self.tell(message, hint, start, end + size)
                return end + size
            return 0
        if not _is_latex(content) or _is_shell(content):
            return 0
        if end < 0:
            self.tell(
                f"{dollars} begins a formula that never ends",
                *(f"put {dollars} where it ends", start, inner),
            )
            return 0
        if text[inner].isspace() or text[end - 1].isspace():
            message = "with blanks inside of its dollars this is no formula, but text"
            self.tell(message, "take the blanks behind and before the dollars away", start, end + 1)
            return end + 1
        return 0


def _is_shell(content: str) -> bool:
    """Whether what stands behind a dollar is a variable: `$HOME\\to`, `$_{`."""
    return bool(re.match(r"[A-Z_]{2,}|\{|[a-z_]+\\|_", content))


_PIECE = re.compile(
    r"\\(?P<which>begin|end)\s*\{(?P<name>[^{}]*)\}"
    r"|\\(?P<words>text\w{0,10}|mbox|hbox|ce|pu|tag|label|operatorname|color|class|style|href)"
    r"(?:\[[^\[\]]*\])?\*?\s*\{"
    r"|\\(?P<command>[A-Za-z]+)|\\[\s\S]|(?P<entity>&(?:[a-z]{2,8}|#[0-9a-fx]{1,6});)"
    r"|(?P<sign>[{}%&#])",
)
_TWICE = re.compile(r"(?P<sign>[\^_])\s*(?:\{[^{}\\]*\}|\\[A-Za-z]+|[^\s\\{}&])\s*(?P=sign)")
_NOTHING_RAISED = re.compile(r"(?<!\\)(?P<sign>[\^_])\s*(?:\}|\Z)")
_ARGUMENTS: Final = {"frac": 2, "dfrac": 2, "tfrac": 2, "cfrac": 2, "binom": 2, "sqrt": 1}
_ALIGNS = re.compile(r"\\(?:begin|matrix|pmatrix|cases|eqalign|substack|halign)")


def _mistake(content: str, *, html: bool) -> tuple[str, str, int, int] | None:
    """What MathJax would refuse in a formula, the way out, and where in it; None where nothing."""
    opened: list[tuple[str, str, int, int]] = []  # what ends it, how it is written, where
    words = 0  # how much was open where the text began in which signs are text
    plain = list(content)
    aligns = bool(_ALIGNS.search(content))
    pairs = _pairs(content)
    for piece in _PIECE.finditer(content):
        start, end = piece.span()
        sign, command = piece["sign"], piece["command"]
        begins = ends = ""
        if piece["words"]:
            opened.append(("}", "{", end - 1, end))
            words = words or len(opened)
        elif piece["which"] == "begin":
            begins, ends = f"\\end{{{piece['name']}}}", ""
        elif piece["which"]:
            ends = f"\\end{{{piece['name']}}}"
        elif command == "left":
            begins = "\\right"
        elif command == "right":
            ends = "\\right"
        elif sign == "{":
            begins = "}"
        elif sign == "}":
            ends = "}"
        elif words:
            pass
        elif sign == "%" and re.search(r"\d\s*\Z", content[max(0, start - 3) : start]):
            message = (
                "% begins a comment in a formula: it is not shown, nor is what stands behind it"
            )
            return message, "write \\%", start, end
        elif sign == "#" or (sign == "&" and not html and not aligns):
            return f"{sign} means nothing in this formula", f"write \\{sign}", start, end
        elif command in _ARGUMENTS and _lacks(content, end, _ARGUMENTS[command], pairs):
            many = "its two parts" if _ARGUMENTS[command] == 2 else "what stands under it"
            return f"\\{command} lacks {many}", f"write \\{command}{{…}}", start, end
        if begins:
            opened.append((begins, piece[0], start, end))
        if ends:
            if not opened or opened[-1][0] != ends:
                if opened and ends != "}":
                    return _never_ends(opened[-1])
                message = f"{quoted(piece[0])} ends nothing in this formula"
                return message, "take it away, or put in what it ends", start, end
            if words and len(opened) == words:
                begun = opened[-1][2]
                plain[begun + 1 : start] = " " * (start - begun - 1)
                words = 0
            opened.pop()
    if opened:
        return _never_ends(opened[-1])
    for pattern in (_TWICE, _NOTHING_RAISED):
        if found := pattern.search("".join(plain)):
            what = "exponent" if found["sign"] == "^" else "index"
            if pattern is _TWICE:
                message, hint = f"a second {what} stands behind the first", "put braces around both"
            else:
                message, hint = f"{found['sign']} has no {what} behind it", "write it, in braces"
            return message, hint, *found.span()
    return None


def _never_ends(begun: tuple[str, str, int, int]) -> tuple[str, str, int, int]:
    ends, written, start, end = begun
    return f"{quoted(written)} is never closed in this formula", f"put {ends} behind it", start, end


def _pairs(content: str) -> dict[int, int]:
    """Where each brace that opens is closed."""
    opened: list[int] = []
    pairs = {}
    for brace in _BRACES.finditer(content):
        if brace[0] == "{":
            opened.append(brace.start())
        elif brace[0] == "}" and opened:
            pairs[opened.pop()] = brace.start()
    return pairs


def _lacks(content: str, at: int, many: int, pairs: Mapping[int, int]) -> bool:
    """Whether fewer arguments than `many` stand from an offset on."""
    for _ in range(many):
        found = _ARGUMENT.match(content, at)
        if not found:
            return True
        at = found.end()
        if found[0].endswith("{") and not found[0].endswith("\\{"):
            if at - 1 not in pairs:
                return False  # told as a brace that is never closed
            at = pairs[at - 1] + 1
    return False


_ARGUMENT = re.compile(r"\s*(?:\[[^\[\]]*\]\s*)?(?:\{|\\[A-Za-z]+|\\.|[^\s{}&\\])")
_BRACES = re.compile(r"\\[\s\S]|[{}]")
_ELEMENT = re.compile(r"<(?!br\b)(?P<name>[a-z][a-z0-9]*)\b[^<>]*>", re.IGNORECASE)


def _broken(value: str, form: str, found: Sequence[deletions.Deletion]) -> Iterator[_Told]:
    """What of the formulas of a field MathJax cannot read. `found` are the deletions in it."""
    read_as = _Formulas(value, form)
    starts = [each.start for each in found]  # in their order
    by_end = sorted(found, key=attrgetter("close"))
    ends = [each.close for each in by_end]
    yield from read_as.told
    for each in read_as.found:
        content = value[each.inner : each.close]
        closed = by_end[bisect_left(ends, each.inner) : bisect_left(ends, each.close)]
        cut = next((inside for inside in closed if inside.start < each.start), None)
        if cut is not None:
            message = f"}}}} ends the deletion {quoted(cut.opening)} in the midst of this formula"
            hint = "put a blank between the two braces that close groups"
            yield _Told(message, hint, cut.close, cut.close + 2)
            continue
        parts: list[str] = list(content)
        first, last = bisect_left(starts, each.inner), bisect_left(starts, each.close)
        for inside in found[first:last]:
            if inside.close < each.close:
                for start, end in ((inside.start, inside.inner), (inside.close, inside.close + 2)):
                    parts[start - each.inner : end - each.inner] = " " * (end - start)
        if form == "html":
            # MathJax looks for formulas in one run of text: an element in it ends the run.
            element = _ELEMENT.search(content)
            if element and not found:
                message = f"MathJax reads no formula with an element in it: <{element['name']}>"
                hint = "take the element away, or write &lt; for the sign"
                start, end = (each.inner + at for at in element.span())
                yield _Told(message, hint, start, end)
                continue
        if told := _mistake("".join(parts), html=form == "html"):
            message, hint, start, end = told
            yield _Told(message, hint, each.inner + start, each.inner + end)
