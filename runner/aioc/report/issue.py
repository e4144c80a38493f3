"""A finding as a report to the server's own people: what was sent, what came, what the API documents, versions."""

import shlex
from collections.abc import Iterator

from aioc.model.exchange import Transfer
from aioc.model.result import Finding
from aioc.model.run import RunHeader
from aioc.report.curl import curl_line
from aioc.report.md import block, code, link, text
from aioc.report.record import CaseRecord
from aioc.report.text import clean, shorten
from aioc.report.words import worst_first

LONGEST_BODY = 4096
_SHOWN = 4
_HEADERS = ("content-type", "server", "transfer-encoding")


def issue_markdown(header: RunHeader, record: CaseRecord) -> str:
    """Give the report of a case that found something (Markdown), its title as the heading."""
    findings = [finding for finding in worst_first(record) if finding.severity != "info"]
    lines = [f"# {_title(record, findings)}", "", *_summary(record, findings)]
    for number, transfer in _exchanges(record, findings):
        title = "Sent" if number == 1 else f"Then sent ({number})"
        lines += ["", f"## {title}", "", *block(curl_line(transfer.request), "sh")]
        lines += ["", "## Came", "", *block(_came(transfer), "text")]
    lines += ["", "## Versions", "", *_versions(header)]
    lines += ["", "## Run it again", "", *block(_again(header, record), "sh")]
    return "\n".join(lines) + "\n"


def _title(record: CaseRecord, findings: list[Finding]) -> str:
    message = findings[0].message if findings else record.reason
    return text(shorten(f"{record.title}: {message}", 150))


def _summary(record: CaseRecord, findings: list[Finding]) -> Iterator[str]:
    yield f"{text(record.title)}: this is what the API documents or does ({link(record.source)})."
    if record.why:
        yield from ("", text(record.why))
    yield ""
    for finding in findings:
        step = f"step {code(finding.step)}, " if finding.step else ""
        where = f"{step}{code(finding.address)}: " if finding.address not in finding.message else step
        yield f"- {where}{text(finding.message)}"
        yield f"  - expected: {code(shorten(finding.expected, 300))}"
        yield f"  - actual: {code(shorten(finding.actual, 300))}"


def _exchanges(record: CaseRecord, findings: list[Finding]) -> Iterator[tuple[int, Transfer]]:
    """Number the exchanges that led to the worst finding, from 1; the last few of many."""
    worst = findings[0].exchange if findings else -1
    asked = record.transfers[: worst + 1] if worst >= 0 and not record.invariant else record.transfers[worst:]
    yield from list(enumerate(asked, 1))[-_SHOWN:]


def _came(transfer: Transfer) -> str:
    if transfer.status is None:
        return transfer.failure.what if transfer.failure else "no answer"
    kept = [f"{name}: {value}" for name, value in transfer.headers if name.lower() in _HEADERS]
    try:
        body = shorten(transfer.body.decode("utf-8"), LONGEST_BODY)
    except UnicodeDecodeError:
        body = f"({len(transfer.body)} bytes that are no text)"
    return clean("\n".join([f"HTTP {transfer.status}", *kept, "", body.rstrip()]))


def _versions(header: RunHeader) -> Iterator[str]:
    yield f"- server: {text(header.product)}"
    yield from (f"- {text(name)}: {text(other)}" for name, other in header.versions.items() if name != header.server)
    yield from (f"- {text(role)}: {code(model)}" for role, model in header.roles.items())
    yield f"- aioc {text(header.aioc_version)}, catalogue {text(header.catalogue_version)}, {text(header.started)}"


def _again(header: RunHeader, record: CaseRecord) -> str:
    named = "" if header.server == "none" else f" --server {header.server}"
    # An invariant needs an answer to speak of: the case whose answer it found wrong is run with it.
    asked_by = record.findings[0].asked_by[:1] if record.findings else ()
    select = " ".join(f"--select {shlex.quote(name)}" for name in (*asked_by, record.id))
    return f'aioc-run{named} --base-url "$AIOC_BASE_URL" {select} -v'
