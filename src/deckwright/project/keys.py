"""What each key of `deck.yaml` may hold, said once.

By `ProjectFile` and its parts, and by the options that readers and the derivation declare
themselves. pydantic checks it, and the JSON Schema for editors is made of it; it is imported where
a project is read, because it takes 90 ms.
"""

from __future__ import annotations

import posixpath
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, reduce
from operator import or_
from typing import Annotated, Any, ClassVar, Literal

from deckwright import naming
from deckwright.checks import CheckOptions
from deckwright.derive import DeriveOptions
from deckwright.naming import BAD_ID, EMPTY, Mistake, did_you_mean, quoted, several
from deckwright.project.telling import (
    BAD_PATH,
    BAD_PATTERN,
    UNKNOWN_READER,
)
from deckwright.readers import READERS, Reader, by_suffix
from deckwright.yamltext import WRONG_VALUE


class _Check:
    """Annotates a value: `check` raises `Mistake` or returns the value as it is meant, `schema`
    is what of it JSON Schema can say."""

    def __init__(self, check: Callable[[Any], Any], **schema: Any) -> None:
        self.check, self.schema = check, schema

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core.core_schema import no_info_after_validator_function

        return no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Any:
        return {**handler(schema), **self.schema}


class _Choice:
    """Annotates a value of several shapes: `pick` says which one it is meant to be, so that its
    mistakes are told for that shape alone."""

    def __init__(self, pick: Callable[[Any], str], shapes: Mapping[str, Any]) -> None:
        self.pick, self.shapes = pick, shapes

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic import Discriminator, Tag

        tagged = (Annotated[shape, Tag(name)] for name, shape in self.shapes.items())
        return handler.generate_schema(Annotated[reduce(or_, tagged), Discriminator(self.pick)])


def _id(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]*", naming.text(value)):
        near = re.sub(r"[^a-z0-9._]+", "-", value[:60].lower()).strip("-._")
        such = f", such as {quoted(near)}" if near else ""
        hint = f'use small letters, digits, ".", "_" and "-"{such}'
        raise Mistake(BAD_ID, f"{quoted(value)} is no id", hint)
    return value


def _path(value: str) -> str:
    if "\\" in naming.text(value):
        hint = f'write "/", which every system takes: {quoted(value.replace(chr(92), "/"))}'
        raise Mistake(BAD_PATH, "the path has a backslash", hint, value.index("\\"))
    if not value.isprintable():
        raise Mistake(BAD_PATH, "the path has an unprintable character", "remove it")
    return value


def _package(value: str) -> str:
    if not re.search(r"[^/]\.apkg\Z", _path(value)):
        hint = f'let it end in ".apkg": {quoted(posixpath.splitext(value)[0] + ".apkg")}'
        raise Mistake(BAD_PATH, f"{quoted(value)} is no name of a package", hint)
    return value


def _reader(value: str) -> str:
    names = [reader.name for reader in READERS]
    if value not in names:
        hint = did_you_mean(value, names) or f"the readers are {several(names)}"
        raise Mistake(UNKNOWN_READER, f"there is no reader {quoted(value)}", hint)
    return value


def check_pattern(value: str, *, joined: bool = False) -> str:
    """A regular expression; `joined`: it will be a part of a larger one."""
    naming.text(value)
    hint = 'put "\\" before a character that stands for itself, such as "(", "[" or "*"'
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # `[[` means something else in a later Python
            re.compile(value, re.IGNORECASE)
            if joined:
                hint = "leave out flags and named groups: it becomes a part of a larger one"
                re.compile(f"(?:{value})|(?:{value})", re.IGNORECASE)
    except (re.error, Warning, OverflowError, RecursionError) as error:
        problem, at = "it is too large", 0
        if isinstance(error, re.error):
            problem, at = error.msg, (error.pos or 0) if error.pattern == value else 0
        elif isinstance(error, Warning):
            problem = "a bracket or a doubled sign inside [ ]"
        raise Mistake(BAD_PATTERN, f"no regular expression: {problem}", hint, at) from None
    return value


