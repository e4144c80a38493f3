"""The catalogue, played once against the reference server; what came back is kept, answer by answer."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache

from tests import playing

from aioc.answer.read import read
from aioc.cli.session import REFERENCE_ROLES
from aioc.execute.client import Connection
from aioc.execute.target import Target
from aioc.judge.script import Send
from aioc.model.case import Case
from aioc.model.exchange import Exchange, Transfer
from aioc.model.result import Finding, Result
from aioc.paths import CLIENT_REQUESTS
from aioc.read.tree import load
from aioc.reference.server import ReferenceServer

MARK = "x-aioc-step"
"""A header that tells which step asks; it is taken away before anything is sent."""

Answer = Callable[[int, Send], Sequence[Exchange]]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A case and its answers: by number of the step, by request (`until`, `tries`), by copy."""

    case: Case
    result: Result
    steps: tuple[tuple[tuple[Transfer, ...], ...], ...]

    @property
    def transfers(self) -> list[Transfer]:
        return [transfer for rounds in self.steps for copies in rounds for transfer in copies]


@dataclass(frozen=True, slots=True)
class Baseline:
    """Everything that was played, the invariants, and what could not be read or played."""

    played: tuple[Recorded, ...]
    invariants: tuple[Case, ...]
    unplayed: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def telling(self) -> tuple[Recorded, ...]:
        """What was played, without what clients were seen to send: that gets no answer that is new."""
        return tuple(one for one in self.played if one.case.topic != CLIENT_REQUESTS.name)

    def answers(self) -> tuple[tuple[str, Exchange], ...]:
        """Every telling answer, with the case that asked."""
        return tuple((one.case.id, read(transfer)) for one in self.telling for transfer in one.transfers)


def marked(case: Case) -> Case:
    """The same case (its checks are the same objects), each request naming its step."""
    steps = tuple(
        replace(step, request=replace(step.request, headers=(*step.request.headers, (MARK, str(number)))))
        for number, step in enumerate(case.steps)
    )
    return replace(case, steps=steps)


def drive(case: Case, answer: Answer, pause: float = 0.0) -> Result:
    """Play a marked case to its end."""
    return playing.drive(case, lambda ask: answer(_step_of(ask), ask), pause=pause)


def _step_of(ask: Send) -> int:
    return int(dict(ask.requests[0].headers)[MARK] or 0)


def record(case: Case, base_url: str) -> Recorded:
    """Play a case over real connections and keep what was received."""
    case = marked(case)
    kept: list[list[tuple[Transfer, ...]]] = [[] for _ in case.steps]
    target = Target.at(base_url)
    with ExitStack() as stack:
        first = stack.enter_context(Connection(target))

        def answer(number: int, ask: Send) -> list[Exchange]:
            sent = [replace(one, headers=tuple(h for h in one.headers if h[0] != MARK)) for one in ask.requests]
            connections = [first] if len(sent) == 1 else [stack.enter_context(Connection(target)) for _ in sent]
            transfers = tuple(
                connection.exchange(request, ask.seconds, retry_busy=ask.retry_busy)
                for connection, request in zip(connections, sent, strict=True)
            )
            kept[number].append(transfers)
            return [read(transfer) for transfer in transfers]

        result = drive(case, answer, pause=0.2)
    return Recorded(case, result, tuple(tuple(rounds) for rounds in kept))


@cache
def baseline() -> Baseline:
    """Play the whole catalogue; a case of one server (specs/servers/) or of a role unknown here is not played."""
    loaded = load()
    played, invariants, unplayed = [], [], []
    with ReferenceServer() as server, ReferenceServer(api_key="nobody-has-it") as locked:
        for case in loaded.catalogue.cases:
            if case.server is not None:
                continue
            if case.answers is not None:
                invariants.append(case)
            elif missing := sorted(case.roles - REFERENCE_ROLES.keys()):
                unplayed.append(f"{case.id}: the reference server has no {', '.join(missing)}")
            else:
                # What happens without the right key is seen only where one is asked for.
                played.append(record(case, (locked if "auth" in case.needs else server).base_url))
    problems = tuple(f"{problem.place}: {problem.what}" for problem in loaded.problems)
    return Baseline(tuple(played), tuple(invariants), tuple(unplayed), problems)


def told(findings: Sequence[Finding]) -> str:
    """Findings, a line each."""
    return "\n".join(f"    {f.step}/{f.address} ({f.severity}): {f.message}; actual {f.actual[:200]}" for f in findings)
