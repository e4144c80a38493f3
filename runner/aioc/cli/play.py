"""Plays a prepared run: results are told and journalled as they come, reports are written whatever happens."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import FrameType

import click

from aioc.cli.options import RunOptions
from aioc.cli.prepare import Prepared
from aioc.conduct import Conductor
from aioc.model.problem import bad_input
from aioc.model.result import Result, Verdict
from aioc.report import console
from aioc.report.atomic import write_atomically
from aioc.report.journal import JournalWriter, ReportError, read_journal
from aioc.report.junit import junit_xml
from aioc.report.record import CaseRecord, record_of
from aioc.report.text import Masker, clean
from aioc.run import Run
from aioc.verdict import NOT_JUDGED, exit_code, failing

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupted(Exception):  # noqa: N818  (a signal is no error)
    """SIGINT or SIGTERM came; `number` is the signal's."""

    def __init__(self, number: int) -> None:
        """Remember which."""
        self.number = number
        super().__init__(signal.Signals(number).name)


@dataclass(slots=True)
class _Teller:
    """Where results go as they come: the terminal and the journal. `trouble` is why a report could not be written."""

    options: RunOptions
    prepared: Prepared
    masker: Masker
    journal: JournalWriter | None
    records: dict[str, CaseRecord] = field(default_factory=dict)
    trouble: str = ""

    def __post_init__(self) -> None:
        self.colour = console.wants_colour() and not self.options.no_color
        self.progress = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    colour: bool = False
    progress: bool = False

    def keep(self, write: Callable[[JournalWriter], None]) -> None:
        """Write to the journal while that works; the first fault is remembered, and the other reports go on."""
        if self.journal is None or self.trouble:
            return
        try:
            write(self.journal)
        except ReportError as error:
            self.trouble = str(error)

    def opening(self) -> None:
        self.keep(lambda journal: journal.header(self.prepared.header))
        self._say(console.opening(self.prepared.header, len(self.prepared.plan.selected)))

    def result(self, result: Result) -> None:
        record = record_of(result)
        self.keep(lambda journal: journal.case(record))
        if not record.selected:
            return
        self.records[record.id] = record
        self._clear()
        if record.verdict is Verdict.FAIL and not record.known_only:
            self._say(console.block(record, colour=self.colour))
        elif self.options.verbose or record.verdict in (Verdict.WARN, Verdict.FAIL):
            self._say([console.line(record, colour=self.colour)])
        if self.progress:
            total = len(self.prepared.plan.selected)
            click.echo(f"{len(self.records)}/{total} {clean(record.id)}", nl=False, err=True)

    def rest(self, why: str) -> None:
        """An interrupted run shows what it did not get to: a shorter report would look green."""
        selected = self.prepared.plan.selected - self.records.keys()
        for case in self.prepared.setting.catalogue.cases:
            if case.id in selected:
                record = record_of(Result(case, Verdict.ERROR, reason=why or "not run", not_run=True))
                self.records[record.id] = record
                self.keep(partial(JournalWriter.case, record=record))
        self._clear()

    def _say(self, lines: list[str]) -> None:
        for line in lines:
            click.echo(self.masker.text(line))

    def _clear(self) -> None:
        if self.progress:
            click.echo("\r\x1b[K", nl=False, err=True)


def play(options: RunOptions, prepared: Prepared) -> int:
    """Play, report, and give the exit code. Raises BadInputError when the journal cannot be begun."""
    masker = Masker(prepared.secrets)
    baseline = _failed_ids(options.baseline) if options.baseline else frozenset()
    run = Run(prepared.setting, prepared.plan, Conductor(prepared.opener, prepared.jobs), prepared.warm)
    teller = _Teller(options, prepared, masker, _journal(options, masker))
    signal_number = 0
    try:
        with _handled(_interrupt):
            teller.opening()
            for result in () if teller.trouble else run.results():
                teller.result(result)
                if teller.trouble:
                    break
    except Interrupted as interrupted:
        signal_number = interrupted.number
        run.interrupt(f"interrupted by {interrupted}")
    if teller.trouble:
        run.interrupt(teller.trouble)
    with _handled(signal.SIG_IGN):  # a second Ctrl-C is overheard while the reports are written
        code = _close(options, prepared, teller, run, baseline)
    return 128 + signal_number if signal_number else code


def _close(options: RunOptions, prepared: Prepared, teller: _Teller, run: Run, baseline: frozenset[str]) -> int:
    """Write the end of the journal, the other reports and the summary; a report that fails is exit code 3."""
    teller.rest(run.stopped)
    records = [teller.records[case_id] for case_id in sorted(teller.records)]
    summary = run.summary()
    counted = failing(records, summary, options.fail_on, baseline)
    teller.keep(lambda journal: journal.footer(summary))
    if teller.journal:
        teller.journal.close()
    if options.junit:
        shown = [_masked(record, teller.masker) for record in records]
        try:
            write_atomically(options.junit, junit_xml(prepared.header, shown, summary, counted))
        except ReportError as error:
            teller.trouble = teller.trouble or str(error)
    for line in console.closing(records, summary, counted, colour=teller.colour):
        click.echo(teller.masker.text(line))
    code = exit_code(records, counted)
    if teller.trouble:
        click.echo(f"error: {teller.trouble}", err=True)
        code = code or NOT_JUDGED
    return code


def _interrupt(number: int, _frame: FrameType | None) -> None:
    """Raise Interrupted, once: what follows must not keep the reports from being written."""
    for again in SIGNALS:
        signal.signal(again, signal.SIG_IGN)
    raise Interrupted(number)


@contextmanager
def _handled(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> Iterator[None]:
    """Let a handler have SIGINT and SIGTERM for a while."""
    before = {number: signal.signal(number, handler) for number in SIGNALS}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


def _journal(options: RunOptions, masker: Masker) -> JournalWriter | None:
    if options.journal is None:
        return None
    try:
        return JournalWriter(options.journal, masker, replace=options.force)
    except ReportError as error:
        raise bad_input(str(error)) from error


def _masked(record: CaseRecord, masker: Masker) -> CaseRecord:
    """Mask what JUnit shows of an exchange; the other texts are masked on their way out."""
    findings = tuple(
        replace(f, message=masker.text(f.message), actual=masker.text(f.actual), expected=masker.text(f.expected))
        for f in record.findings
    )
    transfers = tuple(
        replace(t, body=masker.text(t.body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape"))
        for t in record.transfers
    )
    notes = tuple(masker.text(note) for note in record.notes)
    return replace(record, findings=findings, transfers=transfers, reason=masker.text(record.reason), notes=notes)


def _failed_ids(path: Path) -> frozenset[str]:
    return frozenset(record.id for record in read_journal(path).cases if record.verdict is Verdict.FAIL)
