"""A target as the HTML report shows it: what broke, what is known, what to do next, then everything else."""

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence

from aioc.model.frozen import frozen
from aioc.model.result import WORST_FIRST, Verdict
from aioc.model.run import RunHeader
from aioc.report.html.case import CaseView, case_view, in_order
from aioc.report.record import FINE, CaseRecord
from aioc.report.target import TargetReport
from aioc.report.unstable import told
from aioc.report.words import by_cause, counted, known_findings
from aioc.verdict import exit_code

_FEW = 6


@frozen
class Group:
    """Cases under one heading."""

    title: str
    cases: tuple[CaseView, ...]


@frozen
class Cause:
    """Why cases could not be judged: their ids, each with the link to it ('' where it has no details)."""

    what: str
    hint: str
    cases: tuple[tuple[str, str], ...]


@frozen
class Topic:
    """The cases of a topic: what is not fine, then what is."""

    name: str
    counts: tuple[tuple[Verdict, int], ...]
    worth: tuple[CaseView, ...]
    fine: tuple[Group, ...]


@frozen
class TargetView:
    """What a template needs of a target."""

    report: TargetReport
    anchor: str
    title: str
    code: int
    told: str
    counts: tuple[tuple[Verdict, int], ...]
    broke: tuple[Group, ...]
    errors: tuple[Cause, ...]
    known: tuple[CaseView, ...]
    known_lines: tuple[str, ...]
    commands: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    unstable: tuple[tuple[CaseView, str], ...]
    topics: tuple[Topic, ...]


def target_view(report: TargetReport, number: int, exchanges: int = 0) -> TargetView:
    """Make the view of a target; of one of several (`number` from 1) only what is not fine, in short form.

    So many `exchanges` of one of several are shown, those of the worst cases.
    """
    records = [record for record in in_order(report.records) if not number or has_details(record)]
    with_exchange = [record.id for record in records if record.transfers]
    shown = frozenset(with_exchange[:exchanges] if number else with_exchange)
    views = {
        record.id: case_view(record, number, opened=not number and report.is_new(record), exchanges=record.id in shown)
        for record in records
    }
    code = exit_code(report.records, report.failing)
    known = [view for view in views.values() if view.record.known and not view.record.fine]
    return TargetView(
        report,
        f"{number or 1}/target",
        _title(report.header),
        code,
        _told(report, code),
        by_verdict(report.records),
        tuple(_broke(report, views)),
        tuple(_errors(report.records, views)),
        tuple(known),
        tuple(_known_lines(report.records)),
        tuple(_commands(report, views)),
        tuple(_facts(report)),
        tuple((views[one.id], told(one.ends)) for one in report.unstable if one.id in views),
        tuple(_topics(report.records, views)),
    )


def has_details(record: CaseRecord) -> bool:
    """Whether a case of one of several targets is shown: what was not run has only its cause to tell."""
    return not record.fine and not record.not_run


def by_verdict(records: Sequence[CaseRecord]) -> tuple[tuple[Verdict, int], ...]:
    """Count the cases of each verdict that occurs, the worst first."""
    counts = Counter(record.verdict for record in records)
    return tuple((verdict, counts[verdict]) for verdict in WORST_FIRST if counts[verdict])


def _title(header: RunHeader) -> str:
    """Give what the label leaves unsaid of the server."""
    return " ".join(part for part in (header.server, header.version) if part not in ("", "none", header.label))


def _told(report: TargetReport, code: int) -> str:
    """Say on one line how it ended and why."""
    conditions = report.header.conditions
    fail_on = ", ".join(conditions.fail_on or ("fail",)) + (", and each SKIP" if conditions.strict else "")
    cases, stale = len(report.failing.cases), len(report.failing.stale)
    parts = [counted(cases, "case")] if cases else []
    parts += [counted(stale, "stale entry", "stale entries")] if stale else []
    errors = sum(record.verdict is Verdict.ERROR for record in report.records)
    told = f"Failed: {' and '.join(parts)}" if parts else "Nothing failed"
    return f"{told} (--fail-on {fail_on}){f', {errors} could not be judged' if errors else ''}. Exit code {code}."


