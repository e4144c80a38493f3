"""`make bench`: what aioc costs, as ratios to the least that can do the same, measured side by side in one run.

Prints a line a target; exit code 1 when one is missed. `--guard` is for CI: it leaves out what takes minutes, and holds
each ratio to what was reached once and a half (docs/speed.md has both, and why some targets are not met).
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cases import write_cases, write_hurl
from benchmarks.measure import Took, environment, in_turn, ratio, stub

PYTHON = sys.executable
AIOC_RUN = str(Path(PYTHON).with_name("aioc-run"))
OURS = ("--server", "none", "--model", "stub-1", "--quiet")
LATENCY_MS = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One target: what was measured, the target, what was reached when this was written, and the figures behind it."""

    name: str
    figure: float
    target: float
    reached: float
    behind: str = ""
    unit: str = "x"

    def missed(self, *, guard: bool) -> bool:
        """Whether it is missed; the guard takes what is half as much again as what was reached."""
        return self.figure > (max(self.target, self.reached * 1.5) if guard else self.target)

    def line(self, *, guard: bool) -> str:
        """Give the line of the table."""
        missed = "   MISSED" if self.missed(guard=guard) else ""
        return f"{self.name:54} {self.figure:7.2f} {self.unit:2}  target {self.target:g}  {self.behind}{missed}"


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the cases lie and how often each pair is measured."""

    folder: Path
    rounds: int
    guard: bool

    def aioc(self, url: str, cases: Path, jobs: int, *more: Path) -> list[str]:
        """Give the command of a run of aioc."""
        out = str(self.folder / "aioc.xml")
        return [AIOC_RUN, str(cases), *map(str, more), "--base-url", url, *OURS, "--jobs", str(jobs), "--junit", out]

    def floor(self, url: str, cases: Path, jobs: int) -> list[str]:
        """Give the command of the floor."""
        return [PYTHON, "-m", "benchmarks.floor", url, str(cases), str(self.folder / "floor.xml"), str(jobs)]


def starts(bench: Bench) -> Iterator[Row]:
    """Say what the start costs, without a case and with one."""
    taken = in_turn(bench.rounds * 2, [AIOC_RUN, "--help"], [PYTHON, "-c", "import click"])
    yield _cpu("aioc-run --help / import click", taken, 1.5, 1.4)
    one = write_cases(bench.folder / "one", 1)
    with stub() as url:
        taken = in_turn(bench.rounds * 2, bench.aioc(url, one, 1), [PYTHON, "-m", "benchmarks.bare", url])
    yield _cpu("one case / a bare httpx script", taken, 2.0, 1.95)
    if not bench.guard:
        seconds = min(float(_told("benchmarks.load")) for _ in range(bench.rounds))
        yield Row("the catalogue read and checked, processor", seconds, 0.6, 0.45, unit="s")


def throughput(bench: Bench) -> Iterator[Row]:
    """Say what a thousand cases cost, without latency and with it, and what ten thousand add."""
    number = 300 if bench.guard else 1000
    cases = write_cases(bench.folder / "cases", number)
    with stub() as url:
        taken = in_turn(bench.rounds, bench.aioc(url, cases, 1), bench.floor(url, cases, 1))
        yield _cpu(f"{number:,} cases, --jobs 1, processor / floor", taken, 1.6, 1.35)
        memory = statistics.median(one.megabytes for one in taken[0])
        yield Row(f"{number:,} cases, memory", memory, 120, 62, unit="MB")
        if not bench.guard:
            # A folder holds 5,000 files at most.
            many = [write_cases(bench.folder / f"from-{first}", 5000, first) for first in (0, 5000)]
            ours = in_turn(1, bench.aioc(url, many[0], 1, many[1]))[0][0]
            figure = ours.cpu / statistics.median(one.cpu for one in taken[0])
            yield Row("10,000 cases / 1,000 cases, processor", figure, 10.5, 8.5, f"{ours.cpu:.1f} s")
            yield Row("10,000 cases, memory", ours.megabytes, 120, 118, unit="MB")
    with stub(LATENCY_MS) as url:
        commands = [bench.aioc(url, cases, 16), bench.floor(url, cases, 16)]
        hurl = None if bench.guard else shutil.which("hurl")
        if hurl:
            hurls = write_hurl(bench.folder / "hurl", number)
            commands.append([hurl, "--test", "--jobs", "16", "--variable", f"base={url}", str(hurls)])
        if not bench.guard:
            commands.append(bench.aioc(url, cases, 64))
        taken = in_turn(bench.rounds, *commands)
    yield _wall(f"{number:,} cases, 50 ms, --jobs 16, wall / floor", taken[:2], 1.1, 1.08)
    if hurl:
        yield _wall("the same, wall / Hurl", [taken[0], taken[2]], 1.15, 1.4)
    if not bench.guard:
        yield _wall("the same, --jobs 64 / --jobs 16", [taken[-1], taken[0]], 1.0, 0.6)


def streams(bench: Bench) -> Iterator[Row]:
    """Say what a long stream costs, and whether our work falsifies the times of its events."""
    with stub() as url:
        taken = json.loads(_told("benchmarks.stream", url, str(bench.rounds * 2)))
        ours, bare = zip(*taken, strict=True)
        behind = f"{statistics.median(ours):.3f} s / {statistics.median(bare):.3f} s"
        yield Row("10,000 events read and judged / bare loop", ratio(ours, bare), 2.0, 1.95, behind)
        if bench.guard:
            return
        for number, limit in ((1, 2.0), (16, 10.0)):
            lags = json.loads(_told("benchmarks.arrival", url, str(bench.rounds), str(number)))
            ours, bare = (statistics.median(lag) for lag in zip(*lags, strict=True))
            behind = f"a bare reader {bare:.2f} ms"
            yield Row(f"lag of arrival times, 99th of 100, {number} at once", ours, limit, limit, behind, "ms")


def real(bench: Bench) -> Iterator[Row]:
    """Say what part of a run against a real server with a tiny model is ours, where there is one."""
    llama = Path(".aioc-real/llama.cpp")
    if bench.guard or not llama.is_dir():
        return
    parts = []
    for _ in range(3):
        seconds, waited, bare, waited_bare = json.loads(_told("benchmarks.real", str(llama)))
        parts.append(((seconds - waited) / seconds, (bare - waited_bare) / bare))
    ours, theirs = (statistics.median(part) for part in zip(*parts, strict=True))
    behind = f"bare httpx, the same requests: {theirs:.2f}"
    yield Row("llama-server, tiny model: what is not its time", ours, 0.1, 0.25, behind, unit="")


def _told(module: str, *arguments: str) -> str:
    """Give what a module of ours prints."""
    return subprocess.run(
        [PYTHON, "-m", module, *arguments], check=True, stdout=subprocess.PIPE, text=True, env=environment()
    ).stdout


def _cpu(name: str, taken: list[list[Took]], target: float, reached: float) -> Row:
    return _compared(name, taken, target, reached, lambda one: one.cpu)


def _wall(name: str, taken: list[list[Took]], target: float, reached: float) -> Row:
    return _compared(name, taken, target, reached, lambda one: one.wall)


def _compared(name: str, taken: list[list[Took]], target: float, reached: float, of: Callable[[Took], float]) -> Row:
    ours, theirs = ([of(one) for one in each] for each in taken)
    behind = f"{statistics.median(ours):.3f} s / {statistics.median(theirs):.3f} s"
    return Row(name, ratio(ours, theirs), target, reached, behind)


def main() -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--guard", action="store_true")
    given = parser.parse_args()
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), given.rounds, given.guard)
        for part in (starts, throughput, streams, real):
            for row in part(bench):
                print(row.line(guard=given.guard), flush=True)
                missed |= row.missed(guard=given.guard)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
