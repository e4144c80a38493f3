"""`aioc overlay`: draft entries from a run, and take stale ones out."""

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aioc.cli.kinds import PATH
from aioc.model.problem import bad_input

if TYPE_CHECKING:
    from aioc.report.journal import Journal

_JOURNALS = click.option(
    "--from",
    "journals",
    multiple=True,
    required=True,
    metavar="JOURNAL",
    type=PATH,
    help="The journal of a run (--journal); several are read together.",
)
_FILE = click.option(
    "--file",
    metavar="FILE",
    type=PATH,
    help="The overlay's file; default specs/servers/NAME.yaml, NAME being the overlay of the run.",
)
_WRITE = click.option("--write", is_flag=True, help="Write the file; without --write only the difference is shown.")


@click.group("overlay")
def overlay() -> None:
    """Write down what is known about a server, from its runs.

    \b
    aioc run --base-url URL --server NAME --journal run.jsonl    a run with the overlay NAME
    aioc overlay update --from run.jsonl              show the entries that the run calls for
    aioc overlay update --from run.jsonl --write      and write them; then replace each TODO
    aioc overlay prune --from run.jsonl --write       take out the entries that are stale
    """


@overlay.command()
@_JOURNALS
@_FILE
@_WRITE
def update(journals: tuple[Path, ...], file: Path | None, write: bool) -> int:
    """Add an entry for each finding that the overlay does not know; a capability that is not there becomes a lack.

    Each says TODO where you have to say what a client notices; `aioc lint` refuses it until then. Read the exchange
    first: the case may be wrong, and what is known is no longer news.

    Exit code: 0 fine, 2 bad input.
    """
    from aioc.author.place import modeline
    from aioc.draft import drafts, with_entries
    from aioc.read.parse import read_document
    from aioc.report.words import counted

    read = _read(journals)
    path = _path(read, file)
    entries = drafts(read)
    if not entries:
        click.echo("nothing to add: the run has no finding that is not known")
        return 0
    text = read_document(path).text if path.exists() else ""
    made = with_entries(text, entries, path.stem, modeline(path, Path("schemas", "overlay.schema.json")))
    _change(path, text, made, write)
    click.echo(f"{counted(len(entries), 'entry', 'entries')} {'added' if write else 'to add'}; replace each TODO")
    return 0


@overlay.command()
@_JOURNALS
@_FILE
@_WRITE
def prune(journals: tuple[Path, ...], file: Path | None, write: bool) -> int:
    """Take out the entries that every one of the runs calls stale.

    Exit code: 0 fine, 2 bad input.
    """
    from aioc.draft import without_entries
    from aioc.read.parse import read_document
    from aioc.report.words import counted

    read = _read(journals)
    path = _path(read, file)
    if not path.exists():
        raise bad_input(f"{path} does not exist", hint="name the overlay's file with --file")
    numbers = _stale_lines(read, path)
    if not numbers:
        click.echo(
            f"nothing to take out: no entry of {path} is stale in {'all of these runs' if read[1:] else 'this run'}"
        )
        return 0
    text = read_document(path).text
    _change(path, text, without_entries(text, numbers), write)
    click.echo(f"{counted(len(numbers), 'entry', 'entries')} {'taken out' if write else 'to take out'}")
    return 0


def _read(paths: Sequence[Path]) -> "list[Journal]":
    from aioc.report.journal import read_journal

    read = [read_journal(path) for path in paths]
    servers = sorted({journal.header.server for journal in read})
    if len(servers) > 1:
        raise bad_input(f"these are runs with different overlays: {', '.join(servers)}", hint="give runs of one server")
    return read


def _path(journals: "Sequence[Journal]", file: Path | None) -> Path:
    if file is not None:
        return file
    name = journals[0].header.server
    if name in ("none", "reference"):
        raise bad_input("the run had no overlay, so that it is not known which to write", hint="say it with --file")
    return Path("specs", "servers", f"{name}.yaml")


def _stale_lines(journals: "Sequence[Journal]", path: Path) -> list[int]:
    """Give the lines of the entries in this file that are stale in each run."""
    found: list[set[int]] = []
    for journal in journals:
        stale = journal.summary.stale if journal.summary else ()
        places = [entry.place.rsplit(":", 2) for entry in stale]
        found.append({int(line) for file, line, _ in places if Path(file).name == path.name})
    return sorted(set.intersection(*found))


def _change(path: Path, before: str, after: str, write: bool) -> None:
    from aioc.report.atomic import write_atomically
    from aioc.report.journal import ReportError

    shown = difflib.unified_diff(before.splitlines(), after.splitlines(), str(path), str(path), lineterm="")
    click.echo("\n".join(shown))
    if write:
        try:
            write_atomically(path, after.encode())
        except ReportError as error:
            raise bad_input(str(error), hint="say where with --file") from error
