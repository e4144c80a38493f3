"""A server that dies: what it died of is named, nothing more is sent, a cause is told once, the exit code is 3."""

import json

import pytest
from tests.servers import BEHAVIOURS, Peer

from aioc.model.result import Verdict
from aioc.report.journal import read_journal

from .conftest import get

MINE = ("--server", "none", "--model", "m")


class Mortal:
    """A server that stops listening: after `after` requests of cases, or of a request that asks for `deadly`."""

    def __init__(self, after=1000, deadly=b"/v1/deadly"):
        self.left, self.deadly = after, deadly
        self.peer = Peer(self.behave)

    def behave(self, wire):
        while request := wire.request():
            self.left -= b" /v1/n" in request
            if self.deadly in request:
                self.peer.deaf()
                wire.reset()
                return
            if self.left <= 0:
                self.peer.deaf()  # before it answers: who has the answer connects at once, and could still be let in
            wire.send(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}")
            if self.left <= 0:
                return


@pytest.fixture
def ended(cases, call, tmp_path):
    """Run cases n0 … n8 (n4 asks `fifth`) against a mortal server; give the end, its records, and its server."""

    def run(mortal, fifth="/v1/n4", *more):
        folder = cases(**{f"n{number}": get(fifth if number == 4 else f"/v1/n{number}") for number in range(9)})
        journal = tmp_path / "run.jsonl"
        try:
            result = call(folder, "--base-url", mortal.peer.url, *MINE, "--journal", journal, *more)
        finally:
            mortal.peer.close()
        return result, {record.id.removeprefix("local/"): record for record in read_journal(journal).cases}

    return run


@pytest.mark.threat("S20")
def test_a_server_that_dies_in_the_middle_of_a_run(ended):
    result, records = ended(Mortal(after=3))
    assert result.code == 3
    assert {
        name: record.verdict.value for name, record in records.items() if record.verdict is not Verdict.ERROR
    } == dict.fromkeys(("n0", "n1", "n2"), "PASS")
    refused = [name for name, record in records.items() if record.transfers and record.transfers[-1].failure]
    assert (refused, [name for name, record in records.items() if record.not_run]) == (
        ["n3", "n4", "n5"],
        ["n6", "n7", "n8"],
    )
    assert "the last case it answered is local/n2" in records["n8"].reason
    assert records["n3"].notes == ("the server stopped answering after local/n2",)
    told = [line for line in result.out.splitlines() if "connection" in line or "local/n8" in line or "gone" in line]
    assert [line.partition(":")[0] for line in told] == ["could not be judged (3)", "not run (3)", "stopped"]
    assert told[1:] == [
        "not run (3): local/n6, local/n7, local/n8",
        "stopped: the server is gone; the last case it answered is local/n2",
    ]


@pytest.mark.threat("S20")
def test_a_server_that_dies_of_one_request(ended):
    result, records = ended(Mortal(), "/v1/deadly")
    assert result.code == 3
    assert records["n4"].transfers[0].failure.kind == "broken"
    assert [name for name, record in records.items() if record.not_run] == ["n8"]
    assert {record.notes for name, record in records.items() if name in ("n5", "n6", "n7")} == {
        ("the server stopped answering after local/n4",)
    }
    assert "the last case it answered is local/n4" in records["n8"].reason


@pytest.mark.threat("S20")
def test_a_server_that_comes_back_is_judged_on(ended):
    """A supervisor starts it again: one lost answer is one ERROR, and the rest is judged."""
    mortal = Mortal(deadly=b"never")

    def behave(wire):
        if wire.path() == "/v1/deadly":
            wire.request()
            wire.reset()
        else:
            BEHAVIOURS["keeps"](wire)

    mortal.peer.close()
    mortal.peer = Peer(behave)
    result, records = ended(mortal, "/v1/deadly")
    assert result.code == 3
    assert [name for name, record in records.items() if record.verdict is not Verdict.PASS] == ["n4"]
    assert json.dumps(records["n4"].reason).count("before an answer began") == 1
