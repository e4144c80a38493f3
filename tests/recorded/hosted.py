"""Hosted services, as public repositories recorded them: their overlays leave nothing new and nothing stale.

`python -m tests.recorded.hosted ../shared` prints a line a service; the exit code is 1 if one has something new. A
service without an overlay is judged to the end, whatever comes of it. The exchanges are other people's data and stay
where they are.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml
from tests.playing import catalogue, marks

from aioc.judge_recorded import Judged, judge_recorded
from aioc.model.exchange import Transfer
from aioc.overlay import resolve
from aioc.recorded import recorded

LEFT_OUT = yaml.safe_load(Path(__file__).with_name("hosted.yaml").read_text())


def exchanges(service: str, folder: Path) -> Iterator[tuple[str, Transfer]]:
    """Give what a service sent, but for what is left out."""
    out = LEFT_OUT.get(service, {})
    return ((name, transfer) for name, transfer in recorded([folder]) if name not in out)


def judged(service: str, kept: Iterable[tuple[str, Transfer]]) -> Judged:
    """Judge what a service sent with its overlay."""
    overlay = resolve(service, catalogue()) if service in catalogue().overlays else None
    return judge_recorded(catalogue(), overlay, {}, kept)


def wrong(result: Judged) -> list[str]:
    """Name each FAIL that the overlay does not know, and each stale entry."""
    new = [
        f"{record.id}: {finding.address}: {finding.message}"
        for record in result.records
        for finding in record.findings
        if finding.mark is None and finding.severity == "fail"
    ]
    return [*new, *(f"{entry.place}: stale: {entry.message}" for entry in result.report.summary.stale)]


def services(shared: Path) -> list[tuple[str, Path]]:
    """Name each service with the folder of its recordings."""
    hosted = sorted(path for path in (shared / "recordings-hosted").iterdir() if path.is_dir())
    return [("openai", shared / "recordings-openai"), *((path.name, path) for path in hosted)]


def counts(result: Judged) -> Counter[str]:
    """How many pairs of an invariant and an exchange had which verdict, and how many findings are known."""
    tally = Counter(record.verdict.value for record in result.records)
    tally += marks(finding for record in result.records for finding in record.findings)
    tally["stale"] = len(result.report.summary.stale)
    return tally


def main(arguments: list[str]) -> int:
    code = 0
    words = ("PASS", "WARN", "FAIL", "known")
    print(f"{'service':18}" + "".join(f"{word:>8}" for word in words))
    for service, folder in services(Path(arguments[0])):
        result = judged(service, exchanges(service, folder))
        tally = counts(result)
        print(f"{service:18}" + "".join(f"{tally[word]:8}" for word in words))
        for line in wrong(result) if service in catalogue().overlays else ():
            print(f"    {line}")
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
