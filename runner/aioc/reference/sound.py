"""Real bytes of sound in every format of the speech endpoint: a tone where it is easy, else silence."""

import math
import struct

_RATE = 24_000
TYPES = {
    "mp3": "audio/mpeg", "opus": "audio/opus", "aac": "audio/aac", "flac": "audio/flac", "wav": "audio/wav",
    "pcm": "audio/pcm",
}  # fmt: skip


def sound(kind: str, words: int) -> bytes:
    """About a quarter of a second a word."""
    frames = max(4, words * 8)
    match kind:
        case "wav":
            # OpenAI streams its header before it knows the length: both sizes are all ones.
            shape = struct.pack("<IHHIIHH", 16, 1, 1, _RATE, 2 * _RATE, 2, 16)
            return b"RIFF\xff\xff\xff\xffWAVEfmt " + shape + b"data\xff\xff\xff\xff" + _tone(words)
        case "pcm":
            return _tone(words)
        case "flac":
            info = struct.pack(">HH6x", 4096, 4096) + ((_RATE << 44) | (15 << 36)).to_bytes(8) + bytes(16)
            return b"fLaC\x80\x00\x00\x22" + info
        case "aac":
            silence = b"\x00\xc8\x00\x80\x23\x80"
            size = 7 + len(silence)
            return (b"\xff\xf1\x58" + (0x40 << 16 | size << 5 | 0x1F).to_bytes(3) + b"\xfc" + silence) * frames
        case "opus":
            head = b"OpusHead\x01\x01\x38\x01" + struct.pack("<IhB", _RATE, 0, 0)
            tags = b"OpusTags\x04\x00\x00\x00aioc\x00\x00\x00\x00"
            pages = [_ogg(2, 0, 0, head), _ogg(0, 0, 1, tags)]
            pages += [_ogg(4 * (at == frames), at * 960, at + 1, b"\xf8\xff\xfe") for at in range(1, frames + 1)]
            return b"".join(pages)
    # MPEG-2 layer III, 128 kbit/s at 24 kHz: 384 bytes a frame, all zeros decode to silence.
    return (b"\xff\xf3\xc4\xc4" + bytes(380)) * frames


def _tone(words: int) -> bytes:
    samples = max(1, words) * _RATE // 4
    wave = [int(6000 * math.sin(2 * math.pi * at / 100)) for at in range(100)]
    return struct.pack("<100h", *wave) * (samples // 100)


def _ogg(flags: int, position: int, number: int, packet: bytes) -> bytes:
    start = b"OggS\x00" + struct.pack("<BqII", flags, position, 1, number)
    end = bytes([1, len(packet)]) + packet
    checksum = 0
    for byte in start + bytes(4) + end:
        checksum ^= byte << 24
        for _ in range(8):
            checksum = (checksum << 1 ^ (0x104C11DB7 if checksum & 0x80000000 else 0)) & 0xFFFFFFFF
    return start + struct.pack("<I", checksum) + end
