"""Lines of a Markdown text that look as if they were to begin a card, and do not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from deckwright.naming import quoted
from deckwright.readers.markdown import rules
from deckwright.readers.markdown.lines import Line
from deckwright.readers.markdown.rules import Told

_NEAR: Final = 12  # lines from a question to its answer, blank ones too
_HEADS: Final = frozenset(" *_QqFfPpDdVvAaRr問问答<")
_MARK: Final = (
    r" {{0,3}}(?P<mark>(?P<bold>[*_]{{0,3}})(?P<word>{words})?(?(word)|{letter})(?: ?\d{{1,3}})?"
    r"(?:(?P=bold) ?[:：]| ?[:：](?P=bold)|(?(word)(?!))(?:[.)](?P=bold)|(?P=bold)[.)])(?=\s)"
    r"|(?(word)(?!))(?P=bold) [-–—](?=\s)))(?![:\\/])"
)
"""`q:`, `Q.`, `Q -`, `Q 1:`, `Question:`, also in bold; a word has a colon."""
_QUESTION = re.compile(
    _MARK.format(words="question|frage|pregunta|pergunta|domanda|vraag|問題|問|问", letter="q"),
    re.IGNORECASE,
)
_ANSWER = re.compile(
    _MARK.format(
        words="answer|ans|antwort|respuesta|resposta|risposta|réponse|antwoord|答え|答",
        letter="a",
    ),
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"[?？]|\A\W*(?:name|define|list|give|explain|describe|state|complete|translate|find|compute)\b",
    re.IGNORECASE,
)
_VERBATIM = re.compile(r" {0,3}<(script|pre|style|textarea)\b", re.IGNORECASE)


def tell(text: str, lines: Sequence[Line], told: Told) -> None:
    """Tell of lines that were meant to begin a question, each with one for its answer below it. One
    letter may be a symbol as well (`q: charge`): it counts where something is asked behind it, or
    where the text has several such pairs."""
    pairs = list(_pairs(text, lines))
    several = len(pairs) > 1
    for question, answer in pairs:
        asked = text[question.end() : answer]
        if several or question["word"] or _ASKS.search(asked):
            mark = question["mark"]
            hint = 'write "Q:" and "A:"'
            if mark == "Q:":
                hint = "put it at the very beginning of the line"
            message = f"{quoted(mark)} begins no card"
            told.tell(rules.MISSPELT, message, *question.span("mark"), hint)


def _pairs(text: str, lines: Sequence[Line]) -> Iterator[tuple[re.Match[str], int]]:
    """The marks of questions, each with the offset of the answer below it."""
    question: re.Match[str] | None = None
    since, inside = 0, ""
    for number, line in enumerate(lines):
        kind = line.kind
        if kind == "blank":
            continue
        if kind == "A" and question and number - since <= _NEAR:
            yield question, line.start
            question = None
        elif kind in ("heading", "Q", "C", "rule"):
            question = None
        elif kind == "text":
            if inside:
                if inside in text[line.start : line.end].lower():
                    inside = ""
                continue
            if text[line.start] not in _HEADS:
                continue
            if verbatim := _VERBATIM.match(text, line.start, line.end):
                closing = f"</{verbatim[1].lower()}"
                inside = "" if closing in text[line.start : line.end].lower() else closing
            elif found := _QUESTION.match(text, line.start, line.end):
                question, since = found, number
            elif question and number - since <= _NEAR and _ANSWER.match(text, line.start, line.end):
                yield question, line.start
                question = None
