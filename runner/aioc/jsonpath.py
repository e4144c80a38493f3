"""The part of JSONPath that cases may use: checked letter by letter; what is not plain is evaluated by jsonpath-ng.

jsonpath-ng alone accepts arithmetic, unions and functions that give silent nonsense or a gigabyte of text,
and it drops holes: `$.choices[*].finish_reason` with the key missing in one of two
choices selects one value and says nothing. Here a path is split at its last `[*]`, filter or slice, and a
parent that yields nothing is reported as a hole.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from threading import Lock
from typing import Any

from aioc.model.frozen import frozen
from aioc.model.problem import Json
from aioc.path_steps import NAME, NOTHING, PLAIN, Test, filter_test, go, keys

MAX_LENGTH = 200

_QUOTED = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""
_OPERAND = rf"(?:{_QUOTED}|-?[0-9]+(?:\.[0-9]+)?|true|false|null|@(?:\.{NAME})+)"
_TEST = rf"(?:==|!=|<=|>=|<|>)\s*{_OPERAND}|=~\s*(?:{_QUOTED})"
_COMPARISON = rf"\s*@(?:\.{NAME}|\['[^']*'\]|\[[0-9]+\])*\s*(?:(?:{_TEST})\s*)?"
_STEP = re.compile(
    rf"""
      (?P<child>\.{NAME} | \['(?:[^'\\])*'\] | \["(?:[^"\\])*"\])
    | (?P<deep>\.\.{NAME})
    | (?P<index>\[-?[0-9]+\])
    | (?P<many>\[\*\] | \.\* | \[-?[0-9]*:-?[0-9]*(?::-?[1-9][0-9]*)?\] | \[\?\({_COMPARISON}(?:&&{_COMPARISON})*\)\])
    | (?P<length>\.`len`\Z)
    """,
    re.VERBOSE,
)
_PLAIN = re.compile(PLAIN)
# Names that jsonpath-ng's grammar keeps for itself.
_RESERVED = re.compile(r"\.(where|wherenot|parent|contains|true|false)\b", re.IGNORECASE)
_TEXT = re.compile(_QUOTED)
_REGEX = re.compile(rf"=~\s*({_QUOTED})")


class PathError(ValueError):
    """This is not a path that cases may use; the text says why."""


class Match:
    """One selected value and the place in the answer where it stands, such as `$.choices[0].index`.

    The place is put into words when somebody asks for it: most values satisfy their check.
    """

    __slots__ = ("_datum", "_root", "value")

    def __init__(self, root: "str | Match", value: Json, datum: Any = None) -> None:
        """Take the value; `datum` says where it stands below `root`: in a text, or in jsonpath-ng's way."""
        self.value = value
        self._root = root
        self._datum = datum

    @property
    def where(self) -> str:
        """The place."""
        root = self._root if isinstance(self._root, str) else self._root.where
        if self._datum is None:
            return root
        return root + (self._datum if isinstance(self._datum, str) else _pointer(self._datum))


@frozen
class Selection:
    """What a path selects, and the parents at its last multi-valued step that yield nothing."""

    matches: tuple[Match, ...]
    holes: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def split(text: str) -> tuple[str, str]:
    """Check a path and cut it after its last `[*]`, filter or slice; raise PathError.

    The first part is '' when the path has no such step.
    """
    if len(text) > MAX_LENGTH:
        raise PathError(f"a JSONPath has at most {MAX_LENGTH} characters")
    if not text.startswith("$"):
        raise PathError("a JSONPath begins with $")
    if "${" in text:
        raise PathError("${…} is not allowed in a JSONPath; compare with a keyword instead")
    at, cut = 1, 0
    while at < len(text):
        step = _STEP.match(text, at)
        if step is None:
            raise PathError(f"{text[at:]!r} is no step of a JSONPath{_why(text[at:])}")
        at = step.end()
        if step.lastgroup == "many":
            cut = at
            _check_texts(step[0])
            _check_patterns(step[0])
    reserved = _RESERVED.search(_TEXT.sub("''", text))
    if reserved:
        raise PathError(f"write ['{reserved[1]}'] for the name {reserved[1]!r}")
    return text[:cut], text[cut:]


def _check_texts(step: str) -> None:
    # jsonpath-ng drops a backslash in a text: '\\s' would silently be 's'.
    for quoted in _TEXT.findall(step):
        if "\\" in quoted:
            raise PathError(
                f"a backslash in {quoted} would be lost; write [.] for \\., [0-9] for \\d, (?s). for any letter"
            )


