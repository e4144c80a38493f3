"""The kinds of values that options take: what is wrong with one is said in the words of `--help`."""

from pathlib import Path
from typing import Any

import click

EMPTY = "the value is empty: is a variable of the shell not set?"


class Text(click.types.StringParamType):
    """A text; an empty one is refused, for it comes of a shell variable that is not set. (`AIOC_…=` is no value.)"""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Give it as it is."""
        if value == "":
            self.fail(EMPTY, param, ctx)
        return super().convert(value, param, ctx)


class AnyPath(click.Path):
    """A path, looked at by whoever opens it; an empty one would be the folder where one stands."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Give it as a Path."""
        if value == "":
            self.fail(EMPTY, param, ctx)
        return super().convert(value, param, ctx)


class Whole(click.IntRange):
    """A whole number within bounds."""

    name = "whole number"

    def _describe_range(self) -> str:
        return _bounds(self.min, self.max)


class Number(click.FloatRange):
    """A number within bounds."""

    name = "number"

    def _describe_range(self) -> str:
        return _bounds(self.min, self.max)


def _bounds(least: float | None, most: float | None) -> str:
    return f"{least:g} or more" if most is None else f"{least:g} to {most:g}"


TEXT = Text()
PATH = AnyPath(path_type=Path)
