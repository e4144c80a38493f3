"""Journals put together: the shards of a run, the runs of --repeat, and a report for each target."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from aioc.model.choice import Part
from aioc.model.exchange import Transfer
from aioc.model.problem import BadInputError, Place, Problem
from aioc.model.result import WORST_FIRST, Finding, Verdict, worst
from aioc.model.run import RunHeader, RunSummary, SurfaceRow
from aioc.report.journal import Journal
from aioc.report.record import CaseRecord
from aioc.report.target import TargetReport, target_report

NO_END = "the run did not come to its end"

Named = tuple[Path, Journal]


def merged(
    journals: Sequence[Named],
    *,
    fail_on: Sequence[str] = (),
    allow_gaps: bool = False,
    before: TargetReport | None = None,
) -> tuple[TargetReport, ...]:
    """Give a report for each label, in the order of their first journals.

    `fail_on` replaces what the runs were asked to fail on. With `allow_gaps` the cases of a shard that is missing are
    told as not run. What failed in `before`, an earlier run of one of the labels, is not new there. Raises
    BadInputError for what does not belong together, for duplicates and for gaps.
    """
    groups: dict[str, list[Named]] = {}
    for path, journal in journals:
        groups.setdefault(journal.header.label, []).append((path, journal))
    problems = [problem for label, group in groups.items() for problem in _problems(label, group, allow_gaps)]
    if problems:
        raise BadInputError(problems)
    return tuple(_target(group, fail_on, before) for group in groups.values())


def _problems(label: str, group: Sequence[Named], allow_gaps: bool) -> Iterable[Problem]:
    path, first = group[0]
    seen: dict[tuple[int, int], Path] = {}
    for other, journal in group:
        place = Place(str(other), 1, 1)
        if (differs := _differs(first.header, journal.header)) is not None:
            name, one, two = differs[0], _value(differs[1]), _value(differs[2])
            yield Problem(
                f"{other} and {path} are both labelled {label!r}, but their {name} differ: {two}, {one}",
                place,
                f"give each target its own label: aioc-run --replay {other} --label NAME --journal NEW.jsonl -q",
            )
            continue
        key = (_part(journal.header.shard).number, _part(journal.header.turn).number)
        if key in seen:
            yield Problem(
                f"{other} holds the same {_called(journal.header)} of {label!r} as {seen[key]}",
                place,
                "give each journal once, and each target its own --label",
            )
        seen[key] = other
    if not allow_gaps:
        shards, turns = {shard for shard, _ in seen}, {turn for _, turn in seen}
        gaps = [f"shard {number}" for number in _missing(first.header.shard, shards)]
        gaps += [f"run {number}" for number in _missing(first.header.turn, turns)]
        if gaps:
            yield Problem(
                f"of {label!r} {', '.join(gaps)} {'is' if len(gaps) == 1 else 'are'} missing",
                Place(str(path), 1, 1),
                "give the journals of all shards, or say --allow-gaps: then their cases are told as not run",
            )


def _differs(one: RunHeader, two: RunHeader) -> tuple[str, object, object] | None:
    """Give what two runs that belong together have in common and these have not."""
    for name in ("server", "version", "catalogue_version", "aioc_version", "roles", "planned"):
        if getattr(one, name) != getattr(two, name):
            return name.replace("_", " "), getattr(one, name), getattr(two, name)
    for name in ("shard", "turn"):
        left, right = _part(getattr(one, name)).total, _part(getattr(two, name)).total
        if left != right:
            return f"number of {name}s", left, right
    return None


def _value(value: object) -> str:
    """Show what two runs differ in; the models by their roles."""
    return ", ".join(f"{role} {model}" for role, model in value.items()) if isinstance(value, Mapping) else repr(value)


def _part(text: str) -> Part:
    """Read `2/5`; a run that is no part is the whole."""
    return Part.read(text) or Part(1, 1)


def _missing(text: str, there: set[int]) -> list[int]:
    return [number for number in range(1, _part(text).total + 1) if number not in there]


def _called(header: RunHeader) -> str:
    parts = (("shard", header.shard), ("run", header.turn))
    return ", ".join(f"{word} {part}" for word, part in parts if part) or "run"


def _target(group: Sequence[Named], fail_on: Sequence[str], before: TargetReport | None) -> TargetReport:
    header = group[0][1].header
    if fail_on:
        header = replace(header, conditions=replace(header.conditions, fail_on=tuple(fail_on)))
    if before is not None and before.header.label == header.label:
        failed = tuple(record.id for record in before.records if record.verdict is Verdict.FAIL)
        baseline = (*header.conditions.baseline, *failed)
        header = replace(header, conditions=replace(header.conditions, baseline=baseline))
    turns: dict[int, list[Journal]] = {}
    for _, journal in sorted(group, key=lambda named: _part(named[1].header.shard)):
        turns.setdefault(_part(journal.header.turn).number, []).append(journal)
    runs = [_one(turns[number]) for number in sorted(turns)]
    whole = replace(header, shard="", planned=(), selected=header.planned or header.selected)
    return target_report(whole, [cases for cases, _ in runs], [summary for _, summary in runs])


def _one(shards: Sequence[Journal]) -> tuple[dict[str, CaseRecord], RunSummary]:
    """One run of its shards: what was planned and is in none of them was not run."""
    found: dict[str, list[CaseRecord]] = {}
    for journal in shards:
        for record in journal.cases:
            found.setdefault(record.id, []).append(record)
    header = shards[0].header
    why = next((j.summary.stopped for j in shards if j.summary and j.summary.stopped), "") or NO_END
    cases = {case_id: _joined(records) for case_id, records in found.items()}
    for case_id in header.planned or header.selected:
        if case_id not in cases:
            cases[case_id] = _not_run(case_id, why)
    return cases, _end([journal.summary for journal in shards], complete=len(found) == len(cases))


def _joined(records: Sequence[CaseRecord]) -> CaseRecord:
    """An invariant speaks of the answers of every shard: its findings are counted together."""
    first = records[0]
    if len(records) == 1:
        return first
    findings: dict[tuple[object, ...], Finding] = {}
    transfers: list[Transfer] = []
    for record in records:
        for finding in record.findings:
            key = (finding.step, finding.address, finding.severity, finding.mark, finding.expected, finding.whose)
            if (known := findings.get(key)) is not None:
                asked_by = tuple(dict.fromkeys((*known.asked_by, *finding.asked_by)))
                findings[key] = replace(known, asked_by=asked_by, count=known.count + finding.count)
                continue
            number = len(transfers)
            if finding.exchange >= 0:
                transfers.append(record.transfers[finding.exchange])
            findings[key] = replace(finding, exchange=number if finding.exchange >= 0 else -1)
    verdicts = {record.verdict for record in records}
    verdict = worst(tuple(findings.values()))
    if verdict is Verdict.PASS:
        verdict = next(word for word in WORST_FIRST if word in verdicts)
    return replace(
        next((record for record in records if record.verdict is verdict), first),
        verdict=verdict,
        findings=tuple(findings.values()),
        transfers=tuple(transfers),
        notes=tuple(dict.fromkeys(note for record in records for note in record.notes)),
        seconds=sum(record.seconds for record in records),
        judged=sum(record.judged for record in records),
    )


def _not_run(case_id: str, why: str) -> CaseRecord:
    topic = case_id.partition("/")[0]
    return CaseRecord(case_id, case_id, topic, "", "", "", Verdict.ERROR, (), why, "", (), 0.0, True, ())


def _end(summaries: Sequence[RunSummary | None], *, complete: bool) -> RunSummary:
    """Join the ends of shards: an entry is stale if one shard says so and none saw its deviation."""
    ends = [summary for summary in summaries if summary is not None]
    rows: dict[str, SurfaceRow] = {}
    for row in (row for end in ends for row in end.surface):
        known = rows.get(row.capability)
        if known is None or WORST_FIRST.index(row.verdict) < WORST_FIRST.index(known.verdict):
            rows[row.capability] = row
    observed = {place for end in ends for place in end.observed}
    stale = {entry.place + entry.entry: entry for end in ends for entry in end.stale if entry.place not in observed}
    stopped = next((end.stopped for end in ends if end.stopped), "" if len(ends) == len(summaries) else NO_END)
    return RunSummary(
        tuple(rows.values()),
        tuple(stale.values()),
        stopped,
        sum(end.seconds for end in ends),
        complete and not stopped and all(end.complete for end in ends),
        tuple(sorted(observed)),
    )
