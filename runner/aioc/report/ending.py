"""The last lines of a run, for somebody who is tired: what broke, whose it is, what to do next."""

from collections import Counter
from collections.abc import Iterator, Sequence

from aioc.model.result import Verdict
from aioc.report.record import CaseRecord
from aioc.report.target import TargetReport
from aioc.report.text import clean
from aioc.report.words import counted, first_of, worst_first

MAX_NAMES = 8
ALL_KNOWN = "; all known to the overlay (--fail-on new passes with them)"


def ending(report: TargetReport, journal: str = "") -> list[str]:
    """Give the lines; none where all is well. `journal` is the file in which the exchanges stand ('' for none)."""
    failing = report.failing
    failed = [record for record in report.records if record.id in failing.cases]
    unjudged = [record for record in report.records if record.verdict is Verdict.ERROR]
    lines = []
    if failed or failing.stale:
        number = len(failed) + len(failing.stale)
        names = clean(first_of(sorted(record.id for record in failed), MAX_NAMES))
        lines.append(f"failed: {number}  {names}".rstrip())
    lines += [f"  {clean(line)}" for line in (*_whose(report, failed), *_next(report, failed, unjudged, journal))]
    return lines


def _whose(report: TargetReport, failed: Sequence[CaseRecord]) -> Iterator[str]:
    """Whose answers failed: a proxy's own or those from behind it, and how many of them the overlay explains."""
    answers = Counter(first.whose or report.header.label for record in failed for first in worst_first(record)[:1])
    if answers:
        told = ", ".join(f"{name} {number}" for name, number in answers.most_common())
        known = sum(record.known or (record.verdict is Verdict.FAIL and record.known_only) for record in failed)
        some = f"; {known} known to the overlay" if known else ""
        conditions = report.header.conditions
        fails = all(record.verdict is Verdict.FAIL for record in failed) and not (conditions.needs or conditions.strict)
        yield f"whose: answers of {told}" + (ALL_KNOWN if fails and known == len(failed) else some)
    if report.failing.stale:
        stale = counted(len(report.failing.stale), "deviation")
        yield f"whose: the overlay names {stale} that did not happen"


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
        name = journal or "run.jsonl"
        again = "" if journal else f"once more with --journal {name}, then "
        yield f"next:  {again}aioc overlay prune --from {name}    the entries to take out (--write does)"
    elif unjudged:
        look = "" if all(record.not_run for record in unjudged) else "look at the server and its log; then "
        if not journal and len(unjudged) == 1:
            yield f"next:  {look}--select {unjudged[0].id} asks again"
        else:
            name = journal or "run.jsonl"
            again = "" if journal else f"once more with --journal {name}; from then on "
            yield f"next:  {look}{again}--last-failed {name} asks only for what was not fine"
