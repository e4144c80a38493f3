"""One YAML file to plain data with the position of every value: strict, bounded, the same with and without libyaml."""

import re
from collections.abc import Callable
from pathlib import Path
from sys import intern
from typing import Any

import yaml

from aioc.model.choice import ROLES
from aioc.model.problem import BadInputError, Json, Place, bad_input
from aioc.read.document import Document, Open, Spot
from aioc.read.files import read_bytes
from aioc.read.letters import Fault, deceiving, first_fault, quoted
from aioc.read.scalar import AmbiguousError, plain_value
from aioc.read.yaml_fault import explain

MAX_DEPTH = 64
MAX_NODES = 200_000

_PLAIN_KEY = re.compile(r"[A-Za-z_][\w./-]*\Z", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_NAME_HERE = re.compile(r"\$\{[^}]*\}")
AGAIN = "write the value out again; put a text that begins with {} in quotes"
PROSE = frozenset({"title", "source", "why", "reason", "what", "about", "evidence", "homepage", "notes"})
"""The words of a case, an overlay and a profile whose value is a sentence."""

# libyaml's parser is seven times faster; both give the same events, which is all that is used of either.
_Parser: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
    fault = first_fault(text)
    if fault is not None:
        raise _bad(document, fault)
    loader = _Parser(text)
    try:
        _Builder(document).run(loader.get_event)
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(document, error) from error
    except (yaml.YAMLError, ValueError, UnicodeError) as error:
        raise bad_input(f"not YAML: {_first_line(str(error))}", Place(file, 1, 1)) from error
    finally:
        loader.dispose()
    return document


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0] if text.strip() else "not YAML"


def _not_yaml(document: Document, error: yaml.MarkedYAMLError) -> BadInputError:
    at, context = (
        (mark.line, mark.column) if mark else (0, 0)
        for mark in (error.problem_mark or error.context_mark, error.context_mark or error.problem_mark)
    )
    fault = explain(document, _first_line(error.problem or "not YAML"), at, context)
    return _bad(document, fault)


def _bad(document: Document, fault: Fault) -> BadInputError:
    return bad_input(fault.what, document.at(fault.line, fault.column), fault.hint)


