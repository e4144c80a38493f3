"""Measures processes: what each took, and how two compare that take turns."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Took:
    """What a whole process took, its start included: seconds by the clock and of the processor, and megabytes."""

    wall: float
    cpu: float
    megabytes: float


def took(command: Sequence[str]) -> Took:
    """Run a command to its end. Raises RuntimeError when it fails: what did no work is no measurement."""
    begun = time.monotonic()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment()
    )
    assert process.stderr is not None
    told = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {told.decode()[-2000:]}")
    # ru_maxrss begins with what this process has, which is little: nothing of aioc is imported here.
    return Took(time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def environment() -> dict[str, str]:
    """Give ours, but modules stay compiled, as they do for whoever installed aioc."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def in_turn(rounds: int, *commands: Sequence[str]) -> list[list[Took]]:
    """Run commands one after the other, round after round; gives what each took, by command.

    A first round is not counted: in it modules are compiled and files come into the cache.
    """
    for command in commands:
        took(command)
    taken: list[list[Took]] = [[] for _ in commands]
    for _ in range(rounds):
        for place, command in enumerate(commands):
            taken[place].append(took(command))
    return taken


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Give the median of the ratios, round by round: what the machine did meanwhile it did to both."""
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))


@contextmanager
def stub(delay_ms: float = 0) -> Iterator[str]:
    """Hold the stub up; gives its URL."""
    command = [sys.executable, "-m", "benchmarks.stub", "--delay-ms", str(delay_ms)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()
