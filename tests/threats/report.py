"""`make threats`: the tests of every row of threats.yaml, and what was measured. Exit code 1: a row is red."""

import sys
from collections.abc import Iterable, Iterator

import pytest
from tests.threats.table import Collector, Row, read_rows

WHERE = ["tests/threats", "tests/unit", "tests/cli"]


def lines(rows: Iterable[Row]) -> Iterator[str]:
    """Give the table: threat, tests, the longest seconds of one and what else was measured, ok or red and why."""
    for row in rows:
        figures = [f"{row.seconds:.2f} s", *(f"{figure:.0f} {what}" for what, figure in row.figures.items())]
        tests = f"{row.passed} test{'' if row.passed == 1 else 's'}"
        yield f"{'ok ' if row.ok else 'RED'} {row.id:4} {row.threat:<70} {tests:>9}  {', '.join(figures)}"
        if not row.ok:
            yield f"         expected: {row.expected}"
            yield from (f"         red: {name}" for name in dict.fromkeys(row.failed))
            yield from (f"         there is no such test: {name}" for name in row.missing)
            if not row.passed and not row.failed:
                yield "         no test holds this row"


def main() -> int:
    """Run the tests and print the table."""
    rows = read_rows()
    ended = pytest.main([*WHERE, "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist"], [Collector(rows)])
    print(*lines(rows.values()), sep="\n")
    red = [row.id for row in rows.values() if not row.ok]
    print(f"{len(rows)} threats, {len(red)} red{': ' + ', '.join(red) if red else ''}")
    return 1 if red or ended != pytest.ExitCode.OK else 0


if __name__ == "__main__":
    sys.exit(main())
