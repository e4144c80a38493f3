"""Misbehaving servers (tests/servers) and the shortest way to put a request to one."""

import importlib.util
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from aioc.execute.client import Connection
from aioc.execute.target import Target
from aioc.model.exchange import Transfer, WireRequest

GET = WireRequest("GET", "/v1/models")
CHAT = WireRequest("POST", "/v1/chat/completions", content=b'{"model":"m","stream":true}')
Serve = Callable[..., Any]
Ask = Callable[..., Transfer]


def load_servers() -> ModuleType:
    """Import tests/servers, which no path leads to (--import-mode=importlib)."""
    name, folder = "aioc_test_servers", Path(__file__).parents[2] / "servers"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, folder / "__init__.py", submodule_search_locations=[])
        assert spec is not None and spec.loader is not None and spec.submodule_search_locations is not None
        spec.submodule_search_locations.append(str(folder))
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server by the name of its behaviour, with the bytes of its answers, or with a function."""
    servers = load_servers()
    started = []

    def start(behaviour: str | bytes | Callable[[Any], Any], *more: bytes, **options: Any) -> Any:
        if isinstance(behaviour, str):
            behaviour = servers.BEHAVIOURS[behaviour]
        elif isinstance(behaviour, bytes):
            behaviour = servers.answering(behaviour, *more)
        started.append(servers.Peer(behaviour, **options))
        return started[-1]

    yield start
    for peer in started:
        peer.close()


@pytest.fixture
def ask(serve: Serve) -> Ask:
    """Put one request to a server of this behaviour and give what came back."""

    def put(behaviour: Any, request: WireRequest = GET, seconds: float = 2.0, **target: Any) -> Transfer:
        with Connection(Target.at(serve(behaviour).url, **target)) as connection:
            return connection.exchange(request, seconds)

    return put


@pytest.fixture
def in_time() -> Iterator[None]:
    """The test ends within ten seconds, whatever the load of the machine: what must never hang does not."""
    started = time.monotonic()
    yield
    assert time.monotonic() - started < 10.0


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
    return port


@pytest.fixture
def get() -> WireRequest:
    return GET


@pytest.fixture
def chat() -> WireRequest:
    """A request that asks for a stream."""
    return CHAT
