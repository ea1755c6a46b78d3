"""Math: which dollars are formulas, and how a formula is written for Anki's MathJax."""

from __future__ import annotations

import re
from collections.abc import Sequence

from deckwright.markup.characters import escape
from deckwright.markup.deletions import Deletion

# What begins a block in Markdown or ends a paragraph: no formula in a line of text goes on there.
_STOP = re.compile(r"\n(?=[ \t>]*(?:\n|\Z|[-*+|#~`]|\d{1,9}[.)]))")
_DOLLAR = re.compile(r"(?<!\\)(?:\\\\)*\$")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]+")
_PRICE = re.compile(r"[\d.,;:)]+\s+(?!mod\b)[A-Za-z]{2,}")
_QUOTED = re.compile(r"""[(\[=,\s]['"`]\Z""")
_PATH = re.compile(r"\.{1,2}[A-Za-z_*]")
_ENDS_A_FORMULA = re.compile(r"[\w)}\]|'!*]\Z")
_READ_BY_ANKI = re.compile(r"\[(?=sound:|anki:|type:|/?latex\]|/?\$\$?\])", re.IGNORECASE)


def dollar_end(text: str, start: int) -> tuple[int, bool]:
    """Where the next dollar stands behind the one at `start` (-1: nowhere), and whether it closes
    a formula that begins there.

    As pandoc has it: no blank behind the first dollar nor before the second, no digit behind the
    second. What looks like prices (`$5 for a and 10$`) or shell variables (`$HOME/$USER`) is none
    either.
    """
    found = _DOLLAR.search(text, start + 1)
    if not found:
        return -1, False
    end = found.end() - 1
    content, after = text[start + 1 : end], text[end + 1 : end + 2]
    if not content or content[0].isspace() or content[-1].isspace() or after.isdigit():
        return end, False
    if content[0] == "]":  # Anki's [$]
        return end, False
    if text[start - 1 : start].isdigit() and not (content[0].isalpha() or content[0] == "\\"):
        return end, False  # 5$-6$
    if "\n" in content and _STOP.search(content):
        return end, False
    if _PRICE.match(content):
        return end, False
    if _QUOTED.search(content) or _PATH.match(text, end + 1):
        return end, False  # $input.json('$.name')
    if after.isalpha() or after == "_":
        if not _ENDS_A_FORMULA.search(content):
            return end, False
        if _NAME.match(content) and _NAME.match(text, end + 1):
            return end, False
    return end, True


def to_html(
    content: str, opening: str, deletions: Sequence[Deletion] = (), *, hidden: bool = False
) -> str:
    """A formula as Anki stores it, `opening` being `\\(` or `\\[`. `deletions` are those in it, at
    offsets into `content`; `hidden` says that it stands in one itself. Two braces that close groups
    are spaced, or Anki would end a deletion there."""
    closing = "\\)" if opening == "\\(" else "\\]"
    space = " " if content.lstrip().lower().startswith(("sound:", "anki:", "type:")) else ""
    if not deletions:
        return f"{opening}{space}{_part(content, hint=not hidden)}{closing}"
    cuts = [(each.start, each.inner, each.opening) for each in deletions]
    cuts += [(each.close, each.close + 2, "}}") for each in deletions]
    parts: list[str] = []
    position = depth = 0
    hinted = [not hidden]  # whether `::` means nothing more, by depth
    for start, end, token in sorted(cuts):
        _add(parts, content[position:start], depth, hinted)
        parts.append(token)
        if token == "}}":
            depth -= 1
            hinted.pop()
        else:
            depth += 1
            hinted.append(False)
        position = end
    _add(parts, content[position:], depth, hinted)
    return f"{opening}{space}{''.join(parts)}{closing}"


def _add(parts: list[str], text: str, depth: int, hinted: list[bool]) -> None:
    """Put a part behind a token of a deletion, apart from its braces."""
    if not text:
        return
    if depth and not hinted[-1] and "::" in text:
        before, _, hint = text.partition("::")
        hinted[-1] = True
        html = f"{_part(before, hint=False)}::{_part(hint, hint=False)}"
    else:
        html = _part(text, hint=not depth and hinted[-1])
    behind_token = bool(parts)
    if behind_token and parts[-1] == "}}" and html[0] == "}":
        html = " " + html
    if html[-1] in "{}":
        html += " "
    parts.append(html)


def _part(text: str, *, hint: bool) -> str:
    text = escape(text)
    text = re.sub(r"\}(?=\})", "} ", re.sub(r"\{(?=\{)", "{ ", text))
    if not hint:
        text = text.replace("::", ": :")
    return _READ_BY_ANKI.sub("&#91;", text)
