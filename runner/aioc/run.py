"""A run: plays the plan, decides from the surface what is skipped, marks findings, gives results as they come."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from aioc.conduct import Conductor
from aioc.judge.blame import Blame, blame_of, blamed
from aioc.judge.guard import TooSlowError, time_limit
from aioc.judge.invariant import Invariants
from aioc.judge.mark import Marked, Seen, mark
from aioc.judge.script import Script, play, play_dangerous
from aioc.model.case import Case
from aioc.model.catalogue import Catalogue
from aioc.model.frozen import frozen
from aioc.model.overlay import Deviation, Lack, Overlay
from aioc.model.result import Result, Verdict
from aioc.model.run import RunSummary, SurfaceRow
from aioc.overlay import applicability, entries_by_case, entries_of
from aioc.plan import Group, Plan, other_needs, waves
from aioc.stale import stale_entries
from aioc.surface import answered, not_there, surface_row, unsupported, wanted, without_endpoint

REFUSED_IN_A_ROW = 3
MAX_UNSEEN = 50
"""Of so many cases the answers may wait for the invariants."""


@frozen
class Setting:
    """What a run stands on: the server's overlay, its versions, its models, and the limits the user set."""

    catalogue: Catalogue
    overlay: Overlay | None
    versions: Mapping[str, str]
    roles: Mapping[str, str]
    seconds: float = 60.0
    max_seconds: float | None = None
    max_fail: int | None = None


