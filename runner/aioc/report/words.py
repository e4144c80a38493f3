"""The lines that tell a case's end, the same in every report."""

import re
from collections import Counter
from collections.abc import Sequence

from aioc.model.exchange import Transfer
from aioc.model.result import Finding, Verdict
from aioc.report.case_link import shown_by
from aioc.report.curl import curl_line
from aioc.report.record import CaseRecord
from aioc.report.text import shorten


def headline(record: CaseRecord) -> str:
    """Give verdict, and the worst finding or the reason, on one line."""
    return f"{record.verdict} {found(record)}"


def found(record: CaseRecord) -> str:
    """Give the reason or the worst finding; where there is none, the title."""
    not_run = "not run " if record.verdict is Verdict.ERROR and record.not_run else ""
    findings = worst_first(record)
    if record.reason or not findings:
        return not_run + (record.reason or record.title)
    first = findings[0]
    said = f"known: {first.reason or first.message}" if first.mark else _said(first)
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    return f"{not_run}{said}{more}"


def _said(finding: Finding) -> str:
    """Give what a finding says; of a status also which one came ("status is 404, not 200")."""
    came = finding.actual.removeprefix("integer ")
    rest = finding.message.removeprefix("status is ")
    return f"status is {came}, {rest}" if rest != finding.message and came.isdigit() else finding.message


def in_a_line(record: CaseRecord) -> str:
    """Give what stands beside the verdict: the title of a case that passed, of others what was found."""
    return record.title if record.verdict is Verdict.PASS else found(record).strip()


def worst_first(record: CaseRecord) -> list[Finding]:
    """Give the findings as they matter: by severity, and what the overlay does not know before what it knows."""
    return sorted(record.findings, key=lambda finding: (finding.severity.rank, finding.mark is not None))


def finding_lines(record: CaseRecord) -> list[str]:
    """Give a block: each finding with its place, expected and actual, then the exchange and a curl line."""
    lines = [f"case {record.id}: {record.title}"]
    for finding in record.findings:
        lines += _finding(finding)
    if record.why:
        lines.append(f"why      {record.why}")
    if record.hint:
        lines.append(f"hint     {record.hint}")
    lines += [f"note     {note}" for note in notes(record)]
    if command := shown_by(record.family):
        lines.append(f"more     {command}")
    lines += _exchange(_about(record))
    return lines


def _finding(finding: Finding) -> list[str]:
    mark = f" [{finding.mark}]" if finding.mark else ""
    step = f"step {finding.step}, " if finding.step else ""
    lines = [f"{finding.place}: {finding.severity.value.upper()}{mark} {step}{finding.address}"]
    if finding.place.text.strip():
        lines.append(f"    {finding.place.text.strip()}")
    lines += [f"    {finding.message}", f"    expected {finding.expected}", f"    actual   {finding.actual}"]
    if finding.reason:
        lines.append(f"    reason   {finding.reason}")
    if finding.whose:
        lines.append(f"    whose    {finding.whose}")
    if finding.asked_by:
        lines.append(f"    answers of {askers(finding)} ({finding.count})")
    return lines


def askers(finding: Finding) -> str:
    """Name the first few of the cases whose answers an invariant's finding is about."""
    return first_of(finding.asked_by, 4)


def first_of(names: Sequence[str], most: int) -> str:
    """Name the first few and count the others."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def any_index(text: str) -> str:
    """Put `[*]` for each index of a list: the same fault of many elements is told once."""
    return re.sub(r"\[\d+\]", "[*]", text)


def by_cause(records: Sequence[CaseRecord]) -> dict[str, list[CaseRecord]]:
    """Give what could not be judged by its reason: one cause is told once, however many cases it hit."""
    causes: dict[str, list[CaseRecord]] = {}
    for record in records:
        if record.verdict is Verdict.ERROR:
            causes.setdefault(record.reason, []).append(record)
    return causes


def notes(record: CaseRecord) -> list[str]:
    """Give what is worth a line and changes no verdict."""
    return [*([f"judged on {record.judged} answers"] if record.judged else []), *record.notes]


def exchange_lines(record: CaseRecord) -> list[str]:
    """Give the exchange that a case ended with, whatever its verdict."""
    return _exchange(_about(record) or (record.transfers[-1] if record.transfers else None))


def _exchange(transfer: Transfer | None) -> list[str]:
    if transfer is None:
        return []
    request = transfer.request
    lines = [f"request  {request.method} {request.target}"]
    if transfer.status is not None:
        lines.append(f"answer   {transfer.status} {transfer.header('content-type') or ''}".rstrip())
        text = transfer.body.decode("utf-8", "replace").strip()
        lines += [f"    {line}" for line in shorten(text, 2048).splitlines()[:40]]
    lines.append(curl_line(request))
    return lines


def _about(record: CaseRecord) -> Transfer | None:
    """Give the exchange that the worst finding is about, else the last one."""
    findings = [finding for finding in record.findings if 0 <= finding.exchange < len(record.transfers)]
    if findings:
        return record.transfers[min(findings, key=lambda finding: finding.severity.rank).exchange]
    return record.transfers[-1] if record.transfers and record.verdict is not Verdict.PASS else None


def counted(number: int, one: str, many: str = "") -> str:
    """Say how many: `1 case`, `3 cases`, `2 entries` where the plural has a form of its own."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def known_findings(records: Sequence[CaseRecord]) -> tuple[int, int]:
    """Count the findings that the overlay knows, and how many of them it downgraded."""
    known = [finding for record in records for finding in record.findings if finding.mark]
    return len(known), sum(finding.was is not None and finding.was != finding.severity for finding in known)


def counts_line(records: Sequence[CaseRecord]) -> str:
    """Give `12 PASS  3 WARN …` and the number of findings that the overlay knows."""
    counts = Counter(record.verdict for record in records)
    known, downgraded = known_findings(records)
    parts = [f"{counts[verdict]} {verdict.value}" for verdict in Verdict if counts[verdict]]
    tail = f"; {counted(known, 'known finding')}, {downgraded} of them downgraded by the overlay" if known else ""
    return "  ".join(parts) + tail
