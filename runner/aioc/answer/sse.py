"""Server-sent events read from bytes, by the rules of the WHATWG, with every oddity of the framing counted.

Any chunking of the same bytes gives the same events: lines end at LF, CR LF or CR only (never at the other
characters that Python's splitlines knows) and are decoded whole, so no UTF-8 sequence is ever split.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from aioc.answer.json_text import BOM, MAX_LISTED

MAX_SHOWN = 200
_LINE_END = re.compile(rb"\r\n?|\n")
# Nine times as fast as `[^\r\n]+`; it is never put to a CR.
_PLAIN = re.compile(rb"(?:data: .+\n\n)+")


class RawEvent(NamedTuple):
    """One event as it came: its name, its data as text, and when its blank line was read."""

    event: str | None
    data: str
    at_ms: float


@dataclass(slots=True)
class Framing:
    """What was odd or worth knowing about the framing; lists hold the first texts, each cut."""

    comments: list[str] = field(default_factory=list)
    comments_glued: int = 0
    unknown_fields: list[str] = field(default_factory=list)
    id_lines: int = 0
    retry_lines: int = 0
    event_lines: int = 0
    empty_data: int = 0
    frames_without_data: int = 0
    crlf: int = 0
    cr: int = 0
    no_space: int = 0
    multi_line: int = 0
    bom: bool = False
    utf8: bool = True
    unterminated: str = ""
    too_long: bool = False
    too_many: bool = False


class SseReader:
    """Reads a stream piece by piece; `events` and `framing` are whole after `finish`."""

    def __init__(self, max_line: int = 1 << 24, max_events: int = 100_000) -> None:
        """Begin at the start of a stream; beyond a limit the rest is not read and a fact says so."""
        self.events: list[RawEvent] = []
        self.framing = Framing()
        self.first_without_data: int | None = None
        """How many events came before the first frame that has fields but no data."""
        self._max_line = max_line
        self._max_events = max_events
        self._partial = bytearray()
        self._first_line = True
        self._ended_by_cr = False
        self._at = 0.0
        self._plain_until = 0
        """How far into a chunk events are looked for that can be taken all at once."""
        self._begin_frame()

    def feed(self, chunk: bytes, at_ms: float) -> None:
        """Take the next bytes, read from the socket at this time."""
        if not chunk:
            return
        start = 0
        if self._ended_by_cr and chunk[0] == 0x0A:
            # A CR ends its line at once (waiting for an LF would date the event too late); the LF belongs to it.
            self.framing.cr -= 1
            self.framing.crlf += 1
            start = 1
        self._ended_by_cr = False
        if self._stopped:
            return
        self._at = at_ms
        self._plain_until = chunk.find(b"\r") if b"\r" in chunk else len(chunk)
        start = self._plain_events(chunk, start)
        while not self._stopped:
            end = _LINE_END.search(chunk, start)
            self._partial += chunk[start : end.start() if end else len(chunk)]
            if len(self._partial) > self._max_line:
                self.framing.too_long = True
                self._partial.clear()
                return
            if end is None:
                return
            start = end.end()
            line, self._partial = bytes(self._partial), bytearray()
            self.framing.crlf += end[0] == b"\r\n"
            self.framing.cr += end[0] == b"\r"
            self._ended_by_cr = end[0] == b"\r" and start == len(chunk)
            self._line(line)
            start = self._plain_events(chunk, start)

    def _plain_events(self, chunk: bytes, start: int) -> int:
        """Take the events of one plain line each that stand here, all at once; give where they end.

        They are what servers send, and line by line they take eight times as long.
        """
        if self._first_line or self._frame or self._partial:
            return start
        run = _PLAIN.match(chunk, start, min(self._plain_until, start + self._max_line))
        if run is None:
            return start
        try:
            texts = run[0][6:-2].decode("utf-8").split("\n\ndata: ")
        except UnicodeDecodeError:
            # Line by line to the end of the chunk, or each of its events would have all that follow it decoded anew.
            self._plain_until = start
            return start
        at = self._at
        self.events += [RawEvent(None, text, at) for text in texts[: self._max_events - len(self.events)]]
        self.framing.too_many = len(self.events) >= self._max_events
        return run.end()

    def finish(self, *, cut: bool = False) -> None:
        """The stream is over: a frame without its blank line is no event, as for official clients, but a fact.

        Where we `cut` the stream ourselves, the last line may end inside a character: that is no fault of the server.
        """
        if self._partial and not self._stopped:
            utf8 = self.framing.utf8
            self._show(self._decode(bytes(self._partial)))
            self.framing.utf8 = utf8 if cut else self.framing.utf8
        self.framing.unterminated = self._frame[:MAX_SHOWN]

    @property
    def _stopped(self) -> bool:
        return self.framing.too_long or self.framing.too_many

    def _begin_frame(self) -> None:
        self._data: list[str] = []
        self._event: str | None = None
        self._comments = 0
        self._fields = False
        self._frame = ""

    def _decode(self, line: bytes) -> str:
        if self._first_line:
            self._first_line = False
            self.framing.bom = line.startswith(BOM)
            line = line.removeprefix(BOM)
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            self.framing.utf8 = False
            return line.decode("utf-8", "replace")

    def _show(self, text: str) -> None:
        if len(self._frame) < MAX_SHOWN:
            self._frame += ("\n" if self._frame else "") + text[:MAX_SHOWN]

    def _line(self, line: bytes) -> None:
        text = self._decode(line)
        if text == "":
            self._dispatch()
            return
        self._show(text)
        if text.startswith(":"):
            self._comments += 1
            _list(self.framing.comments, text[1:].removeprefix(" "))
            return
        self._field(text)

    def _field(self, line: str) -> None:
        name, _, value = line.partition(":")
        match name:
            case "data":
                self.framing.no_space += value != "" and not value.startswith(" ")
                self._data.append(value.removeprefix(" "))
            case "event":
                self.framing.event_lines += 1
                self._event = value.removeprefix(" ") or None
            case "id":
                self.framing.id_lines += 1
            case "retry":
                self.framing.retry_lines += 1
            case _:
                _list(self.framing.unknown_fields, line)
                return
        self._fields = True

    def _dispatch(self) -> None:
        if self._data:
            text = "\n".join(self._data)
            self.framing.multi_line += len(self._data) > 1
            self.framing.comments_glued += self._comments
            self.framing.empty_data += text == ""
            self.events.append(RawEvent(self._event, text, self._at))
            self.framing.too_many = len(self.events) >= self._max_events
        elif self._fields:
            self.framing.frames_without_data += 1
            if self.first_without_data is None:
                self.first_without_data = len(self.events)
        self._begin_frame()


def _list(texts: list[str], text: str) -> None:
    if len(texts) < MAX_LISTED:
        texts.append(text[:MAX_SHOWN])
