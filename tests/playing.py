"""The catalogue, and a case played to its end against answers of one's choosing: what several kinds of tests share."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from aioc.cli.session import REFERENCE_ROLES
from aioc.judge.script import Pause, Send, play
from aioc.model.case import Case
from aioc.model.catalogue import Catalogue
from aioc.model.exchange import Exchange
from aioc.model.problem import Json
from aioc.model.result import Finding, Result
from aioc.read.tree import load

SECONDS = 10
"""The deadline of a step; nothing here waits for it."""


@cache
def catalogue() -> Catalogue:
    """Give the whole catalogue, which has to be without a problem; read once."""
    loaded = load()
    assert not loaded.problems, loaded.problems[0]
    return loaded.catalogue


@cache
def cases() -> dict[str, Case]:
    """Give its cases by id."""
    return {case.id: case for case in catalogue().cases}


def marks(findings: Iterable[Finding]) -> Counter[str]:
    """How many findings the overlay knows, and how many are news: a fail that it does not know."""
    tally: Counter[str] = Counter()
    for finding in findings:
        tally["known"] += finding.mark is not None
        tally["new"] += finding.mark is None and finding.severity == "fail"
    return tally


def drive(
    case: Case,
    answer: Callable[[Send], Sequence[Exchange]],
    roles: Mapping[str, Json] = REFERENCE_ROLES,
    pause: float = 0.0,
) -> Result:
    """Play a case to its end: `answer` gives the exchanges of what it asks, `pause` is how long polling waits."""
    script = play(case, roles, SECONDS)
    try:
        ask = next(script)
        while True:
            if isinstance(ask, Pause):
                time.sleep(pause)
                ask = script.send(())
            else:
                ask = script.send(answer(ask))
    except StopIteration as end:
        return end.value
