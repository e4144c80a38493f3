"""What the catalogue sees and what it does not: `python -m tests.mutation.report`.

python -m tests.mutation.report                 what survives, and what breaks clients and nothing notices (minutes)
python -m tests.mutation.report --quick         what survives only, as the test does it
python -m tests.mutation.report --full chat/    every mutant of the cases whose id begins so
python -m tests.mutation.report --all           what nothing notices, whether it breaks a client or not
"""

import re
import sys
import time
from collections import Counter
from collections.abc import Iterable

from aioc.model.result import Verdict

from .kill import Outcome, survey, survey_invariant
from .ledger import Fate, Ledger
from .play import baseline, told
from .statements import idle_statements


def by_topic(fates: Iterable[tuple[str, str, Fate]]) -> list[str]:
    """A line a topic (the first part of the path): killed, survived, not applicable."""
    counts: dict[str, Counter[Fate]] = {}
    for answer, _, fate in fates:
        topic = "/".join(answer.split()[1].removeprefix("/v1/").split("/")[:2]).partition("/{")[0]
        counts.setdefault(topic, Counter())[fate] += 1
        counts.setdefault("all", Counter())[fate] += 1
    total = counts.pop("all", Counter())
    rows = [*sorted(counts.items()), ("all", total)]
    words: tuple[Fate, ...] = ("killed", "survived", "not applicable")
    lines = [f"{'topic':28}" + "".join(f"{word:>16}" for word in words)]
    return lines + [f"{topic:28}" + "".join(f"{count[word]:16}" for word in words) for topic, count in rows]


def told_briefly(names: Iterable[str]) -> list[str]:
    """Names that differ in their last words only on one line."""
    grouped: dict[str, list[str]] = {}
    for name in names:
        place = re.match(r"(.*(?:^| )/[^ ]*) (.*)$", name)
        head, tail = (place[1], place[2]) if place else (name.partition(" (")[0], name.partition(" (")[2].rstrip(")"))
        grouped.setdefault(head, []).append(tail)
    return [f"{head}: {', '.join(tails)}" if any(tails) else head for head, tails in grouped.items()]


def main(arguments: list[str]) -> int:
    quick, full, everything = "--quick" in arguments, "--full" in arguments, "--all" in arguments
    prefixes = tuple(argument for argument in arguments if not argument.startswith("--"))
    started = time.monotonic()
    base = baseline()
    answers = base.answers()
    for problem in (*base.problems, *base.unplayed):
        print(f"!! {problem}")
    survivors: list[str] = []
    total = 0

    def note(outcome: Outcome, seconds: float) -> None:
        nonlocal total
        total += outcome.run
        kills = sum(hit for _, hit in outcome.killing)
        print(
            f"{outcome.case.id}: {len(outcome.targets)} checks, {outcome.run} of {outcome.spots} mutants run, "
            f"{kills} killed, {len(outcome.survivors)} checks survived, {seconds:.1f} s"
        )
        for why, count in Counter(crash.rpartition(": ")[2] for crash in outcome.crashes).items():
            print(f"!! the engine stumbled {count} times: {why}; first over {outcome.crashes[0].partition(': ')[0]}")
        for target in outcome.targets:
            killers = outcome.killers.get(target.key, [])
            where = f"{target.step}/{target.address}" if target.step else target.address
            hint = " (not reached by the unbroken answers)" if target.key in outcome.unjudged else ""
            if not killers:
                survivors.append(f"{outcome.case.id} {where}: survived {outcome.run} mutants{hint}")
            elif len(killers) <= 2 and full:
                print(f"    {where}: killed only by {' | '.join(killers)}{hint}")
            elif hint:
                print(f"    {where}:{hint}; killed by {killers[0]}")

    for one in base.played:
        if prefixes and not one.case.id.startswith(prefixes):
            continue
        if one.result.verdict is not Verdict.PASS:
            print(f"!! {one.case.id}: {one.result.verdict} {one.result.reason}\n{told(one.result.findings)}")
            continue
        begun = time.monotonic()
        note(survey(one, everything=full), time.monotonic() - begun)
    for case in base.invariants:
        if prefixes and not case.id.startswith(prefixes):
            continue
        begun = time.monotonic()
        outcome = survey_invariant(case, answers, everything=full)
        note(outcome, time.monotonic() - begun)
        if outcome.unjudged:
            print(f"!! {case.id}: no answer of the reference server reached it")
    print(f"\n{len(survivors)} checks survived:")
    print("\n".join(f"  {line}" for line in survivors))
    if not quick:
        fates = list(Ledger(base).fates(everything))
        print("\nwhat no case and no invariant notices" + ("" if everything else ", of what breaks real clients:"))
        unseen: dict[str, list[str]] = {}
        for answer, name, fate in fates:
            if fate == "survived":
                unseen.setdefault(answer, []).append(name)
        for answer, names in unseen.items():
            print(f"  {answer}")
            print("\n".join(f"    {line}" for line in told_briefly(names)))
        print("\n".join(["", *by_topic(fates)]))
    if "--schemas" in arguments:
        print("\nstatements of the schemas that no mutant violates:")
        print("\n".join(f"  {line}" for line in idle_statements(base.invariants, answers)))
    print(f"\n{total} mutants in {time.monotonic() - started:.0f} s")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
