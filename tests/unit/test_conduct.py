"""Cases side by side: order, limits, and no fault or slowness of one case takes the others with it."""

import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from aioc.conduct import Conductor
from aioc.judge.script import play
from aioc.model.exchange import Failure, Transfer
from aioc.model.result import Verdict
from aioc.read.case import read_case
from aioc.read.check import Scope
from aioc.read.parse import parse_document


def read(name, extra=""):
    text = (
        f"title: Something happens\nsource: a measurement\nrequest: {{method: GET, path: /v1/{name}{extra}}}\n"
        'expect:\n  - status: 200\n  - path: $.text\n    optional: true\n    pattern: "(a+)+$"\n'
    )
    document = parse_document(text.encode(), name)
    return read_case(document, f"chat/{name}", None, Path.cwd(), Scope(document))[0]


class Sender:
    """Answers after a while, and counts how many are under way."""

    def __init__(self, seconds=0.0, body=b"{}"):
        self.seconds, self.body = seconds, body
        self.under_way = self.most = 0
        self.lock = threading.Lock()

    def exchange(self, request, seconds, *, retry_busy=True):
        del seconds, retry_busy
        with self.lock:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        time.sleep(self.seconds)
        with self.lock:
            self.under_way -= 1
        if request.target == "/v1/fault":
            raise RuntimeError("oops")
        return Transfer(request, 200, (("content-type", "application/json"),), self.body)

    def abort(self):
        pass


def results(sender, cases, jobs=1, *, alone=False):
    @contextmanager
    def opener(_case):
        yield sender

    scripts = ((one, play(one, {})) for one in cases)
    played = Conductor(opener, jobs).play(scripts, alone=alone)
    return {result.case.id: result for result in played}


def test_at_most_so_many_at_once():
    sender = Sender(0.05)
    cases = [read(f"c{number}") for number in range(8)]
    found = results(sender, cases, jobs=3)
    assert len(found) == 8
    assert sender.most == 3
    sender.most = 0
    results(sender, cases[:3], jobs=3, alone=True)
    assert sender.most == 1


def test_copies_are_under_way_together():
    sender = Sender(0.5)
    results(sender, [read("c", ", copies: 4")])
    assert sender.most == 4


def test_a_fault_of_ours_is_an_error_of_its_case_alone():
    found = results(Sender(), [read("a"), read("fault"), read("z")])
    assert {key: result.verdict.value for key, result in found.items()} == {
        "chat/a": "PASS", "chat/fault": "ERROR", "chat/z": "PASS",
    }  # fmt: skip
    assert found["chat/fault"].reason == "aioc itself failed: RuntimeError: oops"


def test_a_connection_that_cannot_be_opened_hangs_nothing():
    @contextmanager
    def opener(_case):
        raise OSError("no more files")
        yield

    one = read("a")
    (result,) = Conductor(opener).play([(one, play(one, {}))])
    assert (result.verdict, "no more files" in result.reason) == (Verdict.ERROR, True)


def test_a_costly_pattern_ends_after_two_seconds_as_an_error():
    started = time.process_time()
    found = results(Sender(body=b'{"text": "' + b"a" * 40 + b'b"}'), [read("a")])
    assert found["chat/a"].verdict is Verdict.ERROR
    assert found["chat/a"].reason == "judging took too long"
    assert time.process_time() - started < 4


def test_stopping_leaves_the_rest_unplayed_also_what_was_ready():
    sender = Sender()

    @contextmanager
    def opener(_case):
        yield sender

    begun = []
    conductor = Conductor(opener, 2, lambda case: begun.append(case.id))
    played = []
    for result in conductor.play((one, play(one, {})) for one in [read(name) for name in "abcdefgh"]):
        played.append(result.case.id)
        conductor.stop()
    # What was sent while the first was judged is judged too; nothing else is sent.
    assert sorted(played) == sorted(begun)
    assert 1 <= len(played) <= 4


def test_a_case_that_is_over_before_it_is_sent_stops_nothing():
    """Its worker still has something to say while another case is under way: no connection could be opened."""

    @contextmanager
    def opener(case):
        if case.id == "chat/b":
            raise OSError("no more files")
        yield Sender(seconds=0.2)

    def broken():
        raise RuntimeError("oops")
        yield

    scripts = [(read("a"), play(read("a"), {})), (read("b"), broken())]
    found = {result.case.id: result for result in Conductor(opener, 2).play(scripts)}
    assert found["chat/a"].verdict is Verdict.PASS
    assert found["chat/b"].reason == "aioc itself failed: RuntimeError: oops"


def test_a_case_that_is_ready_is_sent_while_the_one_before_is_judged():
    """The next one is under way although nobody has taken the first one's result."""
    sender = Sender()
    second = threading.Event()

    @contextmanager
    def opener(case):
        if case.id == "chat/b":
            second.set()
        yield sender

    playing = Conductor(opener).play((one, play(one, {})) for one in [read("a"), read("b")])
    assert next(playing).case.id == "chat/a"
    assert second.wait(10)
    assert [result.case.id for result in playing] == ["chat/b"]


def test_what_is_ready_when_the_time_is_over_is_not_sent():
    sender = Sender(seconds=0.3)
    begun = []

    @contextmanager
    def opener(case):
        begun.append(case.id)
        yield sender

    conductor = Conductor(opener)
    conductor.until = time.monotonic() + 0.1
    played = conductor.play((one, play(one, {})) for one in [read("a"), read("b")])
    assert [result.case.id for result in played] == ["chat/a"]
    assert conductor.late and begun == ["chat/a"]


def test_who_stops_listening_has_nothing_more_sent():
    begun = []

    @contextmanager
    def opener(case):
        begun.append(case.id)
        yield Sender(seconds=0.1)

    playing = Conductor(opener, 2).play((one, play(one, {})) for one in [read(name) for name in "abcdef"])
    first = next(playing)
    playing.close()
    time.sleep(0.3)
    assert first.case.id in begun and len(begun) <= 4


def test_a_lost_answer_is_judged_before_the_next_is_sent():
    """Whether the server is gone has to be decided first."""
    opened = []

    class Lost(Sender):
        def exchange(self, request, seconds, *, retry_busy=True):
            return replace(super().exchange(request, seconds), failure=Failure("refused", "no connection"))

    @contextmanager
    def opener(case):
        opened.append(case.id)
        yield Lost()

    conductor = Conductor(opener)
    played = []
    for result in conductor.play((one, play(one, {})) for one in [read("a"), read("b"), read("c")]):
        played.append((result.case.id, result.verdict, list(opened)))
        time.sleep(0.05)
        conductor.stop()
    assert played == [("chat/a", Verdict.ERROR, ["chat/a"])]
    assert opened == ["chat/a"]
