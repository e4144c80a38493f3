"""`aioc lint`: every problem of every file, and nothing is sent."""

from pathlib import Path

import click


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
def lint(paths: tuple[Path, ...]) -> int:
    """Check case files, overlays and profiles; without PATHS the installed catalogue.

    Exit code 0: nothing to say. 2: there are problems, each with its place and its cure.
    """
    from aioc.cli.problems import show_problems  # noqa: PLC0415
    from aioc.read.tree import load  # noqa: PLC0415

    loaded = load(paths, lint=True)
    show_problems(loaded.problems)
    if loaded.problems:
        click.echo(f"{len(loaded.problems)} problems", err=True)
        return 2
    click.echo(f"{loaded.files} files, {len(loaded.catalogue.cases)} cases: nothing to say")
    return 0
