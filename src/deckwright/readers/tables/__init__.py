"""The table reader: `.csv` and `.tsv`, also several files joined on a column, and Anki's own text
export.

A row is a note. `records.py` makes cells of text, `heads.py` finds out what a file is (delimiter,
header, Anki's own lines), `columns.py` which columns make which fields, `joins.py` puts files
beside each other, `rows.py` makes the notes, and `keys.py` their
keys.
"""

from __future__ import annotations

from deckwright.readers.tables.heads import is_export
from deckwright.readers.tables.options import Join, TableOptions, also
from deckwright.readers.tables.rows import read
from deckwright.readers.tables.rules import LEFT_OUT, RULES

__all__ = ["LEFT_OUT", "RULES", "Join", "TableOptions", "also", "is_export", "read"]
