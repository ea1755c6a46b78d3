"""The opening of a concept: its first sentences, shown before the whole text."""

from __future__ import annotations

from dataclasses import replace

from deckwright import blocks
from deckwright.derive.sentences import count_words, sentences
from deckwright.note import Field, Note

OPENING_WORDS = 60


def with_opening(note: Note) -> Note:
    """A concept with its `Opening`: its first sentences, at most 60 words. A short body moves there
    whole, and `More` is left empty. Any other note, and one that has an opening, stays as it is."""
    body = note.get("More")
    if note.note_type != "Concept" or body is None or not body.value or note.value("Opening"):
        return note
    if count_words(body.value) <= OPENING_WORDS:
        fields = (
            f if f is not body else Field("Opening", body.value, body.span) for f in note.fields
        )
        return replace(note, fields=tuple(fields))
    start, end = _opening(body.value)
    value = body.value[start:end]
    if count_words(value) > OPENING_WORDS:
        opening = Field("Opening", _cut(value, OPENING_WORDS), body.span)
        if opening.exact:  # a cut text is no slice, whatever its length
            opening = Field("Opening", opening.value, None)
    else:
        opening = Field("Opening", value, body.locate(start, end))
    return replace(note, fields=(*note.fields, opening))


def _opening(body: str) -> tuple[int, int]:
    """Where the first sentences of a body stand: those of its first paragraphs that fit."""
    start = end = words = 0
    for block in blocks.parse(body):
        if not isinstance(block, blocks.Paragraph):
            if end:
                break  # something else stands between
            continue
        for first, last in sentences(block.text):
            sentence = block.text[first:last]
            size = count_words(sentence)
            if sentence.rstrip("* ").endswith((":", "：")) or (
                end and words + size > OPENING_WORDS
            ):
                if end:
                    return start, end
                break
            if not end:
                start = block.start + first
            end = block.start + last
            words += size
    return (start, end) if end else (0, len(body))


def _cut(text: str, words: int) -> str:
    """The first words of a long sentence or list, never inside bold or code."""
    end = count = 0
    for part in text.split(" "):
        count += count_words(part)
        if count > words:
            break
        end += len(part) + 1
    cut = text[:end].rstrip()
    for mark in ("**", "`"):
        if cut.count(mark) % 2:
            cut = cut[: cut.rindex(mark)].rstrip()
    return cut + " …"
