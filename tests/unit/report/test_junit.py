"""JUnit: each verdict shows the truth, counts agree, nothing that a reader trips over."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aioc.model.result import Verdict
from aioc.model.run import Conditions, Failing, RunHeader, RunSummary, StaleEntry
from aioc.report.junit import junit_xml
from aioc.report.target import target_report


def parsed(run):
    return ET.fromstring(junit_xml([run]))


def kinds(root):
    found = {}
    for case in root.iter("testcase"):
        elements = [child for child in case if child.tag in ("failure", "error", "skipped")]
        assert len(elements) <= 1  # readers take one result a case
        found[case.get("name")] = f"{elements[0].tag} {elements[0].get('type')}" if elements else ""
    return found


def test_every_verdict_has_its_element(everything):
    assert kinds(parsed(everything)) == {
        "chat/error": "error aioc.error",
        "chat/fail": "failure aioc.fail",
        "chat/info": "",
        "chat/known-fail": "skipped aioc.known",
        "chat/known-warn": "skipped aioc.warn",
        "chat/not-run": "error aioc.not-run",
        "chat/pass": "",
        "chat/skip": "skipped aioc.skip",
        "chat/warn": "skipped aioc.warn",
        "http/inv": "failure aioc.fail",
        "stale: llama.cpp: chat/pass status": "failure aioc.stale",
    }


def test_a_failure_is_exactly_what_fails_the_run(everything):
    root = parsed(replace(everything, failing=Failing(frozenset({"chat/warn", "chat/known-fail"}))))
    failures = {name for name, kind in kinds(root).items() if kind.startswith("failure")}
    assert failures == {"chat/warn", "chat/known-fail"}
    assert root.get("failures") == "2"


def test_counts_and_times_agree(everything):
    root = parsed(everything)
    (suite,) = root.findall("testsuite")
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert suite.get(name) == str(len(list(suite.iter(tag))))
    assert root.get("tests") == suite.get("tests")
    assert "skipped" not in root.attrib  # junit-10 has none there
    assert "disabled" not in suite.attrib
    for element in (root, suite, *suite.iter("testcase")):
        assert re.fullmatch(r"[0-9]+\.[0-9]{3}", element.get("time"))


def test_names_do_not_hold_a_host_and_properties_do_say_what_was_run(everything):
    root = parsed(everything)
    (suite,) = root.findall("testsuite")
    assert suite.get("name") == "aioc llama-cpp"
    assert {case.get("classname") for case in suite.iter("testcase")} == {
        "llama-cpp.chat", "llama-cpp.http", "llama-cpp.overlay",
    }  # fmt: skip
    properties = {p.get("name"): p.get("value") for p in suite.iter("property")}
    assert properties["version"] == "6673"
    assert properties["count.WARN"] == "2"
    assert properties["known"] == "2"
    assert properties["complete"] == "true"


def test_the_message_begins_with_the_verdict_and_the_text_explains(everything):
    elements = {case.get("name"): next(iter(case)) for case in parsed(everything).iter("testcase") if len(case)}
    assert elements["chat/fail"].get("message") == "FAIL status is 404, not 200 (and 1 more)"
    assert elements["chat/known-warn"].get("message").startswith("WARN known: There is no such route.")
    assert elements["chat/skip"].get("message") == "SKIP no model plays model"
    assert elements["chat/not-run"].get("message") == "ERROR not run interrupted"
    text = elements["chat/fail"].text
    for part in ("basic.yaml:12:5", "expected 200", "actual   integer 404", '{"error": "no"}', "curl -sS -X POST"):
        assert part in text
    assert elements["chat/info"].tag == "system-out"


def test_a_report_that_is_too_large_shows_less_of_each_case_and_loses_none(make_record, make_finding):
    def case(number):
        return make_record(f"chat/{number}", Verdict.FAIL, [make_finding(actual="<" * 4000) for _ in range(2)])

    header = RunHeader("x", "x", "http://x")
    run = target_report(header, [{f"chat/{number}": case(number) for number in range(20)}], [RunSummary()])
    whole, less = junit_xml([run]), junit_xml([run], 200_000)
    assert len(whole) > 600_000 and len(less) <= 200_000
    assert kinds(ET.fromstring(less)) == kinds(ET.fromstring(whole))
    assert all("more characters)" in failure.text for failure in ET.fromstring(less).iter("failure"))


def test_a_run_of_nothing_is_no_silent_report():
    raw = junit_xml([target_report(RunHeader("x", "x", "http://x"), [{}], [RunSummary()])])
    assert kinds(ET.fromstring(raw)) == {"aioc.nothing-selected": "error aioc.not-run"}


NASTY = st.text(st.characters(codec=None), max_size=60) | st.sampled_from(
    ["[[ATTACHMENT|/etc/passwd]]", "##vso[task.x]", "##[error]", "::set-output::", "\x1b]0;x\x07", "]]>", "\ud800", "￾"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=NASTY)
def test_no_text_breaks_the_report_or_speaks_to_the_ci(make_record, make_finding, text):
    miss = make_finding(message=text, actual=text, reason=text)
    case = make_record("chat/x", Verdict.FAIL, [miss], topic=text, title=text, reason=text)
    header = RunHeader("x", "x", "http://x", roles={text: text}, conditions=Conditions(("fail", "stale")))
    summary = RunSummary(stale=(StaleEntry(text, text, text, text),))
    root = ET.fromstring(junit_xml([target_report(header, [{"chat/x": case}], [summary])]))
    for element in root.iter():
        for value in (*element.attrib.values(), element.text or ""):
            assert not re.search(r"\[\[ATTACHMENT|##\[|##vso\[|^\s*::", value, re.MULTILINE)
            assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ufffe]", value)
