"""`aioc judge`: the invariants put to exchanges that somebody else recorded; nothing is sent."""

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from aioc.cli.kinds import PATH
from aioc.cli.options import fail_on_option, label_option, option, report_options, take_files, with_options
from aioc.cli.reports import check_files, ended, write_reports
from aioc.model.problem import bad_input, did_you_mean


@click.command(short_help="Judge recorded exchanges.")
@click.argument("files", nargs=-1, required=True, type=PATH)
@option(
    "--server",
    default="none",
    show_default=True,
    metavar="NAME",
    help="The overlay of the server that answered, by name.",
)
@option("--overlay", multiple=True, type=PATH, metavar="FILE", help="Your own overlay, put on top of the server's.")
@option(
    "--version-of",
    multiple=True,
    metavar="NAME=VERSION",
    help="The version of the server, by its overlay: llama.cpp=b6673.",
)
@option("--select", multiple=True, metavar="GLOB", help="Only these invariants.")
@fail_on_option()
@option("--journal", type=PATH, metavar="FILE", help="Write a journal of the verdicts.")
@option("--force", is_flag=True, help="Overwrite an existing journal.")
@option("-v", "--verbose", is_flag=True, help="Show every finding in full.")
@with_options(label_option(), *report_options())
def judge(
    files: tuple[Path, ...],
    server: str,
    overlay: tuple[Path, ...],
    version_of: tuple[str, ...],
    select: tuple[str, ...],
    fail_on: tuple[str, ...],
    label: str | None,
    journal: Path | None,
    force: bool,
    verbose: bool,
    **given: Any,
) -> int:
    """Judge recorded exchanges: each invariant on each answer that it speaks of.

    FILES are folders or files of JSON, HAR files (browsers and mitmproxy write them), or journals of earlier runs.

    \b
    aioc judge recorded/                       a folder of exchanges
    aioc judge session.har --server llama.cpp  what a browser saw, as the overlay of llama.cpp knows it

    \b
    An exchange is {"request":  {"method", "path", "json" | "text"},
                    "response": {"status", "headers": [[name, value], …], "text" | "base64"}}

    Exit code: 0 fine, 1 failed, 2 bad input, 3 something could not be judged.
    """
    from aioc.cli.session import read_all
    from aioc.judge_recorded import judge_recorded
    from aioc.overlay import resolve, with_own
    from aioc.recorded import recorded
    from aioc.report import console
    from aioc.report.journal import JournalWriter, ReportError
    from aioc.report.text import Masker
    from aioc.verdict import exit_code

    wanted = take_files(given)
    check_files({**wanted, "journal": journal}, force=force)
    loaded, extra = read_all((), overlay, client_requests=False)
    catalogue = loaded.catalogue
    named = resolve(server, catalogue, ("none",)) if server != "none" else None
    known = {*(named.lineage if named else ()), *(own.name for own in extra)}
    versions = {}
    for item in version_of:
        name, _, version = item.partition("=")
        if not name or not version:
            raise bad_input(f"--version-of {item!r} is not NAME=VERSION", hint="--version-of llama.cpp=b6673")
        if name not in known:
            hint = did_you_mean(name, known) or "name the overlay with --server or --overlay"
            raise bad_input(f"--version-of {name!r}: no such overlay is asked for", hint=hint)
        versions[name] = version
    report = judge_recorded(
        catalogue,
        with_own(named, extra, catalogue),
        versions,
        recorded(files),
        select,
        ", ".join(map(str, files)),
        fail_on,
        label or "",
    ).report
    for line in console.judged(report.records, verbose=verbose):
        click.echo(line)
    for line in console.closing(report, colour=False, journal=str(journal or "")):
        click.echo(line)
    try:
        if journal is not None:
            with closing(JournalWriter(journal, Masker(()), replace=force)) as writer:
                writer.header(report.header)
                for record in report.records:
                    writer.case(record)
                writer.footer(report.summary)
    except ReportError as error:
        raise bad_input(str(error), hint="choose another path") from error
    return ended(exit_code(report.records, report.failing), write_reports(wanted, [report]))
