"""The last lines of a run, for somebody who is tired: what broke, whose it is, what to do next."""

from collections import Counter
from collections.abc import Iterator, Sequence

from aioc.model.result import Verdict
from aioc.report.record import CaseRecord
from aioc.report.target import TargetReport
from aioc.report.text import clean
from aioc.report.words import worst_first

MAX_NAMES = 8


def ending(report: TargetReport, journal: str = "") -> list[str]:
    """Give the lines; none where all is well. `journal` is the file in which the exchanges stand ('' for none)."""
    failing = report.failing
    failed = [record for record in report.records if record.id in failing.cases]
    unjudged = [record for record in report.records if record.verdict is Verdict.ERROR]
    lines = []
    if failed or failing.stale:
        number = len(failed) + len(failing.stale)
        lines.append(f"failed: {number}  {_names(failed)}".rstrip())
    lines += [f"  {clean(line)}" for line in (*_whose(report, failed), *_next(report, failed, unjudged, journal))]
    return lines


def _names(records: Sequence[CaseRecord]) -> str:
    names = sorted(record.id for record in records)
    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    return clean(", ".join(names[:MAX_NAMES]) + more)


def _whose(report: TargetReport, failed: Sequence[CaseRecord]) -> Iterator[str]:
    """Whose answers failed: a proxy's own or those from behind it, and how many of them the overlay explains."""
    answers = Counter(
        first.whose or report.header.label
        for record in failed
        if (first := next(iter(worst_first(record)), None)) is not None
    )
    if answers:
        told = ", ".join(f"{name} {number}" for name, number in answers.most_common())
        known = sum(record.known_only for record in failed)
        yield f"whose: answers of {told}" + (f"; {known} known to the overlay" if known else "")
    if report.failing.stale:
        yield f"whose: the overlay names {len(report.failing.stale)} deviations that did not happen"


def _next(
    report: TargetReport, failed: Sequence[CaseRecord], unjudged: Sequence[CaseRecord], journal: str
) -> Iterator[str]:
    if failed:
        first = next((record for record in failed if report.is_new(record)), failed[0])
        if journal:
            yield f"next:  aioc show {first.id} --from {journal}    what was sent, what came (--as issue: a report)"
        else:
            yield f"next:  once more with --journal run.jsonl, then aioc show {first.id} --from run.jsonl"
    elif report.failing.stale:
        yield "next:  aioc overlay prune takes stale entries out"
    elif unjudged:
        again = f"--last-failed {journal}" if journal else f"--select {unjudged[0].id}"
        yield f"next:  look at the server and its log; then {again} asks only for what is missing"
