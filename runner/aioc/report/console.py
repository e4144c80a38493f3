"""What a person reads at the terminal: failure blocks, the surface, the counts; plain lines in a log."""

from collections import Counter
from collections.abc import Sequence

from aioc.model.client import ClientEnd, Ready
from aioc.model.result import Verdict
from aioc.model.run import RunHeader, RunSummary
from aioc.report.ending import ending
from aioc.report.record import CaseRecord
from aioc.report.target import TargetReport
from aioc.report.text import clean, shorten
from aioc.report.unstable import Unstable, told
from aioc.report.words import (
    any_index,
    by_cause,
    counted,
    counts_line,
    exchange_lines,
    finding_lines,
    first_of,
    in_a_line,
    worst_first,
)

_COLOURS = {
    Verdict.PASS: "32",
    Verdict.WARN: "33",
    Verdict.FAIL: "31",
    Verdict.SKIP: "36",
    Verdict.ERROR: "35",
}
MAX_CLIENTS = 8


def paint(word: str, verdict: Verdict, *, colour: bool) -> str:
    """Colour a word by a verdict, when asked."""
    return f"\x1b[{_COLOURS[verdict]}m{word}\x1b[0m" if colour else word


def opening(header: RunHeader, cases: int) -> list[str]:
    """Give the lines that say what is run against what."""
    roles = ", ".join(f"{role} {model}" for role, model in header.roles.items())
    against = header.base_url if header.server == "none" else f"{header.product} at {header.base_url}"
    lines = [
        f"aioc {header.aioc_version}, catalogue {header.catalogue_version}: {counted(cases, 'case')} against {against}"
    ]
    lines += [f"  {line}" for line in header.proof]
    lines += [f"  {roles}"] if roles and not header.proof else []
    lines += [f"warning: {warning}" for warning in header.warnings]
    return [clean(line) for line in lines]


def ended(record: CaseRecord, *, colour: bool, verbose: bool = False) -> list[str]:
    """Give what is printed of a case as it ends: a block for news, a line for what is known, mostly nothing."""
    if record.verdict is Verdict.FAIL and not record.known_only:
        return block(record, colour=colour)
    return [line(record, colour=colour)] if verbose or record.verdict in (Verdict.WARN, Verdict.FAIL) else []


def left(seconds: float, done: int, total: int) -> str:
    """Say how long the rest may take, once enough was done to guess it (seconds so far, cases done and in all)."""
    if seconds < 3 or done * 20 < total:
        return ""
    rest = round(seconds / done * (total - done))
    return f"  {rest // 60}:{rest % 60:02} left"


def block(record: CaseRecord, *, colour: bool) -> list[str]:
    """Give the block of a case that is worth one."""
    head = paint(record.verdict, record.verdict, colour=colour)
    lines = [f"  {clean(line)}" for line in finding_lines(record)[1:]]
    return [f"{head} {clean(record.id)}  {clean(record.title)}", *lines, ""]


def line(record: CaseRecord, *, colour: bool) -> str:
    """Give the one line of a case."""
    word = paint(f"{record.verdict:5}", record.verdict, colour=colour)
    findings = worst_first(record)
    whose = f" [{findings[0].whose}]" if findings and findings[0].whose else ""
    return f"{word} {clean(record.id)}  {clean(shorten(in_a_line(record), 160))}{clean(whose)}"


def closing(report: TargetReport, *, colour: bool, journal: str = "", quiet: bool = False) -> list[str]:
    """Give the end: errors with one cause once, stale entries, the counts, what to do; before it the surface and what
    becomes of clients, if `quiet` only of the one that was run for.

    `journal` is the file in which the exchanges stand ('' for none).
    """
    records, summary, failing = report.records, report.summary, report.failing
    lines = [] if quiet else ["", *surface(summary, colour=colour)]
    lines += [] if quiet and len(report.clients) != 1 else _clients(report)
    lines += [*_errors(records, summary.stopped), *_stale(summary)]
    if summary.stopped:
        lines.append(f"stopped: {clean(summary.stopped)}")
    lines.append(f"{counts_line(records)}  ({summary.seconds:.1f} s)")
    lacking = [record for record in records if record.verdict is Verdict.SKIP and record.id in failing.cases]
    lines += [f"not fulfilled: {clean(record.id)}: {clean(shorten(record.reason, 120))}" for record in lacking]
    failed = paint("failed:", Verdict.FAIL, colour=colour)
    return [*lines, *(line.replace("failed:", failed, 1) for line in ending(report, journal))]


