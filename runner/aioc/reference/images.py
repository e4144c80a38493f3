"""Image generations and edits: one colour, but real PNG and JPEG bytes of the size that was asked for."""

import base64
import re
import struct
import zlib

from aioc.reference.answer import Answer, ApiError, Json, typed
from aioc.reference.checks import boolean, checked, integer, text
from aioc.reference.models import require
from aioc.reference.request import Request
from aioc.reference.store import Store, now
from aioc.reference.text import count, seed_of

_PAINT = {
    "model": text(), "prompt": text(least=1, most=32_000), "n": integer(1, 10), "size": text(),
    "quality": text("standard", "hd", "low", "medium", "high", "auto"), "response_format": text("b64_json"),
    "output_format": text("png", "jpeg"), "output_compression": integer(0, 100), "user": text(),
    "background": text("transparent", "opaque", "auto"), "style": text("vivid", "natural"),
    "moderation": text("low", "auto"), "stream": boolean, "partial_images": integer(0, 3),
}  # fmt: skip


def generations(request: Request, store: Store) -> Answer:
    """POST /v1/images/generations, plain or streamed."""
    return _painted(checked(request.json(), _PAINT, "prompt"), "image_generation")


def edits(request: Request, store: Store) -> Answer:
    """POST /v1/images/edits: a form with an image and a prompt."""
    form = request.form()
    form.file("image")
    given = {name: _typed(values[0]) for name, values in form.fields.items() if name != "input_fidelity"}
    return _painted(checked(given, _PAINT, "prompt"), "image_edit")


def _painted(body: dict[str, Json], kind: str) -> Answer:
    try:
        require(body.get("model", "reference-image"), "image")
    except ApiError as refusal:
        raise ApiError(refusal.message, "model", "invalid_value", 400, "image_generation_user_error") from None
    size = body.get("size", "auto")
    size = "1024x1024" if size == "auto" else size
    found = re.fullmatch(r"([1-9]\d{1,3})x([1-9]\d{1,3})", size)
    if not found:
        raise ApiError(f"Invalid value: '{size}'. Expected WIDTHxHEIGHT or 'auto'.", "size", "invalid_value")
    kind_of_file = body.get("output_format", "png")
    paint = png if kind_of_file == "png" else jpeg
    images = [
        base64.b64encode(paint(int(found[1]), int(found[2]), seed_of(body["prompt"], number) & 0xFFFFFF)).decode()
        for number in range(body.get("n", 1))
    ]
    words, made = count(body["prompt"]), now()
    quality, background = body.get("quality", "high"), body.get("background", "opaque")
    shape = {
        "size": size, "output_format": kind_of_file, "quality": "high" if quality == "auto" else quality,
        "background": "opaque" if background == "auto" else background,
    }  # fmt: skip
    usage = {
        "input_tokens": words, "input_tokens_details": {"text_tokens": words, "image_tokens": 0},
        "output_tokens": 100 * len(images), "total_tokens": words + 100 * len(images),
    }  # fmt: skip
    if not body.get("stream"):
        data = [{"b64_json": image} for image in images]
        return Answer(body={"created": made, **shape, "data": data, "usage": usage})
    one = {**shape, "b64_json": images[0], "created_at": made}
    partial = [
        {"type": f"{kind}.partial_image", **one, "partial_image_index": at}
        for at in range(body.get("partial_images", 0))
    ]
    return typed([*partial, {"type": f"{kind}.completed", **one, "usage": usage}])


def png(width: int, height: int, colour: int) -> bytes:
    """A PNG of one colour."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\0" + colour.to_bytes(3) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")


def jpeg(width: int, height: int, colour: int) -> bytes:
    """A grey JPEG: with Huffman tables of one code each, a block of 8x8 pixels takes two zero bits."""
    one_code = b"\x01" + bytes(16)
    segments = [
        (0xDB, b"\0" + b"\x10" * 64), (0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"),
        (0xC4, b"\x00" + one_code), (0xC4, b"\x10" + one_code), (0xDA, b"\x01\x01\x00\x00\x3f\x00"),
    ]  # fmt: skip
    head = b"".join(bytes([0xFF, mark]) + struct.pack(">H", len(data) + 2) + data for mark, data in segments)
    bits = 2 * -(-width // 8) * -(-height // 8)
    # What is left of the last byte is filled with ones, as the standard asks.
    rest = bytes([0xFF >> bits % 8]) if bits % 8 else b""
    return b"\xff\xd8" + head + bytes(bits // 8) + rest + b"\xff\xd9"


def _typed(value: str) -> Json:
    return int(value) if value.isdecimal() else {"true": True, "false": False}.get(value, value)
