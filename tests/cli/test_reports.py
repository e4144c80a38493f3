"""Reports of a run and of its journals: the same bytes; shards, targets, differences, reports to others."""

import json
import re
import xml.etree.ElementTree as ET

import pytest

from aioc.reference.server import ReferenceServer

SOME = ("--server", "none", "--model", "reference-chat", "--select", "chat/req/*", "--select", "chat/obj/*")
KINDS = ("junit", "html", "markdown")


def wanted(folder, name):
    return [part for kind in KINDS for part in (f"--{kind}", folder / f"{name}.{kind}")]


@pytest.fixture(scope="module")
def worse():
    """Serve chat completions without a finish_reason, and no list of models' details."""

    def mutate(answer):
        if isinstance(answer.body, dict) and answer.body.get("object") == "chat.completion":
            for choice in answer.body["choices"]:
                choice.pop("finish_reason", None)
        return answer

    with ReferenceServer(mutate=mutate) as server:
        yield server


def test_a_journal_gives_the_same_reports_as_its_run(call, worse, tmp_path):
    journal = tmp_path / "run.jsonl"
    ran = call(*SOME, "--base-url", worse.base_url, "--journal", journal, *wanted(tmp_path, "run"), "--fail-on", "new")
    told = call("report", journal, *wanted(tmp_path, "told"), command="aioc")
    assert ran.code == told.code == 1
    for kind in KINDS:
        assert (tmp_path / f"run.{kind}").read_bytes() == (tmp_path / f"told.{kind}").read_bytes(), kind
    assert ran.out.endswith(told.out)


def test_every_report_of_a_journal_has_the_same_cases_and_counts(call, worse, tmp_path):
    journal = tmp_path / "run.jsonl"
    call(*SOME, "--base-url", worse.base_url, "--journal", journal)
    call("report", journal, *wanted(tmp_path, "r"), command="aioc")
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    verdicts = {line["id"]: line["verdict"] for line in lines if line["record"] == "case" and line["selected"]}
    counts = {word: list(verdicts.values()).count(word) for word in set(verdicts.values())}
    assert lines[-1]["counts"] == counts
    suite = ET.parse(tmp_path / "r.junit").find("testsuite")
    assert {case.get("name") for case in suite.iter("testcase")} == set(verdicts)
    assert len(suite.findall("testcase/failure")) == counts["FAIL"]
    page = (tmp_path / "r.markdown").read_text()
    assert {
        word: int(n) for n, word in re.findall(r"(\d+) (PASS|WARN|FAIL|SKIP|ERROR)", page.splitlines()[4])
    } == counts
    assert all(f"<code>{case}</code>" in page for case, verdict in verdicts.items() if verdict == "FAIL")


def test_shards_give_the_report_of_the_whole(call, worse, tmp_path):
    whole, report = tmp_path / "whole.jsonl", tmp_path / "shards.json"
    call(*SOME, "--base-url", worse.base_url, "--journal", whole)
    shards = [tmp_path / f"{number}.jsonl" for number in (1, 2, 3)]
    for number, shard in enumerate(shards, 1):
        call(*SOME, "--base-url", worse.base_url, "--journal", shard, "--shard", f"{number}/3")
    told = call("report", *shards, "--junit", report, command="aioc")
    assert told.code == 1
    call("report", whole, "--junit", tmp_path / "whole.xml", command="aioc")
    ends = [
        {case.get("name"): [child.tag for child in case] for case in ET.parse(path).iter("testcase")}
        for path in (report, tmp_path / "whole.xml")
    ]
    assert ends[0] == ends[1]
    gap = call("report", *shards[1:], command="aioc")
    assert (gap.code, "shard 1 is missing" in gap.err) == (2, True)
    gap = call("report", *shards[1:], "--allow-gaps", command="aioc")
    assert "could not be judged" in gap.out


@pytest.mark.parametrize("text", ["0/3", "4/3", "a/b", "2", "1/0"])
def test_what_is_no_part_is_refused(call, text):
    done = call(*SOME, "--shard", text)
    assert (done.code, "is no part" in done.err) == (2, True)


