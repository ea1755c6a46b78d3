"""Checks of markup: HTML that says something else than it seems to, formulas that MathJax cannot
read, tables without a header."""

from __future__ import annotations

from deckwright.checks.markup.formulas import BROKEN_MATH, broken_mathjax
from deckwright.checks.markup.structure import UNCLOSED, UNSTABLE, unclosed_tag, unstable_html
from deckwright.checks.markup.tables import NO_HEADER, table_without_header

CHECKS = (
    (UNSTABLE, unstable_html),
    (UNCLOSED, unclosed_tag),
    (BROKEN_MATH, broken_mathjax),
    (NO_HEADER, table_without_header),
)
