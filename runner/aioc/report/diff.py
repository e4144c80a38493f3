"""Two runs compared: what newly fails, what is fixed, what is found otherwise, what is new or gone."""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from aioc.model.frozen import frozen
from aioc.model.overlay import split_endpoint
from aioc.model.result import Finding, Verdict
from aioc.model.run import RunHeader, StaleEntry, SurfaceRow
from aioc.report.record import CaseRecord
from aioc.report.target import TargetReport

_OF_STATUS = "status is "
"""How the message of a check of the status begins: a 200 where there was a 500 is another deviation."""
_PLACES = re.compile(r"\[\d+\]| \(and \d+ more\)$")


class Change(StrEnum):
    """What became of a case, the worst first; the words are those of the report."""

    FAILS = "newly failing"
    LOST = "no longer judged"
    WARNS = "newly warned of"
    UNSEEN = "no longer looked at"
    OTHERWISE = "found otherwise"
    FIXED = "fixed"
    SEEN = "looked at now"
    NEW = "new"
    GONE = "gone"


@frozen
class CaseChange:
    """One case that is not as it was. `came` and `went` are the findings that only one run has.

    `case_changed` says that the case itself is another one: then the server need not be.
    """

    id: str
    change: Change
    before: CaseRecord | None
    after: CaseRecord | None
    came: tuple[Finding, ...] = ()
    went: tuple[Finding, ...] = ()
    case_changed: bool = False

    @property
    def regression(self) -> bool:
        """Whether the server got worse: it newly fails a case that is the same."""
        return self.change is Change.FAILS and not self.case_changed


@frozen
class SurfaceChange:
    """A row of the surface that is not as it was; None where a run has no such row."""

    capability: str
    endpoint: str
    before: Verdict | None
    after: Verdict | None
    absent: str = ""
    """Where the server says now that it is not there: how."""

    @property
    def form(self) -> bool:
        """Whether it is a form of an endpoint: `POST /v1/chat/completions (tools)`."""
        return split_endpoint(self.endpoint)[1] != ""

    @property
    def lost(self) -> bool:
        """Whether it was all there and no longer is."""
        return self.before is Verdict.PASS and self.after in (Verdict.FAIL, Verdict.WARN, Verdict.SKIP)


@frozen
class Diff:
    """Two runs and what differs. `warnings` say why the comparison is less sure."""

    before: TargetReport
    after: TargetReport
    cases: tuple[CaseChange, ...]
    surface: tuple[SurfaceChange, ...]
    stale: tuple[StaleEntry, ...]
    """Entries that are stale now and were not."""
    warnings: tuple[str, ...]

    @property
    def regressions(self) -> tuple[CaseChange, ...]:
        """Give the cases with which the server got worse."""
        return tuple(change for change in self.cases if change.regression)

    @property
    def lost(self) -> tuple[SurfaceChange, ...]:
        """Give what is no longer there; with other models only whole endpoints that the server says it lacks."""
        return tuple(row for row in self.surface if row.lost and (self._same_models or (row.absent and not row.form)))

    @property
    def lost_with_models(self) -> tuple[SurfaceChange, ...]:
        """Give the forms of endpoints (tools) that the server says it lacks now; with the former models it may not."""
        return tuple(row for row in self.surface if row.lost and row.absent and row.form and not self._same_models)

    @property
    def _same_models(self) -> bool:
        return self.before.header.roles.items() <= self.after.header.roles.items()


def diff(before: TargetReport, after: TargetReport) -> Diff:
    """Compare two runs of one target, or of two."""
    old, new = before.by_id, after.by_id
    changes = [
        change
        for case_id in sorted(old.keys() | new.keys())
        if (change := _change(case_id, old.get(case_id), new.get(case_id))) is not None
    ]
    order = list(Change)
    changes.sort(key=lambda change: (order.index(change.change), change.id))
    stale_before = {entry.entry for entry in before.summary.stale}
    return Diff(
        before,
        after,
        tuple(changes),
        tuple(_surface(before.summary.surface, after.summary.surface)),
        tuple(entry for entry in after.summary.stale if entry.entry not in stale_before),
        tuple(_warnings(before, after)),
    )


