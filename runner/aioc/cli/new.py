"""`aioc new`: a case to begin with, empty or from a request that somebody made."""

import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aioc.cli.kinds import PATH, Whole
from aioc.cli.options import RunOptions, connection_options, option, take_models, timeout_option, with_options
from aioc.model.problem import bad_input
from aioc.report.text import Masker, clean

if TYPE_CHECKING:
    from aioc.author.asked import Asked
    from aioc.author.place import CasePlace
    from aioc.author.skeleton import NewCase
    from aioc.model.catalogue import Catalogue
    from aioc.model.exchange import Transfer


@click.command("new", short_help="Write a case to begin with.")
@click.argument("name", metavar="ID")
@click.argument("rest", nargs=-1, metavar="")
@click.option(
    "--dir",
    "folder",
    type=PATH,
    metavar="DIR",
    help="The folder; default the catalogue in which you are, else this folder.",
)
@click.option(
    "--from-curl", "curl", metavar="COMMAND", help="The request of a curl command; - reads it from standard input."
)
@click.option(
    "--from",
    "recorded",
    type=(PATH, str),
    metavar="JOURNAL CASE",
    help="The request and the answer of a case in the journal of a run.",
)
@click.option(
    "--exchange",
    type=Whole(1),
    metavar="N",
    help="Of that case the N-th exchange; default the one of its worst finding, else the last.",
)
@click.option("--send", is_flag=True, help="Send the curl command's request to its own host, with its own key.")
@option("--server", metavar="NAME", help="Send it to this server; reference starts the embedded one.")
@option("--base-url", metavar="URL", help="Send it there, and propose checks from the answer.")
@with_options(*connection_options(), timeout_option(60.0, "request"))
def new(
    name: str,
    rest: tuple[str, ...],
    folder: Path | None,
    curl: str | None,
    recorded: tuple[Path, str] | None,
    exchange: int | None,
    send: bool,
    server: str | None,
    **given: Any,
) -> int:
    """Write a case to begin with: ID is its name, such as chat/my-case. Nothing is overwritten.

    \b
    aioc new chat/my-case                                            a skeleton with a comment at each word
    aioc new chat/my-case --from-curl 'curl …' --base-url URL        a request you have, and checks from the answer
    pbpaste | aioc new chat/my-case --from-curl - --server reference
    aioc new chat/my-case --from run.jsonl chat/basic                the same from the journal of a run

    Nothing is sent unless --base-url, --server or --send says where. The host and every secret of the command stay out
    of the file; its key goes with --send to its own host and nowhere else.

    Exit code: 0 written, 2 bad input, 3 no answer came; then nothing is written.
    """
    from aioc.author.place import place_of
    from aioc.author.skeleton import skeleton
    from aioc.author.written import write_case

    if rest:
        raise bad_input(
            f"too many words: {' '.join(rest)[:60]!r}",
            hint="quotation marks inside the command ended it early: end the line after `--from-curl -` and paste the "
            "command to standard input (then Ctrl-D)",
        )
    options = RunOptions(models=take_models(given), server=server or "auto", **given)
    if curl is not None and recorded is not None:
        raise bad_input("--from-curl and --from are two ways to begin", hint="leave one of them out")
    if (send or server or options.base_url) and curl is None:
        raise bad_input("there is nothing to send", hint="--send, --server and --base-url belong to --from-curl")
    if exchange is not None and recorded is None:
        raise bad_input("--exchange belongs to --from", hint="--from JOURNAL CASE --exchange N")
    place = place_of(name, folder)
    at = f"--base-url {options.base_url}" if options.base_url else f"--server {server}" if server else ""
    told: list[str] = []
    try:
        if curl is not None:
            made, own = _from_curl(place, _pasted() if curl == "-" else curl, options, told, send=send)
            at = f"--base-url {own}" if send else at
        elif recorded is not None:
            made = _from_journal(place, *recorded, exchange, told)
        else:
            made = skeleton(place)
        files = write_case(place, made.text, made.attachments)
    finally:  # told at the end: a reader that goes away (`| head`) must not keep the file from being written
        for line in told:
            click.echo(line)
    for file in files:
        click.echo(f"written: {file}")
    _next(place, _shown(at) or "--base-url http://localhost:8080")
    return 0


def _pasted() -> str:
    if sys.stdin.isatty():
        click.echo("paste the curl command, then Ctrl-D on a line of its own:", err=True)
    return sys.stdin.read()


