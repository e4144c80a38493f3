"""A server that always knows the answer: what it takes itself is small and the same for everybody who asks it.

`python -m benchmarks.stub [--delay-ms 50]` prints its port and answers until it is killed: POST /v1/chat/completions
with a fixed chat completion, or with as many events as `max_completion_tokens` says when `stream` is true (all at once,
or one each `metadata.pace_ms`, with the time at which it was sent); everything else with 404, so that nobody takes it
for a known server.
"""

import argparse
import asyncio
import json
import time
from typing import Any

MODEL = "stub-1"
_WORDS = ("stub ", "says ", "that ", "all ", "is ", "well ", "and ", "quick ")
_HEAD = {"id": "chatcmpl-stub", "created": 1700000000, "model": MODEL}
_CHUNK = {**_HEAD, "object": "chat.completion.chunk"}
_ABSENT = b'{"error":{"message":"no such route","type":"invalid_request_error","param":null,"code":null}}'


def answer(status: str, media: str, body: bytes) -> bytes:
    """Give a whole answer with its length."""
    return f"HTTP/1.1 {status}\r\ncontent-type: {media}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


def completion() -> bytes:
    """Give the fixed chat completion."""
    message = {"role": "assistant", "content": "stub says that all is well", "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    usage = {"prompt_tokens": 14, "completion_tokens": 7, "total_tokens": 21}
    return json.dumps({**_HEAD, "object": "chat.completion", "choices": [choice], "usage": usage}).encode()


def events(number: int) -> bytes:
    """Give a stream of so many events, [DONE] not counted."""

    def event(delta: dict[str, str], finish: str | None) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return f"data: {json.dumps({**_CHUNK, 'choices': [choice]}, separators=(',', ':'))}\n\n"

    words = (event({"content": _WORDS[place % len(_WORDS)]}, None) for place in range(number - 2))
    whole = [event({"role": "assistant", "content": ""}, None), *words, event({}, "stop"), "data: [DONE]\n\n"]
    return "".join(whole).encode()


async def pace(transport: asyncio.WriteTransport, number: int, seconds: float) -> None:
    """Send so many events one after the other, each with the time (of the day) at which it was sent; then hang up."""
    transport.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
    begun = time.monotonic()
    for place in range(number):
        await asyncio.sleep(max(0.0, begun + place * seconds - time.monotonic()))
        choice = {"index": 0, "delta": {"content": "x"}, "finish_reason": "stop" if place + 1 == number else None}
        event = {**_CHUNK, "choices": [choice], "sent": time.time()}
        transport.write(f"data: {json.dumps(event)}\n\n".encode())
    transport.write(b"data: [DONE]\n\n")
    transport.close()


class _Talk(asyncio.Protocol):
    """One connection; a request is looked at when all of it is there."""

    streams: dict[int, bytes] = {}  # noqa: RUF012  # made once for all connections
    plain = answer("200 OK", "application/json", completion())
    absent = answer("404 Not Found", "application/json", _ABSENT)

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._had = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._had += data
        while (end := self._had.find(b"\r\n\r\n")) >= 0:
            head = self._had[:end].lower()
            _, _, length = head.partition(b"content-length:")
            size = int(length.split(b"\r\n", 1)[0] or 0)
            whole = end + 4 + size
            if len(self._had) < whole:
                return
            body, self._had = self._had[end + 4 : whole], self._had[whole:]
            made = self._made(head, body)
            if made is None:
                self._paced(json.loads(body))
            elif self._delay:
                asyncio.get_running_loop().call_later(self._delay, self._transport.write, made)
            else:
                self._transport.write(made)

    def _paced(self, asked: dict[str, Any]) -> None:
        seconds = float(asked["metadata"]["pace_ms"]) / 1000
        self._task = asyncio.create_task(pace(self._transport, asked["max_completion_tokens"], seconds))

    def _made(self, head: bytes, body: bytes) -> bytes | None:
        """Give the answer; None for one that takes its time."""
        if not head.startswith(b"post /v1/chat/completions "):
            return self.absent
        asked = json.loads(body)
        if not asked.get("stream"):
            return self.plain
        if "metadata" in asked:
            return None
        number = asked["max_completion_tokens"]
        if number not in self.streams:
            self.streams[number] = answer("200 OK", "text/event-stream", events(number))
        return self.streams[number]


async def serve(delay: float) -> None:
    """Answer until the process ends; prints the port first."""
    server = await asyncio.get_running_loop().create_server(lambda: _Talk(delay), "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--delay-ms", type=float, default=0)
    asyncio.run(serve(parser.parse_args().delay_ms / 1000))
