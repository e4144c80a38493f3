"""Journals put together: shards and runs in a row become one report; gaps and duplicates are refused."""

from dataclasses import replace
from pathlib import Path

import pytest

from aioc.model.case import Severity
from aioc.model.problem import BadInputError
from aioc.model.result import Verdict
from aioc.model.run import Conditions, RunHeader, RunSummary, StaleEntry, SurfaceRow
from aioc.report.journal import Journal
from aioc.report.merge import merged

EMPTY = RunSummary()
PLANNED = ("chat/a", "chat/b", "http/inv")


def journal(*cases, summary=EMPTY, **more):
    header = {"selected": tuple(case.id for case in cases), "planned": PLANNED, **more}
    return Journal(RunHeader("x", header.pop("label", "x"), "http://h", **header), tuple(cases), summary)


def named(*journals):
    return [(Path(f"{number}.jsonl"), one) for number, one in enumerate(journals, 1)]


def said(error):
    return [problem.what for problem in error.value.problems]


@pytest.fixture
def shards(make_record, make_finding):
    """Give the two shards of a run; the invariant missed once in the first and twice in the second."""

    def shard(number, case, count):
        miss = make_finding(asked_by=(case.id,), count=count)
        invariant = make_record("http/inv", Verdict.FAIL, [miss], invariant=True, judged=count + 1, seconds=0.0)
        return journal(case, invariant, shard=f"{number}/2", summary=RunSummary(seconds=1.5))

    return (
        shard(1, make_record("chat/a", Verdict.PASS), 1),
        shard(2, make_record("chat/b", Verdict.WARN, [make_finding(Severity.WARN)]), 2),
    )


def test_shards_are_one_run_and_an_invariant_counts_the_answers_of_all(shards):
    (report,) = merged(named(*reversed(shards)))
    assert [(record.id, record.verdict) for record in report.records] == [
        ("chat/a", Verdict.PASS), ("chat/b", Verdict.WARN), ("http/inv", Verdict.FAIL),
    ]  # fmt: skip
    (finding,) = report.records[2].findings
    assert (finding.asked_by, finding.count, report.records[2].judged) == (("chat/a", "chat/b"), 3, 5)
    assert report.records[2].transfers[finding.exchange].status == 404
    assert (report.header.selected, report.header.shard, report.summary.seconds) == (PLANNED, "", 3.0)
    assert report.failing.cases == {"http/inv"}
    assert report.summary.complete


def test_what_failed_in_an_earlier_run_of_the_label_is_not_new(make_record, make_finding):
    cases = [make_record(f"chat/{name}", Verdict.FAIL, [make_finding()]) for name in "abc"]
    conditions = Conditions(("new",), ("chat/a",))
    now = named(journal(*cases, conditions=conditions), journal(*cases, conditions=conditions, label="other"))
    (before,) = merged(named(journal(cases[1], planned=())))
    report, other = merged(now, before=before)
    assert (report.failing.cases, other.failing.cases) == ({"chat/c"}, {"chat/b", "chat/c"})
    assert [record.id for record in report.records if report.is_new(record)] == ["chat/c"]


def test_a_missing_shard_is_refused_or_its_cases_are_not_run(shards):
    with pytest.raises(BadInputError) as error:
        merged(named(shards[1]))
    assert said(error) == ["of 'x' shard 1 is missing"]
    (report,) = merged(named(shards[1]), allow_gaps=True)
    (gone,) = (record for record in report.records if record.verdict is Verdict.ERROR)
    assert (gone.id, gone.not_run) == ("chat/a", True)
    assert not report.summary.complete


def test_the_same_shard_twice_and_another_run_are_refused(shards):
    with pytest.raises(BadInputError) as error:
        merged(named(shards[0], shards[0], shards[1]))
    assert said(error) == ["2.jsonl holds the same shard 1/2 of 'x' as 1.jsonl"]
    with pytest.raises(BadInputError) as error:
        merged(named(shards[0], replace(shards[1], header=replace(shards[1].header, catalogue_version="2025.1"))))
    assert "their catalogue version differ: '2025.1', ''" in said(error)[0]
    with pytest.raises(BadInputError) as error:
        merged(named(shards[0], replace(shards[1], header=replace(shards[1].header, shard="2/3"))))
    assert "their number of shards differ" in said(error)[0]


def test_an_entry_is_stale_only_if_no_shard_saw_its_deviation(shards):
    stale = tuple(StaleEntry(name, "http/inv", f"{name}.yaml:1:1", "remove it") for name in ("seen", "gone"))
    first = replace(shards[0], summary=RunSummary(stale=stale))
    second = replace(shards[1], summary=RunSummary(observed=("seen.yaml:1:1",)))
    (report,) = merged(named(first, second), fail_on=("stale",))
    assert [entry.entry for entry in report.summary.stale] == ["gone"]
    assert report.failing.stale == report.summary.stale


def test_the_surface_has_each_row_once_the_worst_seen(shards):
    rows = [SurfaceRow("chat", "POST /v1/chat/completions", "core", verdict) for verdict in ("PASS", "FAIL")]
    with_rows = [
        replace(shard, summary=RunSummary(surface=(row,))) for shard, row in zip(shards, map(_read, rows), strict=True)
    ]
    (report,) = merged(named(*with_rows))
    assert [(row.capability, row.verdict) for row in report.summary.surface] == [("chat", Verdict.FAIL)]


def _read(row):
    return replace(row, verdict=Verdict(row.verdict))


def test_runs_in_a_row_are_one_report_with_the_unstable_cases(make_record, make_finding):
    runs = [
        journal(make_record("chat/a", verdict, found), planned=(), turn=f"{number}/2")
        for number, verdict, found in ((1, Verdict.PASS, []), (2, Verdict.FAIL, [make_finding()]))
    ]
    (report,) = merged(named(*runs))
    assert ([one.id for one in report.unstable], report.runs, report.failing.cases) == (["chat/a"], 2, {"chat/a"})
    with pytest.raises(BadInputError, match="run 2 is missing"):
        merged(named(runs[0]))


def test_each_label_is_a_target_of_its_own(make_record):
    one, two = (journal(make_record("chat/a", Verdict.PASS), planned=(), label=label) for label in ("m1", "m2"))
    assert [report.header.label for report in merged(named(one, two))] == ["m1", "m2"]
    with pytest.raises(BadInputError, match=r"2.jsonl holds the same run of 'm1' as 1.jsonl"):
        merged(named(one, one))


def test_a_run_that_was_killed_says_what_was_not_run(make_record):
    torn = replace(
        journal(make_record("chat/a", Verdict.PASS), planned=(), selected=("chat/a", "chat/b")), summary=None
    )
    (report,) = merged(named(torn))
    assert [(record.id, record.reason) for record in report.records if record.not_run] == [
        ("chat/b", "the run did not come to its end")
    ]
    assert not report.summary.complete
