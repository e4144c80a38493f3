"""The journal's lines: values to JSON-able dicts and back, field by field."""

from dataclasses import asdict, fields
from typing import Any

from aioc.model.case import Severity
from aioc.model.problem import Place
from aioc.model.result import Finding, Verdict
from aioc.model.run import Conditions, RunHeader, RunSummary, StaleEntry, SurfaceRow
from aioc.report.codec_exchange import decode_transfer, encode_transfer
from aioc.report.record import CaseRecord

SCHEMA = 2
"""Of the journal. 1 had neither shards nor what makes a run fail."""
Line = dict[str, Any]


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def encode_header(header: RunHeader) -> Line:
    """The first line."""
    return {"record": "header", "schema": SCHEMA, **asdict(header)}


def decode_header(line: Line) -> RunHeader:
    """Read the first line back."""
    conditions = line["conditions"]
    return RunHeader(
        **{
            **{each.name: _frozen(line[each.name]) for each in fields(RunHeader)},
            "conditions": Conditions(**{name: _frozen(value) for name, value in conditions.items()}),
        }
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
                "judged",
            )
        },
        "verdict": record.verdict.value,
        "seconds": round(record.seconds, 6),
        "notes": list(record.notes),
        "findings": [_finding(finding) for finding in record.findings],
        "exchanges": [encode_transfer(transfer, max_body) for transfer in record.transfers],
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
        tuple(decode_transfer(item) for item in line["exchanges"]),
        line["invariant"],
        line["why"],
        line["selected"],
        line["judged"],
    )


def encode_summary(summary: RunSummary, counts: dict[str, int]) -> Line:
    """The last line."""
    return {
        "record": "footer",
        "counts": counts,
        "surface": [
            [row.capability, row.endpoint, row.kind, row.verdict.value, row.note, row.absent] for row in summary.surface
        ],
        "stale": [[entry.entry, entry.case, entry.place, entry.message] for entry in summary.stale],
        "stopped": summary.stopped,
        "seconds": round(summary.seconds, 3),
        "complete": summary.complete,
        "observed": list(summary.observed),
    }


def decode_summary(line: Line) -> RunSummary:
    """Read the last line back."""
    return RunSummary(
        tuple(
            SurfaceRow(name, endpoint, kind, Verdict(verdict), *rest)
            for name, endpoint, kind, verdict, *rest in line["surface"]
        ),
        tuple(StaleEntry(*entry) for entry in line["stale"]),
        line["stopped"],
        line["seconds"],
        line["complete"],
        tuple(line["observed"]),
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
                "count",
                "whose",
            )
        },
        "severity": finding.severity.value,
        "was": finding.was.value if finding.was else None,
        "answers": finding.answers,
        "asked_by": list(finding.asked_by),
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
        asked_by=tuple(item["asked_by"]),
        count=item["count"],
        whose=item["whose"],
    )
