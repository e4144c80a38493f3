"""Problems on the terminal: place, what, the line with a caret, the cure."""

from collections.abc import Sequence

import click

from aioc.model.problem import Problem


def show_problems(problems: Sequence[Problem]) -> None:
    """Print each problem: place, what, the source line with a caret, the hint."""
    for problem in problems:
        place = problem.place
        click.echo(f"{place}: {problem.what}" if place else f"error: {problem.what}", err=True)
        if place is not None and place.text.strip():
            click.echo(f"    {place.text}", err=True)
            click.echo("    " + " " * (place.column - 1) + "^", err=True)
        if problem.hint:
            click.echo(f"  hint: {problem.hint}", err=True)
