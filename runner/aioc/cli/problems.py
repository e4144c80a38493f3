"""Problems on the terminal: place, what, the line with a caret under the place, the cure."""

import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

import click

from aioc.model.problem import Place, Problem
from aioc.report.text import clean

_TAB = "→   "
_TOKEN = re.compile(
    r""" (?: (?<![\w'"]) (?: "(?:[^"\\]|\\.)*" | '(?:[^']|'')*' ) | [\w$.@/*+-] | \[[^\]\s]*\] )+ """, re.VERBOSE
)
"""What the caret underlines: a quoted text, a word, a path."""


def wants_colour(*, err: bool = False) -> bool:
    """Whether stdout (or stderr) is a terminal that shows colours, and NO_COLOR does not forbid them."""
    stream = sys.stderr if err else sys.stdout
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def show_problems(problems: Sequence[Problem], *, colour: bool = True) -> None:
    """Print each problem on stderr; in colour on a terminal, unless NO_COLOR or the caller forbids it."""
    painted = colour and wants_colour(err=True)
    width = min(shutil.get_terminal_size((120, 24)).columns, 160)
    for number, problem in enumerate(problems):
        lines = [*([""] if number else []), *problem_lines(problem, width)]
        click.echo("\n".join(lines), err=True, color=painted)


def problem_lines(problem: Problem, width: int) -> Iterator[str]:
    """Give the lines that tell a problem, in colour, none much longer than `width`."""
    place = problem.place
    head = f"{flat(str(place))}:" if place else "error:"
    yield f"{click.style(head, bold=True)} {click.style(flat(problem.what), fg='red', bold=True)}"
    if place is not None and place.text.strip():
        number = f"{place.line:4}"
        line, before, under = _window(place, max(width - len(number) - 3, 20))
        caret = click.style("^" * under, fg="red", bold=True)
        yield f"{click.style(f'{number} |', fg='blue')} {line}"
        yield f"{click.style(' ' * len(number) + ' |', fg='blue')} {' ' * before}{caret}"
    if problem.hint:
        yield f"  {click.style('hint:', fg='cyan')} {flat(problem.hint)}"


def flat(text: str) -> str:
    """Give a text as one harmless line, whatever a file puts into it."""
    return " ".join(clean(text).splitlines())


def _window(place: Place, limit: int) -> tuple[str, int, int]:
    """Give the part of the source line round the place, how many cells stand before the caret, and how many it has."""
    # A line may be a megabyte long, and a file may have a thousand problems: only what can be shown is looked at.
    start = max(place.column - 1 - limit, 0)
    text = place.text[start : place.column - 1 + limit]
    at = min(place.column - 1 - start, len(text))
    token = _TOKEN.match(text, at)
    cells = [_TAB if letter == "\t" else clean(letter) for letter in text]
    widths = [_width(cell) for cell in cells]
    # Half of the room is for what stands before; what either side does not need the other one has.
    nearest = widths[:at][::-1]
    first = at - _fitting(nearest, limit // 2)
    last = at + _fitting(widths[at:], limit - sum(widths[first:at]))
    first = at - _fitting(nearest, limit - sum(widths[at:last]))
    ahead = "…" if start + first else ""
    behind = "…" if start + last < len(place.text) else ""
    # CI runners obey some words in a log: `clean` breaks them, and may so move what follows.
    before = _width(clean(ahead + "".join(cells[first:at])))
    under = sum(widths[at : min(token.end(), last)]) if token else 1
    return clean(ahead + "".join(cells[first:last]) + behind).rstrip(), before, max(under, 1)


def _fitting(widths: Iterable[int], room: int) -> int:
    """Count how many of these, from the first on, fit into the room."""
    return sum(taken <= room for taken in accumulate(widths))


def _width(text: str) -> int:
    """How many cells of a terminal a text takes: wide letters two, combining ones none."""
    return sum(
        0 if unicodedata.category(letter) in ("Mn", "Me", "Cf") else 1 + (unicodedata.east_asian_width(letter) in "WF")
        for letter in text
    )
