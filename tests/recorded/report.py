"""Server × version × verdicts, recorded and live: `python -m tests.recorded.report [NAME...]` (make overlays).

First what was recorded of servers of ours, then hosted services where their recordings lie beside the project, then the
live runs whose journals are here (make real). With --findings every finding of a recorded set-up is printed, as the
overlay's author needs it. The exit code is 1 if anything differs from what is committed, or an entry is stale.
"""

import sys
from collections import Counter
from pathlib import Path

from tests.playing import catalogue, marks

from . import hosted, live, llamaswap
from .servers import Outcome, SetUp, exchanges, judged, set_ups, stale

SHARED = Path(__file__).parents[3] / "shared"
WORDS = ("PASS", "WARN", "FAIL", "known", "new", "SKIP", "stale")


def counts(found: Outcome) -> Counter[str]:
    """How many cases had which verdict; findings known and new; a case that passed once and failed once failed."""
    tally = Counter(verdict for verdict, _ in found.verdicts.values())
    tally["PASS"] = len(found.passed - found.verdicts.keys())
    tally["SKIP"] = len(found.skipped - found.passed - found.verdicts.keys())
    return tally + marks(finding for findings in found.findings.values() for finding in findings)


def differences(set_up: SetUp, found: Outcome) -> list[str]:
    """What is not as expected."""
    wrong = []
    for case in sorted({*set_up.expected, *found.verdicts}):
        expected = set_up.expected.get(case)
        wanted = (expected.verdict, expected.new) if expected else ("PASS or SKIP", False)
        got = found.verdicts.get(case, ("PASS or SKIP", False))
        if got != wanted:
            wrong.append(f"{case}: expected {_said(wanted)}, got {_said(got)}")
    return wrong


def _said(verdict: tuple[str, bool]) -> str:
    return verdict[0] + (" that is not known" if verdict[1] else "")


def told(found: Outcome) -> list[str]:
    """Every finding, a line each: verdict and case, address, severity and mark, message, what was there."""
    lines = []
    for case, findings in sorted(found.findings.items()):
        for f in findings:
            said = (f.address, f"{f.severity} {f.mark or 'NEW'}", f.message[:120], f.actual[:160])
            lines.append(f"    {found.verdicts[case][0]} {case} | {' | '.join(said)}")
    return list(dict.fromkeys(lines))


def main(arguments: list[str]) -> int:
    names = {argument for argument in arguments if not argument.startswith("--")}
    print(f"{'':42}{'version':>14}{'cases':>10}" + "".join(f"{word:>7}" for word in WORDS))
    recorded = _recorded(names, findings="--findings" in arguments)
    wrong = [*recorded, *_llamaswap(names), *_hosted(names), *_live(names)]
    print("\n".join(["", *wrong]) if wrong else "\nas expected")
    return 1 if wrong else 0


def _row(name: str, version: str, number: int, tally: Counter[str]) -> None:
    print(f"{name:42}{version:>14}{number:10}" + "".join(f"{tally[word]:7}" for word in WORDS))


def _recorded(names: set[str], *, findings: bool) -> list[str]:
    """Print the recorded set-ups, the number of their exchanges in the place of that of cases."""
    print("recorded, by exchanges:")
    wrong: list[str] = []
    for set_up in set_ups():
        if names and not names & {set_up.server, set_up.name}:
            continue
        found = judged(set_up)
        old = stale(set_up.server, set_up.version)
        _row(set_up.name, set_up.version, len(exchanges(set_up.name)), counts(found) + Counter(stale=len(old)))
        wrong += [f"{set_up.name}: {line}" for line in (*differences(set_up, found), *old)]
        if findings:
            print("\n".join(told(found)))
    return wrong


def _llamaswap(names: set[str]) -> list[str]:
    """Print what was recorded of llama-swap, by pairs of an invariant and an exchange."""
    wrong: list[str] = []
    for name, expected in llamaswap.EXPECTED.items():
        if names and not names & {"llamaswap", name}:
            continue
        version = str(expected["version"])
        result = llamaswap.judged([llamaswap.HERE / name], version)
        tally = hosted.counts(result)
        _row(name, version, len(result.records), tally)
        wanted = {case: (row["verdict"], row.get("new", False)) for case, row in expected["verdicts"].items()}
        got = llamaswap.verdicts(result)
        cases = sorted(wanted.keys() | got.keys())
        wrong += [f"{name}: {case}: not as expected" for case in cases if wanted.get(case) != got.get(case)]
        wrong += [f"{name}: {entry.place}: stale" for entry in result.report.summary.stale]
    return wrong


def _hosted(names: set[str]) -> list[str]:
    """Print the hosted services that have an overlay; their recordings are other people's and not in the project."""
    if not (SHARED / "recordings-hosted").is_dir():
        print(f"hosted services: left out, there is no {SHARED.name}/ beside the project")
        return []
    print("hosted, by pairs of an invariant and an exchange:")
    wrong: list[str] = []
    for service, folder in hosted.services(SHARED):
        if service not in catalogue().overlays or (names and service not in names):
            continue
        result = hosted.judged(service, hosted.exchanges(service, folder))
        _row(service, "", len(result.records), hosted.counts(result))
        wrong += [f"{service}: {line}" for line in hosted.wrong(result)]
    return wrong


def _live(names: set[str]) -> list[str]:
    print("live, as of the last run here:")
    wrong: list[str] = []
    for run in live.live():
        if names and not names & {run.server, run.name}:
            continue
        if run.counts is None:
            print(f"{run.name:42}{'':14}{run.cases:10}   not run here: make real SERVERS={run.server}")
            continue
        _row(run.name, run.version, run.cases, run.counts)
        wrong += [f"{run.name} (live): {line}" for line in run.differences]
        if run.counts["stale"]:
            wrong.append(f"{run.name} (live): {run.counts['stale']} stale entries: see its journal")
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
