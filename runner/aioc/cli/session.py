"""One run from its options to its exit code: read, find out about the server, play, report."""

import os
import re
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import click

from aioc import __version__
from aioc.cli.dry_run import dry_run
from aioc.cli.options import RunOptions
from aioc.conduct import Conductor, Opener
from aioc.execute.client import Connection
from aioc.execute.target import Target, parse_base_url
from aioc.model.catalogue import Catalogue, Profile
from aioc.model.overlay import Overlay
from aioc.model.problem import BadInputError, bad_input, did_you_mean
from aioc.model.result import Verdict
from aioc.model.run import RunHeader
from aioc.overlay import resolve
from aioc.plan import Plan, Wanted, plan
from aioc.read.tree import Loaded, load, read_overlay_file, read_profile_file
from aioc.reference.server import ReferenceServer
from aioc.replay import opener as replay_opener
from aioc.report import console
from aioc.report.atomic import check_writable, write_atomically
from aioc.report.journal import Journal, JournalWriter, ReportError, read_journal
from aioc.report.junit import junit_xml
from aioc.report.record import CaseRecord, record_of
from aioc.report.text import Masker
from aioc.run import Run, Setting
from aioc.survey import Survey, versions
from aioc.verdict import NOT_JUDGED, exit_code, failing

PROBE_SECONDS = 20.0
REFERENCE_ROLES = {
    "model": "reference-chat",
    "embedding_model": "reference-embed",
    "tts_model": "reference-tts",
    "stt_model": "reference-stt",
    "image_model": "reference-image",
    "moderation_model": "reference-moderation",
    "vision_model": "reference-chat",
}


class Interrupted(Exception):  # noqa: N818  (a signal is no error)
    """SIGINT or SIGTERM came; `number` is the signal's."""

    def __init__(self, number: int) -> None:
        """Remember which."""
        self.number = number
        super().__init__(signal.Signals(number).name)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """Everything that is known before the first case is sent."""

    header: RunHeader
    setting: Setting
    plan: Plan
    opener: Opener
    secrets: tuple[str, ...]
    jobs: int


def run_session(options: RunOptions) -> int:
    """Run, report and give the exit code. Raises BadInputError for anything wrong before the first case."""
    for path in (options.junit, options.journal):
        if path is not None:
            _writable(path)
    loaded = load(options.paths)
    extra = tuple(read_overlay_file(path) for path in options.overlay)
    if loaded.problems:
        raise BadInputError(loaded.problems)
    if options.server == "reference" and options.base_url is None and options.replay is None:
        with ReferenceServer() as server:
            known = replace(
                options,
                base_url=server.base_url,
                models={**REFERENCE_ROLES, **options.models},
                no_overlay=True,
            )
            return _run(known, loaded, extra)
    return _run(options, loaded, extra)


def _writable(path: Path) -> None:
    try:
        check_writable(path)
    except ReportError as error:
        raise bad_input(str(error), hint="choose another path") from error


def _run(options: RunOptions, loaded: Loaded, extra: Sequence[Overlay]) -> int:
    prepared = _replayed(options, loaded, extra) if options.replay else _surveyed(options, loaded, extra)
    if options.dry_run:
        dry_run(prepared.plan, prepared.setting)
        return 0
    return _play(options, prepared)


def _wanted(options: RunOptions, loaded: Loaded, only: frozenset[str] | None = None) -> Wanted:
    if options.last_failed is not None:
        cases = read_journal(options.last_failed).cases
        only = frozenset(record.id for record in cases if record.verdict not in (Verdict.PASS, Verdict.SKIP))
        if not only:
            raise bad_input(f"everything was fine in {options.last_failed}", hint="leave --last-failed out")
    return Wanted(loaded.ids, options.select, options.deselect, _profile(options.profile, loaded.catalogue), only)


def _profile(name: str | None, catalogue: Catalogue) -> Profile | None:
    if name is None:
        return None
    if name in catalogue.profiles:
        return catalogue.profiles[name]
    if Path(name).is_file():
        return read_profile_file(Path(name))
    raise bad_input(f"there is no profile {name!r}", hint=did_you_mean(name, catalogue.profiles))


def _overlay_named(
    options: RunOptions, catalogue: Catalogue, extra: Sequence[Overlay]
) -> tuple[Overlay | None, Catalogue]:
    """Give the overlay that --server names (None for auto and none) and the catalogue that knows it."""
    name = options.server
    if options.no_overlay or name in ("none", "auto"):
        return None, catalogue
    if name not in catalogue.overlays and (name.endswith(".yaml") or Path(name).is_file()):
        overlay = read_overlay_file(Path(name))
        name = overlay.name
        catalogue = replace(catalogue, overlays={**catalogue.overlays, name: overlay})
    return resolve(name, catalogue, tuple(extra)), catalogue


