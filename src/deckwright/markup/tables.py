"""Tables of Markdown whose rows have more cells than their header: CommonMark would leave out what
stands in them, silently."""

from __future__ import annotations

import re
from typing import Final

_DELIMITERS = re.compile(
    r"^(?=[^\n]*\|)(?:[ \t]*>)*[ \t]*(?:\|[ \t]*)?:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*"
    r"(?:\|[ \t]*)?$",
    re.MULTILINE,
)
_BEFORE = re.compile(r"[ \t]*(?:(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))[ \t]*)*")
_OTHER_BLOCK = re.compile(r"[ \t>]*(?:\Z|#{1,6}[ \t]|[-*+][ \t]|\d{1,9}[.)][ \t]|`{3}|~{3})")
_BAR = re.compile(r"(?<!\\)\|")
_TICKS = re.compile(r"`+")
_DELETION = re.compile("\ufdd3‖.*?‖\ufdd4")  # between its placeholders
_FENCE = re.compile(r"[ \t>]*(`{3,}(?=[^`]*$)|~{3,})")
_INDENTED: Final = "    "  # code, where no list goes on


def fitted(text: str) -> tuple[str, list[tuple[str, int, str]]]:
    """A text in which bars in the code and the deletions of too long rows are escaped, as they are
    meant to be; and the rows that stay too long: each as it stands, the cells of its header, and
    what is too much."""
    if not _DELIMITERS.search(text):
        return text, []
    lines, lost = text.split("\n"), list[tuple[str, int, str]]()
    fence, width, quoted = "", 0, False  # the cells of the table that a line stands in
    for number, line in enumerate(lines):
        if found := _FENCE.match(line):
            if not fence:
                fence = found[1]
            elif found[1].startswith(fence):
                fence = ""
            width = 0
        elif fence or (not width and line.startswith(_INDENTED)):
            continue
        elif not width:
            if number and "|" in line and _DELIMITERS.fullmatch(line):
                columns = len(_cells(line))
                width = columns if len(_cells(lines[number - 1])) == columns else 0
                quoted = line.lstrip().startswith(">")
        elif _OTHER_BLOCK.match(line) or line.lstrip().startswith(">") != quoted:
            width = 0
        elif len(_cells(line)) > width:
            lines[number] = _escaped(line)
            if any(rest := _cells(lines[number])[width:]):
                lost.append((line, width, " | ".join(filter(None, rest))))
    return "\n".join(lines), lost


def _cells(line: str) -> list[str]:
    row = line[_BEFORE.match(line).end() :].strip()  # type: ignore[union-attr]
    cells = [cell.strip() for cell in _BAR.split(row)]
    cells = cells[1:] if len(cells) > 1 and not cells[0] else cells
    return cells[:-1] if len(cells) > 1 and not cells[-1] else cells


def _escaped(line: str) -> str:
    """A row whose code and deletions have no bare bars."""
    runs = list(_TICKS.finditer(line))
    ends = {len(run[0]): run for run in runs}  # the last one of each length
    parts, position = list[str](), 0
    for at, run in enumerate(runs):
        if run.start() < position or ends[len(run[0])] is run:
            continue
        close = next(other for other in runs[at + 1 :] if len(other[0]) == len(run[0]))
        parts += (line[position : run.end()], _BAR.sub(r"\\|", line[run.end() : close.start()]))
        position = close.start()
        parts.append(close[0])
        position = close.end()
    line = "".join((*parts, line[position:]))
    return _DELETION.sub(lambda found: _BAR.sub(r"\\|", found[0]), line)