def test_a_shard_with_nothing_in_it_is_refused(call, reference):
    done = call("--server", "none", "--base-url", reference.base_url, "--model", "reference-chat",
                "--select", "models/list", "--shard", "2/2")  # fmt: skip
    assert (done.code, "there is nothing for shard 2/2: 1 families" in done.err) == (2, True)


def test_targets_stand_side_by_side(call, reference, worse, tmp_path):
    for label, server in (("good", reference), ("bad", worse)):
        call(*SOME, "--base-url", server.base_url, "--label", label, "--journal", tmp_path / f"{label}.jsonl")
    told = call("report", tmp_path / "good.jsonl", tmp_path / "bad.jsonl", *wanted(tmp_path, "both"), command="aioc")
    assert told.code == 1
    assert ("== good" in told.out, "== bad" in told.out) == (True, True)
    suites = ET.parse(tmp_path / "both.junit").findall("testsuite")
    assert [suite.get("name") for suite in suites] == ["aioc good", "aioc bad"]
    assert "| topic | good | bad |" in (tmp_path / "both.markdown").read_text()


def test_a_label_that_would_break_histories_is_refused(call):
    done = call(*SOME, "--label", "http://h:1/x")
    assert (done.code, "letters, digits" in done.err) == (2, True)


def test_diff_is_red_for_regressions_only(call, reference, worse, tmp_path):
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    call(*SOME, "--base-url", reference.base_url, "--journal", good)
    call(*SOME, "--base-url", worse.base_url, "--journal", bad)
    there, back = call("diff", good, bad, command="aioc"), call("diff", bad, good, command="aioc")
    assert (there.code, back.code) == (1, 0)
    assert "newly failing (" in there.out and "fixed (" in back.out
    assert call("diff", good, good, command="aioc").out.splitlines()[-1] == "no difference"
    assert json.loads(call("diff", good, bad, "--format", "json", command="aioc").out)["regressions"]


def test_markdown_begins_with_what_changed(call, reference, worse, tmp_path):
    good, bad, page = tmp_path / "good.jsonl", tmp_path / "bad.jsonl", tmp_path / "x.md"
    call(*SOME, "--base-url", reference.base_url, "--journal", good)
    call(*SOME, "--base-url", worse.base_url, "--journal", bad)
    assert call("report", bad, "--against", good, "--markdown", page, command="aioc").code == 1
    text = page.read_text()
    assert text.startswith("## ") and "### Newly failing (" in text.partition("\n## none: ")[0]
    assert "## none: " in text
    call(*SOME, "--base-url", worse.base_url, "--journal", bad, "--force", "--label", "other")
    done = call("report", bad, "--against", good, "--markdown", page, command="aioc")
    assert (done.code, "is a run of 'none', these are of other" in done.err) == (2, True)


def test_a_finding_becomes_a_report_to_the_servers_people(call, worse, tmp_path):
    journal = tmp_path / "run.jsonl"
    call(*SOME, "--base-url", worse.base_url, "--journal", journal)
    told = call("show", "chat/obj/schema", "--from", journal, "--as", "issue", command="aioc")
    assert told.code == 0
    for part in ("# ", "finish_reason", "curl -sS -X POST", "HTTP 200", "## Versions", "--select chat/obj/schema"):
        assert part in told.out
    assert worse.base_url not in told.out
    fine = call("show", "chat/req/stop", "--from", journal, "--as", "issue", command="aioc")
    assert (fine.code, "nothing to report" in fine.err) == (2, True)
    none = call("show", "chat/objschema", "--from", journal, command="aioc")
    assert (none.code, "no case 'chat/objschema'" in none.err) == (2, True)


def test_what_is_no_journal_is_bad_input(call, tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text('{"record": "case"}\n')
    for command in (["report", path], ["diff", path, path], ["show", "chat/basic", "--from", path]):
        done = call(*command, command="aioc")
        assert (done.code, f"{path}:1:1: this is no journal" in done.err) == (2, True)
