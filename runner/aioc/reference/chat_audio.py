"""Sound in a chat: what the client may send, and an answer that is spoken."""

import base64
import re
from collections.abc import Iterator
from dataclasses import replace

from aioc.reference.answer import ApiError, Json
from aioc.reference.checks import base64_bytes, either, mapping, text
from aioc.reference.engine import Outcome
from aioc.reference.sound import sound
from aioc.reference.store import Store, now
from aioc.reference.text import count

_KINDS = {"wav": "wav", "aac": "aac", "mp3": "mp3", "flac": "flac", "opus": "opus", "pcm16": "pcm"}
_STARTS = {"wav": rb"RIFF.{4}WAVE", "mp3": rb"ID3|\xff[\xe0-\xff]"}
_PIECE = 16_000
"""So many characters of base64 come in one chunk: whole groups of four, so that each can be decoded alone."""

VOICE = mapping(
    {"voice": either(text(least=1), mapping({"id": text()}, "id")), "format": text(*_KINDS)}, "voice", "format"
)
_SOUND = mapping({"data": base64_bytes, "format": text(*_STARTS)}, "data", "format")


def sound_in(value: Json, path: str) -> None:
    """A sound that the client sends: base64, and bytes of the format that it names."""
    _SOUND(value, path)
    if not re.match(_STARTS[value["format"]], base64.b64decode(value["data"]), re.DOTALL):
        message = f"Invalid audio in '{path}.data': it is no {value['format']}."
        raise ApiError(message, f"{path}.data", "invalid_value")


def check_spoken(body: dict[str, Json]) -> None:
    """Whoever wants to hear the answer has to say in which voice; and what is streamed has no header."""
    if not wanted(body):
        return
    if "audio" not in body:
        raise ApiError("'audio' is required when 'modalities' has 'audio'.", "audio", "missing_required_parameter")
    kind = body["audio"]["format"]
    if body.get("stream") and kind != "pcm16":
        message = f"Unsupported value: 'audio.format' does not support '{kind}' when 'stream' is true; use 'pcm16'."
        raise ApiError(message, "audio.format", "unsupported_value")


def wanted(body: dict[str, Json]) -> bool:
    """Whether the answer is to be spoken."""
    return "audio" in body.get("modalities", [])


def shortened(outcome: Outcome) -> Outcome:
    """What is spoken is the first sentence."""
    if "." not in outcome.pieces[:-1]:
        return outcome
    return replace(outcome, pieces=outcome.pieces[: outcome.pieces.index(".") + 1], finish="stop")


def spoken(said: str, body: dict[str, Json], store: Store) -> Json:
    """The member `audio` of a message."""
    data = base64.b64encode(sound(_KINDS[body["audio"]["format"]], count(said))).decode()
    return {"id": store.new_id("audio_"), "data": data, "expires_at": now() + 3600, "transcript": said}


def pieces(audio: Json, words: tuple[str, ...]) -> Iterator[Json]:
    """The same, cut into what a stream says: the words, the sound, and until when it is kept."""
    name = {"id": audio["id"]}
    for number, word in enumerate(words):
        yield {**(name if number == 0 else {}), "transcript": word}
    for at in range(0, len(audio["data"]), _PIECE):
        yield {**(name if at == 0 else {}), "data": audio["data"][at : at + _PIECE]}
    yield {"expires_at": audio["expires_at"]}
