"""The main job from the command line: reports, replay, exit codes, own cases, a dry run, an interrupt."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET
from contextlib import closing, suppress
from pathlib import Path

import pytest
from tests.servers import Peer, answering

from aioc.reference.server import ReferenceServer

ROOT = Path(__file__).parents[2]
OWN = (
    "title: The models are listed\nsource: a measurement\n"
    "request: {method: GET, path: /v1/models}\nexpect:\n  - status: {status}\n"
)


def own(tmp_path, status="200"):
    folder = tmp_path / "cases"
    folder.mkdir(exist_ok=True)
    (folder / "list.yaml").write_text(OWN.replace("{status}", status))
    return folder


def verdicts(journal):
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    return {line["id"]: line["verdict"] for line in lines if line["record"] == "case"}


def test_console_junit_journal_and_exit_code_agree(call, reference, tmp_path):
    folder = own(tmp_path, "404")
    junit, journal = tmp_path / "out.xml", tmp_path / "out.jsonl"
    outcome = call(folder, "--base-url", reference.base_url, "--junit", junit, "--journal", journal)
    assert outcome.code == 1
    assert verdicts(journal) == {"local/list": "FAIL"}
    (case,) = ET.parse(junit).getroot().iter("testcase")
    label = reference.base_url.removeprefix("http://").removesuffix("/v1").replace(".", "-").replace(":", "-")
    assert (case.get("name"), case.get("classname"), case.find("failure").get("type")) == (
        "local/list", f"{label}.local", "aioc.fail",
    )  # fmt: skip
    for text in (outcome.out, case.find("failure").text):
        assert re.search(r"list\.yaml:5:5: FAIL status", text)
        assert "- status: 404" in text  # the line of the case
        assert "expected 404" in text
        assert "actual   integer 200" in text
        assert 'curl -sS -X GET "$AIOC_BASE_URL"/v1/models -H "Authorization: Bearer $OPENAI_API_KEY"' in text
    assert "failed: 1" in outcome.out


def test_a_folder_of_own_cases_needs_nothing_else(call, reference, tmp_path):
    outcome = call(own(tmp_path), "--base-url", reference.base_url)
    assert (outcome.code, "1 PASS" in outcome.out) == (0, True)


@pytest.mark.parametrize("ending", ["", "/", "/v1", "/v1/"])
def test_base_urls_as_people_type_them(call, reference, tmp_path, ending):
    assert call(own(tmp_path), "--base-url", reference.base_url.removesuffix("/v1") + ending).code == 0


def test_replay_of_a_selection_knows_the_capabilities(call, reference, tmp_path):
    journal = tmp_path / "out.jsonl"
    first = call("--base-url", reference.base_url, "--select", "chat/msg/parts", "--journal", journal)
    assert (first.code, "1 PASS" in first.out) == (0, True)
    again = call("--replay", journal)
    assert (again.code, "1 PASS" in again.out) == (0, True)


def test_replay_judges_against_the_cases_of_today(call, reference, tmp_path):
    folder, journal = own(tmp_path), tmp_path / "out.jsonl"
    assert call(folder, "--base-url", reference.base_url, "--journal", journal).code == 0
    own(tmp_path, "404")
    assert call(folder, "--replay", journal).code == 1
    (folder / "list.yaml").write_text(OWN.replace("{status}", "200").replace("/v1/models", "/v1/files"))
    outcome = call(folder, "--replay", journal)
    assert (outcome.code, "asks for something else" in outcome.out) == (3, True)


def test_last_failed_and_baseline(call, reference, tmp_path):
    folder, journal = own(tmp_path, "404"), tmp_path / "out.jsonl"
    (folder / "fine.yaml").write_text(OWN.replace("{status}", "200"))
    assert call(folder, "--base-url", reference.base_url, "--journal", journal).code == 1
    again = call(folder, "--base-url", reference.base_url, "--last-failed", journal)
    assert "1 case against" in again.out
    known = call(folder, "--base-url", reference.base_url, "--baseline", journal, "--fail-on", "new")
    assert known.code == 0
    assert call(folder, "--base-url", reference.base_url, "--fail-on", "new").code == 1


def test_of_an_invariant_that_failed_a_case_is_asked_again_whose_answer_showed_it(call, reference, tmp_path):
    def mutate(answer):
        if isinstance(answer.body, dict) and "choices" in answer.body:
            answer.body["created"] = "today"
        return answer

    journal = tmp_path / "out.jsonl"
    with ReferenceServer(mutate=mutate) as faulty:
        select = [word for name in ("basic", "stream-false", "obj/schema") for word in ("--select", f"chat/{name}")]
        assert call("--base-url", faulty.base_url, *select, "--journal", journal).code == 1
    again = call("--base-url", reference.base_url, "--last-failed", journal)
    assert (again.code, "2 cases against" in again.out, "2 PASS" in again.out) == (0, True, True)


def test_what_fails_a_run_is_asked_for(call, reference, tmp_path):
    folder = own(tmp_path)
    (folder / "list.yaml").write_text(OWN.replace("{status}", "404\n    severity: warn"))
    assert call(folder, "--base-url", reference.base_url).code == 0
    junit = tmp_path / "out.xml"
    assert call(folder, "--base-url", reference.base_url, "--fail-on", "warn", "--junit", junit).code == 1
    assert ET.parse(junit).getroot().get("failures") == "1"


def test_a_dry_run_sends_nothing(call, tmp_path):
    (tmp_path / "capped.yaml").write_text(
        "title: It says something\nsource: a measurement\n"
        "request:\n  method: POST\n  path: /v1/chat/completions\n"
        '  json: {model: "${model}", messages: [], max_tokens: 8, n: 2}\nexpect:\n  - status: 200\n'
    )
    outcome = call(tmp_path, "--base-url", "http://127.0.0.1:1", "--dry-run")
    assert outcome.code == 0
    assert '"model": "MODEL"' in outcome.out
    assert "1 request, at most 16 tokens to be generated" in outcome.out


def test_a_dry_run_knows_overlays_as_a_run_does(call, tmp_path):
    (tmp_path / "mine.yaml").write_text("title: Mine\nmodels: {model: my-model}\n")
    words = ("--dry-run", "--select", "chat/basic", "--server", "none", "--overlay", tmp_path / "mine.yaml")
    assert '"model": "my-model"' in call(*words).out
    assert '"model": "MODEL"' in call(*words, "--no-overlay").out


def test_a_dry_run_names_captures_and_created_objects(call):
    outcome = call("--dry-run", "--select", "files/upload", "--server", "none")
    assert "/v1/files/${file}" in outcome.out
    assert "creates an object: files/upload: POST /v1/files" in outcome.out


def test_every_option_has_a_variable(call, reference, tmp_path, monkeypatch):
    monkeypatch.setenv("AIOC_BASE_URL", reference.base_url)
    monkeypatch.setenv("AIOC_JUNIT", str(tmp_path / "out.xml"))
    assert call(own(tmp_path)).code == 0
    assert (tmp_path / "out.xml").exists()


def test_the_key_is_sent_and_shown_nowhere(call, reference, tmp_path, monkeypatch):
    monkeypatch.setenv("MY_KEY", "sk-very-secret-0123")
    folder, junit, journal = own(tmp_path, "404"), tmp_path / "out.xml", tmp_path / "out.jsonl"
    outcome = call(
        folder, "--base-url", reference.base_url, "--api-key-env", "MY_KEY", "--junit", junit, "--journal", journal
    )
    for text in (outcome.out, outcome.err, junit.read_text(), journal.read_text()):
        assert "sk-very-secret-0123" not in text
    assert '["authorization", "***"]' in journal.read_text().lower()
    assert journal.stat().st_mode & 0o777 == 0o600


def test_the_server_reference_needs_nothing(call):
    outcome = call("--server", "reference", "--profile", "smoke")
    assert (outcome.code, " FAIL" in outcome.out) == (0, False)


def test_help_is_quick_and_imports_neither_httpx_nor_jsonschema():
    code = "import sys; from aioc.cli import run_main\ntry: run_main(['--help'])\nexcept SystemExit: pass\n"
    code += "print(sorted({'httpx', 'jsonschema', 'yaml', 'jsonpath_ng'} & set(sys.modules)), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "--base-url" in done.stdout


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_ends_at_once_with_whole_reports(tmp_path, silent, number, code):
    folder, junit, journal = own(tmp_path), tmp_path / "out.xml", tmp_path / "out.jsonl"
    (folder / "hang.yaml").write_text(OWN.replace("{status}", "200").replace("/v1/models", "/v1/hang"))
    arguments = [folder, "--base-url", silent, "--junit", junit, "--journal", journal, "--server", "none"]
    process = subprocess.Popen(
        [sys.executable, "-m", "aioc", "run", *map(str, arguments)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": ""},
    )  # fmt: skip
    deadline = time.monotonic() + 20
    while not journal.exists() or not journal.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(0.3)
    process.send_signal(number)
    started = time.monotonic()
    out, err = process.communicate(timeout=50)
    assert time.monotonic() - started < 40  # the hanging request has a minute
    assert process.returncode == code, out + err
    assert "Traceback" not in err
    results = {case.get("name"): case.find("error").get("type") for case in ET.parse(junit).iter("testcase")}
    assert results == {"local/hang": "aioc.not-run", "local/list": "aioc.not-run"}
    assert json.loads(journal.read_text().splitlines()[-1])["complete"] is False


def test_the_smoke_profile_asks_less_than_thirty_times(call):
    outcome = call("--server", "reference", "--profile", "smoke", "--dry-run")
    asked = int(re.search(r"^(\d+) requests", outcome.out, re.MULTILINE)[1])
    assert 10 <= asked < 30


@pytest.mark.parametrize("lines", [0, 1, 2, 3], ids=["the header", "the first case", "the second", "the footer"])
def test_a_journal_that_breaks_leaves_the_other_report_whole(call, reference, tmp_path, monkeypatch, lines):
    from aioc.report.journal import JournalWriter, ReportError

    folder, junit, journal = own(tmp_path), tmp_path / "out.xml", tmp_path / "out.jsonl"
    (folder / "more.yaml").write_text(OWN.replace("{status}", "200"))
    write, written = JournalWriter._write, []

    def failing(self, line):
        if len(written) == lines:
            raise ReportError(self._path, "No space left on device")
        written.append(line)
        write(self, line)

    monkeypatch.setattr(JournalWriter, "_write", failing)
    outcome = call(folder, "--base-url", reference.base_url, "--junit", junit, "--journal", journal)
    assert (outcome.code, "No space left on device" in outcome.err) == (3, True)
    assert {case.get("name") for case in ET.parse(junit).iter("testcase")} == {"local/list", "local/more"}
    assert len(journal.read_text().splitlines()) == lines


def test_a_profile_of_ones_own_is_not_fulfilled_by_a_skip(call, reference, tmp_path):
    """A client needs what its list names; the built-in profiles only choose."""
    profile, junit = tmp_path / "mine.yaml", tmp_path / "out.xml"
    profile.write_text("title: What my client needs\ncases: [models/list, err/auth/none, chat/stream/error-frame]\n")
    asked = ("--base-url", reference.base_url, "--server", "none", "--junit", junit)
    outcome = call(*asked, "--profile", profile)
    assert outcome.code == 1
    assert "not fulfilled: err/auth/none: " in outcome.out
    found = {case.get("name"): case.find("failure") for case in ET.parse(junit).iter("testcase")}
    assert found["err/auth/none"].get("message").startswith("not fulfilled: SKIP")
    # An invariant that concerns no answer of this run says nothing about the server.
    assert (found["models/list"], found["chat/stream/error-frame"]) == (None, None)
    same = call(*asked, *("--select", "models/list"), *("--select", "err/auth/none"))
    assert (same.code, "1 SKIP" in same.out) == (0, True)


def test_quiet_is_the_end_alone(call, reference, tmp_path):
    outcome = call(own(tmp_path, "404"), "--base-url", reference.base_url, "--quiet")
    assert [line.split("  ")[0] for line in outcome.out.splitlines()] == ["1 FAIL", "failed: 1", "", ""]
    assert "whose: answers of 127.0.0.1" in outcome.out


def test_a_terminal_shows_how_far_it_is_and_a_log_does_not(reference, tmp_path):
    command = [sys.executable, "-m", "aioc", "run", str(own(tmp_path)), "--base-url", reference.base_url]
    screen, end = os.openpty()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=end) as process:
        os.close(end)
        told = process.communicate(timeout=30)[0]
    shown = ""
    with suppress(OSError):  # nobody holds the other end any more
        while part := os.read(screen, 4096):
            shown += part.decode()
    os.close(screen)
    assert "0/1  0 FAIL  local/list" in shown
    assert shown.endswith("\r\x1b[K")  # nothing is left behind
    assert b"\x1b" not in told
    assert b"0/1" not in told


def test_a_terminal_has_colours_unless_nobody_wants_them(reference, tmp_path):
    def shown(*more):
        command = [sys.executable, "-m", "aioc", "run", str(own(tmp_path)), "--base-url", reference.base_url, *more]
        screen, end = os.openpty()
        with subprocess.Popen(command, stdout=end, stderr=subprocess.DEVNULL) as process:
            os.close(end)
            told = b""
            with suppress(OSError):
                while part := os.read(screen, 4096):
                    told += part
            assert process.wait(timeout=30) == 0
        os.close(screen)
        return told

    assert b"\x1b[32mPASS" in shown("-v")
    assert b"\x1b" not in shown("-v", "--no-color")


def test_a_parameter_of_the_query_goes_with_every_request(call, tmp_path):
    body = b'{"object": "list", "data": []}'
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    with closing(Peer(answering(head % len(body) + body))) as server:
        outcome = call(own(tmp_path), "--base-url", server.url, "--query", "api-version=2024-10-21")
        assert outcome.code == 0, outcome.err
        assert all(b"?api-version=2024-10-21 HTTP/1.1" in request for request in server.requests)
    wrong = call(own(tmp_path), "--base-url", server.url, "--query", "api-version")
    assert (wrong.code, "is not NAME=VALUE" in wrong.err) == (2, True)


def test_a_server_that_is_not_there_yet_is_waited_for(call, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as place:
        port = place.getsockname()[1]
    late = ReferenceServer(port=port)
    timer = threading.Timer(1.5, late.__enter__)
    timer.start()
    outcome = call(own(tmp_path), "--base-url", f"http://127.0.0.1:{port}", "--wait", "20")
    timer.join()
    late.__exit__(None, None, None)
    assert (outcome.code, "1 PASS" in outcome.out) == (0, True), outcome.err


def test_without_its_overlay_nothing_is_known_of_a_server(call, reference, tmp_path):
    def header(*more):
        journal = tmp_path / f"{len(more)}.jsonl"
        asked = (own(tmp_path), "--base-url", reference.base_url, "--server", "llama.cpp", "--journal", journal)
        assert call(*asked, *more).code == 0
        return json.loads(journal.read_text().splitlines()[0])

    assert header()["server"] == "llama.cpp"
    assert header("--no-overlay")["server"] == "none"
