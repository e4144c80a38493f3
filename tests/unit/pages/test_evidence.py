"""What is kept of runs: everything the pages need, in a form that is read back the same and differs line by line."""

from dataclasses import replace

import pytest
from tests.unit.conftest import KNOWN, finding, record

from aioc.model.problem import BadInputError
from aioc.model.result import Verdict
from aioc.model.run import SurfaceRow
from aioc.overlay import resolve
from aioc.pages.evidence import Evidence, Known, New, Row, decode, encode, run_of
from aioc.report.journal import Journal

from .made_up import EVIL_RUN, RUN, catalogue


def test_what_is_written_is_read_back():
    kept = Evidence("behind", (RUN, EVIL_RUN, replace(RUN, set_up="other", how="recording", verdicts={}, exchanges=3)))
    assert decode(encode(kept), "x.json") == kept


def test_it_does_not_depend_on_the_order_in_which_things_were_found():
    other = replace(RUN, verdicts=dict(reversed(RUN.verdicts.items())))
    assert encode(Evidence("behind", (RUN,))) == encode(Evidence("behind", (other,)))


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"format": 9}', b'{"format": 1, "server": "x", "runs": [{}]}'])
def test_anything_else_is_bad_input(raw):
    with pytest.raises(BadInputError):
        decode(raw, "x.json")


def test_fresh_runs_take_the_place_of_those_of_the_same_name_and_kind():
    old = Evidence("behind", (RUN, replace(RUN, set_up="other"), replace(RUN, how="recording")))
    joined = old.joined([replace(RUN, version="3")])
    assert [(run.set_up, run.how, run.version) for run in joined.runs] == [
        ("default", "run", "3"),
        ("other", "run", "2.1"),
        ("default", "recording", "2.1"),
    ]


def test_a_run_keeps_verdicts_findings_and_surface(everything):
    rows = [
        SurfaceRow("models", "GET /v1/models", "core", Verdict.FAIL, "GET /v1/models: no route (404)", absent=True),
        SurfaceRow("chat", "POST /v1/chat/completions", "core", Verdict.WARN, "The text is empty."),
        SurfaceRow("files", "GET /v1/files", "ext", Verdict.SKIP, "There are no files at all."),
        SurfaceRow("speech", "POST /v1/audio/speech", "ext", Verdict.SKIP, "no model plays tts_model"),
    ]
    records = [
        record("chat/a", Verdict.FAIL, [finding(), finding(address="text", step="two", **KNOWN)]),
        record("chat/b", Verdict.SKIP, reason="no model"),
    ]
    shown = (record("chat/basic:seed", Verdict.WARN, [finding(address="text")]),)
    journal = Journal(everything.header, tuple(records), replace(everything.summary, surface=tuple(rows)), shown)
    run = run_of("default", journal, resolve("behind", catalogue()), catalogue())
    assert run.verdicts == {"chat/a": "FAIL"} and run.counts["SKIP"] == 1
    assert run.known == {Known("chat/a", "two/text", "There is no such route.")}
    assert run.new == {New("chat/a", "status", "fail", "status is not 200")}
    assert [run.surface[name].state for name in ("models", "chat", "files", "speech")] == ["no", "yes", "no", "unknown"]
    assert run.surface["models"] == Row("no", "GET /v1/models: no route (404)")


def test_a_capability_whose_case_was_refused_is_not_there(everything):
    rows = (SurfaceRow("models", "GET /v1/models", "core", Verdict.WARN, "Its list is a server error."),)
    journal = Journal(
        everything.header,
        (record("models/list", Verdict.WARN, [finding(**KNOWN)]),),
        replace(everything.summary, surface=rows),
    )
    run = run_of("default", journal, resolve("behind", catalogue()), catalogue())
    assert run.surface["models"] == Row("no", "Its list is a server error.")
