"""The opening of a concept: its first sentences, shown before the whole text."""

from __future__ import annotations

import re

from deckwright import blocks
from deckwright.derive.outline import split_bold
from deckwright.derive.sentences import count_words, has_at_most, iter_sentences
from deckwright.note import Field, Note

OPENING_WORDS = 60
ENOUGH_WORDS = 30  # an opening that has as many ends with its paragraph


def with_opening(note: Note) -> Note:
    """A concept with its `Opening`: its first sentences, at most 60 words. A short body moves there
    whole, and `More` is left empty. Any other note, and one that has an opening, stays as it is."""
    body = note.get("More")
    if note.note_type != "Concept" or body is None or not body.value or note.value("Opening"):
        return note
    if has_at_most(body.value, OPENING_WORDS) or body.form == "html":  # which has no sentences
        whole = Field("Opening", body.value, body.span, body.form)
        return _with_fields(note, tuple(whole if f is body else f for f in note.fields))
    start, end, words = _opening(as_page(body))
    value = body.value[start:end]
    if words <= OPENING_WORDS:
        opening = Field("Opening", value, body.locate(start, end), body.form)
    else:
        opening = Field("Opening", _cut(value, OPENING_WORDS), body.span, body.form)
        if opening.exact:  # a cut text is no slice, whatever its length
            opening = Field("Opening", opening.value, None, body.form)
    return _with_fields(note, (*note.fields, opening))


_HEADING = re.compile(r"^(#{3,6})[ \t]+(\S.*?)(?=[ \t]*$)", re.MULTILINE)


def as_page(body: Field) -> str:
    """A body as page text of the same length, in which a heading is a wholly bold line: that of a
    Markdown section below the concept's own heading is `### Benefits`."""
    if not body.form.startswith("markdown") or "###" not in body.value:
        return body.value
    return _HEADING.sub(
        lambda match: f"**{match[2]}**".ljust(match.end() - match.start()), body.value
    )


def _with_fields(note: Note, fields: tuple[Field, ...]) -> Note:
    n = note
    return Note(n.key, n.note_type, fields, n.deck, n.tags, n.parent, n.span, n.guid, n.known)


def _opening(body: str) -> tuple[int, int, int]:
    """Where the first sentences of a body stand, those of its first paragraphs that fit, and how
    many words they are."""
    start = end = words = 0
    for block in blocks.parse(body):
        if words >= ENOUGH_WORDS:
            break
        if not isinstance(block, blocks.Paragraph):
            if end:
                break  # something else stands between
            continue
        text = block.text
        found = split_bold(text)
        if end and found and found[1] == "question":
            break  # a question opens nothing
        size = count_words(text)
        if words + size <= OPENING_WORDS and text[-1] not in "：:*":  # all of it fits
            start, end, words = (start if end else block.start), block.end, words + size
            continue
        for first, last in iter_sentences(text):
            sentence = text[first:last]
            size = count_words(sentence)
            if sentence.rstrip("* ").endswith((":", "：")) or (
                end and words + size > OPENING_WORDS
            ):
                if end:
                    return start, end, words
                break
            if not end:
                start = block.start + first
            end = block.start + last
            words += size
    return (start, end, words) if end else (0, len(body), count_words(body))


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
