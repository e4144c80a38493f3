"""What a check looks at: from a subject and an exchange to the values that the keywords are put to."""

import base64
from collections.abc import Mapping

from aioc.jsonpath import Match, Selection, compiled
from aioc.judge.schema import is_number
from aioc.model.case import Subject
from aioc.model.exchange import Exchange
from aioc.model.frozen import frozen
from aioc.model.problem import ABSENT, Absent, Json
from aioc.template import MissingNameError, fill


@frozen
class NotJudgedError(Exception):
    """The subject cannot be looked at: `what` is `json` or `stream` (an answer of another kind), `capture` (a name
    without a value) or `record` (a recording that does not hold it).
    """

    what: str
    why: str


def select(subject: Subject, exchange: Exchange, names: Mapping[str, Json]) -> Selection:
    """Give what the subject selects of this exchange; raises NotJudgedError."""
    match subject.kind:
        case "status":
            return _one("status", exchange.transfer.status)
        case "header":
            return _header(exchange, str(subject.argument))
        case "path":
            return compiled(subject.argument).select(_json(exchange))
        case "events":
            return compiled(subject.argument).select(_events(exchange))
        case "exchange":
            return compiled(subject.argument).select(dict(exchange.facts))
        case "body":
            return _body(exchange, subject.argument)
        case "sum":
            return _sum(exchange, subject.argument)
        case "value":
            try:
                return _one(str(subject.argument), fill(subject.argument, names))
            except MissingNameError as error:
                raise NotJudgedError("capture", f"{error.args[0]} was not captured") from error


def _one(where: str, value: Json | Absent) -> Selection:
    return Selection(() if value is ABSENT else (Match(where, value),))


def _header(exchange: Exchange, name: str) -> Selection:
    if not exchange.transfer.headers_kept:
        raise NotJudgedError("record", "the recording has no headers")
    # Several header lines of one name are one value, joined by commas (RFC 9110 §5.3).
    values = [value for key, value in exchange.transfer.headers if key.lower() == name.lower()]
    return _one(f"header {name}", ", ".join(values) if values else ABSENT)


def _json(exchange: Exchange) -> Json:
    if exchange.json is ABSENT:
        raise NotJudgedError("json", exchange.json_problem or "the answer is not JSON")
    return exchange.json


def _events(exchange: Exchange) -> Json:
    if exchange.events is None:
        raise NotJudgedError(
            "stream",
            f"the answer is not a stream ({exchange.transfer.header('content-type') or 'no media type'})",
        )
    if not exchange.events:
        raise NotJudgedError("stream", "the stream holds no JSON event")
    return [{"event": event.event, "data": event.data, "at_ms": event.at_ms} for event in exchange.events]


def _body(exchange: Exchange, form: str) -> Selection:
    if form == "bytes":
        return _one("body", base64.b64encode(exchange.transfer.body).decode("ascii"))
    return _one("body", ABSENT if exchange.text is None else exchange.text)


def _sum(exchange: Exchange, paths: list[str]) -> Selection:
    value = _json(exchange)
    total: int | float = 0
    for path in paths:
        selected = compiled(path).select(value)
        if not selected.matches or selected.holes:
            return Selection((), (path,))
        for match in selected.matches:
            if not is_number(match.value):
                # A text or null in a sum is what the check is about: show it as the value that missed.
                return Selection((Match(match.where, {"not a number": match.value}),))
            total += match.value
    return _one("sum", total)
