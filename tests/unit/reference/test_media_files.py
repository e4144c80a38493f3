"""Videos as jobs, pictures as links and in three formats, and how long a sound is."""

import base64
from pathlib import Path

import pytest

from aioc.reference.sound import seconds, sound

from .conftest import Call

SPECS = Path(__file__).parents[3] / "specs" / "openai_v1"


def test_a_video_goes_on_with_each_look(call: Call) -> None:
    made = call("POST", "/v1/videos", {"prompt": "A ball.", "seconds": "8"}).json
    address = f"/v1/videos/{made['id']}"
    assert made["status"] == "queued" and call("GET", f"{address}/content").status == 404
    states = [call("GET", address).json["status"] for _ in range(4)]
    assert states == ["queued", "in_progress", "completed", "completed"]
    film = call("GET", f"{address}/content").body
    # The header of the film says how long it is, in thousandths of a second.
    at = film.index(b"mvhd")
    assert film[4:8] == b"ftyp" and int.from_bytes(film[at + 20 : at + 24]) == 8000
    remix = call("POST", f"{address}/remix", {"prompt": "A cube."}).json
    assert remix["remixed_from_video_id"] == made["id"] and remix["seconds"] == "8" and remix["prompt"] == "A cube."
    assert {one["id"] for one in call("GET", "/v1/videos").json["data"]} >= {made["id"], remix["id"]}
    assert call("DELETE", address).json["deleted"] is True and call("GET", address).status == 404


def test_a_video_needs_a_prompt_and_may_come_as_a_form(call: Call, upload: Call) -> None:
    assert call("POST", "/v1/videos", {"seconds": "4"}).json["error"]["param"] == "prompt"
    assert upload("/v1/videos", {"prompt": "A ball."}, ("a.bin", b"x")).json["object"] == "video"


@pytest.mark.parametrize(("kind", "magic"), [("png", b"\x89PNG"), ("jpeg", b"\xff\xd8\xff"), ("webp", b"RIFF")])
def test_a_picture_comes_in_its_format_and_under_its_link(call: Call, kind: str, magic: bytes) -> None:
    body = {"prompt": "A square.", "size": "64x32", "output_format": kind}
    inside = base64.b64decode(call("POST", "/v1/images/generations", body).json["data"][0]["b64_json"])
    link = call("POST", "/v1/images/generations", {**body, "response_format": "url"}).json["data"][0]["url"]
    loaded = call("GET", "/" + link.split("/", 3)[3])
    assert inside.startswith(magic) and loaded.body == inside and loaded.headers["content-type"] == f"image/{kind}"


def test_a_link_leads_to_pictures_only(call: Call, upload: Call) -> None:
    file = upload("/v1/files", {"purpose": "evals"}, ("a.bin", b"secret")).json["id"]
    assert call("GET", f"/v1/images/{file}").status == 404


@pytest.mark.parametrize(
    ("name", "content", "length"),
    [
        ("a second of wav", (SPECS / "transcriptions" / "silence.wav").read_bytes(), 1.0),
        ("a second of mp3", (SPECS / "transcriptions" / "silence.mp3").read_bytes(), 1.008),
        ("a wav of unknown sizes", sound("wav", 4), 1.0),
        ("a wav at double the speed", sound("wav", 4, 2.0), 0.5),
        ("MPEG-1 at 128 kbit/s", b"\xff\xfb\x90\x00" + bytes(15_996), 1.0),
        ("no sound", b"This is a note.", None),
        ("half a header", b"RIFF\0\0\0\0WAVE", None),
    ],
)
def test_a_sound_is_as_long_as_its_bytes_say(name: str, content: bytes, length: float | None) -> None:
    found = seconds(content)
    assert found == length if length is None or found is None else abs(found - length) < 0.01, name
