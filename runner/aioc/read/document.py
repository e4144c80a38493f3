"""One YAML file as plain data with the position of every value: strict, bounded, the same with and without libyaml."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from aioc.model.problem import BadInputError, Json, Place, bad_input
from aioc.read.files import read_bytes
from aioc.read.scalar import AmbiguousError, plain_value

MAX_DEPTH = 64
MAX_NODES = 200_000

# What YAML lets no file hold, and tabs, which PyYAML and libyaml take in different places.
_FORBIDDEN = re.compile("[^\n\r -~\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_DIRECTIVE = re.compile(r"\A(?:[ \t]*(?:\#[^\n]*)?\r?\n)*%")

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
        return Place(self.file, line + 1, column + 1, self.line(line))

    def line(self, number: int) -> str:
        """Give the text of a line; lines count from 0."""
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
    _refuse_characters(document)
    loader = _Parser(text)
    try:
        _Builder(document).run(loader.get_event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = _place_of(document, mark.line if mark else 0, mark.column if mark else 0)
        what = _first_line(error.problem or "not YAML")
        raise bad_input(what, place, _cure(what, place.text)) from error
    except (yaml.YAMLError, ValueError, UnicodeError) as error:
        raise bad_input(f"not YAML: {_first_line(str(error))}", Place(file, 1, 1)) from error
    finally:
        loader.dispose()
    return document


def _refuse_characters(document: Document) -> None:
    """Refuse what the parsers take differently, before they see it: control characters and directives."""
    forbidden = _FORBIDDEN.search(document.text)
    if forbidden:
        before = document.text[: forbidden.start()].split("\n")
        place = _place_of(document, len(before) - 1, len(before[-1]))
        if forbidden[0] == "\t":
            raise bad_input("tabs are not allowed", place, 'indent with spaces; in a text write "\\t" in double quotes')
        raise bad_input(f"the character U+{ord(forbidden[0]):04X} is not allowed in a file", place)
    directive = _DIRECTIVE.match(document.text)
    if directive:
        raise bad_input("directives (%) are not allowed", _place_of(document, directive[0].count("\n"), 0))


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0] if text.strip() else "not YAML"


def _place_of(document: Document, line: int, column: int) -> Place:
    return Place(document.file, line + 1, column + 1, document.line(line))


def _cure(what: str, line: str) -> str:
    """Guess from the fault and its line what the author meant, for the most common accidents."""
    if "${" in line and ("{" in line.replace("${", "") or "[" in line):
        return 'inside {…} and […] put quotes around it: "${model}"'
    if "escape" in what:
        return "in double quotes \\ begins an escape: use single quotes"
    if "line break" in what or "indicator" in what or "start any token" in what:
        return "put a text that begins with such a character in quotes"
    if "mapping values" in what:
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
                hint = _cure("", self.document.line(event.start_mark.line))
                raise self._refuse(event, str(error), hint) from error
        elif any(0xD800 <= ord(letter) <= 0xDFFF for letter in text):
            # libyaml refuses lone surrogates, PyYAML's own parser does not.
            raise self._refuse(event, "half of a surrogate pair", "write the character itself")
        self._put(event, value)

    def _key(self, event: Any, text: str) -> None:
        top = self.stack[-1]
        path = (*top.path, text)
        if not text:
            raise self._refuse(event, "a key is missing before the colon")
        if "?" in text and top.flow and not event.style:
            raise self._refuse(event, f"inside {{…}} and […] a text such as {text!r} must be in quotes")
        if text == "<<" and not event.style:
            raise self._refuse(event, "merge keys (<<) are not allowed", "write the keys out again")
        if text in top.value:
            first = self.document.keys[path]
            raise self._refuse(event, f"the key {text!r} is given twice", f"first in line {first[0] + 1}")
        top.key = text
        self.document.keys[path] = (event.start_mark.line, event.start_mark.column)
