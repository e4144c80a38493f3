"""What a request sends: its parts, the files and constants it needs, every fault noted."""

import base64
from collections.abc import Mapping
from pathlib import Path

from aioc.model.case import FilePart, Request
from aioc.model.problem import BadInputError, Json
from aioc.read.advice import holds_json
from aioc.read.check import Scope
from aioc.read.document import KeyPath
from aioc.read.files import read_bytes

MAX_FILE = 8 << 20
"""Bytes of a file that a case sends, and of a text made by `repeat`."""
_AUTHORIZATION = ("authorization", "x-api-key", "api-key")
_PARTNER = {"times": "repeat", "as": "file"}


def read_request(scope: Scope, data: Mapping[str, Json], path: KeyPath, root: Path) -> Request:
    """Read a request from data that fits case.schema.json."""
    bodies = [word for word in ("json", "raw") if word in data]
    if {"form", "files"} & data.keys():
        bodies.append("form/files")
    if len(bodies) > 1:
        hint = "keep one: `json`, `raw` for a text as it stands, `form` and `files` for multipart"
        scope.note(f"a request has one body, here are {' and '.join(bodies)}", path, hint)
    scope.use({word: value for word, value in data.items() if word != "files"}, path)
    if holds_json(data.get("json")):
        hint = "leave the quotes (or the |) out: JSON is YAML; a body that is sent as it stands goes under `raw`"
        scope.note("this is a text that holds JSON, not the JSON", (*path, "json"), hint)
    headers = data.get("headers", {})
    for name, value in headers.items():
        if value is not None and (not value.isascii() or not value.isprintable()):
            scope.note("a header's value is printable ASCII", (*path, "headers", name), "no accents and no line breaks")
        if name.lower() == "host":
            scope.note("the host comes from the base URL alone", (*path, "headers", name), "leave it out", key=True)
        if name.lower() in _AUTHORIZATION and value and "sk-" in value:
            scope.note("this looks like a real key", (*path, "headers", name), "write Bearer wrong, or null")
    form = tuple(
        (name, item)
        for name, value in data.get("form", {}).items()
        for item in (value if isinstance(value, list) else [value])
    )
    return Request(
        data["method"],
        data["path"],
        scope.document.place(path),
        tuple(headers.items()),
        "json" in data,
        data.get("json"),
        data.get("raw"),
        form,
        tuple(
            _file_part(scope, name, item, (*path, "files", name), root) for name, item in data.get("files", {}).items()
        ),
        data.get("hang_up_after"),
        data.get("copies", 1),
    )


def _file_part(scope: Scope, field: str, data: Mapping[str, Json], path: KeyPath, root: Path) -> FilePart:
    if ("path" in data) == ("text" in data):
        scope.note("a file has either a `path` or a `text`", path, "{path: tone.wav}, or {text: …, name: in.jsonl}")
    content = None
    if "path" in data:
        content = _tree_file(scope, data["path"], (*path, "path"), root)
    elif "text" in data:
        scope.use(data["text"], (*path, "text"))
    for word in ("name", "type"):
        scope.plain(data.get(word, ""), (*path, word))
    name = data.get("name") or Path(data.get("path", "file.txt")).name
    return FilePart(field, name, data.get("type", "application/octet-stream"), content, data.get("text"))


def read_constant(scope: Scope, data: Mapping[str, Json], path: KeyPath, root: Path) -> Json:
    """Read one constant of a `let`; None when it is faulty."""
    kinds = [word for word in ("value", "repeat", "file") if word in data]
    if len(kinds) != 1:
        scope.note("a constant is one of `value`, `repeat` with `times`, or `file` with `as`", path, "keep one of them")
        return None
    for word, partner in _PARTNER.items():
        if word in data and partner not in data:
            scope.note(f"`{word}` does nothing without `{partner}`", (*path, word), "leave it out", key=True)
    scope.plain(data[kinds[0]], (*path, kinds[0]))
    if kinds[0] == "value":
        return data["value"]
    if kinds[0] == "repeat":
        return _repeated(scope, data, path)
    content = _tree_file(scope, data["file"], (*path, "file"), root) or b""
    if data.get("as", "base64") == "base64":
        return base64.b64encode(content).decode("ascii")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        scope.note(f"{data['file']} is not UTF-8 text", (*path, "file"), "as: base64")
        return None


def _repeated(scope: Scope, data: Mapping[str, Json], path: KeyPath) -> Json:
    if "times" not in data:
        scope.note("`repeat` needs `times`", path, "times: 1000")
        return None
    size = len(data["repeat"].encode("utf-8", "surrogatepass")) * data["times"]
    if size > MAX_FILE:
        most = MAX_FILE // (size // data["times"])
        what = f"this makes a text of {size:,} bytes, the limit is {MAX_FILE:,}"
        scope.note(what, (*path, "times"), f"times: {most} at most")
        return None
    return data["repeat"] * data["times"]


def _tree_file(scope: Scope, relative: str, path: KeyPath, root: Path) -> bytes | None:
    """Read a file beside the case; it must lie inside the root, whatever links say."""
    here = Path(scope.document.file).parent
    target = (here / relative).resolve()
    if Path(relative).is_absolute() or "~" in relative or not target.is_relative_to(root.resolve()):
        hint = "a path relative to this file, without leaving the tree"
        scope.note("the file must lie inside the tree of cases", path, hint)
        return None
    try:
        return read_bytes(target, MAX_FILE)
    except BadInputError as error:
        scope.note(f"{relative}: {error.problems[0].what}", path, "the file is named relative to this one")
        return None
