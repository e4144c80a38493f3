"""`aioc clients`: which clients are ready for the servers of some runs."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aioc.cli.kinds import PATH
from aioc.cli.problems import wants_colour
from aioc.model.problem import bad_input, did_you_mean

if TYPE_CHECKING:
    from aioc.readiness import Readiness

_COLOURS = {"ready": "green", "degraded": "yellow", "breaks": "red", "unknown": "blue"}


@click.command(short_help="Say which clients are ready for a server.")
@click.argument("journals", nargs=-1, required=True, type=PATH)
@click.option("--client", "names", multiple=True, metavar="NAME", help="Only this client, with each of its needs.")
@click.option("--markdown", type=PATH, metavar="FILE", help="Write the matrix, each cell with its reason.")
@click.option("--no-color", is_flag=True, help="No colours (NO_COLOR works too).")
def clients(journals: tuple[Path, ...], names: tuple[str, ...], markdown: Path | None, no_color: bool) -> int:
    """Say which clients are ready for a server, from the journal of a run of the whole catalogue.

    \b
    aioc clients run.jsonl                       every client, a line each
    aioc clients run.jsonl --client openai-node  one client, and all that it misses
    aioc clients llama.jsonl vllm.jsonl --markdown clients.md    a matrix of clients and servers

    ready: what the client needs is there. degraded: a feature of it does not work, or secondary things are lost.
    breaks: it is of no use. unknown: what it cannot do without was not shown. Other needs that were not are counted.

    Exit code: 0 told, whatever is ready, 2 bad input, 3 the page could not be written.
    """
    from aioc.cli.reports import check_files, ended, write
    from aioc.model.client import Ready
    from aioc.pages.clients import clients_page
    from aioc.read.tree import load_sound
    from aioc.readiness import asked_for, readiness
    from aioc.report.journal import read_journal
    from aioc.report.merge import merged
    from aioc.report.text import clean

    check_files({"markdown": markdown})
    catalogue = load_sound().catalogue
    known = catalogue.clients
    for name in names:
        if name not in known:
            raise bad_input(f"there is no client {name!r}", hint=did_you_mean(name, known))
    wanted = [known[name] for name in names or sorted(known)]
    colour = wants_colour() and not no_color
    reports = merged([(path, read_journal(path)) for path in journals])
    asked = asked_for(wanted, catalogue)
    found = [[readiness(client, report, cases) for report in reports] for client, cases in asked]
    trouble = ""
    if markdown is not None:
        checkout = Path("docs/cases").is_dir()  # the pages of the cases
        up = f"{os.path.relpath(Path.cwd(), markdown.resolve().parent)}/" if checkout else None
        trouble = write(markdown, clients_page(found, reports, up).encode)
    for at, report in enumerate(reports):
        click.echo(clean(f"== {report.header.name}"))
        for of_client in found:
            for line in _lines(of_client[at], every=bool(names), colour=colour):
                click.echo(line)
    if any(one.ready is Ready.UNKNOWN for of_client in found for one in of_client):
        click.echo("unknown: that run did not show what the client cannot do without (--client NAME names it)")
    return ended(0, trouble)


def _lines(found: "Readiness", *, every: bool, colour: bool) -> Iterator[str]:
    """Give the line of a client; with `every` also each need that is not met or not shown."""
    from aioc.report.text import clean, shorten
    from aioc.report.words import counted

    word = f"{found.ready.value:9}"
    word = click.style(word, fg=_COLOURS[found.ready.value]) if colour else word
    unseen = f"  ({counted(len(found.unseen), 'need')} not shown)" if found.unseen else ""
    reason = found.reason or f"{counted(len(found.client.needs) - len(found.unseen), 'need')} met"
    yield f"{word} {found.client.name:24} {clean(shorten(reason, 120))}{unseen}"
    if not every:
        return
    for one in found.shown:
        need = one.need
        yield clean(f"    {need.effect.value}: {need.sees}")
        yield clean(f"      {f'{one.case}  {need.check}'.rstrip()}: {shorten(one.found, 160)}")
    for endpoint in found.absent:
        yield f"    the server has no {endpoint}"
    for lack, number in found.lacking.items():
        yield clean(f"    not there, for {counted(number, 'need')}: {shorten(lack, 160)}")
    for need in found.unseen:
        yield clean(f"    not shown: {need.case}  {need.check}".rstrip())