def _from_curl(
    place: "CasePlace", text: str, options: RunOptions, told: list[str], *, send: bool
) -> "tuple[NewCase, str]":
    """Make a case of a curl command; gives it with the command's own base URL."""
    from aioc.author.asked import asked_of, split_url
    from aioc.author.curl import read_curl
    from aioc.cli.ask import answer_to, expanded
    from aioc.read.tree import load_sound

    read = read_curl(text)
    base, path = split_url(read.url)
    elsewhere = options.base_url is not None or options.server != "auto"
    if send and elsewhere:
        raise bad_input("--send sends to the command's own host", hint="leave --base-url and --server out, or --send")
    catalogue = load_sound().catalogue
    wire = replace(read.request, target=path)
    asked = asked_of(wire, catalogue)
    told += [clean(line) for line in (*read.told, *asked.told)]
    if not send and not elsewhere:
        told.append(f"nothing was sent: --base-url URL sends it, --send sends it to {_shown(base)}")
        return _drafted(place, asked, None, "a curl command", catalogue, told), base
    if send:
        options = replace(options, base_url=expanded(base))
    answer = answer_to(asked, options, catalogue, wire if send else None)
    if answer.model != asked.model:
        told.append(clean(f"sent with the model {answer.model} in the place of {asked.model}"))
    return _drafted(place, asked, answer.transfer, "a curl command", catalogue, told, answer.secrets), base


def _from_journal(place: "CasePlace", path: Path, case: str, number: int | None, told: list[str]) -> "NewCase":
    from aioc.author.asked import asked_of
    from aioc.read.tree import load_sound
    from aioc.report.journal import read_journal
    from aioc.report.words import counted

    journal = read_journal(path)
    record = journal.record(case)
    if not record.transfers:
        raise bad_input(f"{case} is {record.verdict} in that run: no exchange was kept", hint=record.reason)
    count = len(record.transfers)
    worst = min(record.findings, key=lambda finding: finding.severity.rank, default=None)
    at = number or (worst.exchange + 1 if worst is not None and worst.exchange >= 0 else count)
    if at > count:
        raise bad_input(
            f"{case} has {counted(count, 'exchange')} in that run, there is no number {at}",
            hint="--exchange counts from 1",
        )
    transfer = record.transfers[at - 1]
    if transfer.failure is not None:
        raise bad_input(f"exchange {at} of {case} has no answer: {transfer.failure.what}", hint=transfer.failure.hint)
    if count > 1:
        told.append(f"exchange {at} of {count}: another with --exchange N")
    catalogue = load_sound().catalogue
    asked = asked_of(transfer.request, catalogue, journal.header.roles)
    told += [clean(line) for line in asked.told]
    return _drafted(place, asked, transfer, f"the run of {path.name}, {case}", catalogue, told)


def _drafted(
    place: "CasePlace",
    asked: "Asked",
    transfer: "Transfer | None",
    origin: str,
    catalogue: "Catalogue",
    told: list[str],
    secrets: tuple[str, ...] = (),
) -> "NewCase":
    from aioc.author.drafted import drafted, proposal
    from aioc.author.skeleton import NewCase
    from aioc.report.words import counted

    masker = Masker(secrets)  # a server may repeat the key in what it says
    found = None
    if transfer is not None:
        found = proposal(asked, transfer, catalogue)
        media = clean(transfer.header("content-type") or "no media type")
        told.append(f"the answer: {transfer.status} {media}; {counted(len(found.checks), 'check')} proposed")
        told += [masker.text(f"  {note}") for note in found.notes]
    return NewCase(masker.text(drafted(place, asked, found, origin, catalogue)), asked.attachments)


def _shown(base: str) -> str:
    return re.sub(r"//[^/]*@", "//***@", base)


def _next(place: "CasePlace", at: str) -> None:
    """Say how it goes on."""
    click.echo("next:")
    click.echo(f"  aioc lint {place.shown}")
    click.echo(f"  aioc try {place.shown} {at}")
    if place.tree is None:
        folder = place.file.parents[place.id.count("/") - 1]
        click.echo(f"  aioc-run {os.path.relpath(folder)} {at}     (no catalogue.yaml here: there it is {place.id})")
    else:
        click.echo(f"  aioc-run {os.path.relpath(place.tree)} --select {place.id} {at}")
