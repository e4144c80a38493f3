"""Interrupted at any moment, a run ends at once, with whole reports that say what was not run."""

import os
import signal
import threading
import time
import xml.etree.ElementTree as ET

import pytest
from tests.servers import BEHAVIOURS, by_path

from aioc.report.journal import read_journal

from .conftest import get

SECONDS = 1.0
"""So much of the processor it takes after the signal until everything is written."""
HANGS = 15.0
"""A run that takes so long after the signal waits for something; the deadline of its step is far."""


@pytest.fixture(autouse=True)
def stray():
    """A signal that nobody handles is an error of the test, and not the end of all tests."""

    def handler(number, _frame):
        raise AssertionError(f"signal {number} came through")

    before = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, earlier in before.items():
        signal.signal(number, earlier)


class Trigger:
    """Sends this process a signal, once, and remembers when."""

    def __init__(self, number):
        self.number, self.at, self.used = number, 0.0, 0.0

    def __call__(self):
        if not self.at:
            self.at, self.used = time.monotonic(), time.process_time()
            os.kill(os.getpid(), self.number)


@pytest.fixture
def interrupted(cases, serve, call, tmp_path):
    """Run three cases, of which the second is `second`; give the end and the verdicts by case from JUnit."""

    def run(trigger, second, behaviours, *more):
        folder = cases(a=get("/v1/models"), b=second, c=get("/v1/models"))
        peer = serve(by_path({**BEHAVIOURS, **behaviours}, BEHAVIOURS["keeps"]))
        junit, journal = tmp_path / "run.xml", tmp_path / "run.jsonl"
        ended = call(
            folder, "--base-url", peer.url, "--server", "none", "--model", "m", "--timeout", 20,
            "--journal", journal, "--junit", junit, "--html", tmp_path / "run.html", *more,
        )  # fmt: skip
        took = time.process_time() - trigger.used
        assert trigger.at and "Traceback" not in ended.err
        assert time.monotonic() - trigger.at < HANGS
        found = {
            case.get("name"): next((child.get("type") for child in case), "pass")
            for case in ET.parse(junit).iter("testcase")
        }
        assert read_journal(journal).summary.complete is False
        assert (tmp_path / "run.html").read_text().rstrip().endswith("</html>")
        return ended.code, found, took

    return run


@pytest.mark.parametrize(
    ("number", "code"),
    [
        pytest.param(signal.SIGINT, 130, marks=pytest.mark.threat("R3")),
        pytest.param(signal.SIGTERM, 143, marks=pytest.mark.threat("R4")),
    ],
)
def test_while_an_answer_is_waited_for(interrupted, number, code, record_property):
    trigger = Trigger(number)

    def hang(wire):
        wire.request()
        time.sleep(0.2)  # the answer before is judged while this one is waited for
        trigger()
        wire.hold()

    ended, found, took = interrupted(trigger, get("/v1/hang"), {"hang": hang})
    record_property("s to the end", took)
    assert (ended, found) == (code, {"local/a": "pass", "local/b": "aioc.not-run", "local/c": "aioc.not-run"})
    assert took < SECONDS


@pytest.mark.threat("R3", "R4")
@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_a_second_one_while_the_reports_are_written_is_overheard(interrupted, second, monkeypatch):
    from aioc.cli.reports import write_reports

    trigger = Trigger(signal.SIGINT)
    again = []

    def hang(wire):
        wire.request()
        trigger()
        wire.hold()

    def writing(*given, **more):
        again.append(os.kill(os.getpid(), second))
        return write_reports(*given, **more)

    monkeypatch.setattr("aioc.cli.play.write_reports", writing)
    ended, found, _ = interrupted(trigger, get("/v1/hang"), {"hang": hang})
    assert (ended, len(again), len(found)) == (130, 1, 3)


@pytest.mark.threat("R5")
def test_what_was_journalled_before_a_kill_is_read_and_reported(cases, serve, start, call, tmp_path):
    folder = cases(a=get("/v1/models"), b=get("/v1/silent"), c=get("/v1/models"))
    journal, junit = tmp_path / "run.jsonl", tmp_path / "run.xml"
    url = serve(by_path(BEHAVIOURS, BEHAVIOURS["keeps"])).url
    process = start("run", folder, "--base-url", url, "--server", "none", "--model", "m", "--journal", journal)
    until = time.monotonic() + 20
    while not journal.exists() or journal.read_bytes().count(b"\n") < 2:
        assert time.monotonic() < until and process.popen.poll() is None
        time.sleep(0.02)
    process.popen.kill()
    assert process.end().code == -signal.SIGKILL
    ended = call("report", journal, "--junit", junit, "--html", tmp_path / "run.html", command="aioc")
    assert (ended.code, read_journal(journal).summary) == (3, None)
    assert "the run did not come to its end" in ended.out
    found = {
        case.get("name"): next((child.get("type") for child in case), "pass")
        for case in ET.parse(junit).iter("testcase")
    }
    assert found == {"local/a": "pass", "local/b": "aioc.not-run", "local/c": "aioc.not-run"}


COSTLY = get("/v1/text") + '  - path: $.text\n    pattern: "(a+)+$"\n'


@pytest.mark.threat("R3")
def test_while_an_answer_is_judged(interrupted):
    trigger = Trigger(signal.SIGINT)

    def text(wire):
        wire.request()
        threading.Timer(0.3, trigger).start()
        body = b'{"text": "' + b"a" * 40 + b'b"}'
        wire.send(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))

    ended, found, _ = interrupted(trigger, COSTLY, {"text": text})
    assert (ended, found["local/c"]) == (130, "aioc.not-run")


@pytest.mark.threat("R3")
def test_while_a_model_is_warmed_up(interrupted):
    trigger = Trigger(signal.SIGINT)
    asked = []

    def completions(wire):
        wire.request()
        asked.append(wire.number)
        if len(asked) == 1:  # the survey: is there such a model?
            return wire.send(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
        trigger()
        return wire.hold()

    second = get('"/v1/models/${model}"')
    ended, found, took = interrupted(trigger, second, {"completions": completions})
    assert (ended, found["local/b"], took < SECONDS) == (130, "aioc.not-run", True)
