"""What a case has found so far, and the verdict that follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from aioc.judge.check import Judgement, describe, expectation, findings
from aioc.judge.select import NotJudgedError
from aioc.model.case import Capture, Case, Check, Condition, Severity, Until
from aioc.model.exchange import Exchange
from aioc.model.problem import ABSENT, Json, Place
from aioc.model.result import Finding, Observation, Result, Verdict, missed_gates, worst

NEEDED = {"path": "json", "sum": "json", "events": "stream"}
"""What kind of answer a subject needs; an answer of another kind is one finding of that name."""


@dataclass(slots=True)
class Tally:
    """Collects findings, observations and notes while a case plays; `step` is always the name of a step."""

    case: Case
    findings: list[Finding] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
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
        if not self._failed:
            self._failed, self._hint = reason, hint

    def skip(self, reason: str) -> None:
        """What the case asks for cannot be seen here."""
        self._skipped = self._skipped or reason

    def judged(self, address: str, step: str, judgement: Judgement) -> None:
        """Remember that a check was judged, for the overlay."""
        self._observe(address, step, judgement.held, judgement.values)

    def _observe(self, address: str, step: str, held: bool, values: tuple[Json, ...] = ()) -> None:
        self.observations.append(Observation(step, address, held, values, self._exchange))

    def _find(
        self,
        address: str,
        severity: Severity,
        message: str,
        step: str,
        place: Place,
        expected: str,
        actual: str,
        missed: tuple[Json, ...] = (),
    ) -> None:
        found = Finding(address, severity, message, expected, actual, place, step, self._exchange, missed=missed)
        self.findings.append(found)

    def checked(self, check: Check, step: str, judgement: Judgement) -> None:
        """Take the outcome of a check."""
        if judgement.unjudged is not None:
            self._not_judged(check, step, judgement.unjudged)
            return
        self.judged(check.address, step, judgement)
        if (kind := NEEDED.get(check.subject.kind)) is not None and not self._observed(kind, step):
            # So that an overlay's entry on `json` or `stream` can be seen to be stale.
            self._observe(kind, step, held=True)
        self.findings += findings(check, judgement, step, self._exchange, self._answers)

    def _observed(self, address: str, step: str) -> bool:
        return any(
            seen.address == address and seen.step == step and seen.exchange == self._exchange
            for seen in self.observations
        )

    def _not_judged(self, check: Check, step: str, why: NotJudgedError) -> None:
        """Fold all checks that ask for JSON (a stream) of an answer that is none into one finding."""
        if why.what in ("capture", "record"):
            self.note(f"{check.address} was not judged: {why.why}")
            return
        for number, finding in enumerate(self.findings):
            if finding.address == why.what and finding.step == step and finding.exchange == self._exchange:
                if check.severity.rank < finding.severity.rank:
                    self.findings[number] = replace(finding, severity=check.severity)
                return
        text = self.exchanges[-1].text
        self._observe(why.what, step, False, (text,))
        expected = "a JSON answer" if why.what == "json" else "a stream of server-sent events"
        actual = describe((text or "")[:200])
        self._find(why.what, check.severity, why.why, step, check.place, expected, actual, (text,))

    def captured(self, capture: Capture, step: str, found: list[Json]) -> None:
        """Take the outcome of a capture: one that finds nothing is a finding at the case's severity."""
        address = f"capture {capture.name}"
        self._observe(address, step, bool(found), tuple(found))
        if found or any(f.address in ("json", "stream") and f.exchange == self._exchange for f in self.findings):
            return
        what = capture.subject.address + (f" matching {capture.pattern}" if capture.pattern else "")
        message = f"{what} gives nothing to go on with"
        expected = "a value that is not null"
        self._find(address, self.case.severity, message, step, capture.place, expected, "absent", (ABSENT,))

    def until_ran_out(self, until: Until, step: str, judgement: Judgement) -> None:
        """Polling ran out of time: a finding at the case's severity."""
        check, missed = until.check, tuple(miss.value for miss in judgement.misses)
        message = f"{check.address} did not come true within {until.within:g} s"
        expected = expectation(check, judgement.keywords)
        actual = describe(missed[0] if missed else ABSENT)
        self._find("until", self.case.severity, message, step, check.place, expected, actual, missed)

    def unmet(self, condition: Condition, step: str, *, stops: bool) -> None:
        """A condition does not hold: what depends on it is not judged."""
        check = condition.check
        asked = f"{check.address}: {expectation(check, check.keywords)}"
        if condition.otherwise == "skip":
            if stops:
                self.skip(f"not applicable: asks for {asked}")
            self.note(f"condition not met: {asked}")
            return
        tries = f" in {condition.tries} tries" if condition.tries > 1 else ""
        message = f"inconclusive: the condition did not hold{tries}"
        expected = expectation(check, check.keywords)
        self._find(check.address, Severity.WARN, message, step, check.place, expected, "something else")

    def result(self) -> Result:
        """Give the case's result: the worst finding; a FAIL stands even when a later step broke off."""
        found = tuple(self.findings)
        verdict = worst(found)
        reason = ""
        if self._failed and verdict is not Verdict.FAIL:
            verdict, reason = Verdict.ERROR, self._failed
        elif self._failed:
            self.note(f"then: {self._failed}")
        elif verdict is Verdict.PASS and (reason := self.nothing_shown()):
            verdict = Verdict.SKIP
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

    def nothing_shown(self) -> str:
        """Say why nothing was seen to hold of what the case is about ('': something was).

        A gate alone shows nothing else. A finding of info fails nobody; it is no reason to pass either, and a case that
        is of info as a whole passes only without any.
        """
        if self._skipped:
            return self._skipped
        case = self.case
        held = {(seen.step, seen.address) for seen in self.observations if seen.held}
        # A remark on one member of a shape leaves the others.
        held |= {(found.step, found.address.partition("#/")[0]) for found in self.findings if "#/" in found.address}
        steps = (("", case.checks), *((step.name, step.checks) for step in case.steps))
        wanted = {(step, check.address) for step, checks in steps for check in checks if not check.gate}
        remarks = case.severity is Severity.INFO and any("#/" not in found.address for found in self.findings)
        if not missed_gates(case, self.observations) and (not wanted or held & wanted) and not remarks:
            return ""
        if self.findings:
            return f"not shown: {self.findings[0].message}"
        return next((note for note in self.notes if note.startswith("condition not met")), "nothing was judged")
