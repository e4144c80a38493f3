"""Live runs of real servers, as their journals tell them, against the committed tables of tests/real/."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.real.compare import BadFileError, differences, read_expected, read_journal
from tests.playing import catalogue, marks

from aioc.model.problem import BadInputError
from aioc.report.journal import Journal
from aioc.report.journal import read_journal as read_whole

ROOT = Path(__file__).parents[2]
TABLES = ROOT / "tests" / "real"
JOURNALS = ROOT / ".aioc-real" / "reports"


@dataclass(frozen=True)
class Live:
    """One set-up that is run live; `counts` and `version` are of the last run here, None where there was none."""

    server: str
    name: str
    version: str
    cases: int
    counts: Counter[str] | None
    differences: tuple[str, ...]


def live(journals: Path = JOURNALS) -> Iterator[Live]:
    """Give every set-up that has a table."""
    for table in sorted(TABLES.glob("*.yaml")):
        expected, journal = read_expected(table), journals / f"{table.stem}.jsonl"
        server = max((name for name in catalogue().overlays if table.stem.startswith(f"{name}-")), key=len)
        if not journal.exists():
            yield Live(server, table.stem, "", len(expected), None, ())
            continue
        try:
            cases, complete = read_journal(journal)
            whole = read_whole(journal)
        except (BadFileError, BadInputError) as error:
            yield Live(server, table.stem, "", len(expected), Counter(), (f"{error}: run it again",))
            continue
        wrong = [] if complete else ["the run did not come to its end"]
        wrong += differences(cases, expected)
        yield Live(server, table.stem, whole.header.version, len(cases), _counts(whole), tuple(wrong))


def _counts(whole: Journal) -> Counter[str]:
    tally = Counter(record.verdict.value for record in whole.cases)
    tally += marks(finding for record in whole.cases for finding in record.findings)
    tally["stale"] = len(whole.summary.stale) if whole.summary else 0
    return tally
