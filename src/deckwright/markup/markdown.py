"""Markdown as people write it for Anki and Obsidian: what CommonMark does not know, or would
spoil, is hidden from it and shown again behind it.

One pass over the text finds code, formulas, deletions, sounds, embedded files, wiki links, comments
and highlights, whichever begins first.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from typing import Final

from deckwright.clozes import AUTOMATIC
from deckwright.markup import deletions, formulas, sanitising, showing
from deckwright.markup.characters import escape
from deckwright.markup.deletions import Deletion, between, moved
from deckwright.markup.elements import Elements, Next
from deckwright.markup.findings import (
    EMBEDDED_PAGE,
    OPEN_FENCE,
    Finding,
    open_deletion,
    told_deletions,
    told_tag,
    unsafe,
)
from deckwright.markup.showing import Show
from deckwright.markup.tokens import Kind, Shield, Token
from deckwright.naming import quoted

# What may stand before a block of a list or a quotation: bounded, for it is tried at every line.
_PREFIX = r"[ \t]{0,200}(?:(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))[ \t]{0,200}){0,50}"
_FENCE = re.compile(rf"{_PREFIX}(?P<fence>`{{3,}}(?=[^`\n]*$)|~{{3,}}).*$", re.MULTILINE)
_CALLOUT = re.compile(
    r"(?P<prefix>[ \t]{0,200}(?:>[ \t]{0,20}){1,50})\[!(?P<kind>[\w -]{1,40})(?:\|[^\]\n]*)?\]"
    r"[+-]?[ \t]*(?P<title>[^\n]*)"
)
_TASK = re.compile(rf"(?P<prefix>{_PREFIX})\[(?P<done>[ xX])\](?=[ \t])")
_IS_ITEM = re.compile(r"(?:[-*+]|\d[.)])[ \t]+\Z")
_DEFINITION = re.compile(
    r"[ \t>]{0,20}\[(?!\^)[^\]\n]{1,999}\]:[ \t]*(?P<address>\S{1,2000})"
    r"(?:[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'))?[ \t]*$",
    re.MULTILINE,
)
_ADDRESS = re.compile(r"<|#|[^\s]*[/:]|\S*\w\.[a-z]{2,10}\Z")

_CELLS = r"[^\[\]|\n]"
_EMBED = re.compile(rf"!\[\[({_CELLS}{{1,1000}}?)(?:\\?\|([^\[\]\n]{{0,1000}}))?\]\]")
_WIKI = re.compile(rf"\[\[({_CELLS}{{1,1000}}?)(\\?\|)?(?(2)([^\[\]\n]{{0,1000}}))\]\]")
_IMAGE = re.compile(
    r"!\[(?P<alt>[^\[\]\n]{0,1000})\]\((?P<within>[^()\n]*(?:\([^()\n]*\)[^()\n]*)*)\)"
)
_TITLE = re.compile(r"[ \t](?:\"[^\"]*\"|'[^']*')\Z")
_DESTINATION = re.compile(
    r"\][ \t]?\([ \t]*(?P<address><[^<>\n]*>|(?:[^\s()<>]|\([^\s()<>]*\))*)"
    r"(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?[ \t]*\)"
)
_BLOCK_ID = re.compile(
    r"\^(?=[A-Za-z0-9-]*[A-Za-z]|[0-9-]{4})[A-Za-z0-9-]{2,60}(?=[ \t]*(?:\n|\Z))"
)
_COMMENT_END = re.compile("-->")
_PARAGRAPH_END = re.compile(r"\n(?=[ \t]*(?:>[ \t]*){0,50}(?:\n|\Z))")
_MARK_END = re.compile(r"(?<=[^\s=])==(?!=)")
_COMPARES = re.compile(r"[A-Za-z0-9_)\]][0-9\"']|\"\"|''")  # what stands around `==`
_MAY_COMPARE = re.compile(r"[A-Za-z0-9_]{2}|\"\"|''")
_TICKS = re.compile(r"`+")
_ROUND_END = re.compile(r"(?<!\\)(?:\\\\)*(\\\))")
_SQUARE_END = re.compile(r"(?<!\\)(?:\\\\)*(\\\])")
_IN_CODE = re.compile(r"\{\{c[0-9,]*::|\}|::")
_IN_RAW_CODE = re.compile(r"\{\{c[0-9,]*::|\}|::|<")
_QUOTED = re.compile(r"\n[ \t]*(?:>[ \t]?)+")

_PAGES: Final = frozenset({"md", "markdown", "canvas", "pdf", "base", "excalidraw"})
_FILE = re.compile(r".*\.([A-Za-z0-9]{1,12})(?:[#?].*)?\Z", re.DOTALL)


class Scan:
    """One pass over a text. `out` becomes the text that is left for CommonMark, `shield` holds what
    was hidden, `found` what is to be told, `raw` whether it has elements of HTML."""

    def __init__(self, text: str, marks: str, cloze: bool, show: Show, shield: Shield) -> None:
        self.text, self.cloze, self.show, self.shield = text, cloze, show, shield
        self.found: list[Finding] = []
        self.out: list[str] = []
        self.raw = self.dropped = False
        self.heading = "#" in marks
        self.marks_hide = cloze and "==" in marks
        self.brackets_hide = cloze and "[]" in marks
        self.brackets: list[tuple[int, int, bool]] = []  # in out, in the text, whether it may hide
        self.mark: tuple[int, int] | None = None  # in out, where it ends
        self.alias_ends: set[int] = set()  # of wiki links
        self.opened: list[tuple[int, Deletion, bool, int]] = []  # in out, in code, hint in out
        self.starts: dict[int, Deletion] = {}
        self.closes: dict[int, Deletion] = {}
        if cloze:
            found = deletions.find(text, braces=True)
            self.starts = {each.start: each for each in found.deletions}
            self.closes = {each.close: each for each in found.deletions}
            self.found += told_deletions(found, text)
        self.start_list, self.close_list = sorted(self.starts), sorted(self.closes)
        self.paragraph = Next(_PARAGRAPH_END, text)
        self.mark_end = Next(_MARK_END, text)
        self.round = Next(_ROUND_END, text)
        self.square = Next(_SQUARE_END, text)
        self.comment = Next(_COMMENT_END, text)
        self.elements = Elements(text)
        self.ticks: dict[int, list[int]] | None = None
        self.comments = True

    # The ways from one thing to the next ----------------------------------------------------------

    def run(self) -> str:
        text, out = self.text, self.out
        if self.heading:
            self.hide(Kind.TEXT, "", "")  # a block begins only where nothing stands before it
        begins = ("```", "~~~", "[!", "[ ]", "[x]", "[X]", "]:")
        lines = not self.heading and any(each in text for each in begins)
        special = r"\\`$<\[%=^!" + (r"\]" if "[" in text else "")
        special += r"\n" if lines else ""
        special += r"{}:" if self.starts else ""
        search = re.compile(f"[{special}]").search
        position = done = self.line(0) if lines else 0
        handlers = self.HANDLERS
        while found := search(text, position):
            start = found.start()
            self.copy(done, start)
            end = handlers[found[0]](self, start)
            if end <= start:  # nothing: text
                done, position = start, start + 1
            else:
                done = position = end
        self.copy(done, len(text))
        for index, deletion, _, hint in self.opened:  # its end is part of something else
            self.revert(index, deletion, hint)
        return "".join(out)

    def copy(self, start: int, end: int) -> None:
        if start < end:
            self.out.append(self.text[start:end])

    def hide(self, kind: Kind, html: str, source: str) -> None:
        self.out.append(self.shield.hide(Token(kind, html, source)))

    def tell(self, finding: Finding) -> None:
        self.found.append(finding)

    # Lines ----------------------------------------------------------------------------------------

    def newline(self, start: int) -> int:
        end = self.line(start + 1, start)
        return end if end > start + 1 else 0

    def line(self, start: int, copied: int | None = None) -> int:
        """Take what may only stand at the beginning of a line; `start` where nothing does."""
        text = self.text
        copied = start if copied is None else copied
        if fence := _FENCE.match(text, start):
            return self.fence(fence, copied)
        if callout := _CALLOUT.match(text, start):
            self.copy(copied, start)
            prefix = callout["prefix"]
            if title := callout["title"].strip():
                self.out.append(f"{prefix}<strong>")
                # Its text goes the way of all text; the end of the element waits for the line's.
                return self.title(callout.start("title"), callout.end(), prefix)
            name = escape(callout["kind"].replace("-", " ").capitalize())
            self.out.append(f"{prefix}<strong>{name}</strong>{title}\n{prefix.rstrip()}")
            self.raw = True
            return callout.end()
        task = _TASK.match(text, start)
        if task and _IS_ITEM.search(task["prefix"]):
            self.copy(copied, task.end("prefix"))
            box = "☐" if task["done"] == " " else "☑"
            self.hide(Kind.TEXT, box, text[task.end("prefix") : task.end()])
            return task.end()
        definition = _DEFINITION.match(text, start)
        if definition and not self.brackets_hide:
            line_end = text.find("\n", start)
            line_end = len(text) if line_end < 0 else line_end
            if _ADDRESS.match(definition["address"]):
                self.copy(copied, line_end)
                return line_end
            bracket = text.index("[", start)
            self.copy(copied, bracket)
            self.out.append("\\[")  # else CommonMark takes a text as the address of links
            return bracket + 1
        return start

    def title(self, start: int, end: int, prefix: str) -> int:
        self.raw = True
        inner = Scan(self.text[start:end], "", False, self.show, self.shield)
        inner.cloze = self.cloze
        inner.marks_hide = self.marks_hide
        inside = [self.starts[at] for at in between(self.start_list, start, end)]
        inside = [moved(each, start) for each in inside if each.close < end - 1]
        inner.starts = {each.start: each for each in inside}
        inner.closes = {each.close: each for each in inner.starts.values()}
        inner.start_list, inner.close_list = sorted(inner.starts), sorted(inner.closes)
        self.out.append(inner.run().replace("\n", " "))
        self.dropped |= inner.dropped
        for each in inner.found:
            self.tell(
                Finding(each.rule, each.message, each.hint, each.start + start, each.end + start)
            )
        self.out.append(f"</strong>\n{prefix.rstrip()}")
        return end

    def fence(self, fence: re.Match[str], copied: int) -> int:
        text, mark = self.text, fence["fence"]
        close = re.compile(
            rf"^{_PREFIX}{re.escape(mark[0])}{{{len(mark)},}}[ \t]*$", re.MULTILINE
        ).search(text, min(fence.end() + 1, len(text)))
        end = close.end() if close else len(text)
        if not close:
            message = f"the block of code that begins with {quoted(mark)} is never closed"
            hint = f"put {mark[:20]} on a line of its own where it ends"
            self.tell(Finding(OPEN_FENCE, message, hint, fence.start("fence"), fence.end("fence")))
        self.copy(copied, fence.end())
        self.code(fence.end(), close.start() if close else end)
        if close:
            self.copy(close.start(), end)
        return end

    # Code -----------------------------------------------------------------------------------------

    def code(self, start: int, end: int, *, raw: bool = False) -> None:
        """Copy code, in which only deletions mean something, and elements if it is `raw` HTML."""
        if not (self.starts or raw):
            self.copy(start, end)
            return
        position = start
        for found in (_IN_RAW_CODE if raw else _IN_CODE).finditer(self.text, start, end):
            at = found.start()
            if at < position:
                continue
            self.copy(position, at)
            position = at
            if found[0] == "<":
                position = self.less(at, within=end)
            elif found[0] == "}":
                position = self.brace_end(at, True) or at
            elif found[0] == "::":
                position = self.hint(at, True) or at
            else:
                position = self.deletion(at, True) or at
        self.copy(position, end)

    def tick(self, start: int) -> int:
        text = self.text
        if self.ticks is None:
            self.ticks = {}
            for run in _TICKS.finditer(text):
                self.ticks.setdefault(len(run[0]), []).append(run.start())
        inner = start
        while text.startswith("`", inner):
            inner += 1
        self.copy(start, inner)
        same = self.ticks.get(inner - start, [])
        index = bisect_left(same, inner)
        if index == len(same) or same[index] > self.paragraph.start(start):
            return inner
        end = same[index] + inner - start
        self.code(inner, same[index])
        self.copy(same[index], end)
        return end

    # Math -----------------------------------------------------------------------------------------

    def backslash(self, start: int) -> int:
        text = self.text
        after = text[start + 1 : start + 2]
        if after in ("(", "["):
            ends = self.round if after == "(" else self.square
            end = ends.start(start + 2)
            if end < len(text) and end < self.paragraph.start(start):
                taken = self.formula(start, start + 2, end, end + 2, "\\" + after)
                if taken:
                    return taken
        if after == "\n" or not after:
            self.copy(start, start + 1)
            return start + 1
        self.copy(start, start + 2)
        return start + 2

    def dollar(self, start: int) -> int:
        text = self.text
        if text.startswith("$$", start):
            end = text.find("$$", start + 2)
            while end > 0 and text[end - 1] == "\\":
                end = text.find("$$", end + 1)
            if start + 2 < end < self.paragraph.start(start):
                taken = self.formula(start, start + 2, end, end + 2, "\\[")
                if taken:
                    return taken
            self.copy(start, start + 2)
            return start + 2
        end, closes = formulas.dollar_end(text, start)
        return self.formula(start, start + 1, end, end + 1, "\\(") if closes else 0

    def formula(self, start: int, inner: int, close: int, end: int, opening: str) -> int:
        """Take a formula; 0 where it is none, for it is blank or holds half a deletion."""
        text = self.text
        content = text[inner:close]
        if not content.strip():
            return 0
        within: list[Deletion] = []
        if self.starts:
            begun = between(self.start_list, inner, close)
            ends = between(self.close_list, inner, close - 1)
            within = [self.starts[each] for each in begun if self.starts[each].close < close - 1]
            if not len(within) == len(begun) == len(ends):
                return 0
            within = [moved(each, inner) for each in within]
        hidden = bool(
            self.opened or (self.marks_hide and self.mark) or (self.brackets_hide and self.brackets)
        )
        if "\n" in content and not within:
            line = text[text.rfind("\n", 0, start) + 1 : start].lstrip()
            content = _QUOTED.sub("\n", content) if line.startswith(">") else content
        html = formulas.to_html(content, opening, within, hidden=hidden)
        self.hide(Kind.LIVE, html, text[start:end])
        return end

    # Deletions ------------------------------------------------------------------------------------

    def brace(self, start: int) -> int:
        return self.deletion(start, False)

    def deletion(self, start: int, in_code: bool) -> int:
        deletion = self.starts.get(start)
        if not deletion:
            return 0
        alone = not in_code and self.is_alone(start, deletion.inner)
        if alone:
            self.out.append("\n")  # a block of its own, or it would be part of the next one
        self.opened.append((len(self.out), deletion, in_code, -1))
        self.out.append("\n" if alone else "")
        return deletion.inner

    def is_alone(self, start: int, end: int) -> bool:
        """Whether nothing else stands on a line."""
        text = self.text
        return text[start - 1 : start] in ("", "\n") and text[end : end + 1] in ("", "\n")

    def close_brace(self, start: int) -> int:
        return self.brace_end(start, False)

    def brace_end(self, start: int, in_code: bool) -> int:
        deletion = self.closes.get(start)
        if not deletion:
            return 0
        if all(each[1] is not deletion for each in self.opened):
            self.tell(open_deletion(deletion.opening, deletion.start))
            return 0  # its beginning is part of something else
        while self.opened:
            index, opened, _, hint = self.opened.pop()
            if opened is deletion:
                html = deletion.opening if deletion.numbers else AUTOMATIC
                token = Token(Kind.OPEN, html, deletion.opening)
                self.out[index] = self.shield.hide(token) + self.out[index]
                alone = not in_code and self.is_alone(start, start + 2)
                if alone:
                    self.out.append("\n")
                self.hide(Kind.CLOSE, "}}", "}}")
                if alone:
                    self.out.append("\n")
                return start + 2
            self.revert(index, opened, hint)
        return 0

    def revert(self, index: int, deletion: Deletion, hint: int) -> None:
        """A deletion whose end is part of something else is text."""
        token = Token(Kind.TEXT, deletion.opening, deletion.opening)
        self.out[index] = self.shield.hide(token) + self.out[index]
        if hint >= 0:
            self.out[hint] = "::"
        self.tell(open_deletion(deletion.opening, deletion.start))

    def colon(self, start: int) -> int:
        return self.hint(start, False)

    def hint(self, start: int, in_code: bool) -> int:
        if not (self.opened and self.text.startswith("::", start)):
            return 0
        index, deletion, where, hint = self.opened[-1]
        if hint >= 0 or where != in_code:
            return 0
        self.opened[-1] = (index, deletion, where, len(self.out))
        self.hide(Kind.HINT, "::", "::")
        return start + 2

    def equals(self, start: int) -> int:
        text = self.text
        if self.mark and start == self.mark[1]:
            index = self.mark[0]
            self.mark = None
            begins, ends = (Kind.OPEN, Kind.CLOSE) if self.marks_hide else (Kind.MARK, Kind.UNMARK)
            first, last = (AUTOMATIC, "}}") if self.marks_hide else ("<mark>", "</mark>")
            self.out[index] = self.shield.hide(Token(begins, first, "=="))
            self.hide(ends, last, "==")
            return start + 2
        if not text.startswith("==", start):
            return 0
        if self.mark and start > self.mark[1]:
            self.mark = None  # its end is part of something else
        after = text[start + 2 : start + 3]
        if not self.mark and after and not after.isspace() and after != "=":
            end = self.mark_end.start(start + 3)
            if end < min(len(text), self.paragraph.start(start)) and not self.compares(start, end):
                self.mark = len(self.out), end
        size = 2
        while text.startswith("=", start + size):
            size += 1
        self.copy(start, start + size)
        return start + size

    def compares(self, start: int, end: int) -> bool:
        """Whether two `==` stand in `a==b and c==d`, `x==1 or y` or `"==" and "=="`."""
        text = self.text
        if " " not in text[start:end]:
            return False
        first = text[start - 1 : start] + text[start + 2]
        second = text[end - 1] + text[end + 2 : end + 3]
        if _COMPARES.fullmatch(first):
            return True
        return bool(_MAY_COMPARE.fullmatch(first) and _MAY_COMPARE.fullmatch(second))

    # Brackets -------------------------------------------------------------------------------------

    def exclamation(self, start: int) -> int:
        text = self.text
        if not text.startswith("![", start):
            return 0
        if embed := _EMBED.match(text, start):
            reference, option = embed[1].strip(), (embed[2] or "").strip()
            kind = _FILE.match(reference)
            if kind and kind[1].lower() not in _PAGES:
                token = showing.embedded(reference, option, embed[0], self.show)
                self.out.append(self.shield.hide(token))
            else:
                message = f"{quoted(embed[0])} embeds a page, of which only the name is shown"
                hint = "put its text here, or make it a link: take the ! off"
                self.tell(Finding(EMBEDDED_PAGE, message, hint, start, embed.end()))
                self.hide(Kind.TEXT, escape(option or _page_name(reference)), embed[0])
            return embed.end()
        if image := _IMAGE.match(text, start):
            address = image["within"].strip()
            title = found[0] if (found := _TITLE.search(address)) else ""
            address = address.removesuffix(title).strip()
            if any(map(str.isspace, address)) and not set(address) & {"<", ">"}:
                address = f"<{address}>"
            self.out.append(f"![{image['alt']}]({address}{title})")
            return image.end()
        if not text.startswith("![[", start):
            self.copy(start, start + 1)
            self.brackets.append((len(self.out), start + 1, False))
            self.copy(start + 1, start + 2)
            return start + 2
        return 0

    def bracket(self, start: int) -> int:
        text = self.text
        after = text[start + 1 : start + 2]
        if after == "[" and (wiki := _WIKI.match(text, start)):
            if wiki[3]:
                self.hide(Kind.TEXT, "", text[start : wiki.start(3)])
                self.alias_ends.add(wiki.end() - 2)
                return wiki.start(3)
            self.hide(Kind.TEXT, escape(_page_name(wiki[1].strip())), wiki[0])
            return wiki.end()
        if after == "s" and (sound := showing.SOUND.match(text, start)):
            self.out.append(self.shield.hide(showing.sound(sound[1], self.show, "markdown")))
            return sound.end()
        hides = after not in ("^", "]", "") and len(self.brackets) < deletions.MAX_DEPTH
        self.brackets.append((len(self.out), start, hides))
        self.copy(start, start + 1)
        return start + 1

    def bracket_end(self, start: int) -> int:
        text = self.text
        if start in self.alias_ends:
            self.hide(Kind.TEXT, "", "]]")
            return start + 2
        if self.brackets:
            index, opened, hides = self.brackets.pop()
            if start > self.paragraph.start(opened):
                self.brackets.clear()
                return 0
            after = text[start + 1 : start + 2]
            if after == "(" and (link := _DESTINATION.match(text, start)):
                address = link["address"].strip("<>")
                if scheme := sanitising.unsafe_address(address, "a"):
                    self.tell(unsafe(scheme, opened, link.end()))
                self.copy(start, link.end())
                return link.end()
            if self.brackets_hide and hides and after not in ("(", "["):
                content = text[opened + 1 : start]
                if content.strip():
                    self.out[index] = self.shield.hide(Token(Kind.OPEN, AUTOMATIC, "["))
                    self.hide(Kind.CLOSE, "}}", "]")
                    return start + 1
        self.copy(start, start + 1)
        return start + 1

    # The rest -------------------------------------------------------------------------------------

    def percent(self, start: int) -> int:
        text = self.text
        if not (self.comments and text.startswith("%%", start)):
            return 0
        end = text.find("%%", start + 2)
        if end < 0:
            self.comments = False
            return 0
        self.drop(start, end + 2)
        return end + 2

    def caret(self, start: int) -> int:
        if start and not self.text[start - 1].isspace():
            return 0
        if not (found := _BLOCK_ID.match(self.text, start)):
            return 0
        self.drop(start, found.end())
        return found.end()

    def less(self, start: int, within: int | None = None) -> int:
        text = self.text
        if text.startswith("<!--", start):
            end = self.comment.start(start + 4)
            if end < len(text):
                self.drop(start, end + 3)
                return end + 3
        elif (tag := sanitising.TAG.match(text, start)) and self.elements.has(tag):
            self.found += told_tag(tag)
            name = tag["name"].lower()
            left_out = name in sanitising.LEFT_OUT or name in sanitising.UNSAFE
            if (left_out or name in ("pre", "code")) and not tag["end"] and within is None:
                end = self.elements.end_of(name, tag.end())
                if end < len(text) and left_out:
                    end = text.index(">", end) + 1
                    self.drop(start, end)
                    return end
                if end < len(text):
                    self.raw = True
                    self.copy(start, tag.end())
                    self.code(tag.end(), end, raw=True)
                    return end
            self.raw = True
            self.copy(start, tag.end())
            return tag.end()
        self.hide(Kind.TEXT, "&lt;", "<")
        return start + 1

    def drop(self, start: int, end: int) -> None:
        self.hide(Kind.TEXT, "", self.text[start:end])
        self.dropped = True

    HANDLERS: Final[dict[str, Callable[[Scan, int], int]]] = {
        "\\": backslash,
        "`": tick,
        "$": dollar,
        "<": less,
        "[": bracket,
        "]": bracket_end,
        "%": percent,
        "=": equals,
        "^": caret,
        "!": exclamation,
        "\n": newline,
        "{": brace,
        "}": close_brace,
        ":": colon,
    }


def _page_name(reference: str) -> str:
    """How Obsidian shows a link to a page or a heading of one."""
    parts = (part.strip().lstrip("^") for part in reference.split("#"))
    return " > ".join(part for part in parts if part)