@dataclass(slots=True)
class Run:
    """One run. `results` gives each result once; afterwards `summary` holds the surface and the stale entries.

    `warm` is called with a role and its model before the first case of that model (None: nobody is to be warmed).
    """

    setting: Setting
    plan: Plan
    conductor: Conductor
    warm: Callable[[str, str], None] | None = None
    started: float = field(default_factory=time.monotonic)
    stopped: str = ""
    _played: set[str] = field(default_factory=set)
    _missing: dict[str, str] = field(default_factory=dict)
    _rows: dict[str, SurfaceRow] = field(default_factory=dict)
    _seen: dict[str, list[Seen]] = field(default_factory=dict)
    _refused: int = 0
    _before: str = ""
    _fails: int = 0
    _entries: dict[str, list[Deviation]] = field(init=False)
    _whose: Blame = field(init=False)
    _invariants: Invariants = field(init=False)
    _unseen: deque[Iterator[None]] = field(default_factory=deque)
    """What is left to do with the answers of cases: they are put to the invariants while the server works."""

    def __post_init__(self) -> None:
        """Derive what the setting and the plan say."""
        setting = self.setting
        self._entries = entries_by_case(setting.overlay, setting.versions)
        self._whose = blame_of(setting.overlay)
        if setting.max_seconds is not None:
            self.conductor.until = self.started + setting.max_seconds
        self._invariants = Invariants(self.plan.invariants, self._entries, setting.roles, self._whose)

    def results(self) -> Iterator[Result]:
        """Play everything: cases that show a capability, the others, dangerous ones last, then the invariants."""
        plan = self.plan
        for group in plan.groups(self.setting.roles):
            self._warm(group)
            for wave in waves(group.showing, plan.shown_by):
                for result in self._phase(wave):
                    yield replace(self._shown(result), selected=result.case.id in plan.selected)
            for result in self._phase(group.cases):
                yield self._marked(result)
        for result in self._phase(plan.dangerous, alone=True):
            yield self._marked(result)
        for case in plan.ordered:
            if case.id not in self._played and case.id in plan.selected:
                yield Result(case, Verdict.ERROR, reason=self.stopped or "not run", not_run=True)
        while self._see_some():
            pass
        for result, seen in self._invariants.results():
            missing = self._missing_for(result.case)
            if not missing:
                self._remember(seen)
            if result.case.id in plan.selected:
                yield Result(result.case, Verdict.SKIP, reason=missing) if missing else result

    def summary(self) -> RunSummary:
        """Give the end of the run."""
        setting, overlay, whole = self.setting, self.setting.overlay, self.plan.whole
        stale = stale_entries(overlay, setting.catalogue, setting.versions, self._seen, whole=whole) if overlay else ()
        return RunSummary(
            tuple(self._rows[name] for name in setting.catalogue.capabilities if name in self._rows),
            tuple(stale),
            self.stopped,
            time.monotonic() - self.started,
            complete=not self.stopped,
            observed=tuple(sorted(place for place, states in self._seen.items() if Seen.OBSERVED in states)),
        )

    def interrupt(self, why: str) -> None:
        """Stop sending; what is under way is broken off."""
        self.stopped = self.stopped or why
        self.conductor.abort()

    def _warm(self, group: Group) -> None:
        """Let a cold model load before its cases: what it takes is the server's start, no answer's fault."""
        if self.warm is not None and not self.stopped:
            models = {self.setting.roles[role]: role for role in sorted(group.roles & self.setting.roles.keys())}
            for model, role in models.items():
                self.warm(role, model)

    def _phase(self, cases: Sequence[Case], *, alone: bool = False) -> Iterator[Result]:
        """Play cases that nothing blocks (`alone`: never two at once), and give SKIP for the others."""
        for case in cases:
            reason = self._blocked(case)
            if reason is not None:
                self._played.add(case.id)
                yield Result(case, Verdict.SKIP, reason=reason)
        for result in self.conductor.play(self._scripts(cases), alone=alone, idle=self._see_some):
            self._unseen.append(self._invariants.seeing(wanted(result), result.case.id))
            while len(self._unseen) > MAX_UNSEEN:
                self._see_some()
            self._played.add(result.case.id)
            yield self._watched(result)
        if self.conductor.late:
            self._stop(f"the run took longer than --max-time {self.setting.max_seconds:g}")

    def _see_some(self) -> bool:
        """Put an answer to an invariant; False when there is none left that has to."""
        while self._unseen:
            for _ in self._unseen[0]:
                return True
            self._unseen.popleft()
        return False

    def _scripts(self, cases: Sequence[Case]) -> Iterator[tuple[Case, Script]]:
        for case in cases:
            if self._blocked(case) is None and not self.stopped:
                script = play_dangerous if case.danger else play
                yield case, script(case, self.setting.roles, self.setting.seconds)

    def _stop(self, why: str) -> None:
        self.stopped = self.stopped or why
        self.conductor.stop()

    def _blocked(self, case: Case) -> str | None:
        """Say why a case cannot be played: a capability is missing, or nobody plays a role of it."""
        if missing := self._missing_for(case):
            return missing
        for role in sorted(case.roles - self.setting.roles.keys()):
            return f"no model plays {role} (give one with --{role.replace('_', '-')})"
        return None

    def _missing_for(self, case: Case) -> str:
        """Say which capability that a case needs is missing ('': none)."""
        needs = other_needs(case, self.plan.shown_by)
        return next((self._missing[need] for need in needs if need in self._missing), "")

    def _watched(self, result: Result) -> Result:
        """Count refused connections: the case before the first one is the suspect; three in a row end the run."""
        last = result.exchanges[-1].transfer if result.exchanges else None
        refused = last is not None and last.failure is not None and last.failure.kind == "refused"
        if not refused:
            self._refused, self._before = 0, result.case.id
            return result
        self._refused += 1
        note = f"the server stopped answering after {self._before}" if self._before else ""
        if self._refused >= REFUSED_IN_A_ROW:
            answered_last = f"; the last case it answered is {self._before}" if self._before else ""
            self._stop(f"the server is gone{answered_last}")
        return replace(result, notes=(*result.notes, note)) if note else result

    def _shown(self, result: Result) -> Result:
        """Take the result of a showing case: what it shows, and the result as the row's kind has it."""
        rows = [
            row
            for row in self.setting.catalogue.capabilities.values()
            if row.shown_by in (result.case.id, result.case.family)
        ]
        told: list[tuple[str, Lack | None, bool]] = []
        judged = result
        for row in rows:
            lack = self._lack(row.name)
            missing = self._why_missing(row.name, result)
            answer = unsupported(row, result)
            if answer is not None and result.verdict is not Verdict.ERROR:
                missing = not_there(row, answer)
                judged = without_endpoint(row, result, answer, lack)
            if missing:
                self._missing[row.name] = lack.reason if lack and answer is not None else missing
            elif lack is not None and answered(result) and result.verdict is not Verdict.FAIL:
                self._seen.setdefault(str(lack.place), []).append(Seen.CONFORMS)
            told.append((missing, lack, answer is not None))
        marked = self._marked(judged)
        for row, what in zip(rows, told, strict=True):
            self._rows[row.name] = surface_row(row, marked, *what)
        return marked

    def _why_missing(self, name: str, result: Result) -> str:
        """A capability cannot be shown when its case was skipped (no model) or could not be judged."""
        if result.verdict is Verdict.SKIP:
            return result.reason
        if result.verdict is Verdict.ERROR:
            return f"{name} could not be shown: {result.reason}"
        return ""

    def _lack(self, capability: str) -> Lack | None:
        overlay, versions = self.setting.overlay, self.setting.versions
        return overlay.lack(capability, lambda lack: applicability(lack, versions).applies) if overlay else None

    def _marked(self, result: Result) -> Result:
        entries = entries_of(result.case, self._entries)
        try:
            with time_limit():
                marked = mark(result, entries, {**self.setting.roles, **result.case.constants})
        except TooSlowError:
            note = "an overlay entry took too long to be put to this answer: nothing is marked"
            marked = Marked(replace(result, notes=(*result.notes, note)), {})
        self._remember(marked.seen)
        final = replace(marked.result, findings=blamed(marked.result.findings, marked.result.exchanges, self._whose))
        self._fails += final.verdict is Verdict.FAIL and any(
            f.mark is None and f.severity == "fail" for f in final.findings
        )
        if self.setting.max_fail is not None and self._fails >= self.setting.max_fail and not self.stopped:
            self._stop(f"--max-fail {self.setting.max_fail} was reached")
        return final

    def _remember(self, seen: Mapping[str, Seen]) -> None:
        for key, state in seen.items():
            self._seen.setdefault(key, []).append(state)
