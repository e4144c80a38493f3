"""How one case plays: a generator that asks for requests and pauses, is handed exchanges, and ends in a Result.

The order in a step is the format's (docs/format.md): conditions on values, send, `until`, conditions on status, headers
and the raw body, the gate, other conditions, captures, checks.
"""

import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from aioc.judge.check import judge
from aioc.judge.select import NotJudgedError, select
from aioc.judge.tally import NEEDED, Tally
from aioc.judge.wire import request_names, wire
from aioc.model.case import Capture, Case, Check, Condition, Severity, Step
from aioc.model.exchange import Exchange, Failure, Transfer, WireRequest
from aioc.model.frozen import frozen
from aioc.model.problem import Json
from aioc.model.result import Finding, Result, Verdict
from aioc.template import MAX_INSERTED, MissingNameError, fill_pattern

POLL_SECONDS = 0.5


@frozen
class Send:
    """Send these requests at once, each within `seconds`; `retry_busy`: wait out 429 and 503."""

    requests: tuple[WireRequest, ...]
    seconds: float
    retry_busy: bool = True


@frozen
class Pause:
    """Wait so many seconds (polling)."""

    seconds: float


Ask = Send | Pause
Script = Generator[Ask, Sequence[Exchange], Result]


class _Stop(Exception):  # noqa: N818  (it is control flow, not an error)
    """Nothing more of this step is judged, and later steps are not sent (except `always`)."""


def play(case: Case, roles: Mapping[str, Json], seconds: float = 60.0) -> Script:
    """Give the script of a case; `roles` are the models, `seconds` the deadline of a step."""
    tally = Tally(case)
    values: dict[str, Json] = {**roles, **case.constants}
    limit = case.timeout or seconds
    stopped = False
    given_names = set(values)
    for number, step in enumerate(case.steps):
        if stopped and not step.always:
            continue
        long = _too_long(step, values, given_names)
        if long:
            tally.error(f"{long} was captured with more than {MAX_INSERTED} characters: too much to be sent back")
            stopped = True
            continue
        # The conditions of the case stand before everything, so they are its first step's.
        given = (*case.given, *step.given) if number == 0 else step.given
        try:
            yield from _Player(tally, step, given, values, limit).play()
        except _Stop:
            stopped = True
        except MissingNameError as error:
            if not step.always:
                tally.note(f"step {step.name} was not sent: {error.args[0]} was not captured")
            stopped = True
    return tally.result()


def play_dangerous(case: Case, roles: Mapping[str, Json], seconds: float = 60.0) -> Script:
    """Play a case that may kill the server, then ask whether it still answers."""
    result = yield from play(case, roles, seconds)
    answers = yield Send((WireRequest("GET", "/v1/models"),), seconds)
    failure = answers[0].transfer.failure
    if failure is None:
        return replace(result, exchanges=(*result.exchanges, *answers))
    dead = Finding(
        address="alive",
        severity=Severity.FAIL,
        message=f"the server no longer answers GET /v1/models: {failure.what}",
        expected="an answer",
        actual="none",
        place=case.place,
        exchange=len(result.exchanges),
    )
    findings = (*result.findings, dead)
    return replace(result, verdict=Verdict.FAIL, findings=findings, exchanges=(*result.exchanges, *answers), reason="")


def _too_long(step: Step, values: Mapping[str, Json], given: set[str]) -> str:
    """Give the first captured text that a request would carry and that is too long for it ('' when there is none)."""
    captured = {name: value for name, value in values.items() if name not in given and isinstance(value, str)}
    long = sorted(name for name, value in captured.items() if len(value) > MAX_INSERTED)
    used = set(request_names(step.request)) if long else set()
    return next((name for name in long if name in used), "")


