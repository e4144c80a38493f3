"""What a person most likely meant: by a path in another notation, by a name in another notation."""

import json
import re
from collections.abc import Collection

from aioc.jsonpath import PathError, split
from aioc.model.problem import Json
from aioc.read.letters import TYPOGRAPHIC

_REPAIRS = (
    (re.compile(r"\?\."), "."),  # JavaScript's a?.b
    (re.compile(r"\.\["), "["),
    (re.compile(r"\[\]"), "[*]"),  # jq
    (re.compile(r"\.([0-9]+)(?=[.\[]|$)"), r"[\1]"),
    (re.compile(r"\[([A-Za-z_]\w*)\]"), r".\1"),
    (re.compile(r"\.([\w-]*[^\W\x00-\x7f][\w-]*)"), r"['\1']"),  # a name with other letters than A to Z
    (re.compile(r"\.?\b(?:length|size|count|len)\(\)$|\.(?:length|size)$"), ".`len`"),
    (re.compile(r"\[\?\s*(@[^()\]]*)\]"), r"[?(\1)]"),  # RFC 9535
    (re.compile(r"(?<=[\w' ])(?<![=!<>])=(?![=~])"), "=="),
    (re.compile(r"\s+and\s+"), " && "),
)
_LIKE_A_NAME = re.compile(
    r"\{\{\s*\$?(\w+)\s*\}\}|\$\((\w+)\)|(?<!\$)\$(\w+)|(?<![$\w{])\{(\w+)\}|<(\w+)>|%(\w+)%", re.ASCII
)


def path_hint(text: str) -> str:
    """Give the path that cases may use and that was likely meant; '' when none is near."""
    if "||" in text:
        return "use two checks, or a pattern: [?(@.name =~ '^(a|b)$')]"
    near = text.strip(TYPOGRAPHIC + " '\"")
    if near.startswith("/"):  # a JSON pointer
        near = near.replace("/", ".")
    near = "$" + re.sub(r"^(?=\w)", ".", near.removeprefix("$"))
    for wrong, right in _REPAIRS:
        near = wrong.sub(right, near)
    try:
        split(near)
    except PathError:
        return ""
    return f"write {near}" if near != text else ""


def like_a_name(text: str, names: Collection[str], *, inside: bool) -> tuple[str, str] | None:
    """Give what in a text looks like one of these names in another notation, and that name; None when nothing does.

    `inside` looks at every part of the text, not at the whole alone.
    """
    found = _LIKE_A_NAME.finditer(text) if inside else filter(None, [_LIKE_A_NAME.fullmatch(text.strip())])
    for match in found:
        name = match[match.lastindex or 0].lower()
        if name in names:
            return match[0], name
    return None


def holds_json(value: Json) -> bool:
    """Whether a value is a text that holds a JSON object or array: it was meant as that."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
        return False
    try:
        return isinstance(json.loads(value), dict | list)
    except ValueError:
        return False
