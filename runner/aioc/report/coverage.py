"""The coverage of the catalogue as text: an endpoint a line, its holes below."""

import textwrap
from collections.abc import Sequence

from aioc.coverage.measure import Cells

_HOLES = {"request": "never sent", "answer": "not looked at", "events": "not looked at in streams"}


def coverage_lines(table: Sequence[Cells]) -> list[str]:
    """Give the table: for each endpoint the cases, the filled of the documented cells, and the holes."""
    width = max(len(cells.endpoint.name) for cells in table)
    lines = [f"{'endpoint':{width}}  {'cases':>5}  {'request':>9}  {'answer':>9}  {'events':>9}"]
    for cells in table:
        counts = [_count(fields, filled) for _, fields, filled in cells.parts]
        lines.append(f"{cells.endpoint.name:{width}}  {len(cells.cases):5}  " + "  ".join(f"{c:>9}" for c in counts))
        for part, told in _HOLES.items():
            if holes := cells.holes(part):
                lines += textwrap.wrap(
                    f"{told}: {', '.join(holes)}", 110, initial_indent="    ", subsequent_indent=" " * 6
                )
    filled, total = totals(table)
    asked = sum(bool(cells.cases) for cells in table)
    return [*lines, f"{asked} of {len(table)} endpoints, {filled} of {total} cells"]


def totals(table: Sequence[Cells]) -> tuple[int, int]:
    """Give the number of filled cells and of all."""
    filled = sum(len(names.keys() & set(fields)) for cells in table for _, fields, names in cells.parts)
    return filled, sum(len(fields) for cells in table for _, fields, _ in cells.parts)


def _count(fields: Sequence[str], filled: dict[str, set[str]]) -> str:
    return f"{len(filled.keys() & set(fields))}/{len(fields)}" if fields else "-"
