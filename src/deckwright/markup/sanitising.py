"""HTML from sources to HTML that is safe: no script, no handler, no foreign frame.

Two walls, one behind the other: a reading of the tags of our own, which pairs them and limits their
depth (for the sanitiser's time grows with the square of it), and nh3.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from nh3 import Cleaner

MAX_DEPTH: Final = 100  # elements inside each other

TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][^\s<>/\"']*)(?=[\s>/\"'])"
    r"(?P<attributes>[^<>\"']*(?:(?:\"[^\"]*\"|'[^']*')[^<>\"']*)*)>"
)
"""A tag as a browser reads it, all quotes closed."""

VOID: Final = frozenset("br hr img wbr col source".split())
_BLOCKS: Final = frozenset(
    "blockquote details div dl dd dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre summary "
    "table ul center".split()
)
_TABLE: Final = frozenset("caption colgroup tbody td tfoot th thead tr".split())
_INLINE: Final = frozenset(
    "a abbr audio b bdi bdo big cite code del dfn em font i ins kbd mark q rp rt ruby s samp small "
    "span strike strong sub sup time tt u var video".split()
)
ALLOWED: Final = VOID | _BLOCKS | _TABLE | _INLINE
# What parts text without a meaning of its own here.
_PLAIN_BLOCKS: Final = frozenset(
    "address article aside body dir fieldset footer form header hgroup legend main menu nav "
    "search section".split()
)
PLAYED: Final = frozenset({"audio", "video"})
UNSAFE: Final = frozenset({"script"})
LEFT_OUT: Final = frozenset(
    "applet canvas embed frame frameset head iframe math noembed noframes noscript object "
    "plaintext portal select style svg template textarea title xmp".split()
)
"""Elements that are left out with all that stands in them, as are those of `UNSAFE`."""
EMPTY: Final = frozenset("area base embed frame input link meta param track".split())
WITHOUT_END: Final = {
    name: frozenset(outer.split(" "))
    for names, outer in (
        ("li", "ul ol menu"),
        ("dt dd", "dl"),
        ("caption colgroup tbody td tfoot th thead tr", "table"),
        ("p", ""),
        ("rt rp", "ruby"),
    )
    for name in names.split()
}
"""Elements whose end tag may be missing, and in which elements they stand."""
_OTHERS: Final = frozenset(
    "acronym area base basefont bgsound blink button command content data datalist dialog element "
    "html image input keygen label link map marquee menuitem meta meter nobr optgroup option "
    "output param picture progress rb rtc shadow slot spacer track".split()
)
_KNOWN: Final = ALLOWED | _PLAIN_BLOCKS | UNSAFE | LEFT_OUT | _OTHERS

# A start tag closes what can stand beside but not around it, as far as the elements that follow.
_CLOSES: Final = {
    "li": ("li", "ul ol"),
    "dt": ("dt dd", "dl"),
    "dd": ("dt dd", "dl"),
    "tr": ("tr", "table"),
    "td": ("td th", "tr table"),
    "th": ("td th", "tr table"),
    "thead": ("thead tbody tfoot caption colgroup", "table"),
    "tbody": ("thead tbody tfoot caption colgroup", "table"),
    "tfoot": ("thead tbody tfoot caption colgroup", "table"),
    "a": ("a", "table"),
    "rt": ("rt rp", "ruby"),
    "rp": ("rt rp", "ruby"),
}
_CLOSES_SETS: Final = {
    name: (frozenset(closed.split()), frozenset(within.split()))
    for name, (closed, within) in _CLOSES.items()
}
_PARAGRAPH: Final = (frozenset({"p"}), frozenset("table td th caption".split()))

_COMMON: Final = "class dir lang style title"
_ATTRIBUTES: Final = {
    "a": "href",
    "audio": "src",
    "bdo": "",
    "col": "span width",
    "details": "open",
    "font": "color face size",
    "img": "alt data-editor-shrink height src width",
    "li": "value",
    "ol": "reversed start type",
    "source": "src",
    "table": "align border cellpadding cellspacing width",
    "td": "align colspan height rowspan valign width",
    "th": "align colspan height rowspan valign width",
    "tr": "align valign",
    "p": "align",
    "div": "align",
    "time": "datetime",
    "ul": "type",
    "video": "src",
}
_NAMES: Final = {tag: frozenset(f"{_ATTRIBUTES.get(tag, '')} {_COMMON}".split()) for tag in ALLOWED}
_BOOLEANS: Final = frozenset("async autoplay checked controls defer disabled open reversed".split())
_STYLES: Final = frozenset(
    "background-color border border-bottom border-bottom-color border-bottom-style "
    "border-bottom-width border-collapse border-color border-left border-left-color "
    "border-left-style border-left-width border-radius border-right border-right-color "
    "border-right-style border-right-width border-spacing border-style border-top border-top-color "
    "border-top-style border-top-width border-width caption-side clear color direction display "
    "float font font-family font-feature-settings font-size font-style font-variant "
    "font-variant-caps font-variant-ligatures font-weight height letter-spacing line-height "
    "list-style-type margin margin-bottom margin-left margin-right margin-top max-height max-width "
    "min-height min-width orphans overflow overflow-wrap padding padding-bottom padding-left "
    "padding-right padding-top tab-size text-align text-decoration text-decoration-color "
    "text-decoration-line text-decoration-style text-decoration-thickness text-indent "
    "text-transform unicode-bidi vertical-align white-space widows width word-break word-spacing "
    "word-wrap writing-mode".split()
)
_DECLARATION = re.compile(r"\s*([a-zA-Z-]+)\s*:\s*([^:;\\@<>{}]*)")
_FUNCTION = re.compile(r"([a-zA-Z-]*)\(")
_FUNCTIONS: Final = frozenset("rgb rgba hsl hsla calc".split())
_CLASS = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_LANGUAGE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*|language-[\w+#.{}-]{1,60}")
_WORDS = re.compile(r"[\w#%., -]{0,60}")
_ADDRESS = re.compile(r"\s*(?:https?:|mailto:)", re.IGNORECASE)
_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_IMAGE_DATA = re.compile(r"data:image/[a-z0-9.+-]+[;,]", re.IGNORECASE)
_RUNS = re.compile(r"(?:javascript|vbscript|data):", re.IGNORECASE)
_IGNORED_IN_SCHEMES = re.compile(r"[\x00-\x20]+")
_HANDLER = re.compile(r"[\s\"'/](on[a-z]+)\s*=", re.IGNORECASE)
_LINK = re.compile(r"(?:href|src|action)\s*=\s*(?:\"([^\"]*)|'([^']*)|([^\s\"'>]+))", re.IGNORECASE)


def attribute(tag: str, name: str, value: str) -> str | None:
    """The value of an attribute as it may stay, None where it must not."""
    if name not in _NAMES.get(tag, ()):
        return None
    if name == "style":
        return _style(value)
    if name == "class":
        known = _LANGUAGE if tag == "code" else _CLASS
        return " ".join(word for word in value.split() if known.fullmatch(word)) or None
    if name == "href":
        return value if _ADDRESS.match(value) else None
    if name == "src":
        return value if _is_media_address(tag, value) else None
    if name in ("title", "alt"):
        return value
    return value if _WORDS.fullmatch(value) else None


def _style(value: str) -> str | None:
    kept = [each for each in value.split(";") if each.strip()]
    safe = [each for each in kept if _is_safe(each)]
    if len(safe) == len(kept):
        return value
    return ";".join(safe) or None


def _is_safe(declaration: str) -> bool:
    found = _DECLARATION.fullmatch(declaration)
    return (
        found is not None
        and found[1].lower() in _STYLES
        and all(each.lower() in _FUNCTIONS for each in _FUNCTION.findall(found[2]))
    )


def _is_media_address(tag: str, value: str) -> bool:
    scheme = _SCHEME.match(value)
    if not scheme:
        return True
    if scheme[1].lower() == "data":
        return tag == "img" and bool(_IMAGE_DATA.match(value))
    return scheme[1].lower() in ("http", "https", "file") or len(scheme[1]) == 1  # `C:` on Windows


@cache
def _cleaner() -> Cleaner:
    from nh3 import Cleaner

    drives = set("abcdefghijklmnopqrstuvwxyz")
    return Cleaner(
        tags=set(ALLOWED),
        clean_content_tags={"script", "style"},
        attributes={tag: set(names) for tag, names in _NAMES.items()},
        attribute_filter=attribute,
        url_schemes={"http", "https", "mailto", "data", "file"} | drives,
        link_rel=None,
    )


def is_element(tag: re.Match[str]) -> bool:
    """Whether a text that looks like a tag is one of HTML, or an address in angle brackets, and not
    `vector<int>` or `a <b and c> d`."""
    name = tag["name"].lower()
    if ":" in name or "@" in name:
        return not tag["end"]
    if name not in _KNOWN:
        return False
    attributes = tag["attributes"].strip("/ \t\n")
    return not attributes or "=" in attributes or attributes.lower() in _BOOLEANS


def unsafe_in(tag: re.Match[str]) -> str:
    """What in a tag of a source could run, in words; "" where nothing could."""
    name = tag["name"].lower()
    if name in UNSAFE:
        return f"<{name}>"
    written = tag["attributes"]
    if "=" in written:
        if handler := _HANDLER.search(written):
            return f"{handler[1].lower()}=…"
        for found in _LINK.finditer(written):
            if scheme := unsafe_address(found[1] or found[2] or found[3] or "", name):
                return scheme
    return unsafe_address(name, "a")


def unsafe_address(address: str, tag: str) -> str:
    """The scheme of an address that could run, in words; "" where it could not."""
    address = _IGNORED_IN_SCHEMES.sub("", html.unescape(address))
    if (found := _RUNS.match(address)) and not (tag == "img" and _IMAGE_DATA.match(address)):
        return f"{found[0].lower()}…"
    return ""


@lru_cache(maxsize=4096)
def is_plain(tag: str) -> bool:
    """Whether a start tag is written in the strictest way, and stays as it is: small letters, and
    attributes in double quotes, each allowed."""
    found = _STRICT.fullmatch(tag)
    if not found or found[1] not in ALLOWED or found[1] in (*PLAYED, "source"):
        return False
    names = set()
    for name, value in _STRICT_ATTRIBUTE.findall(found[2]):
        written = html.unescape(value)
        if name in names or attribute(found[1], name, written) != written:
            return False
        names.add(name)
    return found[1] != "img" or "src" in names


_STRICT = re.compile(r"<([a-z][a-z0-9]*)((?: [a-z-]+=\"[^\"<>]*\")*) ?/?>")
_STRICT_ATTRIBUTE = re.compile(r" ([a-z-]+)=\"([^\"]*)\"")


class _Tree:
    """The elements that are open while tags are paired, and what was written of them."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.open: list[str] = []
        self.count = Counter[str]()
        self.too_deep = False

    def close(self, size: int) -> None:
        while len(self.open) > size:
            name = self.open.pop()
            self.count[name] -= 1
            self.parts.append(f"</{name}>")

    def close_beside(self, closed: frozenset[str], within: frozenset[str]) -> None:
        for index in range(len(self.open) - 1, -1, -1):
            if self.open[index] in closed:
                self.close(index)
                return
            if self.open[index] in within:
                return

    def start(self, name: str, attributes: str) -> None:
        if name in _CLOSES_SETS:
            self.close_beside(*_CLOSES_SETS[name])
        if name in _BLOCKS and self.count["p"]:
            self.close_beside(*_PARAGRAPH)
        if len(self.open) >= MAX_DEPTH:
            self.too_deep = True
            return
        self.parts.append(f"<{name}{attributes}>")
        if name not in VOID:
            self.open.append(name)
            self.count[name] += 1

    def end(self, name: str) -> None:
        if name == "br":
            self.parts.append("<br>")
            return
        if not self.count[name]:
            return
        for index in range(len(self.open) - 1, -1, -1):
            if self.open[index] == name:
                self.close(index)
                return
            if name not in _TABLE and name != "table" and self.open[index] in ("td", "th"):
                return


