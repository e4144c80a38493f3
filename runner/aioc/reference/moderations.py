"""POST /v1/moderations: a few plain words decide."""

from aioc.reference.answer import Answer, ApiError, Json
from aioc.reference.chat_rules import image_url
from aioc.reference.checks import array, checked, either, mapping, tagged, text
from aioc.reference.models import require
from aioc.reference.request import Request
from aioc.reference.store import Store

_WORDS = {
    "harassment": "idiot", "harassment/threatening": "hurt you", "hate": "i hate", "hate/threatening": "hate and kill",
    "illicit": "steal", "illicit/violent": "bomb", "self-harm": "hurt myself", "self-harm/intent": "kill myself",
    "self-harm/instructions": "how to hurt myself", "sexual": "sexual", "sexual/minors": "sexual minor",
    "violence": "kill", "violence/graphic": "blood",
}  # fmt: skip
_URL = mapping({"url": image_url}, "url")
_PART = tagged("type", {
    "text": mapping({"text": text()}, "text"), "image_url": mapping({"image_url": _URL}, "image_url"),
})  # fmt: skip
_FIELDS = {"model": text(), "input": either(text(), array(either(text(), _PART), 1))}


def create(request: Request, store: Store) -> Answer:
    """One result a string, but one for a whole list of parts."""
    body = checked(request.json(), _FIELDS, "input")
    model = require(body.get("model", "reference-moderation"), "moderation")
    given = body["input"]
    items = given if isinstance(given, list) else [given]
    if len({type(one) for one in items}) > 1:
        message = "Invalid type for 'input': a list has to be all text or all parts."
        raise ApiError(message, "input", "invalid_type")
    results = [_result(one, ["text"]) for one in items] if isinstance(items[0], str) else [_parts(items)]
    return Answer(body={"id": store.new_id("modr-"), "model": model, "results": results})


def _parts(parts: list[Json]) -> Json:
    seen = sorted({one["type"].removesuffix("_url") for one in parts})
    return _result(" ".join(one.get("text", "") for one in parts), seen)


def _result(said: str, seen: list[str]) -> Json:
    found = {name: words in said.lower() for name, words in _WORDS.items()}
    return {
        "flagged": any(found.values()), "categories": found,
        "category_scores": {name: 0.97 if hit else 0.0001 for name, hit in found.items()},
        "category_applied_input_types": dict.fromkeys(found, seen),
    }  # fmt: skip
