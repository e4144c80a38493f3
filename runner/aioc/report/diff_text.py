"""The difference of two runs as text, Markdown and JSON."""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby

from aioc.model.overlay import addressed
from aioc.model.result import Finding
from aioc.model.run import RunHeader
from aioc.report.diff import CaseChange, Change, Diff
from aioc.report.md import code, table, text
from aioc.report.text import clean, shorten
from aioc.report.words import counted, first_of, headline

_LONG = 160
_SHOWN = 6
_UNNAMED = (Change.NEW, Change.GONE)
"""Of these the number is told, and by name only what is not fine."""


def diff_lines(diff: Diff) -> list[str]:
    """Give the difference for a terminal."""
    lines = [f"before  {_run(diff.before.header)}", f"after   {_run(diff.after.header)}"]
    lines += [f"warning: {warning}" for warning in diff.warnings]
    for kind, changes in _grouped(diff):
        lines += ["", f"{kind.value} ({len(changes)}):"]
        for same in _alike(kind, changes):
            ids = first_of([change.id for change in same], _SHOWN)
            lines += [f"  {_verdicts(same[0])} {ids}{_note(same[0])}"]
            lines += [f"      {line}" for line in _findings(same[0])]
    lines += ["", *(f"surface: {line}" for line in _surface(diff))]
    lines += [f"newly stale: {entry.place}: {entry.entry}: {entry.message}" for entry in diff.stale]
    return [clean(line) for line in [*lines, _end(diff)]]


def diff_markdown(diff: Diff) -> str:
    """Give the difference for a pull request."""
    lines = [f"## {text(_end(diff))}", "", f"before: {text(_run(diff.before.header))}  "]
    lines += [f"after: {text(_run(diff.after.header))}", ""]
    lines += [f"> {text(warning)}" for warning in diff.warnings]
    for kind, changes in _grouped(diff):
        lines += ["", f"### {kind.value[0].upper()}{kind.value[1:]} ({len(changes)})", ""]
        rows = [_row(same) for same in _alike(kind, changes)]
        lines += table(["verdict", "case", "findings"], rows) if rows else []
    if diff.surface:
        lines += ["", "### Surface", "", *(f"- {text(line)}" for line in _surface(diff))]
    if diff.stale:
        lines += ["", "### Newly stale overlay entries", ""]
        lines += [f"- {code(entry.place)} {text(entry.entry)}: {text(entry.message)}" for entry in diff.stale]
    return "\n".join(lines) + "\n"


def _row(same: Sequence[CaseChange]) -> list[str]:
    ids = first_of([code(change.id) for change in same], _SHOWN)
    return [_verdicts(same[0]), ids + text(_note(same[0])), "<br>".join(map(text, _findings(same[0])))]


def diff_json(diff: Diff) -> str:
    """Give the difference for a program."""
    document = {
        "before": _header(diff.before.header),
        "after": _header(diff.after.header),
        "warnings": diff.warnings,
        "regressions": [change.id for change in diff.regressions],
        "lost": [row.capability for row in diff.lost],
        "cases": [
            {
                "id": change.id,
                "change": change.change.name.lower(),
                "before": change.before.verdict if change.before else None,
                "after": change.after.verdict if change.after else None,
                "case_changed": change.case_changed,
                "came": [_finding(finding) for finding in change.came],
                "went": [_finding(finding) for finding in change.went],
            }
            for change in diff.cases
        ],
        "surface": [{name: getattr(row, name) for name in ("capability", "before", "after")} for row in diff.surface],
        "stale": [{"entry": entry.entry, "case": entry.case, "place": entry.place} for entry in diff.stale],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _grouped(diff: Diff) -> Iterator[tuple[Change, list[CaseChange]]]:
    for kind, changes in groupby(diff.cases, key=lambda change: change.change):
        yield kind, list(changes)


def _alike(kind: Change, changes: Sequence[CaseChange]) -> list[list[CaseChange]]:
    """Put together what is to be named: cases that are no longer looked at for one reason are one line."""
    if kind in _UNNAMED:
        changes = [change for change in changes if not _fine(change)]
    together: dict[str, list[CaseChange]] = {}
    for change in changes:
        reason = change.after.reason if kind is Change.UNSEEN and change.after else change.id
        together.setdefault(reason, []).append(change)
    return list(together.values())


def _fine(change: CaseChange) -> bool:
    record = change.after or change.before
    return record is None or record.fine


def _verdicts(change: CaseChange) -> str:
    before = change.before.verdict if change.before else "-"
    after = change.after.verdict if change.after else "-"
    return f"{before} → {after}" if before != after else after


def _note(change: CaseChange) -> str:
    return " (the case changed too)" if change.case_changed else ""


def _findings(change: CaseChange) -> list[str]:
    """What is found now and was not, then what no longer is; where neither is, the reasons."""
    if change.change is Change.UNSEEN and change.after is not None:
        return [shorten(change.after.reason, _LONG)]
    lines = [f"+ {_told(finding)}" for finding in change.came]
    lines += [f"- {_told(finding)}" for finding in change.went]
    return lines or [
        f"{sign} {shorten(headline(record), _LONG)}"
        for sign, record in (("-", change.before), ("+", change.after))
        if record is not None and (record.reason or record.findings)
    ]


def _told(finding: Finding) -> str:
    known = " known" if finding.mark else ""
    address = addressed(finding.step, finding.address)
    actual = f"; {finding.actual}" if finding.actual and finding.actual not in finding.message else ""
    whose = f" [{finding.whose}]" if finding.whose else ""
    return shorten(f"{finding.severity}{known} {address}: {finding.message}{actual}{whose}", _LONG)


def _surface(diff: Diff) -> list[str]:
    return [
        f"{row.endpoint}: {row.before or '-'} → {row.after or '-'}{row.absent and f'  {row.absent}'}"
        for row in diff.surface
    ]


def _run(header: RunHeader) -> str:
    label = f"{header.label} ({header.product})" if header.label != header.server else header.product
    return f"{label} at {header.base_url}, {header.started}"


def _end(diff: Diff) -> str:
    if not diff.cases and not diff.surface:
        return "no difference"
    counts = [f"{len(changes)} {kind.value}" for kind, changes in _grouped(diff)]
    number = len(diff.regressions) + len(diff.lost)
    lost = [f"{len(diff.lost)} of the surface no longer there"] if diff.lost else []
    lost += [f"{len(diff.lost_with_models)} not there with these models"] if diff.lost_with_models else []
    return f"{counted(number, 'regression')}: {', '.join([*lost, *counts])}"


def _header(header: RunHeader) -> dict[str, object]:
    names = ("label", "server", "version", "base_url", "started", "aioc_version", "catalogue_version")
    return {**{name: getattr(header, name) for name in names}, "roles": dict(header.roles)}


def _finding(finding: Finding) -> dict[str, object]:
    names = ("step", "address", "severity", "mark", "message", "expected", "actual", "whose")
    return {name: getattr(finding, name) for name in names}