def paired(text: str) -> tuple[str, bool]:
    """HTML in which every element is closed, none of `LEFT_OUT` stands, and none deeper than
    `MAX_DEPTH`; and whether any was. All `<` must begin a tag."""
    tree, position = _Tree(), 0
    ends: dict[str, int] = {}  # of elements that are left out, where the next ends
    for tag in TAG.finditer(text):
        if tag.start() < position:
            continue
        tree.parts.append(text[position : tag.start()])
        position = tag.end()
        name = tag["name"].lower()
        if name in _PLAIN_BLOCKS:
            name, attributes = "div", ""
        else:
            attributes = tag["attributes"].rstrip("/ \n\t")
        if tag["end"]:
            tree.end(name)
        elif name in PLAYED and _end_of(text, name, position, ends) == position:
            tree.start(name, attributes)  # else all that follows would be what stands in it
            tree.end(name)
        elif name in ALLOWED:
            tree.start(name, attributes)
        elif (name in LEFT_OUT or name in UNSAFE) and name not in EMPTY:
            position = _end_of(text, name, position, ends)
    tree.parts.append(text[position:])
    tree.close(0)
    return "".join(tree.parts), tree.too_deep


def _end_of(text: str, name: str, position: int, ends: dict[str, int]) -> int:
    """Behind the end tag of an element that begins before `position`; where it has none, only its
    tag is left out."""
    known = ends.get(name, 0)
    if known < position:
        found = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(text, position)
        known = ends[name] = found.end() if found else len(text) + 1
    return known if known <= len(text) else position


def clean(text: str) -> str:
    """HTML whose tags are in pairs, made safe by nh3."""
    return _cleaner().clean(text)
