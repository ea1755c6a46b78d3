"""Markdown, HTML and plain text from sources to the HTML of Anki's fields.

What means something to Anki (deletions, sounds, formulas) is found first and hidden, then Markdown
becomes HTML, then the HTML is made safe, then what was hidden is put where it stood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from deckwright.clozes import AUTOMATIC
from deckwright.markup import (
    characters,
    code,
    commonmark,
    deletions,
    formulas,
    markdown,
    sanitising,
    showing,
    tables,
)
from deckwright.markup.findings import (
    NO_ADDRESS,
    RULES,
    TOO_DEEP,
    TOO_MUCH,
    Finding,
    more_cells,
    told_deletions,
    told_tag,
)
from deckwright.markup.showing import Show
from deckwright.markup.tokens import PLACEHOLDER, Kind, Shield, Token
from deckwright.markup.tokens import to_html as written

__all__ = ["RULES", "Finding", "Show", "to_html"]

# Where none of these stands, there is no markup.
_PLAIN_MARKDOWN = re.compile(
    r"[^\s\-+#0-9\\`*_{}\[\]<>&$~=%^!:|\x00-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef]"
    r"[^\\`*_{}\[\]<>&$~=%^!|\x00-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef]*"
)
_PLAIN_HTML = re.compile(r"[^<&{}\[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef]*")

_HTML_TOKEN = re.compile(r"<|\{\{c[0-9,]*::|\}\}|::|\[(?=sound:|/?latex\]|/?\$\$?\])")
_TEXT_TOKEN = re.compile(r"\{\{c[0-9,]*::|\}(?=\})|::|\[(?=sound:)|\\[(\[]|\n")
_LATEX = re.compile(r"\[(/?)(latex|\$\$?)\]")
_OUT = re.compile(r"<(/?)([a-z0-9]+)[^<>\"]*(?:\"[^\"]*\"[^<>\"]*)*>|" + PLACEHOLDER.pattern)
_PRE = re.compile(r"<pre><code(?: class=\"([^\"]*)\")?>([^<]*)</code></pre>")
_EMPTY_PARAGRAPH = re.compile(r"<p>\s*</p>\n?")
MAX_MARKUP: Final = 60_000
"""Characters that may mean something in a value: with more it is shown as it stands. Time is linear
in them, but for nh3's, which grows with the square of the entities and signs of one text."""
_MARKUP = re.compile(r"[\\`$<>\[\]={}*_|&~%^!\n\x80-\xbf]|::")
_MANY = 2 * sanitising.MAX_DEPTH


def to_html(value: str, form: str, *, cloze: bool, show: Show) -> tuple[str, tuple[Finding, ...]]:
    """The HTML of a field's value, and what was found, at offsets into the value.

    `form` is `markdown` (with `#` behind it where the value is a heading, in which no list or other
    block begins; with `==` or `[]` where `==text==` or `[text]` are deletions in a cloze note),
    `html` or `text`; `cloze` says whether the note can have deletions. `show` gives
    the name to write for a media file as the source names it, or None where it cannot be shown.
    Deletions without a number begin with `clozes.AUTOMATIC`.
    """
    if form == "html":
        if _PLAIN_HTML.fullmatch(value):
            return value, ()
        convert = _from_html
    elif form == "text":
        convert = _from_text
    else:
        if _PLAIN_MARKDOWN.fullmatch(value):
            return value.rstrip(), ()
        convert = _from_markdown
    text = characters.clean(value)
    if len(text) > MAX_MARKUP and len(_MARKUP.findall(text)) > MAX_MARKUP:
        html, found = _as_it_stands(text)
    else:
        html, found = convert(text, form, cloze, show)
    if len(text) != len(value):  # the offsets are lost
        found = [Finding(each.rule, each.message, each.hint, 0, len(value)) for each in found]
    once = {(each.rule.code, each.message): each for each in reversed(found)}
    return html, tuple(sorted(once.values(), key=lambda each: (each.start, each.rule.code)))


def _as_it_stands(text: str) -> tuple[str, list[Finding]]:
    message = f"this field has more than {MAX_MARKUP:,} characters of markup: it is shown as text"
    hint = "make several notes of it"
    html = characters.encode(characters.escape(text)).replace("\n", "<br>")
    return html, [Finding(TOO_MUCH, message, hint, 0, len(text))]