def _positive(value: int) -> int:
    if value < 1:
        raise Mistake(WRONG_VALUE, f"{value} is no such number", "count from 1")
    return value


def _numeric_id(value: int) -> int:
    if not 0 < value < 2**53:
        hint = "copy it from Anki: ids of note types have 13 digits"
        raise Mistake(BAD_ID, f"{value} is no id", hint)
    return value


def _part_id(value: int) -> int:
    if not -(2**63) <= value < 2**63:
        raise Mistake(BAD_ID, f"{value} is no id", "copy it from Anki, with its sign")
    return value


def _some(value: tuple[Any, ...]) -> tuple[Any, ...]:
    if not value:
        raise Mistake(EMPTY, "the list is empty", "write at least one item")
    return value


Text = Annotated[str, _Check(naming.text, pattern=r"\S")]
Id = Annotated[str, _Check(_id, pattern=r"^[a-z0-9][a-z0-9._-]*$")]
DeckName = Annotated[
    str, _Check(naming.deck, pattern=r"^(?!\s*::)(?!.*::\s*(::|$))(?=.*\S)[^\x00-\x1f]*$")
]
TagName = Annotated[str, _Check(naming.tag, pattern=r"^(?!::)(?!\S*::(::|$))\S+$")]
FilePath = Annotated[str, _Check(_path, pattern=r"^[^\\]*[^\\\s][^\\]*$")]
PackagePath = Annotated[str, _Check(_package, pattern=r"^[^\\]*[^\\/]\.apkg$")]
ReaderName = Annotated[str, _Check(_reader, enum=[reader.name for reader in READERS])]
NoteId = Annotated[str, _Check(naming.note_id, pattern=r"^[^\s@/]+(/[^\s@/]+)*$")]
NoteGuid = Annotated[str, _Check(naming.guid, pattern=r"^\S+$")]
NumericId = Annotated[int, _Check(_numeric_id, minimum=1, maximum=2**53 - 1)]
PartId = Annotated[int, _Check(_part_id, minimum=-(2**63), maximum=2**63 - 1)]
Pattern = Annotated[str, _Check(check_pattern, pattern=r"\S", format="regex")]


class _Says:
    """Annotates a key: what it is for, and an example where it is required."""

    def __init__(self, description: str, example: Any = None) -> None:
        self.schema = {"description": description, **({"examples": [example]} if example else {})}

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Any:
        return {**handler(schema), **self.schema}


@dataclass(frozen=True, kw_only=True)
class SourceEntry:
    """Sources that are read in one way; a bare path stands for an entry with nothing else."""

    path: Annotated[FilePath, _Says("Which files: a glob, relative to deck.yaml.", "sources/*.txt")]
    reader: Annotated[ReaderName, _Says("The format; chosen by the suffix if left out.")] = ""
    deck: Annotated[DeckName, _Says("The deck of the notes; the project's name if left out.")] = ""
    tags: Annotated[tuple[TagName, ...], _Says("Tags for all notes of these sources.")] = ()
    credit: Annotated[Text, _Says("Where the words come from; shown small on every card.")] = ""
    exclude: Annotated[tuple[FilePath, ...], _Says("Which files not: globs like `path`.")] = ()


@dataclass(frozen=True, kw_only=True)
class TagEntry:
    """Tags the notes in which every pattern given is found; at least one is needed."""

    tag: Annotated[TagName, _Says("The tag to give.", "lambda")]
    title: Annotated[Pattern, _Says("A regular expression to find in titles, in any case.")] = ""
    text: Annotated[Pattern, _Says("A regular expression to find in texts, in any case.")] = ""


Fields = Annotated[dict[str, str], _Says("New texts, by the names of fields.")]


