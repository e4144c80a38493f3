"""Markdown of our own pages, as a terminal shows it: no links, no bold, no escapes; `code` keeps its marks."""

import re

_CODE = re.compile(r"(`+)(.+?)\1")
_LINK = re.compile(r"\[((?:\\.|[^\[\]\\])*)\]\([^()]*\)|<(https?://[^<>]*)>")


def terminal(line: str) -> str:
    """Give one line of Markdown as plain text."""
    parts, end = [], 0
    for found in _CODE.finditer(line):
        parts += [_plain(line[end : found.start()]), f"`{found[2].strip()}`".replace("\\|", "|")]
        end = found.end()
    return "".join([*parts, _plain(line[end:])])


def _plain(text: str) -> str:
    text = _LINK.sub(lambda found: found[1] or found[2] or "", text).replace("**", "")
    return re.sub(r"\\([\\`*_\[\]<>|~&#+.)-])", r"\1", text)
