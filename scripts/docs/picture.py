"""A picture of a run: what the terminal showed, as an SVG that is readable on light and on dark pages.

The run is a real one: its journal is kept beside the picture, and the lines are made of it by the functions that print
them in a run, so that the picture shows what today's aioc prints. For another run, from the checkout:

    scripts/real/run_llama_server.py .aioc-real/llama.cpp --set-up alias -- \
      aioc-run --server llama.cpp --profile smoke --journal docs/images/llama.cpp-smoke.jsonl --force
"""

import re
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from aioc.report import console
from aioc.report.journal import Journal, read_journal
from aioc.report.merge import merged

COLUMNS = 110
WIDTH, HEIGHT, MARGIN = 8.05, 18, 16
"""Of a character and of a line, in pixels, and what is left free around them."""
COLOURED = re.compile(r"\x1b\[(\d+)m(.*?)\x1b\[0m")
STYLE = """
text { font: 13px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328 }
rect { fill: #f6f8fa; stroke: #d1d9e0 }
.c31 { fill: #b3261e } .c32 { fill: #116329 } .c33 { fill: #7d4e00 } .c35 { fill: #8250df } .c36 { fill: #0a6070 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
rect { fill: #0d1117; stroke: #3d444d }
.c31 { fill: #ff7b72 } .c32 { fill: #56d364 } .c33 { fill: #e3b341 } .c35 { fill: #d2a8ff } .c36 { fill: #76e3ea }
}
"""


def picture(command: str, journal: Path) -> str:
    """Give the SVG of what a run printed, by its journal (there called run.jsonl), below the command."""
    lines = [line for printed in [f"$ {command}", *_printed(journal, read_journal(journal))] for line in _cut(printed)]
    height = len(lines) * HEIGHT + 2 * MARGIN
    width = round(COLUMNS * WIDTH) + 2 * MARGIN
    texts = [_text(line, number) for number, line in enumerate(lines)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">',
            f"<title>{escape(command)}</title>",
            f"<style>{STYLE}</style>",
            f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>',
            *texts,
            "</svg>\n",
        ]
    )


def _printed(path: Path, journal: Journal) -> Iterator[str]:
    """Give the lines of the run."""
    yield from console.opening(journal.header, len(journal.header.selected))
    for record in journal.cases:
        yield from console.ended(record, colour=True)
    for report in merged([(path, journal)]):
        yield from console.closing(report, colour=True, journal="run.jsonl")


def _cut(line: str) -> Sequence[str]:
    """Cut a line where the terminal ends; a colour never reaches that far."""
    invisible = len(line) - len(COLOURED.sub(r"\2", line))
    first = COLUMNS + invisible
    return [line[:first], *(line[at : at + COLUMNS] for at in range(first, len(line), COLUMNS))]


def _text(line: str, number: int) -> str:
    marked = COLOURED.sub(r'<tspan class="c\1">\2</tspan>', escape(line, quote=False))
    return f'<text x="{MARGIN}" y="{MARGIN + number * HEIGHT + 13}" xml:space="preserve">{marked}</text>'
