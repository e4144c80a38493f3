"""`aioc diff`: what changed between two runs."""

from pathlib import Path

import click

from aioc.cli.kinds import PATH


@click.command("diff", short_help="Compare two runs.")
@click.argument("before", type=PATH)
@click.argument("after", type=PATH)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="For the terminal; for a pull request; for programs.",
)
def diff(before: Path, after: Path, form: str) -> int:
    """Compare two runs by their journals: two builds, two servers, two catalogues.

    \b
    aioc diff old.jsonl new.jsonl                       before an upgrade
    aioc diff upstream.jsonl proxy.jsonl                what only the proxy does
    aioc diff old.jsonl new.jsonl --format markdown     for a pull request

    Exit code: 0 no regression, 1 a case newly fails that is the same in both, or an endpoint is no longer there, 2 bad
    input, 3 a case can no longer be judged.
    """
    from aioc.report.diff import Change
    from aioc.report.diff import diff as compared
    from aioc.report.diff_text import diff_json, diff_lines, diff_markdown
    from aioc.report.journal import read_journal
    from aioc.report.merge import merged

    (old,), (new,) = (merged([(path, read_journal(path))]) for path in (before, after))
    found = compared(old, new)
    if form == "text":
        click.echo("\n".join(diff_lines(found)))
    else:
        click.echo(diff_markdown(found) if form == "markdown" else diff_json(found), nl=False)
    if found.regressions or found.lost:
        return 1
    return 3 if any(change.change is Change.LOST for change in found.cases) else 0
