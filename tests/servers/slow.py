"""Servers that are never quite late: each single read is in time, the whole never ends (S1, S2)."""

from .peer import Wire


def silent(wire: Wire) -> None:
    wire.request()
    wire.hold()


def slow_headers(wire: Wire) -> None:
    wire.request()
    wire.send(b"HTTP/1.1 200 OK\r\n")
    for number in wire.drip(0.02):
        wire.send(b"x-%d: y\r\n" % number)


def slow_body(wire: Wire) -> None:
    wire.request()
    wire.send(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n[")
    for _ in wire.drip(0.02):
        wire.send(b" ")


def forever_103(wire: Wire) -> None:
    wire.request()
    for _ in wire.drip(0.01):
        wire.send(b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n")


def never_reads(wire: Wire) -> None:
    for _ in wire.drip(0.1):
        pass
