"""Every case holds against the reference server, and every check of it is broken by at least one broken answer."""

from collections import Counter
from functools import cache
from pathlib import Path

import yaml

from aioc.answer.read import read
from aioc.model.exchange import Exchange
from aioc.model.result import Verdict

from .kill import Outcome, judged, survey, survey_invariant
from .killers import renew
from .ledger import Ledger
from .likely import family
from .play import baseline, told
from .target import Target

READ_EACH = 6
"""So many answers are broken in each way before they are read; `make mutate` breaks all."""
EQUIVALENT = Path(__file__).with_name("equivalent.yaml")


@cache
def answers() -> tuple[tuple[str, Exchange], ...]:
    """Every answer of the baseline, with the case that asked."""
    return baseline().answers()


@cache
def outcomes() -> tuple[Outcome, ...]:
    played = [survey(one) for one in baseline().played if one.result.verdict is Verdict.PASS]
    found = (*played, *(survey_invariant(case, answers()) for case in baseline().invariants))
    renew(found)
    return found


def shown(target: Target) -> str:
    return f"{target.step}/{target.address}" if target.step else target.address


def entries(kind: str) -> list[dict[str, str]]:
    return yaml.safe_load(EQUIVALENT.read_text())[kind]


def test_the_catalogue_is_read() -> None:
    assert not baseline().problems, "\n".join(baseline().problems)


def test_every_case_holds_against_the_reference_server() -> None:
    # Not even an INFO: it changes no verdict, so a check that never holds would go unnoticed.
    wrong = [
        f"{one.case.id}: {one.result.verdict} {one.result.reason}\n{told(one.result.findings)}"
        for one in baseline().played
        if one.result.verdict is not Verdict.PASS or one.result.findings
    ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_every_invariant_holds_for_every_answer_of_the_reference_server() -> None:
    """One that concerns none of them is found below, unless a mutant reaches it (an error amid a stream)."""
    results = [judged(case, answers()) for case in baseline().invariants]
    wrong = [
        f"{result.case.id}: {result.verdict} {result.reason}\n{told(result.findings)}"
        for result in results
        if result.verdict not in (Verdict.PASS, Verdict.SKIP)
    ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_every_case_can_be_played() -> None:
    excused = {entry["case"] for entry in entries("unplayed")}
    unplayed = {line.partition(":")[0]: line for line in baseline().unplayed}
    assert sorted(unplayed.keys() - excused) == [], "\n".join(unplayed.values())
    assert sorted(excused - unplayed.keys()) == [], "these are played by now"


def test_every_check_is_killed() -> None:
    excused = {(entry["case"], entry["check"]) for entry in entries("checks")}
    lines = [
        f"{outcome.case.id} {shown(target)}: survived {outcome.run} mutants"
        + (" (not reached by the unbroken answers)" if target.key in outcome.unjudged else "")
        for outcome in outcomes()
        for target in outcome.survivors
        if not {(outcome.case.id, shown(target)), (outcome.case.family, shown(target))} & excused
    ]
    assert not lines, "\n" + "\n".join(lines)


def test_no_broken_answer_breaks_the_engine() -> None:
    lines = [f"{outcome.case.id}: {crash}" for outcome in outcomes() for crash in outcome.crashes]
    assert not lines, "\n" + "\n".join(lines)


def test_no_broken_answer_breaks_the_reader() -> None:
    """Every kind of damage is read (not all of them are judged above), on a few kinds of answers each."""
    lines = []
    done: Counter[str] = Counter()
    for (answer, name), spots in Ledger(baseline()).spots.items():
        mutant = spots[-1][1].mutant
        if mutant.kind in ("status", "header", "facts"):
            continue  # the body is what it was
        done[family(name)] += 1
        if done[family(name)] > READ_EACH:
            continue
        try:
            read(mutant.make())
        except Exception as error:
            lines.append(f"{answer}: {name}: {error!r}")
    assert not lines, "\n" + "\n".join(lines)


def test_every_excuse_is_needed() -> None:
    survived = {
        (name, shown(target))
        for outcome in outcomes()
        for target in outcome.survivors
        for name in (outcome.case.id, outcome.case.family)
    }
    idle = [entry for entry in entries("checks") if (entry["case"], entry["check"]) not in survived]
    assert not idle, "these are killed by now: " + ", ".join(f"{e['case']} {e['check']}" for e in idle)
