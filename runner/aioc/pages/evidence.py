"""What the pages of a server rest on, kept small: of each run verdicts, surface and what was seen; no exchange."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, field, replace
from typing import Any, Literal

from aioc.model.catalogue import Catalogue
from aioc.model.frozen import frozen
from aioc.model.overlay import Overlay, addressed
from aioc.model.problem import Json, Place, bad_input
from aioc.model.result import Finding, Verdict
from aioc.model.run import SurfaceRow
from aioc.report.journal import Journal
from aioc.report.record import CaseRecord
from aioc.report.text import shorten

FORMAT = 1
_OF_RUN = ("set_up", "how", "version", "date", "aioc", "catalogue", "versions", "skipped", "exchanges")
State = Literal["yes", "no", "unknown"]
How = Literal["run", "recording"]


@frozen
class Row:
    """Whether a capability is there, and the note of the run."""

    state: State
    note: str = ""


@frozen
class Known:
    """An entry whose deviation was seen: the case, `[step/]name` and the entry's reason."""

    case: str
    check: str
    reason: str


@frozen
class New:
    """A finding that no entry knows."""

    case: str
    check: str
    severity: str
    message: str


@frozen
class Run:
    """One run, or one set-up of recorded exchanges; `verdicts` by case, SKIP left out.

    `versions` are the products' versions by overlay: a proxy and what is behind it have their own.
    """

    set_up: str
    how: How
    version: str
    date: str
    aioc: str = ""
    catalogue: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    skipped: int = 0
    exchanges: int = 0
    surface: Mapping[str, Row] = field(default_factory=dict)
    verdicts: Mapping[str, str] = field(default_factory=dict)
    known: frozenset[Known] = frozenset()
    new: frozenset[New] = frozenset()

    @property
    def counts(self) -> Counter[str]:
        """How many cases ended in which verdict."""
        return Counter({**Counter(self.verdicts.values()), "SKIP": self.skipped})


@frozen
class Evidence:
    """Everything kept about one server."""

    server: str
    runs: tuple[Run, ...] = ()

    def joined(self, fresh: Sequence[Run]) -> "Evidence":
        """Put runs in the place of those of the same name; new ones come behind their kind, live before recorded."""
        runs = {(run.how, run.set_up): run for run in (*self.runs, *fresh)}
        return replace(self, runs=tuple(sorted(runs.values(), key=lambda run: run.how != "run")))


def run_of(set_up: str, journal: Journal, overlay: Overlay, catalogue: Catalogue) -> Run:
    """Keep what the pages need of a run that came to its end."""
    header, cases = journal.header, journal.cases
    records = {record.id: record for record in (*cases, *journal.shown)}
    lacks = {lack.capability for lack in overlay.lacks}
    surface = {}
    for row in journal.summary.surface if journal.summary else ():
        shown = catalogue.capabilities[row.capability].shown_by if row.capability in catalogue.capabilities else ""
        refused = shown in records and _refused(records[shown], catalogue)
        surface[row.capability] = _row(row, refused=refused, lacking=row.capability in lacks)
    return Run(
        set_up,
        "run",
        header.version,
        header.started[:10],
        header.aioc_version,
        header.catalogue_version,
        {name: version for name, version in header.versions.items() if version},
        sum(record.verdict is Verdict.SKIP for record in cases),
        surface=surface,
        **findings_of((record.id, record.verdict, record.findings) for record in cases),
    )


def findings_of(results: Iterable[tuple[str, Verdict, Sequence[Finding]]]) -> dict[str, Any]:
    """Give `verdicts`, `known` and `new` of a run's results."""
    verdicts: dict[str, str] = {}
    known: set[Known] = set()
    new: dict[tuple[str, str, str], str] = {}
    for case, verdict, findings in results:
        if verdict is not Verdict.SKIP:
            verdicts[case] = verdict.value
        for finding in findings:
            check = addressed(finding.step, finding.address)
            if finding.mark is not None:
                known.add(Known(case, check, finding.reason))
            elif finding.severity != "info":
                new.setdefault((case, check, finding.severity.value), shorten(finding.message, 200))
    return {
        "verdicts": verdicts,
        "known": frozenset(known),
        "new": frozenset(New(*key, message) for key, message in new.items()),
    }


