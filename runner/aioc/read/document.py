"""One YAML file as plain data with the position of every value: strict, bounded, the same with and without libyaml."""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from aioc.model.problem import BadInputError, Json, Place, bad_input
from aioc.read.scalar import AmbiguousError, plain_value

MAX_BYTES = 1 << 20
MAX_DEPTH = 64
MAX_NODES = 200_000

KeyPath = tuple[str | int, ...]

# libyaml's parser is seven times faster; both give the same events, which is all that is used of either.
_Parser: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Document:
    """The data of a file, and where each value (`values`) and each key (`keys`) stands, by path."""

    file: str
    data: Json
    text: str
    values: dict[KeyPath, tuple[int, int]] = field(default_factory=dict)
    keys: dict[KeyPath, tuple[int, int]] = field(default_factory=dict)
    _lines: list[str] | None = None

    def place(self, path: KeyPath = (), *, key: bool = False) -> Place:
        """Give the place of the value (or the key) at this path, or of its nearest parent that has one."""
        table = self.keys if key else self.values
        while path not in table and path:
            path, table = path[:-1], self.values
        line, column = table.get(path, (0, 0))
        return Place(self.file, line + 1, column + 1, self._line(line))

    def _line(self, number: int) -> str:
        if self._lines is None:
            self._lines = self.text.splitlines()
        return self._lines[number] if number < len(self._lines) else ""


@dataclass(slots=True)
class _Open:
    """A mapping or sequence that is still being read."""

    path: KeyPath
    value: dict[str, Json] | list[Json]
    flow: bool
    key: str | None = None


def read_bytes(path: Path, limit: int = MAX_BYTES) -> bytes:
    """Read a regular file of at most `limit` bytes; raise BadInputError for anything else."""
    here = Place(str(path), 1, 1)
    try:
        # O_NONBLOCK: opening a FIFO must not wait for a writer.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise bad_input("this is not a regular file", here)
            if status.st_size > limit:
                raise bad_input(f"the file has {status.st_size:,} bytes, the limit is {limit:,}", here)
            with os.fdopen(handle, "rb", closefd=False) as file:
                return file.read(limit + 1)
        finally:
            os.close(handle)
    except OSError as error:
        raise bad_input(f"cannot be read: {error.strerror or error}", here) from error


def read_document(path: Path, shown_as: str | None = None) -> Document:
    """Read one YAML file; `shown_as` is its name in messages. Raises BadInputError with the position."""
    return parse_document(read_bytes(path), shown_as or str(path))


