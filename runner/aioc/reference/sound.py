"""Real bytes of sound in every format of the speech endpoint, a tone where it is easy; and how long a sound is."""

import io
import math
import struct
import wave

_RATE = 24_000
_MPEG_1 = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MPEG_2 = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
TYPES = {
    "mp3": "audio/mpeg", "opus": "audio/opus", "aac": "audio/aac", "flac": "audio/flac", "wav": "audio/wav",
    "pcm": "audio/pcm",
}  # fmt: skip


def sound(kind: str, words: int, speed: float = 1.0) -> bytes:
    """About a quarter of a second a word."""
    frames, samples = max(4, round(words * 8 / speed)), round(max(1, words) * _RATE / 4 / speed)
    match kind:
        case "wav":
            # OpenAI streams its header before it knows the length: both sizes are all ones.
            shape = struct.pack("<IHHIIHH", 16, 1, 1, _RATE, 2 * _RATE, 2, 16)
            return b"RIFF\xff\xff\xff\xffWAVEfmt " + shape + b"data\xff\xff\xff\xff" + _tone(samples)
        case "pcm":
            return _tone(samples)
        case "flac":
            blocks = -(-samples // 4096)
            shape = (_RATE << 44 | 15 << 36 | blocks * 4096).to_bytes(8)
            info = struct.pack(">HH6x", 4096, 4096) + shape + bytes(16)
            return b"fLaC\x80\x00\x00\x22" + info + b"".join(_silent_block(at) for at in range(blocks))
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


def seconds(content: bytes) -> float | None:
    """How long a sound is; None where this is none. Only wav and mp3 are measured."""
    if content[:4] == b"RIFF":
        return _seconds_of_wav(content)
    if content[:1] == b"\xff" and content[1] & 0xE6 == 0xE2 and content[2] >> 4 not in (0, 15):
        # Layer III: MPEG-1 and MPEG-2 have their own table of bit rates; a file of one rate is as long as its bytes.
        rates = _MPEG_1 if content[1] & 0x08 else _MPEG_2
        return len(content) / (rates[(content[2] >> 4) - 1] * 125)
    known = content[:4] in (b"fLaC", b"OggS", b"\x1aE\xdf\xa3") or content[:3] == b"ID3" or content[4:8] == b"ftyp"
    return 1.0 if known else None


def _seconds_of_wav(content: bytes) -> float | None:
    try:
        with wave.open(io.BytesIO(content)) as file:
            # The header of a streamed file claims four billion bytes; there are never more frames than the file has.
            frames = min(file.getnframes(), len(content) // (file.getnchannels() * file.getsampwidth()))
            return float(frames / file.getframerate())
    except (wave.Error, EOFError, RuntimeError):  # the last of a chunk that ends beyond the file
        return None


def _tone(samples: int) -> bytes:
    period = [int(6000 * math.sin(2 * math.pi * at / 100)) for at in range(100)]
    return struct.pack("<100h", *period) * (samples // 100)


def _ogg(flags: int, position: int, number: int, packet: bytes) -> bytes:
    start = b"OggS\x00" + struct.pack("<BqII", flags, position, 1, number)
    end = bytes([1, len(packet)]) + packet
    return start + struct.pack("<I", _checksum(start + bytes(4) + end, 0x04C11DB7, 32)) + end


def _silent_block(number: int) -> bytes:
    """A FLAC frame of 4096 samples that are all zero."""
    head = b"\xff\xf8\xc7\x08" + chr(number).encode()
    frame = head + bytes([_checksum(head, 0x07, 8)]) + b"\x00\x00\x00"
    return frame + _checksum(frame, 0x8005, 16).to_bytes(2)


def _checksum(data: bytes, polynomial: int, size: int) -> int:
    found, top = 0, 1 << (size - 1)
    for byte in data:
        found ^= byte << (size - 8)
        for _ in range(8):
            found = (found << 1 ^ (polynomial if found & top else 0)) & (2 * top - 1)
    return found
