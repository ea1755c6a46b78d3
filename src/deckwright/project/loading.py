"""From the text of a `deck.yaml` to a `Project`.

Text in, values out: no file is touched here, no glob is expanded.
"""

from __future__ import annotations

import dataclasses
import glob
import os.path
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deckwright.adopt import Given
from deckwright.checks import CheckOptions
from deckwright.choosing import Choice, Exempt, Named
from deckwright.derive import DeriveOptions, Override
from deckwright.diagnostics import Diagnostic, Severity
from deckwright.naming import quoted, several
from deckwright.notetypes import TypeIdentity
from deckwright.project.checking import validated
from deckwright.project.keys import ProjectFile, SourceEntry, VariantEntry
from deckwright.project.telling import NO_VARIANT
from deckwright.readers import READERS, by_suffix
from deckwright.source import Source, Span
from deckwright.yamltext import Node, Tree

SUBDECKS: Mapping[str, str] = {"Concept": "Concepts"}


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """Sources that are read in one way. `path` is a glob as one can expand it (the folder of
    `deck.yaml` is in it), `deck` a whole deck name, `reader` a reader's name and `options` an
    instance of its options, both None where each file's own suffix decides. `exclude` are globs of
    files that are left out, `also` are other files that the options name, each as it stands there
    and as one can open it. The span is the path's."""

    path: str
    reader: str | None
    deck: str
    tags: tuple[str, ...] = ()
    credit: str = ""
    options: Any = None
    span: Span | None = field(default=None, compare=False)
    exclude: tuple[str, ...] = ()
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TagRule:
    """Gives `tag` to the notes in which every pattern given is found, in any case: `title` in
    their titles, `text` in their texts. Both compile; at least one is given. The span is the
    tag's."""

    tag: str
    title: str | None = None
    text: str | None = None
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Project:
    """A project. `path` is the file it stands in; `output` and `lock` are paths as one can open
    them. `id` is None for a bare file, `derive` None where nothing is to be derived. `subdecks`
    has the subdeck of a note type's notes, by the note type's name; `subdeck_spans` has the place
    of every note type that the user named there, switched off or not. An override's span is its
    key's. `identities` are those that a person gives to notes, `note_types` what is said of note
    types that learners have already. `on_release`: only a release writes the lock. `folder` is
    where it lies, `strings` are texts that own note types show, by their names; `variant` is the
    name of the variant that this is, and `variants` are all that there are. `choice` says which
    findings count; `limit_spans` has the place of every note type whose answers are limited."""

    path: str
    id: str | None
    name: str
    sources: tuple[SourceSpec, ...]
    output: str
    lock: str
    description: str = ""
    tags: tuple[TagRule, ...] = ()
    derive: DeriveOptions | None = field(default_factory=DeriveOptions)
    subdecks: Mapping[str, str] = field(default_factory=lambda: dict(SUBDECKS))
    overrides: tuple[Override, ...] = ()
    subdeck_spans: Mapping[str, Span] = field(default_factory=dict, compare=False)
    identities: tuple[Given, ...] = ()
    note_types: Mapping[str, TypeIdentity] = field(default_factory=dict)
    on_release: bool = False
    folder: str = ""
    strings: Mapping[str, str] = field(default_factory=dict)
    variant: str = ""
    variants: tuple[str, ...] = ()
    choice: Choice = field(default_factory=Choice)
    check_options: CheckOptions = field(default_factory=CheckOptions)
    limit_spans: Mapping[str, Span] = field(default_factory=dict, compare=False)


def for_file(path: str) -> Project:
    """The project of one file without any `deck.yaml`: a deck of the file's name, derived, its
    package beside it, its lock `PATH.lock`."""
    root = os.path.splitext(path)[0]
    parts = (part.strip() for part in os.path.basename(root).split("::"))
    name = "::".join(filter(None, parts)) or "Deck"
    reader = by_suffix(path)
    named, options = (reader.name, reader.options()) if reader else (None, None)
    source = SourceSpec(path, named, name, options=options)
    folder = os.path.dirname(path)
    output, lock = f"{root}.apkg", f"{path}.lock"
    return Project(path, None, name, (source,), output, lock, folder=folder)


def load(source: Source, variant: str | None = "") -> tuple[Project | None, tuple[Diagnostic, ...]]:
    """Read the text of a `deck.yaml`; `variant` is the one of its variants that is meant ("": it
    has none; None: what all have in common). All mistakes come at once, in the order of their
    places, and with any of them there is no project."""
    tree = Tree(source)
    root = tree.read()
    file = validated(tree, root) if root else None
    missing = file is not None and variant is not None and variant not in (file.variants or ("",))
    if root and file and missing and not tree.found:
        known = several(file.variants) if file.variants else ""
        message = f"there is no variant {quoted(variant)}" if variant else "which variant is meant?"
        node = root.get("variants")
        hint = f"say --variant NAME: {known}" if known else "this project has no variants"
        tree.tell(NO_VARIANT, message, (node.key if node else None) or (0, 0), hint)
    if root and file and not tree.found:
        return _project(source, root, file, variant or ""), ()
    return None, tuple(sorted(tree.found, key=lambda d: d.span.start if d.span else 0))


