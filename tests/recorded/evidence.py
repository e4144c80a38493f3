"""What the pages of docs/catalog/ rest on, of servers that were recorded: `python -m tests.recorded.evidence`.

Writes the recorded set-ups into docs/catalog/evidence/NAME.json; live runs that are kept there stay. With the folder of
other people's recordings (`../shared`, not part of the project) the hosted services too, and the dates of set-ups whose
answers have no Date header. Names after the folder choose servers.
"""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from email.utils import parsedate_to_datetime
from pathlib import Path

from tests.playing import cases, catalogue

from aioc import __version__
from aioc.answer.read import read
from aioc.judge.invariant import path_pattern
from aioc.judge_recorded import Judged
from aioc.model.exchange import Transfer
from aioc.model.overlay import Capability
from aioc.model.result import Finding, Verdict
from aioc.pages.evidence import Evidence, Row, Run, decode, encode, findings_of
from aioc.recorded import recorded
from aioc.surface import not_there

from . import hosted, llamaswap, servers

DOCS = Path(__file__).parents[2] / "docs" / "catalog" / "evidence"
SHOWN_BY_STATUS = {"auth": 401}
"""A capability that an answer of this status shows, at the endpoint of its row."""
Exchanges = Sequence[tuple[str, Transfer]]
Findings = Mapping[str, Sequence[Finding]]


def of_set_ups(set_ups: Iterable[servers.SetUp], shared: Path | None) -> Iterable[tuple[str, Run]]:
    """Give a run for each of these recorded set-ups of servers of ours."""
    for set_up in set_ups:
        found = servers.judged(set_up)
        kept = servers.exchanges(set_up.name)
        judged = {case: verdict for case, (verdict, _) in found.verdicts.items()}
        judged |= dict.fromkeys(found.passed - judged.keys(), "PASS")
        when = date(kept) or _told(shared, set_up.name)
        name = set_up.name.removeprefix(f"{set_up.server}-")
        versions = {set_up.server: set_up.version}
        yield set_up.server, _run(name, versions, set_up.version, when, kept, judged, found.findings)


def of_llamaswap(shared: Path | None) -> Iterable[tuple[str, Run]]:
    """Give a run for each recording of LlamaSwap; behind it was llama-server 0.7.0."""
    for name, entry in llamaswap.EXPECTED.items():
        version = str(entry["version"])
        versions = {"llamaswap": version, "llama.cpp": llamaswap.LLAMA_CPP}
        kept = list(recorded([llamaswap.HERE / name]))
        judged, findings = _worst(llamaswap.judged([llamaswap.HERE / name], version))
        when = date(kept) or _told(shared, name)
        yield "llamaswap", _run(name.removeprefix("llama-swap-"), versions, version, when, kept, judged, findings)


def of_services(shared: Path, wanted: Callable[[str], bool]) -> Iterable[tuple[str, Run]]:
    """Give a run for each hosted service that is wanted: what public repositories recorded of it."""
    for service, folder in hosted.services(shared):
        if service not in catalogue().overlays or not wanted(service):
            continue
        kept = list(hosted.exchanges(service, folder))
        judged, findings = _worst(hosted.judged(service, kept))
        days = sorted(json.loads(path.read_text()).get("recorded") or "" for path in folder.rglob("*.json"))
        days = [day[:10] for day in days if day]
        when = f"{days[0]} … {days[-1]}" if days else ""
        yield service, _run("public-recordings", {}, "", when, kept, judged, findings)


def _worst(result: Judged) -> tuple[dict[str, str], Findings]:
    """Give verdict and findings by invariant; of several exchanges the worst counts."""
    verdicts: dict[str, str] = {}
    findings: dict[str, list[Finding]] = {}
    for record in result.records:
        if record.verdict is not Verdict.SKIP:
            order = ("PASS", "WARN", "FAIL", "ERROR")
            verdicts[record.family] = max(verdicts.get(record.family, "PASS"), record.verdict.value, key=order.index)
            findings.setdefault(record.family, []).extend(record.findings)
    return verdicts, findings


def _run(
    name: str,
    versions: Mapping[str, str],
    version: str,
    when: str,
    kept: Exchanges,
    judged: Mapping[str, str],
    findings: Findings,
) -> Run:
    results = [(case, Verdict(verdict), findings.get(case, ())) for case, verdict in sorted(judged.items())]
    rows = {name: _row(row, kept, judged, findings) for name, row in catalogue().capabilities.items()}
    return Run(
        name,
        "recording",
        version,
        when,
        __version__,
        catalogue().version,
        dict(versions),
        exchanges=len(kept),
        surface={name: row for name, row in rows.items() if row is not None},
        **findings_of(results),
    )


def _row(row: Capability, kept: Exchanges, judged: Mapping[str, str], findings: Findings) -> Row | None:
    """Say whether a capability was seen: by its showing case where that was asked, else by answers of its endpoint."""
    endpoint, _, feature = row.endpoint.partition(" (")
    if row.shown_by in judged and row.name not in SHOWN_BY_STATUS:
        gates = cases()[row.shown_by].gates
        missed = [one for one in findings.get(row.shown_by, ()) if (one.step, one.address) in gates]
        return Row("no", missed[0].reason or missed[0].message) if missed else Row("yes")
    route = path_pattern(endpoint)
    answers = [t for _, t in kept if route.fullmatch(f"{t.request.method} {t.request.target.partition('?')[0]}")]
    if row.name in SHOWN_BY_STATUS:
        return (
            Row("yes")
            if any(t.status == SHOWN_BY_STATUS[row.name] for t in answers)
            else Row("unknown", "not recorded")
        )
    if feature:
        return Row("unknown", "not recorded")
    if any(t.status is not None and 200 <= t.status < 300 for t in answers):
        return Row("yes")
    notes = (not_there(row, exchange) for exchange in map(read, answers))
    return next((Row("no", note) for note in notes if note), None)


def date(kept: Exchanges) -> str:
    """Give the day of the first answer that says it."""
    for _, transfer in kept:
        if day := transfer.header("date"):
            return parsedate_to_datetime(day).date().isoformat()
    return ""


def _told(shared: Path | None, name: str) -> str:
    """Give the day that the recording's own set-up file names."""
    path = shared / "recordings" / name / "setup.json" if shared else None
    if path is None or not path.is_file():
        return ""
    return str(json.loads(path.read_text()).get("recorded", ""))[:10]


def main(arguments: list[str]) -> int:
    shared = Path(arguments[0]) if arguments else None
    names = frozenset(arguments[1:])

    def wanted(server: str) -> bool:
        return not names or server in names

    fresh: dict[str, list[Run]] = {}
    for server, run in (
        *of_set_ups((set_up for set_up in servers.set_ups() if wanted(set_up.server)), shared),
        *(of_llamaswap(shared) if wanted("llamaswap") else ()),
        *(of_services(shared, wanted) if shared else ()),
    ):
        fresh.setdefault(server, []).append(run)
    for server, runs in sorted(fresh.items()):
        path = DOCS / f"{server}.json"
        old = decode(path.read_bytes(), str(path)) if path.exists() else Evidence(server)
        dates = {run.set_up: run.date for run in old.runs if run.how == "recording"}
        dated = [replace(run, date=run.date or dates.get(run.set_up, "")) for run in runs]
        live = tuple(run for run in old.runs if run.how == "run")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode(Evidence(server, (*live, *dated))))
        print(f"{server}: {len(runs)} recorded set-ups, {len(live)} live runs")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
