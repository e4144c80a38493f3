"""The one place where untrusted text is made harmless before anybody shows or stores it."""

import base64
import re
from collections.abc import Iterable, Iterator, Sequence

MASK = "***"
SHORTEST_SECRET = 6
PARTIAL = 12
"""So many characters of a longer secret are masked too."""

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
# XML forbids most control characters; C1, bidi and zero-width ones deceive readers of a log.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
# As many as JSON in JSON in JSON puts before a quote; without a bound a body of nothing else would take hours.
_SLASHES = r"\\{1,15}"
# Words that CI runners take for commands wherever they stand in a log.
_COMMANDS = (
    (re.compile(r"\[\[(?=ATTACHMENT)", re.IGNORECASE), "[ ["),
    (re.compile(r"##(?=\[|vso\[|teamcity\[)", re.IGNORECASE), "# #"),
    (re.compile(r"^([^\S\n]*):(?=:)", re.MULTILINE), r"\1: "),
)


class Masker:
    """Replaces secrets by value, in every form in which a server could echo them, and what a cut leaves of them."""

    def __init__(self, secrets: Iterable[str]) -> None:
        """Take the secrets; shorter than six characters they would mask ordinary words."""
        self._forms = [
            form for secret in dict.fromkeys(secrets) if len(secret) >= SHORTEST_SECRET for form in _forms(secret)
        ]

    def __bool__(self) -> bool:
        """Whether there is anything to mask."""
        return bool(self._forms)

    def text(self, text: str) -> str:
        """Mask a text."""
        for form in self._forms:
            text = form.masked(text)
        return text

    def raw(self, raw: bytes) -> bytes:
        """Mask bytes that are no text."""
        return self.text(raw.decode("latin-1")).encode("latin-1") if self._forms else raw


class _Form:
    """One way to write a secret: a pattern a character, of which the first twelve (of a shorter one: all) tell it."""

    def __init__(self, letters: Sequence[str]) -> None:
        self._head = re.compile("".join(letters[:PARTIAL]))
        self._rest = [re.compile(letter) for letter in letters[PARTIAL:]]

    def masked(self, text: str) -> str:
        made: list[str] = []
        done = 0
        while head := self._head.search(text, done):
            made += (text[done : head.start()], MASK)
            done = head.end()
            # However much of the rest is there: a message may have been cut in the middle of a secret.
            for letter in self._rest:
                if (match := letter.match(text, done)) is None:
                    break
                done = match.end()
        return "".join((*made, text[done:])) if made else text


def _forms(secret: str) -> Iterator[_Form]:
    """Give the ways to write a secret: itself, letters escaped or not; base64, wherever in a longer text it stands."""
    yield _Form([_letter(letter) for letter in secret])
    raw = secret.encode("utf-8", "surrogatepass")
    # Alone it ends in a letter and padding of its own.
    yield _Form([_base64_letter(letter) for letter in base64.b64encode(raw).decode().rstrip("=")] + ["=?"] * 2)
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + raw).decode()
        # The first and the last letter may hold bits of what stands beside it.
        first, last = (0, 2, 3)[before], (before + len(raw)) * 8 // 6
        yield _Form([_base64_letter(letter) for letter in encoded[first:last]])


def _letter(letter: str) -> str:
    """Give the pattern of a letter: as it is, percent-encoded, escaped as in JSON or HTML, once or several times."""
    if letter.isascii() and letter.isalnum():
        return letter
    quoted = "".join(f"%(?:25){{0,3}}{byte:02x}" for byte in letter.encode("utf-8", "surrogatepass"))
    in_json = "".join(f"{_SLASHES}u{unit:04x}" for unit in _utf16(letter))
    names = {'"': "|quot", "&": "|amp", "'": "|apos", "<": "|lt", ">": "|gt"}
    as_entity = f"&(?:#0{{0,6}}{ord(letter)}|#x0{{0,6}}{ord(letter):x}{names.get(letter, '')});"
    plain = re.escape(letter)
    if letter in '"/\\':
        plain = _SLASHES if letter == "\\" else f"(?:{_SLASHES})?{plain}"
    return f"(?:{plain}|(?i:{quoted}|{in_json}|{as_entity}))"


def _base64_letter(letter: str) -> str:
    """Give the pattern of a letter in base64, of which there are two alphabets."""
    return {"+": f"(?:-|{_letter('+')})", "/": f"(?:_|{_letter('/')})"}.get(letter, letter)


def _utf16(letter: str) -> tuple[int, ...]:
    raw = letter.encode("utf-16-be", "surrogatepass")
    return tuple(int.from_bytes(raw[start : start + 2], "big") for start in range(0, len(raw), 2))


def clean(text: str) -> str:
    """Show unsafe characters as \\uXXXX and break the words that CI runners obey; twice is the same as once."""
    text = _ANSI.sub("", text.replace("\r\n", "\n"))
    text = _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    for pattern, broken in _COMMANDS:
        text = pattern.sub(broken, text)
    return text


def shorten(text: str, limit: int) -> str:
    """Cut a text at a number of characters, and say so."""
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text) - limit} more characters)"
