"""Every mistake in a `deck.yaml`, in our own words."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from deckwright.diagnostics import Rule
from deckwright.naming import EMPTY, Mistake, did_you_mean, near_to, quoted, several
from deckwright.project.keys import ProjectFile, adapter, check_pattern, json_schema
from deckwright.project.telling import SAME_SOURCE, SAME_VARIANT
from deckwright.readers import READERS
from deckwright.yamltext import (
    FOUND,
    MISSING,
    UNKNOWN_KEY,
    WRONG_TYPE,
    WRONG_VALUE,
    Node,
    Tree,
    trap,
)

_EXPECTED = {
    "string": "text",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
}
_EXPECTED |= dict.fromkeys(("tuple", "list", "set", "frozen_set"), "a list")
_EXPECTED |= dict.fromkeys(("dict", "mapping", "dataclass"), "a mapping")
_WAYS = {
    "text": "write one text here",
    "true or false": "write true or false, without quotes",
    "a whole number": "write it in digits, without quotes",
    "a list": 'write its items below, each after "- "',
    "a mapping": 'write "key: value" lines below it',
}
_SUGGESTED = 50  # unknown keys for which a near one is sought: 0.1 ms each


def validated(tree: Tree, root: Node) -> ProjectFile | None:
    """The values of all keys, None where one is wrong. In pydantic's JSON mode strict means: text
    is text and a number a number, while a list may be a tuple and a mapping a dataclass."""
    import json

    from pydantic import ValidationError

    _across(tree, root)
    try:
        file: ProjectFile = adapter().validate_json(json.dumps(root.plain()))
        return file
    except ValidationError as error:
        _translate(tree, root, error.errors(include_url=False, include_input=False))
        return None


def _translate(tree: Tree, root: Node, errors: Iterable[Mapping[str, Any]]) -> None:
    schema = json_schema()
    missing: list[tuple[tuple[Any, ...], Node]] = []
    meant: set[tuple[Any, ...]] = set()  # keys that stand there misspelt
    for error in errors:
        kind, loc = error["type"], error["loc"]
        shape = {"sources": 2, "derive": 1}.get(loc[0], len(loc))  # where `_Choice` names its own
        loc = loc[:shape] + loc[shape + 1 :]
        if loc[-1] == "[key]":  # what is wrong is the key itself
            named, mistake = root.get(*loc[:-1]), error.get("ctx", {}).get("error")
            if named and named.key and isinstance(mistake, Mistake):
                tree.tell(mistake.rule, mistake.message, named.key, mistake.hint)
            continue
        node = root.get(*(loc[:-1] if kind == "missing" else loc))
        if node is None or node.kind == "refused":
            continue
        if kind == "missing":
            missing.append((loc, node))
        elif kind in ("extra_forbidden", "unexpected_keyword_argument"):
            keys = [k for s in _schemas(schema, loc[:-1]) for k in s.get("properties", ())]
            near = near_to(loc[-1], keys) if len(meant) < _SUGGESTED else ""
            meant.add((*loc[:-1], near))
            hint = f"did you mean {quoted(near)}?" if near else f"the keys here are {several(keys)}"
            if near == loc[-1]:  # it is an option, but not of this entry's reader
                named = root.get(*loc[:-1], "reader")
                if named and all(named.value != reader.name for reader in READERS):
                    continue  # which has been told
                hint = 'it is an option of another reader: say which with "reader:"'
            tree.tell(UNKNOWN_KEY, f"unknown key {quoted(loc[-1])}", node.key or node.place, hint)
        elif node.kind == "nothing":
            needed = any(loc[-1] in s.get("required", ()) for s in _schemas(schema, loc[:-1]))
            name = "an item of the list" if isinstance(loc[-1], int) else quoted(loc[-1])
            hint = "write a value" if needed else "write a value, or remove the line"
            tree.tell(EMPTY, f"{name} is empty", node.place, hint)
        else:
            rule, message, hint, at = _wording(node, loc, kind, error.get("ctx", {}))
            start, end = node.place
            start += at if tree.source.text[start:end] == node.value else 0
            tree.tell(rule, message, (start, end), hint)
    for loc, node in missing:
        if loc not in meant:
            examples = (s["examples"][0] for s in _schemas(schema, loc) if "examples" in s)
            line = f"{loc[-1]}: {next(examples, '…')}".replace("'", "")
            first = next((item.key for item in node.items.values() if item.key), node.place)
            tree.tell(MISSING, f"the key {quoted(loc[-1])} is missing", first, f'add "{line}"')


def _wording(
    node: Node, loc: tuple[Any, ...], kind: str, context: Mapping[str, Any]
) -> tuple[Rule, str, str, int]:
    """The rule, the message, the hint and the first wrong character of a wrong value."""
    mistake, found = context.get("error"), FOUND[node.kind]
    if isinstance(mistake, Mistake):
        return mistake.rule, mistake.message, mistake.hint, mistake.at
    if mistake:  # raised by the dataclass of somebody else's options
        return WRONG_VALUE, str(mistake), "see what its description says", 0
    if kind == "literal_error":
        values = re.findall("'([^']*)'", context["expected"])
        shown = several(map(quoted, values), "or") if values else context["expected"]
        found = quoted(node.value) if node.kind == "text" else found if values else node.raw
        hint = (values and trap(node)) or did_you_mean(node.raw, values) or "write one of these"
        if loc[:2] == ("checks", "severity") and node.raw in ("off", "none", "ignore", "no"):
            hint = 'to switch the rule off, name it below "ignore"'
        message = f"expected {shown}, found {found}"
        return WRONG_VALUE, message, hint, 0
    expected = _EXPECTED.get(re.sub("_type$|_from_.*", "", kind), "another value")
    hint = _WAYS.get(expected, "see what its description says")
    if loc == ("derive",):
        expected, hint = "true, false or a mapping", "write false to derive nothing"
    elif loc[0] == "sources" and len(loc) == 2:
        expected, hint = "text or a mapping", 'write a path, or "path:" and more keys'
    elif expected == "text":
        hint = trap(node) or hint
    return WRONG_TYPE, f"expected {expected}, found {found}", hint, 0


def _across(tree: Tree, root: Node) -> None:
    """Tell what concerns more than one value, or a value whose owner cannot say it in a type."""

    def entries(name: str) -> Iterable[Node]:
        return node.items.values() if (node := root.get(name)) else ()

    paths: dict[str, Node] = {}
    for entry in entries("sources"):
        path = entry.get("path") or entry
        if path.kind == "text":
            first = paths.setdefault(posixpath.normpath(path.value), path)
            if first is not path:
                message, other = "these sources are there twice", tree.source.span(*first.place)
                tree.tell(SAME_SOURCE, message, path.place, "leave one of them out", other)
        for node in entry.named("pattern"):  # an option with this name; readers join such patterns
            try:
                check_pattern(node.value, joined=True)
            except Mistake as mistake:
                start, end = node.place
                start += mistake.at if tree.source.text[start:end] == node.value else 0
                tree.tell(mistake.rule, mistake.message, (start, end), mistake.hint)
    of_variants: dict[tuple[str, str], Node] = {}
    for entry in entries("variants"):
        for key, what in (("id", "the identities"), ("output", "the package")):
            value = entry.get(key)
            if value and value.kind == "text":
                path = posixpath.normpath(value.value)
                first = of_variants.setdefault((key, path), value)
                if first is not value:
                    message = f"two variants have {what} {quoted(path)}"
                    hint, place = f'give each an "{key}" of its own', tree.source.span(*first.place)
                    tree.tell(SAME_VARIANT, message, value.place, hint, place)
    for entry in entries("tags"):
        if entry.kind == "mapping" and entry.items.keys() <= {"tag"}:
            message, hint = 'neither "title" nor "text" is there', "say what to look for"
            tree.tell(MISSING, message, entry.place, hint)
    for entry in entries("identities"):
        if entry.kind != "mapping":
            continue
        if ("title" in entry.items) == ("key" in entry.items):
            message, hint = 'which note is it? Either "title" or "key" says so', "give one of them"
            tree.tell(MISSING, message, entry.place, hint)
        if not {"id", "guid"} & entry.items.keys():
            message, hint = 'neither "id" nor "guid" is there', "say what its identity is"
            tree.tell(MISSING, message, entry.place, hint)
        if "key" in entry.items and {"id", "occurrence"} & entry.items.keys():
            wrong = entry.get("id") or entry.get("occurrence") or entry
            message = "a note that is named by its key can only be given a GUID"
            hint = 'name it by its "title", or leave this out'
            tree.tell(WRONG_VALUE, message, wrong.key or wrong.place, hint)
    for entry in entries("overrides"):
        drop, texts = entry.get("drop"), entry.get("fields")
        dropped = drop is not None and drop.value is True
        if entry.kind != "mapping" or not entry.items.keys() <= {"drop", "fields"}:
            continue
        if dropped and texts:
            message, hint = "the note is dropped and changed at once", "leave one of them out"
            tree.tell(WRONG_VALUE, message, entry.key or entry.place, hint)
        elif not dropped and (texts is None or (texts.kind == "mapping" and not texts.items)):
            message, hint = "the override changes nothing", 'write "drop: true" or new "fields:"'
            tree.tell(EMPTY, message, entry.key or entry.place, hint)


def _schemas(schema: Any, path: Iterable[str | int]) -> list[Any]:
    """All that a schema says of the value at a path."""

    def opened(nodes: Iterable[Any]) -> Iterator[Any]:
        for node in nodes:
            if isinstance(node, dict):
                yield node
                name = node.get("$ref", "").rpartition("/")[2]
                yield from opened((schema["$defs"].get(name), *node.get("anyOf", ())))

    found = list(opened([schema]))
    for part in path:
        if isinstance(part, int):
            found = list(opened(node.get("items") for node in found))
        else:
            rest = [node.get("additionalProperties") for node in found]
            for node in found:
                rest += node.get("patternProperties", {}).values()
            found = list(opened([node.get("properties", {}).get(part) for node in found] + rest))
    return found
