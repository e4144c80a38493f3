"""Nobody but the server is asked, and nobody but the server is told a secret."""

import base64
import json
import re
import socket
from urllib.parse import quote

import pytest
from tests.servers import answering, by_path

from aioc.report.journal import read_journal

from .conftest import BASE, get

KEY = 'sk-"Ab/9+very\\secret&0123456789'
PLAIN = "sk-plain-0123456789abcdef"
OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"


@pytest.mark.threat("P1", "Y15")
def test_lint_makes_no_socket_and_looks_up_no_name(call, tmp_path, monkeypatch):
    """Whatever a file wants to fetch, also with a schema, an overlay and a case of the catalogue beside it."""
    asked = []

    def forbidden(*given, **more):
        asked.append(given)
        raise AssertionError("lint touches the network")

    for name in ("socket", "create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, forbidden)
    texts = {
        "ref": f"title: It is there\nsource: a measurement\n{get('/v1/x')}  - path: $.a\n    $ref: http://127.0.0.1:1/x\n",
        "schema": f"title: It is there\nsource: a measurement\n{get('/v1/x')}  - path: $.a\n    schema: http://127.0.0.1:1/\n",
        "url": f"title: It is there\nsource: a measurement\n{get('http://127.0.0.1:1/v1/x')}",
        "file": "title: It is there\nsource: a measurement\nrequest:\n  method: POST\n  path: /v1/x\n"
        "  files:\n    file: {path: 'http://127.0.0.1:1/x'}\nexpect:\n  - status: 200\n",
        "good": f"title: It is there\nsource: http://127.0.0.1:1/x\n{get('/v1/x')}",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    ended = call("lint", tmp_path, BASE, command="aioc")
    assert (ended.code, asked) == (2, [])
    assert {name for name in texts if f"{name}.yaml:" in ended.err} == set(texts) - {"good"}


@pytest.mark.threat("P2", "S12", "Y13")
def test_nobody_else_sees_a_byte(cases, serve, call, tmp_path, monkeypatch):
    """A second server listens: redirects lead there, proxies of the environment, and every case that names a host."""
    elsewhere = serve(OK)
    host = elsewhere.url.removeprefix("http://")
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, elsewhere.url)
    monkeypatch.setenv("KEY", PLAIN)
    away = (
        b"HTTP/1.1 %d Away\r\nlocation: %s\r\nrefresh: 0; url=%s\r\nlink: <%s>; rel=next\r\ncontent-length: 0\r\n\r\n"
    )
    there = elsewhere.url.encode()
    redirects = {str(status): answering(away % (status, there, there, there)) for status in (301, 302, 303, 307, 308)}
    server = serve(by_path(redirects, answering(OK)))
    asked = ("--base-url", server.url, "--server", "none", "--model", "m", "--api-key-env", "KEY")
    good = cases(**{f"r{status}": get(f"/v1/{status}", int(status)) for status in redirects})
    assert call(good, *asked).code == 0
    assert all(b"authorization: Bearer " in request for request in server.requests)
    wrong = {
        "url": get(f"{elsewhere.url}/v1/models"),
        "slashes": get(f"//{host}/v1/models"),
        "at": get(f"'@{host}/v1/models'"),
        "host": f"request: {{method: GET, path: /v1/models, headers: {{host: '{host}'}}}}\nexpect:\n  - status: 200\n",
        "forwarded": get(f"'\\{host}/v1/models'"),
    }
    asked_before = len(server.requests)
    ended = call(cases(**wrong), *asked)
    assert (ended.code, len(server.requests)) == (2, asked_before)
    assert all(f"{name}.yaml:" in ended.err for name in wrong)
    assert (elsewhere.connections, elsewhere.requests) == (0, [])


@pytest.mark.threat("Y13", "Y19")
def test_what_a_server_gave_is_no_way_to_another_host(cases, serve, call):
    """A captured text goes into a path as one segment, whatever it holds."""
    elsewhere = serve(OK)
    value = json.dumps({"id": f"{elsewhere.url}/../..//x?y#z\r\nhost: evil"}).encode()
    server = serve(
        by_path(
            {"give": answering(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(value) + value)}, answering(OK)
        )
    )
    steps = (
        "steps:\n  - request: {method: GET, path: /v1/give}\n    expect: [{status: 200}]\n    capture: {id: '$.id'}\n"
        '  - request: {method: GET, path: "/v1/files/${id}"}\n    expect: [{status: 200}]\n'
    )  # fmt: skip
    ended = call(cases(a=steps), "--base-url", server.url, "--server", "none", "--model", "m")
    assert (ended.code, elsewhere.connections) == (0, 0), ended.err
    assert re.match(rb"GET /v1/files/http%3A%2F%2F[^/ ]+%0D%0Ahost%3A%20evil HTTP/1.1\r\n", server.requests[-1])


def forms(secret):
    """Give a secret in each form in which a server could send it back."""
    encoded = base64.b64encode(secret.encode()).decode()
    return {
        "plain": secret, "bearer": f"Bearer {secret}", "base64": encoded, "base64 of more": base64.b64encode(
            b"authorization: Bearer " + secret.encode() + b"!").decode(),
        "base64url": base64.urlsafe_b64encode(b"x" + secret.encode()).decode(), "quoted": quote(secret, safe=""),
        "quoted small": re.sub("%..", lambda m: m[0].lower(), quote(secret)),
        "json": json.dumps(secret), "json twice": json.dumps(json.dumps({"key": secret})),
        "slashes": json.dumps(secret).replace("/", "\\/"),
    }  # fmt: skip


def seen(text, secret):
    """Give what a reader of a text finds out of a secret: its form, or eight characters of it."""
    inner = secret.split("-", 1)[1]
    parts = {inner[start : start + 8] for start in range(len(inner) - 7)}
    decoded = [text]
    for word in re.findall(r"[A-Za-z0-9+/_-]{16,}={0,2}", text):
        for start in range(4):
            cut = word[start:].rstrip("=").replace("-", "+").replace("_", "/")
            decoded.append(base64.b64decode(cut[: len(cut) // 4 * 4]).decode("latin-1"))
    whole = "\n".join(decoded)
    return sorted(part for part in parts if part in whole or quote(part, safe="") in whole)


def answer(body, media=b"application/json", extra="", status=b"200 OK"):
    head = b"HTTP/1.1 %s\r\ncontent-type: %s\r\n%scontent-length: %d\r\n\r\n"
    return answering(head % (status, media, extra.encode(), len(body)) + body)


def echoes(secret):
    """Give, by path, answers that hold a secret in each form and at each place."""
    back = forms(secret)
    header = f"x-echo: {back['plain']}\r\nx-url: {back['quoted']}\r\nx-basic: Basic {back['base64']}\r\n"
    lines = "".join(f"data: {json.dumps({'c': value})}\n\n: {value}\n" for value in back.values())
    return {
        "text": answer(json.dumps({**back, "long": ["x" * 180 + secret]}).encode(), extra=header),
        "bytes": answer(json.dumps(back).encode() + b"\xff"),  # not UTF-8: the journal keeps it as base64
        "html": answer(f"<p>{secret}</p>".encode(), b"text/html"),
        "stream": answer(lines.encode(), b"text/event-stream"),
        "broken": answering(f"HTTP/1.1 200 OK\r\nx: {secret}\x01\r\ncontent-length: 0\r\n\r\n".encode()),
        "status": answering(f"HTTP/9 {secret}\r\n\r\n".encode()),
        "large": answer(
            b"x" * ((256 << 10) - 20) + secret.encode() + b"y" * 99, b"text/plain"
        ),  # the journal cuts here
    }


@pytest.mark.threat("R2", "P6", "S23")
@pytest.mark.parametrize("secret", [PLAIN, KEY], ids=["as keys are", "of odd characters"])
def test_a_server_that_sends_the_key_back_puts_it_into_no_output(cases, serve, call, tmp_path, monkeypatch, secret):
    monkeypatch.setenv("KEY", secret)
    monkeypatch.setenv("TEAM", f"team-{secret[3:]}")
    server = serve(by_path(echoes(secret), answering(OK)))
    looks = "".join(f"  - path: \"$['{name}']\"\n    const: nothing\n" for name in [*forms(secret), "long"])
    looks += "".join(f"  - header: {name}\n    const: nothing\n" for name in ("x-echo", "x-url", "x-basic"))
    folder = cases(
        **{name: get(f"/v1/{name}") for name in ("bytes", "html", "broken", "status", "large")},
        text=get("/v1/text") + looks,
        stream=get("/v1/stream") + "  - events: $[*].data.c\n    const: nothing\n",
    )
    files = {kind: tmp_path / f"run.{kind}" for kind in ("jsonl", "xml", "html", "md")}
    url = server.url.replace("http://", "http://user:hunter2222@")
    ended = call(
        folder, "--base-url", url, "--server", "none", "--model", "m", "--api-key-env", "KEY",
        *("--header", "X-Team=TEAM"),
        "-v", *("--journal", files["jsonl"]), *("--junit", files["xml"]), *("--html", files["html"]),
        *("--markdown", files["md"]),
    )  # fmt: skip
    assert (ended.code, secret.encode() in server.requests[-1]) == (1, True)
    outputs = {"console": ended.out + ended.err, **{kind: path.read_text() for kind, path in files.items()}}
    for form in ("text", "issue"):
        shown = call("show", "local/text", "--from", files["jsonl"], "--as", form, command="aioc")
        assert shown.code == 0
        outputs[f"show --as {form}"] = shown.out + shown.err
    assert {name: seen(text, secret) for name, text in outputs.items() if seen(text, secret)} == {}
    assert not [name for name, text in outputs.items() if "hunter2222" in text]
    assert read_journal(files["jsonl"]).summary.complete


@pytest.mark.threat("P5", "P6")
@pytest.mark.parametrize("key", ["header", "footer", "200200", 'a"b\\c/d&e'])
def test_no_key_breaks_a_line_of_the_journal(cases, serve, call, tmp_path, monkeypatch, key):
    """Also one that is a word of the journal, or looks like a number in it."""
    monkeypatch.setenv("KEY", key)
    server = serve(answer(json.dumps({"header": key, "n": 200200, "again": json.dumps(key)}).encode()))
    journal = tmp_path / "run.jsonl"
    folder = cases(a=get("/v1/models") + "  - path: $.again\n    const: nothing\n")
    asked = ("--base-url", server.url, "--server", "none", "--model", "m", "--api-key-env", "KEY")
    ended = call(folder, *asked, "--journal", journal)
    assert ended.code == 1
    (record,) = read_journal(journal).cases
    assert b'"***"' in record.transfers[0].body and key not in record.findings[0].actual


@pytest.mark.threat("R2", "P6")
def test_an_error_before_the_first_case_quotes_no_key(cases, serve, call, monkeypatch):
    monkeypatch.setenv("KEY", PLAIN)
    server = serve(answering(f"HTTP/9 {PLAIN}\r\n\r\n".encode()))
    ended = call(cases(a=get('"/v1/${model}"')), "--base-url", server.url, "--server", "none", "--api-key-env", "KEY")
    assert (ended.code, "***" in ended.err, PLAIN in ended.err) == (3, True, False)


@pytest.mark.threat("R2", "P6", "S23")
def test_a_server_that_names_a_model_like_the_key_puts_it_into_no_hint(cases, serve, call, monkeypatch):
    monkeypatch.setenv("KEY", PLAIN)
    models = json.dumps({"object": "list", "data": [{"id": f"m-{PLAIN}"}]}).encode()
    one = {"extra": "connection: close\r\n"}  # by_path looks at the first request of a connection
    unknown = answer(b'{"error": "model_not_found"}', **one, status=b"404 Not Found")
    server = serve(by_path({"models": answer(models, **one)}, unknown))
    asked = ("--base-url", server.url, "--server", "none", "--model", "mine", "--api-key-env", "KEY")
    ended = call(cases(a=get('"/v1/${model}"')), *asked)
    assert (ended.code, "it lists: m-***" in ended.err, PLAIN in ended.err) == (2, True, False)
