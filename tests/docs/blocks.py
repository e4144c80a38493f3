"""The fenced blocks of Markdown pages, and what the comment before one says of it.

<!-- not run: it needs docker -->      only that its commands, options and files exist is looked at
<!-- by hand: sed -i s/a/b/ x.yaml --> what the reader does in an editor before
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import dropwhile, groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = tuple(sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "adr").glob("*.md")]))
CATALOG = tuple(sorted((ROOT / "docs" / "catalog").glob("*.md")))
"""Made pages, a server each, all with the same commands: they are looked at, not run."""
FENCE = re.compile(r"^( *)```(\S*)[^\n]*\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
SAID = re.compile(r"<!-- (not run|by hand): (.+) -->\n\Z")
SETTING = re.compile(r"[A-Z_]+=")


@dataclass(frozen=True)
class Block:
    """A fenced block; `reason` says why it is not run ('' when it is), `by_hand` what is run before it."""

    page: str
    line: int
    language: str
    text: str
    reason: str = ""
    by_hand: str = ""

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def exchanges(self) -> list[tuple[str, str]]:
        """Of a console block: each command and what it prints."""
        parts = re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]
        return [(command, printed) for command, _, printed in (part.partition("\n") for part in parts)]

    def commands(self) -> Iterator[list[str]]:
        """Give the words of each command of each line, without comments and settings of variables."""
        text = "\n".join(command for command, _ in self.exchanges) if self.language == "console" else self.text
        for line in text.replace("\\\n", " ").splitlines():
            words = shlex.shlex(line, posix=True, punctuation_chars="|;&")
            words.whitespace_split = True
            for ends, command in groupby(words, key=lambda word: set(word) <= set("|;&")):
                if found := list(dropwhile(SETTING.match, () if ends else command)):
                    yield found


def blocks_of(path: Path) -> Iterator[Block]:
    """Give the blocks of a page."""
    text = path.read_text(encoding="utf-8")
    for found in FENCE.finditer(text):
        before = text[: found.start()]
        said = SAID.search(before)
        indent, language, inside = found.groups()
        inside = re.sub(rf"^{indent}", "", inside, flags=re.MULTILINE)
        page, line = path.relative_to(ROOT).as_posix(), before.count("\n") + 1
        kinds = {said[1]: said[2]} if said else {}
        yield Block(page, line, language, inside, kinds.get("not run", ""), kinds.get("by hand", ""))


def printed_as(expected: str) -> re.Pattern[str]:
    """Give the pattern of what a console block shows: `…` is anything on a line, alone on a line any lines."""
    lines = [re.escape(line.rstrip()) for line in expected.rstrip("\n").split("\n")]
    anything = re.escape("…")
    parts = [r"(?:.*\n)*" if line == anything else line.replace(anything, ".*") + r" *\n" for line in lines]
    return re.compile("".join(parts) + r"\s*\Z")
