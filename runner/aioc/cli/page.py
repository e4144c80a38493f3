"""`aioc page`: the pages of docs/, made of the catalogue, the overlays and what is kept of runs."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aioc.cli import complete
from aioc.cli.kinds import PATH
from aioc.model.problem import Place, bad_input

if TYPE_CHECKING:
    from aioc.model.catalogue import Catalogue
    from aioc.pages.evidence import Evidence, Run


@click.command()
@click.argument("name", required=False, shell_complete=complete.servers)
@click.option(
    "--from",
    "journals",
    multiple=True,
    metavar="JOURNAL",
    type=PATH,
    help="A run to rest on, in the place of those kept.",
)
@click.option("--keep", is_flag=True, help="Keep what the page needs of the runs, beside those kept already.")
@click.option("--all", "everything", is_flag=True, help="Write every page: servers, their index, the cases.")
@click.option("--check", is_flag=True, help="With --all: write nothing, name what is out of date.")
@click.option("--docs", default=Path("docs"), show_default=True, type=PATH, metavar="DIR", help="Where the pages are.")
def page(name: str | None, journals: tuple[Path, ...], keep: bool, everything: bool, check: bool, docs: Path) -> int:
    """Show the page of a server, or write all pages.

    \b
    aioc page llama.cpp                                   the page of a server
    aioc page llama.cpp --from llama.cpp-default.jsonl    the same of a run of yours
    aioc page llama.cpp --from … --keep                   and keep its evidence in docs/catalog/evidence/
    aioc page --all                                       write docs/catalog/ and docs/cases/ anew

    A set-up is named after its journal: llama.cpp-default.jsonl is `default`.

    Exit code: 0 fine, 1 a page is out of date (--check), 2 bad input.
    """
    from aioc.pages.evidence import Evidence, encode
    from aioc.pages.server import server_page
    from aioc.pages.subject import Subject
    from aioc.read.tree import load_sound

    if everything == (name is not None):
        raise bad_input("say the name of a server, or --all", hint="`aioc page llama.cpp`")
    if (everything and (journals or keep)) or (keep and not journals) or (check and not everything):
        raise bad_input(
            "--from belongs to a name, --keep to --from, --check to --all",
            hint="`aioc page NAME --from JOURNAL --keep`, or `aioc page --all --check`",
        )
    catalogue = load_sound().catalogue
    if name is None:
        return _all(catalogue, docs, check=check)
    evidence = _kept(docs, name)
    if journals:
        fresh = _runs(name, catalogue, journals)
        evidence = evidence.joined(fresh) if keep else Evidence(name, tuple(fresh))
        if keep:
            _write(_evidence_path(docs, evidence.server), encode(evidence))
    click.echo(server_page(Subject.of(name, catalogue, evidence)), nl=False)
    return 0


def _runs(name: str, catalogue: "Catalogue", journals: Sequence[Path]) -> "list[Run]":
    from aioc.overlay import resolve
    from aioc.pages.evidence import run_of
    from aioc.report.journal import read_journal

    overlay = resolve(name, catalogue)
    runs = []
    for path in journals:
        journal = read_journal(path)
        if journal.header.server != name:
            raise bad_input(
                f"this is a run of {journal.header.server!r}, not of {name!r}",
                Place(str(path), 1, 1),
                f"aioc-run --server {name} --journal FILE makes one",
            )
        if journal.summary is None:
            raise bad_input("this run was interrupted: it has no surface", Place(str(path), 1, 1), "run it to its end")
        set_up = path.stem.removeprefix(f"{name}-")
        runs.append(run_of(set_up, journal, overlay, catalogue))
    return runs


def _kept(docs: Path, name: str) -> "Evidence":
    from aioc.pages.evidence import Evidence, decode
    from aioc.read.files import read_bytes

    path = _evidence_path(docs, name)
    return decode(read_bytes(path), str(path)) if path.exists() else Evidence(name)


def _evidence_path(docs: Path, name: str) -> Path:
    return docs / "catalog" / "evidence" / f"{name}.json"


def _all(catalogue: "Catalogue", docs: Path, *, check: bool) -> int:
    from aioc.report.words import counted

    pages = {path: text.encode() for path, text in pages_of(catalogue, docs)}
    folders = (docs / "catalog", docs / "cases")
    old = {path for folder in folders if folder.is_dir() for path in folder.glob("*.md")} - set(pages)
    changed = [path for path, raw in pages.items() if not path.is_file() or path.read_bytes() != raw]
    for path in sorted([*changed, *old]):
        click.echo(f"{'out of date' if check else 'removed' if path in old else 'written'}: {path}")
    if check:
        if changed or old:
            click.echo("run `make pages`", err=True)
        return 1 if changed or old else 0
    for path in changed:
        _write(path, pages[path])
    for path in old:
        path.unlink()
    click.echo(f"{counted(len(pages), 'page')}, {len(changed)} changed")
    return 0


def pages_of(catalogue: "Catalogue", docs: Path) -> Iterator[tuple[Path, str]]:
    """Give every page with its place."""
    from aioc.pages.case import Servers, case_index, case_page, topics
    from aioc.pages.index import index_page
    from aioc.pages.server import server_page
    from aioc.pages.subject import Subject

    subjects = [Subject.of(name, catalogue, _kept(docs, name)) for name in sorted(catalogue.overlays)]
    for subject in subjects:
        yield docs / "catalog" / f"{subject.own.name}.md", server_page(subject)
    yield docs / "catalog" / "index.md", index_page(catalogue, subjects)
    yield docs / "cases" / "index.md", case_index(catalogue)
    servers = Servers.of(subjects)
    for topic in topics(catalogue):
        yield docs / "cases" / f"{topic}.md", case_page(topic, catalogue, servers)


def _write(path: Path, raw: bytes) -> None:
    from aioc.report.atomic import write_atomically
    from aioc.report.journal import ReportError

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, raw)
    except (ReportError, OSError) as error:
        why = str(error) if isinstance(error, ReportError) else f"{path} cannot be written: {error.strerror}"
        raise bad_input(why, hint="say where with --docs") from error
