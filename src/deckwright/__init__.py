"""deckwright turns study text into Anki packages that can be imported again and again."""

from __future__ import annotations

__version__ = "0.1.0"
