"""What goes wrong on a connection that is kept (S10, S11)."""

from .peer import Wire

_OK = b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{"ok":true}'


def keeps(wire: Wire) -> None:
    while wire.request():
        wire.send(_OK)


def closes_when_asked_again(wire: Wire) -> None:
    """The first connection answers once, and is closed when the second request comes."""
    if wire.request():
        wire.send(_OK)
    if wire.number == 0:
        wire.request()
        return
    keeps(wire)


def resets_when_asked_again(wire: Wire) -> None:
    if wire.request():
        wire.send(_OK)
    wire.request()
    wire.reset()


def closes_when_idle(wire: Wire) -> None:
    """Closed right after the first answer, although nothing was said of it."""
    if wire.request():
        wire.send(_OK)
    if wire.number > 0:
        keeps(wire)


def breaks_the_second_connection(wire: Wire) -> None:
    """The kept connection is closed while idle, and the new one breaks after the request was read."""
    if wire.request() and wire.number == 0:
        wire.send(_OK)


def half_an_answer_when_asked_again(wire: Wire) -> None:
    if wire.request():
        wire.send(_OK)
    if wire.request():
        wire.send(b"HTTP/1.1 2")


def extra_bytes(wire: Wire) -> None:
    """The body is longer than its content-length says."""
    while wire.request():
        wire.send(_OK, b"EXTRA")


def two_answers(wire: Wire) -> None:
    """One request, two answers: the second one would be taken for that of the next request."""
    while wire.request():
        wire.send(_OK, _OK)


def close_at_once(wire: Wire) -> None:
    if wire.request():
        wire.send(_OK.replace(b"content-type", b"connection: close\r\ncontent-type"))
