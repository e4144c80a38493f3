"""A server's overlay as the engine knows it, and the endpoint table."""

from collections.abc import Callable, Mapping
from dataclasses import field

from aioc.model.case import Check, Severity
from aioc.model.frozen import frozen
from aioc.model.problem import Place


@frozen
class Sign:
    """One sign by which a server is recognised: a GET and a check of its answer."""

    get: str
    check: Check


@frozen
class VersionSource:
    """Where the version is read: the answer to a GET, or (None) to a plain chat request; path or header, pattern."""

    get: str | None
    path: str | None
    header: str | None
    pattern: str | None
    place: Place


def addressed(step: str, address: str) -> str:
    """Give `[step/]name`, as overlays and reports write where a check stands; the step is '' in a case of one."""
    return f"{step}/{address}" if step else address


@frozen
class Deviation:
    """One known deviation: at this case and address the server does `instead`.

    `step` is '' for a case of one step. `versions` speak of the product of `overlay`.
    """

    case: str
    step: str
    address: str
    instead: Check
    severity: Severity
    reason: str
    source: str
    versions: str | None
    sometimes: bool
    overlay: str
    place: Place

    @property
    def name(self) -> str:
        """`overlay: case [step/]address`, as the reports name an entry."""
        return f"{self.overlay}: {self.case} {addressed(self.step, self.address)}"


@frozen
class Lack:
    """A capability the server does not claim to have."""

    capability: str
    reason: str
    source: str
    versions: str | None
    overlay: str
    place: Place


@frozen
class Gone:
    """An inherited deviation that this server does not have."""

    case: str
    step: str
    address: str
    reason: str
    place: Place


@frozen
class Fact:
    """A sentence for the server's page that no case shows, and where it was seen."""

    what: str
    source: str
    versions: str | None
    place: Place


@frozen
class SetUp:
    """One way to start the server, for its page; `options` are what aioc-run needs besides name and address."""

    name: str
    start: str
    options: str = ""
    what: str = ""


@frozen
class Overlay:
    """One overlay file, or (after `overlay.resolve`) the sum of a server's overlay and its parents.

    `lineage` names the overlay and its ancestors, nearest first; `roles` gives models by role.
    """

    name: str
    title: str
    place: Place
    extends: str | None = None
    homepage: str = ""
    base_url: str | None = None
    evidence: str = ""
    jobs: int | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    detect: tuple[Sign, ...] = ()
    version: tuple[VersionSource, ...] = ()
    own_answers: tuple[Check, ...] = ()
    lacks: tuple[Lack, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    gone: tuple[Gone, ...] = ()
    about: str = ""
    quirks: tuple[Fact, ...] = ()
    layers: tuple[Fact, ...] = ()
    set_ups: tuple[SetUp, ...] = ()
    notes: str = ""
    lineage: tuple[str, ...] = ()

    def lack(self, capability: str, applies: Callable[[Lack], bool]) -> Lack | None:
        """Give the entry by which the server lacks a capability, of those that apply to it."""
        return next((lack for lack in self.lacks if lack.capability == capability and applies(lack)), None)


def split_endpoint(endpoint: str) -> tuple[str, str]:
    """Give the route of an endpoint and its form: `tools` of `POST /v1/chat/completions (tools)`, often none."""
    route, _, form = endpoint.partition(" (")
    return route, form.removesuffix(")")


@frozen
class Capability:
    """A row of the endpoint table. An answer that satisfies any of `unsupported` says "not there"."""

    name: str
    endpoint: str
    kind: str
    shown_by: str
    unsupported: tuple[Check, ...]
    place: Place
    title: str = ""
