"""A YAML file as plain data, with the place of every value and every key."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from sys import intern

from aioc.model.problem import Json, Place

KeyPath = tuple[str | int, ...]
Spot = tuple[int, int]
"""Line and column, counted from 0."""


def each(data: Json, path: KeyPath) -> Iterator[tuple[Json, KeyPath]]:
    """Give what may stand alone or in a list, with the path of each; nothing for None."""
    if isinstance(data, list):
        yield from ((item, (*path, number)) for number, item in enumerate(data))
    elif data is not None:
        yield data, path


@dataclass(slots=True)
class Open:
    """A mapping or sequence, while it is read and afterwards: where it, its keys and what is in it stand."""

    value: dict[str, Json] | list[Json]
    spot: Spot
    flow: bool
    mapping: bool
    key: str | None = None
    keys: dict[str, Spot] = field(default_factory=dict)
    inside: dict[str | int, "Spot | Open"] = field(default_factory=dict)


@dataclass(slots=True)
class Document:
    """The data of a file, and where each value and each key stands."""

    file: str
    data: Json
    text: str
    root: Spot | Open = (0, 0)
    """Where the whole of it stands."""
    _lines: list[str] | None = None

    def place(self, path: KeyPath = (), *, key: bool = False) -> Place:
        """Give the place of the value (or the key) at this path, or of its nearest parent that has one."""
        here = self.root
        for number, step in enumerate(path, 1):
            if not isinstance(here, Open):
                break
            if key and number == len(path):
                here = here.keys.get(str(step), here)
            elif step in here.inside:
                here = here.inside[step]
            else:
                break
        return self.at(*(here.spot if isinstance(here, Open) else here))

    def at(self, line: int, column: int) -> Place:
        """Give the place of a spot, whose line and column count from 0."""
        return Place(self.file, line + 1, column + 1, intern(self.line(line)))

    def path_at(self, line: int, column: int) -> KeyPath | None:
        """Give the path of the outermost value that stands at this place, as places count: from 1."""
        left: list[tuple[KeyPath, Spot | Open]] = [((), self.root)]
        while left:
            path, here = left.pop()
            if (here.spot if isinstance(here, Open) else here) == (line - 1, column - 1):
                return path
            if isinstance(here, Open):
                left += [((*path, step), below) for step, below in reversed(here.inside.items())]
        return None

    def line(self, number: int) -> str:
        """Give the text of a line; lines count from 0."""
        if self._lines is None:
            self._lines = self.text.splitlines()
        return self._lines[number] if number < len(self._lines) else ""
