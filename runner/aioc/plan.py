"""What a run will do: which cases, in which order, and which of them show a capability."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aioc.model.case import Case
from aioc.model.catalogue import Catalogue, Profile
from aioc.model.overlay import Overlay
from aioc.model.problem import bad_input, did_you_mean
from aioc.read.links import matches


@dataclass(frozen=True, slots=True)
class Plan:
    """`showing` run first, even when deselected; then `cases`, then `dangerous`, alone and last."""

    showing: tuple[Case, ...]
    cases: tuple[Case, ...]
    dangerous: tuple[Case, ...]
    invariants: tuple[Case, ...]
    selected: frozenset[str]

    @property
    def ordered(self) -> tuple[Case, ...]:
        """Every case of the plan in the order in which it is sent."""
        return (*self.showing, *self.cases, *self.dangerous)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The selection as the user gave it; empty means everything."""

    ids: frozenset[str] | None = None
    select: tuple[str, ...] = ()
    deselect: tuple[str, ...] = ()
    profile: Profile | None = None
    only: frozenset[str] | None = None
    """Ids of an earlier run (--last-failed)."""


def plan(catalogue: Catalogue, overlay: Overlay | None, wanted: Wanted) -> Plan:
    """Choose and order the cases. Raises BadInputError when a glob selects nothing or nothing is left."""
    lineage = overlay.lineage if overlay else ()
    possible = [case for case in catalogue.cases if case.server is None or case.server in lineage]
    for pattern in (*wanted.select, *wanted.deselect):
        if not any(matches(pattern, case.id) for case in catalogue.cases):
            ids = [case.id for case in catalogue.cases]
            raise bad_input(
                f"no case is called {pattern!r}", hint=did_you_mean(pattern, ids) or "globs: chat/*, **/basic"
            )
    chosen = [case for case in possible if _chosen(case, wanted)]
    if not chosen:
        raise bad_input("nothing is selected", hint="see `aioc list`")
    selected = frozenset(case.id for case in chosen)
    shown = _showing(catalogue, chosen)
    rest = [case for case in chosen if case.answers is None and case not in shown]
    return Plan(
        tuple(shown),
        tuple(sorted((case for case in rest if not case.danger), key=_by_model)),
        tuple(case for case in rest if case.danger),
        tuple(case for case in possible if case.answers is not None and (case.id in selected or not wanted.select)),
        selected,
    )


def _chosen(case: Case, wanted: Wanted) -> bool:
    def any_of(patterns: Sequence[str]) -> bool:
        return any(matches(pattern, case.id) for pattern in patterns)

    profile = wanted.profile
    if wanted.ids is not None and case.id not in wanted.ids:
        return False
    if wanted.only is not None and case.id not in wanted.only:
        return False
    if profile is not None and (not any_of(profile.cases) or any_of(profile.without)):
        return False
    if case.danger and not (profile is not None and profile.danger):
        return False
    return (not wanted.select or any_of(wanted.select)) and not any_of(wanted.deselect)


def _showing(catalogue: Catalogue, chosen: Sequence[Case]) -> list[Case]:
    """Give the cases that show the capabilities that the chosen cases need, in the order of the table."""
    needed = {need for case in chosen for need in case.needs}
    shown: list[Case] = []
    for name, row in catalogue.capabilities.items():
        case = catalogue.case(row.shown_by)
        if case is not None and (name in needed or case in chosen) and case not in shown:
            shown.append(case)
    return shown


def _by_model(case: Case) -> tuple[tuple[str, ...], str]:
    """Cases of one model stand together, so that a swapping server swaps once a model."""
    return tuple(sorted(case.roles, key=lambda role: role != "model")), case.id


def roles_of(case: Case, roles: Mapping[str, str]) -> str | None:
    """Give the first role the case uses that no model plays."""
    return next((role for role in sorted(case.roles) if role not in roles), None)
