"""Sockets and framing: a thread a connection, keep-alive, and each event of a stream sent on its own."""

import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Self

import h11

from aioc.reference.answer import Answer, ApiError, Json
from aioc.reference.request import Request
from aioc.reference.routes import respond
from aioc.reference.store import Store

PAUSE = 0.001


class ReferenceServer:
    """An OpenAI-compatible server on a port of its own; `mutate` may change an answer before it is sent."""

    def __init__(
        self,
        port: int = 0,
        host: str = "127.0.0.1",
        mutate: Callable[[Answer], Answer] | None = None,
        api_key: str | None = None,
    ) -> None:
        """Bind at once, so that the address is known and nobody else gets it; serve after `start`."""
        self._store, self._mutate, self._api_key = Store(), mutate, api_key
        self._listener = socket.create_server((host, port), backlog=128)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._closed = False
        self.base_url = f"http://{host}:{self._listener.getsockname()[1]}"

    def start(self) -> Self:
        """Accept connections in the background."""
        threading.Thread(target=self._accept, name="aioc-reference", daemon=True).start()
        return self

    def close(self) -> None:
        """Stop listening and cut the connections that are open; closing twice is harmless."""
        with self._lock:
            self._closed = True
            sockets = [self._listener, *self._open]
        for one in sockets:
            # Shutdown wakes the thread that waits in accept or recv; close alone would leave it there.
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(self, *exc: object) -> None:
        """Close."""
        self.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                if self._closed:
                    connection.close()
                    return
                self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            # Events are small; Nagle's algorithm would glue them together.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with contextlib.suppress(OSError, h11.LocalProtocolError):
                self._talk(connection)
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()

    def _talk(self, connection: socket.socket) -> None:
        protocol = h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 16)
        while True:
            try:
                request = _receive(connection, protocol)
            except h11.RemoteProtocolError as wrong:
                if protocol.our_state in (h11.IDLE, h11.SEND_RESPONSE):
                    refusal = ApiError(f"Malformed HTTP request: {wrong}", headers=(("connection", "close"),))
                    _send(connection, protocol, refusal.answer())
                return
            if request is None:
                return
            try:
                answer = respond(request, self._store, self._api_key)
            except Exception as defect:  # a defect of this server has to look like one, not like a lost connection
                message = f"The reference server stumbled: {defect!r}"
                answer = ApiError(message, status=500, type="server_error").answer()
            _send(connection, protocol, self._mutate(answer) if self._mutate else answer)
            if protocol.our_state is not h11.DONE or protocol.their_state is not h11.DONE:
                return
            protocol.start_next_cycle()


def _receive(connection: socket.socket, protocol: h11.Connection) -> Request | None:
    head: h11.Request | None = None
    body = bytearray()
    while True:
        event = protocol.next_event()
        if event is h11.NEED_DATA:
            if protocol.they_are_waiting_for_100_continue:
                connection.sendall(_wire(protocol, h11.InformationalResponse(status_code=100, headers=[])))
            protocol.receive_data(connection.recv(1 << 16))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            path, _, query = head.target.decode("latin-1").partition("?")
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
            return Request(head.method.decode("latin-1"), path, query, headers, bytes(body))
        else:
            return None


def _send(connection: socket.socket, protocol: h11.Connection, answer: Answer) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    body = b"" if answer.body is None else answer.body if isinstance(answer.body, bytes) else _json(answer.body)
    if answer.events is None and answer.status != 204:
        headers.append((b"content-length", str(len(body)).encode()))
    reason = http.client.responses.get(answer.status, "")
    head = h11.Response(status_code=answer.status, headers=headers, reason=reason)
    if answer.events is None:
        data = h11.Data(data=b"" if _bodiless(protocol) else body)
        connection.sendall(_wire(protocol, head, data, h11.EndOfMessage()))
        return
    connection.sendall(_wire(protocol, head))
    if not _bodiless(protocol):
        for frame in _frames(answer.events, answer.untyped):
            connection.sendall(_wire(protocol, h11.Data(data=frame)))
            time.sleep(PAUSE)
    connection.sendall(_wire(protocol, h11.EndOfMessage()))


def _wire(protocol: h11.Connection, *events: h11.Event) -> bytes:
    return b"".join(protocol.send(event) or b"" for event in events)


def _bodiless(protocol: h11.Connection) -> bool:
    return protocol._request_method == b"HEAD"


def _frames(events: Iterable[Json], untyped: bool) -> Iterator[bytes]:
    for event in events:
        name = "" if untyped else f"event: {event['type']}\n"
        yield name.encode() + b"data: " + _json(event) + b"\n\n"
    if untyped:
        yield b"data: [DONE]\n\n"


def _json(value: Json) -> bytes:
    # A client may send a lone surrogate; it comes back as "?" rather than as broken UTF-8.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
