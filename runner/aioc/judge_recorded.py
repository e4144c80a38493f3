"""Invariants put to recorded exchanges: the same judging as in a run, without a server."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from aioc import __version__
from aioc.answer.read import read
from aioc.judge.blame import blame_of
from aioc.judge.invariant import Invariants
from aioc.judge.mark import Seen
from aioc.model.catalogue import Catalogue
from aioc.model.exchange import Transfer
from aioc.model.overlay import Overlay
from aioc.model.problem import bad_input
from aioc.model.run import RunHeader, RunSummary
from aioc.overlay import entries_by_case
from aioc.read.links import matches
from aioc.report.record import CaseRecord, record_of
from aioc.stale import stale_entries


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of it, in the form that reports take."""

    header: RunHeader
    records: tuple[CaseRecord, ...]
    summary: RunSummary


def judge_recorded(
    catalogue: Catalogue,
    overlay: Overlay | None,
    versions: Mapping[str, str],
    exchanges: Iterable[tuple[str, Transfer]],
    select: Sequence[str] = (),
    where: str = "",
) -> Judged:
    """Judge each exchange as it is read; `where` names their place in the report.

    Raises BadInputError when no invariant is selected or there is no exchange.
    """
    cases = [
        case
        for case in catalogue.cases
        if case.answers is not None
        and case.server in (None, *(overlay.lineage if overlay else ()))
        and (not select or any(matches(glob, case.id) for glob in select))
    ]
    if not cases:
        raise bad_input("no invariant is selected", hint="see `aioc list`: an invariant has answers")
    invariants = Invariants(cases, entries_by_case(overlay, versions), {}, blame_of(overlay))
    number = 0
    for name, transfer in exchanges:
        invariants.see((read(transfer),), name)
        number += 1
    if not number:
        raise bad_input("there is no recorded exchange", hint="an exchange is a .json file, a journal a .jsonl file")
    seen: dict[str, list[Seen]] = {}
    records = []
    for result, states in invariants.results():
        records.append(record_of(result))
        for key, state in states.items():
            seen.setdefault(key, []).append(state)
    name = overlay.name if overlay else "none"
    header = RunHeader(
        server=name,
        label=name,
        base_url=f"{number} recorded exchanges in {where}",
        version=versions.get(name, ""),
        aioc_version=__version__,
        catalogue_version=catalogue.version,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    stale = tuple(stale_entries(overlay, catalogue, versions, seen)) if overlay else ()
    return Judged(header, tuple(records), RunSummary(stale=stale))
