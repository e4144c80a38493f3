"""Servers and gateways that want to be asked again (S19)."""

from .peer import Wire

_OK = b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{"ok":true}'


def _refuse(status: bytes, *headers: bytes, body: bytes = b"") -> bytes:
    lines = b"".join(line + b"\r\n" for line in headers)
    return b"HTTP/1.1 %s\r\n%scontent-length: %d\r\n\r\n%s" % (status, lines, len(body), body)


_BUSY = _refuse(b"429 Too Many Requests", b"retry-after: 0.05", body=b'{"error":{}}')
_LOADING = _refuse(b"503 Service Unavailable", b"Retry-After: 0.05", body=b'{"error":{}}')


def _then_ok(wire: Wire, *first: bytes) -> None:
    for answer in first:
        if not wire.request():
            return
        wire.send(answer)
    while wire.request():
        wire.send(_OK)


def busy_twice(wire: Wire) -> None:
    _then_ok(wire, _BUSY, _LOADING)


def busy_for_ever(wire: Wire) -> None:
    while wire.request():
        wire.send(_BUSY)


def busy_for_an_hour(wire: Wire) -> None:
    while wire.request():
        wire.send(_refuse(b"429 Too Many Requests", b"retry-after: 3600"))


def busy_without_a_time(wire: Wire) -> None:
    _then_ok(wire, _refuse(b"429 Too Many Requests"))


def overloaded(wire: Wire) -> None:
    while wire.request():
        wire.send(_refuse(b"503 Service Unavailable", body=b'{"error":{"message":"overloaded"}}'))


def empty_502_once(wire: Wire) -> None:
    _then_ok(wire, _refuse(b"502 Bad Gateway"))


def html_504(wire: Wire) -> None:
    while wire.request():
        wire.send(_refuse(b"504 Gateway Timeout", b"content-type: text/html", body=b"<h1>nginx</h1>"))


def json_502(wire: Wire) -> None:
    while wire.request():
        wire.send(_refuse(b"502 Bad Gateway", b"content-type: application/json", body=b'{"error":{"message":"no"}}'))
