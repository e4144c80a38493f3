"""Invariants put to recorded exchanges, one verdict a pair: the same judging as in a run, without a server."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from aioc import __version__
from aioc.answer.read import read
from aioc.judge.blame import blame_of
from aioc.judge.invariant import Invariants
from aioc.judge.mark import Seen
from aioc.model.catalogue import Catalogue
from aioc.model.exchange import Transfer
from aioc.model.frozen import frozen
from aioc.model.overlay import Overlay
from aioc.model.problem import bad_input, did_you_mean
from aioc.model.result import Result, Verdict
from aioc.model.run import Conditions, RunHeader, RunSummary
from aioc.overlay import entries_by_case
from aioc.read.links import matches_any
from aioc.report.record import CaseRecord, record_of
from aioc.report.target import TargetReport, target_report
from aioc.stale import stale_entries


@frozen
class Judged:
    """What came of it, in the form that reports take; `seen` is what the exchanges say of each overlay entry."""

    report: TargetReport
    seen: Mapping[str, Sequence[Seen]]

    @property
    def records(self) -> tuple[CaseRecord, ...]:
        """A record an invariant and an exchange that it speaks of."""
        return self.report.records


def judge_recorded(
    catalogue: Catalogue,
    overlay: Overlay | None,
    versions: Mapping[str, str],
    exchanges: Iterable[tuple[str, Transfer]],
    select: Sequence[str] = (),
    where: str = "",
    fail_on: Sequence[str] = (),
    label: str = "",
) -> Judged:
    """Judge each exchange as it is read; `where` names their place in the report.

    The record of an invariant and an exchange has the id `invariant@exchange`; its family is the invariant's id. An
    invariant that speaks of none of the exchanges is one SKIP.

    Raises BadInputError when no invariant is selected or there is no exchange.
    """
    cases = [
        case
        for case in catalogue.cases
        if case.answers is not None
        and case.server in (None, *(overlay.lineage if overlay else ()))
        and (not select or matches_any(select, case.id))
    ]
    if not cases:
        ids = [case.id for case in catalogue.cases if case.answers is not None]
        near = did_you_mean(select[0], ids) if select else ""
        hint = near or 'an invariant is a case with `answers`; `aioc list --format json` says "invariant": true'
        raise bad_input("no invariant is selected", hint=hint)
    unused = Invariants(cases, entries_by_case(overlay, versions), {}, blame_of(overlay))
    records: list[CaseRecord] = []
    seen: dict[str, list[Seen]] = {}
    number = 0
    for name, transfer in exchanges:
        number += 1
        invariants = unused.fresh()
        invariants.see((read(transfer),), name)
        for result, states in invariants.results():
            if result.judged:
                records.append(_record(result, name, transfer))
            for key, state in states.items():
                seen.setdefault(key, []).append(state)
    if not number:
        raise bad_input(
            "there is no recorded exchange",
            hint="an exchange is a .json file with request and response, a journal a .jsonl file",
        )
    concerned = {record.family for record in records}
    reason = "none of the recorded exchanges is such an answer"
    records += [record_of(Result(case, Verdict.SKIP, reason=reason)) for case in cases if case.id not in concerned]
    name = overlay.name if overlay else "none"
    header = RunHeader(
        server=name,
        label=label or (overlay.name if overlay else "recorded"),
        base_url=f"{number} recorded exchanges in {where}",
        version=versions.get(name, ""),
        aioc_version=__version__,
        catalogue_version=catalogue.version,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        conditions=Conditions(tuple(fail_on)),
    )
    stale = tuple(stale_entries(overlay, catalogue, versions, seen)) if overlay else ()
    observed = tuple(sorted(place for place, states in seen.items() if Seen.OBSERVED in states))
    summary = RunSummary(stale=stale, observed=observed)
    return Judged(target_report(header, [{record.id: record for record in records}], [summary]), seen)


def _record(result: Result, name: str, transfer: Transfer) -> CaseRecord:
    """The record of one pair; who asked is in its id, and an answer that is as it has to be need not be shown."""
    record = record_of(result)
    return replace(
        record,
        id=f"{record.id}@{name}",
        family=record.id,
        findings=tuple(replace(finding, asked_by=(), exchange=0) for finding in record.findings),
        judged=0,
        transfers=(transfer,) if record.findings or record.verdict is Verdict.ERROR else (),
    )
