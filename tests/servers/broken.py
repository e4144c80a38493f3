"""Broken framing (S9): what arrives may even parse, and is no answer all the same."""

from .peer import Wire

_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
_CHUNKED = _HEAD + b"transfer-encoding: chunked\r\n\r\n"


def content_length_too_long(wire: Wire) -> None:
    wire.request()
    wire.send(_HEAD, b"content-length: 100\r\n\r\n", b'{"ok":true}')


def missing_last_chunk(wire: Wire) -> None:
    wire.request()
    wire.send(_CHUNKED, b'b\r\n{"ok":true}\r\n')


def bad_chunk(wire: Wire) -> None:
    wire.request()
    wire.send(_CHUNKED, b'b\r\n{"ok":true}\r\n', b"zz\r\noops\r\n")


def reset_in_body(wire: Wire) -> None:
    wire.request()
    wire.send(_HEAD, b"content-length: 100\r\n\r\n", b'{"ok":true}')
    next(wire.drip(0.1), None)
    wire.reset()


def reset_in_stream(wire: Wire) -> None:
    wire.request()
    wire.send(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n", b"data: {}\n\ndata: {}\n\nda")
    next(wire.drip(0.1), None)
    wire.reset()


def closes_without_a_word(wire: Wire) -> None:
    wire.request()


def closes_in_headers(wire: Wire) -> None:
    wire.request()
    wire.send(b"HTTP/1.1 200 OK\r\ncontent-ty")


def http_09(wire: Wire) -> None:
    wire.request()
    wire.send(b'{"ok":true}')


def two_content_lengths(wire: Wire) -> None:
    wire.request()
    wire.send(_HEAD, b"content-length: 11\r\ncontent-length: 12\r\n\r\n", b'{"ok":true}')


def huge_header(wire: Wire) -> None:
    wire.request()
    wire.send(b"HTTP/1.1 200 OK\r\nx: ", b"y" * (1 << 20), b"\r\n\r\n")


def status_999(wire: Wire) -> None:
    wire.request()
    wire.send(b"HTTP/1.1 999 Odd\r\ncontent-length: 2\r\n\r\n{}")


def refuses_before_the_body_ends(wire: Wire) -> None:
    """413 as soon as the head is there, and the connection is closed."""
    wire.send(b"HTTP/1.1 413 Too Large\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}")
    next(wire.drip(0.2), None)
