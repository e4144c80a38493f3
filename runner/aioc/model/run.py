"""A whole run in one value: what the journal's header and footer keep and every report starts from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aioc.model.result import Result, Verdict


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class SurfaceRow:
    """One row of the surface table: a capability and what the server has of it."""

    capability: str
    endpoint: str
    kind: str
    verdict: Verdict
    note: str = ""


@dataclass(frozen=True, slots=True)
class StaleEntry:
    """An overlay entry whose deviation was looked for and did not happen."""

    entry: str
    case: str
    place: str
    message: str


@dataclass(frozen=True, slots=True)
class RunSummary:
    """The end of a run. `stopped` says why not everything was run ('' when everything was)."""

    surface: tuple[SurfaceRow, ...] = ()
    stale: tuple[StaleEntry, ...] = ()
    stopped: str = ""
    seconds: float = 0.0
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Failing:
    """What `--fail-on` counts: the ids of cases and the stale entries that make the run fail."""

    cases: frozenset[str]
    stale: tuple[StaleEntry, ...] = ()

    def counts(self, result: Result) -> bool:
        """Whether this result is one of them."""
        return result.case.id in self.cases