def _change(case_id: str, before: CaseRecord | None, after: CaseRecord | None) -> CaseChange | None:
    if before is None or after is None:
        return CaseChange(case_id, Change.NEW if before is None else Change.GONE, before, after)
    old, new = _keyed(before), _keyed(after)
    came = tuple(finding for key, finding in new.items() if key not in old)
    went = tuple(finding for key, finding in old.items() if key not in new)
    kind = _kind(before, after, came, went)
    if kind is None:
        return None
    return CaseChange(case_id, kind, before, after, came, went, before.digest != after.digest)


def _keyed(record: CaseRecord) -> dict[tuple[object, ...], Finding]:
    """Findings by what they say, but for values, and which of a list they are: a model's words differ in each run.

    A status is no word of a model.
    """
    keyed: dict[tuple[object, ...], Finding] = {}
    for one in record.findings:
        if one.severity != "info":
            status = one.actual if one.message.startswith(_OF_STATUS) else ""
            message = _PLACES.sub("", one.message)
            keyed[one.step, one.address, one.severity, one.mark, message, one.expected, status] = one
    return keyed


def _kind(before: CaseRecord, after: CaseRecord, came: Sequence[Finding], went: Sequence[Finding]) -> Change | None:
    if any(_is_new(finding, "fail", before) for finding in came):
        return Change.FAILS
    if after.verdict is Verdict.ERROR and before.verdict is not Verdict.ERROR:
        return Change.LOST
    if any(_is_new(finding, "warn", before) for finding in came) and after.verdict is not Verdict.ERROR:
        return Change.WARNS
    if before.verdict is not after.verdict:
        if after.verdict is Verdict.SKIP:
            return Change.UNSEEN
        if before.verdict in (Verdict.SKIP, Verdict.ERROR) and after.verdict in (Verdict.PASS, Verdict.WARN):
            return Change.SEEN
        better = (before.verdict, after.verdict) != (Verdict.PASS, Verdict.WARN) and after.verdict is not Verdict.FAIL
        return Change.FIXED if better else Change.OTHERWISE
    if came:
        return Change.OTHERWISE
    # Why a case is skipped, or could not be judged, may be said in other words: it was not looked at before either.
    return Change.FIXED if went else None


def _is_new(finding: Finding, severity: str, before: CaseRecord) -> bool:
    """Whether a finding is news: not known to the overlay, and nothing as bad was found at its place before."""
    if finding.severity != severity or finding.mark is not None:
        return False
    return not any(
        (old.step, old.address) == (finding.step, finding.address)
        and old.mark is None
        and old.severity.rank <= finding.severity.rank
        for old in before.findings
    )


def _surface(before: Sequence[SurfaceRow], after: Sequence[SurfaceRow]) -> Iterator[SurfaceChange]:
    old, new = {row.capability: row for row in before}, {row.capability: row for row in after}
    for name, row in {**old, **new}.items():
        was, now = (rows[name].verdict if name in rows else None for rows in (old, new))
        if was != now:
            absent = row.note if name in new and row.absent else ""
            yield SurfaceChange(name, row.endpoint, was, now, absent)


def _warnings(before: TargetReport, after: TargetReport) -> list[str]:
    one, two = before.header, after.header
    warnings = [
        f"{said} differ: {_only(left, right)} before, {_only(right, left)} now"
        for said, left, right in (("the models", one.roles, two.roles), ("the flags", one.flags, two.flags))
        if left != right
    ]
    if one.catalogue_version != two.catalogue_version or one.aioc_version != two.aioc_version:
        warnings.append(
            f"judged by {_judge(one)} before, by {_judge(two)} now: `aioc run --replay` judges the earlier run again"
        )
    warnings += [
        f"the {which} run did not come to its end: {report.summary.stopped or 'no reason is known'}"
        for which, report in (("earlier", before), ("later", after))
        if not report.summary.complete
    ]
    return warnings


def _only(values: Mapping[str, str], others: Mapping[str, str]) -> str:
    """Name what only one of two has."""
    differing = (f"{name} {value}" for name, value in values.items() if others.get(name) != value)
    return ", ".join(differing) or "none of these"


def _judge(header: RunHeader) -> str:
    return f"aioc {header.aioc_version} with catalogue {header.catalogue_version}"
