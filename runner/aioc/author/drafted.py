"""A case drafted from a request that somebody made and, where there is one, from its answer."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from aioc.answer.read import read
from aioc.author.asked import Asked
from aioc.author.case_text import case_text
from aioc.author.place import CasePlace
from aioc.author.propose import Check, proposed, undocumented
from aioc.author.yaml_text import yaml_lines
from aioc.coverage.fields import endpoint_of
from aioc.judge.check import judge
from aioc.judge_recorded import judge_recorded
from aioc.model.case import FilePart, Request
from aioc.model.catalogue import Catalogue
from aioc.model.exchange import Exchange, Transfer
from aioc.model.frozen import frozen
from aioc.model.problem import Json, Place
from aioc.model.result import Finding, Verdict
from aioc.read.check import Scope, read_check
from aioc.read.parse import parse_document
from aioc.report.record import CaseRecord
from aioc.report.text import clean, shorten

MOST_DEVIATIONS = 8
LONGEST_TITLE = 100
ERROR_FIELDS = ("error", "error.message", "error.type")
"""What every error has; its code may be null or, in servers that deviate, a number."""
_ANY_ENDPOINT = ("err/", "http/", "sse/", "stream/")
"""Topics whose invariants speak of every endpoint: named last."""
_STATUS_HINT = "If the case is not about this refusal, mend the request and begin again."


@frozen
class Proposal:
    """What an answer gives: checks that hold on it, and what has to be said of it in comments."""

    checks: tuple[Check, ...]
    notes: tuple[str, ...]


def request_of(asked: Asked) -> Request:
    """Give the request as the engine sends it, with the model's role still as a name."""
    data = asked.request
    return Request(
        data["method"],
        data["path"],
        Place("", 1, 1),
        tuple(data.get("headers", {}).items()),
        "json" in data,
        data.get("json"),
        data.get("raw"),
        tuple(
            (name, item)
            for name, value in data.get("form", {}).items()
            for item in (value if isinstance(value, list) else [value])
        ),
        tuple(_part(name, part, asked.attachments) for name, part in data.get("files", {}).items()),
    )


def _part(field: str, data: Mapping[str, str], attachments: Mapping[str, bytes]) -> FilePart:
    name = data.get("name") or data["path"]
    content = attachments[data["path"]] if "path" in data else None
    return FilePart(field, name, data.get("type", "application/octet-stream"), content, data.get("text"))


def proposal(asked: Asked, transfer: Transfer, catalogue: Catalogue) -> Proposal:
    """Propose checks from an answer: each was put to it and holds, and none asks for what the catalogue calls wrong."""
    exchange = read(transfer)
    endpoint = endpoint_of(asked.request["method"], asked.request["path"])
    fields = endpoint.answer if endpoint is not None else ()
    documented = fields if (transfer.status or 0) < 400 else ERROR_FIELDS
    records = judge_recorded(catalogue, None, {}, [("answer", transfer)]).records
    judged = [record for record in records if record.verdict is not Verdict.SKIP]
    wrong = [
        (record, finding) for record in judged for finding in record.findings if finding.severity in ("fail", "warn")
    ]
    deviating = [path for record, finding in wrong if (path := _path_of(record, finding, catalogue))]
    checks = [check for check in proposed(exchange, documented, deviating) if _holds(check, exchange)]
    notes = [
        *_about_status(exchange),
        *_about_deviations(wrong),
        *(f"Left out, for the API does not document it: {name}" for name in undocumented(exchange, documented)),
        *_about_invariants(judged),
    ]
    return Proposal(tuple(checks), tuple(" ".join(clean(note).split()) if note[:1] != " " else note for note in notes))


def _holds(check: Check, exchange: Exchange) -> bool:
    """Whether the judge itself, who will judge the case, says that a check holds."""
    document = parse_document("\n".join(yaml_lines(check)).encode(), "proposed check")
    scope = Scope(document)
    read_back = read_check(scope, document.data, ())
    return read_back is not None and not scope.problems and judge(read_back, (exchange,), {}).held


def _path_of(record: CaseRecord, finding: Finding, catalogue: Catalogue) -> str:
    """Give the JSONPath into the answer that a finding is about; '' where it is about something else."""
    case = catalogue.case(record.family)
    address, sign, pointer = finding.address.partition("#")
    check = next((check for check in case.checks if check.address == address), None) if case else None
    if check is None or check.subject.kind != "path":
        return ""
    inside = "".join("[*]" if part == "*" else f".{part}" for part in pointer.strip("/").split("/") if part)
    return f"{check.subject.argument}{inside}" if sign else str(check.subject.argument)


def _about_status(exchange: Exchange) -> Iterator[str]:
    status = exchange.transfer.status or 0
    if status >= 400:
        yield f"The server answered {status}: {shorten((exchange.text or '').strip(), 200)}"
        yield _STATUS_HINT


def _about_deviations(wrong: Sequence[tuple[CaseRecord, Finding]]) -> Iterator[str]:
    if not wrong:
        return
    yield "This answer is not as the API has it. Nothing below asks for what is wrong; the catalogue says:"
    for record, finding in wrong[:MOST_DEVIATIONS]:
        said = " ".join(clean(shorten(finding.message, 160)).split())
        yield f"  {finding.severity.upper()} {record.family}: {said}"
    if len(wrong) > MOST_DEVIATIONS:
        yield f"  and {len(wrong) - MOST_DEVIATIONS} more"


def _about_invariants(judged: Sequence[CaseRecord]) -> Iterator[str]:
    families = sorted({record.family for record in judged}, key=lambda name: (name.startswith(_ANY_ENDPOINT), name))
    if families:
        more = f" and {len(families) - 3} more" if len(families) > 3 else ""
        yield f"The shape of every such answer is judged in each run anyhow ({', '.join(families[:3])}{more}):"
        yield "keep what this case is about, take out the rest."


def drafted(place: CasePlace, asked: Asked, found: Proposal | None, origin: str, catalogue: Catalogue) -> str:
    """Give the text of the case; `origin` says in a few words where the request comes from."""
    checks: Sequence[Check] = found.checks if found else [{"status": 200}]
    notes = (
        list(found.notes) if found else ["Nothing was sent, so that only the status is asked for: see docs/format.md."]
    )
    data: dict[str, Json] = {
        "title": _title(asked, checks),
        "source": _source(asked, catalogue),
        "why": None,
        **({"needs": list(asked.needs)} if asked.needs else {}),
        "severity": "fail",
        "request": asked.request,
        "expect": list(checks),
    }
    head = [place.modeline, f"# Drafted from {origin}: title, source and why are yours to say."]
    return case_text(data, [line for line in head if line], notes)


def _title(asked: Asked, checks: Sequence[Check]) -> str:
    status = next((check["status"] for check in checks if "status" in check), 200)
    route = f"{asked.request['method']} {asked.request['path'].partition('?')[0]}"
    return f"{shorten(route, 60)} is answered with {status}"[:LONGEST_TITLE]


def _source(asked: Asked, catalogue: Catalogue) -> str:
    """Give the documentation of the endpoint, as the case that shows it names it; else that it was measured."""
    for need in reversed(asked.needs):
        case = catalogue.case(catalogue.capabilities[need].shown_by)
        address = re.match(r"https://[^\s;,]+", case.source) if case else None
        if address:
            return address[0]
    return f"measured on {datetime.now(UTC):%Y-%m-%d}"
