"""What fails a run, and the exit code: console, JUnit and exit code all start from here."""

from collections.abc import Collection, Sequence

from aioc.model.result import Verdict
from aioc.model.run import Conditions, Failing, RunSummary
from aioc.report.record import CaseRecord

FINE, FAILED, USAGE, NOT_JUDGED = 0, 1, 2, 3


def failing(
    records: Sequence[CaseRecord],
    summary: RunSummary,
    conditions: Conditions,
    unstable: frozenset[str] = frozenset(),
) -> Failing:
    """Give what makes the run fail; `unstable` are the ids that --repeat saw end in several ways.

    A run for a client counts what that client needs, also where the server lacks it. A strict run counts each SKIP, but
    of an invariant: nobody gave such an answer, which is nobody's lack.
    """
    wanted = set(conditions.fail_on) or ({"fail"} if not conditions.needs else set())
    cases = {record.id for record in records if _counts(record, wanted, conditions.baseline)}
    lacking = summary.lacking(conditions.endpoint)
    for case, check in conditions.needs:
        shown = (one for one in records if case in one.names)
        cases |= {one.id for one in shown if one.missed(check) is not None or one.unmet(lacking)}
    if "unstable" in wanted:
        cases |= unstable
    if conditions.strict:
        cases |= {record.id for record in records if record.verdict is Verdict.SKIP and not record.invariant}
    return Failing(frozenset(cases), summary.stale if "stale" in wanted else ())


def _counts(record: CaseRecord, wanted: set[str], baseline: Collection[str]) -> bool:
    if record.verdict is Verdict.FAIL:
        return "fail" in wanted or ("new" in wanted and record.is_new(baseline))
    return record.verdict is Verdict.WARN and "warn" in wanted


def exit_code(records: Sequence[CaseRecord], counted: Failing) -> int:
    """0 fine, 1 failed, 3 something could not be judged (and nothing failed)."""
    if counted.cases or counted.stale:
        return FAILED
    return NOT_JUDGED if any(record.verdict is Verdict.ERROR for record in records) else FINE
