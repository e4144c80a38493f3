"""Sound and files in a chat of the reference server."""

import base64

import pytest

from aioc.reference.sound import sound

from .conftest import Call

SPOKEN = {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "wav"}}


def hear(chat: Call, data: str, kind: str = "wav") -> int:
    part = {"type": "input_audio", "input_audio": {"data": data, "format": kind}}
    return int(chat([{"role": "user", "content": [part]}]).status)


@pytest.mark.parametrize("kind", ["wav", "mp3"])
def test_a_sound_has_to_be_of_its_format(chat: Call, kind: str) -> None:
    other = {"wav": "mp3", "mp3": "wav"}[kind]
    data = base64.b64encode(sound(kind, 1)).decode()
    assert hear(chat, data, kind) == 200 and hear(chat, data, other) == 400
    assert hear(chat, "AAAA", kind) == 400 and hear(chat, "@@@", kind) == 400 and hear(chat, "", kind) == 400


def test_a_spoken_answer(chat: Call) -> None:
    message = chat(**SPOKEN).json["choices"][0]["message"]
    assert message["content"] is None and message["audio"]["transcript"].endswith(".")
    assert base64.b64decode(message["audio"]["data"]).startswith(b"RIFF")
    assert chat(modalities=["text", "audio"]).json["error"]["param"] == "audio"
    assert chat(**SPOKEN, max_tokens=2).json["choices"][0]["finish_reason"] == "length"


def test_a_spoken_stream_says_the_same(chat: Call) -> None:
    raw = {**SPOKEN, "audio": {"voice": "alloy", "format": "pcm16"}}
    whole = chat(**raw).json["choices"][0]["message"]["audio"]
    deltas = [event["choices"][0]["delta"].get("audio", {}) for event in chat(**raw, stream=True).events]
    assert "".join(delta.get("transcript", "") for delta in deltas) == whole["transcript"]
    assert "".join(delta.get("data", "") for delta in deltas) == whole["data"]
    assert chat(**SPOKEN, stream=True).json["error"]["param"] == "audio.format"


def test_a_file_has_to_be_a_pdf(chat: Call) -> None:
    def read(data: str) -> int:
        part = {"type": "file", "file": {"filename": "a.pdf", "file_data": data}}
        return int(chat([{"role": "user", "content": [part]}]).status)

    assert read("data:application/pdf;base64," + base64.b64encode(b"%PDF-1.4").decode()) == 200
    assert read("data:application/pdf;base64,AAAA") == 400 and read("data:text/plain;base64,AAAA") == 400


def test_no_address_is_within_reach(chat: Call) -> None:
    part = {"type": "image_url", "image_url": {"url": "http://127.0.0.1:9/a.png"}}
    assert chat([{"role": "user", "content": [part]}]).json["error"]["code"] == "invalid_image_url"
