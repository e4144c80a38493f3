#!/usr/bin/env python3
"""Make the sounds and pictures that the cases of speech recognition and image edits send: the same bytes every time.

usage: make_media.py            (into specs/openai_v1)
"""

from __future__ import annotations

import io
import struct
import wave
import zlib
from pathlib import Path

SPECS = Path(__file__).resolve().parents[2] / "specs" / "openai_v1"


def silence_wav(seconds: int = 1, rate: int = 8000) -> bytes:
    """PCM of 16 bits, mono, nothing but zeros."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(bytes(2 * rate * seconds))
    return made.getvalue()


def silence_mp3(frames: int = 28) -> bytes:
    """MPEG-2 layer III, 16 kHz mono at 8 kbit/s: 36 bytes are 36 ms, and zeros decode to silence."""
    return (b"\xff\xf3\x18\xc4" + bytes(32)) * frames


def png(side: int, colour: bytes, hole: int = 0) -> bytes:
    """A square of one colour (RGBA); its first `hole` rows are transparent."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + (bytes(4) if row < hole else colour) * side for row in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def main() -> None:
    """Write them all."""
    red, white = b"\xd0\x20\x20\xff", b"\xff\xff\xff\xff"
    files = {
        "transcriptions/silence.wav": silence_wav(),
        "transcriptions/silence.mp3": silence_mp3(),
        "images/square.png": png(256, red),
        "images/mask.png": png(256, white, hole=128),
    }
    for name, content in files.items():
        (SPECS / name).write_bytes(content)
        print(f"{name}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
