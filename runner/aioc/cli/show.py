"""`aioc show`: a case in words, or as it ended in a run."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aioc.cli import complete
from aioc.cli.kinds import PATH, TEXT
from aioc.cli.problems import wants_colour
from aioc.model.problem import bad_input, did_you_mean

if TYPE_CHECKING:
    from aioc.model.case import Case


@click.command(short_help="Explain a case, or how it ended in a run.")
@click.argument("case", type=TEXT, shell_complete=complete.case_ids)
@click.option(
    "--from",
    "journal",
    metavar="JOURNAL",
    type=PATH,
    help="The journal of a run (--journal): show how the case ended there.",
)
@click.option(
    "--as",
    "form",
    type=click.Choice(["text", "issue"]),
    default="text",
    show_default=True,
    help="With --from: for the terminal, or as a report to the server's own people (Markdown).",
)
def show(case: str, journal: Path | None, form: str) -> int:
    """Explain a case: what it sends, what it expects, why that matters, which overlays touch it.

    CASE is an id, or a file of your own. With --from it is an id: what was found in a run, what was sent and what came.

    \b
    aioc show chat/stream/usage                              the case in words
    aioc show my-case.yaml                                   a case of your own
    aioc show chat/basic --from run.jsonl                    what happened in a run
    aioc show chat/basic --from run.jsonl --as issue         a ready report to the server's people

    Exit code: 0 shown, 2 bad input.
    """
    if journal is None:
        if form == "issue":
            raise bad_input("--as issue tells what happened in a run", hint="say which with --from JOURNAL")
        lines = _explained(case)
    else:
        lines = _ended(case, journal, form)
    for line in lines:
        click.echo(line)
    return 0


def _explained(name: str) -> Iterator[str]:
    from aioc.author.explain import explained
    from aioc.read.tree import load_sound

    own = name.endswith(".yaml") or Path(name).is_file()
    loaded = load_sound([Path(name)] if own else [])
    catalogue = loaded.catalogue
    name = catalogue.renamed.get(name, name)
    found = [
        case for case in catalogue.cases if (case.id in (loaded.ids or ()) if own else name in (case.id, case.family))
    ]
    if not found:
        ids = {known for case in catalogue.cases for known in (case.id, case.family)}
        near = did_you_mean(name, ids)
        raise bad_input(f"there is no case {name!r}", hint=near or "`aioc list --grep WORD` finds cases by their words")
    families: dict[str, list[Case]] = {}
    for case in found:
        families.setdefault(case.family, []).append(case)
    for number, cases in enumerate(families.values()):
        if number:
            yield ""
        yield from explained(cases, catalogue)


def _ended(name: str, journal: Path, form: str) -> Iterator[str]:
    from aioc.report import console
    from aioc.report.issue import issue_markdown
    from aioc.report.journal import read_journal
    from aioc.report.words import exchange_lines

    read = read_journal(journal)
    if name.endswith(".yaml"):
        raise bad_input(f"{name} is a file; with --from CASE is an id", hint="chat/basic, or local/my-case of your own")
    record = read.record(name)
    if form == "issue":
        if not record.findings and not record.reason:
            raise bad_input(
                f"{name} is {record.verdict} in that run: there is nothing to report",
                hint="without --as issue it shows what was sent and what came",
            )
        yield issue_markdown(read.header, record).removesuffix("\n")
        return
    yield from console.block(record, colour=wants_colour())
    if not record.findings:
        yield from exchange_lines(record)
