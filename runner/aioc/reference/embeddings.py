"""POST /v1/embeddings: unit vectors made of the words of an input, so that shared words bring them nearer."""

import base64
import hashlib
import math
import struct
from collections import Counter
from collections.abc import Iterable

from aioc.reference.answer import Answer, ApiError, Json
from aioc.reference.checks import array, checked, either, integer, text
from aioc.reference.models import refuse_long, require
from aioc.reference.request import Request
from aioc.reference.store import Store
from aioc.reference.text import count

_DIMENSIONS = 256
_LONGEST = 8192
_IDS = array(integer(0), 1, 2048)
_FIELDS = {
    "model": text(), "input": either(text(least=1), array(either(text(least=1), integer(0), _IDS), 1, 2048)),
    "encoding_format": text("float", "base64"), "dimensions": integer(1, _DIMENSIONS), "user": text(),
}  # fmt: skip


def create(request: Request, store: Store) -> Answer:
    """One vector an input, floats or base64 of little-endian float32."""
    body = checked(request.json(), _FIELDS, "model", "input")
    require(body["model"], "embedding")
    items = _inputs(body["input"])
    counts = [len(item) if isinstance(item, list) else count(item) for item in items]
    refuse_long(max(counts), "input", _LONGEST)
    size = body.get("dimensions", _DIMENSIONS)
    coded = body.get("encoding_format") == "base64"
    data = [{"object": "embedding", "index": i, "embedding": _vector(one, size, coded)} for i, one in enumerate(items)]
    total = sum(counts)
    counted = {"prompt_tokens": total, "total_tokens": total}
    return Answer(body={"object": "list", "data": data, "model": body["model"], "usage": counted})


def _inputs(value: Json) -> list[str | list[int]]:
    if isinstance(value, str) or all(isinstance(one, int) for one in value):
        return [value]
    if any(isinstance(one, int) for one in value):
        message = "Invalid type for 'input': a list has to be all text or all tokens."
        raise ApiError(message, "input", "invalid_type")
    return list(value)


def _vector(item: str | list[int], size: int, coded: bool) -> list[float] | str:
    words: Iterable[str] = item.lower().split() if isinstance(item, str) else map(str, item)
    total = [0.25 * value for value in _noise(repr(item))]
    for word, times in Counter(words).items():
        total = [value + times * other for value, other in zip(total, _noise(word), strict=True)]
    length = math.sqrt(sum(value * value for value in total[:size]))
    packed = struct.pack(f"<{size}f", *(value / length for value in total[:size]))
    return base64.b64encode(packed).decode() if coded else list(struct.unpack(f"<{size}f", packed))


def _noise(word: str) -> list[float]:
    digest = hashlib.shake_128(word.encode("utf-8", "replace")).digest(2 * _DIMENSIONS)
    return [value / 32768 + 1 / 65536 for value in struct.unpack(f"<{_DIMENSIONS}h", digest)]