@dataclass(slots=True)
class _Player:
    """One step being played."""

    tally: Tally
    step: Step
    given: tuple[Condition, ...]
    values: dict[str, Json]
    seconds: float

    def play(self) -> Generator[Ask, Sequence[Exchange], None]:
        for condition in self._given_on("value"):
            if not self._holds(condition, ()):
                self._unmet(condition)
        request = wire(self.step.request, self.values)
        for attempt in count(1):
            answers = yield from self._ask(request)
            if self._judge(answers, attempt):
                return

    def _given_on(self, *kinds: str) -> list[Condition]:
        return [condition for condition in self.given if condition.check.subject.kind in kinds]

    def _ask(self, request: WireRequest) -> Generator[Ask, Sequence[Exchange], Sequence[Exchange]]:
        """Send the request, again and again while there is an `until` that does not hold yet."""
        send = Send((request,) * self.step.request.copies, self.seconds, retry_busy=not self._expects_busy())
        until = self.step.until
        waited = 0.0
        while True:
            answers = yield send
            self.tally.saw(answers)
            for answer in answers:
                failure = answer.transfer.failure
                if failure is not None:
                    self._no_answer(failure)
                    raise _Stop
            if self._ended_early(answers):
                self.tally.skip("inconclusive: the answer ended before the case hung up")
                raise _Stop
            if until is None:
                return answers
            judgement = judge(until.check, answers, self.values)
            waited += sum(answer.transfer.total_ms for answer in answers) / 1000 + POLL_SECONDS
            if judgement.held or waited >= until.within:
                self.tally.judged("until", self.step.name, judgement)
                if not judgement.held:
                    self.tally.until_ran_out(until, self.step.name, judgement)
                return answers
            yield Pause(POLL_SECONDS)

    def _no_answer(self, failure: Failure) -> None:
        """Without an answer nothing can be judged; a clean-up that expects nothing has nothing to judge either."""
        if self.step.always and not self.step.checks:
            self.tally.note(f"clean-up failed: {failure.what}")
        else:
            self.tally.error(failure.what, failure.hint)

    def _ended_early(self, answers: Sequence[Exchange]) -> bool:
        wanted = self.step.request.hang_up_after
        return wanted is not None and any(
            answer.transfer.cut != "hang-up" and answer.transfer.status == 200 for answer in answers
        )

    def _expects_busy(self) -> bool:
        """Whether the step itself speaks of 429 or 503: then such an answer is not asked again."""
        given = (*self.given, *(condition for check in self.step.checks for condition in check.given))
        checks = (*self.step.checks, *(condition.check for condition in given))
        keywords = [check.keywords for check in checks if check.subject.kind == "status"]
        named = [code for words in keywords for code in (words.get("const"), *words.get("enum", ()))]
        return 429 in named or 503 in named

    def _judge(self, answers: Sequence[Exchange], attempt: int) -> bool:
        """Judge one try; say whether it was conclusive."""
        for condition in self._given_on("status", "header", "body"):
            if not self._holds(condition, answers):
                return self._unmet(condition, attempt)
        for check in self.step.checks:
            if check.gate and not self._check(check, answers):
                raise _Stop
        later = [c for c in self.given if c.check.subject.kind not in ("value", "status", "header", "body")]
        for condition in later:
            if not self._holds(condition, answers):
                self._malformed(condition, answers)
                return self._unmet(condition, attempt)
        captured = take_captures(self.step.captures, answers, self.values, self.tally, self.step.name)
        unmet, fine = self._checks(answers)
        if fine and any(condition.tries > attempt for condition in unmet):
            return False
        for condition in unmet:
            self.tally.unmet(condition, self.step.name, stops=False)
        if not captured:
            raise _Stop
        return True

    def _checks(self, answers: Sequence[Exchange]) -> tuple[list[Condition], bool]:
        """Judge every check whose conditions hold; give the conditions that do not, and whether all held."""
        unmet: list[Condition] = []
        fine = True
        for check in self.step.checks:
            if check.gate:
                continue
            missing = [condition for condition in check.given if not self._holds(condition, answers)]
            if not missing or self._same_kind_missing(check, missing[0], answers):
                fine = self._check(check, answers) and fine
            else:
                unmet.append(missing[0])
        return unmet, fine

    def _check(self, check: Check, answers: Sequence[Exchange]) -> bool:
        judgement = judge(check, answers, self.values)
        self.tally.checked(check, self.step.name, judgement)
        return judgement.held or judgement.unjudged is not None

    def _holds(self, condition: Condition, answers: Sequence[Exchange]) -> bool:
        return holds(condition.check, answers, self.values)

    def _malformed(self, condition: Condition, answers: Sequence[Exchange]) -> None:
        """An answer that is no JSON (no stream) is a finding, not a condition that happens not to hold."""
        checks = [check for check in self.step.checks if self._same_kind_missing(check, condition, answers)]
        for check in checks:
            self._check(check, answers)
        if checks:
            raise _Stop

    def _same_kind_missing(self, check: Check, condition: Condition, answers: Sequence[Exchange]) -> bool:
        """Whether the condition could not be judged because the answer is not what the check itself asks for."""
        why = judge(condition.check, answers, self.values).unjudged
        return why is not None and why.what == NEEDED.get(check.subject.kind)

    def _unmet(self, condition: Condition, attempt: int = 1) -> bool:
        if condition.tries > attempt:
            return False
        self.tally.unmet(condition, self.step.name, stops=True)
        raise _Stop


def holds(check: Check, answers: Sequence[Exchange], values: Mapping[str, Json]) -> bool:
    """Whether a condition holds; on an answer of another kind (no JSON, no stream) it does not."""
    if check.subject.kind == "value":
        answers = answers or (_NOTHING,)
    return judge(check, answers, values).held


def take_captures(
    captures: Sequence[Capture], answers: Sequence[Exchange], values: dict[str, Json], tally: Tally, step: str
) -> bool:
    """Take captures into `values` and tell the tally; say whether each found something."""
    every = True
    for capture in captures:
        found = _captured(capture, answers, values)
        if found:
            values[capture.name] = found if capture.collect else found[0]
        tally.captured(capture, step, found)
        every = every and bool(found)
    return every


def _captured(capture: Capture, answers: Sequence[Exchange], values: Mapping[str, Json]) -> list[Json]:
    """Give the values a capture finds: null is nothing; with a pattern, what its group matched."""
    found: list[Json] = []
    for answer in answers:
        try:
            found += [match.value for match in select(capture.subject, answer, values).matches]
        except NotJudgedError:
            continue
    found = [value for value in found if value is not None]
    if capture.pattern is None:
        return found
    matches = [re.search(fill_pattern(capture.pattern, values), value) for value in found if isinstance(value, str)]
    return [match[1] for match in matches if match and match[1] is not None]


_NOTHING = Exchange(Transfer(WireRequest("GET", "/")))
"""What a condition on a value is put to before there is an answer."""
