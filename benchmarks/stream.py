"""One long stream: read, put together and judged by us, and read by the barest loop: `python -m benchmarks.stream URL`.

Both in one process, in turn, so that only the work itself is compared. Prints JSON: seconds of the processor of each.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from aioc.answer.read import read
from aioc.execute.client import Connection
from aioc.execute.target import Target
from aioc.judge.script import Send, play
from aioc.model.case import Case
from aioc.model.result import Verdict
from aioc.read.tree import load
from benchmarks.cases import write_stream

EVENTS = 10_000


def bare(url: str, body: bytes) -> int:
    """Read a stream line by line, as little as a client of httpx can do; gives how many events came."""
    texts, number, finish, done = [], 0, None, False
    headers = {"content-type": "application/json"}
    with (
        httpx.Client(base_url=url, timeout=30, verify=False, trust_env=False) as client,
        client.stream("POST", "/v1/chat/completions", content=body, headers=headers) as answer,
    ):
        for line in answer.iter_lines():
            if line == "data: [DONE]":
                done = True
            elif line.startswith("data: "):
                choice = json.loads(line[6:])["choices"][0]
                texts.append(choice["delta"].get("content") or "")
                finish = choice["finish_reason"] or finish
                number += 1
    assert done and finish == "stop" and "".join(texts).startswith("stub says")
    return number


def ours(url: str, case: Case, roles: Mapping[str, str]) -> None:
    """Play the case."""
    script = play(case, roles)
    ask = next(script)
    assert isinstance(ask, Send)
    with Connection(Target.at(url)) as connection:
        exchange = read(connection.exchange(ask.requests[0], ask.seconds))
    try:
        script.send([exchange])
    except StopIteration as end:
        assert end.value.verdict is Verdict.PASS, end.value.findings
    assert exchange.facts["sse"]["events"] == EVENTS


def seconds(work: Callable[[], object]) -> float:
    """Give the processor's seconds that something takes."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def main(url: str, rounds: int) -> None:
    """Measure both in turn."""
    with TemporaryDirectory() as folder:
        loaded = load([write_stream(Path(folder) / "cases", EVENTS)], server="none")
    (case,) = (case for case in loaded.catalogue.cases if case.id in (loaded.ids or ()))
    body = json.dumps(case.steps[0].request.json).encode()
    ours(url, case, {})  # compiles what is compiled once
    taken = [(seconds(lambda: ours(url, case, {})), seconds(lambda: bare(url, body))) for _ in range(rounds)]
    print(json.dumps(taken))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
