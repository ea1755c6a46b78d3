"""Page text to the HTML of Anki's fields.

What a source says is text: of its markup only headings, lists, bold and code become HTML, and
everything else is written so that it is read as it stands, by the browser and by Anki alike. So
nothing that a source brings from the web can be an element, let alone run.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from deckwright import blocks
from deckwright.markup.characters import encode, encode_code, escape

# What Anki would read as its own, and control characters, among them the one that parts fields in
# the collection (0x1f). These go first: one may stand between two braces.
_MAY_BE_SPECIAL = re.compile(r"[{}\[\\\x00-\x08\x0b-\x1f\x7f]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def _space_or_nothing(control: re.Match[str]) -> str:
    return " " if control[0] in "\v\f\r" else ""


def text_to_html(text: str, encode: Callable[[str], str] = encode) -> str:
    """Text that is shown as it stands."""
    text = escape(text)
    if not _MAY_BE_SPECIAL.search(text):
        return text
    return encode(_CONTROL.sub(_space_or_nothing, text))


def _code(text: str) -> str:
    return f"<code>{text_to_html(text, encode_code)}</code>"


# Each way begins with a character of its own, so that the search can skip from one to the next.
_BOLD = r"\*\*(?<![A-Za-z0-9*]\*\*)(?=\S)(?P<bold>\*?[^*]+(?:\*[^*]+)*)(?<=\S)\*\*"
_SPAN = rf"`(?P<code>[^`\n]+)`|`(?<!``)`+(?!`)(?P<ticked>[^`\n]+)``+|{_BOLD}"
# Identifiers that nothing but code is written like. What stands right beside other symbols is part
# of something larger (a path, a formula, an address) and stays as it is.
_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_IDENTIFIER = (
    r"(?<![\w#/.@:\\$&*^=+\-'\"{<>|~%`\[(])(?P<name>"
    rf"\$?{_NAME}(?:\.{_NAME})*\(\)"  # call()
    rf"|\${_NAME}(?:\.{_NAME})+(?:\([^()\s]*\))?"  # $input.json('$.x')
    rf"|{_NAME}(?:\.{_NAME})*\[(?:'[^'\s]*'|\"[^\"\s]*\")\]"  # os.environ['X']
    r"|_*[A-Za-z][A-Za-z0-9]*(?:_+[A-Za-z0-9]+)+_*"  # snake_case, KEYS_ONLY
    r"|__[A-Za-z][A-Za-z0-9]*__"  # __init__
    r")(?![\w#/@\\*^=+{<>|~%`\[(]|[.:\-]\w)"
)
_INLINE = re.compile(_SPAN)
_INLINE_AND_NAMES = re.compile(f"{_SPAN}|{_IDENTIFIER}")
_ONLY_BOLD = re.compile(_BOLD)
_MAY_HOLD_NAMES = re.compile(r"_|\(\)|\[['\"]|\$[A-Za-z_]")
# All characters but those that may be written otherwise or begin code or an identifier: so much of
# a text can be passed over fastest.
_PLAIN = re.compile(r"[\t\n -#%'-;=?-Z\]^a-z|~\x80-\U0010ffff]*")


def _may_be_bold_at_most(text: str) -> bool:
    return bool(_PLAIN.fullmatch(text)) and "()" not in text


def _bold_to_html(text: str) -> str:
    """A line of markup that may be bold at most."""
    if "**" not in text:  # as most text is
        return text
    parts = _ONLY_BOLD.split(text)
    parts[1::2] = [f"<b>{bold}</b>" for bold in parts[1::2]]
    return "".join(parts)


def inline_to_html(text: str) -> str:
    """A line of markup: bold, code, and what certainly is an identifier."""
    if _may_be_bold_at_most(text):
        return _bold_to_html(text)
    if _MAY_HOLD_NAMES.search(text):
        pattern = _INLINE_AND_NAMES
    elif "*" in text or "`" in text:
        pattern = _INLINE
    else:
        return text_to_html(text)
    parts, position = [], 0
    for match in pattern.finditer(text):
        if match.start() > position:
            parts.append(text_to_html(text[position : match.start()]))
        kind = match.lastgroup
        found = match[kind] if kind else ""
        parts.append(f"<b>{inline_to_html(found)}</b>" if kind == "bold" else _code(found))
        position = match.end()
    parts.append(text_to_html(text[position:]))
    return "".join(parts)


def blocks_to_html(tree: Sequence[blocks.Block]) -> str:
    """The HTML of blocks. Lists are at most `blocks.MAX_DEPTH` deep."""
    return _blocks_to_html(tree, inline_to_html)


def _blocks_to_html(tree: Sequence[blocks.Block], inline: Callable[[str], str]) -> str:
    parts = []
    for block in tree:
        if isinstance(block, blocks.Paragraph):
            parts.append(f"<p>{inline(block.text)}</p>")
        elif isinstance(block, blocks.List):
            parts.append(_list_to_html(block, inline))
        elif isinstance(block, blocks.Heading):
            parts.append(f"<h3>{inline(block.text)}</h3>")
        else:
            parts.append(f"<pre>{_code(block.text)}</pre>")
    return "\n".join(parts)


def _list_to_html(block: blocks.List, inline: Callable[[str], str]) -> str:
    items = []
    expected = first = block.items[0].number
    for item in block.items:
        html = inline(item.text)
        if item.children:
            html = f"{html}\n{_blocks_to_html(item.children, inline)}"
        value = ""
        if item.number is not None:
            if item.number != expected:
                value = f' value="{item.number}"'
            expected = item.number + 1
        items.append(f"<li{value}>{html}</li>")
    tag = "ol" if block.ordered else "ul"
    start = f' start="{first}"' if block.ordered and first != 1 else ""
    inner = "\n".join(items)
    return f"<{tag}{start}>\n{inner}\n</{tag}>"


def _to_html(markup: str) -> str:
    inline = _bold_to_html if _may_be_bold_at_most(markup) else inline_to_html
    if "\n" in markup or blocks.is_marked(markup):
        tree = blocks.parse(markup)
        if len(tree) == 1 and isinstance(tree[0], blocks.Paragraph):
            return inline(tree[0].text)
        return _blocks_to_html(tree, inline)
    return inline(markup.strip())


# Contexts, sources and the like stand on many notes; whole texts only on one.
_short_to_html = lru_cache(maxsize=4096)(_to_html)


def to_html(markup: str) -> str:
    """The HTML of a field's markup. A single line stays a line, without a paragraph around it, so
    that it can stand inside any template."""
    return _to_html(markup) if len(markup) > 200 else _short_to_html(markup)


_IMAGE = re.compile(r"!\[(?P<alt>[^\[\]\n]*)\]\((?P<source>[^()\n]+)\)")
_PLACE = "\ue00d{}\ue00e"  # of private use: no font shows them


def to_html_with_images(markup: str, show: Callable[[str], str | None]) -> str:
    """The same for markup that may show images, `![a queen](queen.svg)`; `show` gives the name of
    each in the learner's collection, None where there is none to show."""
    images: list[str] = []

    def place(match: re.Match[str]) -> str:
        name = show(match["source"].strip())
        alt = text_to_html(match["alt"]).replace('"', "&quot;")
        images.append(f'<img src="{html.escape(name)}" alt="{alt}">' if name else alt)
        return _PLACE.format(len(images) - 1)

    text = re.sub("[\ue00d\ue00e]", "", markup)
    code = [match.span() for match in re.finditer(r"`[^`\n]+`", text)]
    text = _IMAGE.sub(lambda m: m[0] if any(a < m.start() < b for a, b in code) else place(m), text)
    return re.sub("\ue00d(\\d+)\ue00e", lambda found: images[int(found[1])], _to_html(text))
