"""What a plain (unquoted) YAML word means: JSON's rules, and a refusal where YAML readers disagree."""

import re

from aioc.model.problem import Json
from aioc.read.letters import deceiving, quoted

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+\Z")
_WORDS: dict[str, Json] = {"null": None, "true": True, "false": False}

# Words and shapes that YAML 1.1, YAML 1.2 and JSON read differently (the Norway problem,
# sexagesimal times, octal numbers, dates, numbers that PyYAML takes for text).
_AMBIGUOUS = re.compile(
    r"""(?:
      ~ | y | n | yes | no | on | off | null | true | false    # any capitals but the JSON spelling
    | [-+]?0[xob][0-9a-f_]+                                      # 0x1f
    | [-+]?[0-9][0-9_]*(?::[0-9]+)*(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)?   # 010, 1_000, +1, 5., 12:30, 1e3
    | [-+]?\.[0-9][0-9_]*(?:e[-+]?[0-9]+)?                       # .5
    | [-+]?\.(?:inf|nan)
    | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[tT\ ].*)?                # dates
    | = | <<
    )\Z""",
    re.VERBOSE | re.IGNORECASE,
)
_AMBIGUOUS_FIRST = frozenset("~ynotfYNOTF+-.0123456789=<")
"""No text that begins otherwise is ambiguous: most are not looked at closer."""
_NEEDS_QUOTES_IN_FLOW = re.compile(r"\$|[?*\\^|`]|\(\?")
MAX_DIGITS = 400


_MEANT = {
    **dict.fromkeys(("y", "yes", "on", "true"), "true"),
    **dict.fromkeys(("n", "no", "off", "false"), "false"),
    **dict.fromkeys(("~", "null"), "null"),
}
_BASES = {"x": 16, "o": 8, "b": 2}


class AmbiguousError(ValueError):
    """This plain word must be quoted; the text says why, `hint` what to type."""

    def __init__(self, what: str, hint: str = "") -> None:
        """Keep the hint beside the text."""
        super().__init__(what)
        self.hint = hint


def plain_value(text: str, *, in_flow: bool) -> Json:
    """Give the JSON value of a plain scalar, which is not empty; raise AmbiguousError where it must be quoted."""
    if text in _WORDS:
        return _WORDS[text]
    trap = deceiving(text)
    if trap is not None:
        raise AmbiguousError(*trap)
    first = text[0]
    if first.isdigit() or first in "-+.":
        if len(text) > MAX_DIGITS:
            raise AmbiguousError("this number is too long", "put it in quotes")
        if _INTEGER.match(text):
            return int(text)
        if _DECIMAL.match(text):
            return float(text)
    if first in _AMBIGUOUS_FIRST and _AMBIGUOUS.match(text):
        raise AmbiguousError(f"{text!r} means different things to different YAML readers", _write(text))
    if in_flow and _NEEDS_QUOTES_IN_FLOW.search(text):
        what = f"inside {{…}} and […] a text such as {text!r} must be in quotes"
        raise AmbiguousError(what, "put the whole text in quotes")
    return text


def _write(text: str) -> str:
    """Say how the value is written that was likely meant, and how the text is."""
    meant = _MEANT.get(text.lower()) or _number(text)
    return f"write {meant}, or {quoted(text)} for the text" if meant else f"put it in quotes: {quoted(text)}"


def _number(text: str) -> str | None:
    digits = text.lower().replace("_", "").lstrip("+")
    try:
        if digits[1:2] in _BASES:
            return str(int(digits[2:], _BASES[digits[1]]))
        return f"{float(digits):.15g}" if digits[-1] not in "fn" and abs(float(digits)) < 1e15 else None
    except ValueError:
        return None
