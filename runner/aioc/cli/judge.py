"""`aioc judge`: the invariants put to exchanges that somebody else recorded; nothing is sent."""

from contextlib import closing
from pathlib import Path

import click

from aioc.cli.options import fail_on_option, option

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("files", nargs=-1, required=True, type=_PATH)
@option("--server", default="none", show_default=True, metavar="NAME", help="The overlay of the server that answered.")
@option("--overlay", multiple=True, type=_PATH, metavar="FILE", help="Your own overlay, put on top.")
@option("--version-of", multiple=True, metavar="NAME=V", help="The version of an overlay's product, where it is known.")
@option("--select", multiple=True, metavar="GLOB", help="Only these invariants.")
@fail_on_option()
@option("--junit", type=_PATH, metavar="FILE", help="Write JUnit XML.")
@option("--journal", type=_PATH, metavar="FILE", help="Write a journal of the verdicts.")
@option("--force", is_flag=True, help="Overwrite an existing journal.")
@option("-v", "--verbose", is_flag=True, help="Show every finding in full.")
def judge(
    files: tuple[Path, ...],
    server: str,
    overlay: tuple[Path, ...],
    version_of: tuple[str, ...],
    select: tuple[str, ...],
    fail_on: tuple[str, ...],
    junit: Path | None,
    journal: Path | None,
    force: bool,
    verbose: bool,
) -> int:
    """Judge recorded exchanges: each invariant on each answer that it speaks of.

    FILES are folders or files of JSON, HAR files (browsers and mitmproxy write them), or journals of earlier runs.

    \b
    An exchange is {"request":  {"method", "path", "json" | "text"},
                    "response": {"status", "headers": [[name, value], …], "text" | "base64"}}

    Exit code: 0 fine, 1 failed, 2 bad input, 3 something could not be judged.
    """
    from aioc.cli.session import read_all  # noqa: PLC0415
    from aioc.judge_recorded import judge_recorded  # noqa: PLC0415
    from aioc.model.problem import bad_input  # noqa: PLC0415
    from aioc.overlay import resolve, with_own  # noqa: PLC0415
    from aioc.recorded import recorded  # noqa: PLC0415
    from aioc.report import console  # noqa: PLC0415
    from aioc.report.atomic import write_atomically  # noqa: PLC0415
    from aioc.report.journal import JournalWriter, ReportError  # noqa: PLC0415
    from aioc.report.junit import junit_xml  # noqa: PLC0415
    from aioc.report.text import Masker  # noqa: PLC0415
    from aioc.verdict import exit_code, failing  # noqa: PLC0415

    loaded, extra = read_all((), overlay)
    catalogue = loaded.catalogue
    named = resolve(server, catalogue) if server != "none" else None
    versions = {}
    for item in version_of:
        name, sign, version = item.partition("=")
        if not sign:
            raise bad_input(f"--version-of {item!r} is not NAME=VERSION", hint="--version-of llama.cpp=b6673")
        versions[name] = version
    judged = judge_recorded(
        catalogue, with_own(named, extra, catalogue), versions, recorded(files), select, ", ".join(map(str, files))
    )
    counted = failing(judged.records, judged.summary, fail_on)
    for line in console.judged(judged.records, verbose=verbose):
        click.echo(line)
    for line in console.closing(judged.records, judged.summary, counted, colour=False):
        click.echo(line)
    try:
        if journal is not None:
            with closing(JournalWriter(journal, Masker(()), replace=force)) as writer:
                writer.header(judged.header)
                for record in judged.records:
                    writer.case(record)
                writer.footer(judged.summary)
        if junit is not None:
            write_atomically(junit, junit_xml(judged.header, judged.records, judged.summary, counted))
    except ReportError as error:
        raise bad_input(str(error), hint="choose another path") from error
    return exit_code(judged.records, counted)
