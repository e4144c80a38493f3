"""Realtime without a socket: the secrets that a browser is given, and the refusal of whoever does not upgrade."""

from typing import NoReturn

from aioc.reference.answer import Answer, ApiError, Json
from aioc.reference.checks import anything, array, boolean, checked, either, integer, mapping, number, tagged, text
from aioc.reference.request import Request
from aioc.reference.store import Store, now

_SECONDS = 600
_MODEL = "reference-realtime"
_OBJECT = {"realtime": "realtime.session", "transcription": "realtime.transcription_session"}
_SAID = {
    "model": text(least=1), "instructions": text(), "tools": array(mapping()), "tool_choice": anything,
    "tracing": anything, "truncation": anything, "prompt": anything,
}  # fmt: skip
_TEXT_OR_AUDIO = array(text("text", "audio"), 1)
_REALTIME = mapping({
    **_SAID, "output_modalities": _TEXT_OR_AUDIO, "audio": mapping(), "include": array(text()),
    "max_output_tokens": either(text("inf"), integer(1, 4096)), "parallel_tool_calls": boolean,
    "reasoning": mapping(),
})  # fmt: skip
_TRANSCRIPTION = mapping({"audio": mapping(), "include": array(text())})
_ASKED = {
    "expires_after": mapping({"anchor": text("created_at"), "seconds": integer(10, 7200)}),
    "session": tagged("type", {"realtime": _REALTIME, "transcription": _TRANSCRIPTION}),
}
_OLD = {
    **_SAID, "modalities": _TEXT_OR_AUDIO, "voice": text(), "input_audio_format": text(),
    "output_audio_format": text(), "input_audio_transcription": mapping(), "speed": number(0.25, 1.5),
    "turn_detection": mapping(), "temperature": number(0.6, 1.2),
    "max_response_output_tokens": either(text("inf"), integer(1, 4096)),
}  # fmt: skip


def client_secret(request: Request, store: Store) -> Answer:
    """POST /v1/realtime/client_secrets: a secret and the session that it opens."""
    body = checked(request.json(), _ASKED)
    asked = body.get("session", {"type": "realtime"})
    kind = asked["type"]
    opened: dict[str, Json] = {"id": store.new_id("sess_"), "object": _OBJECT[kind], "expires_at": 0}
    if kind == "realtime":
        opened |= {"model": _MODEL, "output_modalities": ["audio"], "tools": [], "tool_choice": "auto"}
    lasts = body.get("expires_after", {}).get("seconds") or _SECONDS
    return Answer(body={**_secret(store, lasts), "session": {**opened, **asked}})


def session(request: Request, store: Store) -> Answer:
    """POST /v1/realtime/sessions, as the beta had it: the secret stands inside the session."""
    body = checked(request.json(), _OLD)
    known = {"id": store.new_id("sess_"), "object": "realtime.session", "model": _MODEL}
    return Answer(body={**known, "modalities": ["audio", "text"], **body, "client_secret": _secret(store, 60)})


def socket(request: Request, store: Store) -> NoReturn:
    """GET /v1/realtime: this server has no socket to upgrade to."""
    raise ApiError("Realtime is spoken over a WebSocket.", status=426, headers=(("upgrade", "websocket"),))


def _secret(store: Store, seconds: int) -> dict[str, Json]:
    return {"value": store.new_id("ek_"), "expires_at": now() + seconds}
