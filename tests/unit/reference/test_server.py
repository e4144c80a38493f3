"""Framing, common headers, refusals of the transport, and the seam for mutants."""

import socket
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from aioc.reference.answer import Answer
from aioc.reference.server import ReferenceServer

from .conftest import Call

CHAT = b'{"model":"reference-chat","messages":[{"role":"user","content":"hi"}],"stream":true}'


def dial(server: ReferenceServer) -> socket.socket:
    host, _, port = server.base_url.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=5)


def until(connection: socket.socket, end: bytes) -> bytes:
    got = b""
    while not got.endswith(end):
        piece = connection.recv(1)
        assert piece, got
        got += piece
    return got


def test_common_headers(call: Call) -> None:
    first, second = call("GET", "/v1/models"), call("GET", "/v1/models")
    assert first.headers["content-type"] == "application/json"
    assert first.headers["x-request-id"].startswith("req_") and len(first.headers["x-request-id"]) == 36
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert first.headers["openai-version"] == "2020-10-01" and first.headers["openai-processing-ms"].isdigit()


def test_unknown_route_and_wrong_method_have_envelopes(call: Call) -> None:
    unknown, wrong = call("GET", "/v1/nothing"), call("DELETE", "/v1/embeddings")
    assert unknown.status == 404 and set(unknown.json["error"]) == {"message", "type", "param", "code"}
    assert wrong.status == 405 and wrong.headers["allow"] == "POST, OPTIONS"


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"", 400), (b"[]", 400), (b'{"a": NaN}', 400), (b"\xff", 400), (b"[" * 9999, 400)],
)
def test_broken_bodies_are_refused(call: Call, body: bytes, status: int) -> None:
    answer = call("POST", "/v1/chat/completions", body)
    assert answer.status == status and answer.json["error"]["message"]


def test_other_media_types_are_refused(call: Call) -> None:
    assert call("POST", "/v1/embeddings", b"{}", {"content-type": "text/plain"}).status == 415
    assert call("POST", "/v1/files", {}).status == 415


def test_head_has_headers_only(call: Call) -> None:
    answer = call("HEAD", "/v1/models")
    assert answer.status == 200 and answer.body == b"" and int(answer.headers["content-length"]) > 0


def test_preflight_allows_what_is_asked(call: Call) -> None:
    asked = {"origin": "http://a", "access-control-request-headers": "authorization,x-stainless-new"}
    answer = call("OPTIONS", "/v1/chat/completions", None, asked)
    assert answer.status == 204 and answer.headers["access-control-allow-headers"] == "authorization,x-stainless-new"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "access-control-allow-private-network" not in answer.headers
    private = call("OPTIONS", "/v1/chat/completions", None, asked | {"access-control-request-private-network": "true"})
    assert private.headers["access-control-allow-private-network"] == "true"
    assert call("GET", "/v1/models", None, {"origin": "http://a"}).headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in call("GET", "/v1/models").headers


def test_one_connection_serves_many_requests(server: ReferenceServer) -> None:
    with dial(server) as connection:
        for _ in range(2):
            connection.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n")
            connection.sendall(f"content-length: {len(CHAT)}\r\n\r\n".encode() + CHAT)
            head = until(connection, b"\r\n\r\n")
            assert b"transfer-encoding: chunked" in head.lower()
            assert until(connection, b"\r\n0\r\n\r\n").count(b"data: [DONE]\n\n") == 1


def test_expect_continue_is_answered_before_the_body(server: ReferenceServer) -> None:
    with dial(server) as connection:
        connection.sendall(b"POST /v1/files HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n")
        assert until(connection, b"\r\n\r\n").startswith(b"HTTP/1.1 100")
        connection.sendall(b"{}")
        assert until(connection, b"\r\n\r\n").startswith(b"HTTP/1.1 415")


def test_malformed_http_gets_an_envelope(server: ReferenceServer) -> None:
    with dial(server) as connection:
        connection.sendall(b"nonsense\r\n\r\n")
        assert until(connection, b"}}").startswith(b"HTTP/1.1 400")


def test_http_1_0_stream_ends_with_the_connection(server: ReferenceServer) -> None:
    with dial(server) as connection:
        connection.sendall(b"POST /v1/chat/completions HTTP/1.0\r\ncontent-type: application/json\r\n")
        connection.sendall(f"content-length: {len(CHAT)}\r\n\r\n".encode() + CHAT)
        got = b"".join(iter(lambda: connection.recv(65536), b""))
        assert got.endswith(b"data: [DONE]\n\n") and b"chunked" not in got.lower().partition(b"\r\n\r\n")[0]


def test_events_arrive_one_by_one(server: ReferenceServer) -> None:
    with dial(server) as connection:
        connection.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n")
        connection.sendall(f"content-length: {len(CHAT)}\r\n\r\n".encode() + CHAT)
        times, got = [], b""
        while not got.endswith(b"\r\n0\r\n\r\n"):
            got += connection.recv(65536)
            times.append(time.monotonic())
        assert len(times) > 10 and times[-1] - times[0] > 0.02


def test_keys_are_checked_when_one_is_set(call_at: Callable[[str], Call]) -> None:
    with ReferenceServer(api_key="secret") as locked:
        call = call_at(locked.base_url)
        for headers in ({}, {"authorization": "Bearer wrong"}):
            answer = call("GET", "/v1/models", None, headers)
            assert answer.status == 401 and answer.json["error"]["code"] == "invalid_api_key"
        assert call("GET", "/v1/models", None, {"authorization": "Bearer secret"}).status == 200


def test_mutate_changes_what_is_sent(call_at: Callable[[str], Call]) -> None:
    def teapot(answer: Answer) -> Answer:
        assert answer.route == "GET /v1/models/{model}"
        headers = tuple(pair for pair in answer.headers if pair[0] != "x-request-id")
        return replace(answer, status=418, headers=headers, body=b"raw")

    with ReferenceServer(mutate=teapot) as mutant:
        answer = call_at(mutant.base_url)("GET", "/v1/models/reference-chat")
    assert (answer.status, answer.body) == (418, b"raw") and "x-request-id" not in answer.headers


def test_a_closed_server_refuses_connections() -> None:
    running = ReferenceServer().start()
    idle = dial(running)
    # Once answered, the connection has been accepted; one still in the backlog would be reset instead.
    idle.sendall(b"HEAD /v1/models HTTP/1.1\r\nhost: a\r\n\r\n")
    until(idle, b"\r\n\r\n")
    running.close()
    running.close()
    assert idle.recv(1) == b""
    idle.close()
    with pytest.raises(OSError):
        dial(running)
