"""A whole run against a real llama-server: what of its time was not the server's, and what bare httpx would add.

`python -m benchmarks.real DIR`, with what scripts/real/get_llama_server.sh made, prints the run's seconds and the
server's, then those of the same requests sent by an httpx client a case, which reads the answers and judges nothing.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from aioc.model.exchange import WireRequest
from aioc.report.journal import read_journal


def main(llama: str) -> None:
    """Hold the server up and measure both."""
    with TemporaryDirectory() as folder:
        held_up = ["scripts/real/run_llama_server.py", llama, "--set-up", "default", "--log-dir", folder, "--"]
        inside = ["-m", "benchmarks.real", "", str(Path(folder) / "run.jsonl")]
        subprocess.run([sys.executable, *held_up, sys.executable, *inside], check=True, stderr=subprocess.DEVNULL)


def both(journal: Path) -> None:
    """Run the catalogue once and add up; then send the same again."""
    ours = ["-m", "aioc", "run", "specs/", "--server", "llama.cpp", "--jobs", "1", "--journal", str(journal)]
    # What the run finds is no matter here.
    subprocess.run([sys.executable, *ours], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    read = read_journal(journal)
    assert read.summary.complete
    asked = [record.transfers for record in (*read.cases, *read.shown)]
    waited = sum(transfer.total_ms for transfers in asked for transfer in transfers) / 1000
    # Without the few forms, whose parts httpx would put together anew.
    plain = [[one.request for one in transfers if not (one.request.files or one.request.form)] for transfers in asked]
    sent = bare(os.environ["AIOC_BASE_URL"], plain)
    print(json.dumps([read.summary.seconds, waited, *sent]))


def bare(url: str, cases: Sequence[Sequence[WireRequest]]) -> tuple[float, float]:
    """Send the requests of each case on a connection of its own; gives the seconds and the server's part of them."""
    begun, waited = time.monotonic(), 0.0
    for requests in cases:
        with httpx.Client(base_url=url, timeout=60, verify=False, trust_env=False) as client:
            for request in requests:
                waited += _answered(client, request)
    return time.monotonic() - begun, waited


def _answered(client: httpx.Client, request: WireRequest) -> float:
    """Send one request; gives the seconds from its first byte to the last one of the answer."""
    at: dict[str, float] = {}
    begun = time.monotonic()
    named = [(name, value) for name, value in request.headers if name.lower() not in ("host", "content-length")]
    built = client.build_request(request.method, request.target, headers=named, content=request.content)
    built.extensions["trace"] = lambda name, _: at.setdefault(name, time.monotonic())
    try:
        client.send(built)
    except httpx.HTTPError:  # some are meant to be broken
        return time.monotonic() - begun
    return at["http11.receive_response_body.complete"] - at["http11.send_request_headers.started"]


if __name__ == "__main__":
    if sys.argv[1]:
        main(sys.argv[1])
    else:
        both(Path(sys.argv[2]))
