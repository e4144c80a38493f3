"""Whether a client is ready for a server: what it needs against what a run showed."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import replace

from aioc.model.catalogue import Catalogue
from aioc.model.client import Client, ClientEnd, Effect, Need, Ready
from aioc.model.frozen import frozen
from aioc.model.overlay import split_endpoint
from aioc.model.result import Verdict
from aioc.read.links import selects
from aioc.report.record import CaseRecord
from aioc.report.target import TargetReport

CLIENTS = "clients/"
"""How the profile of a client is called, before its name."""


@frozen
class Missed:
    """A need that is not met: the case that shows it ('' for an endpoint that is not there), and what it found."""

    need: Need
    case: str
    found: str
    lacking: bool = False
    """Whether nobody could look, since the server says that it lacks what the need is about."""


@frozen
class Readiness:
    """What becomes of one client with one server, the worst first; `unseen` are the needs that the run did not show."""

    client: Client
    ready: Ready
    missed: tuple[Missed, ...]
    unseen: tuple[Need, ...]
    absent: tuple[str, ...]
    """The client's endpoints that the server does not have."""

    @property
    def shown(self) -> tuple[Missed, ...]:
        """What is missed as a finding showed, not only because the server lacks what it is about."""
        return tuple(one for one in self.missed if not one.lacking)

    @property
    def lacking(self) -> Counter[str]:
        """What the server says that it lacks, with how many needs each leaves unmet: what they tell does not happen."""
        return Counter(one.found for one in self.missed if one.lacking)

    @property
    def reason(self) -> str:
        """Say in a line why it is not ready; '' when it is."""
        if self.client.endpoints[0] in self.absent:
            return f"the server has no {self.client.endpoints[0]}"
        if self.ready is Ready.UNKNOWN:
            unseen = next((need for need in self.unseen if _grave(need)), self.unseen[0])
            return f"not shown: {unseen.case}, without which: {unseen.sees}"
        if self.missed:
            first = self.missed[0]
            if first.lacking:
                return f"the server has no {', '.join(self.absent)}" if self.absent else first.found
            return f"{first.need.feature}: {first.need.sees}" if first.need.feature else first.need.sees
        return f"the server has no {', '.join(self.absent)}" if self.absent else ""


def asked_for(
    clients: Iterable[Client], catalogue: Catalogue, *, smoke: bool = True
) -> Iterator[tuple[Client, frozenset[str]]]:
    """Give each client with the ids of the cases by which it is judged.

    They are its needs, what it sends and, with `smoke`, the requests of that profile to its endpoints. Invariants look
    at the answers to these alone: what comes of a request that no client sends is no matter.
    """
    profile = catalogue.profiles.get("smoke") if smoke else None
    quick = [case for case in catalogue.cases if profile is not None and case.steps and selects(profile, case.id)]
    asks = [(f"{case.steps[0].request.method} {case.steps[0].request.path}", case.id) for case in quick]
    for client in clients:
        needed = {need.case for need in (*client.needs, *client.sends)}
        own = {case.id for case in catalogue.cases if case.id in needed or case.family in needed}
        yield client, frozenset(own | {case_id for endpoint, case_id in asks if endpoint in client.endpoints})


def readiness(client: Client, report: TargetReport, asked: Set[str] | None = None) -> Readiness:
    """Put a client's needs to a run; of invariants only what they found in answers to the cases `asked` (None: to any).

    It breaks where something is missing without which none of it works, and is degraded where that is true of a
    feature only, or where nothing but secondary things is lost. What of the former was not shown makes it unknown. The
    first of its endpoints is the one that it cannot do without.
    """
    by_name: dict[str, list[CaseRecord]] = {}
    for record in report.records:
        for name in record.names:
            by_name.setdefault(name, []).append(record)
    absent = tuple(endpoint for endpoint in client.endpoints if _absent(endpoint, report))
    lacking = report.summary.lacking(client.endpoints[0])
    missed: list[Missed] = []
    unseen: list[Need] = []
    for need in (*client.needs, *client.sends):
        records = by_name.get(need.case, [])
        if hit := _missed(need, records, asked, lacking if need in client.needs else ()):
            missed.append(hit)
        elif need in client.needs and not any(record.seen for record in records):
            unseen.append(need)
    missed.sort(key=lambda one: (not _grave(one.need), list(Effect).index(one.need.effect)))
    if client.endpoints[0] in absent or any(_grave(one.need) for one in missed):
        ready = Ready.BREAKS
    elif any(_grave(need) for need in unseen) or len(unseen) == len(client.needs):
        ready = Ready.UNKNOWN
    else:
        ready = Ready.DEGRADED if missed or absent else Ready.READY
    return Readiness(client, ready, tuple(missed), tuple(unseen), absent)


def with_clients(report: TargetReport, catalogue: Catalogue) -> TargetReport:
    """Add what becomes of every client, unless the run left out more than a tenth of what all of them are about.

    That is the profile core. Of a run for one client that asked all of its needs, what becomes of that one. Raises
    BadInputError for a client file that cannot be read.
    """
    name = report.header.flags.get("profile", "")
    if name.startswith(CLIENTS) and (client := catalogue.clients.get(name.removeprefix(CLIENTS))):
        there = frozenset[str]().union(*(record.names for record in report.records))
        whole = all(need.case in there for need in client.needs)
        return replace(report, clients=_ends([client], report, catalogue)) if whole else report
    profile = catalogue.profiles.get("core")
    ids = (*(case.id for case in catalogue.cases if not case.danger), *catalogue.unread)
    core = {case_id for case_id in ids if profile is not None and selects(profile, case_id)}
    if not core or 10 * len(core - {record.id for record in report.records}) > len(core):
        return report
    clients = [client for _, client in sorted(catalogue.clients.items())]
    return replace(report, clients=_ends(clients, report, catalogue))


def _ends(clients: Sequence[Client], report: TargetReport, catalogue: Catalogue) -> tuple[ClientEnd, ...]:
    found = (readiness(client, report, asked) for client, asked in asked_for(clients, catalogue))
    return tuple(ClientEnd(one.client.name, one.client.title, one.ready, one.reason) for one in found)


def _grave(need: Need) -> bool:
    return not need.feature and need.effect is not Effect.COSMETIC


def _missed(
    need: Need, records: Sequence[CaseRecord], asked: Set[str] | None, lacking: Collection[str]
) -> Missed | None:
    for record in records:
        if finding := record.missed(need.check, asked):
            return Missed(need, record.id, finding.message)
        if record.unmet(lacking):
            return Missed(need, record.id, record.reason, lacking=True)
        if need.feature and record.verdict is Verdict.ERROR and not record.not_run:
            return Missed(need, record.id, f"could not be judged: {record.reason}")
    return None


def _absent(endpoint: str, report: TargetReport) -> bool:
    """Whether a run showed that the server has no such endpoint: where the plain form is absent, no other was asked."""
    rows = [row for row in report.summary.surface if split_endpoint(row.endpoint)[0] == endpoint]
    plain = [row for row in rows if row.endpoint == endpoint]
    return bool(rows) and all(row.absent for row in plain or rows)
