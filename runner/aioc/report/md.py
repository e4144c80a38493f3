"""Text in Markdown: nothing that a server says becomes a link, a heading, HTML or a cell of its own."""

import re
from collections.abc import Iterable, Sequence

from aioc.report.text import clean

# An underscore inside a word is no emphasis, and an escaped one would be hard to read.
_RISKY = re.compile(
    r"[\\`*\[\]<>|~&@]|(?<![^\W_])_|_(?![^\W_])|(?<=:)//|(?<=www)\.|^(?:#{1,6}|[-+]|\d+[.)])(?=\s|$)", re.ASCII
)
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "@": "&#64;", "/": "&#47;"}


def text(value: str) -> str:
    """Give text that Markdown shows as it is, on one line.

    An address does not become a link, a name no mention, a sign no formatting.
    """
    return escaped(" ".join(clean(value).split()))


def escaped(line: str) -> str:
    """Break what Markdown would read in a clean line, or in a part of one."""
    return _RISKY.sub(lambda found: "".join(map(_harmless, found[0])), line)


def _harmless(sign: str) -> str:
    return sign if sign.isalnum() else _ENTITIES.get(sign, f"\\{sign}")


def link(value: str) -> str:
    """Give an address as a link; what is no plain address is text."""
    return f"<{value}>" if re.fullmatch(r"https://[\w./#?=%&~+:-]+", value, re.ASCII) else text(value)


def code(value: str) -> str:
    """Give a code span on one line, with a fence longer than any in the text."""
    line = " ".join(clean(value).split())
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}".replace("|", "\\|")


def block(value: str, language: str = "") -> list[str]:
    """Give a fenced block with a fence longer than any in the text."""
    lines = clean(value).split("\n")
    fence = "`" * max(3, 1 + max((len(run) for line in lines for run in re.findall("`+", line)), default=0))
    return [f"{fence}{language}", *lines, fence]


def folded(title: str, lines: Iterable[str]) -> list[str]:
    """Give lines that a reader opens by their title (which is HTML already)."""
    return ["", f"<details><summary>{title}</summary>", "", *lines, "", "</details>"]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Give a table; cells are Markdown already."""
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]
