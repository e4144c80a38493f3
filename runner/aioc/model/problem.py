"""What is wrong with an input, and where: values until the CLI prints them."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeAlias

Json: TypeAlias = Any
"""A JSON value: None, bool, int, float, str, list or dict with text keys."""


class Absent(Enum):
    """The answer has no value at the place that was asked for (null is a value, this is none)."""

    ABSENT = "absent"

    def __repr__(self) -> str:
        """Read like a value in messages."""
        return "absent"


ABSENT: Final = Absent.ABSENT


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a file: line and column count from 1, `text` is the source line."""

    file: str
    line: int
    column: int
    text: str = ""

    def __str__(self) -> str:
        """`file:line:column`, the form that editors and CI logs turn into links."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
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
    """Give a hint that names the nearest known word, or lists them when none is near and they are few."""
    words = sorted(known)
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"known: {', '.join(words)}" if 0 < len(words) <= 40 else ""
