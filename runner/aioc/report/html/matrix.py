"""Several targets side by side: verdicts by topic and by case, and what the same finding hits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aioc.model.client import ClientEnd
from aioc.model.result import WORST_FIRST, Verdict
from aioc.report.html.case import anchor, link
from aioc.report.html.target import counted, has_details
from aioc.report.record import CaseRecord
from aioc.report.shared import FindingRow, client_rows, finding_rows
from aioc.report.target import TargetReport
from aioc.report.text import shorten
from aioc.report.words import headline

_FINE = (Verdict.PASS, Verdict.SKIP)


@dataclass(frozen=True, slots=True)
class Cell:
    """The end of a case on a target; `verdict` is None where it was not asked for."""

    verdict: Verdict | None
    known: bool = False
    title: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case on every target."""

    id: str
    title: str
    topic: str
    worst: Verdict
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """What a template needs of several targets; a topic's cell holds its counts."""

    labels: tuple[str, ...]
    topics: tuple[tuple[str, tuple[tuple[tuple[Verdict, int], ...], ...]], ...]
    totals: tuple[tuple[tuple[Verdict, int], ...], ...]
    surface: tuple[tuple[str, tuple[Cell, ...]], ...]
    """Endpoints, and what each target has of them."""
    clients: tuple[tuple[str, tuple[ClientEnd | None, ...]], ...]
    """Titles of clients, and what becomes of each with each target; None where it was not shown."""
    cases: tuple[CaseRow, ...]
    alike: int
    """How many cases are fine everywhere and have no row."""
    findings: tuple[FindingRow, ...]
    order: tuple[Verdict, ...]
    """The verdicts that occur."""
    verdicts: tuple[tuple[Verdict, int], ...]
    """How many rows have each verdict as their worst."""


def matrix(reports: Sequence[TargetReport]) -> Matrix:
    """Make the matrix of several targets."""
    targets = [{record.id: record for record in report.records} for report in reports]
    ids = sorted(set().union(*targets))
    rows = [_case_row(case_id, targets) for case_id in ids]
    shown = tuple(row for row in rows if row.worst not in _FINE)
    topics = sorted({record.topic for records in targets for record in records.values()})
    return Matrix(
        tuple(report.header.label for report in reports),
        tuple(
            (topic, tuple(counted([r for r in report.records if r.topic == topic]) for report in reports))
            for topic in topics
        ),
        tuple(counted(report.records) for report in reports),
        tuple(_surface(reports)),
        tuple(client_rows(reports)),
        shown,
        len(rows) - len(shown),
        tuple(finding_rows(reports)),
        tuple(word for word in WORST_FIRST if any(r.verdict is word for report in reports for r in report.records)),
        tuple((verdict, sum(row.worst is verdict for row in shown)) for verdict in WORST_FIRST if verdict not in _FINE),
    )


def _surface(reports: Sequence[TargetReport]) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    """Give the surface as one table, in the order in which the targets name the endpoints."""
    targets = [{row.endpoint: row for row in report.summary.surface} for report in reports]
    for endpoint in dict.fromkeys(endpoint for rows in targets for endpoint in rows):
        rows = [rows.get(endpoint) for rows in targets]
        yield endpoint, tuple(Cell(row.verdict, title=row.note) if row is not None else Cell(None) for row in rows)


def _case_row(case_id: str, targets: Sequence[dict[str, CaseRecord]]) -> CaseRow:
    records = [records.get(case_id) for records in targets]
    one = next(record for record in records if record is not None)
    worst = min((record.verdict for record in records if record is not None), key=WORST_FIRST.index)
    return CaseRow(
        case_id, one.title, one.topic, worst, tuple(_cell(record, number) for number, record in enumerate(records, 1))
    )


def _cell(record: CaseRecord | None, number: int) -> Cell:
    if record is None:
        return Cell(None)
    if record.verdict is Verdict.PASS:
        return Cell(Verdict.PASS)
    told = shorten(headline(record), 200)
    href = link(anchor(record.id, number)) if has_details(record) else ""
    return Cell(record.verdict, record.known, told, href)
