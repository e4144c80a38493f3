"""`aioc list`: what there is to run."""

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aioc.cli import complete
from aioc.cli.kinds import PATH
from aioc.model.problem import bad_input, did_you_mean

if TYPE_CHECKING:
    from aioc.model.case import Case
    from aioc.model.catalogue import Catalogue
    from aioc.model.overlay import Overlay


@click.command("list", short_help="List the cases.")
@click.argument("paths", nargs=-1, type=PATH)
@click.option(
    "--topic",
    multiple=True,
    metavar="TOPIC",
    help="Only the cases of this topic: chat, responses …",
    shell_complete=complete.topics,
)
@click.option(
    "--select",
    multiple=True,
    metavar="GLOB",
    help="Only these ids: chat/stream/**.",
    shell_complete=complete.case_ids,
)
@click.option("--capability", multiple=True, metavar="NAME", help="Only cases that need this capability.")
@click.option(
    "--severity",
    multiple=True,
    type=click.Choice(["fail", "warn", "info"]),
    help="Only cases whose worst check has this severity.",
)
@click.option(
    "--grep", metavar="TEXT", help="Only cases with this text in id, title, why or source; capitals do not count."
)
@click.option(
    "--profile",
    metavar="NAME",
    help="Only the cases of this profile, or of a file with one.",
    shell_complete=complete.profiles,
)
@click.option(
    "--server", metavar="NAME", help="Only cases that this server's overlay touches.", shell_complete=complete.servers
)
@click.option("--coverage", is_flag=True, help="Show which documented fields are sent and looked at, and the holes.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For the terminal; for programs.",
)
def list_cases(paths: tuple[Path, ...], coverage: bool, form: str, **wanted: Any) -> int:
    """List the cases: id, worst severity, title. Filters are joined by "and"; the same one twice by "or".

    \b
    aioc list --topic chat --capability tools      the cases of chat that need tools
    aioc list --server llama.cpp --grep usage      what llama.cpp is known for, about usage
    aioc list --format json                        for a program: a list of objects, see docs/contract.md

    Exit code: 0 listed (also when nothing fits), 2 bad input.
    """
    from aioc.author.touch import resolved
    from aioc.read.tree import load_sound
    from aioc.report.words import counted

    for path in paths:
        if not path.exists() and len(path.parts) == 1 and not path.suffix:
            raise bad_input(f"{path} does not exist", hint=f"aioc list --topic {path}, or a folder or file of cases")
    loaded = load_sound(paths)
    catalogue = loaded.catalogue
    own = [case for case in catalogue.cases if loaded.ids is None or case.id in loaded.ids]
    cases = _filtered(own, catalogue, **wanted)
    if coverage:
        _coverage(cases, form)
    elif form == "json":
        overlays = resolved(catalogue)
        click.echo(json.dumps([_row(case, overlays) for case in cases], indent=1))
    else:
        width = max((len(case.id) for case in cases), default=0)
        for case in cases:
            click.echo(f"{case.id:{width}}  {case.worst:4}  {case.title}")
        click.echo(counted(len(cases), "case"))
    return 0


def _filtered(
    cases: Sequence["Case"],
    catalogue: "Catalogue",
    *,
    topic: tuple[str, ...],
    select: tuple[str, ...],
    capability: tuple[str, ...],
    severity: tuple[str, ...],
    grep: str | None,
    profile: str | None,
    server: str | None,
) -> "list[Case]":
    """Give the cases that every filter keeps. Raises BadInputError for a name that nothing has."""
    from aioc.author.touch import touched_by
    from aioc.cli.profile import profile_of
    from aioc.overlay import resolve
    from aioc.read.links import matches_any, selects

    _known("topic", topic, {case.topic for case in cases})
    _known("capability", capability, catalogue.capabilities)
    overlays = {server: resolve(server, catalogue)} if server else {}
    chosen = profile_of(profile, catalogue) if profile is not None else None
    text = (grep or "").casefold()
    return [
        case
        for case in cases
        if (not topic or case.topic in topic)
        and (not select or matches_any(select, case.id))
        and (not capability or set(capability) & set(case.needs))
        and (not severity or case.worst in severity)
        and text in "\n".join((case.id, case.title, case.why, case.source)).casefold()
        and (chosen is None or selects(chosen, case.id))
        and (not server or touched_by(case, overlays))
    ]


def _known(kind: str, wanted: Sequence[str], known: Collection[str]) -> None:
    for name in wanted:
        if name not in known:
            raise bad_input(f"there is no {kind} {name!r}", hint=did_you_mean(name, known))


def _row(case: "Case", overlays: Mapping[str, "Overlay"]) -> dict[str, Any]:
    """Give a case as --format json has it: an object of these members, all of them always there.

    id, family (the id without `:member`), topic, title, source, why, file: texts (why may be ''); severity: fail, warn
    or info, the worst of its checks; needs: the capabilities; overlays: the servers whose overlay touches it, heirs
    too; invariant, danger: booleans; server: the one server that alone it belongs to, or null; line: from 1.
    """
    from aioc.author.touch import touched_by

    return {
        "id": case.id,
        "family": case.family,
        "topic": case.topic,
        "title": case.title,
        "severity": case.worst,
        "needs": case.needs,
        "source": case.source,
        "why": case.why,
        "invariant": case.answers is not None,
        "danger": case.danger,
        "server": case.server,
        "overlays": touched_by(case, overlays),
        "file": case.place.file,
        "line": case.place.line,
    }


def _coverage(cases: Sequence["Case"], form: str) -> None:
    from aioc.coverage.measure import measure
    from aioc.report.coverage import coverage_lines

    table = measure(cases)
    if form == "text":
        for line in coverage_lines(table):
            click.echo(line)
        return
    rows = {
        cells.endpoint.name: {
            "cases": sorted(cells.cases),
            **{part: {name: sorted(filled.get(name, ())) for name in fields} for part, fields, filled in cells.parts},
        }
        for cells in table
    }
    click.echo(json.dumps(rows, indent=1))
