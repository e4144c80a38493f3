"""The last lines of a run: what broke, whose it is, what to do next."""

from dataclasses import replace

import pytest

from aioc.model.case import Severity
from aioc.model.result import Verdict
from aioc.model.run import Conditions, RunHeader, RunSummary
from aioc.report.console import left
from aioc.report.ending import ending
from aioc.report.target import target_report


@pytest.fixture
def ends(make_record, make_finding):
    def lines(*records, journal="", **conditions):
        header = RunHeader("llamaswap", "llamaswap", "http://h", "v170", conditions=Conditions(**conditions))
        return ending(target_report(header, [{one.id: one for one in records}], [RunSummary()]), journal)

    return lines


def test_all_is_well_and_nothing_is_said(ends, make_record):
    assert ends(make_record("chat/a", Verdict.PASS)) == []


def test_what_broke_whose_it_is_and_what_to_do(everything):
    assert ending(everything, "run.jsonl") == [
        "failed: 3  chat/fail, http/inv",
        "  whose: answers of llama.cpp 2",
        "  whose: the overlay names 1 deviation that did not happen",
        "  next:  aioc show chat/fail --from run.jsonl    what was sent, what came (--as issue: a report)",
    ]


def test_behind_a_proxy_each_side_is_counted_and_what_is_known(ends, make_record, make_finding):
    lines = ends(
        make_record("chat/a", Verdict.FAIL, [make_finding(whose="llamaswap itself")]),
        make_record("chat/b", Verdict.FAIL, [make_finding(whose="the server behind llamaswap", mark="known")]),
    )
    assert lines[1] == "  whose: answers of llamaswap itself 1, the server behind llamaswap 1; 1 known to the overlay"


def test_where_all_is_known_that_is_said(ends, make_record, make_finding):
    lines = ends(make_record("chat/a", Verdict.FAIL, [make_finding(mark="known")]))
    assert lines[1] == "  whose: answers of llamaswap 1; all known to the overlay (--fail-on new passes with them)"


def test_a_warning_that_nobody_knows_is_not_known(ends, make_record, make_finding):
    lines = ends(make_record("chat/a", Verdict.WARN, [make_finding(severity=Severity.WARN)]), fail_on=("warn",))
    assert lines[1] == "  whose: answers of llamaswap 1"


def test_a_run_for_a_client_is_not_told_to_pass_by_what_is_known(ends, make_record, make_finding):
    known = make_record("chat/a", Verdict.FAIL, [make_finding(mark="known")])
    assert ends(known, needs=(("chat/a", ""),))[1].endswith("; 1 known to the overlay")


def test_news_is_what_to_look_at_first(ends, make_record, make_finding):
    records = [make_record(name, Verdict.FAIL, [make_finding()]) for name in ("chat/a", "chat/b")]
    assert "aioc show chat/b --from run.jsonl" in ends(*records, baseline=("chat/a",))[-1]


def test_what_could_not_be_judged_is_asked_for_again(ends, make_record):
    gone = make_record("chat/a", Verdict.ERROR, reason="no connection", transfers=())
    assert ends(gone, journal="run.jsonl") == [
        "  next:  look at the server and its log; then --last-failed run.jsonl asks only for what was not fine"
    ]
    assert "--select chat/a asks again" in ends(gone)[0]
    two = ends(gone, replace(gone, id="chat/b"))
    assert "once more with --journal run.jsonl; from then on --last-failed run.jsonl" in two[0]


def test_a_run_that_was_stopped_is_no_fault_of_the_server(ends, make_record):
    left_out = make_record("chat/a", Verdict.ERROR, reason="--max-time 1", transfers=(), not_run=True)
    assert ends(left_out, journal="run.jsonl") == ["  next:  --last-failed run.jsonl asks only for what was not fine"]


def test_stale_entries_alone_are_pruned(everything):
    stale = replace(everything, failing=replace(everything.failing, cases=frozenset()))
    assert "once more with --journal run.jsonl, then aioc overlay prune --from run.jsonl" in ending(stale)[-1]
    assert ending(stale, "old.jsonl")[-1].startswith("  next:  aioc overlay prune --from old.jsonl")


@pytest.mark.parametrize(
    ("seconds", "done", "total", "said"),
    [(2.9, 50, 100, ""), (60, 4, 100, ""), (60, 50, 100, "  1:00 left"), (10, 100, 1000, "  1:30 left")],
)
def test_the_rest_is_guessed_when_enough_was_done(seconds, done, total, said):
    assert left(seconds, done, total) == said