def parse_document(raw: bytes, file: str) -> Document:
    """Parse the bytes of one YAML document. Raises BadInputError with the position."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise bad_input("the file is not UTF-8", Place(file, line, 1), "save it as UTF-8") from error
    document = Document(file, None, text)
    builder = _Builder(document)
    loader = _Parser(text)
    try:
        builder.run(loader.get_event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = _place_of(document, mark.line if mark else 0, mark.column if mark else 0)
        raise bad_input(_first_line(error.problem or "not YAML"), place, _cure(place.text)) from error
    except (yaml.YAMLError, ValueError, UnicodeError) as error:
        raise bad_input(f"not YAML: {_first_line(str(error))}", Place(file, 1, 1)) from error
    finally:
        loader.dispose()
    return document


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0] if text.strip() else "not YAML"


def _place_of(document: Document, line: int, column: int) -> Place:
    lines = document.text.splitlines()
    return Place(document.file, line + 1, column + 1, lines[line] if line < len(lines) else "")


def _cure(line: str) -> str:
    """Guess from the line what the author meant, for the most common accidents."""
    if "${" in line and ("{" in line.replace("${", "") or "[" in line):
        return 'inside {…} and […] put quotes around it: "${model}"'
    if "\t" in line:
        return "indent with spaces, not with tabs"
    if line.count(": ") > 1:
        return 'put a text that contains ": " in quotes'
    return ""


class _Builder:
    """Builds plain data from YAML events with a stack of its own: depth can harm nobody."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.stack: list[_Open] = []
        self.nodes = 0
        self.documents = 0

    def run(self, next_event: Callable[[], Any]) -> None:
        while True:
            event = next_event()
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._node(event)
                self._scalar(event)
            elif kind is yaml.MappingStartEvent:
                self._node(event)
                self._open(event, {})
            elif kind is yaml.SequenceStartEvent:
                self._node(event)
                self._open(event, [])
            elif kind in (yaml.MappingEndEvent, yaml.SequenceEndEvent):
                self.stack.pop()
            elif kind is yaml.AliasEvent:
                raise self._refuse(event, "aliases (*name) are not allowed", "write the value out again")
            elif kind is yaml.DocumentStartEvent:
                self.documents += 1
                if self.documents > 1:
                    raise self._refuse(event, "a second document begins here", "one file holds one document")
            elif kind is yaml.StreamEndEvent:
                if not self.documents:
                    raise bad_input("the file is empty", Place(self.document.file, 1, 1))
                return

    def _refuse(self, event: Any, what: str, hint: str = "") -> BadInputError:
        mark = event.start_mark
        return bad_input(what, _place_of(self.document, mark.line, mark.column), hint)

    def _node(self, event: Any) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self._refuse(event, f"the file has more than {MAX_NODES:,} values")
        if event.anchor is not None:
            raise self._refuse(event, "anchors (&name) are not allowed", "write the value out again")
        if event.tag is not None and not (isinstance(event, yaml.ScalarEvent) and event.tag == "!"):
            raise self._refuse(event, f"tags ({event.tag}) are not allowed", "leave it out")

    def _path(self) -> KeyPath:
        if not self.stack:
            return ()
        top = self.stack[-1]
        return (*top.path, top.key if isinstance(top.value, dict) and top.key is not None else len(top.value))

    def _put(self, event: Any, value: Json) -> KeyPath:
        """Put a value where it belongs and remember where it stands."""
        path = self._path()
        if not self.stack:
            self.document.data = value
        else:
            top = self.stack[-1]
            if isinstance(top.value, dict):
                assert top.key is not None  # a value never comes before its key
                top.value[top.key] = value
                top.key = None
            else:
                top.value.append(value)
        self.document.values[path] = (event.start_mark.line, event.start_mark.column)
        return path

    def _open(self, event: Any, value: dict[str, Json] | list[Json]) -> None:
        if self._wants_key():
            raise self._refuse(event, "a key must be a plain text", "write one word before the colon")
        if len(self.stack) >= MAX_DEPTH:
            raise self._refuse(event, f"nested deeper than {MAX_DEPTH} levels")
        path = self._put(event, value)
        self.stack.append(_Open(path, value, bool(event.flow_style)))

    def _wants_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].value, dict) and self.stack[-1].key is None

    def _scalar(self, event: Any) -> None:
        text: str = event.value
        # A style of None (pure Python) or '' (libyaml) is a plain scalar.
        plain = not event.style
        if self._wants_key():
            self._key(event, text)
            return
        value: Json = text
        if plain:
            try:
                value = plain_value(text, in_flow=bool(self.stack) and self.stack[-1].flow)
            except AmbiguousError as error:
                raise self._refuse(event, str(error)) from error
        elif any(0xD800 <= ord(letter) <= 0xDFFF for letter in text):
            # libyaml refuses lone surrogates, PyYAML's own parser does not.
            raise self._refuse(event, "half of a surrogate pair", "write the character itself")
        self._put(event, value)

    def _key(self, event: Any, text: str) -> None:
        top = self.stack[-1]
        path = (*top.path, text)
        if not text:
            raise self._refuse(event, "a key is missing before the colon")
        if text == "<<" and not event.style:
            raise self._refuse(event, "merge keys (<<) are not allowed", "write the keys out again")
        if text in top.value:
            first = self.document.keys[path]
            raise self._refuse(event, f"the key {text!r} is given twice", f"first in line {first[0] + 1}")
        top.key = text
        self.document.keys[path] = (event.start_mark.line, event.start_mark.column)
