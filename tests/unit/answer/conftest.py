"""Answers without a network: plain bodies and streams as transfers."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from aioc.model.exchange import Transfer, WireRequest

CHAT = WireRequest("POST", "/v1/chat/completions", content=b'{"stream": true}')


def _sse(*data: Any) -> bytes:
    return b"".join(b"data: %s\n\n" % (item if isinstance(item, str) else json.dumps(item)).encode() for item in data)


def _answer(body: bytes, media: str | None = "application/json", request: WireRequest = CHAT, **more: Any) -> Transfer:
    headers = (("Content-Type", media),) if media is not None else ()
    return Transfer(request, **{"status": 200, "headers": headers, "body": body, **more})


@pytest.fixture
def sse() -> Callable[..., bytes]:
    """Make the bytes of a stream from the data of its events."""
    return _sse


@pytest.fixture
def answer() -> Callable[..., Transfer]:
    """Make a transfer from a body."""
    return _answer
