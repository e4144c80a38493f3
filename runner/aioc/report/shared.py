"""What several targets have in common: the same finding, the same client, each told once."""

from collections.abc import Sequence

from aioc.model.case import Severity
from aioc.model.client import ClientEnd
from aioc.model.frozen import frozen
from aioc.report.target import TargetReport
from aioc.report.text import shorten
from aioc.report.words import any_index, worst_first


@frozen
class FindingRow:
    """A finding and the labels of the targets that have it."""

    severity: Severity
    known: int
    """On how many of them the overlay knows it."""
    family: str
    address: str
    message: str
    labels: tuple[str, ...]


def finding_rows(reports: Sequence[TargetReport]) -> list[FindingRow]:
    """Put together what is found at the same check with the same words, whichever element of a list it is about.

    The gravest come first, then those of most targets.
    """
    hit: dict[tuple[str, str, str], dict[str, tuple[Severity, bool]]] = {}
    for report in reports:
        for record in report.records:
            for finding in worst_first(record):
                message = shorten(any_index(finding.message), 200)
                where = hit.setdefault((record.family, any_index(finding.address), message), {})
                where.setdefault(report.header.label, (finding.severity, finding.mark is not None))
    rows = [
        FindingRow(
            min((severity for severity, _ in where.values()), key=lambda severity: severity.rank),
            sum(known for _, known in where.values()),
            family,
            address,
            message,
            tuple(where),
        )
        for (family, address, message), where in hit.items()
    ]
    return sorted(rows, key=lambda row: (row.severity.rank, -len(row.labels), row.family, row.address))


def client_rows(reports: Sequence[TargetReport]) -> list[tuple[str, tuple[ClientEnd | None, ...]]]:
    """Give the title of each client with what becomes of it on every target, None where that was not shown."""
    targets = [{one.title: one for one in report.clients} for report in reports]
    return [
        (title, tuple(ends.get(title) for ends in targets)) for title in sorted(set().union(*targets), key=str.casefold)
    ]
