"""Real readers of JUnit see in our report what is in it: junitparser (also inside EnricoMi's reporter for GitHub) and
junit2html.
"""

import pytest
from junit2htmlreport import parser as junit2html
from junitparser import Error, Failure, JUnitXml, Skipped

from aioc.report.junit import junit_xml

STATES = {
    "chat/error": "error",
    "chat/fail": "failure",
    "chat/info": "passed",
    "chat/known-fail": "skipped",
    "chat/known-warn": "skipped",
    "chat/not-run": "error",
    "chat/pass": "passed",
    "chat/skip": "skipped",
    "chat/warn": "skipped",
    "http/inv": "failure",
    "stale: llama.cpp: chat/pass status": "failure",
}


@pytest.fixture
def file(everything, tmp_path):
    path = tmp_path / "everything.xml"
    path.write_bytes(junit_xml([everything]))
    return str(path)


def test_junitparser(file):
    report = JUnitXml.fromfile(file)
    assert (report.tests, report.failures, report.errors) == (11, 3, 2)
    (suite,) = report
    words = {Failure: "failure", Error: "error", Skipped: "skipped"}
    found = {case.name: words[type(case.result[0])] if case.result else "passed" for case in suite}
    assert found == STATES
    shown = {case.name: case.result[0].message for case in suite if case.result}
    assert shown["chat/warn"] == "WARN status is 404, not 200"
    assert {prop.name: prop.value for prop in suite.properties()}["version"] == "6673"


def test_junit2html(file, tmp_path):
    report = junit2html.Junit(file)
    cases = [case for suite in report.suites for folder in suite.classes.values() for case in folder.cases]
    assert {case.name: case.outcome().replace("failed", "failure") for case in cases} == STATES | {
        name: "failure" for name, state in STATES.items() if state == "error"
    }
    assert "status is not 200" in report.html()
