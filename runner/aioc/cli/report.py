"""`aioc report`: reports made from journals, the same as from the runs themselves."""

from pathlib import Path
from typing import Any

import click

from aioc.cli.kinds import PATH
from aioc.cli.options import fail_on_option, report_options, take_files, with_options
from aioc.cli.problems import wants_colour
from aioc.model.problem import bad_input


@click.command(short_help="Write reports from the journals of runs.")
@click.argument("journals", nargs=-1, required=True, type=PATH)
@with_options(*report_options())
@fail_on_option()
@click.option(
    "--against",
    type=PATH,
    metavar="JOURNAL",
    help="An earlier run: the Markdown begins with what changed, and what failed then is not new.",
)
@click.option("--allow-gaps", is_flag=True, help="Tell the cases of a missing shard as not run.")
@click.option("--no-color", is_flag=True, help="No colours (NO_COLOR works too).")
def report(
    journals: tuple[Path, ...],
    fail_on: tuple[str, ...],
    against: Path | None,
    allow_gaps: bool,
    no_color: bool,
    **given: Any,
) -> int:
    """Write reports from the journals of runs, and print their summary.

    Shards of a run (--shard) and runs in a row (--repeat) are put together; several targets stand side by side.

    \b
    aioc report run.jsonl --html run.html                     one run
    aioc report shard-*.jsonl --junit aioc.xml                the shards of one run
    aioc report llama.jsonl vllm.jsonl --html matrix.html     several targets
    aioc report new.jsonl --against old.jsonl --markdown x.md    what changed, for a pull request

    Exit code: 0 fine, 1 failed, 2 bad input, 3 something could not be judged; as the runs themselves.
    """
    from aioc.cli.reports import check_files, ended, write_reports
    from aioc.read.tree import load_sound
    from aioc.readiness import with_clients
    from aioc.report import console
    from aioc.report.diff import diff
    from aioc.report.diff_text import diff_markdown
    from aioc.report.journal import read_journal
    from aioc.report.merge import merged
    from aioc.verdict import exit_code

    files = take_files(given)
    check_files(files)
    before = merged([(against, read_journal(against))])[0] if against else None
    named = [(path, read_journal(path)) for path in journals]
    reports = merged(named, fail_on=fail_on, allow_gaps=allow_gaps, before=before)
    if files["html"] or files["markdown"]:
        catalogue = load_sound().catalogue
        reports = tuple(with_clients(one, catalogue) for one in reports)
    after = next((one for one in reports if before and one.header.label == before.header.label), None)
    if before and not after:
        labels = ", ".join(one.header.label for one in reports)
        raise bad_input(
            f"{against} is a run of {before.header.label!r}, these are of {labels}",
            hint="`aioc diff` compares any two; --label of a run names its target",
        )
    colour = wants_colour() and not no_color
    kept = str(journals[0]) if len(journals) == 1 else "JOURNAL"
    for one in reports:
        if len(reports) > 1:
            click.echo(f"== {one.header.label}")
        for line in console.closing(one, colour=colour, journal=kept):
            click.echo(line)
    changed = diff_markdown(diff(before, after)) if before and after else ""
    codes = {exit_code(one.records, one.failing) for one in reports}
    return ended(1 if 1 in codes else max(codes), write_reports(files, reports, changed))
