"""A case as the HTML report shows it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from aioc.model.result import WORST_FIRST, Finding, Verdict
from aioc.report.case_link import page_of
from aioc.report.html.exchange import FULL, SHORT, TIGHT, ExchangeView, exchange_view
from aioc.report.record import CaseRecord
from aioc.report.text import clean, shorten
from aioc.report.words import askers, headline, notes, worst_first

_LONG = 4096
_FEW_FINDINGS = 3


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding and the lines that need a thought."""

    finding: Finding
    word: str
    was: str
    expected: str
    actual: str
    askers: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """What a template needs of a case."""

    record: CaseRecord
    anchor: str
    known: bool
    """Whether the overlay knows everything that makes it FAIL or WARN."""
    open: bool
    line: str
    whose: str
    page: str
    findings: tuple[FindingView, ...]
    notes: tuple[str, ...]
    exchanges: tuple[ExchangeView, ...]
    left: str
    """A line on findings and exchanges that are not shown."""

    @property
    def href(self) -> str:
        """Give the link to the case."""
        return link(self.anchor)


def case_view(record: CaseRecord, number: int, *, opened: bool = False, exchanges: bool = True) -> CaseView:
    """Make the view of a case of the target of this number (0 when there is only one).

    Of one of several targets only the exchange that the worst finding is about is shown, or none.
    """
    short = number > 0
    findings = worst_first(record)
    limits = TIGHT if short else SHORT if record.verdict in (Verdict.PASS, Verdict.SKIP) else FULL
    about = {
        place
        for finding in findings
        for place in range(finding.exchange, finding.exchange + finding.answers)
        if 0 <= place < len(record.transfers)
    }
    wanted = _wanted(record, findings, short=short) if exchanges else ()
    return CaseView(
        record,
        anchor(record.id, number),
        record.known,
        opened,
        shorten(_line(record), 300),
        findings[0].whose if findings else "",
        page_of(record.id),
        tuple(_finding(finding) for finding in findings[: _FEW_FINDINGS if short else None]),
        tuple(notes(record)),
        tuple(
            exchange_view(
                record.transfers[place],
                place + 1,
                limits,
                about=place in about,
                opened=place in about or not about or len(wanted) == 1,
            )
            for place in wanted
        ),
        _left(len(findings) - _FEW_FINDINGS if short else 0, len(record.transfers) - len(wanted)),
    )


def anchor(case_id: str, number: int) -> str:
    """Give the name by which a link finds a case: `case/chat/basic`, of the second of several targets `2/case/…`."""
    return (f"{number}/" if number else "") + "case/" + re.sub(r"\s", "_", clean(case_id))


def link(name: str) -> str:
    """Give the link to what has this anchor."""
    return "#" + quote(name, safe="/:@,;=+!")


def in_order(records: Iterable[CaseRecord]) -> list[CaseRecord]:
    """Put the worst first, and what is new before what is known."""
    return sorted(
        records, key=lambda record: (WORST_FIRST.index(record.verdict), record.known, record.not_run, record.id)
    )


def _line(record: CaseRecord) -> str:
    if record.verdict is Verdict.PASS:
        return record.title
    return headline(record).removeprefix(record.verdict.value).strip()


def _finding(finding: Finding) -> FindingView:
    was = finding.was.value if finding.was is not None and finding.was != finding.severity else ""
    return FindingView(
        finding,
        finding.severity.value.upper() if finding.severity != "info" else "info",
        was,
        shorten(finding.expected, _LONG),
        shorten(finding.actual, _LONG),
        askers(finding) if finding.asked_by else "",
    )


def _wanted(record: CaseRecord, findings: Sequence[Finding], *, short: bool) -> Sequence[int]:
    """Give the places of the exchanges that are shown."""
    if not short:
        return range(len(record.transfers))
    places = [finding.exchange for finding in findings if 0 <= finding.exchange < len(record.transfers)]
    return (places or [len(record.transfers) - 1])[:1] if record.transfers else ()


def _left(findings: int, exchanges: int) -> str:
    parts = [
        f"{number} more {name}{'s' if number > 1 else ''}"
        for number, name in ((findings, "finding"), (exchanges, "exchange"))
        if number > 0
    ]
    return f"{' and '.join(parts)}: see the report of this target alone" if parts else ""
