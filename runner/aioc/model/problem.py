"""What is wrong with an input, and where: values until the CLI prints them."""

import difflib
from collections.abc import Iterable
from enum import Enum
from typing import Any, Final, TypeAlias

from aioc.model.frozen import frozen
from aioc.model.synonym import called_here, said_here

Json: TypeAlias = Any
"""A JSON value: None, bool, int, float, str, list or dict with text keys."""


class Absent(Enum):
    """The answer has no value at the place that was asked for (null is a value, this is none)."""

    ABSENT = "absent"

    def __repr__(self) -> str:
        """Read like a value in messages."""
        return "absent"


ABSENT: Final = Absent.ABSENT


@frozen
class Place:
    """A position in a file: line and column count from 1, `text` is the source line."""

    file: str
    line: int
    column: int
    text: str = ""

    def __str__(self) -> str:
        """`file:line:column`, the form that editors and CI logs turn into links."""
        return f"{self.file}:{self.line}:{self.column}"


@frozen
class Problem:
    """One thing wrong with an input: what, where, and how to cure it."""

    what: str
    place: Place | None = None
    hint: str = ""


class BadInputError(Exception):
    """The input cannot be used: carries every problem found; the CLI turns it into exit code 2."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems in the order in which they were found."""
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.what for problem in self.problems))


def bad_input(what: str, place: Place | None = None, hint: str = "") -> BadInputError:
    """Make an error of a single problem."""
    return BadInputError([Problem(what, place, hint)])


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Give a hint that names the word that was meant, or lists the known ones when none is near and they are few."""
    words = sorted(known)
    saying = said_here(word, words)
    if saying is not None:
        return saying
    meant = nearest(word, words)
    if meant is not None:
        return f"did you mean {meant!r}?"
    return f"known: {', '.join(words)}" if 0 < len(words) <= 40 else ""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Give the known word that was meant: the same in other capitals, in another language, or nearly so spelt."""
    words = sorted(known)
    return called_here(word, words) or next(iter(difflib.get_close_matches(word, words, n=1, cutoff=0.6)), None)
