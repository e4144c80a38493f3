"""Checks proposed from one answer: what will be so again, and never an id, a time or a generated text."""

import re
from collections.abc import Iterable, Iterator, Sequence

from aioc.judge.schema import is_integer, is_number
from aioc.model.exchange import Exchange
from aioc.model.problem import ABSENT, Json

MOST = 20
"""More checks than this nobody reads: the deepest go first."""
DEEPEST = 5
MEDIA = frozenset(
    "image/png image/jpeg image/webp image/gif audio/mpeg audio/wav audio/flac audio/ogg audio/aac video/mp4".split()
)
_CONSTANT = frozenset({"object", "role"})
_COUNTED = re.compile(r"(^|_)(tokens|index|created|at|count|bytes|seed)$|^n$")
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
TEXTS = {
    "/chat/completions": "$[*].data.choices[*].delta.content",
    "/completions": "$[*].data.choices[*].text",
    "/responses": "$[?(@.data.type == 'response.output_text.delta')].data.delta",
}
"""Where the pieces of a streamed text stand, by the end of the path."""
_ENDED = re.compile(r"completed|incomplete|done|end|stop", re.IGNORECASE)

Check = dict[str, Json]


def proposed(exchange: Exchange, documented: Sequence[str] = (), deviating: Iterable[str] = ()) -> list[Check]:
    """Give checks as they stand under `expect:`.

    `documented` are the answer's fields (`choices.message.content`); with them nothing else is asked for.
    `deviating` are the JSONPaths at which the catalogue finds the answer wrong: they are not asked for either.
    """
    transfer = exchange.transfer
    checks: list[Check] = [{"status": transfer.status}]
    media = (transfer.header("content-type") or "").partition(";")[0].strip().lower()
    if media:
        checks.append({"header": "content-type", "pattern": f"^{re.escape(media)}".replace("\\-", "-")})
    if exchange.streamed:
        checks += _of_stream(exchange)
    if exchange.json is not ABSENT:
        wrong = tuple(path for path in deviating if path != "$")
        found = [
            check
            for check in _members([exchange.json], "$", "", set(documented))
            if not any(check["path"] == path or check["path"].startswith((f"{path}.", f"{path}[")) for path in wrong)
        ]
        deepest = sorted(found, key=lambda check: str(check["path"]).count("."))[:MOST]
        checks += [check for check in found if check in deepest]
    elif not exchange.streamed:
        checks += _of_bytes(exchange, media)
    return checks


def undocumented(exchange: Exchange, documented: Sequence[str]) -> list[str]:
    """Name the members of the answer that the API does not document, where it documents the answer at all."""
    if not documented or not isinstance(exchange.json, dict):
        return []
    known = {name.partition(".")[0] for name in documented}
    return [name for name in exchange.json if name not in known]


def _of_stream(exchange: Exchange) -> Iterator[Check]:
    events = exchange.events or ()
    if exchange.facts["sse"]["done_last"]:
        yield {"name": "done-last", "exchange": "$.sse.done_last", "const": True}
    last = events[-1].data if events else None
    kind = last.get("type") if isinstance(last, dict) else None
    if isinstance(kind, str) and _ENDED.search(kind):
        both = ["response.completed", "response.incomplete"]
        yield {
            "name": "last-event",
            "events": "$[-1].data.type",
            **({"enum": both} if kind in both else {"const": kind}),
        }
    path = exchange.transfer.request.target.partition("?")[0]
    for end, pieces in TEXTS.items():
        if path.endswith(end):
            yield {"name": "text", "events": pieces, "optional": True, "join": "", "minLength": 1}
            return


def _of_bytes(exchange: Exchange, media: str) -> Iterator[Check]:
    if media in MEDIA:
        yield {"body": "bytes", "contentEncoding": "base64", "contentMediaType": media}
    elif exchange.text:
        yield {"body": "text", "minLength": 1}


def _members(values: Sequence[Json], path: str, name: str, documented: set[str]) -> Iterator[Check]:
    """Give the checks of what stands inside these values, which the path selects all together."""
    if path.count(".") + path.count("[*]") > DEEPEST:
        return
    if all(isinstance(value, dict) for value in values):
        for key in values[0]:
            inner = [value[key] for value in values if key in value]
            # A member that is missing in one element is none that a client can count on.
            if len(inner) < len(values) or not _NAME.fullmatch(key):
                continue
            below = f"{name}.{key}".lstrip(".")
            if not documented or below in documented:
                yield from _member(inner, f"{path}.{key}", key, below, documented)
    elif all(isinstance(value, list) for value in values):
        items = [item for value in values for item in value]
        if items:
            yield from _members(items, f"{path}[*]", name, documented)


def _member(values: Sequence[Json], path: str, key: str, name: str, documented: set[str]) -> Iterator[Check]:
    there = [value for value in values if value is not None]
    kinds = {_kind(value, key) for value in there}
    if len(kinds) != 1:
        return  # null says nothing of what will stand here, two kinds say that either may
    (kind,) = kinds
    maybe = {"optional": True} if len(there) < len(values) else {}
    if kind in ("object", "array"):
        # Documented, but not what is inside: then that is nobody's promise.
        goes_on = not documented or any(known.startswith(f"{name}.") for known in documented)
        inside = list(_members(there, path, name, documented)) if goes_on and not maybe else []
        if kind == "array" or not inside:
            yield {"path": path, **maybe, "type": kind, **_items(there, path)}
        yield from inside
    else:
        same = kind == "string" and len(set(there)) == 1
        constant = same and (key in _CONSTANT or (key == "type" and "[*]" not in path and path != "$.error.type"))
        yield {"path": path, **maybe, **({"const": there[0]} if constant else {"type": kind})}


def _items(arrays: Sequence[Json], path: str) -> Check:
    """Say of a list of plain values what its items are; that it is not empty only of the answer's own lists."""
    if not isinstance(arrays[0], list):
        return {}
    some = {"minItems": 1} if all(arrays) and path.count(".") == 1 else {}
    kinds = {_kind(item, "") for array in arrays for item in array}
    return {**some, **({"items": {"type": kind}} if len(kinds) == 1 and (kind := min(kinds)) not in _NESTED else {})}


_NESTED = ("object", "array", "null")


def _kind(value: Json, key: str) -> str:
    """Give the type that the next answer will have too: 1 may be 0.5 next time, unless it counts something."""
    if isinstance(value, bool):
        return "boolean"
    if is_number(value):
        return "integer" if is_integer(value) and _COUNTED.search(key) else "number"
    kinds: dict[type, str] = {str: "string", list: "array", dict: "object"}
    return kinds.get(type(value), "null")
