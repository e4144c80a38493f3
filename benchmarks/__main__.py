"""`make bench`: what aioc costs, as ratios to the least that can do the same, measured side by side in one run.

Prints a line a target; exit code 1 when one is missed. `--slack 1.4` is for machines that are busy with other things,
`--quick` leaves out what takes minutes.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cases import write_cases, write_hurl
from benchmarks.measure import Took, in_turn, ratio, stub

PYTHON = sys.executable
AIOC_RUN = str(Path(PYTHON).with_name("aioc-run"))
OURS = ("--server", "none", "--model", "stub-1", "--quiet")
LATENCY_MS = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One target: what was measured, the limit it is held to, and the figures behind it."""

    name: str
    figure: float
    limit: float
    behind: str
    unit: str = "x"

    def line(self, slack: float) -> str:
        """Give the line of the table."""
        missed = "" if self.figure <= self.limit * slack else "   MISSED"
        return f"{self.name:58} {self.figure:8.2f} {self.unit:2} limit {self.limit:g}  {self.behind}{missed}"


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the cases lie and how often each pair is measured."""

    folder: Path
    rounds: int
    quick: bool

    def aioc(self, url: str, cases: Path, jobs: int) -> list[str]:
        """Give the command of a run of aioc."""
        out = str(self.folder / "aioc.xml")
        return [AIOC_RUN, str(cases), "--base-url", url, *OURS, "--jobs", str(jobs), "--junit", out]

    def floor(self, url: str, cases: Path, jobs: int) -> list[str]:
        """Give the command of the floor."""
        return [PYTHON, "-m", "benchmarks.floor", url, str(cases), str(self.folder / "floor.xml"), str(jobs)]


def starts(bench: Bench) -> Iterator[Row]:
    """Say what the start costs, without a case and with one."""
    taken = in_turn(bench.rounds * 2, [AIOC_RUN, "--help"], [PYTHON, "-c", "import click"])
    yield _cpu("aioc-run --help / import click", taken, 1.5)
    one = write_cases(bench.folder / "one", 1)
    with stub() as url:
        taken = in_turn(bench.rounds * 2, bench.aioc(url, one, 1), [PYTHON, "-m", "benchmarks.bare", url])
    yield _cpu("one case / a bare httpx script", taken, 2.0)


def throughput(bench: Bench) -> Iterator[Row]:
    """Say what a thousand cases cost, without latency and with it, and what ten thousand add."""
    thousand = write_cases(bench.folder / "thousand", 1000)
    with stub() as url:
        taken = in_turn(bench.rounds, bench.aioc(url, thousand, 1), bench.floor(url, thousand, 1))
        yield _cpu("1,000 cases, --jobs 1, processor / floor", taken, 1.6)
        memory = statistics.median(one.megabytes for one in taken[0])
        yield Row("1,000 cases, memory", memory, 120, "", "MB")
        if not bench.quick:
            many = write_cases(bench.folder / "many", 10_000)
            ours = in_turn(1, bench.aioc(url, many, 1))[0][0]
            figure = ours.cpu / statistics.median(one.cpu for one in taken[0])
            yield Row("10,000 cases / 1,000 cases, processor", figure, 10.5, f"{ours.cpu:.1f} s")
            grown = (ours.megabytes - memory) / 9
            yield Row("1,000 further cases, memory", grown, 10, f"{ours.megabytes:.0f} MB at 10,000", "MB")
    with stub(LATENCY_MS) as url:
        commands = [bench.aioc(url, thousand, 16), bench.floor(url, thousand, 16), bench.aioc(url, thousand, 64)]
        if hurl := shutil.which("hurl"):
            hurls = write_hurl(bench.folder / "hurl", 1000)
            commands.append([hurl, "--test", "--jobs", "16", "--variable", f"base={url}", str(hurls)])
        taken = in_turn(bench.rounds, *commands)
        yield _wall("1,000 cases, 50 ms, --jobs 16, wall / floor", taken[:2], 1.1)
        yield _wall("the same at --jobs 64 / at --jobs 16", [taken[2], taken[0]], 1.0)
        if hurl:
            yield _wall("1,000 cases, 50 ms, --jobs 16, wall / Hurl", [taken[0], taken[3]], 1.15)


def _cpu(name: str, taken: list[list[Took]], limit: float) -> Row:
    return _compared(name, taken, limit, lambda one: one.cpu)


def _wall(name: str, taken: list[list[Took]], limit: float) -> Row:
    return _compared(name, taken, limit, lambda one: one.wall)


def _compared(name: str, taken: list[list[Took]], limit: float, of: Callable[[Took], float]) -> Row:
    ours, theirs = ([of(one) for one in each] for each in taken)
    behind = f"{statistics.median(ours):.3f} s / {statistics.median(theirs):.3f} s"
    return Row(name, ratio(ours, theirs), limit, behind)


def main() -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--slack", type=float, default=1.0, help="limits are multiplied by this")
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), given.rounds, given.quick)
        for part in (starts, throughput):
            for row in part(bench):
                print(row.line(given.slack), flush=True)
                missed |= row.figure > row.limit * given.slack
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
