"""Exchanges that somebody recorded (JSON files, a journal, a HAR file), as transfers for invariants."""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from aioc.har import below_base, entries, is_har
from aioc.model.exchange import Transfer, WireRequest
from aioc.model.problem import Json, Place, bad_input
from aioc.report.journal import read_journal

MAX_FILE = 64 << 20
_CUT_BODY = re.compile(r"(response: )?\d+ bytes cut")
KINDS = frozenset({".json", ".jsonl", ".har"})
SETUP = "setup.json"
"""A folder of recordings may say in this file how it was made; it is no exchange."""


def recorded(paths: Sequence[Path]) -> Iterator[tuple[str, Transfer]]:
    """Give every exchange of these files and folders with a name for it: its file below the path that was given.

    A journal, a HAR file and a list give all their exchanges: `file#case`, `file#0`, `file#1` …, or `file#id` where an
    exchange of a list has an `id`. Raises BadInputError for a file that is none of them.
    """
    for path in paths:
        if not path.exists():
            raise bad_input(f"{path} does not exist", hint="give a recorded exchange, a folder of them, or a journal")
        if not path.is_dir():
            yield from _file(path, path.stem)
            continue
        for file in sorted(path.rglob("*")):
            if file.suffix in KINDS and file.name != SETUP:
                yield from _file(file, file.relative_to(path).with_suffix("").as_posix())


def _file(file: Path, name: str) -> Iterator[tuple[str, Transfer]]:
    if file.suffix == ".jsonl":
        for record in read_journal(file).cases:
            yield from ((f"{name}#{record.id}", transfer) for transfer in record.transfers)
        return
    here = Place(str(file), 1, 1)
    try:
        if file.stat().st_size > MAX_FILE:
            raise bad_input(f"the file is larger than {MAX_FILE >> 20} MiB", here)
        data = json.loads(file.read_bytes())
        if is_har(data):
            yield from ((f"{name}#{number}", transfer) for number, transfer in entries(data))
        elif isinstance(data, list):
            if not data:
                raise ValueError("an empty list")
            for number, exchange in enumerate(data):
                yield from _exchange(f"{name}#{exchange.get('id', number)}", exchange)
        else:
            yield from _exchange(name, data)
    except OSError as error:
        raise bad_input(f"cannot be read: {error.strerror}", here) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise bad_input(
            f"this is no recorded exchange: {_why(error)}"[:200],
            here,
            "an exchange is {request: {method, path, json | text}, response: {status, headers, text | base64}}, "
            "a list of them may stand in one file; a HAR file is {log: {entries: [...]}}",
        ) from error


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"no JSON: {error}"
    return f"{error} is missing" if isinstance(error, KeyError) else f"{type(error).__name__} {error}"


def _exchange(name: str, data: Json) -> Iterator[tuple[str, Transfer]]:
    if data.get("response") is not None:  # a request that was never answered says nothing of answers
        yield name, transfer_of(data)


def transfer_of(data: Json) -> Transfer:
    """Read one exchange; raises KeyError, TypeError or ValueError for another form.

    A body that the recorder cut ("response: 9000 bytes cut to 512" among the notes, `truncated_from`, `trimmed`) is
    marked as cut: only its status and headers are judged then. A single value that was shortened inside a whole
    answer (base64, the numbers of a vector) takes nothing from what is judged, nor does a cut request.
    """
    asked, answer = data["request"], data["response"]
    headers = tuple((str(name), str(value)) for name, value in answer["headers"])
    body = _body(answer)
    cut = (
        any(_CUT_BODY.match(note) for note in data.get("notes", ()))
        or "truncated_from" in answer
        or "trimmed" in answer
    )
    total_ms = float(answer.get("seconds", 0.0)) * 1000
    return Transfer(
        WireRequest(asked["method"], below_base(asked["path"]), _pairs(asked.get("headers")), _content(asked)),
        int(answer["status"]),
        headers,
        body,
        ((total_ms, len(body)),),
        total_ms=total_ms,
        cut="limit" if cut else None,
        # No server answers without any header: a recorder that kept none left them out.
        headers_kept=bool(headers),
    )


def _pairs(headers: Any) -> tuple[tuple[str, str | None], ...]:
    return tuple((str(name), None if value is None else str(value)) for name, value in (headers or {}).items())


def _content(asked: Json) -> bytes | None:
    if "json" in asked:
        return json.dumps(asked["json"]).encode()
    text = asked.get("text", asked.get("raw"))
    return None if text is None else str(text).encode("utf-8", "surrogatepass")


def _body(answer: Json) -> bytes:
    if "base64" in answer:
        try:
            return base64.b64decode(answer["base64"])
        except binascii.Error as error:
            raise ValueError("the body is not base64") from error
    return str(answer["text"]).encode("utf-8", "surrogatepass")
