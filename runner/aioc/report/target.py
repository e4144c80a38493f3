"""One target's run as every report sees it: the same from the run itself and from its journals."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from aioc.model.client import ClientEnd
from aioc.model.frozen import frozen
from aioc.model.run import Failing, RunHeader, RunSummary
from aioc.report.record import CaseRecord
from aioc.report.unstable import Unstable, settle
from aioc.verdict import failing


@frozen
class TargetReport:
    """A target, its cases by id, the end of its run, and what makes it fail.

    `runs` is how many runs in a row these are (--repeat); `unstable` are the cases that ended in several ways.
    """

    header: RunHeader
    records: tuple[CaseRecord, ...]
    summary: RunSummary
    failing: Failing
    unstable: tuple[Unstable, ...] = ()
    runs: int = 1
    clients: tuple[ClientEnd, ...] = ()
    """What becomes of clients with this server; none where the run did not show it, or nobody asked."""

    @property
    def by_id(self) -> dict[str, CaseRecord]:
        """Give the cases by id."""
        return {record.id: record for record in self.records}

    def is_new(self, record: CaseRecord) -> bool:
        """Whether a case is a FAIL that neither the overlay nor the baseline knows."""
        return record.is_new(self.header.conditions.baseline)


def target_report(
    header: RunHeader, runs: Sequence[Mapping[str, CaseRecord]], summaries: Sequence[RunSummary]
) -> TargetReport:
    """Make one report of the runs of a target; `runs` are their selected cases by id, in order."""
    records, unstable = settle(runs)
    summary = _together(summaries)
    counted = failing(records, summary, header.conditions, frozenset(one.id for one in unstable))
    return TargetReport(replace(header, turn=""), tuple(records), summary, counted, unstable, len(runs))


def _together(summaries: Sequence[RunSummary]) -> RunSummary:
    """One end of several runs: stale is what was stale each time, the time is that of all."""
    last = summaries[-1]
    stale = tuple(entry for entry in last.stale if all(entry in summary.stale for summary in summaries))
    return replace(last, stale=stale, seconds=sum(summary.seconds for summary in summaries))
