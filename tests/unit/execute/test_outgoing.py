"""What a server really gets: every byte of a request, and to whom."""

import email.parser
import email.policy
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest

from aioc.execute.client import Connection
from aioc.execute.target import Target
from aioc.model.exchange import Transfer, WireFile, WireRequest

Serve = Callable[..., Any]
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
KEY = "sk-very-secret-key"


@pytest.fixture
def sent(serve: Serve) -> Callable[..., tuple[Transfer, str, bytes]]:
    """Send a request; give the transfer, and head and body as the server got them."""

    def put(request: WireRequest, base: str = "", answer: bytes = OK, **target: Any) -> tuple[Transfer, str, bytes]:
        peer = serve(answer)
        with Connection(Target.at(peer.url + base, **target)) as connection:
            transfer = connection.exchange(request, 2)
        (raw,) = peer.requests
        head, _, body = raw.partition(b"\r\n\r\n")
        return transfer, head.decode(), body

    return put


def test_a_json_request_as_sent(sent: Any) -> None:
    request = WireRequest("POST", "/v1/chat/completions", (("content-type", "application/json"),), b'{"a":1}')
    transfer, head, body = sent(request, "/api/v1", query=(("api-version", "1"),))
    first, *rest = head.split("\r\n")
    lines = [line.lower() for line in rest]
    assert first == "POST /api/v1/chat/completions?api-version=1 HTTP/1.1" and body == b'{"a":1}'
    assert "content-type: application/json" in lines and "content-length: 7" in lines
    assert "accept-encoding: identity" in lines and not any(line.startswith("authorization") for line in lines)
    assert transfer.request.target == "/v1/chat/completions" and transfer.request.content == b'{"a":1}'


def test_a_path_goes_out_as_it_is_written(sent: Any) -> None:
    _, head, _ = sent(WireRequest("GET", "/v1/files/../x//y;z?a=b&&c=%2f"))
    assert head.startswith("GET /v1/files/../x//y;z?a=b&&c=%2f HTTP/1.1\r\n")


def test_the_key_is_sent_and_masked_in_what_is_kept(sent: Any) -> None:
    transfer, head, _ = sent(WireRequest("GET", "/v1/models"), api_key=KEY, secrets=(KEY,))
    assert f"authorization: Bearer {KEY}" in head.split("\r\n")
    assert ("authorization", "***") in transfer.request.headers and KEY not in repr(transfer)


def test_an_extra_header_that_holds_a_secret_is_masked_whatever_its_name(sent: Any) -> None:
    given = {"headers": (("x-team", f"t:{KEY}"), ("x-open", "yes")), "secrets": (KEY,)}
    transfer, head, _ = sent(WireRequest("GET", "/v1/models", (("x-own", "grüße"),)), **given)
    assert f"x-team: t:{KEY}" in head
    shown = dict(transfer.request.headers)
    assert (shown["x-team"], shown["x-open"], shown["x-own"]) == ("***", "yes", "grüße")


@pytest.mark.parametrize("name", ["authorization", "Cookie", "X-API-Key", "api-key", "Proxy-Authorization"])
def test_headers_that_are_secret_by_name_are_masked(sent: Any, name: str) -> None:
    transfer, head, _ = sent(WireRequest("GET", "/v1/models", ((name, "Bearer wrong"),)))
    assert f"{name}: Bearer wrong" in head.split("\r\n")
    assert [value for key, value in transfer.request.headers if key.lower() == name.lower()] == ["***"]


def test_cookies_of_an_answer_are_masked_and_never_sent_back(serve: Serve, get: WireRequest) -> None:
    peer = serve(OK.replace(b"\r\n\r\n", b"\r\nSet-Cookie: session=abc; Path=/\r\n\r\n"))
    with Connection(Target.at(peer.url)) as connection:
        first = connection.exchange(get, 2)
        connection.exchange(get, 2)
    assert first.header("set-cookie") == "***" and b"session" not in peer.requests[1]


