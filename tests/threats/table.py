"""What `make threats` asks of pytest: which tests hold which rows of threats.yaml, how they ended, what they took."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

TABLE = Path(__file__).with_name("threats.yaml")


@dataclass
class Row:
    """A threat: what is expected, and what its tests came to. `figures` are measured (MB …); the largest counts."""

    id: str
    threat: str
    expected: str
    tests: Sequence[str] = ()
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    seconds: float = 0.0
    figures: dict[str, float] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether at least one test holds it, none is red and each that is named is there."""
        return self.passed > 0 and not self.failed and not self.missing


def read_rows(path: Path = TABLE) -> dict[str, Row]:
    """Read the table; raises KeyError or TypeError for a row that is none."""
    table: Mapping[str, Mapping[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: Row(name, **values) for name, values in table.items()}


class Collector:
    """Keeps the tests that hold a row, and takes their ends."""

    def __init__(self, rows: dict[str, Row]) -> None:
        self.rows = rows
        self.held: dict[str, list[str]] = {}
        """The rows of each test."""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave only what holds a row; a name of the table that begins no test's id is missing."""
        for item in items:
            rows = [*marked(item), *(row.id for row in self.rows.values() if item.nodeid.startswith(tuple(row.tests)))]
            if rows:
                self.held[item.nodeid] = rows
        for row in self.rows.values():
            row.missing += [name for name in row.tests if not any(node.startswith(name) for node in self.held)]
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in self.held])
        items[:] = [item for item in items if item.nodeid in self.held]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the end of a test, and its figures (`record_property("MB", 57)`)."""
        for name in self.held.get(report.nodeid, ()):
            row = self.rows.setdefault(name, Row(name, "", "this row is not in the table"))
            if not report.passed:
                row.failed.append(report.nodeid)
            elif report.when == "call":
                row.passed += 1
                row.seconds = max(row.seconds, report.duration)
                for what, figure in report.user_properties:
                    row.figures[what] = max(row.figures.get(what, 0.0), float(figure))  # type: ignore[arg-type]


def marked(item: pytest.Item) -> Iterator[str]:
    """Give the rows that a test's markers name."""
    for marker in item.iter_markers("threat"):
        yield from marker.args