def _broke(report: TargetReport, views: dict[str, CaseView]) -> Iterator[Group]:
    new = [view for view in views.values() if report.is_new(view.record)]
    for whose in sorted({view.whose for view in new}):
        title = f"in answers of {whose}" if whose else "whose answer it is, nobody can tell"
        yield Group(
            title if any(view.whose for view in new) else "", tuple(view for view in new if view.whose == whose)
        )
    failing = [view for view in views.values() if view.record.id in report.failing.cases and view not in new]
    titles = {
        Verdict.SKIP: "not fulfilled: the server lacks what the profile needs",
        Verdict.WARN: "warnings that count as failed",
        Verdict.FAIL: "known, and counted as failed all the same",
    }
    for verdict, title in titles.items():
        # What is known has a place of its own below; here stands what only the conditions of the run make fail.
        these = tuple(view for view in failing if view.record.verdict is verdict and not view.record.known)
        if these:
            yield Group(title, these)


def _errors(records: Sequence[CaseRecord], views: dict[str, CaseView]) -> Iterator[Cause]:
    for cause, these in sorted(by_cause(records).items(), key=lambda item: (-len(item[1]), item[0])):
        hint = next((record.hint for record in these if record.hint), "")
        names = tuple((record.id, views[record.id].href if record.id in views else "") for record in these)
        yield Cause(cause, hint, names)


def _known_lines(records: Sequence[CaseRecord]) -> Iterator[str]:
    known, downgraded = known_findings(records)
    if known:
        wholly = [record for record in records if record.known and not record.fine]
        words = ", ".join(f"{number} {verdict}" for verdict, number in by_verdict(wholly))
        yield f"Wholly known to the server's overlay: {words or 'no case'}."
        yield f"{counted(known, 'known finding')}, {downgraded} of them downgraded by the overlay."


def _commands(report: TargetReport, views: dict[str, CaseView]) -> Iterator[tuple[str, str]]:
    """Give what to do next: a line, and the command if there is one."""
    header = report.header
    base = f"aioc run --server {shlex.quote(header.server)}"
    if header.server != "reference":
        base += f" --base-url {shlex.quote(header.base_url)}"
    ids = sorted(view.record.id for view in views.values() if report.is_new(view.record))
    ids = ids or sorted(view.record.id for view in views.values() if view.record.id in report.failing.cases)
    errors = [record for record in report.records if record.verdict is Verdict.ERROR]
    if errors:
        yield "Look at the server's log: what could not be judged says nothing about its answers.", ""
    if ids and len(ids) <= _FEW:
        yield "Run what failed again", base + "".join(f" --select {shlex.quote(one)}" for one in ids)
    elif ids or errors:
        yield "Run what was not fine again; JOURNAL is this run's (--journal)", f"{base} --last-failed JOURNAL"
    if ids:
        yield (
            "See one in the terminal, or make it a report to the server's people",
            f"aioc show {shlex.quote(ids[0])} --from JOURNAL --as issue",
        )
        yield (
            "If the server is meant to do this, write it down, so that the next run tells only what is new",
            "aioc overlay update --from JOURNAL" + (" --file MY-SERVER.yaml" if header.server == "none" else ""),
        )
    if report.summary.stale:
        yield "Remove the stale entries from the overlay: their deviations no longer happen.", ""
    if not (ids or errors or report.summary.stale):
        yield "Nothing needs doing.", ""


def _facts(report: TargetReport) -> Iterator[tuple[str, tuple[str, ...]]]:
    header = report.header
    facts: list[tuple[str, Sequence[str]]] = [
        ("server", [header.product]),
        ("versions", [f"{name} {version}" for name, version in sorted(header.versions.items())]),
        ("base URL", [header.base_url]),
        ("models", [f"{role}: {model}" for role, model in sorted(header.roles.items())]),
        ("proof", header.proof),
        ("flags", [f"{name}: {value}" for name, value in sorted(header.flags.items())]),
        ("aioc", [f"{header.aioc_version}, catalogue {header.catalogue_version}"]),
        ("started", [header.started]),
        ("took", [f"{report.summary.seconds:.1f} s" + (f" in {report.runs} runs" if report.runs > 1 else "")]),
        ("shard", [header.shard] if header.shard else []),
    ]
    return ((name, tuple(lines)) for name, lines in facts if any(lines))


def _topics(records: Sequence[CaseRecord], views: dict[str, CaseView]) -> Iterator[Topic]:
    topics: dict[str, list[CaseRecord]] = {}
    for record in in_order(records):
        topics.setdefault(record.topic, []).append(record)
    for name, these in sorted(topics.items()):
        shown = [views[record.id] for record in these if record.id in views]
        fine = (
            Group(verdict.value, tuple(view for view in shown if view.record.verdict is verdict)) for verdict in FINE
        )
        yield Topic(
            name,
            by_verdict(these),
            tuple(view for view in shown if not view.record.fine),
            tuple(group for group in fine if group.cases),
        )
