"""Two runs compared: what is a regression, what is not, and what is said of it."""

import json
from dataclasses import replace

import pytest

from aioc.model.case import Severity
from aioc.model.result import Verdict
from aioc.model.run import RunHeader, RunSummary, StaleEntry, SurfaceRow
from aioc.report.diff import Change, diff
from aioc.report.diff_text import diff_json, diff_lines, diff_markdown
from aioc.report.target import target_report

EMPTY = RunSummary()
HEADER = RunHeader("x", "x", "http://h", "1", started="2026-11-26", roles={"model": "m"})


def run(*records, summary=EMPTY, **more):
    return target_report(replace(HEADER, **more), [{record.id: record for record in records}], [summary])


@pytest.fixture
def make(make_record, make_finding):
    """Give a record of the case chat/a with findings made of severity and address."""

    def made(verdict, *found, **more):
        findings = [make_finding(Severity(s), address=a, **(KNOWN if known else {})) for s, a, *known in found]
        return make_record("chat/a", Verdict(verdict), findings, **more)

    return made


KNOWN = {"mark": "known", "reason": "As ever."}
PASS, FAIL, WARN = ("PASS",), ("FAIL", ("fail", "$.a")), ("WARN", ("warn", "$.w"))


@pytest.mark.parametrize(
    ("before", "after", "change", "regression"),
    [
        (PASS, FAIL, Change.FAILS, True),
        (("SKIP",), FAIL, Change.FAILS, True),
        (WARN, FAIL, Change.FAILS, True),
        # One more place that fails in a case that failed already, and one that was known and no longer is.
        (FAIL, ("FAIL", ("fail", "$.a"), ("fail", "$.b")), Change.FAILS, True),
        (("FAIL", ("fail", "$.a", True)), FAIL, Change.FAILS, True),
        # As known as ever: no news.
        (PASS, ("FAIL", ("fail", "$.a", True)), Change.OTHERWISE, False),
        (PASS, ("WARN", ("warn", "$.a", True)), Change.OTHERWISE, False),
        (PASS, ("ERROR",), Change.LOST, False),
        (FAIL, ("ERROR",), Change.LOST, False),
        (PASS, WARN, Change.WARNS, False),
        (FAIL, ("WARN", ("warn", "$.a")), Change.FIXED, False),
        (FAIL, PASS, Change.FIXED, False),
        (WARN, PASS, Change.FIXED, False),
        (("FAIL", ("fail", "$.a"), ("fail", "$.b")), FAIL, Change.FIXED, False),
        (PASS, ("SKIP",), Change.UNSEEN, False),
        (("ERROR",), PASS, Change.SEEN, False),
    ],
)  # fmt: skip
def test_what_became_of_a_case(make, before, after, change, regression):
    found = diff(run(make(*before)), run(make(*after)))
    assert [(one.change, one.regression) for one in found.cases] == [(change, regression)]


def test_what_is_the_same_is_no_difference(make):
    found = diff(run(make(*FAIL)), run(make(*FAIL)))
    assert (found.cases, found.regressions) == ((), ())
    assert diff_lines(found)[-1] == "no difference"


def test_a_value_that_a_model_says_differently_is_no_difference(make_record, make_finding):
    one, two = (
        make_record("chat/a", Verdict.FAIL, [make_finding(message="$.a is not 1", actual=f'"{word}"')])
        for word in ("Tuesday", "Hello")
    )
    assert diff(run(one), run(two)).cases == ()


def test_another_status_is_found_otherwise(make_record, make_finding):
    one, two = (
        make_record("chat/a", Verdict.FAIL, [make_finding(message="status is not 400", actual=f"integer {status}")])
        for status in (500, 200)
    )
    assert [change.change for change in diff(run(one), run(two)).cases] == [Change.OTHERWISE]


def test_a_case_that_changed_itself_is_no_regression_of_the_server(make):
    found = diff(run(make(*PASS)), run(make(*FAIL, digest="other")))
    assert (found.regressions, found.cases[0].case_changed) == ((), True)
    assert "(the case changed too)" in "\n".join(diff_lines(found))


def test_new_and_gone_cases_are_counted_and_named_if_they_are_not_fine(make, make_record):
    fine, bad = make_record("chat/new", Verdict.PASS), make(*FAIL)
    found = diff(run(make_record("chat/old", Verdict.PASS)), run(fine, bad))
    lines = diff_lines(found)
    assert "new (2):" in lines
    assert "gone (1):" in lines
    assert "  - → FAIL chat/a" in lines
    assert not any("chat/new" in line for line in lines)
    assert found.regressions == ()


