"""The journal's lines: values to JSON-able dicts and back, field by field."""

from dataclasses import asdict, astuple, fields

from aioc.model.case import Severity
from aioc.model.problem import Json, Place
from aioc.model.result import Finding, Verdict
from aioc.model.run import Conditions, RunHeader, RunSummary, StaleEntry, SurfaceRow
from aioc.report.codec_exchange import Line, decode_transfer, encode_transfer
from aioc.report.record import CaseRecord

SCHEMA = 2
"""Of the journal. 1 had neither shards nor what makes a run fail."""
_OF_CASE = "id family title source digest reason hint not_run invariant why selected judged".split()
_OF_FINDING = (
    "step address message expected actual mark reason exchange count whose severity was answers asked_by"
).split()


def _frozen(value: Json) -> Json:
    return tuple(value) if isinstance(value, list) else value


def encode_header(header: RunHeader) -> Line:
    """The first line."""
    return {"record": "header", "schema": SCHEMA, **asdict(header)}


def decode_header(line: Line) -> RunHeader:
    """Read the first line back."""
    read = {each.name: _frozen(line[each.name]) for each in fields(RunHeader)}
    read["conditions"] = Conditions(**{name: _frozen(value) for name, value in line["conditions"].items()})
    return RunHeader(**read)


def encode_case(record: CaseRecord, max_body: int) -> Line:
    """A case's line; bodies over `max_body` bytes are cut, which makes the case not replayable."""
    return {
        "record": "case",
        **{name: getattr(record, name) for name in _OF_CASE},
        "verdict": record.verdict,
        "seconds": round(record.seconds, 6),
        "notes": record.notes,
        "findings": [_finding(finding) for finding in record.findings],
        "exchanges": [encode_transfer(transfer, max_body) for transfer in record.transfers],
    }


def decode_case(line: Line) -> CaseRecord:
    """Read a case's line back."""
    return CaseRecord(
        **{name: line[name] for name in _OF_CASE},
        topic=line["id"].split("/", 1)[0],
        verdict=Verdict(line["verdict"]),
        findings=tuple(_read_finding(item) for item in line["findings"]),
        notes=tuple(line["notes"]),
        seconds=line["seconds"],
        transfers=tuple(decode_transfer(item) for item in line["exchanges"]),
    )


def encode_summary(summary: RunSummary, counts: dict[str, int]) -> Line:
    """The last line."""
    return {
        "record": "footer",
        "counts": counts,
        "surface": [astuple(row) for row in summary.surface],
        "stale": [astuple(entry) for entry in summary.stale],
        "stopped": summary.stopped,
        "seconds": round(summary.seconds, 3),
        "complete": summary.complete,
        "observed": summary.observed,
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
    return {**{name: getattr(finding, name) for name in _OF_FINDING}, "place": asdict(finding.place)}


def _read_finding(item: Line) -> Finding:
    read = {name: _frozen(item[name]) for name in _OF_FINDING}
    read |= {"severity": Severity(item["severity"]), "was": Severity(item["was"]) if item["was"] else None}
    place = item["place"]
    return Finding(**read, place=Place(place["file"], place["line"], place["column"], place["text"]))
