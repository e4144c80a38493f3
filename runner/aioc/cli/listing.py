"""`aioc list`: what there is to run."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from aioc.model.case import Case


@click.command("list")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--select", multiple=True, metavar="GLOB", help="Only these ids.")
@click.option("--coverage", is_flag=True, help="Show which documented fields are sent and looked at, and the holes.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_cases(paths: tuple[Path, ...], select: tuple[str, ...], coverage: bool, form: str) -> int:
    """List the cases: id, severity, title."""
    from aioc.model.problem import BadInputError  # noqa: PLC0415
    from aioc.read.links import matches  # noqa: PLC0415
    from aioc.read.tree import load  # noqa: PLC0415

    loaded = load(paths)
    if loaded.problems:
        raise BadInputError(loaded.problems)
    cases = [
        case
        for case in loaded.catalogue.cases
        if (loaded.ids is None or case.id in loaded.ids)
        and (not select or any(matches(glob, case.id) for glob in select))
    ]
    if coverage:
        _coverage(cases, form)
        return 0
    if form == "json":
        rows = [
            {
                "id": case.id,
                "title": case.title,
                "severity": case.severity,
                "needs": case.needs,
                "source": case.source,
                "invariant": case.answers is not None,
                "file": case.place.file,
            }
            for case in cases
        ]
        click.echo(json.dumps(rows, indent=1))
        return 0
    width = max((len(case.id) for case in cases), default=0)
    for case in cases:
        click.echo(f"{case.id:{width}}  {case.severity:4}  {case.title}")
    click.echo(f"{len(cases)} cases")
    return 0


def _coverage(cases: Sequence["Case"], form: str) -> None:
    from aioc.coverage.measure import measure  # noqa: PLC0415
    from aioc.report.coverage import coverage_lines  # noqa: PLC0415

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
