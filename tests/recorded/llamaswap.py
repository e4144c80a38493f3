"""What was recorded of llama-swap, with llama-server behind it, judged with its overlay."""

from collections.abc import Iterable
from pathlib import Path

import yaml
from tests.playing import catalogue

from aioc.judge_recorded import Judged, judge_recorded
from aioc.overlay import resolve
from aioc.recorded import recorded

HERE = Path(__file__).parent
EXPECTED = yaml.safe_load((HERE / "llamaswap.yaml").read_text())
LLAMA_CPP = "11669"
"""llama-server 0.7.0 stood behind the proxy in all recordings."""


def judged(paths: Iterable[Path], version: str) -> Judged:
    """Judge answers of a version of llama-swap."""
    overlay = resolve("llamaswap", catalogue())
    return judge_recorded(catalogue(), overlay, {"llamaswap": version, "llama.cpp": LLAMA_CPP}, recorded(paths))


def verdicts(result: Judged) -> dict[str, tuple[str, bool]]:
    """Give, by invariant, the worst verdict that is neither PASS nor SKIP, and whether some finding of it is new."""
    found: dict[str, tuple[str, bool]] = {}
    for record in result.records:
        if record.verdict.value in ("PASS", "SKIP"):
            continue
        verdict, new = found.get(record.family, ("WARN", False))
        found[record.family] = (
            "FAIL" if "FAIL" in (verdict, record.verdict.value) else record.verdict.value,
            new or any(f.mark is None and f.severity == "fail" for f in record.findings),
        )
    return found