def _surveyed(options: RunOptions, loaded: Loaded, extra: Sequence[Overlay]) -> _Prepared:
    overlay, catalogue = _overlay_named(options, loaded.catalogue, extra)
    base_url = options.base_url or (overlay.base_url if overlay else None)
    if base_url is None:
        raise bad_input(
            "no server is given",
            hint="--base-url http://localhost:8080, or --server reference for a first run",
        )
    target = _target(options, base_url)
    first = plan(catalogue, overlay, _wanted(options, loaded))
    with Connection(target) as connection:
        from aioc.answer.read import read  # noqa: PLC0415

        survey = Survey(lambda request: read(connection.exchange(request, PROBE_SECONDS)))
        survey.reach(target.url)
        if options.server == "auto" and not options.no_overlay:
            detected = survey.detect(catalogue)
            overlay = resolve(detected, catalogue, tuple(extra)) if detected else None
            first = plan(catalogue, overlay, _wanted(options, loaded))
        trusted = survey.control()
        known = versions(survey, catalogue, overlay) if overlay else {}
        needs_models = any(case.roles for case in first.ordered)
        given = {**(overlay.roles if overlay else {}), **options.models}
        roles = survey.roles(given) if needs_models else given
    name = overlay.name if overlay else "reference" if options.server == "reference" else "none"
    header = RunHeader(
        name,
        name,
        target.url,
        known.get(name, ""),
        tuple(survey.proof),
        roles,
        {"jobs": str(options.jobs or 1), "timeout": f"{options.timeout:g}"},
        tuple(survey.warnings),
        __version__,
        catalogue.version,
        datetime.now(UTC).isoformat(timespec="seconds"),
        tuple(sorted(first.selected)),
        known,
    )
    setting = Setting(catalogue, overlay, known, roles, options.timeout, options.max_time, options.max_fail, trusted)
    jobs = options.jobs or (overlay.jobs if overlay else None) or 1
    return _Prepared(header, setting, first, lambda _case: Connection(target), target.secrets, jobs)


def _replayed(options: RunOptions, loaded: Loaded, extra: Sequence[Overlay]) -> _Prepared:
    assert options.replay is not None  # the caller asked for it
    journal: Journal = read_journal(options.replay)
    header = journal.header
    named = (
        options
        if options.server != "auto"
        else replace(options, server=header.server if header.server != "reference" else "none")
    )
    overlay, catalogue = _overlay_named(named, loaded.catalogue, extra)
    recorded = {record.id: record.transfers for record in journal.cases if record.transfers}
    # A case that was skipped or not selected then has no answers to judge now.
    only = frozenset(record.id for record in journal.cases)
    chosen = plan(catalogue, overlay, _wanted(options, loaded, only))
    setting = Setting(catalogue, overlay, header.versions, header.roles, options.timeout)
    return _Prepared(header, setting, chosen, replay_opener(recorded), (), 1)


def _target(options: RunOptions, base_url: str) -> Target:
    origin, base, secrets = parse_base_url(base_url)
    key = _environment(options.api_key_env, "--api-key-env") if options.api_key_env else None
    headers = []
    for item in options.header:
        name, sign, variable = item.partition("=")
        if not sign or not re.fullmatch(r"[A-Za-z0-9-]+", name):
            raise bad_input(
                f"--header {item!r} is not NAME=ENV",
                hint="--header X-Team=TEAM_TOKEN reads the variable TEAM_TOKEN",
            )
        headers.append((name, _environment(variable, "--header")))
    query = []
    for item in options.query:
        name, sign, value = item.partition("=")
        if not sign:
            raise bad_input(f"--query {item!r} is not NAME=VALUE")
        query.append((name, value))
    if bool(options.cert) != bool(options.key):
        raise bad_input("--cert and --key belong together")
    for path in (options.cacert, options.cert, options.key):
        if path is not None and not path.is_file():
            raise bad_input(f"{path} does not exist", hint="--cacert, --cert and --key name PEM files")
    cert = (str(options.cert), str(options.key)) if options.cert else None
    hidden = (*secrets, *((key,) if key else ()), *(value for _, value in headers))
    return Target(
        origin,
        base,
        key,
        tuple(headers),
        tuple(query),
        str(options.cacert) if options.cacert else None,
        cert,
        options.proxy,
        secrets=hidden,
    )


