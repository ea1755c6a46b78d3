"""Write the table in docs/updates.md anew: `python -m updates`."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from updates import engines, table
from updates.edits import EDITS
from updates.judging import judge
from updates.releases import plan


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, now = Path(name), int(time.time())
        plans = [plan(edit, folder / edit.id, now) for edit in EDITS]

        def lines(environment: Path, engine: str) -> list[list[str]]:
            begun = time.monotonic()
            found = engines.there(environment, plans, folder / engine)
            rows = [judge(each, facts) for each, facts in zip(plans, found, strict=True)]
            print(f"{engine}: {time.monotonic() - begun:.0f} s", file=sys.stderr)
            if engine == engines.newest():
                return [[table.line(row)] for row in rows]
            known = zip(rows, newest, strict=True)
            return [table.differences(engine, row, table.cells(line)) for row, line in known]

        newest = [line for (line,) in lines(Path(sys.prefix), engines.newest())]
        others = table.lines_of(table.written())[1]
        if place := engines.folder():
            others = [
                line
                for engine in engines.OLDER
                for several in lines(place / engine, engine)
                for line in several
            ]
    table.write(table.text(newest, others, engines.newest()))


if __name__ == "__main__":
    main()