@dataclass(frozen=True, kw_only=True)
class OverrideEntry:
    """What becomes of one derived note: it is left out, or fields get other texts."""

    drop: Annotated[bool, _Says("Leave the note out.")] = False
    fields: Fields = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class IdentityEntry:
    """The identity of one note: the one with a title, or (for derived notes, too) with a key."""

    title: Annotated[Text, _Says("The note's title, as it stands in its source.")] = ""
    occurrence: Annotated[int, _Check(_positive, minimum=1), _Says("Which note of it.")] = 1
    key: Annotated[Text, _Says("The note's key, as `deckwright notes` shows it.")] = ""
    id: Annotated[NoteId, _Says("Its key from now on, whatever becomes of its title.")] = ""
    guid: Annotated[NoteGuid, _Says("The GUID that learners have it by.")] = ""


@dataclass(frozen=True, kw_only=True)
class NoteTypeEntry:
    """A note type that learners have already."""

    name: Annotated[Text, _Says("Its name in their collections.")] = ""
    id: Annotated[NumericId, _Says("Its id in their collections.")] = 0
    fields: Annotated[dict[str, PartId], _Says("The ids of fields, by name.")] = field(
        default_factory=dict
    )
    templates: Annotated[dict[str, PartId], _Says("The ids of templates, by name.")] = field(
        default_factory=dict
    )


Strings = Annotated[
    dict[str, str], _Says("Texts that own note types show, by name: `${name}` in their templates.")
]


@dataclass(frozen=True, kw_only=True)
class VariantEntry:
    """One of several decks of the same sources: what is different about it."""

    id: Annotated[
        Id | None, _Says("Of one released before there were variants; ID.VARIANT if left out.")
    ] = None
    name: Annotated[DeckName, _Says("The deck's name.")] = ""
    description: Annotated[Text, _Says("Shown on the deck's page in Anki.")] = ""
    columns: Annotated[dict[str, str], _Says("Columns of tables for fields, by field.")] = field(
        default_factory=dict
    )
    strings: Strings = field(default_factory=dict)
    note_types: Annotated[
        dict[str, NoteTypeEntry], _Says("Note types that learners have already, by name.")
    ] = field(default_factory=dict)
    output: Annotated[PackagePath, _Says("The package; dist/ID.VARIANT.apkg if left out.")] = ""


Rules = tuple[Text, ...]


@dataclass(frozen=True, kw_only=True)
class ChecksEntry(CheckOptions):
    """Which findings count, and how much. Rules are named by a code (`E012`), the beginning of one
    (`E`) or a name (`doubled-word`); `deckwright rules` lists them."""

    select: Annotated[
        Rules, _Says("The rules that are on; `default` are those that are if this is left out.")
    ] = ()
    ignore: Annotated[Rules, _Says("The rules that are off.")] = ()
    severity: Annotated[
        dict[Text, Literal["info", "warning", "error"]], _Says("How much findings weigh, by rule.")
    ] = field(default_factory=dict)
    files: Annotated[
        dict[FilePath, Rules], _Says("Rules to ignore in some files, by globs like `path`.")
    ] = field(default_factory=dict)
    notes: Annotated[
        dict[Text, Rules], _Says("Rules to ignore for some notes, by their keys; `*` is any text.")
    ] = field(default_factory=dict)


def _entry(reader: Reader) -> type[Any]:
    """An entry of `sources` with the options of a reader beside its own keys."""
    space = {"__doc__": reader.options.__doc__, "__module__": __name__}
    entry = type(f"{reader.name.title()}Source", (SourceEntry, reader.options), space)
    return dataclass(frozen=True, kw_only=True)(entry)


def _pick_source(value: Any) -> str:
    """Whose options an entry may have: its reader's, or none's where that is not known."""
    if isinstance(value, str):
        return "path"
    known = value if isinstance(value, dict) else {}
    reader = by_suffix(str(known.get("path", "")))
    name = known.get("reader", reader.name if reader else "")
    return name if any(name == reader.name for reader in READERS) else "any"


def _pick_derive(value: Any) -> str:
    return "switch" if isinstance(value, bool) else "options"


