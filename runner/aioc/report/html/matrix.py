"""Several targets side by side: verdicts by topic and by case, and what the same finding hits."""

from collections.abc import Iterator, Sequence

from aioc.model.frozen import frozen
from aioc.model.result import WORST_FIRST, Verdict
from aioc.report.html.case import anchor, link
from aioc.report.html.target import by_verdict, has_details
from aioc.report.record import FINE, CaseRecord
from aioc.report.shared import FindingRow, client_rows, finding_rows
from aioc.report.target import TargetReport
from aioc.report.text import shorten
from aioc.report.words import headline


@frozen
class Cell:
    """What is said of a target in a row, and the class that colours it."""

    kind: str
    text: str
    title: str = ""
    href: str = ""


_NOT_ASKED = Cell("none", "·")


Row = tuple[str, tuple[Cell, ...]]
"""What it is about, and a cell a target."""


@frozen
class CaseRow:
    """A case on every target."""

    id: str
    title: str
    topic: str
    worst: Verdict
    cells: tuple[Cell, ...]


@frozen
class Matrix:
    """What a template needs of several targets; a topic's cell holds its counts."""

    topics: tuple[tuple[str, tuple[tuple[tuple[Verdict, int], ...], ...]], ...]
    surface: tuple[Row, ...]
    """Endpoints, and what each target has of them."""
    clients: tuple[Row, ...]
    """Titles of clients, and what becomes of each with each target."""
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
    targets = [report.by_id for report in reports]
    ids = sorted(set().union(*targets))
    rows = [_case_row(case_id, targets) for case_id in ids]
    shown = tuple(row for row in rows if row.worst not in FINE)
    topics = sorted({record.topic for records in targets for record in records.values()})
    return Matrix(
        tuple(
            (topic, tuple(by_verdict([r for r in report.records if r.topic == topic]) for report in reports))
            for topic in topics
        ),
        tuple(_surface(reports)),
        tuple(_clients(reports)),
        shown,
        len(rows) - len(shown),
        tuple(finding_rows(reports)),
        tuple(word for word in WORST_FIRST if any(r.verdict is word for report in reports for r in report.records)),
        tuple((verdict, sum(row.worst is verdict for row in shown)) for verdict in WORST_FIRST if verdict not in FINE),
    )


def _surface(reports: Sequence[TargetReport]) -> Iterator[Row]:
    """Give the surface as one table, in the order in which the targets name the endpoints."""
    targets = [{row.endpoint: row for row in report.summary.surface} for report in reports]
    for endpoint in dict.fromkeys(endpoint for rows in targets for endpoint in rows):
        found = [rows.get(endpoint) for rows in targets]
        yield endpoint, tuple(Cell(row.verdict, row.verdict[0], row.note) if row else _NOT_ASKED for row in found)


def _clients(reports: Sequence[TargetReport]) -> Iterator[Row]:
    for title, ends in client_rows(reports):
        yield title, tuple(Cell(end.ready, end.ready, end.reason) if end else _NOT_ASKED for end in ends)


def _case_row(case_id: str, targets: Sequence[dict[str, CaseRecord]]) -> CaseRow:
    records = [records.get(case_id) for records in targets]
    one = next(record for record in records if record is not None)
    worst = min((record.verdict for record in records if record is not None), key=WORST_FIRST.index)
    return CaseRow(
        case_id, one.title, one.topic, worst, tuple(_cell(record, number) for number, record in enumerate(records, 1))
    )


def _cell(record: CaseRecord | None, number: int) -> Cell:
    if record is None:
        return _NOT_ASKED
    letter = record.verdict[0]
    if record.verdict is Verdict.PASS:
        return Cell(record.verdict, letter)
    told = shorten(headline(record), 200)
    href = link(anchor(record.id, number)) if has_details(record) else ""
    kind, text = (f"{record.verdict} known", f"{letter} k") if record.known else (record.verdict, letter)
    return Cell(kind, text, told, href)
