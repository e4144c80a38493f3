"""Whether the catalogue is what it says: `python -m tests.catalogue.report` (make catalogue-report).

A line a measure: what was counted, what was asked for, and ok or FALLS SHORT; the exit code is 1 if one falls short.
AIOC_EVERY=10 looks at one in ten of the tier A mutants (all of them take an hour).
What needs something that is not there (the recordings beside the project, a real llama-server) is left out and says so.
"""

import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from tests.mutation.bugs import bugs, noticed
from tests.mutation.ledger import Ledger
from tests.mutation.play import baseline
from tests.mutation.report import by_topic
from tests.mutation.test_mutation import outcomes

from aioc.coverage.measure import Cells, measure
from aioc.judge_recorded import judge_recorded
from aioc.model.result import Verdict
from aioc.read.tree import load
from aioc.recorded import recorded
from aioc.report.coverage import totals

from .holes import excused
from .rows import dangling, rows

ROOT = Path(__file__).parents[2]
OPENAI = ROOT.parent / "shared" / "recordings-openai"
REAL = Path(os.environ.get("AIOC_REAL_DIR", ROOT / ".aioc-real")) / "llama.cpp"
BUGS = 153
TIER_A = 0.98
RUNS = 10
UNSTABLE = Path(__file__).with_name("unstable.yaml")
WARNINGS = Path(__file__).with_name("openai-warnings.yaml")


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the report; `short` says what is missing ('' when nothing is), `more` are lines below it."""

    name: str
    value: str
    short: str = ""
    more: tuple[str, ...] = ()


def rows_measure() -> Measure:
    """The rows of the proposal: done, merged, omitted."""
    cases = {case.id: case for case in load().catalogue.cases}
    found = list(rows())
    counts = Counter(row.kind for row in found)
    wrong = [wrong for row in found if (wrong := dangling(row, cases))]
    wrong += [f"{row.id} is still to do" for row in found if row.kind == "to do"]
    value = f"{len(found)}: {counts['done']} done, {counts['merged']} merged, {counts['omitted']} omitted"
    return Measure("rows of the proposal", value, f"{len(wrong)} are not settled" if wrong else "", tuple(wrong[:20]))


def coverage_measure() -> Measure:
    """Endpoint × field cells; what is never asked or sent must have a reason (holes.yaml)."""
    table = measure(load().catalogue.cases)
    filled, total = totals(table)
    asked = sum(bool(cells.cases) for cells in table)
    wrong = [line for cells in table for line in _unexcused(cells)]
    value = f"{asked} of {len(table)} endpoints, {filled} of {total} cells"
    return Measure("coverage", value, f"{len(wrong)} holes have no reason" if wrong else "", tuple(wrong[:20]))


def _unexcused(cells: Cells) -> Iterator[str]:
    name = cells.endpoint.name
    if not cells.cases:
        if not excused(name, ""):
            yield f"{name} is never asked"
        return
    for field in cells.holes("request"):
        if not excused(name, field):
            yield f"{name}: {field} is never sent"


def mutants_measure() -> Measure:
    """Damage that breaks real clients: at least 98 of 100 kinds are noticed."""
    every = int(os.environ.get("AIOC_EVERY", "1"))
    fates = list(Ledger(baseline()).fates(every=every))
    counts = Counter(fate for _, _, fate in fates)
    share = counts["killed"] / max(1, counts["killed"] + counts["survived"])
    value = (
        f"{counts['killed']} killed, {counts['survived']} survived ({100 * share:.1f} % killed), "
        f"{counts['not applicable']} not applicable" + (f", one in {every} was looked at" if every > 1 else "")
    )
    return Measure("tier A mutants", value, f"less than {TIER_A:.0%}" if share < TIER_A else "", tuple(by_topic(fates)))


def checks_measure() -> Measure:
    """Each check of each case is killed by something."""
    alive = [f"{outcome.case.id} {target.address}" for outcome in outcomes() for target in outcome.survivors]
    number = sum(len(outcome.targets) for outcome in outcomes())
    value = f"{number - len(alive)} of {number} killed, by {sum(outcome.run for outcome in outcomes())} mutants"
    return Measure("checks", value, f"{len(alive)} survive everything" if alive else "", tuple(alive[:20]))


def bugs_measure() -> Measure:
    """Each of the real bugs is noticed by the cases named for it; a report of two faults is A1 and A1-other."""
    known = {bug.id.partition("-")[0] for bug in bugs()}
    missed: dict[str, str] = {}
    for bug in bugs():
        found = noticed(bug)
        if bug.legal:
            blind = sorted(case for case, findings in found.items() if any(f.severity == "fail" for f in findings))
            if blind:
                missed[bug.id.partition("-")[0]] = f"{bug.id}: legal, but a FAIL of {', '.join(blind)}"
        elif not set(bug.killed_by) <= found.keys():
            missed[bug.id.partition("-")[0]] = f"{bug.id}: not noticed by {set(bug.killed_by) - found.keys()}"
    short = f"{len(missed)} are not noticed" if missed else ""
    if len(known) < BUGS:
        short = f"only {len(known)} of {BUGS} are there"
    return Measure("real bugs", f"{len(known - missed.keys())}/{BUGS}", short, tuple(missed.values()))


def openai_measure() -> Measure:
    """No FAIL on what OpenAI itself sent, and each WARN explained."""
    if not OPENAI.is_dir():
        return Measure("OpenAI's exchanges", "left out: no recordings beside the project")
    records = judge_recorded(load().catalogue, None, {}, recorded([OPENAI])).records
    known = {(entry["case"], entry["check"]) for entry in yaml.safe_load(WARNINGS.read_text())}
    fails = [record.id for record in records if record.verdict is Verdict.FAIL]
    found = {(r.family, f.address) for r in records for f in r.findings if f.severity == "warn"}
    wrong = fails + [f"{case} {check}: a WARN without an explanation" for case, check in sorted(found - known)]
    wrong += [f"{case} {check}: explained, but it does not happen" for case, check in sorted(known - found)]
    exchanges = len({record.id.partition("@")[2] for record in records if "@" in record.id})
    value = f"{len(fails)} FAIL on {exchanges} exchanges, {len(found)} kinds of WARN"
    return Measure("OpenAI's exchanges", value, f"{len(wrong)} to explain" if wrong else "", tuple(wrong[:20]))


def stable_measure() -> Measure:
    """Ten runs in a row against one real llama-server give the same verdicts."""
    name = "identical runs"
    if not (REAL / "root").is_dir():
        return Measure(name, f"left out: no llama-server (scripts/real/get_llama_server.sh {REAL.name})")
    ours = [sys.executable, "-m", "aioc", "run", "specs/", "--server", "llama.cpp"]
    server = [sys.executable, "scripts/real/run_llama_server.py", str(REAL), "--set-up", "greedy"]
    done = subprocess.run(
        [*server, "--", *ours, "--repeat", str(RUNS), "--fail-on", "unstable"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    excused = {entry["case"] for entry in yaml.safe_load(UNSTABLE.read_text())}
    changed = re.findall(r"^unstable (\S+): (.*)", done.stdout, re.MULTILINE)
    unstable = [f"{case}: {how}" for case, how in changed if case not in excused]
    known = [f"excused: {case}: {how}" for case, how in changed if case in excused]
    if f"{RUNS - 1} more runs" not in done.stdout:
        return Measure(name, f"0/{RUNS}", "the runs did not end", tuple((done.stdout + done.stderr).splitlines()[-5:]))
    worst = f"{len(unstable)} cases changed their mind" if unstable else ""
    return Measure(name, f"{RUNS}/{RUNS}" if not unstable else "not the same", worst, (*unstable, *known))


MEASURES: tuple[Callable[[], Measure], ...] = (
    rows_measure,
    coverage_measure,
    checks_measure,
    mutants_measure,
    bugs_measure,
    openai_measure,
    stable_measure,
)


def main() -> int:
    """Measure, print, and give the exit code."""
    code = 0
    for take in MEASURES:
        started = time.monotonic()
        taken = take()
        word = f"FALLS SHORT: {taken.short}" if taken.short else "ok"
        print(f"{taken.name:22}{taken.value}  [{word}]  ({time.monotonic() - started:.0f} s)")
        print("".join(f"    {line}\n" for line in taken.more), end="", flush=True)
        code = code or bool(taken.short)
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
