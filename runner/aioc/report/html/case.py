"""A case as the HTML report shows it."""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from aioc.model.frozen import frozen
from aioc.model.result import WORST_FIRST, Finding
from aioc.report.case_link import shown_by
from aioc.report.html.exchange import FULL, SHORT, TIGHT, ExchangeView, exchange_view
from aioc.report.record import CaseRecord
from aioc.report.text import clean, shorten
from aioc.report.words import counted, in_a_line, notes, worst_first

_FEW_FINDINGS = 3


@frozen
class CaseView:
    """What a template needs of a case."""

    record: CaseRecord
    anchor: str
    open: bool
    line: str
    whose: str
    command: str
    findings: tuple[Finding, ...]
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
    line = shorten(in_a_line(record), 300)
    limits = TIGHT if short else SHORT if record.fine else FULL
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
        opened,
        line.removeprefix("known: ") if record.known else line,
        findings[0].whose if findings else "",
        shown_by(record.id),
        tuple(findings[: _FEW_FINDINGS if short else None]),
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


def _wanted(record: CaseRecord, findings: Sequence[Finding], *, short: bool) -> Sequence[int]:
    """Give the places of the exchanges that are shown."""
    if not short:
        return range(len(record.transfers))
    places = [finding.exchange for finding in findings if 0 <= finding.exchange < len(record.transfers)]
    return (places or [len(record.transfers) - 1])[:1] if record.transfers else ()


def _left(findings: int, exchanges: int) -> str:
    parts = [
        counted(number, f"more {name}")
        for number, name in ((findings, "finding"), (exchanges, "exchange"))
        if number > 0
    ]
    return f"{' and '.join(parts)}: see the report of this target alone" if parts else ""
