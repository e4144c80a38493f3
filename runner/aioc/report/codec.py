"""The journal's lines: values to JSON-able dicts and back, field by field."""

import base64
from typing import Any

from aioc.model.case import Severity
from aioc.model.exchange import Failure, Transfer, WireFile, WireRequest
from aioc.model.problem import Place
from aioc.model.result import Finding, Verdict
from aioc.model.run import RunHeader, RunSummary, StaleEntry, SurfaceRow
from aioc.report.record import CaseRecord

Line = dict[str, Any]


def encode_header(header: RunHeader) -> Line:
    """The first line."""
    return {
        "record": "header",
        "schema": 1,
        **{
            name: getattr(header, name)
            for name in (
                "server",
                "label",
                "base_url",
                "version",
                "aioc_version",
                "catalogue_version",
                "started",
            )
        },
        "versions": dict(header.versions),
        "roles": dict(header.roles),
        "flags": dict(header.flags),
        "proof": list(header.proof),
        "warnings": list(header.warnings),
        "selected": list(header.selected),
        "trusted": header.trusted,
    }


def decode_header(line: Line) -> RunHeader:
    """Read the first line back."""
    return RunHeader(
        line["server"],
        line["label"],
        line["base_url"],
        line["version"],
        tuple(line["proof"]),
        line["roles"],
        line["flags"],
        tuple(line["warnings"]),
        line["aioc_version"],
        line["catalogue_version"],
        line["started"],
        tuple(line["selected"]),
        line["trusted"],
        line["versions"],
    )


def encode_case(record: CaseRecord, max_body: int) -> Line:
    """A case's line; bodies over `max_body` bytes are cut, which makes the case not replayable."""
    return {
        "record": "case",
        **{
            name: getattr(record, name)
            for name in (
                "id",
                "family",
                "title",
                "source",
                "digest",
                "reason",
                "hint",
                "not_run",
                "invariant",
                "why",
                "selected",
            )
        },
        "verdict": record.verdict.value,
        "seconds": round(record.seconds, 6),
        "notes": list(record.notes),
        "findings": [_finding(finding) for finding in record.findings],
        "exchanges": [_transfer(transfer, max_body) for transfer in record.transfers],
    }


def decode_case(line: Line) -> CaseRecord:
    """Read a case's line back."""
    return CaseRecord(
        line["id"],
        line["family"],
        line["id"].split("/", 1)[0],
        line["title"],
        line["source"],
        line["digest"],
        Verdict(line["verdict"]),
        tuple(_read_finding(item) for item in line["findings"]),
        line["reason"],
        line["hint"],
        tuple(line["notes"]),
        line["seconds"],
        line["not_run"],
        tuple(_read_transfer(item) for item in line["exchanges"]),
        line["invariant"],
        line["why"],
        line["selected"],
    )


def encode_summary(summary: RunSummary, counts: dict[str, int]) -> Line:
    """The last line."""
    return {
        "record": "footer",
        "counts": counts,
        "surface": [[row.capability, row.endpoint, row.kind, row.verdict.value, row.note] for row in summary.surface],
        "stale": [[entry.entry, entry.case, entry.place, entry.message] for entry in summary.stale],
        "stopped": summary.stopped,
        "seconds": round(summary.seconds, 3),
        "complete": summary.complete,
    }


def decode_summary(line: Line) -> RunSummary:
    """Read the last line back."""
    return RunSummary(
        tuple(
            SurfaceRow(name, endpoint, kind, Verdict(verdict), note)
            for name, endpoint, kind, verdict, note in line["surface"]
        ),
        tuple(StaleEntry(*entry) for entry in line["stale"]),
        line["stopped"],
        line["seconds"],
        line["complete"],
    )


def _finding(finding: Finding) -> Line:
    place = finding.place
    return {
        **{
            name: getattr(finding, name)
            for name in (
                "step",
                "address",
                "message",
                "expected",
                "actual",
                "mark",
                "reason",
                "exchange",
                "asked_by",
                "count",
                "whose",
            )
        },
        "severity": finding.severity.value,
        "was": finding.was.value if finding.was else None,
        "answers": finding.answers,
        "place": {"file": place.file, "line": place.line, "column": place.column, "text": place.text},
    }


def _read_finding(item: Line) -> Finding:
    place = item["place"]
    return Finding(
        address=item["address"],
        severity=Severity(item["severity"]),
        message=item["message"],
        expected=item["expected"],
        actual=item["actual"],
        place=Place(place["file"], place["line"], place["column"], place["text"]),
        step=item["step"],
        exchange=item["exchange"],
        answers=item["answers"],
        was=Severity(item["was"]) if item["was"] else None,
        mark=item["mark"],
        reason=item["reason"],
        asked_by=item["asked_by"],
        count=item["count"],
        whose=item["whose"],
    )


def _transfer(transfer: Transfer, max_body: int) -> Line:
    request, failure = transfer.request, transfer.failure
    return {
        "request": {
            "method": request.method,
            "target": request.target,
            "headers": [list(header) for header in request.headers],
            "body": _bytes(request.content, max_body),
            "form": [list(field) for field in request.form],
            "files": [
                [part.field, part.file_name, part.media_type, _bytes(part.content, max_body)] for part in request.files
            ],
            "hang_up_after": request.hang_up_after,
        },
        "status": transfer.status,
        "headers": [list(header) for header in transfer.headers],
        "body": _bytes(transfer.body, max_body),
        "arrivals": [[round(at, 3), end] for at, end in transfer.arrivals],
        "started_unix": round(transfer.started_unix, 6),
        "total_ms": round(transfer.total_ms, 3),
        "facts": dict(transfer.facts),
        "failure": [failure.kind, failure.what, failure.hint] if failure else None,
        "cut": transfer.cut,
        "retries": list(transfer.retries),
    }


def _read_transfer(item: Line) -> Transfer:
    asked = item["request"]
    request = WireRequest(
        asked["method"],
        asked["target"],
        tuple((name, value) for name, value in asked["headers"]),
        _read_bytes(asked["body"]),
        tuple((name, value) for name, value in asked["form"]),
        tuple(
            WireFile(field, name, media, _read_bytes(content) or b"") for field, name, media, content in asked["files"]
        ),
        asked["hang_up_after"],
        asked["body"]["length"] if _is_cut(asked["body"]) else None,
    )
    failure = Failure(*item["failure"]) if item["failure"] else None
    if failure is None and _is_cut(item["body"]):
        failure = Failure(
            "not-recorded",
            "the journal holds only the beginning of this exchange",
            "run the case against the server",
        )
    return Transfer(
        request,
        item["status"],
        tuple((name, value) for name, value in item["headers"]),
        _read_bytes(item["body"]) or b"",
        tuple((at, end) for at, end in item["arrivals"]),
        item["started_unix"],
        item["total_ms"],
        item["facts"],
        failure,
        item["cut"],
        tuple(item["retries"]),
    )


def _bytes(raw: bytes | None, limit: int) -> Any:
    """Text where it is UTF-8, else base64; a cut one is marked."""
    if raw is None:
        return None
    mark = {"cut": True, "length": len(raw)} if len(raw) > limit else {}
    raw = raw[:limit]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(raw).decode("ascii"), **mark}
    return {"text": text, **mark} if mark else text


def _read_bytes(item: Any) -> bytes | None:
    if item is None or isinstance(item, str):
        return item.encode("utf-8") if item is not None else None
    return base64.b64decode(item["base64"]) if "base64" in item else item["text"].encode("utf-8")


def _is_cut(item: Any) -> bool:
    return isinstance(item, dict) and bool(item.get("cut"))
