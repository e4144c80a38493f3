"""Hosted services, as public repositories recorded them: their overlays leave nothing new and nothing stale.

`python -m tests.recorded.hosted ../shared` prints a line a service; the exit code is 1 if one has something new. The
exchanges are other people's data and stay where they are.
"""

import sys
from collections import Counter
from pathlib import Path

import yaml

from aioc.judge_recorded import Judged, judge_recorded
from aioc.overlay import resolve
from aioc.read.tree import load
from aioc.recorded import recorded

LEFT_OUT = yaml.safe_load(Path(__file__).with_name("hosted.yaml").read_text())
FOLDERS = {"openai": "recordings-openai"}
"""Where a service's recordings lie, if not in a folder of its name below recordings-hosted."""


def judged(service: str, folder: Path) -> Judged:
    """Judge what a service sent with its overlay."""
    catalogue = load().catalogue
    out = LEFT_OUT.get(service, {})
    exchanges = ((name, transfer) for name, transfer in recorded([folder]) if name not in out)
    return judge_recorded(catalogue, resolve(service, catalogue), {}, exchanges)


def wrong(result: Judged) -> list[str]:
    """Name each FAIL that the overlay does not know, and each stale entry."""
    new = [
        f"{record.id}: {finding.address}: {finding.message}"
        for record in result.records
        for finding in record.findings
        if finding.mark is None and finding.severity == "fail"
    ]
    return [*new, *(f"{entry.place}: stale: {entry.message}" for entry in result.summary.stale)]


def main(arguments: list[str]) -> int:
    shared, code = Path(arguments[0]), 0
    words = ("PASS", "WARN", "FAIL", "known")
    print(f"{'service':18}" + "".join(f"{word:>8}" for word in words))
    for service in sorted(load().catalogue.overlays):
        folder = shared / FOLDERS.get(service, f"recordings-hosted/{service}")
        if not folder.is_dir():
            continue
        result = judged(service, folder)
        tally = Counter(record.verdict.value for record in result.records)
        tally["known"] = sum(f.mark is not None for record in result.records for f in record.findings)
        print(f"{service:18}" + "".join(f"{tally[word]:8}" for word in words))
        for line in wrong(result):
            print(f"    {line}")
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
