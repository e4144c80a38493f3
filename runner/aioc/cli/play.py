"""Plays a prepared run, or several in a row; reports are written whatever happens."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from aioc.cli.options import RunOptions
from aioc.cli.prepare import Prepared
from aioc.cli.reports import ended, write_reports
from aioc.cli.teller import Teller
from aioc.conduct import Conductor
from aioc.model.frozen import frozen
from aioc.model.problem import bad_input
from aioc.model.run import RunSummary
from aioc.readiness import with_clients
from aioc.report import console
from aioc.report.journal import JournalWriter, ReportError, kept_header, kept_summary
from aioc.report.target import target_report
from aioc.report.text import Masker
from aioc.run import Run
from aioc.verdict import exit_code

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupted(BaseException):
    """SIGINT or SIGTERM came; `number` is its. No Exception: what goes on after a fault of a case must not catch it."""

    def __init__(self, number: int) -> None:
        """Remember which."""
        self.number = number
        super().__init__(signal.Signals(number).name)


@frozen
class _Played:
    """One run that is over; `signal` is the number of the signal that ended it, 0 for none."""

    teller: Teller
    summary: RunSummary
    signal: int

    @property
    def broken_off(self) -> bool:
        return bool(self.signal or self.teller.trouble or self.summary.stopped)


def play(options: RunOptions, prepared: Prepared) -> int:
    """Play, report, and give the exit code. Raises BadInputError when the journal cannot be begun."""
    masker = Masker(prepared.secrets)
    journals = [_journal(options, masker, number) for number in range(1, options.repeat + 1)]
    played: list[_Played] = []
    with _handled(signal.SIG_IGN):  # but for the cases: a second Ctrl-C is overheard while the reports are written
        for number, journal in enumerate(journals, 1):
            played.append(_once(prepared, Teller(options, prepared, masker, journal, number)))
            if played[-1].broken_off:
                break
        code = _close(options, played)
    return 128 + played[-1].signal if played[-1].signal else code


def _once(prepared: Prepared, teller: Teller) -> _Played:
    """Play everything once; the journal is complete afterwards."""
    conductor = Conductor(prepared.opener, prepared.jobs, teller.starting if teller.progress else None)
    run = Run(prepared.setting, prepared.plan, conductor, prepared.warm)
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
    teller.rest(run.stopped)
    summary = run.summary()
    teller.keep(lambda journal: journal.footer(summary))
    if teller.journal:
        teller.journal.close()
    return _Played(teller, summary, signal_number)


def _close(options: RunOptions, played: Sequence[_Played]) -> int:
    """Write the reports beside the journal and the summary; a report that fails is exit code 3."""
    first, teller = played[0].teller, played[-1].teller
    header = kept_header(first.prepared.header, first.masker)
    summaries = [kept_summary(one.summary, teller.masker) for one in played]
    report = target_report(header, [one.teller.records for one in played], summaries)
    if options.files["html"] or options.files["markdown"] or not options.quiet or header.conditions.needs:
        report = with_clients(report, first.prepared.setting.catalogue)
    unwritten = write_reports(options.files, [report])  # also when the journal could not be
    if len(played) > 1:
        teller.say(console.stability(report.unstable, len(played), colour=teller.colour))
    journal = str(options.journal or options.replay or "")
    teller.say(console.closing(report, colour=teller.colour, journal=journal, quiet=options.quiet))
    trouble = teller.trouble or unwritten or teller.unsaid or first.unsaid
    return ended(exit_code(report.records, report.failing), trouble)


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


def _journal(options: RunOptions, masker: Masker, number: int) -> JournalWriter | None:
    """Begin a journal; the second of --repeat is called run.2.jsonl beside run.jsonl, and so on."""
    if options.journal is None:
        return None
    path = options.journal
    if number > 1:
        path = path.with_name(f"{path.stem}.{number}{path.suffix}")
    try:
        return JournalWriter(path, masker, replace=options.force)
    except ReportError as error:
        raise bad_input(str(error), hint="choose another path, or say --force") from error
