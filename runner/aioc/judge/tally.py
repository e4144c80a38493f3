"""What a case has found so far, and the verdict that follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from aioc.judge.check import Judgement, describe, expectation, findings
from aioc.judge.select import NotJudgedError
from aioc.model.case import Capture, Case, Check, Condition, Severity, Step, Until
from aioc.model.exchange import Exchange
from aioc.model.problem import ABSENT, Json
from aioc.model.result import Finding, Observation, Result, Verdict, worst

NEEDED = {"path": "json", "sum": "json", "events": "stream"}
"""What kind of answer a subject needs; an answer of another kind is one finding of that name."""


@dataclass(slots=True)
class Tally:
    """Collects findings, observations and notes while a case plays."""

    case: Case
    findings: list[Finding] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    broken_off: bool = False
    _skipped: str = ""
    _failed: str = ""
    _hint: str = ""
    _answers: int = 1

    def saw(self, answers: Sequence[Exchange]) -> None:
        """Remember the answers of a request; what follows is about them."""
        self.exchanges.extend(answers)
        self._answers = len(answers)
        for answer in answers:
            self.notes.extend(f"asked again: {why}" for why in answer.transfer.retries)

    @property
    def _exchange(self) -> int:
        return len(self.exchanges) - self._answers

    def note(self, text: str) -> None:
        """Remember something worth a line that changes no verdict."""
        if text not in self.notes:
            self.notes.append(text)

    def error(self, reason: str, hint: str = "") -> None:
        """There is no answer to judge."""
        self.broken_off = True
        if not self._failed:
            self._failed, self._hint = reason, hint

    def skip(self, reason: str) -> None:
        """What the case asks for cannot be seen here."""
        self._skipped = self._skipped or reason

    def judged(self, address: str, step: Step, judgement: Judgement) -> None:
        """Remember that a check was judged, for the overlay."""
        self.observations.append(Observation(step.name, address, judgement.held, judgement.values, self._exchange))

    def checked(self, check: Check, step: Step, judgement: Judgement) -> None:
        """Take the outcome of a check."""
        if judgement.unjudged is not None:
            self._not_judged(check, step, judgement.unjudged)
            return
        self.judged(check.address, step, judgement)
        if (kind := NEEDED.get(check.subject.kind)) is not None and not self._observed(kind, step):
            # So that an overlay's entry on `json` or `stream` can be seen to be stale.
            self.observations.append(Observation(step.name, kind, True, (), self._exchange))
        self.findings += findings(check, judgement, step.name, self._exchange, self._answers)

    def _observed(self, address: str, step: Step) -> bool:
        return any(
            seen.address == address and seen.step == step.name and seen.exchange == self._exchange
            for seen in self.observations
        )

    def _not_judged(self, check: Check, step: Step, why: NotJudgedError) -> None:
        """Fold all checks that ask for JSON (a stream) of an answer that is none into one finding."""
        if why.what in ("capture", "record"):
            self.note(f"{check.address} was not judged: {why.why}")
            return
        for number, finding in enumerate(self.findings):
            if finding.address == why.what and finding.step == step.name and finding.exchange == self._exchange:
                if check.severity.rank < finding.severity.rank:
                    self.findings[number] = replace(finding, severity=check.severity)
                return
        answer = self.exchanges[-1]
        self.observations.append(Observation(step.name, why.what, False, (answer.text,), self._exchange))
        self.findings.append(
            Finding(
                address=why.what,
                severity=check.severity,
                message=why.why,
                expected="a JSON answer" if why.what == "json" else "a stream of server-sent events",
                actual=describe((answer.text or "")[:200]),
                place=check.place,
                step=step.name,
                exchange=self._exchange,
                missed=(answer.text,),
            )
        )

    def captured(self, capture: Capture, step: Step, found: list[Json]) -> None:
        """Take the outcome of a capture: one that finds nothing is a finding at the case's severity."""
        address = f"capture {capture.name}"
        self.observations.append(Observation(step.name, address, bool(found), tuple(found), self._exchange))
        if found:
            return
        if any(f.address in ("json", "stream") and f.exchange == self._exchange for f in self.findings):
            return
        what = capture.subject.address + (f" matching {capture.pattern}" if capture.pattern else "")
        self.findings.append(
            Finding(
                address=address,
                severity=self.case.severity,
                message=f"{what} gives nothing to go on with",
                expected="a value that is not null",
                actual="absent",
                place=capture.place,
                step=step.name,
                exchange=self._exchange,
                missed=(ABSENT,),
            )
        )

    def until_ran_out(self, until: Until, step: Step, judgement: Judgement) -> None:
        """Polling ran out of time: a finding at the case's severity."""
        miss = judgement.misses[0].value if judgement.misses else ABSENT
        self.findings.append(
            Finding(
                address="until",
                severity=self.case.severity,
                message=f"{until.check.address} did not come true within {until.within:g} s",
                expected=expectation(until.check, judgement.keywords),
                actual=describe(miss),
                place=until.check.place,
                step=step.name,
                exchange=self._exchange,
                missed=tuple(item.value for item in judgement.misses),
            )
        )

    def unmet(self, condition: Condition, step: Step, *, stops: bool) -> None:
        """A condition does not hold: what depends on it is not judged."""
        check = condition.check
        asked = f"{check.address}: {expectation(check, check.keywords)}"
        if condition.otherwise == "skip":
            if stops:
                self.skip(f"not applicable: asks for {asked}")
            self.note(f"condition not met: {asked}")
            return
        tries = f" in {condition.tries} tries" if condition.tries > 1 else ""
        self.findings.append(
            Finding(
                address=check.address,
                severity=Severity.WARN,
                message=f"inconclusive: the condition did not hold{tries}",
                expected=expectation(check, check.keywords),
                actual="something else",
                place=check.place,
                step=step.name,
                exchange=self._exchange if self.exchanges else -1,
            )
        )

    def result(self) -> Result:
        """Give the case's result: the worst finding; a FAIL stands even when a later step broke off."""
        found = tuple(self.findings)
        verdict = worst(found)
        reason = ""
        if self._failed and verdict is not Verdict.FAIL:
            verdict, reason = Verdict.ERROR, self._failed
        elif self._failed:
            self.note(f"then: {self._failed}")
        elif verdict is Verdict.PASS and self._nothing_shown():
            verdict = Verdict.SKIP
            reason = self._skipped or next(
                (n for n in self.notes if n.startswith("condition not met")), "nothing was judged"
            )
        waited = sum(exchange.transfer.total_ms for exchange in self.exchanges) / 1000
        return Result(
            self.case,
            verdict,
            found,
            tuple(self.exchanges),
            tuple(self.observations),
            reason,
            self._hint if verdict is Verdict.ERROR else "",
            tuple(dict.fromkeys(self.notes)),
            waited,
        )

    def _nothing_shown(self) -> bool:
        """Whether the case ended without judging what it is about: a gate alone shows nothing else."""
        if self._skipped:
            return True
        if self.findings:
            return False  # an info finding is something shown
        wanted = {check.address for step in self.case.steps for check in step.checks if not check.gate}
        return bool(wanted) and not any(seen.address in wanted for seen in self.observations)
