"""What the tests of reports share: one record of every verdict and mark."""

import pytest

from aioc.model.case import Severity
from aioc.model.exchange import Failure, Transfer, WireFile, WireRequest
from aioc.model.problem import Place
from aioc.model.result import Finding, Verdict
from aioc.model.run import Conditions, RunHeader, RunSummary, StaleEntry, SurfaceRow
from aioc.report.record import CaseRecord
from aioc.report.target import target_report

PLACE = Place("specs/openai_v1/chat/basic.yaml", 12, 5, "  - status: 200")
REQUEST = WireRequest("POST", "/v1/chat/completions", (("content-type", "application/json"),), b'{"model": "m"}')
ANSWER = Transfer(
    REQUEST, 404, (("content-type", "application/json"),), b'{"error": "no"}', ((1.5, 15),), 1.0, 2.0,
    {"clean_close": True},
)  # fmt: skip


def finding(severity=Severity.FAIL, **more):
    values = {
        "address": "status", "severity": severity, "message": "status is not 200", "expected": "200",
        "actual": "integer 404", "place": PLACE, "exchange": 0,
    }  # fmt: skip
    return Finding(**{**values, **more})


def record(case_id, verdict, findings=(), **more):
    values = {
        "id": case_id, "family": case_id, "topic": case_id.split("/")[0], "title": "Something happens",
        "source": "a measurement", "digest": "abc", "verdict": verdict, "findings": tuple(findings), "reason": "",
        "hint": "", "notes": (), "seconds": 0.25, "not_run": False, "transfers": (ANSWER,), "why": "",
    }  # fmt: skip
    return CaseRecord(**{**values, **more})


KNOWN = {"mark": "known", "was": Severity.FAIL, "reason": "There is no such route."}


@pytest.fixture
def everything():
    """Give one run with every verdict and mark."""
    binary = Transfer(
        WireRequest(
            "POST", "/v1/files", (), None, (("purpose", "batch"),), (WireFile("file", "a.bin", "x/y", b"\xff"),)
        ),
        200, (), b"\xff\xfe\x00", cut="hang-up", retries=("429, waited 1 s",),
    )  # fmt: skip
    broken = Transfer(REQUEST, failure=Failure("broken", "the connection broke", "look at the log"))
    records = (
        record("chat/error", Verdict.ERROR, reason="the connection broke", hint="look", transfers=(broken,)),
        record("chat/fail", Verdict.FAIL, [finding(), finding(Severity.WARN, address="header x", exchange=-1)]),
        record("chat/info", Verdict.PASS, [finding(Severity.INFO)]),
        record("chat/known-fail", Verdict.FAIL, [finding(**KNOWN)]),
        record("chat/known-warn", Verdict.WARN, [finding(Severity.WARN, **KNOWN)], why="A client stops."),
        record("chat/not-run", Verdict.ERROR, reason="interrupted", not_run=True, transfers=()),
        record("chat/pass", Verdict.PASS, transfers=(binary,), notes=("asked again: 429",)),
        record("chat/skip", Verdict.SKIP, reason="no model plays model", transfers=()),
        record("chat/warn", Verdict.WARN, [finding(Severity.WARN)]),
        record("http/inv", Verdict.FAIL, [finding(asked_by=("chat/a", "chat/b"), count=2)], invariant=True, judged=9),
    )
    header = RunHeader(
        "llama.cpp", "llama.cpp", "http://127.0.0.1:8080", "6673", ("server llama.cpp: /props",), {"model": "m"},
        {"jobs": "1"}, ("careful",), "0.1.0", "2026.11", "2026-11-26T10:00:00+00:00", ("chat/pass",), True,
        {"llama.cpp": "6673"}, Conditions(("new", "stale")),
    )  # fmt: skip
    stale = (StaleEntry("llama.cpp: chat/pass status", "chat/pass", "llama.cpp.yaml:3:5", "remove the entry"),)
    summary = RunSummary((SurfaceRow("chat", "POST /v1/chat/completions", "core", Verdict.PASS, ""),), stale, "", 1.5)
    return target_report(header, [{record.id: record for record in records}], [summary])


@pytest.fixture
def make_record():
    """Give the maker of records."""
    return record


@pytest.fixture
def make_finding():
    """Give the maker of findings."""
    return finding
