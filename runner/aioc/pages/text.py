"""The words of our own files in Markdown: code stays code, addresses become links, nothing else is read as Markdown.

What a server said goes through `aioc.report.md` (`text`, `code`) and never through here.
"""

import re

from aioc.report.case_link import anchor, page_name
from aioc.report.md import escaped
from aioc.report.text import clean
from aioc.report.words import first_of

UP = "../"
"""From a page to docs/."""
MADE = "<!-- Made by `make pages`: do not edit. Words come from specs/, numbers from docs/catalog/evidence/. -->"

_CODE = re.compile(r"(`[^`\n]+`)")
_LINK = re.compile(
    r"(https?://[^\s<>\"'`;,()\[\]|]+[^\s<>\"'`;,()\[\]|.:]"
    r"|(?<![\w./-])(?:tests|docs|specs|scripts)/[\w.-]+(?:/[\w.-]+)*[\w-])"
)


def prose(value: str) -> str:
    """Give a text on one line; spans in backticks stay code, addresses become links."""
    line = " ".join(clean(value).split())
    parts = _CODE.split(line)
    return "".join(part.replace("|", "\\|") if at % 2 else _linked(part) for at, part in enumerate(parts))


def _linked(text: str) -> str:
    parts = _LINK.split(text)
    return "".join(_address(part) if at % 2 else escaped(part) for at, part in enumerate(parts))


def _address(found: str) -> str:
    """Give a link to the web, or to a file of the project: every page lies two folders deep."""
    if found.startswith("http"):
        return f"<{found.replace('|', '%7C')}>"
    return f"[{found}](../../{found})"


def case_link(case_id: str, up: str) -> str:
    """Give a link to a case's entry; `up` leads from the page to docs/."""
    family = case_id.partition(":")[0]
    return f"[{case_id}]({up}cases/{page_name(family)}#{anchor(family)})"


def listed(words: list[str], most: int = 0) -> str:
    """Give `a, b and c`; with `most`, the rest is counted."""
    if most and len(words) > most:
        return first_of(words, most)
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
