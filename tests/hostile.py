"""Hostile inputs: what no one writes, and what every reader and every markup must survive.

Any bytes give notes or a clear error: never a traceback, never a hang. The tests run all inputs
at a small size. `python tests/hostile.py SECONDS SEED` runs them at 50 KB and 2 MB, each in a
process of its own, and then good documents with random changes for so many seconds; it prints a
table, and fails where anything took longer than 10 s or came out wrong.
"""

from __future__ import annotations

import io
import multiprocessing
import random
import sys
import time
import traceback
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html.parser import HTMLParser
from itertools import product
from multiprocessing.connection import Connection

from deckwright import naming, report
from deckwright.diagnostics import Diagnostic, has_errors
from deckwright.markup import rich
from deckwright.note import Note
from deckwright.readers import READERS, Known, Reader
from deckwright.source import Source, Undecodable, decode

SIZES = (50_000, 2_000_000)
"""Bytes of an input. What is too large for some step is not given to it: so a smaller one, too."""
LONGEST = 10.0
"""Seconds that any input of this size may take."""

Input = Callable[[int], bytes]
"""Makes bytes of about a size."""


def many(unit: str, head: str = "", tail: str = "") -> Input:
    """A unit again and again, between a head and a tail."""

    def made(size: int) -> bytes:
        body = unit.encode()
        left = max(size - len(head.encode()) - len(tail.encode()), 0)
        return head.encode() + body * (left // len(body)) + tail.encode()

    return made


def nested(start: str, middle: str, end: str) -> Input:
    """Something inside itself, as deep as the size allows."""

    def made(size: int) -> bytes:
        depth = size // (len(start.encode()) + len(end.encode()))
        return (start * depth + middle + end * depth).encode()

    return made


def staircase(step: str, unit: str) -> Input:
    """Lines that stand in deeper and deeper."""

    def made(size: int) -> bytes:
        lines, length = [], 0
        while length < size:
            lines.append(step * len(lines) + unit)
            length += len(lines[-1])
        return "\n".join(lines).encode()

    return made


def encoded(text: str, encoding: str, head: bytes = b"") -> Input:
    return lambda size: head + (text * (size // len(text) + 1)).encode(encoding)[:size]


def raw(unit: bytes, head: bytes = b"") -> Input:
    return lambda size: head + unit * ((size - len(head)) // len(unit))


def _noise(size: int) -> bytes:
    return random.Random(1).randbytes(size)


def _zip(size: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("collection.anki2", _noise(size))
    return file.getvalue()


def _laughs(size: int) -> bytes:
    lines = ["notes:", "- a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    for n in range(1, size // 60):
        aliases = ", ".join([f"*a{n - 1}"] * 9)
        lines.append(f"- a{n}: &a{n} [{aliases}]")
    return "\n".join(lines).encode()[:size]


def _keys(size: int) -> bytes:
    return "".join(f"k{n}: v\n" for n in range(size // 10)).encode()


def _columns(size: int) -> bytes:
    columns = size // 20
    row = ",".join(f"c{n}" for n in range(columns))
    return f"{row}\n{row}\n{row}\n".encode()


def _ragged(size: int) -> bytes:
    rows = ["Front,Back,tags"]
    rows += ["x" + ",y" * (n % 7) for n in range(size // 9)]
    return "\n".join(rows).encode()


# Words that must do no harm where they come out.
SCRIPTS = (
    '<script>alert(1)</script><img src=x onerror="alert(1)"><a href="javascript:alert(1)">a</a>'
    "<svg/onload=alert(1)><iframe src=//x></iframe><a href=' java\tscript:alert(1)'>b</a>"
    '<div style="background:url(javascript:alert(1))">c</div><math><mi xlink:href="data:x,y">\n'
)

INPUTS: Mapping[str, Input] = {
    # Nothing, or nearly
    "empty": lambda _: b"",
    "NULs": many("\0"),
    "blanks": many(" "),
    "tabs": many("\t"),
    "newlines": many("\n"),
    "carriage returns": many("\r"),
    "mixed line ends": many("a\r\nb\rc\n\r\n\r"),
    "line separators": many("a\u2028b\u2029c\u0085d\v\f"),
    "control characters": many("".join(map(chr, range(1, 32))) + "\x7f\x80\x9f"),
    # Encodings
    "noise": _noise,
    "zip": _zip,
    "UTF-16": encoded("Front\tBack\n", "utf-16-le", b"\xff\xfe"),
    "UTF-16 without a mark": encoded("Front\tBack\n", "utf-16-le"),
    "UTF-32": encoded("Front\tBack\n", "utf-32-le", b"\xff\xfe\x00\x00"),
    "Latin-1": encoded("Käse und Brötchen\n\n", "latin-1"),
    "byte order marks": many("\ufeff"),
    "lone surrogates": raw(b"a\xed\xa0\x80b\n"),
    "invalid at the end": lambda size: b"a " * (size // 2) + b"\xc3",
    "overlong": raw(b"\xc0\xaf"),
    "marks on one letter": many("\u0301", head="# a"),
    "long decompositions": many("\ufdfa\u0344\u1e9b\u0323"),
    "right to left": many("\u202e\u2066\u200fשלום\u2069\u202c "),
    "emoji joined": many("👩\u200d👩\u200d👧\u200d👦"),
    # One thing, again and again
    **{
        f"{unit} again and again": many(unit)
        for unit in (
            *("*", "**a", "_a", "[", "]", "![", "[[", "![[", "[a](", "[a]: b\n", "(", "<", "<!"),
            *("<!--", "-->", "<a ", "<a b='", "</", "<?", "<![CDATA[", "&", "&#", "&#x1", "{"),
            *("{{", "}}", "}", "{{c1::", "{{c::", "{{c1,2::a}}", "{{c1::a::", "==", "==a", "$"),
            *("$$", "$a", "\\(", "\\[", "\\", "`", "``a`", "~", "~~~\n", "|", "|-", "| a ", '"'),
            *('""', '"a', "'", ",", ";", "#", "# ", "# a\n", "## a\n\n", "#a ", "{#", "{#a .b}"),
            *(">", "> ", "-", "- ", "- a\n", "+ ", "1. ", "=", "a\n===\n", "---\n", "%", "%%"),
            *("%%a", "^", "^a\n", "@", ":", "a: ", "::", "? ", "!", "Q:\n", "Q: a\n", "A: b\n"),
            *("C: [a] b\n", "Q: a\nA: b\n\n", "**Q:** ", ": a\n", "a\n: b\n", "[sound:"),
            *("[sound:a.mp3]", "[latex]", "[^1]", "[^1]: a\n", "http://a.b ", "a@b.c ", "\t- a\n"),
            *("<div>", "<b>", "<p>", "<table><tr><td>", "<td>a", "<li>", "<ul><li>"),
            *("<dl><dt>a<dd>b", "<details><summary>", "<h1>a", "<script>", "<style>", "<svg>"),
            *("<math>", "<pre>", "<br>", "<img src=a.png>", "<option>", "<font>", "<template>"),
            *("<a><div>", "<b><i></b></i>", "!!python/object/apply:os.system [a]\n", "- &a a\n"),
            *("- *a\n", "- {a: b}\n", "- [a]\n"),
        )
    },
    # Never closed
    "front matter unclosed": many("a: b\n", head="---\n"),
    "front matter of keys": lambda size: b"---\n" + _keys(size - 20) + b"---\n# a\n\nb\n",
    "front matter of laughs": lambda size: b"---\n" + _laughs(size - 20) + b"\n---\n# a\n\nb\n",
    "fence unclosed": many("a = b\n", head="# a\n\n```python\n"),
    "fences of every length": lambda size: "".join(
        "`" * (3 + n % 60) + "\n" for n in range(size // 34)
    ).encode(),
    "comment unclosed": many("a\n", head="# a\n\n<!-- "),
    "quote unclosed": many("a,b\n", head='Front,Back\n"'),
    "attribute unclosed": many("a ", head='<p title="'),
    "tag unclosed": many("a=b ", head="<p "),
    "deletion unclosed": many("a ", head="{{c1::"),
    "math unclosed": many("a ", head="$$"),
    "code span unclosed": many("a ", head="`"),
    "YAML quote unclosed": many("a ", head='notes:\n- Front: "'),
    "YAML list unclosed": many("a, ", head="notes: ["),
    "script unclosed": many("a < b; ", head="<p>a</p><script>"),
    "title unclosed": many("<p>a", head="<title>"),
    "textarea unclosed": many("<p>a", head="<textarea>"),
    # Deep
    "deep divs": nested("<div>", "a", "</div>"),
    "deep lists": nested("<ul><li>", "a", "</li></ul>"),
    "deep tables": nested("<table><tr><td>", "a", "</td></tr></table>"),
    "deep details": nested("<details><summary>a</summary>", "b", "</details>"),
    "deep bold": nested("<b>", "a", "</b>"),
    "deep deletions": nested("{{c1::", "a", "}}"),
    "deep quotes": many("> ", tail="a"),
    "deep YAML": nested("{a: ", "b", "}"),
    "deep YAML list": nested("[", "a", "]"),
    "deep YAML in notes": many("- ", head="notes:\n"),
    "staircase of items": staircase("  ", "- a"),
    "staircase of quotes": staircase("> ", "a"),
    "staircase of YAML": staircase(" ", "a:"),
    "staircase of blanks": staircase(" ", "a"),
    # Large
    "one line": many("word "),
    "one word": many("a"),
    "paragraphs": many("A text of some words.\n\n"),
    "titles": many("A title\n\nAnd its text, which goes on.\n\n"),
    "headings": many("## A heading\n\nText.\n\n"),
    "same ids": many("## A {#a}\n\nText.\n\n"),
    "Markdown table": many("| a | b |\n", head="# a\n\n| a | b |\n|---|---|\n"),
    "wide Markdown table": lambda size: b"|" + b"a|" * (size // 6) + b"\n|" + b"-|" * (size // 6)
    + b"\n|" + b"b|" * (size // 6),
    "HTML table": many("<tr><td>a<td>b", head="<table>"),
    "HTML table of empty cells": many("<td>", head="<table><tr>"),
    "HTML attributes": many(" a=b", head="<p", tail=">c</p>"),
    "HTML classes": many("a ", head='<p class="', tail='">c</p>'),
    "HTML page": many("<h2>A</h2><p>b</p>\n", head="<!doctype html><title>a</title><body>"),
    "HTML definitions": many("<dt>a</dt><dd>b</dd>\n", head="<dl>", tail="</dl>"),
    "HTML meta": many("<meta charset=utf-16>"),
    "HTML data image": many("QUJD", head='<img src="data:image/png;base64,', tail='">'),
    "HTML comments": many("<!-- a -->"),
    "rows": many("a question,an answer\n", head="Front,Back\n"),
    "rows of one cell": many("a\n"),
    "rows of empty cells": many(",,,,\n", head="Front,Back\n"),
    "rows of empty quotes": many('"",""\n', head="Front,Back\n"),
    "rows in quotes": many('"a ""b"" c","d\ne"\n', head="Front,Back\n"),
    "same rows": many("a,b,tag\n", head="Front,Back,tags\n"),
    "columns": _columns,
    "ragged rows": _ragged,
    "semicolons and tabs": many("a;b\tc|d,e\n"),
    "an export of Anki": many("g\tBasic\tA::B\ta\tb\tc d\n", head="#separator:tab\n#html:true\n"
    "#guid column:1\n#notetype column:2\n#deck column:3\n#tags column:6\n"),
    "an export's head alone": many("#separator:tab\n"),
    "columns beyond all": many(
        "a\tb\n", head=f"#separator:tab\n#guid column:{10**30}\n#tags column:-1\n"
    ),
    "YAML notes": many("- Front: a b\n  Back: c\n", head="notes:\n"),
    "YAML tags": many("a ", head="notes:\n- Front: a\n  tags: "),
    "YAML fields": lambda size: b"notes:\n- fields:\n    " + _keys(size).replace(b"\n", b"\n    "),
    "YAML keys": _keys,
    "YAML block": many("  a\n", head="notes:\n- Front: |\n"),
    "YAML escapes": many("\\u0041", head='notes:\n- Front: "', tail='"\n'),
    "YAML late mistake": many("- Front: a b\n  Back: c\n", head="notes:\n", tail="\t@: ["),
    "YAML documents": many("---\nnotes: []\n...\n"),
    "YAML keys that are complex": many("? [a]\n: b\n"),
    "YAML merges": many("- <<: {a: b}\n", head="notes:\n"),
    "billion laughs": _laughs,
    "laughing entities": lambda size: b'<!DOCTYPE a [<!ENTITY a "a">' + b"".join(
        f'<!ENTITY a{n} "{"&a;" * 9}">'.encode() for n in range(size // 60)
    ) + b"]><a>&a9;</a>",
    # Dangerous
    "scripts": many(SCRIPTS),
    "scripts below a heading": many(f"## {SCRIPTS}\n{SCRIPTS}\n"),
    "scripts in rows": many('"' + SCRIPTS.replace('"', '""') + '",b\n', head="Front,Back\n"),
    "templates": many("{{#a}}{{^b}}{{FrontSide}}{{type:Back}}{{/b}}{{/a}} "),
    "paths": many(
        "![a](../../../etc/passwd) ![[/etc/shadow]] <img src='file:///x'> [sound:..\\..\\a]\n"
    ),
    "code that runs": many("!!python/object/apply:os.system ['exit 1']\n", head="notes:\n- "),
}  # fmt: skip


_PAGE = """\
The castes of bees

A colony has three castes.

- Queen: lays
- Worker: builds
"""
_MARKDOWN = """\
---
deck: Bees::Castes
tags: [bees, a/b]
---
# Castes

Text above.

## Queen {#queen .important}
<!-- tags: a b -->

She **lays** `eggs`, $x^2$.

```python
print(1)
```

| a | b |
|---|---|
| c | d |

![[queen.png|300]] ^block
"""
_VAULT = """\
Q: Who lays?
A: The queen

C: The [queen] lays {{c1::eggs::what?}}

> [!note] A
> b

%%hidden%% [[page|text]] ==mark== #bees/castes

Setext
===

1. one
   - two
"""
_HTML = """\
<!doctype html><html><head><meta charset=utf-8><title>Bees</title><style>a{}</style></head>
<body><nav><a href=x>Home</a></nav><main><h1>Bees</h1><h2 id=a>Queen</h2><p>She <b>lays</b>
eggs<br>&amp; more.<img src=bees_files/q.png data-src=x></p><dl><dt>Drone</dt><dd>male</dd></dl>
<details><summary>Why?</summary><p>So.</p></details><table><tr><th>Q<th>A<tr><td>a<td>b</table>
</main><footer>More</footer><script>x<y</script></body></html>
"""
_TABLE = """\
Front,Back,tags,id,guid,deck
"Who ""lays""?","The
queen",bees castes,q1,Ab,Bees
Drone,male,,,,
"""
_EXPORT = """\
#separator:tab
#html:true
#guid column:1
#notetype column:2
#deck column:3
#tags column:6
Ab\tBasic\tBees\t"a ""b\"""\t<b>c</b>\tx y
"""
_YAML = """\
type: Basic
deck: Bees
tags: [a, b]
notes:
  - Front: Who lays?
    Back: "The queen"
  - fields:
      Front: |
        A block
      Back: 'b'
    id: a/b
  - [a, b]
"""
GOOD: Mapping[str, Sequence[str]] = {
    ".txt": (_PAGE,),
    ".md": (_MARKDOWN, _VAULT),
    ".html": (_HTML,),
    ".csv": (_TABLE, _EXPORT, "a;b;c\nd;e;f\n"),
    ".tsv": (_EXPORT,),
    ".yaml": (_YAML,),
}
"""Documents in which nothing is wrong, by suffix."""

_SPICE = (
    *"\0\t\n\r \"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~é\u0301\u2028\u202e😀\ufeff",
    *("```", "---\n", "{{c1::", "}}", "<!--", "-->", "<div>", "</td>", "==", "![[", "$$", "%%"),
    *("\n\n", "Q: ", "A: ", "C: ", "- ", "# ", '""', "::", "&#0;", "<script>", "!!a ", "&a ", "*a"),
)  # fmt: skip


# What must hold ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an input: seconds of the processor, counts, what a user is told first, what is
    wrong."""

    seconds: float
    notes: int = 0
    told: int = 0
    first: str = ""
    wrong: tuple[str, ...] = ()


def read(reader: Reader, data: bytes) -> Outcome:
    """Read bytes as a file of a reader's first suffix."""
    path = f"hostile{reader.suffixes[0]}"
    start = time.process_time()
    source = reader.decode(path, data)
    if isinstance(source, Undecodable):
        seconds = time.process_time() - start
        inside = 0 <= source.offset <= len(source.shown.text)
        wrong = () if inside and source.message and source.hint else ("a bad Undecodable",)
        return Outcome(seconds, 0, 1, source.message, wrong)
    notes, told = reader.read(source, reader.options(), Known())
    seconds = time.process_time() - start
    first = next((each.message for each in sorted(told, key=lambda d: -d.severity)), "")
    return Outcome(seconds, len(notes), len(told), first, tuple(wrongs(source, notes, told)))


def wrongs(source: Source, notes: Sequence[Note], told: Sequence[Diagnostic]) -> Iterator[str]:
    """All that does not hold of what a reader gave for a source."""
    text, length = source.text, len(source.text)
    for diagnostic in told:
        span = diagnostic.span
        if span and not (span.path == source.path and 0 <= span.start <= span.end <= length):
            yield f"{diagnostic.code} points outside: {span}"
        said = (diagnostic.message + diagnostic.hint).replace("\t", " ")  # a terminal will show it
        if not diagnostic.message or any(unicodedata.category(char) == "Cc" for char in said):
            yield f"{diagnostic.code} says {said!r}"
    if not notes and not told and text.strip():
        yield "neither notes nor a word about it"
    failed = has_errors(told)
    for note in notes:
        if not note.key and not failed:
            yield "a note without a key, and no error"
        for span in (note.span, *(field.span for field in note.fields)):
            if span and not 0 <= span.start <= span.end <= length:
                yield f"{note.key} lies outside: {span}"
        for field in note.fields:
            span = field.span
            if span and field.exact and text[span.start : span.end] != field.value:
                yield f"{note.key} {field.name} is not exact: {span}"
        for words in (note.key, note.guid or "a", *note.tags):
            if any(map(str.isspace, words)) and not failed:
                yield f"a blank in {words[:80]!r}"
        if note.deck.removeprefix("::"):
            try:
                naming.deck(note.deck.removeprefix("::"))
            except naming.Mistake as mistake:
                yield f"{mistake}"
    # Showing what was told must work, too.
    shown = list(report.text(told[:20], {source.path: source}))
    if told and not shown:
        yield "nothing is shown"


class _Dangers(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "embed", "style", "form", "meta", "base", "link"):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            plain = "".join(char for char in (value or "").lower() if char.isprintable())
            if name.startswith("on") or "javascript:" in plain.replace(" ", ""):
                self.found.append(f"{name}={value!r:.60}")


FORMS = (
    *(("markdown", False), ("markdown==[]", True), ("html", False), ("html", True)),
    *(("text", False), ("text", True)),
)
"""Forms of markup, and whether the note is a cloze note."""


def render(form: str, cloze: bool, data: bytes, *, parse: bool = True) -> Outcome:
    """Make HTML of bytes; `parse`: look for what could run in it."""
    source = decode("hostile", data.decode("utf-8", "replace").encode())
    assert isinstance(source, Source)
    start = time.process_time()
    html, findings = rich.to_html(source.text, form, cloze=cloze, show=lambda name: name)
    seconds = time.process_time() - start
    wrong = []
    if any(not 0 <= each.start <= each.end <= len(source.text) for each in findings):
        wrong.append("a finding points outside")
    html.encode()
    if parse:
        dangers = _Dangers()
        dangers.feed(html)
        wrong += dangers.found
    first = findings[0].message if findings else ""
    return Outcome(seconds, bool(html), len(findings), first, tuple(wrong))


def subjects() -> dict[str, Callable[[bytes], Outcome]]:
    """All that must survive, by name."""
    readers = {reader.name: partial(read, reader) for reader in READERS}
    forms = {
        f"markup {form}{' cloze' * cloze}": partial(render, form, cloze) for form, cloze in FORMS
    }
    return {**readers, **forms}


def mutated(random: random.Random, document: bytes) -> bytes:
    """A good document with a few changes."""
    for _ in range(random.randint(1, 6)):
        at, end = sorted(random.randrange(len(document) + 1) for _ in range(2))
        end = min(end, at + random.choice((1, 3, 30)))
        spice = random.choice(_SPICE).encode() * random.choice((1, 1, 1, 2, 3, 50))
        document = random.choice(
            (
                document[:at] + spice + document[at:],
                document[:at] + spice + document[end:],
                document[:at] + document[end:],
                document[:end] + document[at:],
                document[:at] + random.randbytes(1) + document[at + 1 :],
            )
        )
    return document


def documents() -> list[bytes]:
    return [text.encode() for texts in GOOD.values() for text in texts]


# The command -------------------------------------------------------------------------------------


def _guarded(subject: Callable[[bytes], Outcome], data: bytes) -> Outcome:
    start = time.process_time()
    try:
        return subject(data)
    except BaseException:
        *lines, last = traceback.format_exc().strip().split("\n")
        calls = [line.strip() for line in lines if line.startswith("  File")]
        wrong = " < ".join([last[:200], *reversed(calls[-3:])])
        return Outcome(time.process_time() - start, wrong=(wrong,))


def _send(pipe: Connection, subject: Callable[[bytes], Outcome], data: bytes) -> None:
    pipe.send(_guarded(subject, data))


def timed(subject: Callable[[bytes], Outcome], data: bytes, limit: float) -> Outcome:
    """Run in a process of its own, which is ended after `limit` seconds."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_send, args=(theirs, subject, data))
    process.start()
    theirs.close()
    try:
        if ours.poll(limit):
            return ours.recv()
        process.kill()
        return Outcome(limit, wrong=(f"still running after {limit:.0f} s",))
    except EOFError:
        process.join()
        return Outcome(0, wrong=(f"died with {process.exitcode}",))
    finally:
        process.join()


def main(seconds: float, seed: int, only: Sequence[str] = ()) -> int:
    """Print a line for each subject and input; return how many went wrong."""
    failures = 0
    chosen = {name: run for name, run in subjects().items() if not only or name in only}
    slowest: dict[str, tuple[float, str]] = {}
    print(f"| subject | input | MB | seconds | notes | told | first |\n|{'---|' * 7}")
    for title, size in product(INPUTS, SIZES):
        data = INPUTS[title](size)
        for name, run in chosen.items():
            run = partial(run, parse=False) if run.func is render else run
            found = timed(run, data, 6 * LONGEST)
            slowest[name] = max(slowest.get(name, (0, "")), (found.seconds, title))
            bad = [*found.wrong[:3]] + ["TOO SLOW"] * (found.seconds > LONGEST)
            failures += bool(bad)
            first = " ".join([found.first, *(f"**{each}**" for each in bad)])
            counts = f"{len(data) / 1e6:.2f} | {found.seconds:.2f} | {found.notes} | {found.told}"
            print(f"| {name} | {title!r} | {counts} | {first} |", flush=True)
    print("\nSlowest:", *(f"{n}: {s:.2f} s ({t!r})" for n, (s, t) in slowest.items()), sep="\n  ")
    chance, good = random.Random(seed), documents()
    counts = dict.fromkeys(chosen, 0)
    longest = dict.fromkeys(chosen, 0.0)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        data = mutated(chance, chance.choice(good))
        for name, run in chosen.items():
            found = _guarded(run, data)
            counts[name] += 1
            longest[name] = max(longest[name], found.seconds)
            if found.wrong or found.seconds > LONGEST:
                failures += 1
                print(f"{name}: {found.seconds:.2f} s {found.wrong[:3]}\n  {data!r}")
    print(f"\nRandom changes, {seconds:.0f} s, seed {seed}:")
    for name in chosen:
        print(f"  {name}: {counts[name]} documents, the slowest {longest[name]:.3f} s")
    print(f"{failures} went wrong")
    return failures


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: python tests/hostile.py SECONDS SEED [SUBJECT...]")
    sys.exit(main(float(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]) > 0)
