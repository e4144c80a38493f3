"""The body of an answer, decoded with a bound: no answer, however compressed, costs more memory than the limit."""

import zlib


class LimitError(Exception):
    """The body is larger than the limit, or compressed in a way that is not read."""


class BodyReader:
    """Takes the bytes of a body as they come and undoes one content-encoding (gzip or deflate)."""

    def __init__(self, encoding: str, limit: int) -> None:
        """Take the content-encoding header's value and the largest length of the decoded body."""
        self._limit = limit
        self._parts: list[bytes] = []
        self.length = 0
        coding = encoding.strip().lower()
        if "," in coding:
            raise LimitError(f"stacked content-encodings ({coding}) are not read")
        # 47: gzip or zlib, told apart by the header. Anything else (br, zstd) stays as it came.
        self._inflate = zlib.decompressobj(47) if coding in ("gzip", "x-gzip", "deflate") else None

    def feed(self, chunk: bytes) -> bytes:
        """Take the next bytes; give them decoded. Raises LimitError beyond the limit."""
        if self._inflate is not None:
            try:
                chunk = self._inflate.decompress(chunk, self._limit - self.length + 1)
            except zlib.error as error:
                raise LimitError(f"the compressed body is broken: {error}") from error
        self.length += len(chunk)
        self._parts.append(chunk)
        if self.length > self._limit:
            raise LimitError(f"the body is larger than {self._limit:,} bytes")
        return chunk

    def finish(self) -> None:
        """The body is over; a compressed one must be whole."""
        if self._inflate is not None and self.length and not self._inflate.eof:
            raise LimitError("the compressed body ends before its end")

    def whole(self) -> bytes:
        """Give the decoded body so far, never more than the limit."""
        return b"".join(self._parts)[: self._limit]