def _varied(options: Any, columns: Mapping[str, str]) -> Any:
    """A reader's options with the columns of a variant, where it has columns at all."""
    known = getattr(options, "columns", None)
    if not columns or known is None:
        return options
    return dataclasses.replace(options, columns={**known, **columns})


def _project(source: Source, root: Node, file: ProjectFile, variant: str) -> Project:
    folder, stem = os.path.dirname(source.path), os.path.splitext(source.path)[0]
    own = file.variants.get(variant, VariantEntry())
    id = own.id or (f"{file.id}.{variant}" if variant else file.id)
    name = own.name or file.name
    output = own.output or file.output or f"dist/{file.id}.apkg"
    if variant and not own.output:
        output = f"{output.removesuffix('.apkg')}.{variant}.apkg"

    def span(*path: str | int) -> Span | None:
        node = root.get(*path) or root.get(*path[:-1])
        return source.span(*node.place) if node else None

    def keys(*path: str) -> dict[str, Span]:
        items = node.items if (node := root.get(*path)) else {}
        return {key: source.span(*item.key) for key, item in items.items() if item.key}

    def spec(number: int, given: str | SourceEntry) -> SourceSpec:
        entry = SourceEntry(path=given) if isinstance(given, str) else given
        chosen = by_suffix(entry.path)
        reader = next((r for r in READERS if r.name == entry.reader), chosen)
        place, options = span("sources", number, "path"), None
        also: tuple[str, ...] = ()
        if reader:
            names = [option.name for option in dataclasses.fields(reader.options)]
            told = {name: getattr(entry, name) for name in names if hasattr(entry, name)}
            options = _varied(reader.options(**told), own.columns)
            also = reader.also(options)
        return SourceSpec(
            os.path.join(glob.escape(folder), entry.path),
            reader.name if reader else None,
            entry.deck or name,
            entry.tags,
            entry.credit.strip(),
            options,
            place,
            tuple(os.path.join(glob.escape(folder), each) for each in entry.exclude),
            tuple((told, os.path.join(folder, told)) for told in also),
        )

    changed, types = keys("overrides"), keys("note_types")
    given_types = {**file.note_types, **own.note_types}
    return Project(
        path=source.path,
        id=id,
        name=name,
        sources=tuple(spec(number, entry) for number, entry in enumerate(file.sources)),
        output=os.path.join(folder, output),
        lock=f"{stem}.{variant}.lock" if variant else f"{stem}.lock",
        description=(own.description or file.description).strip(),
        tags=tuple(
            TagRule(entry.tag, entry.title or None, entry.text or None, span("tags", number, "tag"))
            for number, entry in enumerate(file.tags)
        ),
        derive=DeriveOptions() if file.derive is True else file.derive or None,
        subdecks={kind: name for kind, name in {**SUBDECKS, **file.subdecks}.items() if name},
        overrides=tuple(
            Override(key, entry.drop, tuple(entry.fields.items()), changed.get(key))
            for key, entry in file.overrides.items()
        ),
        subdeck_spans=keys("subdecks"),
        identities=tuple(
            Given(
                *(each.title, each.occurrence, each.key, each.id, each.guid),
                span("identities", number),
            )
            for number, each in enumerate(file.identities)
        ),
        note_types={
            name: TypeIdentity(each.name, each.id, each.fields, each.templates, types.get(name))
            for name, each in given_types.items()
        },
        on_release=file.lock == "on-release",
        folder=folder,
        strings={**file.strings, **own.strings},
        variant=variant,
        variants=tuple(file.variants),
        choice=_choice(source, root, file),
        check_options=CheckOptions(
            **{
                each.name: getattr(file.checks, each.name)
                for each in dataclasses.fields(CheckOptions)
            }
        ),
        limit_spans=keys("checks", "answer_words"),
    )


def _choice(source: Source, root: Node, file: ProjectFile) -> Choice:
    said = file.checks

    def named(*path: str) -> tuple[Named, ...]:
        """The rules of a list, with their places."""
        items = node.items.values() if (node := root.get("checks", *path)) else ()
        return tuple(Named(each.value, source.span(*each.place)) for each in items)

    weighed = node.items if (node := root.get("checks", "severity")) else {}
    return Choice(
        named("select"),
        named("ignore"),
        tuple(
            (
                Named(rule, source.span(*(weighed[rule].key or weighed[rule].place))),
                Severity[level.upper()],
            )
            for rule, level in said.severity.items()
        ),
        (
            *(Exempt(named("files", path), path=path) for path in said.files),
            *(Exempt(named("notes", key), key=key) for key in said.notes),
        ),
    )
