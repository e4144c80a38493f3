"""Where the results of one run go as they come: the terminal and the journal."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import click

from aioc.cli.options import RunOptions
from aioc.cli.prepare import Prepared
from aioc.cli.problems import wants_colour
from aioc.model.case import Case
from aioc.model.result import Result, Verdict
from aioc.report import console
from aioc.report.journal import JournalWriter, ReportError, kept
from aioc.report.record import CaseRecord, record_of
from aioc.report.text import Masker, clean


@dataclass(slots=True)
class Teller:
    """Tells and journals results. `trouble` is why a report could not be written ('' while all is well).

    `number` is the run's among those of --repeat, from 1; only the first tells its results one by one.
    """

    options: RunOptions
    prepared: Prepared
    masker: Masker
    journal: JournalWriter | None
    number: int = 1
    records: dict[str, CaseRecord] = field(default_factory=dict)
    trouble: str = ""
    unsaid: str = ""
    """Why the output could not be written; no reason to stop."""
    colour: bool = False
    progress: bool = False
    started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        """Look what the terminal can show."""
        self.colour = wants_colour() and not self.options.no_color
        self.progress = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def keep(self, write: Callable[[JournalWriter], None]) -> None:
        """Write to the journal while that works; the first fault is remembered, and the other reports go on."""
        if self.journal is None or self.trouble:
            return
        try:
            write(self.journal)
        except ReportError as error:
            self.trouble = str(error)

    def opening(self) -> None:
        """Say what is run against what."""
        turn = f"{self.number}/{self.options.repeat}" if self.options.repeat > 1 else ""
        header = replace(self.prepared.header, turn=turn)
        self.keep(lambda journal: journal.header(header))
        if self.number == 1 and not self.options.quiet:
            self.say(console.opening(self.prepared.header, len(self.prepared.plan.selected)))

    def result(self, result: Result) -> None:
        """Take one result."""
        record = record_of(result)
        self.keep(lambda journal: journal.case(record))
        if not record.selected:
            return
        record = kept(record, self.masker)
        # Without these reports nobody looks again at the exchanges of what is fine: the memory stays small.
        fine = record.verdict is Verdict.PASS and not record.findings
        again = self.options.files["html"] or self.options.repeat > 1
        self.records[record.id] = replace(record, transfers=()) if fine and not again else record
        self._clear()
        if self.number == 1 and not self.options.quiet:
            self.say(console.ended(record, colour=self.colour, verbose=self.options.verbose))

    def starting(self, case: Case) -> None:
        """Show on a terminal (only where there is `progress`) how far the run is and what is asked now."""
        run = f"run {self.number} of {self.options.repeat}: " if self.options.repeat > 1 else ""
        done, total = len(self.records), len(self.prepared.plan.selected)
        failed = sum(record.verdict is Verdict.FAIL for record in self.records.values())
        left = console.left(time.monotonic() - self.started, done, total)
        self._clear()
        click.echo(f"{run}{done}/{total}  {failed} FAIL{left}  {clean(case.id)}", nl=False, err=True)

    def rest(self, why: str) -> None:
        """An interrupted run shows what it did not get to: a shorter report would look green."""
        selected = self.prepared.plan.selected - self.records.keys()
        for case in self.prepared.setting.catalogue.cases:
            if case.id in selected:
                record = record_of(Result(case, Verdict.ERROR, reason=why or "not run", not_run=True))
                self.records[record.id] = record
                self.keep(partial(JournalWriter.case, record=record))
        self._clear()

    def say(self, lines: list[str]) -> None:
        """Print lines, secrets masked. A reader that went away (`| head`) keeps no report from being written."""
        try:
            for line in lines:
                click.echo(self.masker.text(line))
        except OSError as error:
            if not isinstance(error, BrokenPipeError):
                self.unsaid = f"the output cannot be written: {error.strerror}"
            # Also for what is still in its buffer, which Python would write at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

    def _clear(self) -> None:
        if self.progress:
            click.echo("\r\x1b[K", nl=False, err=True)
