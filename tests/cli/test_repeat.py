"""`--repeat`: the same run several times, and who changed its mind."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from aioc.model.result import Verdict
from aioc.reference.server import ReferenceServer
from aioc.report.journal import read_journal

BASIC = ("--server", "none", "--model", "reference-chat", "--select", "chat/basic", "--select", "models/list")


@pytest.fixture
def moody():
    """Serve chat completions without choices in every second run (which asks twice: the model is warmed first)."""
    asked = 0

    def mutate(answer):
        nonlocal asked
        if isinstance(answer.body, dict) and answer.body.get("object") == "chat.completion":
            asked += 1
            if asked % 4 == 0:
                return replace(answer, body={**answer.body, "choices": []})
        return answer

    with ReferenceServer(mutate=mutate) as server:
        yield server


def test_what_does_not_change_is_said_in_one_line(call, reference):
    done = call(*BASIC, "--base-url", reference.base_url, "--repeat", 3)
    assert done.code == 0
    assert "2 more runs: the same verdicts" in done.out
    assert done.out.count("cases against") == 1
    assert "2 PASS  (" in done.out


def test_an_unstable_case_is_told_with_both_exchanges_and_its_worst_end_counts(call, moody, tmp_path):
    junit, journal = tmp_path / "r.xml", tmp_path / "r.jsonl"
    done = call(
        *BASIC, "--base-url", moody.base_url, "--repeat", 4, "--junit", junit, "--journal", journal, "--jobs", 1
    )
    assert done.code == 1
    assert "unstable chat/basic: FAIL in runs 2, 4, PASS in runs 1, 3" in done.out
    after = done.out.partition("unstable chat/basic")[2]
    assert '"choices":[]' in after and '"choices":[{' in after
    assert "3 more runs: 1 unstable" in done.out
    found = {case.get("name"): case for case in ET.parse(junit).iter("testcase")}
    (name,) = (name for name in found if "chat/basic" in name or name.startswith("basic"))
    assert found[name].find("failure") is not None
    verdicts = [
        {record.id: record.verdict for record in read_journal(path).cases}["chat/basic"]
        for path in (journal, *(tmp_path / f"r.{number}.jsonl" for number in (2, 3, 4)))
    ]
    assert verdicts == [Verdict.PASS, Verdict.FAIL, Verdict.PASS, Verdict.FAIL]


def test_unstable_can_fail_a_run_whose_fails_are_not_asked_for(call, moody):
    done = call(*BASIC, "--base-url", moody.base_url, "--repeat", 2, "--fail-on", "unstable")
    assert done.code == 1
    assert "failed: 1  chat/basic" in done.out
    done = call(*BASIC, "--base-url", moody.base_url, "--repeat", 1, "--fail-on", "unstable")
    assert done.code == 0


def test_a_journal_is_not_run_several_times(call, reference, tmp_path):
    journal = tmp_path / "r.jsonl"
    call(*BASIC, "--base-url", reference.base_url, "--journal", journal)
    done = call("--replay", journal, "--repeat", 2)
    assert done.code == 2
    assert "--repeat" in done.err
