"""Several runs of the same cases in one: the worst end of each case counts, and who changed its mind is named."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from aioc.model.frozen import frozen
from aioc.model.result import WORST_FIRST
from aioc.report.record import CaseRecord


@frozen
class End:
    """One way in which a case ended: in which runs (counted from 1), and the record of the first of them."""

    runs: tuple[int, ...]
    record: CaseRecord


@frozen
class Unstable:
    """A case that did not end the same way in every run, its ends the worst first."""

    id: str
    ends: tuple[End, ...]


def settle(runs: Sequence[Mapping[str, CaseRecord]]) -> tuple[list[CaseRecord], tuple[Unstable, ...]]:
    """Give one record a case, by id, and the cases that ended in more than one way.

    The same way is: the same verdict, and findings at the same places with the same severities.
    """
    records: list[CaseRecord] = []
    unstable: list[Unstable] = []
    for case_id in sorted(set().union(*runs)):
        ends = _ends(case_id, runs)
        worst = ends[0].record
        if len(ends) > 1:
            unstable.append(Unstable(case_id, ends))
            worst = replace(worst, notes=(*worst.notes, f"unstable: {told(ends)}"))
        records.append(worst)
    return records, tuple(unstable)


def told(ends: Sequence[End]) -> str:
    """Give `FAIL in run 4, PASS in runs 1, 2, 3`."""
    return ", ".join(
        f"{end.record.verdict.value} in run{'s' if len(end.runs) > 1 else ''} {', '.join(map(str, end.runs))}"
        for end in ends
    )


def _ends(case_id: str, runs: Sequence[Mapping[str, CaseRecord]]) -> tuple[End, ...]:
    found: dict[object, End] = {}
    for number, records in enumerate(runs, 1):
        record = records.get(case_id)
        if record is None:
            continue  # an earlier run was stopped before it
        key = (
            record.verdict,
            record.not_run,
            frozenset((finding.step, finding.address, finding.severity) for finding in record.findings),
        )
        known = found.get(key)
        found[key] = End((number,), record) if known is None else replace(known, runs=(*known.runs, number))
    return tuple(sorted(found.values(), key=lambda end: (WORST_FIRST.index(end.record.verdict), end.runs)))