def test_models_flags_and_judges_that_differ_are_warned_of(make):
    one = run(make(*PASS))
    two = run(make(*PASS), roles={"model": "other"}, flags={"jobs": "4"}, catalogue_version="2")
    cut = run(make(*PASS), summary=RunSummary(complete=False, stopped="--max-fail 1 was reached"))
    assert diff(one, two).warnings == (
        "the models differ: model m before, model other now",
        "the flags differ: none of these before, jobs 4 now",
        "judged by aioc  with catalogue  before, by aioc  with catalogue 2 now: "
        "`aioc run --replay` judges the earlier run again",
    )
    assert diff(one, cut).warnings == ("the later run did not come to its end: --max-fail 1 was reached",)


def test_surface_and_stale_entries(make):
    rows = [SurfaceRow("rerank", "POST /v1/rerank", "ext", verdict) for verdict in (Verdict.PASS, Verdict.FAIL)]
    stale = StaleEntry("x: chat/a status", "chat/a", "x.yaml:3:5", "remove it")
    before = run(make(*PASS), summary=RunSummary(surface=(rows[0],)))
    after = run(make(*PASS), summary=RunSummary(surface=(rows[1],), stale=(stale,)))
    lines = diff_lines(diff(before, after))
    assert "surface: POST /v1/rerank: PASS → FAIL" in lines
    assert "newly stale: x.yaml:3:5: x: chat/a status: remove it" in lines
    assert "newly stale" not in "\n".join(diff_lines(diff(after, after)))


def test_an_endpoint_that_is_no_longer_there_is_a_regression_but_with_other_models_only_if_the_server_says_so(make):
    there, gone = (
        RunSummary(surface=(SurfaceRow("rerank", "POST /v1/rerank", "ext", verdict),))
        for verdict in (Verdict.PASS, Verdict.SKIP)
    )
    found = diff(run(make(*PASS), summary=there), run(make(*PASS), summary=gone))
    assert [row.capability for row in found.lost] == ["rerank"]
    assert diff_lines(found)[-1] == "1 regression: 1 of the surface no longer there"
    assert diff(run(summary=there), run(summary=gone, roles={})).lost == ()
    assert diff(run(summary=gone), run(summary=there)).lost == ()
    row = replace(gone.surface[0], absent=True, note="POST /v1/rerank: no such route (404)")
    says_so = diff(run(summary=there), run(summary=RunSummary(surface=(row,)), roles={}))
    assert [one.capability for one in says_so.lost] == ["rerank"]
    assert "surface: POST /v1/rerank: PASS → SKIP  POST /v1/rerank: no such route (404)" in diff_lines(says_so)


def test_a_form_that_other_models_do_not_have_is_told_and_no_regression(make):
    row = SurfaceRow("tools", "POST /v1/chat/completions (tools)", "optional", Verdict.PASS)
    gone = replace(row, verdict=Verdict.WARN, absent=True, note="POST /v1/chat/completions (tools): refused (400)")
    before = run(make(*PASS), summary=RunSummary(surface=(row,)))
    after = run(make(*PASS), summary=RunSummary(surface=(gone,)), roles={"model": "small"})
    assert diff_lines(diff(before, after))[-1] == "0 regressions: 1 not there with these models"
    assert [one.capability for one in diff(before, replace(after, header=before.header)).lost] == ["tools"]


def test_cases_that_are_no_longer_looked_at_for_one_reason_are_one_line(make_record):
    ids = [f"chat/{number}" for number in range(9)]
    before = run(*(make_record(name, Verdict.PASS) for name in ids))
    after = run(*(make_record(name, Verdict.SKIP, reason="no tools") for name in ids))
    lines = diff_lines(diff(before, after))
    assert "  PASS → SKIP chat/0, chat/1, chat/2, chat/3, chat/4, chat/5 and 3 more" in lines
    assert lines.count("      no tools") == 1


def test_numbers_of_values_and_info_are_no_difference(make_record, make_finding):
    one, two = (
        make_record("chat/a", Verdict.FAIL, [make_finding(message=f"$[{n}].id is missing (and {n} more)"), *more])
        for n, more in ((3, []), (41, [make_finding(Severity.INFO)]))
    )
    assert diff(run(one), run(two)).cases == ()


def test_the_three_forms_say_the_same(make):
    found = diff(run(make(*PASS)), run(make(*FAIL, reason="")))
    document = json.loads(diff_json(found))
    assert document["regressions"] == ["chat/a"]
    assert document["cases"][0]["came"][0]["address"] == "$.a"
    assert (document["cases"][0]["before"], document["cases"][0]["after"]) == ("PASS", "FAIL")
    page = diff_markdown(found)
    assert page.startswith("## 1 regression: 1 newly failing\n")
    assert "| PASS → FAIL | `chat/a` | \\+ fail $.a: status is not 200; integer 404 |" in page
    assert "  PASS → FAIL chat/a" in diff_lines(found)
