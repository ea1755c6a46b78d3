"""Note types: the folders that hold them, and the files that their templates show."""

from __future__ import annotations

from pathlib import Path

import pytest

from deckwright import notetypes
from helpers import BEES, build, import_package, write

CARD = """\
name: Sketch
kind: normal
fields: [Front, Back]
templates:
  - {name: Card, front: front.html, back: back.html}
style: style.css
"""
FOLDER = {
    "notetype.yaml": CARD + "files: [fonts/hand.woff2]\n",
    "front.html": "{{Front}}",
    "back.html": '{{FrontSide}}<hr id="answer">{{Back}}',
    "style.css": '@font-face { font-family: hand; src: url("hand.woff2"); }',
    "fonts/hand.woff2": b"wOF2 first",
}


def test_a_file_of_templates_is_named_by_its_content(tmp_path: Path) -> None:
    """Anki never replaces a file of templates: new bytes need a new name."""
    folder = write(tmp_path / "sketch", FOLDER)
    first = notetypes.load(folder)
    ((name, path),) = first.files
    assert (name, path.read_bytes()) == ("_hand-74aef7841b25.woff2", b"wOF2 first")
    assert first.style == f'@font-face {{ font-family: hand; src: url("{name}"); }}'
    write(folder, {"fonts/hand.woff2": b"wOF2 second"})
    ((later, _),) = notetypes.load(folder).files
    assert later != name
    assert later.startswith("_hand-")


def test_a_file_that_nothing_shows_is_a_mistake(tmp_path: Path) -> None:
    folder = write(tmp_path / "sketch", {**FOLDER, "style.css": ".card { color: black; }"})
    with pytest.raises(ValueError, match="neither a template nor the style shows one of the files"):
        notetypes.load(folder)


def test_another_font_arrives_with_the_next_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from anki.collection import Collection

    types = dict(notetypes.built_in())
    bees = write(tmp_path / "bees", BEES)
    col = Collection(str((tmp_path / "collection.anki2").resolve()))
    seen = []
    for now, content in ((1_750_000_000, b"wOF2 first"), (1_750_100_000, b"wOF2 second")):
        folder = write(tmp_path / "sketch", {**FOLDER, "fonts/hand.woff2": content})
        sketch = notetypes.load(folder)
        term = replace(types["Term"], style=sketch.style, files=sketch.files)
        monkeypatch.setattr(notetypes, "built_in", lambda term=term: {**types, "Term": term})
        made, result = build(bees, now)
        assert result.written.media == 1
        import_package(col, Path(result.output))
        (number,) = (t.id for t in made.identified.note_types if t.note_type.name == "Term")
        col.close()
        col = Collection(str((tmp_path / "collection.anki2").resolve()))
        arrived = col.models.get(number)  # type: ignore[arg-type]
        assert arrived is not None
        ((name, _),) = sketch.files
        assert name in arrived["css"]
        assert (Path(col.media.dir()) / name).read_bytes() == content
        seen.append(name)
    assert len(set(seen)) == 2
    assert list(col.media.check().missing) == []
    col.close()
