"""What of a page is written otherwise than in the page: images that it loads late, and formulas
that it shows as a picture of boxes beside their TeX."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from deckwright.readers.html.tree import Document, Element, text_of

_LATE = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-url", "data-image")
_LATE_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_NO_IMAGE = re.compile(r"data:|blob:|about:|javascript:|#", re.IGNORECASE)
_KEPT = ("alt", "title", "width", "height")
_CANDIDATE = re.compile(r"[\s,]*([^\s,]\S*)(?:\s+([^,]*))?")

_BOXES = frozenset("katex katex-display mwe-math-element mathjax mathjax_display".split())
_OUTSIDE = frozenset("p li td body table".split())
_TEX = "math/tex"
_DRAWN = re.compile(r"mathjax(?:_preview|_display|_svg|_chtml)?", re.IGNORECASE)


def image(tag: Element) -> str:
    """The HTML of an image whose `src` is not the image, with the best address that the page has:
    one of a file beside the page, else one of the web. Empty where the image stays as written."""
    src = _of(tag, "src")
    if src and not _NO_IMAGE.match(src) and not _REMOTE.match(src):
        return ""
    others = [_of(tag, name) for name in _LATE]
    sets = [_of(tag, name) for name in _LATE_SETS]
    parent = tag.parent
    if parent is not None and parent.name == "picture":
        for source in parent.find_all("source", recursive=False):
            assert isinstance(source, Element)
            sets += [_of(source, name) for name in _LATE_SETS]
    for each in sets:
        others += _by_size(each)
    others = [each for each in others if each and not _NO_IMAGE.match(each)]
    best = next((each for each in others if not _REMOTE.match(each)), "")
    if not best and (not src or _NO_IMAGE.match(src)):
        best = next(iter(others), "")
    if not best:
        return ""
    said = [("src", best), *((name, _of(tag, name)) for name in _KEPT if name in tag.attrs)]
    written = (f'{name}="{html.escape(value)}"' for name, value in said)
    return f"<img {' '.join(written)}>"


def _of(tag: Element, name: str) -> str:
    return str(tag.attrs.get(name, "")).strip()


def _by_size(said: str) -> list[str]:
    """The addresses of a `srcset`, the largest image first."""

    def size(found: re.Match[str]) -> float:
        number = re.match(r"\d{1,6}(?:\.\d{1,3})?", found[2] or "")
        return float(number[0]) if number else 1.0

    found = sorted(_CANDIDATE.finditer(said[:20_000]), key=size, reverse=True)
    return [each[1].rstrip(",") for each in found]


def formulas(document: Document) -> Iterator[tuple[Element, str]]:
    """The elements that show a formula, each with its TeX between Anki's delimiters; "" where it
    is only the picture of a formula whose TeX stands beside it. KaTeX, MathJax 2 and 3, and
    Wikipedia are known."""
    for note in document.named(("annotation",)):
        if note.attrs.get("encoding") != "application/x-tex":
            continue
        box, shown = note, False
        for parent in note.parents:
            if not isinstance(parent, Element) or parent.name in _OUTSIDE:
                break
            if parent.name == "math":
                box, shown = parent, parent.attrs.get("display") == "block"
            elif _is_box(parent):
                box = parent
                shown = shown or "katex-display" in (parent.attrs.get("class") or ())
        if box is not note:
            yield box, _delimited(text_of(note), shown)
    scripts = [
        tag for tag in document.named(("script",)) if str(tag.get("type", "")).startswith(_TEX)
    ]
    for script in scripts:
        yield script, _delimited(text_of(script), "mode=display" in str(script["type"]))
    if scripts:
        for tag in document.named(("span", "div")):
            names = tag.attrs.get("class") or ()
            if any(_DRAWN.fullmatch(str(name)) for name in names):
                yield tag, ""


def _is_box(tag: Element) -> bool:
    names = tag.attrs.get("class") or ()
    return tag.name == "mjx-container" or any(str(name).lower() in _BOXES for name in names)


def _delimited(tex: str, shown: bool) -> str:
    said = html.escape(tex.strip(), quote=False)
    return (rf"\[{said}\]" if shown else rf"\({said}\)") if said else ""