_ENTRIES = {"path": FilePath, "any": SourceEntry, **{r.name: _entry(r) for r in READERS}}
Entry = Annotated[Any, _Choice(_pick_source, _ENTRIES)]
Sources = Annotated[tuple[Entry, ...], _Check(_some, minItems=1)]
Derive = Annotated[Any, _Choice(_pick_derive, {"switch": bool, "options": DeriveOptions})]
Subdecks = Annotated[
    dict[str, DeckName | None],
    _Says("Subdecks for the notes of a note type; null: none. Concept notes lie in `Concepts`."),
]
Overrides = Annotated[
    dict[str, OverrideEntry],
    _Says("Changes to derived notes, and spare fields of any note, by key."),
]


@dataclass(frozen=True, kw_only=True)
class ProjectFile:
    """The keys of `deck.yaml`."""

    __pydantic_config__: ClassVar[dict[str, object]] = {"extra": "forbid", "strict": True}

    id: Annotated[Id, _Says("Never changes: the notes' identities are made of it.", "my-deck")]
    name: Annotated[DeckName, _Says("The deck's name, its parts joined by `::`.", "My deck")]
    description: Annotated[Text, _Says("Shown on the deck's page in Anki.")] = ""
    sources: Annotated[Sources, _Says("Which files the notes come from.", ["sources/*.txt"])]
    tags: Annotated[tuple[TagEntry, ...], _Says("Tags for notes by their title or text.")] = ()
    derive: Annotated[Derive, _Says("Questions made of long texts; false: none.")] = True
    subdecks: Subdecks = field(default_factory=dict)
    overrides: Overrides = field(default_factory=dict)
    identities: Annotated[
        tuple[IdentityEntry, ...], _Says("Identities of single notes that a person gives.")
    ] = ()
    note_types: Annotated[
        dict[str, NoteTypeEntry], _Says("Note types that learners have already, by name.")
    ] = field(default_factory=dict)
    strings: Strings = field(default_factory=dict)
    variants: Annotated[
        dict[Id, VariantEntry],
        _Says("Several decks of the same sources (languages, say), each with a lock of its own."),
    ] = field(default_factory=dict)
    checks: Annotated[ChecksEntry, _Says("Which findings count, and how much.")] = field(
        default_factory=ChecksEntry
    )
    output: Annotated[PackagePath, _Says("The package; dist/ID.apkg if left out.")] = ""
    lock: Annotated[
        Literal["on-build", "on-release"],
        _Says("What writes the lock: each build, or releases alone (for decks of several people)."),
    ] = "on-build"


@cache
def adapter() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(ProjectFile)


def json_schema() -> dict[str, object]:
    """The JSON Schema (2020-12) of `deck.yaml`; `deck.schema.json` is its dump."""
    from pydantic.json_schema import GenerateJsonSchema

    class Generate(GenerateJsonSchema):
        def field_title_should_be_set(self, schema: Any) -> bool:
            return False

    def mended(node: Any) -> Any:
        if isinstance(node, list):
            return [mended(item) for item in node]
        if not isinstance(node, dict):
            return node
        # An entry may suit more than one reader; `oneOf` would refuse it.
        node = {"anyOf" if key == "oneOf" else key: mended(node[key]) for key in node}
        if "patternProperties" in node:
            node.setdefault("additionalProperties", False)
        if isinstance(node.get("properties"), dict) and "description" in node:
            node["description"] = " ".join(node["description"].split())
            told = node["description"].split(". ")
            for name, value in node["properties"].items():
                # Options are described where their class names them in its docstring.
                said = next((text for text in told if f"`{name}`" in text), told[0])
                value.setdefault("description", f"{said.removesuffix('.')}.")
                if value.get("default") in ("", [], {}):
                    del value["default"]
        return node

    schema: dict[str, Any] = mended(adapter().json_schema(schema_generator=Generate))
    schema["$defs"]["TagEntry"]["anyOf"] = [{"required": ["title"]}, {"required": ["text"]}]
    return {"$schema": Generate.schema_dialect, **schema, "title": "deckwright project"}
