"""Reports of a run and of its journals: the same bytes; shards, targets, differences, reports to others."""

import json
import os
import re
import stat
import threading
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


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """What the runs of this module left: each is made once."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def good(call, reference, kept):
    """Give the journal of a run that nothing is wrong with."""
    journal = kept / "good.jsonl"
    if not journal.exists():
        call(*SOME, "--base-url", reference.base_url, "--journal", journal)
    return journal


@pytest.fixture
def bad(call, worse, kept):
    """Give the journal of a run against the worse server; its reports and what it printed (.out) lie beside it."""
    journal = kept / "bad.jsonl"
    if not journal.exists():
        new = ("--fail-on", "new")
        ran = call(*SOME, *new, "--base-url", worse.base_url, "--journal", journal, *wanted(kept, "bad"))
        assert ran.code == 1
        journal.with_suffix(".out").write_text(ran.out)
    return journal


def called(journal, label, folder):
    """Give the same journal as one of a target with another label."""
    first, _, rest = journal.read_text().partition("\n")
    path = folder / f"{journal.stem}-{label}.jsonl"
    path.write_text(json.dumps(json.loads(first) | {"label": label}) + "\n" + rest)
    return path


def test_a_journal_gives_the_same_reports_as_its_run(call, bad, tmp_path):
    told = call("report", bad, *wanted(tmp_path, "told"), command="aioc")
    assert told.code == 1
    for kind in KINDS:
        assert bad.with_suffix(f".{kind}").read_bytes() == (tmp_path / f"told.{kind}").read_bytes(), kind
    assert bad.with_suffix(".out").read_text().endswith(told.out)


def test_every_report_of_a_journal_has_the_same_cases_and_counts(bad, kept):
    lines = [json.loads(line) for line in bad.read_text().splitlines()]
    verdicts = {line["id"]: line["verdict"] for line in lines if line["record"] == "case" and line["selected"]}
    counts = {word: list(verdicts.values()).count(word) for word in set(verdicts.values())}
    assert lines[-1]["counts"] == counts
    suite = ET.parse(kept / "bad.junit").find("testsuite")
    assert {case.get("name") for case in suite.iter("testcase")} == set(verdicts)
    assert len(suite.findall("testcase/failure")) == counts["FAIL"]
    page = (kept / "bad.markdown").read_text()
    assert {
        word: int(n) for n, word in re.findall(r"(\d+) (PASS|WARN|FAIL|SKIP|ERROR)", page.splitlines()[4])
    } == counts
    assert all(f"<code>{case}</code>" in page for case, verdict in verdicts.items() if verdict == "FAIL")


def test_a_target_without_an_overlay_is_called_by_its_host_and_port(bad, worse):
    header = json.loads(bad.read_text().partition("\n")[0])
    assert (header["server"], header["label"]) == ("none", worse.base_url.removeprefix("http://"))
    name = ET.parse(bad.with_suffix(".junit")).find("testsuite").get("name")
    assert name == f"aioc 127-0-0-1-{worse.base_url.rpartition(':')[2]}"


def test_shards_give_the_report_of_the_whole(call, bad, worse, tmp_path):
    report = tmp_path / "shards.xml"
    shards = [tmp_path / f"{number}.jsonl" for number in (1, 2)]
    for number, shard in enumerate(shards, 1):
        call(*SOME, "--base-url", worse.base_url, "--journal", shard, "--shard", f"{number}/2")
    told = call("report", *shards, "--junit", report, command="aioc")
    assert told.code == 1
    ends = [
        {case.get("name"): [child.tag for child in case] for case in ET.parse(path).iter("testcase")}
        for path in (report, bad.with_suffix(".junit"))
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
    assert (done.code, "there is nothing for shard 2/2: 1 family" in done.err) == (2, True)


def test_targets_stand_side_by_side(call, good, bad, tmp_path):
    journals = [called(journal, journal.stem, tmp_path) for journal in (good, bad)]
    told = call("report", *journals, *wanted(tmp_path, "both"), command="aioc")
    assert told.code == 1
    assert ("== good" in told.out, "== bad" in told.out) == (True, True)
    suites = ET.parse(tmp_path / "both.junit").findall("testsuite")
    assert [suite.get("name") for suite in suites] == ["aioc good", "aioc bad"]
    assert "| topic | good | bad |" in (tmp_path / "both.markdown").read_text()


def test_a_label_that_would_break_histories_is_refused(call):
    done = call(*SOME, "--label", "http://h:1/x")
    assert (done.code, "letters, digits" in done.err) == (2, True)


def test_diff_is_red_for_regressions_only(call, good, bad):
    there, back = call("diff", good, bad, command="aioc"), call("diff", bad, good, command="aioc")
    assert (there.code, back.code) == (1, 0)
    assert "newly failing (" in there.out and "fixed (" in back.out
    assert call("diff", good, good, command="aioc").out.splitlines()[-1] == "no difference"
    assert json.loads(call("diff", good, bad, "--format", "json", command="aioc").out)["regressions"]


def test_markdown_begins_with_what_changed(call, good, bad, tmp_path):
    page = tmp_path / "x.md"
    before, after = called(good, "x", tmp_path), called(bad, "x", tmp_path)
    assert call("report", after, "--against", before, "--markdown", page, command="aioc").code == 1
    changed, _, rest = page.read_text().partition("\n## x: ")
    assert changed.startswith("## ") and "### Newly failing (" in changed and rest
    done = call("report", bad, "--against", before, "--markdown", page, command="aioc")
    assert (done.code, "is a run of 'x', these are of 127.0.0.1:" in done.err) == (2, True)


def test_what_failed_before_is_not_new(call, bad, tmp_path):
    page = tmp_path / "x.md"
    assert call("report", bad, "--against", bad, "--markdown", page, command="aioc").code == 0
    assert "Failed before too (" in page.read_text() and "### Failed (" not in page.read_text()
    assert call("report", bad, "--against", bad, "--fail-on", "fail", command="aioc").code == 1


def test_a_finding_becomes_a_report_to_the_servers_people(call, worse, bad):
    told = call("show", "chat/obj/schema", "--from", bad, "--as", "issue", command="aioc")
    assert told.code == 0
    for part in ("# ", "finish_reason", "curl -sS -X POST", "HTTP 200", "## Versions", "--select chat/obj/schema"):
        assert part in told.out
    assert worse.base_url not in told.out
    fine = call("show", "chat/req/stop", "--from", bad, "--as", "issue", command="aioc")
    assert (fine.code, "nothing to report" in fine.err) == (2, True)
    none = call("show", "chat/objschema", "--from", bad, command="aioc")
    assert (none.code, "no case 'chat/objschema'" in none.err) == (2, True)


def test_what_is_no_journal_is_bad_input(call, tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text('{"record": "case"}\n')
    for command in (["report", path], ["diff", path, path], ["show", "chat/basic", "--from", path]):
        done = call(*command, command="aioc")
        assert (done.code, f"{path}:1:1: this is no journal" in done.err) == (2, True)


def test_a_report_that_nobody_could_read_is_no_report_and_says_so(call, good, tmp_path, monkeypatch):
    """Whatever comes into it by a way that we do not know."""
    monkeypatch.setattr("aioc.report.junit.ET.tostring", lambda *_, **__: b"<testsuites>\x01")
    ended = call("report", good, "--junit", tmp_path / "run.xml", "--markdown", tmp_path / "run.md", command="aioc")
    assert ended.code == 3 and "run.xml: the JUnit report cannot be read back" in ended.err
    assert not (tmp_path / "run.xml").exists() and (tmp_path / "run.md").read_text()


def test_what_is_no_file_is_written_into(call, tmp_path):
    """A report to /dev/null, as root, must not put a file in its place; /dev/stdout is for everybody."""
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()), daemon=True)
    reader.start()
    options = ["--server", "reference", "--select", "models/list", "-q"]
    assert call(*options, "--markdown", pipe).code == 0
    reader.join(10)
    assert "1 PASS" in read[0]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_link_stays_a_link(call, tmp_path):
    link = tmp_path / "latest.md"
    link.symlink_to("run.md")
    assert call("--server", "reference", "--select", "models/list", "-q", "--markdown", link).code == 0
    assert link.is_symlink() and "1 PASS" in (tmp_path / "run.md").read_text()
