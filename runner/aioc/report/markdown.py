"""Markdown for a job's summary: what fails first, then what is known, the surface and the counts; several targets as
a matrix.
"""

import html
from collections import Counter
from collections.abc import Iterator, Sequence

from aioc.model.client import Ready
from aioc.model.result import Finding, Verdict
from aioc.report.case_link import shown_by
from aioc.report.md import block, code, folded, table, text
from aioc.report.record import CaseRecord
from aioc.report.shared import client_rows, finding_rows
from aioc.report.target import TargetReport
from aioc.report.text import clean, shorten
from aioc.report.words import counts_line, exchange_lines, found, worst_first

MAX_BYTES = 1000 << 10
"""GitHub takes no job summary over 1 MiB."""
_SHOWN = 50
_LONG = 200


def markdown_page(reports: Sequence[TargetReport], changed: str = "") -> bytes:
    """Give the report; what is over the limit of a job summary is left out, and said.

    `changed` is Markdown that says what is not as it was in an earlier run: it comes first.
    """
    lines = [line for report in reports for line in _target(report)]
    if len(reports) > 1:
        lines = [*_matrix(reports), *lines]
    return _limited((f"{changed}\n" if changed else "") + "\n".join(lines) + "\n")


def _limited(page: str) -> bytes:
    raw = page.encode("utf-8")
    if len(raw) <= MAX_BYTES:
        return raw
    whole = raw[:MAX_BYTES].decode("utf-8", "ignore").rpartition("\n")[0]
    return f"{whole}\n\nThe rest is left out: {len(raw)} bytes are more than a job summary takes.\n".encode()


def _target(report: TargetReport) -> Iterator[str]:
    header, failing = report.header, report.failing
    number = len(failing.cases) + len(failing.stale)
    yield f"## {text(header.label)}: {f'{number} failed' if number else 'nothing failed'}"
    yield ""
    roles = ", ".join(f"{role} {model}" for role, model in header.roles.items())
    said = f"{text(header.product)}, {code(header.base_url)}, {text(header.started)}"
    yield f"{said}; {text(roles)}" if roles else said
    yield ""
    yield f"**{text(counts_line(report.records))}**"
    yield from (f"> {text(warning)}" for warning in header.warnings)
    if report.summary.stopped:
        yield f"> stopped: {text(report.summary.stopped)}"
    yield from _failed(report)
    yield from _section("Could not be judged", [r for r in report.records if r.verdict is Verdict.ERROR])
    yield from _section("Unstable", [one.ends[0].record for one in report.unstable])
    yield from _stale(report)
    rest = [record for record in report.records if record.id not in failing.cases]
    yield from _folded("Known", [r for r in rest if r.verdict is Verdict.FAIL and r.known_only])
    unknown = [record for record in rest if record.verdict is Verdict.FAIL and not record.known_only]
    yield from _folded("Failed before too", [r for r in unknown if not report.is_new(r)])
    yield from _folded("New, but not what fails this run", [r for r in unknown if report.is_new(r)])
    yield from _folded("Warned", [r for r in rest if r.verdict is Verdict.WARN])
    yield from _surface(report)
    yield from _clients(report)
    yield ""


def _failed(report: TargetReport) -> Iterator[str]:
    """What fails the run, each with what was expected, what came, and the line that repeats it."""
    records = [record for record in report.records if record.id in report.failing.cases]
    if not records:
        return
    yield from ("", f"### Failed ({len(records)})", "")
    for record in records[:_SHOWN]:
        yield f"<details><summary>{record.verdict} <code>{_html(record.id)}</code> {_html(_said(record))}</summary>"
        yield ""
        for finding in worst_first(record)[:5]:
            yield f"- {_finding(finding)}"
        if record.transfers:
            yield ""
            yield from block("\n".join(exchange_lines(record)), "text")
        if command := shown_by(record.family):
            yield from ("", f"more: {code(command)}")
        yield from ("", "</details>")
    if len(records) > _SHOWN:
        yield from ("", f"and {len(records) - _SHOWN} more: " + ", ".join(code(r.id) for r in records[_SHOWN:]))


