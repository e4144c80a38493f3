"""Reports for the browser, made here: as large as a real run, and full of what a hostile server could say."""

import json
from dataclasses import replace

from aioc.model.case import Severity
from aioc.model.exchange import Transfer, WireRequest
from aioc.model.problem import Place
from aioc.model.result import Finding, Verdict
from aioc.model.run import Failing, RunHeader, RunSummary, SurfaceRow
from aioc.report.record import CaseRecord
from aioc.report.target import TargetReport

TOPICS = ("chat", "completions", "embeddings", "err", "responses")
ATTACKS = (
    "<script>window.hit = 1</script>",
    "</script><script>window.hit = 1</script>",
    "</style></title></textarea><img src=x onerror=\"window.hit = 1\">",
    "</pre></details><iframe src='javascript:parent.hit = 1'></iframe>",
    "\"><svg onload=window.hit=1>",
    "' autofocus onfocus='window.hit = 1' x='",
    "javascript:window.hit=1",
    "--><a href=\"javascript:window.hit=1\">look</a><!--",
    "<meta http-equiv=refresh content=\"0;url=http://evil.test/\"><link rel=stylesheet href=http://evil.test/a.css>",
    "\u202e\u0000\u001b]0;owned\u0007<base href=http://evil.test/>",
)  # fmt: skip
VERDICTS = {1: Verdict.FAIL, 2: Verdict.WARN, 3: Verdict.WARN, 4: Verdict.ERROR, 5: Verdict.FAIL, 6: Verdict.SKIP}


def _answer(number: int) -> bytes:
    message = {"role": "assistant", "content": "The lake lies still. " * 60, "refusal": None}
    return json.dumps(
        {"id": f"chatcmpl-{number}", "object": "chat.completion", "choices": [{"message": message}]}
    ).encode()


def _stream(events: int) -> Transfer:
    request = WireRequest("POST", "/v1/chat/completions", (("content-type", "application/json"),), b'{"stream": true}')
    body, arrivals = b"", []
    for number in range(events):
        chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "choices": [{"delta": {"content": " word"}}]}
        body += b"data: " + json.dumps({**chunk, "created": 1795772430 + number}).encode() + b"\n\n"
        arrivals.append((20.0 + 7 * number, len(body)))
    headers = (("content-type", "text/event-stream"),)
    return Transfer(request, 200, headers, body, tuple(arrivals), total_ms=30.0 + 7 * events)


def _plain(number: int) -> Transfer:
    content = json.dumps({"model": "m", "messages": [{"role": "user", "content": f"Question {number}. " * 8}]}).encode()
    request = WireRequest("POST", "/v1/chat/completions", (("content-type", "application/json"),), content)
    headers = (("server", "made"), ("content-type", "application/json"), ("x-request-id", f"req-{number}"))
    return Transfer(request, 200, headers, _answer(number), ((12.5, 100),), total_ms=13.0)


def _record(number: int) -> CaseRecord:
    topic = TOPICS[number % len(TOPICS)]
    verdict = VERDICTS.get(number % 39, Verdict.PASS)
    name = f"{topic}/case-{number:03}"
    known = number % 39 in (3, 5)
    findings: tuple[Finding, ...] = ()
    if verdict in (Verdict.FAIL, Verdict.WARN):
        findings = (
            Finding(
                "status", Severity(verdict.value.lower()), "status is not 200", "200", "integer 404",
                Place(f"specs/openai_v1/{name}.yaml", 12, 5, "  - status: 200"), exchange=0, was=Severity.FAIL,
                mark="known" if known else None, reason="A client waits for ever." if known else "",
            ),
        )  # fmt: skip
    reason = {Verdict.ERROR: "the connection broke", Verdict.SKIP: "the server has no such endpoint"}.get(verdict, "")
    transfers = () if verdict is Verdict.SKIP else (_stream(40),) if number % 10 == 0 else (_plain(number),)
    return CaseRecord(
        name, name, topic, f"What case {number} asks", "https://platform.openai.com/docs", "", verdict, findings,
        reason, "", (), 0.1, False, transfers, why="A client shows nothing at all.",
    )  # fmt: skip


def big(label: str, cases: int) -> TargetReport:
    """Give a run of so many cases, one in eight of them not fine."""
    records = tuple(sorted((_record(number) for number in range(cases)), key=lambda record: record.id))
    new = frozenset(record.id for record in records if record.verdict is Verdict.FAIL and not record.known_only)
    header = RunHeader(
        "llama.cpp", label, "http://127.0.0.1:8080", "6673", ("server llama.cpp: /props",), {"model": "m"},
        {"jobs": "1"}, (), "0.1.0", "2026.11", "2026-11-26T10:00:00+00:00",
    )  # fmt: skip
    surface = tuple(SurfaceRow(topic, f"POST /v1/{topic}", "core", Verdict.PASS) for topic in TOPICS)
    return TargetReport(header, records, RunSummary(surface, (), "", 12.5), Failing(new))


def hostile() -> TargetReport:
    """Give a run in which every text attacks."""
    report = big("x" + ATTACKS[0], 13)
    records = []
    for number, attack in enumerate(ATTACKS):
        record = replace(report.records[0], **dict.fromkeys(("title", "source", "reason", "hint", "why"), attack))
        request = WireRequest("POST", f"/v1/{attack}", ((attack, attack),), attack.encode())
        body = json.dumps({"content": attack, "all": ATTACKS}).encode()
        plain = Transfer(request, 200, ((attack, attack),), body)
        stream = replace(_stream(2), body=b"data: " + attack.replace("\n", " ").encode() + b"\n\n", arrivals=())
        finding = Finding(
            attack, Severity.FAIL, attack, attack, attack, Place(attack, 1, 1, attack), attack, 0, mark="known",
            reason=attack, whose=attack, asked_by=(attack,), count=1,
        )  # fmt: skip
        records.append(
            replace(
                record, id=f"chat/{number}{attack}", topic=attack, verdict=Verdict.FAIL,
                findings=(finding, replace(finding, mark=None)), notes=(attack,), transfers=(plain, stream),
            )
        )  # fmt: skip
    header = replace(
        report.header, server="x" + ATTACKS[2], base_url=ATTACKS[6], proof=ATTACKS, warnings=ATTACKS,
        roles={attack: attack for attack in ATTACKS}, version=ATTACKS[3],
    )  # fmt: skip
    surface = tuple(SurfaceRow(attack, attack, attack, Verdict.PASS, attack) for attack in ATTACKS)
    return TargetReport(header, tuple(records), RunSummary(surface, (), ATTACKS[1], 1.0), Failing(frozenset()))
