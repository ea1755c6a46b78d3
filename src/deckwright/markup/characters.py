"""Characters that must not reach a field as they stand, for Anki reads them as its own."""

from __future__ import annotations

import re

# Control characters, halves of surrogate pairs, which no file can hold, and the noncharacters that
# stand for shielded parts.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef]")

_MAY_BE_SPECIAL = re.compile(r"[{}\[\\]")
_SPECIAL = re.compile(
    r"\{\{|\}\}"
    r"|\[(?=sound:|anki:|type:|/?latex\]|/?\$\$?\])"
    r"|\\[()\[\]]",
    re.IGNORECASE,
)
_ENCODED = {"{{": "&#123;&#123;", "}}": "&#125;&#125;", "[": "&#91;"}


def _keep(control: re.Match[str]) -> str:
    return {"\r": "\n", "\v": " ", "\f": " "}.get(control[0], "")


def clean(text: str) -> str:
    """A text without control characters and the like, its lines ending in `\\n`."""
    if not _CONTROL.search(text):
        return text
    return _CONTROL.sub(_keep, text.replace("\r\n", "\n"))


def escape(text: str) -> str:
    """A text as HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _encode(found: re.Match[str]) -> str:
    if found[0][0] == "\\":
        # MathJax reads the page after entities are resolved, but not inside these classes.
        return f'<span class="mathjax_ignore tex2jax_ignore">{found[0]}</span>'
    return _ENCODED[found[0]]


def _encode_all_but_math(found: re.Match[str]) -> str:
    return found[0].replace("[", "&#91;") if found[0][0] == "\\" else _ENCODED[found[0]]


def encode(html: str, *, math: bool = False) -> str:
    """HTML without elements, written so that Anki reads nothing of it as its own: no deletion, no
    sound, no LaTeX and, unless `math` or where MathJax does not look, no math."""
    if not _MAY_BE_SPECIAL.search(html):
        return html
    return _SPECIAL.sub(_encode_live_math if math else _encode, html)


def encode_code(html: str) -> str:
    """The same for what stands in `<code>`, which MathJax leaves alone, or in an attribute."""
    return _SPECIAL.sub(_encode_all_but_math, html) if _MAY_BE_SPECIAL.search(html) else html


def _encode_live_math(found: re.Match[str]) -> str:
    return found[0] if found[0][0] == "\\" else _ENCODED[found[0]]
