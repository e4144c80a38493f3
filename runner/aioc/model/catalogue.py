"""Everything that was read: cases, capabilities, overlays and profiles of one or several trees."""

from collections.abc import Mapping
from dataclasses import field

from aioc.model.case import Case
from aioc.model.client import Client
from aioc.model.frozen import frozen
from aioc.model.overlay import Capability, Overlay
from aioc.model.problem import Place


@frozen
class Profile:
    """A named selection: globs of ids, and globs left out again."""

    name: str
    title: str
    cases: tuple[str, ...]
    without: tuple[str, ...] = ()
    danger: bool = False
    strict: bool = False
    """True for somebody's own file: it lists what a client needs, so a SKIP is not fulfilled."""
    place: Place | None = None
    needs: tuple[tuple[str, str], ...] = ()
    """Of a client: the cases, and the check of each that alone counts ('' for all), that make a run fail."""
    endpoint: str = ""
    """Of a client: the endpoint that it cannot do without."""


@frozen
class Catalogue:
    """The cases (invariants among them) in the order of their ids, and what belongs to them."""

    id: str
    version: str
    cases: tuple[Case, ...] = ()
    capabilities: Mapping[str, Capability] = field(default_factory=dict)
    overlays: Mapping[str, Overlay] = field(default_factory=dict)
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    clients: Mapping[str, Client] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    """The ids of cases that are there and were not read: this run cannot need them."""
    _by_name: Mapping[str, Case] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make the index of ids and families."""
        by_name: dict[str, Case] = {}
        for case in self.cases:
            by_name.setdefault(case.id, case)
            by_name.setdefault(case.family, case)
        object.__setattr__(self, "_by_name", by_name)

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id that is there, read or not."""
        return (*(case.id for case in self.cases), *self.unread)

    def case(self, case_id: str) -> Case | None:
        """Give the case of this id, or the first member of the family of this name."""
        return self._by_name.get(case_id)