class _Builder:
    """Builds plain data from YAML events with a stack of its own: depth can harm nobody.

    Half of what it takes to load the catalogue is spent here: what is rare is looked at only behind a quick test.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.stack: list[Open] = []
        self.top: Open | None = None
        self.nodes = 0
        self.documents = 0

    def run(self, next_event: Callable[[], Any]) -> None:
        while True:
            event = next_event()
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self.nodes += 1
                if event.anchor is not None or event.tag is not None or self.nodes > MAX_NODES:
                    self._refuse_node(event)
                if self.top is not None and self.top.mapping and self.top.key is None:
                    self._key(event, self.top)
                else:
                    self._scalar(event)
            elif kind is yaml.MappingStartEvent:
                self._open(event, {}, mapping=True)
            elif kind is yaml.SequenceStartEvent:
                self._open(event, [], mapping=False)
            elif kind in (yaml.MappingEndEvent, yaml.SequenceEndEvent):
                self.stack.pop()
                self.top = self.stack[-1] if self.stack else None
            elif kind is yaml.AliasEvent:
                raise self._refuse(event, "aliases (*name) are not allowed", AGAIN.format("*"))
            elif kind is yaml.DocumentStartEvent:
                self.documents += 1
                if self.documents > 1:
                    hint = "one file holds one case: put the second into a file of its own"
                    raise self._refuse(event, "a second document begins here", hint)
            elif kind is yaml.StreamEndEvent:
                if not self.documents:
                    hint = "`aioc new ID` writes a case to begin with"
                    raise bad_input("the file is empty", Place(self.document.file, 1, 1), hint)
                return

    def _refuse(self, event: Any, what: str, hint: str = "") -> BadInputError:
        mark = event.start_mark
        return bad_input(what, self.document.at(mark.line, mark.column), hint)

    def _refuse_node(self, event: Any) -> None:
        if self.nodes > MAX_NODES:
            raise self._refuse(event, f"the file has more than {MAX_NODES:,} values")
        if event.anchor is not None:
            raise self._refuse(event, "anchors (&name) are not allowed", AGAIN.format("&"))
        if event.tag is not None and not (isinstance(event, yaml.ScalarEvent) and event.tag == "!"):
            hint = "leave it out; put a text that begins with ! in quotes"
            raise self._refuse(event, f"tags ({event.tag}) are not allowed", hint)

    def _put(self, value: Json, spot: Spot | Open) -> None:
        """Put a value where it belongs and remember where it stands."""
        top = self.top
        if top is None:
            self.document.data, self.document.root = value, spot
        elif isinstance(top.value, dict):
            assert top.key is not None  # a value never comes before its key
            top.value[top.key] = value
            top.inside[top.key] = spot
            top.key = None
        else:
            top.inside[len(top.value)] = spot
            top.value.append(value)

    def _open(self, event: Any, value: dict[str, Json] | list[Json], *, mapping: bool) -> None:
        self.nodes += 1
        self._refuse_node(event)
        if self.top is not None and self.top.mapping and self.top.key is None:
            name = "{{" in self.document.line(event.start_mark.line)
            hint = 'a name is written "${model}", with quotes' if name else "write one word before the colon"
            raise self._refuse(event, "a key must be a plain text", hint)
        if len(self.stack) >= MAX_DEPTH:
            raise self._refuse(event, f"nested deeper than {MAX_DEPTH} levels")
        mark = event.start_mark
        opened = Open(value, (mark.line, mark.column), bool(event.flow_style), mapping)
        self._put(value, opened)
        self.stack.append(opened)
        self.top = opened

    def _scalar(self, event: Any) -> None:
        text = intern(event.value)  # as the keys: cases say the same in many places, and what they say is kept
        value: Json = text
        # A style of None (pure Python) or '' (libyaml) is a plain scalar.
        if not event.style:
            if not text:
                raise self._empty(event)
            top = self.top
            try:
                value = plain_value(text, in_flow=top is not None and top.flow)
            except AmbiguousError as error:
                raise self._refuse(event, str(error), self._name_in_flow(event) or error.hint) from error
            if top is not None and top.key in PROSE:
                self._refuse_cut_prose(event, top.key)
        elif _SURROGATE.search(text):
            # libyaml refuses lone surrogates, PyYAML's own parser does not.
            raise self._refuse(event, "half of a surrogate pair", "write the character itself")
        mark = event.start_mark
        self._put(value, (mark.line, mark.column))

    def _empty(self, event: Any) -> BadInputError:
        """Refuse a value that is not there: YAML would take it for null."""
        top = self.top
        key = top.key if top else None
        if top is None or key is None:
            return self._refuse(event, "a value is missing here", "write null, or the text in quotes")
        if not top.flow:
            hint = "write it after the colon; what stands on the next lines is indented deeper; nothing at all is null"
        elif key in ROLES:
            hint = f'a name is written "${{{key}}}", with quotes'
        else:
            hint = "inside {…} and […] a comma ends a value: put a text with a comma in quotes"
        return self._refuse(event, f"{key!r} has no value", hint)

    def _name_in_flow(self, event: Any) -> str:
        """Give the cure of a `${name}` that YAML takes apart inside brackets, if that is what it is."""
        line = self.document.line(event.start_mark.line)[event.start_mark.column :]
        name = _NAME_HERE.match(line) if self.top is not None and self.top.flow else None
        return f"put quotes around it: {quoted(name[0])}" if name else ""

    def _refuse_cut_prose(self, event: Any, key: str | None) -> None:
        """Refuse a sentence of which YAML would keep the part before ` #` alone, and tell nobody."""
        # Words of the file itself, and of an entry of a list in it.
        if len(self.stack) != 1 and not (len(self.stack) == 3 and not self.stack[1].mapping):
            return
        line, column = event.end_mark.line, event.end_mark.column
        rest = self.document.line(line)[column:]
        if rest.lstrip(" ").startswith("#"):
            place = self.document.at(line, column + len(rest) - len(rest.lstrip(" ")))
            hint = f"put the text in quotes: {key}: {quoted(event.value + rest.rstrip())}"
            raise bad_input("what follows ` #` is a comment to YAML", place, hint)

    def _key(self, event: Any, top: Open) -> None:
        text = intern(event.value)
        if not text:
            raise self._refuse(event, "a key is missing before the colon")
        if not event.style and not _PLAIN_KEY.match(text):
            trap = deceiving(text)
            if trap is not None:
                raise self._refuse(event, *trap)
            if "?" in text and top.flow:
                what = f"inside {{…}} and […] a text such as {text!r} must be in quotes"
                raise self._refuse(event, what, f"put it in quotes: {quoted(text)}")
            if text == "<<":
                raise self._refuse(event, "merge keys (<<) are not allowed", "write the keys out again")
        if text in top.keys:
            raise self._refuse(event, f"the key {text!r} is given twice", f"first in line {top.keys[text][0] + 1}")
        mark = event.start_mark
        top.key = text
        top.keys[text] = (mark.line, mark.column)