@pytest.mark.parametrize("name", ["authorization", "Accept", "user-agent", "content-type"])
def test_a_header_that_is_null_is_not_sent(sent: Any, name: str) -> None:
    request = WireRequest("POST", "/v1/embeddings", ((name, None),), content=b"{}")
    transfer, head, _ = sent(request, api_key=KEY)
    assert f"\n{name.lower()}:" not in head.lower()
    assert name.lower() not in {key.lower() for key, _ in transfer.request.headers}


def test_null_takes_away_the_content_type_of_a_form_too(sent: Any) -> None:
    request = WireRequest("POST", "/v1/files", (("Content-Type", None),), form=(("purpose", "batch"),))
    _, head, body = sent(request)
    assert "\ncontent-type:" not in head.lower() and b"batch" in body


def test_a_post_without_a_body_has_length_zero_and_a_get_none(sent: Any) -> None:
    assert "content-length: 0" in sent(WireRequest("POST", "/v1/x"))[1].lower()
    assert "content-length" not in sent(WireRequest("GET", "/v1/x"))[1].lower()
    assert "content-type" not in sent(WireRequest("DELETE", "/v1/x"))[1].lower()


def test_a_form_as_sent_with_repeated_fields_file_names_and_types(sent: Any) -> None:
    request = WireRequest(
        "POST",
        "/v1/audio/transcriptions",
        form=(("model", "m"), ("include[]", "logprobs"), ("include[]", "überall"), ("empty", "")),
        files=(
            WireFile("file", "a b.wav", "audio/wav", b"RIFF\x00\r\n--"),
            WireFile("file", "ü.bin", "application/octet-stream", b""),
        ),
    )
    _, head, body = sent(request)
    kind = next(line for line in head.split("\r\n") if line.lower().startswith("content-type:"))
    assert kind.lower().startswith("content-type: multipart/form-data; boundary=")
    message = email.parser.BytesParser(EmailMessage, policy=email.policy.HTTP).parsebytes(
        kind.encode() + b"\r\n\r\n" + body
    )
    parts = [part for part in message.iter_parts() if isinstance(part, EmailMessage)]
    got = [
        (part.get_param("name", header="content-disposition"), part.get_filename(), part.get("content-type"))
        for part in parts
    ]
    assert got == [
        ("model", None, None),
        ("include[]", None, None),
        ("include[]", None, None),
        ("empty", None, None),
        ("file", "a b.wav", "audio/wav"),
        ("file", "ü.bin", "application/octet-stream"),
    ]
    boundary = kind.partition("boundary=")[2].encode()
    contents = [piece.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n") for piece in body.split(b"--" + boundary)[1:-1]]
    assert contents == [b"m", b"logprobs", "überall".encode(), b"", b"RIFF\x00\r\n--", b""]
    assert body.endswith(b"--" + boundary + b"--\r\n")


def test_a_redirect_is_a_result_and_nobody_else_sees_a_byte(serve: Serve, sent: Any) -> None:
    elsewhere = serve("keeps")
    answer = b"HTTP/1.1 307 Away\r\nlocation: %s/v1/models\r\ncontent-length: 0\r\n\r\n" % elsewhere.url.encode()
    transfer, _, _ = sent(WireRequest("POST", "/v1/models", content=b"{}"), answer=answer, api_key=KEY)
    assert transfer.failure is None and transfer.status == 307
    assert transfer.header("location") == f"{elsewhere.url}/v1/models"
    assert elsewhere.connections == 0


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"])
def test_proxies_of_the_environment_are_ignored(
    serve: Serve, sent: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = serve("keeps")
    monkeypatch.setenv(name, proxy.url)
    transfer, _, _ = sent(WireRequest("GET", "/v1/models"))
    assert transfer.failure is None and proxy.connections == 0


def test_a_proxy_that_was_asked_for_is_used(serve: Serve, get: WireRequest) -> None:
    proxy = serve(OK)
    with Connection(Target.at("http://server.invalid:1/api", proxy=proxy.url, api_key=KEY)) as connection:
        transfer = connection.exchange(get, 2)
    assert transfer.failure is None and transfer.status == 200
    assert proxy.requests[0].startswith(b"GET http://server.invalid:1/api/v1/models HTTP/1.1\r\n")


def test_netrc_is_not_read(sent: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password hunter22")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    assert "authorization" not in sent(WireRequest("GET", "/v1/models"))[1].lower()
