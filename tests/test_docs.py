"""The pages for users say what is true: their examples build, their commands and links are there.

A file of an example is a fenced block behind a line such as "`bread.md`:". The files below one
heading are a project: its `deck.yaml`, or else each file alone, must build without a mistake. Where
the page says "`deckwright notes bread.md` shows:" (or "begins with"), that command prints the block
below it, white space apart, and with `-v` what it tells beside it.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

import click
import pytest

from deckwright import notetypes
from deckwright.cli import main
from deckwright.media.rules import KINDS
from deckwright.project import json_schema
from deckwright.readers import READERS, Reader, by_suffix
from helpers import deckwright, write

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "docs/sources.md", "docs/note-types.md", "docs/checks.md")  # for users
ALL = (*PAGES, "docs/rules.md", "docs/updates.md", "CONTRIBUTING.md", "CHANGELOG.md")

_FENCE = re.compile(r"^(`{3,})([a-z]*)\n(.*?)^\1$\n?", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_LABEL = re.compile(r"^`([^`\n]+)`( shows| begins with)?:\n\n\Z", re.MULTILINE)
_MEDIA = re.compile(r"[\w/ -]+\.(?:png|svg|mp3|woff2)\b")


@cache
def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


@cache
def without_blocks(page: str) -> str:
    """A page, its fenced blocks blanked out, so that all else keeps its place."""
    return _FENCE.sub(lambda block: re.sub(r"[^\n]", " ", block[0]), text(page))


@dataclass
class Example:
    """The files below one heading, and what commands print there."""

    page: str
    heading: str
    files: dict[str, str] = field(default_factory=dict)
    shown: list[tuple[str, str, bool]] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.page}: {self.heading}"

    def write(self, folder: Path) -> None:
        files = dict(self.files)
        if "deck.yaml" in files and "\nid:" not in f"\n{files['deck.yaml']}":
            files["deck.yaml"] = f"id: example\nname: Example\n{files['deck.yaml']}"
        write(folder, files)
        # A page has no pictures: here they are, wherever a text names one.
        for content in self.files.values():
            for name in {each.strip() for each in _MEDIA.findall(content)}:
                folders = [folder / "media"]
                if name.startswith("fonts/"):
                    folders = [each.parent for each in folder.rglob("notetype.yaml")]
                for each in folders:
                    (each / name).parent.mkdir(parents=True, exist_ok=True)
                    (each / name).write_bytes(b"not looked into")


def examples() -> Iterator[Example]:
    for page in PAGES:
        headings = list(_HEADING.finditer(without_blocks(page)))
        for here, after in zip(headings, [*headings[1:], None], strict=True):
            part = text(page)[here.end() : after.start() if after else None]
            found = Example(page, here[2])
            for block in _FENCE.finditer(part):
                label = _LABEL.search(part, 0, block.start())
                if label and label[2]:
                    found.shown.append((label[1], block[3], label[2] == " shows"))
                elif label:
                    assert label[1] not in found.files, f"{found}: two files {label[1]}"
                    found.files[label[1]] = block[3]
            if found.files:
                yield found


EXAMPLES = tuple(examples())


def words(printed: str) -> list[str]:
    return [" ".join(line.split()) for line in printed.splitlines() if line.strip()]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_builds_as_the_page_says(example: Example, tmp_path: Path) -> None:
    example.write(tmp_path)
    alone = [name for name in example.files if by_suffix(name) and "deck.yaml" not in example.files]
    assert alone or "deck.yaml" in example.files
    for name in alone or [""]:
        result = deckwright(tmp_path, "build", *filter(None, [name]))
        assert result.exit_code == 0, result.stderr
        asked = example.shown[0][0] if example.shown else ""
        assert "warning" not in result.stderr or asked.startswith("deckwright check")
    assert list(tmp_path.rglob("*.apkg"))
    for command, block, whole in example.shown:
        program, *args = shlex.split(command)
        assert program == "deckwright"
        result = deckwright(tmp_path, *args)
        said = words(result.stderr) if "-v" in args else []
        said += words(result.stdout)
        assert (said if whole else said[: len(words(block))]) == words(block)


def test_each_kind_of_source_has_an_example_in_the_readme() -> None:
    names = [name for each in EXAMPLES if each.page == "README.md" for name in each.files]
    found = {reader.name for name in names if name != "deck.yaml" and (reader := by_suffix(name))}
    assert found == {reader.name for reader in READERS}


# Commands -----------------------------------------------------------------------------------------


def commands(page: str) -> Iterator[str]:
    """The command lines of a page: in code, and in lines that are indented as code."""
    said = without_blocks(page)
    for code in re.findall(r"`((?:\S*[/\\])?deckwright [^`]+)`", said):
        yield " ".join(code.split())
    yield from re.findall(r"^ {4}((?:\S*[/\\])?deckwright .+)$", said, re.MULTILINE)


@pytest.mark.parametrize("page", ALL)
def test_commands_and_their_options_are_there(page: str) -> None:
    for line in commands(page):
        _, *args = line.partition("#")[0].split()
        command: click.Command = main
        while isinstance(command, click.Group) and args:
            assert args[0].rstrip(",") in command.commands, line
            command = command.commands[args.pop(0).rstrip(",")]
        options = {each for param in command.params for each in param.opts}
        given = {arg.partition("=")[0] for arg in args if re.match(r"--?[a-z]", arg)}
        assert given <= options | {"-h", "--help"}, line


def test_every_command_is_in_the_readme() -> None:
    said = text("README.md")
    for name, command in main.commands.items():
        assert f"deckwright {name}" in said
        for inner in command.commands if isinstance(command, click.Group) else ():
            assert re.search(rf"deckwright {name} {inner}`|`, `{inner}`", said), inner


# Links --------------------------------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    """The headings of a page as a link can name them, as GitHub does."""
    said = _FENCE.sub("", page.read_text(encoding="utf-8"))
    titles = (re.sub(r"[^\w\- ]", "", title[2].lower()) for title in _HEADING.finditer(said))
    return {title.replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", ALL)
def test_links_lead_somewhere(page: str) -> None:
    said = re.sub(r"`[^`\n]+`", "", without_blocks(page))
    for target in re.findall(r"\]\(([^)\s]+)\)", said):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        place = (ROOT / page).parent / path if path else ROOT / page
        assert place.exists(), target
        assert not anchor or anchor in anchors(place), target


def test_the_readme_links_to_each_page() -> None:
    said = text("README.md")
    for page in (ROOT / "docs").glob("*.md"):
        assert f"](docs/{page.name})" in said


# Options and keys ---------------------------------------------------------------------------------


def section(page: str, title: str) -> str:
    """What stands below a heading of the second level, its parts included."""
    said = without_blocks(page)
    start = said.index(f"\n## {title}\n")
    end = said.find("\n## ", start + 1)
    return text(page)[start : end if end >= 0 else None]


def named(part: str, name: str) -> bool:
    """Whether a row of a table is about an option: `name` is in its first cell."""
    return any(f"`{name}`" in line.split("|")[1] for line in part.splitlines() if line[:1] == "|")


def inner(kind: Any) -> Iterator[type[Any]]:
    """The dataclasses in the type of an option."""
    if is_dataclass(kind) and isinstance(kind, type):
        yield kind
    for each in get_args(kind):
        yield from inner(each)


SECTIONS = {
    "page": "The text of a page",
    "markdown": "Markdown",
    "html": "HTML",
    "table": "Tables",
    "yaml": "YAML",
}


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_every_option_of_a_reader_is_told(reader: Reader) -> None:
    from typing import get_type_hints

    part = section("docs/sources.md", SECTIONS[reader.name])
    hints = get_type_hints(reader.options)
    for option in fields(reader.options):
        assert named(part, option.name), option.name
        for nested in inner(hints[option.name]):
            for each in fields(nested):
                assert f"`{each.name}`" in part, f"{option.name}: {each.name}"
    for suffix in reader.suffixes:
        assert f"`{suffix}`" in text("docs/sources.md"), suffix


def test_every_key_of_a_project_is_told() -> None:
    part = section("docs/sources.md", "All keys of `deck.yaml`")
    schema: Any = json_schema()
    for key in schema["properties"]:
        assert named(part, key), key
    for name in ("SourceEntry", "DeriveOptions"):
        for key in schema["$defs"][name]["properties"]:
            assert named(part, key), f"{name}: {key}"
    for name in ("TagEntry", "OverrideEntry", "IdentityEntry", "NoteTypeEntry", "VariantEntry"):
        for key in schema["$defs"][name]["properties"]:
            assert re.search(rf"`{key}[`:]", part), f"{name}: {key}"


def test_every_key_of_the_checks_is_told() -> None:
    part = section("docs/checks.md", "Choosing")
    schema: Any = json_schema()
    for key in schema["$defs"]["ChecksEntry"]["properties"]:
        assert named(part, key), key


def test_the_media_that_can_be_shown_are_told() -> None:
    told = re.findall(r"^- (pictures|sounds|videos): (.+)$", text("docs/sources.md"), re.MULTILINE)
    names = {"pictures": "image", "sounds": "sound", "videos": "video"}
    assert {names[kind]: listed.replace(",", "") for kind, listed in told} == KINDS


def test_no_option_is_told_that_is_not_there() -> None:
    schema: Any = json_schema()
    known = {*schema["properties"]}
    for each in schema["$defs"].values():
        known |= each["properties"].keys()
    for row in re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", text("docs/sources.md"), re.MULTILINE):
        names = set(re.findall(r"`(\w+)`", row))
        assert names <= known | {reader.name for reader in READERS}, row


# Note types ---------------------------------------------------------------------------------------


def test_the_built_in_note_types_are_told_with_their_fields() -> None:
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \|", section("docs/note-types.md", "Built-in ones"), re.MULTILINE
    )
    told = {name: tuple(listed.split(", ")) for name, listed in rows[1:]}
    assert told == {name: each.fields for name, each in notetypes.built_in().items()}


def test_every_key_of_a_note_type_is_told() -> None:
    from deckwright.notetypes import folders

    part = section("docs/note-types.md", "One of your own")
    for key in {*folders._KEYS, *folders._TEMPLATE}:
        assert f"`{key}`" in part, key
