"""Pictures of one colour in real bytes: PNG, JPEG and WebP."""

import struct
import zlib


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


def webp(width: int, height: int, colour: int) -> bytes:
    """A lossless WebP: with codes of one symbol each, a pixel takes no bits at all."""
    red, green, blue = colour.to_bytes(3)
    bits = [(width - 1, 14), (height - 1, 14), (0, 1), (0, 3)]  # no alpha, version 0
    bits += [(0, 1), (0, 1), (0, 1)]  # no transform, no colour cache, one set of codes
    for symbol in (green, red, blue, 255):
        bits += [(1, 1), (0, 1), (1, 1), (symbol, 8)]  # a simple code with one symbol of eight bits
    bits += [(1, 1), (0, 1), (0, 1), (0, 1)]  # distances: one symbol of one bit
    value = place = 0
    for number, size in bits:
        value |= number << place
        place += size
    data = b"\x2f" + value.to_bytes(-(-place // 8), "little")
    chunk = b"VP8L" + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


PAINT = {"png": png, "jpeg": jpeg, "webp": webp}
