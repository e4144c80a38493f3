"""Server × version × verdicts of the recorded set-ups: `python -m tests.recorded.report [NAME...]` (make overlays).

With --findings every finding is printed, as the overlay's author needs it; else one line a set-up. The exit code is 1
if anything differs from what servers/NAME.yaml expects.
"""

import sys
from collections import Counter

from .servers import Outcome, SetUp, exchanges, judged, set_ups, stale

WORDS = ("PASS", "WARN", "FAIL", "known", "new", "SKIP", "stale")


def counts(found: Outcome) -> Counter[str]:
    """How many cases had which verdict; findings known and new; a case that passed once and failed once failed."""
    all_findings = [finding for findings in found.findings.values() for finding in findings]
    tally = Counter(verdict for verdict, _ in found.verdicts.values())
    tally["PASS"] = len(found.passed - found.verdicts.keys())
    tally["SKIP"] = len(found.skipped - found.passed - found.verdicts.keys())
    tally["known"] = sum(finding.mark is not None for finding in all_findings)
    tally["new"] = sum(finding.mark is None and finding.severity == "fail" for finding in all_findings)
    return tally


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
    names = [argument for argument in arguments if not argument.startswith("--")]
    wrong: list[str] = []
    print(f"{'set-up':42}{'version':>14}{'exchanges':>10}" + "".join(f"{word:>7}" for word in WORDS))
    for set_up in set_ups():
        if names and set_up.server not in names and set_up.name not in names:
            continue
        found = judged(set_up)
        old = stale(set_up.server, set_up.version)
        tally = counts(found) + Counter(stale=len(old))
        row = "".join(f"{tally[word]:7}" for word in WORDS)
        print(f"{set_up.name:42}{set_up.version:>14}{len(exchanges(set_up.name)):10}{row}")
        wrong += [f"{set_up.name}: {line}" for line in (*differences(set_up, found), *old)]
        if "--findings" in arguments:
            print("\n".join(told(found)))
    print("\n".join(["", *wrong]) if wrong else "\nas expected")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
