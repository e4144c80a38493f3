"""The part of JSONPath that cases may use: checked letter by letter, then evaluated by jsonpath-ng.

jsonpath-ng alone accepts arithmetic, unions and functions that give silent nonsense or a gigabyte of text,
and it drops holes: `$.choices[*].finish_reason` with the key missing in one of two
choices selects one value and says nothing. Here a path is split at its last `[*]`, filter or slice, and a
parent that yields nothing is reported as a hole.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

from aioc.model.problem import Json

MAX_LENGTH = 200

_NAME = r"[A-Za-z_][A-Za-z0-9_-]*"
_QUOTED = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""
_OPERAND = rf"(?:{_QUOTED}|-?[0-9]+(?:\.[0-9]+)?|true|false|null|@(?:\.{_NAME})+)"
_TEST = rf"(?:==|!=|<=|>=|<|>)\s*{_OPERAND}|=~\s*(?:{_QUOTED})"
_COMPARISON = rf"\s*@(?:\.{_NAME}|\['[^']*'\]|\[[0-9]+\])*\s*(?:(?:{_TEST})\s*)?"
_STEP = re.compile(
    rf"""
      (?P<child>\.{_NAME} | \['(?:[^'\\])*'\] | \["(?:[^"\\])*"\])
    | (?P<deep>\.\.{_NAME})
    | (?P<index>\[-?[0-9]+\])
    | (?P<many>\[\*\] | \.\* | \[-?[0-9]*:-?[0-9]*(?::-?[1-9][0-9]*)?\] | \[\?\({_COMPARISON}(?:&&{_COMPARISON})*\)\])
    | (?P<length>\.`len`\Z)
    """,
    re.VERBOSE,
)
_DIRECT = re.compile(rf"\.({_NAME})|\[([0-9]+)\]")
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


@dataclass(frozen=True, slots=True)
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

    __slots__ = ("_after", "_before", "_below", "_direct", "text")

    def __init__(self, text: str) -> None:
        """Check and compile; raise PathError."""
        before, self._after = split(text)
        self.text = text
        self._direct = None if before else _direct(text)
        if self._direct is None:
            self._before = _compile(before) if before else None
            self._below = _compile(f"${self._after}" if before else text)

    def select(self, value: Json) -> Selection:
        """Select from a JSON value; a path that selects nothing gives an empty selection."""
        if self._direct is not None:
            return _go(self._direct, value, self.text)
        if self._before is None:
            return Selection(tuple(_matches(self._below, value, "$")))
        parents = _matches(self._before, value, "$")
        if not self._after:
            return Selection(tuple(parents))
        found: list[Match] = []
        holes: list[str] = []
        for parent in parents:
            below = _matches(self._below, parent.value, parent)
            found += below
            if not below:
                holes.append(parent.where + self._after)
        return Selection(tuple(found), tuple(holes))


def _direct(text: str) -> tuple[str | int, ...] | None:
    """Give the steps of a path of nothing but names and indices, as most are; None for any other."""
    steps = tuple(int(index) if index else name for name, index in _DIRECT.findall(text))
    written = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return steps if text == f"${written}" else None


def _go(steps: tuple[str | int, ...], value: Json, text: str) -> Selection:
    """Go such a path: jsonpath-ng takes ten times as long, which was a fifth of a whole run.

    That it selects the same is tested (tests/unit/test_jsonpath.py).
    """
    for step in steps:
        if isinstance(step, str):
            if not isinstance(value, dict) or step not in value:
                return Selection(())
        elif not isinstance(value, list) or step >= len(value):
            return Selection(())
        value = value[step]
    return Selection((Match("$", value, text[1:]),))


def _matches(compiled: Any, value: Json, root: str | Match) -> list[Match]:
    return [Match(root, datum.value, datum) for datum in compiled.find(value)]


def _pointer(datum: Any) -> str:
    """Give `.a[0].b` for a match of jsonpath-ng, which writes `a.[0].b` and nothing for the root."""
    text = str(datum.full_path)
    if text in ("$", "this", "`this`"):
        return ""
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
