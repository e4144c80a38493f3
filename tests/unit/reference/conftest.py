"""A running reference server and a client that reads what came over the wire."""

import http.client
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from aioc.reference.server import ReferenceServer


@dataclass(frozen=True)
class Reply:
    """Status, headers (lower case) and body of one answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def frames(self) -> list[str]:
        """The frames of an event stream, `[DONE]` included."""
        assert self.body.endswith(b"\n\n")
        return self.body.decode()[:-2].split("\n\n")

    @property
    def events(self) -> list[Any]:
        """The JSON of every frame."""
        data = [frame.rpartition("data: ")[2] for frame in self.frames]
        return [json.loads(one) for one in data if one != "[DONE]"]


Call = Callable[..., Reply]


@pytest.fixture(scope="session")
def server() -> Iterator[ReferenceServer]:
    with ReferenceServer() as running:
        yield running


def client(base_url: str) -> Call:
    """A client of one server."""

    def call(method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Reply:
        connection = http.client.HTTPConnection(base_url.removeprefix("http://"), timeout=5)
        sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        kinds = {"content-type": "application/json"} if body is not None else {}
        connection.request(method, path, sent, {**kinds, **(headers or {})})
        answer = connection.getresponse()
        reply = Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        connection.close()
        return reply

    return call


@pytest.fixture(scope="session")
def call(server: ReferenceServer) -> Call:
    return client(server.base_url)


@pytest.fixture(scope="session")
def call_at() -> Callable[[str], Call]:
    return client


@pytest.fixture(scope="session")
def chat(call: Call) -> Call:
    def ask(content: Any = "Say hi.", **more: Any) -> Reply:
        messages = content if isinstance(content, list) else [{"role": "user", "content": content}]
        return call("POST", "/v1/chat/completions", {"model": "reference-chat", "messages": messages, **more})

    return ask


@pytest.fixture(scope="session")
def respond(call: Call) -> Call:
    def ask(given: Any = "Say hi.", **more: Any) -> Reply:
        return call("POST", "/v1/responses", {"model": "reference-chat", "input": given, **more})

    return ask


@pytest.fixture(scope="session")
def upload(call: Call) -> Call:
    def send(path: str, fields: dict[str, str], file: tuple[str, bytes]) -> Reply:
        parts = [
            f'--b\r\ncontent-disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items()
        ]
        head = f'--b\r\ncontent-disposition: form-data; name="file"; filename="{file[0]}"\r\n\r\n'.encode()
        body = b"".join(parts) + head + file[1] + b"\r\n--b--\r\n"
        return call("POST", path, body, {"content-type": "multipart/form-data; boundary=b"})

    return send
