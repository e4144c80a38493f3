"""Image generations, edits and variations: one colour, but real bytes of the size that was asked for."""

import base64
import re

from aioc.reference.answer import Answer, ApiError, Json, raw, typed
from aioc.reference.checks import boolean, checked, integer, text
from aioc.reference.models import require
from aioc.reference.pictures import PAINT
from aioc.reference.request import Form, Request, Upload, missing
from aioc.reference.store import Store, now
from aioc.reference.text import count, seed_of

_PAINT = {
    "model": text(), "prompt": text(least=1, most=32_000), "n": integer(1, 10), "size": text(),
    "quality": text("standard", "hd", "low", "medium", "high", "auto"), "response_format": text("url", "b64_json"),
    "output_format": text(*PAINT), "output_compression": integer(0, 100), "user": text(),
    "background": text("transparent", "opaque", "auto"), "style": text("vivid", "natural"),
    "moderation": text("low", "auto"), "stream": boolean, "partial_images": integer(0, 3),
}  # fmt: skip
_AUTO = {"size": "1024x1024", "output_format": "png", "quality": "high", "background": "opaque"}


def generations(request: Request, store: Store) -> Answer:
    """POST /v1/images/generations, plain or streamed."""
    return _painted(checked(request.json(), _PAINT, "prompt"), "image_generation", request, store)


def edits(request: Request, store: Store) -> Answer:
    """POST /v1/images/edits: a form with an image (or several), perhaps a mask, and a prompt."""
    form = request.form()
    for upload in (*_images(form), *form.files.get("mask", [])):
        _picture(upload)
    given = {name: _typed(values[0]) for name, values in form.fields.items() if name != "input_fidelity"}
    return _painted(checked(given, _PAINT, "prompt"), "image_edit", request, store)


def variations(request: Request, store: Store) -> Answer:
    """POST /v1/images/variations: a form with an image and no prompt."""
    form = request.form()
    image = _images(form)[0]
    _picture(image)
    given = {name: _typed(values[0]) for name, values in form.fields.items()}
    known = {name: _PAINT[name] for name in ("model", "n", "size", "response_format", "user")}
    return _painted({**checked(given, known), "prompt": image.content.hex()}, "image_variation", request, store)


def content(request: Request, store: Store) -> Answer:
    """GET /v1/images/{name}: where the links point to."""
    name = request.params["name"]
    if not name.startswith("img-") or name not in store.contents:
        raise ApiError(f"There is no picture '{name}'.", status=404)
    return raw(store.contents[name], f"image/{name.rpartition('.')[2]}")


def _images(form: Form) -> list[Upload]:
    """The pictures under `image`, `image[]` or `image[0]`, `image[1]` …, as clients name them."""
    found = [
        upload for name, uploads in form.files.items() if re.fullmatch(r"image(\[\d+\])?", name) for upload in uploads
    ]
    if not found:
        raise missing("image")
    return found


def _picture(upload: Upload) -> None:
    if not re.match(rb"\x89PNG\r\n|\xff\xd8\xff|RIFF....WEBP", upload.content, re.DOTALL):
        raise ApiError(f"Invalid image file: '{upload.name}' is no PNG, JPEG or WebP.", "image", "invalid_image_file")


def _painted(body: dict[str, Json], kind: str, request: Request, store: Store) -> Answer:
    try:
        require(body.get("model", "reference-image"), "image")
    except ApiError as refusal:
        raise ApiError(refusal.message, "model", "invalid_value", 400, "image_generation_user_error") from None
    shape = {name: default if body.get(name, "auto") == "auto" else body[name] for name, default in _AUTO.items()}
    found = re.fullmatch(r"([1-9]\d{1,3})x([1-9]\d{1,3})", shape["size"])
    if not found:
        raise ApiError(f"Invalid value: '{shape['size']}'. Expected WIDTHxHEIGHT or 'auto'.", "size", "invalid_value")
    paint, width, height = PAINT[shape["output_format"]], int(found[1]), int(found[2])
    colours = [seed_of(body["prompt"], number) & 0xFFFFFF for number in range(body.get("n", 1))]
    pictures = [paint(width, height, colour) for colour in colours]
    images = [base64.b64encode(picture).decode() for picture in pictures]
    words, made = count(body["prompt"]), now()
    usage = {
        "input_tokens": words, "input_tokens_details": {"text_tokens": words, "image_tokens": 0},
        "output_tokens": 100 * len(images), "total_tokens": words + 100 * len(images),
    }  # fmt: skip
    if body.get("response_format") == "url":
        names = [f"{store.new_id('img-')}.{shape['output_format']}" for _ in pictures]
        store.contents.update(zip(names, pictures, strict=True))
        host = request.headers.get("host", "localhost")
        return Answer(body={"created": made, "data": [{"url": f"http://{host}/v1/images/{name}"} for name in names]})
    if not body.get("stream"):
        data = [{"b64_json": image} for image in images]
        return Answer(body={"created": made, **shape, "data": data, "usage": usage})
    one = {**shape, "b64_json": images[0], "created_at": made}
    partial = [
        {"type": f"{kind}.partial_image", **one, "partial_image_index": at}
        for at in range(body.get("partial_images", 0))
    ]
    return typed([*partial, {"type": f"{kind}.completed", **one, "usage": usage}])


def _typed(value: str) -> Json:
    return int(value) if value.isdecimal() else {"true": True, "false": False}.get(value, value)
