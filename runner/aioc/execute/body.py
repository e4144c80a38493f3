"""The body of an answer, decoded with a bound: no answer, however compressed, costs more memory than the limit."""

import zlib

_MORE = "bytes follow the end of the compressed body"


class LimitError(Exception):
    """The body is larger than the limit."""


class EncodingError(Exception):
    """The body is compressed in a way that is not read, or its compression is broken."""


class BodyReader:
    """Takes the bytes of a body as they come and undoes one content-encoding (gzip or deflate)."""

    def __init__(self, encoding: str, limit: int) -> None:
        """Take the content-encoding header's value and the largest length of the decoded body."""
        self._limit = limit
        self.body = bytearray()
        coding = encoding.strip().lower()
        if "," in coding:
            # 1.8 kB of gzip in gzip are 1 GiB: nobody needs it, and nothing bounds the step between.
            raise EncodingError(f"stacked content-encodings ({coding}) are not read")
        self._zlib = coding in ("gzip", "x-gzip", "deflate")
        # 47: gzip or zlib, told apart by the header. Anything else (br, zstd) stays as it came.
        self._inflate = zlib.decompressobj(47)
        self._maybe_raw = coding == "deflate"
        self._begin = b""
        """The first bytes, at least two: they tell deflate with a header from deflate without one."""

    def feed(self, chunk: bytes) -> bytes:
        """Take the next bytes; give them decoded. Raises LimitError beyond the limit."""
        room = self._limit - len(self.body)
        if self._zlib:
            chunk = self._inflated(chunk, room + 1)
        self.body += chunk[:room]
        if len(chunk) > room:
            raise LimitError(f"the body is larger than {self._limit:,} bytes")
        return chunk

    def finish(self) -> None:
        """The body is over; a compressed one must be whole, and nothing may follow it."""
        if self._begin and not self._inflate.eof:
            raise EncodingError("the compressed body ends before its end")
        if self._inflate.unused_data:
            raise EncodingError(_MORE)

    def _inflated(self, chunk: bytes, most: int) -> bytes:
        if len(self._begin) < 2:
            chunk = self._begin = self._begin + chunk
            if len(chunk) < 2:
                return b""
        if self._inflate.eof:
            # zlib would keep them all, without a bound.
            raise EncodingError(_MORE)
        try:
            return self._inflate.decompress(chunk, most)
        except zlib.error as error:
            if self._maybe_raw and chunk is self._begin:
                # Some servers send deflate without zlib's frame, and browsers take it.
                self._maybe_raw, self._inflate = False, zlib.decompressobj(-15)
                return self._inflated(chunk, most)
            raise EncodingError(f"the compressed body is broken: {error}") from error
