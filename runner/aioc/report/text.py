"""The one place where untrusted text is made harmless before anybody shows or stores it (junit-ci.md §5)."""

import base64
import json
import re
from collections.abc import Iterable
from urllib.parse import quote

MASK = "***"
SHORTEST_SECRET = 6

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
# XML forbids most control characters; C1, bidi and zero-width ones deceive readers of a log.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
# Words that CI runners take for commands wherever they stand in a log.
_COMMANDS = (
    (re.compile(r"\[\[(?=ATTACHMENT)", re.IGNORECASE), "[ ["),
    (re.compile(r"##(?=\[|vso\[|teamcity\[)", re.IGNORECASE), "# #"),
    (re.compile(r"^(\s*):(?=:)", re.MULTILINE), r"\1: "),
)


class Masker:
    """Replaces secrets by value, in every form in which a server could echo them."""

    def __init__(self, secrets: Iterable[str]) -> None:
        """Take the secrets; shorter than six characters they would mask ordinary words."""
        forms: set[str] = set()
        for secret in secrets:
            if len(secret) >= SHORTEST_SECRET:
                encoded = base64.b64encode(secret.encode()).decode()
                forms |= {
                    secret,
                    encoded,
                    encoded.rstrip("="),
                    quote(secret, safe=""),
                    json.dumps(secret)[1:-1],
                }
        self._pattern = (
            re.compile("|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))) if forms else None
        )

    def text(self, text: str) -> str:
        """Mask a text."""
        return self._pattern.sub(MASK, text) if self._pattern else text


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
