"""When events are said to have arrived, against when they were sent: `python -m benchmarks.arrival URL ROUNDS STREAMS`.

So many streams at once, an event each 5 ms, each with its time of sending. We read, judge and keep them as a run
does; the barest reader does nothing else than look at the clock. What our own work adds to the times would show as more
lag. Prints JSON: the 99th percentile of both, in milliseconds, in each round.
"""

import http.client
import json
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from aioc.conduct import Conductor
from aioc.execute.client import Connection
from aioc.execute.target import Target
from aioc.judge.script import play
from aioc.model.case import Case, Request, Step
from aioc.model.problem import Place

EVENTS, PACE_MS = 300, 5
BODY = {
    "model": "stub-1",
    "messages": [{"role": "user", "content": "go on"}],
    "stream": True,
    "max_completion_tokens": EVENTS,
    "metadata": {"pace_ms": str(PACE_MS)},
}


def ours(url: str, streams: int) -> list[float]:
    """Play a case for each stream; gives the lag of each event."""
    place = Place("arrival", 1, 1)
    request = Request("POST", "/v1/chat/completions", place, has_json=True, json=BODY)
    step = Step("", place, request)
    cases = [Case(f"c{n}", f"c{n}", "t", "s", place, "d", steps=(step,)) for n in range(streams)]
    conductor = Conductor(lambda _: Connection(Target.at(url)), streams)
    lags = []
    for result in conductor.play([(case, play(case, {})) for case in cases]):
        (exchange,) = result.exchanges
        begun = exchange.transfer.started_unix or 0.0
        lags += [begun * 1000 + event.at_ms - event.data["sent"] * 1000 for event in exchange.events or ()][:EVENTS]
    return lags


def bare(url: str, streams: int) -> list[float]:
    """Read as many streams in as many threads; gives the lag of each event."""

    def one(_number: int) -> list[float]:
        connection = http.client.HTTPConnection(urlsplit(url).netloc)
        connection.request("POST", "/v1/chat/completions", json.dumps(BODY), {"content-type": "application/json"})
        answer = connection.getresponse()
        came: list[tuple[float, bytes]] = []
        while chunk := answer.read1(1 << 16):
            came.append((time.time(), chunk))
        connection.close()
        return [
            (at - json.loads(line[6:])["sent"]) * 1000
            for at, chunk in came
            for line in chunk.split(b"\n\n")
            if line.startswith(b"data: {")
        ]

    with ThreadPoolExecutor(streams) as pool:
        return [lag for lags in pool.map(one, range(streams)) for lag in lags]


def main(url: str, rounds: int, streams: int) -> None:
    """Measure both in turn."""
    taken = []
    for _ in range(rounds):
        pair = [ours(url, streams), bare(url, streams)]
        assert all(len(lags) >= streams * EVENTS * 0.95 for lags in pair)
        taken.append([statistics.quantiles(lags, n=100)[98] for lags in pair])
    print(json.dumps(taken))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