def _environment(name: str, asked_by: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise bad_input(
            f"the environment variable {name!r} (of {asked_by}) is not set",
            hint="keys come from the environment only, never from the command line",
        )
    if not value.isascii() or not value.isprintable():
        raise bad_input(f"the environment variable {name!r} holds characters that no header can")
    return value


@contextmanager
def _signals() -> Iterator[None]:
    """Raise Interrupted at SIGINT and SIGTERM; once, so that the reports get written."""

    def interrupt(number: int, _frame: FrameType | None) -> None:
        for again in (signal.SIGINT, signal.SIGTERM):
            signal.signal(again, signal.SIG_IGN)
        raise Interrupted(number)

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _play(options: RunOptions, prepared: _Prepared) -> int:
    colour = sys.stdout.isatty() and not options.no_color and "NO_COLOR" not in os.environ
    masker = Masker(prepared.secrets)
    conductor = Conductor(prepared.opener, prepared.jobs)
    run = Run(prepared.setting, prepared.plan, conductor)
    records: dict[str, CaseRecord] = {}
    journal = _journal(options, masker)
    for line in console.opening(prepared.header, len(prepared.plan.selected)):
        click.echo(masker.text(line))
    progress = sys.stderr.isatty()
    signal_number = 0
    trouble = ""
    try:
        if journal:
            journal.header(prepared.header)
        with _signals():
            for result in run.results():
                record = record_of(result)
                records[record.id] = record
                if journal:
                    journal.case(record)
                _tell(record, options, masker, colour=colour)
                if progress:
                    click.echo(
                        f"\r\x1b[K{len(records)}/{len(prepared.plan.selected)} {record.id}",
                        nl=False,
                        err=True,
                    )
    except Interrupted as interrupted:
        signal_number = interrupted.number
        run.interrupt(f"interrupted by {interrupted}")
    except ReportError as error:
        trouble = str(error)
        run.interrupt(trouble)
    if progress:
        click.echo("\r\x1b[K", nl=False, err=True)
    for record in _not_run(prepared, records, run.stopped):
        records[record.id] = record
        if journal and not trouble:
            journal.case(record)
    ordered = [records[case_id] for case_id in sorted(records)]
    summary = run.summary()
    baseline = _failed_ids(options.baseline) if options.baseline else frozenset()
    counted = failing(ordered, summary, options.fail_on, baseline)
    try:
        if journal and not trouble:
            journal.footer(summary)
        if options.junit:
            write_atomically(
                options.junit,
                junit_xml(prepared.header, [_masked(record, masker) for record in ordered], summary, counted),
            )
    except ReportError as error:
        trouble = trouble or str(error)
    finally:
        if journal:
            journal.__exit__(None, None, None)
    for line in console.closing(ordered, summary, counted, colour=colour):
        click.echo(masker.text(line))
    if trouble:
        click.echo(f"error: {trouble}", err=True)
    if signal_number:
        return 128 + signal_number
    code = exit_code(ordered, counted)
    return max(code, NOT_JUDGED) if trouble and code == 0 else code


def _journal(options: RunOptions, masker: Masker) -> JournalWriter | None:
    if options.journal is None:
        return None
    try:
        return JournalWriter(options.journal, masker, replace=options.force)
    except ReportError as error:
        raise bad_input(str(error)) from error


def _tell(record: CaseRecord, options: RunOptions, masker: Masker, *, colour: bool) -> None:
    if record.verdict is Verdict.FAIL and not record.known_only:
        lines = console.block(record, colour=colour)
    elif options.verbose or record.verdict in (Verdict.WARN, Verdict.FAIL):
        lines = [console.line(record, colour=colour)]
    else:
        return
    for line in lines:
        click.echo(masker.text(line))


def _not_run(prepared: _Prepared, records: dict[str, CaseRecord], why: str) -> list[CaseRecord]:
    """An interrupted run shows what it did not get to: a shorter report would look green."""
    from aioc.model.result import Result  # noqa: PLC0415

    cases = [
        case
        for case in prepared.setting.catalogue.cases
        if case.id in prepared.plan.selected and case.id not in records
    ]
    return [record_of(Result(case, Verdict.ERROR, reason=why or "not run", not_run=True)) for case in cases]


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
    return replace(record, findings=findings, transfers=transfers, reason=masker.text(record.reason))


def _failed_ids(path: Path) -> frozenset[str]:
    return frozenset(record.id for record in read_journal(path).cases if record.verdict is Verdict.FAIL)
