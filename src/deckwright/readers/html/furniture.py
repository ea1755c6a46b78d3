"""What of a web page is no study text: what the site puts around it, and what no one sees."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckwright.readers.html.tree import HEADINGS, Document, Element, text_of

_ALWAYS = {
    "head": "the page's head",
    "title": "the page's title",
    "script": "a script",
    "style": "a style",
    "link": "a style",
    "noscript": "a text for browsers without scripts",
    "template": "a template",
    "nav": "navigation",
    "menu": "navigation",
    "footer": "a footer",
    "iframe": "another page",
    "frame": "another page",
    "frameset": "another page",
    "noframes": "another page",
    "object": "a plug-in",
    "embed": "a plug-in",
    "applet": "a plug-in",
    "dialog": "a dialog",
    **dict.fromkeys(
        "input select textarea option optgroup datalist output progress meter legend label".split(),
        "a form",
    ),
}
_SECTIONS = frozenset("article section main li details td dd blockquote".split())
_QUESTIONS = frozenset((*HEADINGS, "dt", "summary", "th"))
_KEPT = frozenset("html body main article td tr th tbody table dt dd dl summary details".split())
_ROLES = {
    "navigation": "navigation",
    "banner": "a header",
    "contentinfo": "a footer",
    "search": "a form",
    "dialog": "a dialog",
    "alertdialog": "a dialog",
    "menu": "navigation",
    "menubar": "navigation",
    "toolbar": "navigation",
}
_SITE = (
    (re.compile(r"ads?|ads?-.+|adsbygoogle|advert.*|sponsor(?:ed)?|.*-ads?|banner-?ad"), "an ad"),
    (
        re.compile(
            r".*cookie-?(?:banner|bar|consent|notice|popup|message|law|info|policy)s?.*"
            r"|gdpr.*|onetrust.*|cc-window|(?:cookie-)?consent-?(?:banner|bar|popup|manager)?"
        ),
        "a notice on cookies",
    ),
    (
        re.compile(
            r"nav|navbar|navigation|breadcrumbs?|pagination|pager|sidebar|skip-(?:link|to-.*)"
            r"|headerlink|anchor-link|mw-editsection|printfooter|catlinks|(?:site|page)-nav"
        ),
        "navigation",
    ),
    (re.compile(r"(?:site|page|global)-header"), "a header"),
    (re.compile(r"(?:site|page|global)-footer|footer"), "a footer"),
    (
        re.compile(
            r"share|sharing|share-?(?:buttons?|bar|links?|icons?)|sharedaddy|addthis.*"
            r"|social-?(?:share|sharing|links?|icons?|media|bar)|newsletter(?:-.*)?|subscribe-.*"
        ),
        "links to share",
    ),
)
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_PERMALINK = frozenset(("#", "¶", "§", "🔗", "⚓", "\u200b", ""))
HIDDEN = "hidden"
_HOLDERS = frozenset(("main", "article", "dl", "details", "table", *HEADINGS))


def furniture(document: Document) -> Iterator[tuple[Element, str]]:
    """The elements that are the site's own, each with what it is, in the order of the page.
    Where it is `HIDDEN`, what stands in it is looked through too."""
    holders: set[int] = set()  # what holds cards, as far as one can tell: it stays
    for tag in document.named(_HOLDERS):
        for parent in tag.parents:
            if id(parent) in holders:
                break
            holders.add(id(parent))
    for child in document.soup.contents:
        if isinstance(child, Element):
            yield from _in(child, False, False, holders)


def _in(
    tag: Element, sectioned: bool, asked: bool, holders: set[int]
) -> Iterator[tuple[Element, str]]:
    name = tag.name
    reason = _reason(tag, sectioned, asked, id(tag) in holders)
    if reason:
        yield tag, reason
        if reason is not HIDDEN:
            return
    sectioned = sectioned or name in _SECTIONS
    asked = asked or name in _QUESTIONS
    for child in tag.contents:
        if isinstance(child, Element):
            yield from _in(child, sectioned, asked, holders)


def _reason(tag: Element, sectioned: bool, asked: bool, holds_cards: bool) -> str:
    name = tag.name
    if name in _ALWAYS:
        return _ALWAYS[name]
    if name == "button":
        return "" if asked else "a form"
    if name in ("header", "aside"):
        return "" if sectioned else f"{'a header' if name == 'header' else 'a sidebar'}"
    if name in ("form", "fieldset"):
        return "" if holds_cards else "a form"
    attributes = tag.attrs
    if not attributes:
        return ""
    small = name == "a" and asked and tag.end - tag.start < 1000
    if small and not tag.find("img") and text_of(tag).strip() in _PERMALINK:
        return "a link to itself"
    if name not in _KEPT and name not in _QUESTIONS:
        role = str(attributes.get("role", "")).lower()
        if role in _ROLES:
            return _ROLES[role]
        said = attributes.get("class") or ()
        names = [said] if isinstance(said, str) else list(said)
        if "id" in attributes:
            names.append(str(attributes["id"]))
        for each in names:
            word = re.sub(r"[\s_]+", "-", each.lower())[:60]
            for pattern, reason in _SITE:
                if pattern.fullmatch(word) and not holds_cards:
                    return reason
    if (
        "hidden" in attributes
        or str(attributes.get("aria-hidden", "")).lower() == "true"
        or ("style" in attributes and _HIDDEN.search(str(attributes["style"])))
    ):
        return HIDDEN if name not in ("html", "body") else ""
    return ""