# Markdown ----------------------------------------------------------------------------------------


def _from_markdown(text: str, form: str, cloze: bool, show: Show) -> tuple[str, list[Finding]]:
    shield = Shield()
    scan = markdown.Scan(text, form, cloze, show, shield)
    left, too_long = tables.fitted(scan.run())
    html = commonmark.to_html(left)
    found = scan.found
    for row, width, rest in too_long:
        line = shield.source(row)
        start = text.find(line)
        place = (start, start + len(line)) if start >= 0 else (0, len(text))
        found.append(more_cells(width, shield.source(rest), *place))
    elements = html.count("<")
    if elements > 2 * MAX_MARKUP:  # `- - - -`
        return _as_it_stands(text)
    if scan.raw or elements > _MANY:
        html = _paired(html, text, found)
    html = sanitising.clean(html).strip()
    if html.startswith("<p>") and html.find("</p>") == len(html) - 4:
        html = html[3:-4]
    if "<pre>" in html:
        html = _highlighted(html, shield)
    tokens = list(_tokens(html, shield, text, show, found, sized=True))
    html = written(tokens, math=False)
    if scan.dropped or "<p></p>" in html:
        html = _EMPTY_PARAGRAPH.sub("", html).strip()
    return html, found


def _paired(html: str, text: str, found: list[Finding]) -> str:
    html, too_deep = sanitising.paired(html)
    if too_deep:
        message = f"elements stand more than {sanitising.MAX_DEPTH} deep inside each other"
        hint = "their text is shown without the innermost of them"
        found.append(Finding(TOO_DEEP, message, hint, 0, len(text)))
    return html


def _highlighted(html: str, shield: Shield) -> str:
    """HTML whose blocks of code are coloured, as far as a few thousand characters go."""
    rest = code.MAX_LENGTH

    def highlight(block: re.Match[str]) -> str:
        nonlocal rest
        parts: list[str] = []
        marks, length, position = [], 0, 0
        for place in PLACEHOLDER.finditer(block[2]):
            token = shield.shown(place)
            plain = unescape(block[2][position : place.start()])
            position = place.end()
            if _is_deletion(token):
                parts.append(plain)
                length += len(plain)
                marks.append((length, place[0]))
            else:
                parts += (plain, token.source)
                length += len(plain) + len(token.source)
        parts.append(unescape(block[2][position:]))
        text = "".join(parts)
        text = text[:-1] if text.endswith("\n") else text
        classes = [each for each in (block[1] or "").split() if each.startswith("language-")]
        language = code.language_of(classes[0].removeprefix("language-")) if classes else ""
        if len(text) > rest:
            language = ""
        elif language:
            rest -= len(text)
        return code.to_html(text, language, [(min(at, len(text)), mark) for at, mark in marks])

    return _PRE.sub(highlight, html)


def _is_deletion(token: Token) -> bool:
    """Whether a token is part of a deletion in code, too."""
    return token.kind in (Kind.OPEN, Kind.HINT, Kind.CLOSE) and token.source not in ("==", "[", "]")


def _tokens(
    html: str, shield: Shield, text: str, show: Show, found: list[Finding], *, sized: bool
) -> Iterator[Token]:
    """The tokens of safe HTML, what was hidden among them."""
    position, in_code = 0, 0
    unlinked = 0  # links without an address, of which only the text stays
    media: list[str] | None = None  # the addresses of an audio or video element
    media_name, media_depth = "", 0
    for piece in _OUT.finditer(html):
        if piece.start() > position and media is None:
            kind = Kind.CODE if in_code else Kind.TEXT
            yield Token(kind, html[position : piece.start()])
        position = piece.end()
        name = piece[2]
        if media is not None:
            if name == media_name:
                media_depth += -1 if piece[1] else 1
            if name in ("source", media_name) and not piece[1]:
                media.append(showing.source_of(piece[0]))
            elif not media_depth:
                address = next(filter(None, media), "")
                media = None
                yield showing.media(address, show) if address else _no_address(text, found)
            continue
        if name is None:
            token = shield.shown(_renumbered(piece))
            if not in_code or _is_deletion(token):
                yield token
            else:
                yield Token(Kind.CODE, characters.escape(token.source))
        elif name in sanitising.PLAYED and not piece[1]:
            media, media_name, media_depth = [showing.source_of(piece[0])], name, 1
        elif name == "source":
            continue
        elif name == "img":
            tag = _with_sources(piece[0], shield)
            if not showing.source_of(tag):
                found.append(_no_address_finding(text))
            yield showing.image(tag, show, sized=sized)
        elif name == "a" and not piece[1] and " href=" not in piece[0]:
            unlinked += 1
        elif name == "a" and piece[1] and unlinked:
            unlinked -= 1
        elif piece[1]:
            in_code -= name in ("code", "pre")
            yield Token(Kind.END, piece[0])
        elif name in sanitising.VOID:
            yield Token(Kind.LIVE, _with_sources(piece[0], shield))
        else:
            in_code += name in ("code", "pre")
            yield Token(Kind.START, _with_sources(piece[0], shield))
    if media is None and position < len(html):
        yield Token(Kind.TEXT, html[position:])


