"""`aioc show`: one case, as it ended in a run."""

from pathlib import Path

import click


@click.command()
@click.argument("case")
@click.option(
    "--from",
    "journal",
    required=True,
    metavar="JOURNAL",
    type=click.Path(path_type=Path),
    help="The journal of the run (--journal).",
)
@click.option(
    "--as",
    "form",
    type=click.Choice(["text", "issue"]),
    default="text",
    show_default=True,
    help="For the terminal, or as a report to the server's own people (Markdown).",
)
def show(case: str, journal: Path, form: str) -> int:
    """Show a case of a run: what was found, what was sent and what came.

    \b
    aioc show chat/usage --from run.jsonl                 what happened
    aioc show chat/usage --from run.jsonl --as issue      a ready report to the server's people
    """
    from aioc.model.problem import bad_input, did_you_mean  # noqa: PLC0415
    from aioc.report import console  # noqa: PLC0415
    from aioc.report.issue import issue_markdown  # noqa: PLC0415
    from aioc.report.journal import read_journal  # noqa: PLC0415
    from aioc.report.words import exchange_lines  # noqa: PLC0415

    read = read_journal(journal)
    records = {record.id: record for record in (*read.cases, *read.shown)}
    record = records.get(case)
    if record is None:
        raise bad_input(f"that run has no case {case!r}", hint=did_you_mean(case, records))
    if form == "issue":
        if not record.findings and not record.reason:
            raise bad_input(f"{case} is {record.verdict} in that run: there is nothing to report")
        click.echo(issue_markdown(read.header, record), nl=False)
        return 0
    for line in console.block(record, colour=console.wants_colour()):
        click.echo(line)
    if not record.findings:
        click.echo("\n".join(exchange_lines(record)))
    return 0