def _check_patterns(step: str) -> None:
    # jsonpath-ng tries a pattern first on an answer, and takes one that does not compile for "no match".
    for pattern in _REGEX.findall(step):
        try:
            re.compile(pattern[1:-1])
        except re.error as error:
            raise PathError(f"{pattern} is no regular expression: {error}") from error


def _why(rest: str) -> str:
    if rest.startswith("[?"):
        return "; a filter is [?(@.name == 'text' && @.other > 1)]"
    if rest[:1] in "+-*/ |":
        return "; there is no arithmetic and no union, use two checks or `sum`"
    if "`" in rest or "(" in rest:
        return "; the only function is .`len` at the end"
    return "; allowed are .name ['any name'] [0] [-1] [1:3] [*] ..name [?(filter)]"


class Path:
    """A compiled path. `text` is the path as written."""

    __slots__ = ("_after", "_before", "_below", "text")

    def __init__(self, text: str) -> None:
        """Check and compile; raise PathError."""
        before, self._after = split(text)
        self.text = text
        self._before = _steps(before[1:]) if before else None
        self._below = _steps(self._after if before else text[1:])

    def select(self, value: Json) -> Selection:
        """Select from a JSON value; a path that selects nothing gives an empty selection."""
        root = Match("$", value)
        if self._before is None:
            return Selection(tuple(_go(self._below, root)))
        parents = _go(self._before, root)
        if not self._after:
            return Selection(tuple(parents))
        found: list[Match] = []
        holes: list[str] = []
        for parent in parents:
            below = _go(self._below, parent)
            found += below
            if not below:
                holes.append(parent.where + self._after)
        return Selection(tuple(found), tuple(holes))


Step = Callable[[Match], list[Match]]


def _go(steps: Iterable[Step], root: Match) -> list[Match]:
    found = [root]
    for step in steps:
        found = [below for match in found for below in step(match)]
    return found


def _steps(text: str) -> tuple[Step, ...]:
    """Give the steps of a path below its root; what is not plain is jsonpath-ng's."""
    if any(step.lastgroup == "deep" for step in _STEP.finditer(text)):  # what follows `..` is part of it
        return (_by_library(text),)
    steps: list[Step] = []
    at = 0
    while at < len(text):
        step = _PLAIN.match(text, at) or _STEP.match(text, at)
        assert step is not None  # `split` has looked
        steps.append(_step(step[0]))
        at = step.end()
    return tuple(steps)


def _step(text: str) -> Step:
    if _PLAIN.fullmatch(text):
        return _plain(text)
    if text == "[*]":
        return _some(text, lambda _: True)
    test = filter_test(text[3:-2]) if text.startswith("[?(") else None
    return _by_library(text) if test is None else _some(text, test)


def _plain(text: str) -> Step:
    path = keys(text)

    def step(match: Match) -> list[Match]:
        value = go(path, match.value)
        return [] if value is NOTHING else [Match(match, value, text)]

    return step


def _some(text: str, test: Test) -> Step:
    """Give the values of a list that a filter takes; those of anything else are for jsonpath-ng to give."""

    def step(match: Match) -> list[Match]:
        if not isinstance(match.value, list):
            return _by_library(text)(match)
        return [Match(match, value, f"[{number}]") for number, value in enumerate(match.value) if test(value)]

    return step


def _by_library(text: str) -> Step:
    compiled = _compile(f"${text}")
    return lambda match: [Match(match, datum.value, datum) for datum in compiled.find(match.value)]


def _pointer(datum: Any) -> str:
    """Give `.a[0].b` for a match of jsonpath-ng, which writes `a.[0].b` and nothing for the root."""
    from jsonpath_ng import Root, This  # noqa: PLC0415  (it is there already, or nothing would be a match of it)

    if isinstance(datum.full_path, Root | This):
        return ""
    text = str(datum.full_path)
    return "." + text.replace(".[", "[") if not text.startswith("[") else text.replace(".[", "[")


@lru_cache(maxsize=1)
def _parser() -> Any:
    # Imported here: `--help` and `list` need no path. One for all: making it takes longer than parsing with it.
    from jsonpath_ng.ext.parser import ExtendedJsonPathParser  # noqa: PLC0415

    return ExtendedJsonPathParser()


_PARSING = Lock()
"""A parser of jsonpath-ng keeps its state while it parses: one thread at a time."""


@lru_cache(maxsize=4096)
def _compile(text: str) -> Any:
    try:
        with _PARSING:
            return _parser().parse(text)
    except Exception as error:  # jsonpath-ng raises many kinds, bare Exception among them
        raise PathError(f"not a JSONPath: {error}") from error


@lru_cache(maxsize=4096)
def compiled(text: str) -> Path:
    """Give the compiled path for this text, compiled once; raise PathError."""
    return Path(text)
