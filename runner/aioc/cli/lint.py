"""`aioc lint`: every problem of every file, and nothing is sent."""

from pathlib import Path

import click

from aioc.cli.kinds import PATH
from aioc.model.problem import BadInputError


@click.command(short_help="Check case files, overlays and profiles.")
@click.argument("paths", nargs=-1, type=PATH)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "gitlab"]),
    default="text",
    show_default=True,
    help="For the terminal; for programs; annotations of GitHub Actions; GitLab's code quality report.",
)
@click.option("--no-color", is_flag=True, help="No colours (NO_COLOR works too).")
def lint(paths: tuple[Path, ...], form: str, no_color: bool) -> int:
    """Check case files, overlays and profiles; without PATHS the installed catalogue.

    \b
    aioc lint my-cases/                                      every problem with its line and its cure
    aioc lint my-cases/ --format gitlab > codequality.json   for the widget of a merge request

    Problems go to stderr as text, every other format to stdout.
    Exit code: 0 nothing to say, 2 there are problems.
    """
    from aioc.cli import lint_forms
    from aioc.cli.problems import show_problems
    from aioc.read.tree import load
    from aioc.report.words import counted

    try:
        loaded = load(paths, lint=True)
        problems, files = loaded.problems, loaded.files
        cases = len(loaded.catalogue.cases if loaded.ids is None else loaded.ids)
    except BadInputError as error:
        problems, files, cases = error.problems, 0, 0
    if form == "json":
        click.echo(lint_forms.as_json(problems, files, cases))
    elif form == "gitlab":
        click.echo(lint_forms.as_gitlab(problems))
    elif not problems:
        click.echo(f"{counted(files, 'file')}, {counted(cases, 'case')}: nothing to say")
    elif form == "github":
        for line in lint_forms.as_github(problems):
            click.echo(line)
    else:
        show_problems(problems, colour=not no_color)
        wrong = len({problem.place.file for problem in problems if problem.place})
        where = f" in {counted(wrong, 'file')}" if wrong else ""
        click.echo(f"\n{counted(len(problems), 'problem')}{where}", err=True)
    return 2 if problems else 0
