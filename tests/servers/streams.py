"""Event streams that end badly, or not at all."""

from .peer import Wire

_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
_CHUNKED = _HEAD + b"transfer-encoding: chunked\r\n\r\n"


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def endless_sse(wire: Wire) -> None:
    wire.request()
    wire.send(_CHUNKED)
    for number in wire.drip(0.02):
        wire.send(_chunk(b'data: {"n":%d}\n\n' % number))


def open_after_done(wire: Wire) -> None:
    wire.request()
    wire.send(_CHUNKED, _chunk(b'data: {"n":1}\n\n'), _chunk(b"data: [DONE]\n\n"))
    wire.hold()


def open_after_finish(wire: Wire) -> None:
    """All is said, but neither [DONE] nor the end of the body says so."""
    wire.request()
    wire.send(_CHUNKED, _chunk(b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'))
    wire.hold()


def endless_after_finish(wire: Wire) -> None:
    wire.request()
    wire.send(_CHUNKED, _chunk(b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'))
    for number in wire.drip(0.02):
        wire.send(_chunk(b'data: {"n":%d}\n\n' % number))


def open_after_terminal_event(wire: Wire) -> None:
    wire.request()
    wire.send(_CHUNKED, _chunk(b'data: {"type":"response.completed","response":{"output":[]}}\n\n'))
    wire.hold()


def comments_after_done(wire: Wire) -> None:
    wire.request()
    wire.send(_CHUNKED, _chunk(b"data: [DONE]\n\n"))
    for _ in wire.drip(0.02):
        wire.send(_chunk(b": still here\n\n"))


def reset_after_done(wire: Wire) -> None:
    wire.request()
    wire.send(_CHUNKED, _chunk(b'data: {"n":1}\n\n'), _chunk(b"data: [DONE]\n\n"))
    next(wire.drip(0.1), None)
    wire.reset()


def closes_after_stream(wire: Wire) -> None:
    """What llama-server does: keep-alive is promised, and the connection closed all the same."""
    wire.request()
    wire.send(_CHUNKED.replace(b"\r\n\r\n", b"\r\nkeep-alive: timeout=5, max=100\r\n\r\n"))
    wire.send(_chunk(b'data: {"n":1}\n\ndata: [DONE]\n\n'), b"0\r\n\r\n")


def undeclared_stream_byte_by_byte(wire: Wire) -> None:
    """A stream without its media type, each byte in a read of its own; it stays open after [DONE]."""
    wire.request()
    wire.send(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n")
    for number, byte in zip(wire.drip(0.002), b'data: {"n":1}\n\ndata: [DONE]\n\n', strict=False):
        assert number >= 0
        wire.send(_chunk(bytes([byte])))
    wire.hold()
