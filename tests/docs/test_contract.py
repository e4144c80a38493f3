"""docs/contract.md names what the code writes, all of it and nothing else."""

import json
import re
import signal
import xml.etree.ElementTree as ET

import pytest
from tests.docs.blocks import ROOT

from aioc.cli.play import SIGNALS
from aioc.model.case import Severity
from aioc.model.exchange import Failure, Transfer, WireRequest
from aioc.model.problem import Place
from aioc.model.result import Finding, Verdict
from aioc.model.run import Conditions, RunHeader, RunSummary, StaleEntry, SurfaceRow
from aioc.report.codec import SCHEMA, encode_case, encode_header, encode_summary
from aioc.report.diff import Change, diff
from aioc.report.diff_text import diff_json
from aioc.report.junit import junit_xml
from aioc.report.record import CaseRecord
from aioc.report.target import target_report
from aioc.verdict import FAILED, FINE, NOT_JUDGED, USAGE

PAGE = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")
FINDING = Finding(
    "status", Severity.FAIL, "status is not 200", "200", "404", Place("chat/basic.yaml", 9, 5, "- status")
)


def record(verdict=Verdict.FAIL, findings=(FINDING,), not_run=False):
    request = WireRequest("POST", "/v1/chat/completions", content=b"{}")
    transfer = Transfer(request, 404, failure=Failure("broken", "it broke"))
    return CaseRecord(
        "chat/basic", "chat/basic", "chat", "A title", "", "d", verdict, findings, "", "", (), 0.1, not_run, (transfer,)
    )


def report(*records, conditions=Conditions(), summary=RunSummary()):  # noqa: B008  (both are frozen)
    versions = {"version": "7", "aioc_version": "1", "catalogue_version": "2"}
    header = RunHeader("llama.cpp", "small", "http://x", roles={"model": "m"}, conditions=conditions, **versions)
    return target_report(header, [{one.id: one for one in records}], [summary])


def named(heading, number=0):
    """Give the words in backticks in the first column of a table below a heading."""
    _, _, below = PAGE.partition(f"# {heading}\n")
    tables = re.findall(r"(?:^\|.*\n)+", re.split(r"^#+ ", below, flags=re.MULTILINE)[0], re.MULTILINE)
    rows = tables[number].splitlines()[2:]
    return {word for row in rows for word in re.findall(r"`([^`]+)`", row.split("|")[1])}


def words(command, row_of):
    """Give the words in backticks in the second column of the row of a member of what a command prints."""
    (row,) = re.findall(rf"^\| `{row_of}`.*\n", PAGE.partition(f"### {command}\n")[2], re.MULTILINE)
    return set(re.findall(r"`([^`]+)`", row.split("|")[2])) - {"null"}


def test_exit_codes():
    assert {int(code) for code in named("Exit codes")} == {FINE, FAILED, USAGE, NOT_JUDGED, *(128 + s for s in SIGNALS)}
    assert (128 + signal.SIGINT, 128 + signal.SIGTERM) == (130, 143)


def test_the_schema_of_the_journal():
    assert f"aioc reads the schema it writes: `{SCHEMA}`" in PAGE


LINES = {
    "header": encode_header(RunHeader("none", "none", "")),
    "case": encode_case(record(), 1),
    "finding": encode_case(record(), 1)["findings"][0],
    "exchange": encode_case(record(), 1)["exchanges"][0],
    "footer": encode_summary(RunSummary(), {}),
}


@pytest.mark.parametrize("kind", LINES)
def test_every_member_of_the_journal(kind):
    assert named(kind) == LINES[kind].keys()


def test_a_journal_of_a_run_has_the_records_of_the_contract(checkout):
    first, *cases, last = (json.loads(line) for line in (checkout / "old.jsonl").read_text().splitlines())
    assert [first["record"], *{case["record"] for case in cases}, last["record"]] == ["header", "case", "footer"]
    assert [line.keys() for line in (first, cases[0], last)] == [named(kind) for kind in ("header", "case", "footer")]


def test_properties_of_junit():
    (suite,) = ET.fromstring(junit_xml([report(record())])).findall("testsuite")
    assert {entry.get("name") for entry in suite.iter("property")} == named("JUnit", 1)


def test_types_of_junit():
    stale = RunSummary(stale=(StaleEntry("e", "c", "p", "m"),))
    fails = report(record(), conditions=Conditions(("fail", "stale")), summary=stale)
    others = [
        report(record(verdict, (), not_run), conditions=Conditions(("new",)))
        for verdict, not_run in (
            (Verdict.ERROR, False), (Verdict.ERROR, True), (Verdict.WARN, False), (Verdict.SKIP, False)
        )
    ]  # fmt: skip
    known = report(record(findings=()), conditions=Conditions(("new",)))
    root = ET.fromstring(junit_xml([fails, *others, known]))
    assert {found.get("type") for found in root.iter() if found.get("type")} == named("JUnit")


def test_what_the_list_of_cases_has(shell):
    listed = json.loads(shell.run("aioc list --select chat/basic --format json").stdout)
    assert listed[0].keys() == named("aioc list")


def test_what_lint_has(shell):
    told = json.loads(shell.run("echo 'titel: x' >bad.yaml; aioc lint bad.yaml --format json").stdout)
    assert told.keys() == named("aioc lint")
    assert told["problems"][0].keys() == words("aioc lint", "problems")


def test_what_the_difference_has():
    row = SurfaceRow("chat", "POST /v1/chat/completions", "core", Verdict.PASS)
    stale = StaleEntry("e", "c", "p", "m")
    found = json.loads(
        diff_json(diff(report(record(Verdict.PASS, ())), report(record(), summary=RunSummary((row,), (stale,)))))
    )
    assert found.keys() == named("aioc diff")
    assert found["before"].keys() == words("aioc diff", "before")
    assert found["surface"][0].keys() == words("aioc diff", "surface")
    assert found["stale"][0].keys() == words("aioc diff", "stale")
    assert found["cases"][0].keys() == words("aioc diff", "cases")


def test_what_may_become_of_a_case_in_a_difference():
    listed = re.search(r"`change` is one of (.*)\.\n", PAGE)[1]
    assert re.findall(r"`([a-z]+)`", listed) == [change.name.lower() for change in Change]