def _renumbered(piece: re.Match[str]) -> re.Match[str]:
    match = PLACEHOLDER.match(piece.string, piece.start())
    assert match is not None
    return match


def _with_sources(tag: str, shield: Shield) -> str:
    """A tag in whose attributes nothing is hidden."""
    return PLACEHOLDER.sub(
        lambda found: characters.escape(shield.shown(found).source).replace('"', "&quot;"), tag
    )


def _no_address(text: str, found: list[Finding]) -> Token:
    found.append(_no_address_finding(text))
    return Token(Kind.TEXT, "")


def _no_address_finding(text: str) -> Finding:
    message = "an image, sound or video has no address that Anki can show"
    hint = "give it a src: a file beside the source, or in media/"
    return Finding(NO_ADDRESS, message, hint, 0, len(text))


# HTML --------------------------------------------------------------------------------------------


def _from_html(text: str, form: str, cloze: bool, show: Show) -> tuple[str, list[Finding]]:
    found: list[Finding] = []
    tokens, plain = _html_tokens(text, cloze, show, found)
    if plain:
        return written([_shown(token, show) for token in tokens], math=True, repair=False), found
    shield = Shield()
    html = "".join(
        shield.hide(token) if token.kind >= Kind.LIVE and token.html[:1] != "<" else token.html
        for token in tokens
    )
    html = sanitising.clean(_paired(html, text, found))
    return written(list(_tokens(html, shield, text, show, found, sized=False)), math=True), found


def _shown(token: Token, show: Show) -> Token:
    if token.html.startswith("<img "):
        return showing.image(token.html, show, sized=False)
    return token


def _html_tokens(
    text: str, cloze: bool, show: Show, found: list[Finding]
) -> tuple[list[Token], bool]:
    """The tokens of a field of HTML, and whether it is plain and safe as it stands: each element
    written in the strictest way, and closed where it was opened."""
    parts = _Deletions(text, cloze, braces=False)
    found += parts.found
    tokens: list[Token] = []
    opened: list[str] = []
    plain, position, in_code = True, 0, 0
    latex: list[int] = []
    comment = 0  # where the next comment ends, at the earliest
    for piece in _HTML_TOKEN.finditer(text):
        start = piece.start()
        if start < position:
            continue
        if start > position:
            tokens.append(Token(Kind.CODE if in_code else Kind.TEXT, text[position:start]))
        position = start
        if piece[0] == "<":
            if text.startswith("<!--", start) and comment >= 0:
                comment = text.find("-->", start + 4)
                if comment >= 0:
                    plain, position = False, comment + 3
                    continue
            tag = sanitising.TAG.match(text, start)
            if not tag:
                tokens.append(Token(Kind.TEXT, "&lt;"))
                plain, position = False, start + 1
                continue
            found += told_tag(tag)
            position = tag.end()
            plain = plain and _is_plain(tag, opened)
            kind = Kind.END if tag["end"] else Kind.START
            in_code = sum(name in ("code", "pre") for name in opened) if plain else 0
            tokens.append(Token(Kind.LIVE if tag["name"] in sanitising.VOID else kind, tag[0]))
        elif piece[0] == "[":
            if sound := showing.SOUND.match(text, start):
                tokens.append(showing.sound(sound[1], show, "html"))
                position = sound.end()
            elif (delimiter := _LATEX.match(text, start)) and _is_paired(tokens, latex, delimiter):
                tokens.append(Token(Kind.LIVE, delimiter[0], delimiter[0]))
                position = delimiter.end()
        elif token := parts.token(piece):
            tokens.append(token)
            position = piece.end()
    if position < len(text):
        tokens.append(Token(Kind.TEXT, text[position:]))
    for index in latex:
        tokens[index] = tokens[index].as_text()
    return tokens, plain and not opened


