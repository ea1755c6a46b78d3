"""YAML as nodes with their places, and all that is wrong with it: `deck.yaml`, the front matter of
sources, and what else people write in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from deckwright.diagnostics import Diagnostic, Rule, errors_in_deck_yaml
from deckwright.naming import quoted
from deckwright.source import Source, Span

_rule = errors_in_deck_yaml({"birds.md": "Q: Which bird hammers on trees?\nA: The woodpecker\n"})


SYNTAX = _rule(
    "C001",
    "yaml-syntax",
    "What is no YAML cannot be read at all.",
    "Mend the line that is shown, or the one above. A text with a sign of YAML in it "
    '(": ", " #", or a bracket or a quote at its start) goes in quotes.',
    "id: birds\nname: Birds: a first deck\nsources: [birds.md]\n",
    'id: birds\nname: "Birds: a first deck"\nsources: [birds.md]\n',
)
NO_MAPPING = _rule(
    "C002",
    "no-mapping",
    "What is to be said by name is a mapping: `key: value`.",
    'Write each value behind its key, such as "name: Birds".',
    "- birds.md\n",
    "id: birds\nname: Birds\nsources:\n  - birds.md\n",
)
DUPLICATE = _rule(
    "C003",
    "duplicate-key",
    "Of two equal keys YAML drops one without a word.",
    "Leave one of them out, or unite what stands below them.",
    "id: birds\nname: Birds\nsources: [birds.md]\nname: Birds of the wood\n",
    "id: birds\nname: Birds of the wood\nsources: [birds.md]\n",
)
ALIAS = _rule(
    "C004",
    "yaml-alias",
    "A few nested aliases can stand for gigabytes of text.",
    "Write the value out wherever it is needed.",
    "id: birds\nname: &name Birds\ndescription: *name\nsources: [birds.md]\n",
    "id: birds\nname: Birds\ndescription: Birds\nsources: [birds.md]\n",
)
TAG = _rule(
    "C005",
    "yaml-tag",
    "A YAML tag can make a program build whatever it names.",
    'Leave it out. A text that begins with "!" goes in quotes.',
    "id: birds\nname: !text Birds\nsources: [birds.md]\n",
    "id: birds\nname: Birds\nsources: [birds.md]\n",
)
WRONG_TYPE = _rule(
    "C007",
    "wrong-type",
    "YAML reads no, 2024 and 1:30 as something but text.",
    "Write what is expected; a text that YAML would read as a number, a date or a truth goes in "
    "quotes.",
    "id: birds\nname: 2026\nsources: [birds.md]\n",
    'id: birds\nname: "2026"\nsources: [birds.md]\n',
)
UNKNOWN_KEY = _rule(
    "C006",
    "unknown-key",
    "A misspelt key would be left out without a word.",
    "Write the key as it is meant, or remove it.",
    "id: birds\nname: Birds\nsources: [birds.md]\ndescripton: Birds of the wood.\n",
    "id: birds\nname: Birds\nsources: [birds.md]\ndescription: Birds of the wood.\n",
)
MISSING = _rule(
    "C008",
    "missing-key",
    "What is left out cannot be guessed.",
    "Add the key with its value.",
    "name: Birds\nsources: [birds.md]\n",
    "id: birds\nname: Birds\nsources: [birds.md]\n",
)
WRONG_VALUE = _rule(
    "C017",
    "wrong-value",
    "The value is none of those that the key can have.",
    "Write one of those that are named.",
    "id: birds\nname: Birds\nsources: [birds.md]\nlock: on-relase\n",
    "id: birds\nname: Birds\nsources: [birds.md]\nlock: on-release\n",
)
LIMIT = _rule(
    "C018",
    "limit",
    "What is far larger or deeper than a real one is a mishap.",
    "Write it flatter, or divide it into several files.",
    "id: birds\nname: Birds\nsources: [[[[[[[[[[[[[[[[[[[[[birds.md]]]]]]]]]]]]]]]]]]]]]\n",
    "id: birds\nname: Birds\nsources: [birds.md]\n",
)
RULES = (
    *(SYNTAX, NO_MAPPING, DUPLICATE, ALIAS, TAG, WRONG_TYPE),
    *(UNKNOWN_KEY, MISSING, WRONG_VALUE, LIMIT),
)

LARGEST = 500_000
"""Characters of a `deck.yaml`: 2,000 overrides, read in 2 s."""
_DEEPEST = 20  # levels; the deepest key of a real project is on the sixth
_ODD = ("int", "float", "timestamp")  # 1:30, 0x10, .nan, 2026-11-01
_MOST = 200_000  # values, which PyYAML's own parser reads in 5 s; so any text is read in 10 s
_PLAIN_NUMBER = re.compile(r"[-+]?(?:0|[1-9]\d{0,18})(\.\d{0,20})?")
FOUND = {"mapping": "a mapping", "list": "a list", "text": "text", "number": "a number"}
FOUND |= {"truth": "true or false", "nothing": "nothing"}
_SYNTAX = (  # what PyYAML says, what we say, the way out
    ("indentation indicators", "text behind a | or >", "begin the text in the next line"),
    ("block end", "the indentation fits nothing above", "align the keys of a mapping"),
    ("mapping values", "a key where none can be", 'put a text with ": " in it in quotes'),
    ("unknown escape", "an unknown escape", "put the text in single quotes, or double the \\"),
    ("expected ':'", "a key without a colon", 'write "key: value", with a blank after the colon'),
    ("'\\t'", "a tab", "indent with blanks, not with tabs"),
    ("entries are not", 'a "-" where no list can begin', "put the text in quotes"),
    ("cannot start any", "a character that begins no value", "put the text in quotes"),
    ("end of stream", "quotes that are not closed", "close them"),
    ("expected ',' or", "a comma or bracket is missing", "add it, or put the text in quotes"),
)


@dataclass(slots=True)
class Node:
    """A value with its place. `kind` is one of `FOUND`, or `refused` for what was told already;
    `raw` is a scalar as it was written, `key` the place of its key in a mapping."""

    kind: str
    start: int
    end: int
    value: Any = None
    raw: str = ""
    items: dict[Any, Node] = field(default_factory=dict)
    key: tuple[int, int] | None = None

    @property
    def place(self) -> tuple[int, int]:
        """Where to point: at the value, or at the key of one that is not there."""
        return self.key if self.key and self.start == self.end else (self.start, self.end)

    def get(self, *path: str | int) -> Node | None:
        node: Node | None = self
        for part in path:
            node = node.items.get(part) if node else None
        return node

    def named(self, name: str) -> Iterator[Node]:
        """The texts with this key, however deep."""
        for key, item in self.items.items():
            if key == name and item.kind == "text":
                yield item
            yield from item.named(name)

    def plain(self) -> Any:
        if self.kind == "mapping":
            return {key: item.plain() for key, item in self.items.items()}
        return [i.plain() for i in self.items.values()] if self.kind == "list" else self.value


class _Stop(Exception):
    """Reading cannot go on; the reason has been told."""


class Tree:
    """Reads YAML into nodes and collects what is `found`. From the parser's events: unlike
    `yaml.compose` they need no stack for hostile nesting and show anchors, tags and equal keys.

    `part` is where the YAML stands in the source (front matter, say), if it is not all of it; all
    places are offsets into the whole source. `expected` is the hint where it is no mapping, and
    `largest` how many characters are read. `texts`: what YAML reads as a date or an odd number
    (1:30, 0x10, 007) is text as it was written, for where people write words without quotes."""

    def __init__(
        self,
        source: Source,
        part: tuple[int, int] | None = None,
        expected: str = 'begin with the keys "id", "name" and "sources"',
        largest: int = LARGEST,
        *,
        texts: bool = False,
    ) -> None:
        self.source, self.texts = source, texts
        self.base, end = part or (0, len(source.text))
        self.text = source.text[self.base : end]
        self.expected, self.largest = expected, largest
        self.found: list[Diagnostic] = []
        self.loader: Any = None
        self.values = 0

    def tell(
        self, rule: Rule, message: str, at: tuple[int, int], hint: str, other: Span | None = None
    ) -> None:
        self.found.append(Diagnostic(rule, message, self.source.span(*at), hint, other=other))

    def stop(self, rule: Rule, message: str, at: int, hint: str) -> None:
        self.tell(rule, message, (at, at), hint)
        raise _Stop

    def _place(self, event: Any) -> tuple[int, int]:
        return event.start_mark.index + self.base, event.end_mark.index + self.base

    def read(self) -> Node | None:
        """The mapping that the text is, None where it is none."""
        import yaml

        # libyaml is ten times as fast, with the same places wherever it can read. Only PyYAML's own
        # parser says what is wrong; and it is there where PyYAML was installed without libyaml.
        if fast := getattr(yaml, "CSafeLoader", None):
            try:
                return self._read(yaml, fast)
            except (yaml.YAMLError, ValueError):
                self.found.clear()
        try:
            return self._read(yaml, yaml.SafeLoader)
        except yaml.reader.ReaderError as error:
            at, char = error.position + self.base, self.text[error.position]
            self.tell(SYNTAX, f"YAML has no character U+{ord(char):04X}", (at, at + 1), "remove it")
        except yaml.MarkedYAMLError as error:
            mark, problem = error.problem_mark or error.context_mark, str(error.problem)
            known = (entry[1:] for entry in _SYNTAX if entry[0] in problem)
            message, hint = next(known, (problem, "look at this line and the one above"))
            at = (mark.index if mark else 0) + self.base
            end = min(at + 1, self.base + len(self.text))
            self.tell(SYNTAX, f"not YAML: {message}", (at, end), hint)
        except (ValueError, OverflowError):  # from an escape beyond Unicode
            at = self.loader.index + self.base
            self.tell(SYNTAX, "not YAML: no such character", (at, at), "write it as it is")
        return None

    def _read(self, yaml: Any, loader: Any) -> Node | None:
        """The mapping, None for what has been told. Raises what the loader raises."""
        text, node, base, self.values = self.text, None, self.base, 0
        try:
            if len(text) > self.largest:
                hint = "put study texts into files of their own"
                self.stop(LIMIT, f"longer than {self.largest:,} characters", base, hint)
            self.loader = loader(text)
            self.loader.get_event()
            if not self.loader.check_event(yaml.StreamEndEvent):
                self.loader.get_event()
                node = self.node(yaml, 0)
                self.loader.get_event()
            if not self.loader.check_event(yaml.StreamEndEvent):
                at, _ = self._place(self.loader.peek_event())
                self.stop(SYNTAX, "a second document begins", at, 'remove the line "---"')
            if node and node.kind == "mapping":
                return node
            message = f"expected a mapping, found {FOUND.get(node.kind if node else '', 'nothing')}"
            self.stop(NO_MAPPING, message, base, self.expected)
        except _Stop:
            pass
        return None

    def node(self, yaml: Any, depth: int) -> Node:
        event = self.loader.get_event()
        start, end = self._place(event)
        self.values += 1
        if self.values > _MOST:
            self.stop(LIMIT, f"more than {_MOST:,} values", start, "make several files of it")
        if depth > _DEEPEST:
            self.stop(LIMIT, "nested too deeply", start, "write it flatter")
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None or event.tag is not None:
            word = self.source.text[start:end].split()[0]
            rule, what = (TAG, "tags") if word[0] == "!" else (ALIAS, "anchors and aliases")
            hint = "leave it out" if rule is TAG else "write the value out where it is needed"
            message = f"YAML {what} are not taken: {quoted(word)}"
            self.tell(rule, message, (start, start + len(word)), hint)
        if isinstance(event, yaml.AliasEvent):
            return Node("refused", start, end)
        if isinstance(event, yaml.ScalarEvent):
            tag = self.loader.resolve(yaml.ScalarNode, event.value, event.implicit)
            return self.scalar(event, tag.rpartition(":")[2])
        is_list = isinstance(event, yaml.SequenceStartEvent)
        node = Node("list" if is_list else "mapping", start, end)
        while not self.loader.check_event(yaml.SequenceEndEvent, yaml.MappingEndEvent):
            key = None if is_list else self.node(yaml, depth + 1)
            value = self.node(yaml, depth + 1)
            node.end = max(node.end, value.end)
            if key is None:
                node.items[len(node.items)] = value
            else:
                self.put(node, key, value)
        last = self.loader.get_event()
        node.end = self._place(last)[1] if event.flow_style else node.end
        return node

    def put(self, node: Node, key: Node, value: Node) -> None:
        """Put a value into a mapping, if its key is a text that is not there yet."""
        value.key = (key.start, key.end)
        if key.kind == "text" and key.value not in node.items:
            node.items[key.value] = value
        elif key.kind == "text":
            first = node.items[key.value].key or value.key
            message, hint = f"the key {quoted(key.value)} is there twice", "leave one of them out"
            self.tell(DUPLICATE, message, value.key, hint, self.source.span(*first))
        elif key.kind != "refused":
            message = f"expected text as a key, found {FOUND[key.kind]}"
            self.tell(WRONG_TYPE, message, value.key, trap(key) or "write a word")

    def scalar(self, event: Any, kind: str) -> Node:
        (start, end), value = self._place(event), event.value
        if event.style in ("|", ">"):
            end = start + len(self.source.text[start:end].rstrip())
        elif event.style and value and self.source.text[start + 1 : end - 1] == value:
            start, end = start + 1, end - 1  # the text without its quotes
        node = Node("text", start, end, value, value)
        number = _PLAIN_NUMBER.fullmatch(value) if kind in ("int", "float") else None
        if kind == "null":
            node.kind, node.value = "nothing", None
        elif kind == "bool":
            node.kind, node.value = "truth", value.lower() in ("yes", "true", "on")
        elif number:
            node.kind, node.value = "number", (float if number[1] else int)(value)
        elif (
            kind in ("int", "float", "timestamp") and not self.texts
        ):  # 1:30, 0x10, .nan, 2026-11-01
            node.kind, node.value = "refused", None
            message = f"YAML reads {value} as a {'date' if kind == 'timestamp' else 'number'}"
            self.tell(WRONG_TYPE, message, (start, end), f'put it in quotes: "{value}"')
        elif any("\ud800" <= char <= "\udfff" for char in value):
            node.kind, node.value = "refused", None
            hint = "write the character as it is"
            self.tell(SYNTAX, "an escape for half a character", (start, end), hint)
        return node


def trap(node: Node) -> str:
    """The way out where YAML read a word as something else."""
    quotes = f'put it in quotes: "{node.raw}"'
    read = f"YAML reads {node.raw} as {str(node.value).lower()}; {quotes}"
    return {"number": quotes, "truth": read}.get(node.kind, "")
