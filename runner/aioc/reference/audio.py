"""Speech, transcriptions and translations."""

import base64
import re

from aioc.reference.answer import Answer, ApiError, Json, chat_like, raw
from aioc.reference.checks import boolean, checked, either, mapping, number, text
from aioc.reference.models import require
from aioc.reference.request import Form, Request, Upload
from aioc.reference.sound import TYPES, seconds, sound
from aioc.reference.store import Store
from aioc.reference.text import count, seed_of, tokenize, write

_VOICES = "alloy ash ballad cedar coral echo fable marin nova onyx sage shimmer verse"
_SPEECH = {
    "model": text(), "input": text(least=1, most=4096),
    "voice": either(text(*_VOICES.split()), mapping({"id": text()}, "id")), "instructions": text(),
    "response_format": text(*TYPES), "speed": number(0.25, 4), "stream_format": text("audio", "sse"),
    "stream": boolean,
}  # fmt: skip
_ENDINGS = ("flac", "mp3", "mp4", "mpeg", "mpga", "m4a", "ogg", "oga", "wav", "webm")
_FORMATS = ("json", "text", "srt", "verbose_json", "vtt")


def speech(request: Request, store: Store) -> Answer:
    """POST /v1/audio/speech: bytes, or events with the same bytes in base64."""
    body = checked(request.json(), _SPEECH, "model", "input", "voice")
    require(body["model"], "speech")
    kind, words = body.get("response_format", "mp3"), count(body["input"])
    data = sound(kind, words, body.get("speed", 1.0))
    if body.get("stream_format") != "sse":
        return raw(data, TYPES[kind])
    size = 4096 * 3
    pieces = [base64.b64encode(data[at : at + size]).decode() for at in range(0, len(data), size)]
    usage = {"input_tokens": words, "output_tokens": 8 * words, "total_tokens": 9 * words}
    deltas = [{"type": "speech.audio.delta", "audio": piece} for piece in pieces]
    return chat_like([*deltas, {"type": "speech.audio.done", "usage": usage}])


def transcriptions(request: Request, store: Store) -> Answer:
    """POST /v1/audio/transcriptions."""
    return _heard(request.form(), "transcribe", (*_FORMATS, "diarized_json"))


def translations(request: Request, store: Store) -> Answer:
    """POST /v1/audio/translations."""
    return _heard(request.form(), "translate", _FORMATS)


def _heard(form: Form, task: str, formats: tuple[str, ...]) -> Answer:
    upload, model = form.file("file"), form.text("model")
    require(model, "transcription")
    kind = form.text("response_format", "json")
    text(*formats)(kind, "response_format")
    try:
        number(0, 1)(float(form.text("temperature", "0")), "temperature")
    except ValueError:
        raise ApiError("Invalid type for 'temperature': expected a number.", "temperature", "invalid_type") from None
    marks = form.fields.get("timestamp_granularities", [])
    for mark in marks:
        text("word", "segment")(mark, "timestamp_granularities")
    if marks and kind != "verbose_json":
        raise ApiError("'timestamp_granularities' needs 'response_format' verbose_json.", "timestamp_granularities")
    if not re.fullmatch(r"[a-z]{2,3}", form.text("language", "en")):
        raise ApiError("The language has to be given in ISO-639-1 format.", "language", "invalid_language_format")
    length = _seconds(upload)
    sentences = [f"{one.rstrip('.')}." for one in write(seed_of(upload.content.hex(), task)).split(". ")[:2]]
    said = " ".join(sentences)
    if form.text("stream", "false") == "true":
        deltas = [{"type": "transcript.text.delta", "delta": piece} for piece in tokenize(said)]
        return chat_like([*deltas, {"type": "transcript.text.done", "text": said, "usage": _usage(said)}])
    cues = [(one, length * at / 2, length * (at + 1) / 2) for at, one in enumerate(sentences)]
    match kind:
        case "text":
            return raw(said.encode() + b"\n", "text/plain; charset=utf-8")
        case "srt":
            lines = [f"{at}\n{_subtitle(cue, ',')}" for at, cue in enumerate(cues, 1)]
            return raw("".join(lines).encode(), "text/plain; charset=utf-8")
        case "vtt":
            lines = ["WEBVTT\n\n", *(_subtitle(cue, ".") for cue in cues)]
            return raw("".join(lines).encode(), "text/plain; charset=utf-8")
        case "verbose_json":
            return Answer(body=_verbose(form, cues, length, marks, task))
        case "diarized_json":
            segments = [
                {"type": "transcript.text.segment", "id": f"seg_{at}", "start": start, "end": end, "text": f" {one}",
                 "speaker": "A"}
                for at, (one, start, end) in enumerate(cues)
            ]  # fmt: skip
            return Answer(body={"text": said, "segments": segments, "usage": _usage(said)})
    return Answer(body={"text": said} if task == "translate" else {"text": said, "usage": _usage(said)})


def _verbose(form: Form, cues: list[tuple[str, float, float]], length: float, marks: list[str], task: str) -> Json:
    said = " ".join(one for one, _, _ in cues)
    words = [word.rstrip(".") for word in said.split()]
    step = length / len(words)
    language = "en" if task == "translate" else form.text("language", "en")
    whole: dict[str, Json] = {
        "task": task, "language": {"de": "german", "fr": "french"}.get(language, "english"), "duration": length,
        "text": said,
    }  # fmt: skip
    if not marks or "segment" in marks:
        whole["segments"] = [
            {
                "id": at, "seek": 0, "start": start, "end": end, "text": f" {one}",
                "tokens": list(range(len(tokenize(one)))),
                "temperature": 0.0, "avg_logprob": -0.25, "compression_ratio": 0.9, "no_speech_prob": 0.01,
            }
            for at, (one, start, end) in enumerate(cues)
        ]  # fmt: skip
    if "word" in marks:
        whole["words"] = [
            {"word": word, "start": round(at * step, 3), "end": round((at + 1) * step, 3)}
            for at, word in enumerate(words)
        ]
    return {**whole, "usage": {"type": "duration", "seconds": max(1, round(length))}}


def _usage(said: str) -> Json:
    heard, told = 10, count(said)
    details = {"text_tokens": 0, "audio_tokens": heard}
    return {"type": "tokens", "input_tokens": heard, "input_token_details": details, "output_tokens": told,
            "total_tokens": heard + told}  # fmt: skip


def _seconds(upload: Upload) -> float:
    if upload.name.rpartition(".")[2].lower() not in _ENDINGS:
        raise ApiError(f"Unrecognized file format. Supported formats: {list(_ENDINGS)}", "file", "invalid_value")
    if len(upload.content) < 12:
        raise ApiError("Audio file is too short or empty.", "file", "audio_too_short")
    found = seconds(upload.content)
    if found is None:
        raise ApiError("Audio file might be corrupted or unsupported.", "file", "invalid_value")
    return float(round(max(0.01, found), 2))


def _subtitle(cue: tuple[str, float, float], dot: str) -> str:
    said, start, end = cue
    return f"{_clock(start, dot)} --> {_clock(end, dot)}\n{said}\n\n"


def _clock(seconds: float, dot: str) -> str:
    whole = int(seconds)
    rest = round((seconds - whole) * 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{dot}{rest:03}"
