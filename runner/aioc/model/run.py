"""A whole run in one value: what the journal's header and footer keep and every report starts from."""

from collections.abc import Mapping
from dataclasses import field

from aioc.model.frozen import frozen
from aioc.model.result import Result, Verdict


@frozen
class Conditions:
    """What makes a run fail, so that a report of its journal says the same as the run.

    `fail_on` as --fail-on has it (nothing means fail); `baseline` are the ids that failed in an earlier run; `strict`
    counts each SKIP.
    """

    fail_on: tuple[str, ...] = ()
    baseline: tuple[str, ...] = ()
    strict: bool = False
    needs: tuple[tuple[str, str], ...] = ()
    """Of a client: case and check ('' for every check); then these make the run fail, and nothing else does."""
    endpoint: str = ""
    """Of a client: the endpoint that it cannot do without."""


@frozen
class RunHeader:
    """What was run against what. `server` is the overlay's name, 'none' or 'reference'; `label` is for reports.

    `base_url` has no user information and no query; `started` is ISO 8601 in UTC; `roles` maps a role to
    the model that plays it; `proof` are lines that say how server, version and models were found;
    `warnings` are things that make the run less sure (a server that answers 200 to every route).
    """

    server: str
    label: str
    base_url: str
    version: str = ""
    proof: tuple[str, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    flags: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    aioc_version: str = ""
    catalogue_version: str = ""
    started: str = ""
    selected: tuple[str, ...] = ()
    trusted: bool = True
    """False when the server answers routes that cannot exist."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """The version of each overlay's product, by overlay (a proxy and what is behind it have their own)."""
    conditions: Conditions = Conditions()
    shard: str = ""
    """`2/5`: this run sends the second of five parts of what was `planned` ('' when it sends all of it)."""
    planned: tuple[str, ...] = ()
    """Of a shard: the ids of all of its parts."""
    turn: str = ""
    """`2/3`: the second of three runs in a row (--repeat)."""

    @property
    def product(self) -> str:
        """The server as its overlay calls it, with the version where it is known; without one, that."""
        return f"{self.server} {self.version}".rstrip() if self.server != "none" else "no overlay"

    @property
    def name(self) -> str:
        """The label, with the version where it is known."""
        return f"{self.label} {self.version}".rstrip()


@frozen
class SurfaceRow:
    """One row of the surface table: a capability and what the server has of it."""

    capability: str
    endpoint: str
    kind: str
    verdict: Verdict
    note: str = ""
    absent: bool = False
    """Whether the server answered that it has no such endpoint."""

    @property
    def there(self) -> bool:
        """Whether the server has it, however well."""
        return self.verdict in (Verdict.PASS, Verdict.WARN, Verdict.FAIL) and not self.absent


@frozen
class StaleEntry:
    """An overlay entry whose deviation was looked for and did not happen."""

    entry: str
    case: str
    place: str
    message: str


@frozen
class RunSummary:
    """The end of a run. `stopped` says why not everything was run ('' when everything was)."""

    surface: tuple[SurfaceRow, ...] = ()
    stale: tuple[StaleEntry, ...] = ()
    stopped: str = ""
    seconds: float = 0.0
    complete: bool = True
    observed: tuple[str, ...] = ()
    """The places of the overlay entries whose deviation was seen."""

    def lacking(self, endpoint: str) -> frozenset[str]:
        """Give the reasons for which cases were skipped that say that the server lacks what it should have.

        Of what it need not have (pictures, a store) only this one endpoint counts, without which a client is of no use.
        """
        rows = (row for row in self.surface if row.absent and (row.kind != "ext" or row.endpoint == endpoint))
        return frozenset(row.note for row in rows if row.note)


@frozen
class Failing:
    """What `--fail-on` counts: the ids of cases and the stale entries that make the run fail."""

    cases: frozenset[str]
    stale: tuple[StaleEntry, ...] = ()

    def counts(self, result: Result) -> bool:
        """Whether this result is one of them."""
        return result.case.id in self.cases