def _is_paired(tokens: list[Token], latex: list[int], delimiter: re.Match[str]) -> bool:
    """Whether a delimiter of LaTeX begins a part, or ends the one that is open."""
    if not delimiter[1]:
        if latex:
            return False
        latex.append(len(tokens))
        return True
    if latex and tokens[latex[-1]].html == f"[{delimiter[2]}]":
        latex.pop()
        return True
    return False


def _is_plain(tag: re.Match[str], opened: list[str]) -> bool:
    name = tag["name"]
    if tag["end"]:
        return bool(opened) and opened.pop() == name and tag[0] == f"</{name}>"
    if not sanitising.is_plain(tag[0]):
        return False
    if name not in sanitising.VOID:
        opened.append(name)
    return len(opened) <= sanitising.MAX_DEPTH


# Text --------------------------------------------------------------------------------------------


def _from_text(text: str, form: str, cloze: bool, show: Show) -> tuple[str, list[Finding]]:
    parts = _Deletions(text, cloze, braces=True)
    tokens: list[Token] = []
    position = 0
    ends = {"\\(": 0, "\\[": 0}
    for piece in _TEXT_TOKEN.finditer(text):
        start = piece.start()
        if start < position:
            continue
        if start > position:
            tokens.append(Token(Kind.TEXT, characters.escape(text[position:start])))
        position = start
        if piece[0] == "\n":
            tokens.append(Token(Kind.LIVE, "<br>"))
            position += 1
        elif piece[0] == "[":
            if sound := showing.SOUND.match(text, start):
                tokens.append(showing.sound(sound[1], show, "text"))
                position = sound.end()
        elif piece[0][0] == "\\":
            closing = "\\)" if piece[0] == "\\(" else "\\]"
            if 0 <= ends[piece[0]] < start + 2:
                ends[piece[0]] = text.find(closing, start + 2)
            end = ends[piece[0]]
            if end >= 0 and (within := parts.within(start + 2, end)) is not None:
                content = text[start + 2 : end]
                html = formulas.to_html(content, piece[0], within, hidden=bool(parts.depth))
                tokens.append(Token(Kind.LIVE, html, text[start : end + 2]))
                position = end + 2
        elif token := parts.token(piece):
            tokens.append(token)
            position = start + 2 if token.kind is Kind.CLOSE else piece.end()
    if position < len(text):
        tokens.append(Token(Kind.TEXT, characters.escape(text[position:])))
    return written(tokens, math=False), parts.found


class _Deletions:
    """The deletions of a text that is read from its beginning to its end."""

    def __init__(self, text: str, cloze: bool, *, braces: bool) -> None:
        known = deletions.find(text, braces=braces) if cloze else deletions.Found()
        self.found = told_deletions(known, text)
        self.starts = {each.start: each for each in known.deletions}
        self.closes = {each.close for each in known.deletions}
        self.offsets = sorted([*self.starts, *self.closes])
        self.hints: list[bool] = []  # of each open deletion, whether it has one

    @property
    def depth(self) -> int:
        return len(self.hints)

    def token(self, piece: re.Match[str]) -> Token | None:
        """The part of a deletion that begins here, None where none does."""
        if piece[0] == "::":
            if not self.hints or self.hints[-1]:
                return None
            self.hints[-1] = True
            return Token(Kind.HINT, "::", "::")
        if piece[0][0] == "}":
            if piece.start() not in self.closes or not self.hints:
                return None
            self.hints.pop()
            return Token(Kind.CLOSE, "}}", "}}")
        if not (deletion := self.starts.get(piece.start())):
            return None
        self.hints.append(False)
        html = deletion.opening if deletion.numbers else AUTOMATIC
        return Token(Kind.OPEN, html, deletion.opening)

    def within(self, start: int, end: int) -> list[deletions.Deletion] | None:
        """The deletions between two offsets, from the first; None where one is only half there."""
        inside = deletions.between(self.offsets, start, end)
        whole = [
            deletions.moved(self.starts[at], start)
            for at in inside
            if at in self.starts and self.starts[at].close < end - 1
        ]
        return whole if 2 * len(whole) == len(inside) else None
