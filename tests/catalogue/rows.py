"""The rows of the catalogue proposal: which case says each, or why nothing does."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from aioc.model.case import Case

ROWS = Path(__file__).with_name("rows")


@dataclass(frozen=True, slots=True)
class Row:
    """One statement of the proposal; exactly one of `case`, `part_of`, `omitted` is set unless it is still to do."""

    id: str
    topic: str
    case: str = ""
    part_of: str = ""
    check: str = ""
    omitted: str = ""

    @property
    def kind(self) -> str:
        """`done`, `merged`, `omitted` or `to do`."""
        return "done" if self.case else "merged" if self.part_of else "omitted" if self.omitted else "to do"


def rows() -> Iterator[Row]:
    """Give every row, file by file, in the order of the proposal."""
    for file in sorted(ROWS.glob("*.yaml")):
        for name, entry in yaml.safe_load(file.read_text()).items():
            entry.pop("todo", None)
            yield Row(name, file.stem, **entry)


def dangling(row: Row, cases: dict[str, Case]) -> str:
    """Say what a row names that does not exist, '' when all is there."""
    named = row.case or row.part_of
    if not named:
        return ""
    members = [case for case in cases.values() if named in (case.id, case.family)]
    if not members:
        return f"{row.id}: there is no case {named}"
    if row.check and not any(_has(case, row.check.partition("#")[0]) for case in members):
        return f"{row.id}: {named} has no check {row.check}"
    return ""


def _has(case: Case, wanted: str) -> bool:
    checks = [("", check) for check in case.checks]
    checks += [(step.name, check) for step in case.steps for check in step.checks]
    return any(wanted in (check.address, f"{step}/{check.address}") for step, check in checks)
