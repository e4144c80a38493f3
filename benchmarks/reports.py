"""How large the reports of many targets are and how long they take: `python benchmarks/reports.py JOURNAL`.

One journal, best of a real run of the whole catalogue, stands for so many targets, each with a label of its own. Prints
MB and seconds of each report; exit code 1 if one is over its limit, or if many targets cost more than so many of one.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from aioc.report.html.page import html_page
from aioc.report.journal import read_journal
from aioc.report.junit import junit_xml
from aioc.report.markdown import markdown_page
from aioc.report.merge import merged
from aioc.report.target import TargetReport

MB = 1_000_000
REPORTS: dict[str, tuple[Callable[[Sequence[TargetReport]], bytes], float]] = {
    "JUnit": (junit_xml, 30.0),  # GitLab takes no larger file
    "HTML": (html_page, 12.0),  # what opens in a second (tests/browser)
    "Markdown": (markdown_page, 1.049),  # 1 MiB: GitHub takes no larger summary
}
RATIO = 4.0
"""Many targets may take so many times what as many of one take: time is told, only its growth is judged."""


def measured(make: Callable[[Sequence[TargetReport]], bytes], reports: Sequence[TargetReport]) -> tuple[float, float]:
    """Give MB, and the seconds of processor time of the quickest of three."""
    seconds = []
    for _ in range(3):
        begun = time.process_time()
        raw = make(reports)
        seconds.append(time.process_time() - begun)
    return len(raw) / MB, min(seconds)


def main() -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("journal", type=Path)
    parser.add_argument("--targets", type=int, default=20)
    given = parser.parse_args()
    (one,) = merged([(given.journal, read_journal(given.journal))])
    many = [replace(one, header=replace(one.header, label=f"target-{number:02}")) for number in range(given.targets)]
    print(f"{given.journal}: {len(one.records)} cases; 1 target, then {given.targets}")
    wrong = False
    for name, (make, limit) in REPORTS.items():
        make([one])  # what is loaded once is no part of it
        size, seconds = measured(make, [one])
        whole, total = measured(make, many)
        over = whole > limit or size > limit or total > RATIO * given.targets * max(seconds, 0.01)
        wrong |= over
        print(
            f"{name:8}  {size:6.2f} MB {seconds:6.2f} s   {whole:6.2f} MB {total:6.2f} s   limit {limit:g} MB, "
            f"{RATIO:g} times {given.targets} of one{'   OVER' if over else ''}"
        )
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
