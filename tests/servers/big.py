"""Answers that are too much (S3, S4)."""

import gzip
import zlib
from functools import cache

from .peer import Wire

_PIECE = bytes(1 << 16)


@cache
def bomb(levels: int = 1) -> bytes:
    """16 MiB of zeros, compressed once (less than 100 kB) or twice (less than 1 kB)."""
    return gzip.compress(bytes(16 << 20), 1) if levels == 1 else gzip.compress(bomb(levels - 1))


def _compressed(body: bytes, *codings: bytes) -> bytes:
    lines = b"".join(b"content-encoding: %s\r\n" % coding for coding in codings)
    return b"HTTP/1.1 200 OK\r\n%scontent-length: %d\r\n\r\n%s" % (lines, len(body), body)


def fast_endless(wire: Wire) -> None:
    wire.request()
    wire.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    for _ in wire.drip(0):
        wire.send(b"%x\r\n" % len(_PIECE), _PIECE, b"\r\n")


def gzip_bomb(wire: Wire) -> None:
    wire.request()
    wire.send(_compressed(bomb(), b"gzip"))


def stacked_bomb(wire: Wire) -> None:
    wire.request()
    wire.send(_compressed(bomb(2), b"gzip, gzip"))


def stacked_bomb_in_two_headers(wire: Wire) -> None:
    wire.request()
    wire.send(_compressed(bomb(2), b"gzip", b"gzip"))


def endless_after_gzip(wire: Wire) -> None:
    """A small compressed body, whole, and then bytes without end that belong to nothing."""
    wire.request()
    wire.send(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n", gzip.compress(b'{"ok":true}'))
    for _ in wire.drip(0):
        wire.send(_PIECE)


def gzip_json(wire: Wire) -> None:
    while wire.request():
        wire.send(_compressed(gzip.compress(b'{"ok":true}'), b"gzip"))


def deflate_json(wire: Wire) -> None:
    while wire.request():
        wire.send(_compressed(zlib.compress(b'{"ok":true}'), b"deflate"))


def truncated_gzip(wire: Wire) -> None:
    """The framing is right, but the compressed body lacks its trailer."""
    wire.request()
    wire.send(_compressed(gzip.compress(b'{"ok":true}')[:-8], b"gzip"))


def brotli(wire: Wire) -> None:
    wire.request()
    wire.send(_compressed(b'\x0b\x05\x80{"ok":true}\x03', b"br"))