def _finding(finding: Finding) -> str:
    known = " known" if finding.mark else ""
    whose = f" ({text(finding.whose)})" if finding.whose else ""
    said = f"**{finding.severity}{known}** {code(finding.address)}: {text(shorten(finding.message, _LONG))}{whose}"
    return f"{said}; expected {code(shorten(finding.expected, _LONG))}, actual {code(shorten(finding.actual, _LONG))}"


def _section(title: str, records: Sequence[CaseRecord]) -> Iterator[str]:
    if records:
        yield from ("", f"### {title} ({len(records)})", "", *_cases(records))


def _folded(title: str, records: Sequence[CaseRecord]) -> Iterator[str]:
    if records:
        yield from folded(f"{title} ({len(records)})", _cases(records))


def _cases(records: Sequence[CaseRecord]) -> list[str]:
    return table(["verdict", "case", "why"], [[r.verdict, code(r.id), text(_said(r))] for r in records])


def _stale(report: TargetReport) -> Iterator[str]:
    stale = report.summary.stale
    if stale:
        yield from ("", f"### Stale overlay entries ({len(stale)})", "")
        yield from table(
            ["entry", "where", "what to do"], [[text(e.entry), code(e.place), text(e.message)] for e in stale]
        )


def _surface(report: TargetReport) -> Iterator[str]:
    rows = report.summary.surface
    if rows:
        has = sum(row.there for row in rows)
        shown = [[code(row.endpoint), row.verdict, text(shorten(row.note, _LONG))] for row in rows]
        summary = f"Surface: {has} of {len(rows)} endpoints are there"
        yield from folded(summary, table(["endpoint", "verdict", "note"], shown))


def _clients(report: TargetReport) -> Iterator[str]:
    ends = report.clients
    if ends:
        ready = sum(one.ready is Ready.READY for one in ends)
        shown = [[text(one.title), one.ready, text(shorten(one.reason, _LONG))] for one in ends]
        yield from folded(f"Clients: {ready} of {len(ends)} are ready", table(["client", "", "why"], shown))


def _matrix(reports: Sequence[TargetReport]) -> Iterator[str]:
    """Topics by targets, then each case that is not fine everywhere, then what several targets have in common."""
    labels = [text(report.header.label) for report in reports]
    topics = sorted({record.topic for report in reports for record in report.records})
    yield from ("## Targets", "")
    yield from table(["topic", *labels], [[code(topic), *(_counted(r, topic) for r in reports)] for topic in topics])
    by_target = [report.by_id for report in reports]
    ids = sorted({record.id for report in reports for record in report.records if not record.fine})
    if ids:
        words = "P pass, W warn, F fail, S skip, E error; k: known to the overlay; - not in that run."
        cases = table(["case", *labels], [[code(i), *(_letter(r.get(i)) for r in by_target)] for i in ids])
        yield from folded(f"Cases that are not fine everywhere ({len(ids)})", [words, "", *cases])
    yield from _common(reports)
    if clients := client_rows(reports):
        ends = [[text(title), *("-" if one is None else one.ready for one in row)] for title, row in clients]
        yield from folded("Clients", table(["client", *labels], ends))
    yield ""


def _counted(report: TargetReport, topic: str) -> str:
    counts = Counter(record.verdict for record in report.records if record.topic == topic)
    return " ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict]) or "-"


def _letter(record: CaseRecord | None) -> str:
    return "-" if record is None else record.verdict[0] + ("k" if record.known else "")


def _common(reports: Sequence[TargetReport]) -> Iterator[str]:
    """The findings of several targets."""
    several = [row for row in finding_rows(reports) if len(row.labels) > 1 and row.severity != "info"]
    if several:
        rows = [
            [f"{len(row.labels)} of {len(reports)}", code(row.family), text(row.message), text(", ".join(row.labels))]
            for row in several[: 4 * _SHOWN]
        ]
        title = f"Found in several targets ({len(several)})"
        yield from folded(title, table(["targets", "case", "finding", "which"], rows))


def _said(record: CaseRecord) -> str:
    return shorten(found(record).strip(), _LONG)


def _html(value: str) -> str:
    """Text inside a summary element, where not every reader takes a backslash for an escape."""
    return html.escape(clean(" ".join(value.split())), quote=False).replace("`", "&#96;").replace("*", "&#42;")