def _refused(record: CaseRecord, catalogue: Catalogue) -> bool:
    """Whether the case that shows a capability got no answer to judge: a gate of it did not hold."""
    case = catalogue.case(record.id)
    return case is not None and any((finding.step, finding.address) in case.gates for finding in record.findings)


def _row(row: SurfaceRow, *, refused: bool, lacking: bool) -> Row:
    """Say whether the capability is there: it is if its case was answered, whatever the checks said of the answer."""
    if row.absent or refused or (row.verdict is Verdict.SKIP and lacking):
        return Row("no", row.note)
    there = row.verdict in (Verdict.PASS, Verdict.WARN, Verdict.FAIL)
    return Row("yes" if there else "unknown", row.note)


def encode(evidence: Evidence) -> bytes:
    """Write it as JSON, one line a case and a finding, in an order that does not depend on the runs' own."""
    runs = [
        {
            **{name: getattr(run, name) for name in _OF_RUN},
            "surface": {name: [row.state, row.note] for name, row in run.surface.items()},
        }
        for run in evidence.runs
    ]
    cases = sorted({case for run in evidence.runs for case in run.verdicts})
    parts = [
        ('"format"', _line(FORMAT)),
        ('"server"', _line(evidence.server)),
        ('"runs"', _lines(runs)),
        ('"cases"', _table({case: " ".join(run.verdicts.get(case, "-") for run in evidence.runs) for case in cases})),
        ('"known"', _lines(_numbered([run.known for run in evidence.runs]))),
        ('"new"', _lines(_numbered([run.new for run in evidence.runs]))),
    ]
    return ("{\n" + ",\n".join(f"{name}: {text}" for name, text in parts) + "\n}\n").encode()


def _numbered(runs: Sequence[frozenset[Known] | frozenset[New]]) -> list[Json]:
    """Give what was found, each with the numbers of the runs in which it was."""
    found: dict[tuple[str, ...], list[int]] = {}
    for number, of_run in enumerate(runs):
        for one in of_run:
            found.setdefault(astuple(one), []).append(number)
    return [[*key, numbers] for key, numbers in sorted(found.items())]


def decode(raw: bytes, file: str) -> Evidence:
    """Read it back; raises BadInputError for anything else."""
    try:
        data = json.loads(raw)
        if data["format"] != FORMAT:
            raise bad_input(f"this evidence has format {data['format']}, this aioc reads {FORMAT}", Place(file, 1, 1))
        runs = tuple(_run(data, number, item) for number, item in enumerate(data["runs"]))
        return Evidence(data["server"], runs)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise bad_input(
            f"this is no evidence: {error!r}",
            Place(file, 1, 1),
            "it is made with `aioc page NAME --from JOURNAL --keep`",
        ) from error


def _run(data: Json, number: int, item: Json) -> Run:
    words = {case: text.split(" ")[number] for case, text in data["cases"].items()}
    return Run(
        **{name: item[name] for name in _OF_RUN},
        surface={name: Row(state, note) for name, (state, note) in item["surface"].items()},
        verdicts={case: word for case, word in words.items() if word != "-"},
        known=frozenset(Known(*key) for *key, runs in data["known"] if number in runs),
        new=frozenset(New(*key) for *key, runs in data["new"] if number in runs),
    )


def _line(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _lines(values: Sequence[Json]) -> str:
    return "[\n " + ",\n ".join(map(_line, values)) + "\n]" if values else "[]"


def _table(values: Mapping[str, Json]) -> str:
    return "{\n " + ",\n ".join(f"{_line(name)}: {_line(value)}" for name, value in values.items()) + "\n}"