def stability(unstable: Sequence[Unstable], runs: int, *, colour: bool) -> list[str]:
    """Give what several runs in a row showed: each case that changed its mind, with an exchange of each end."""
    lines: list[str] = []
    for one in unstable:
        lines += ["", f"unstable {clean(one.id)}: {told(one.ends)}"]
        for end in one.ends:
            lines.append(f"  in run {end.runs[0]}: {line(end.record, colour=colour)}")
            lines += [f"    {clean(text)}" for text in exchange_lines(end.record)]
    same = counted(runs - 1, "more run")
    return [*lines, "", f"{same}: {len(unstable)} unstable" if unstable else f"{same}: the same verdicts"]


def judged(records: Sequence[CaseRecord], *, verbose: bool) -> list[str]:
    """Give what was found in recorded exchanges: a line for each kind of finding of an invariant, with where it is."""
    if verbose:
        return [text for record in records if record.findings for text in block(record, colour=False)]
    kinds: dict[tuple[str, str, str], list[str]] = {}
    for record in records:
        if record.verdict in (Verdict.FAIL, Verdict.WARN, Verdict.ERROR):
            kinds.setdefault((record.family, record.verdict.value, _kind(record)), []).append(
                record.id.partition("@")[2]
            )
    lines = []
    for (family, verdict, kind), names in sorted(kinds.items()):
        lines += [f"{verdict:5} {clean(family)}  {clean(shorten(kind, 160))}", f"      {clean(first_of(names, 3))}"]
    return lines


def _kind(record: CaseRecord) -> str:
    """What was found, without the values of one exchange, so that the same fault of many is one line."""
    findings = worst_first(record)
    if not findings:
        return record.reason
    first = findings[0]
    return f"known: {first.reason}" if first.mark else any_index(f"{first.address}: {first.expected}")


def surface(summary: RunSummary, *, colour: bool) -> list[str]:
    """Give the surface table: a row an endpoint."""
    if not summary.surface:
        return []
    width = max(len(row.endpoint) for row in summary.surface)
    lines = ["surface:"]
    for row in summary.surface:
        word = paint(f"{row.verdict:5}", row.verdict, colour=colour)
        lines.append(f"  {row.endpoint:{width}}  {word}  {clean(shorten(row.note, 120))}".rstrip())
    return [*lines, ""]


def _clients(report: TargetReport) -> list[str]:
    """Say how many clients are ready for the server, and which ones are of no use; of a single one just that."""
    if len(report.clients) == 1:
        return [_client(report.clients[0]), ""]
    counts = Counter(one.ready for one in report.clients)
    if not counts:
        return []
    lines = [f"clients: {', '.join(f'{counts[ready]} {ready.told}' for ready in Ready if counts[ready])}"]
    breaks = [one for one in report.clients if one.ready is Ready.BREAKS]
    lines += [f"  {_client(one)}" for one in breaks[:MAX_CLIENTS]]
    more = [f"          and {len(breaks) - MAX_CLIENTS} more"] if len(breaks) > MAX_CLIENTS else []
    return [*lines, *more, ""]


def _client(one: ClientEnd) -> str:
    reason = f": {shorten(one.reason, 120)}" if one.reason else ""
    return clean(f"{one.ready.value}  {one.title}{reason}")


def _errors(records: Sequence[CaseRecord], stopped: str) -> list[str]:
    """Give a line a cause; why the run `stopped` is told in a line of its own."""
    lines = []
    for cause, hit in sorted(by_cause(records).items(), key=lambda item: -len(item[1])):
        what = f"not run ({len(hit)})" if cause == stopped else f"could not be judged ({len(hit)}): {clean(cause)}"
        lines.append(f"{what}: {clean(first_of([record.id for record in hit], 3))}")
    return lines


def _stale(summary: RunSummary) -> list[str]:
    lines = [f"  {entry.place}: {clean(entry.entry)}: {entry.message}" for entry in summary.stale]
    return ["stale overlay entries (the deviation did not happen):", *lines] if lines else []
