"""Sound in a chat: what the client may send, and an answer that is spoken."""

import base64
from collections.abc import Iterator

from aioc.reference.answer import ApiError, Json
from aioc.reference.checks import Check, either, mapping, refuse, text
from aioc.reference.engine import Outcome
from aioc.reference.sound import sound
from aioc.reference.store import Store, now
from aioc.reference.text import count

_KINDS = {"wav": "wav", "aac": "aac", "mp3": "mp3", "flac": "flac", "opus": "opus", "pcm16": "pcm"}
_PIECE = 16_000
"""So many characters of base64 come in one chunk: whole groups of four, so that each can be decoded alone."""

VOICE = mapping(
    {"voice": either(text(least=1), mapping({"id": text()}, "id")), "format": text(*_KINDS)}, "voice", "format"
)


def sound_in(decoded: Check) -> Check:
    """A sound that the client sends: base64 that `decoded` accepts, and bytes of the format that it names."""
    shape = mapping({"data": decoded, "format": text("wav", "mp3")}, "data", "format")

    def check(value: Json, path: str) -> None:
        shape(value, path)
        content = base64.b64decode(value["data"])
        if not (_is_wav(content) if value["format"] == "wav" else _is_mp3(content)):
            refuse(f"{path}.data", "invalid_value", f"Invalid audio in '{path}.data': it is no {value['format']}.")

    return check


def check_spoken(body: dict[str, Json]) -> None:
    """Whoever wants to hear the answer has to say in which voice; and what is streamed has no header."""
    if not wanted(body):
        return
    if "audio" not in body:
        raise ApiError("'audio' is required when 'modalities' has 'audio'.", "audio", "missing_required_parameter")
    kind = body["audio"]["format"]
    if body.get("stream") and kind != "pcm16":
        text = f"Unsupported value: 'audio.format' does not support '{kind}' when 'stream' is true; use 'pcm16'."
        raise ApiError(text, "audio.format", "unsupported_value")


def wanted(body: dict[str, Json]) -> bool:
    """Whether the answer is to be spoken."""
    return "audio" in body.get("modalities", [])


def shortened(outcome: Outcome) -> Outcome:
    """What is spoken is the first sentence."""
    ends = [place for place, piece in enumerate(outcome.pieces, 1) if piece == "."]
    if not ends:
        return outcome
    finish = outcome.finish if ends[0] == len(outcome.pieces) else "stop"
    return Outcome(outcome.pieces[: ends[0]], outcome.calls, finish)


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


def _is_wav(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WAVE"


def _is_mp3(content: bytes) -> bool:
    return content[:3] == b"ID3" or (content[:1] == b"\xff" and content[1:2] >= b"\xe0")
