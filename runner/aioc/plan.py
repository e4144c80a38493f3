"""What a run will do: which cases, in which order, and which of them show a capability."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace

from aioc.model.case import Case
from aioc.model.catalogue import Catalogue, Profile
from aioc.model.choice import Part
from aioc.model.frozen import frozen
from aioc.model.overlay import Overlay
from aioc.model.problem import BadInputError, bad_input
from aioc.paths import CLIENT_REQUESTS
from aioc.read.links import matches_any, selects, stray


@frozen
class Plan:
    """`showing` run first, even when deselected; then `cases`, model by model; then `dangerous`, alone and last."""

    showing: tuple[Case, ...]
    cases: tuple[Case, ...]
    dangerous: tuple[Case, ...]
    invariants: tuple[Case, ...]
    selected: frozenset[str]
    shown_by: Mapping[str, str] = field(default_factory=dict)
    """The id of the case that shows a capability, by capability."""
    planned: frozenset[str] = frozenset()
    """The ids of all parts, of which the selected ones may be one."""
    whole: bool = True
    """Whether nothing was left out that harms no server and says something new."""

    def groups(self, roles: Mapping[str, str]) -> Iterator["Group"]:
        """Give the cases of each model together, those that show a capability first: a server swaps once a model.

        What a case needs has been shown before it, with whatever model: one of a model that came earlier comes later.
        """

        def turn(key: tuple[str, ...]) -> tuple[int, bool, tuple[str, ...]]:
            return len(key), key != (roles.get("model"),), key

        own = {case.id: tuple(sorted({roles.get(role, role) for role in case.roles})) for case in self.ordered}
        keys = {}
        for case in self.ordered:
            shown = [own.get(self.shown_by.get(need, ""), ()) for need in case.needs]
            keys[case.id] = tuple(sorted({*own[case.id], *max([own[case.id], *shown], key=turn)}))
        for key in sorted(set(keys.values()), key=turn):
            showing = tuple(case for case in self.showing if keys[case.id] == key)
            cases = tuple(case for case in self.cases if keys[case.id] == key)
            if showing or cases:
                roles_used = frozenset(role for case in (*showing, *cases) for role in case.roles)
                yield Group(roles_used, showing, cases)

    @property
    def ordered(self) -> tuple[Case, ...]:
        """Every case of the plan in the order in which it is sent."""
        return (*self.showing, *self.cases, *self.dangerous)


@frozen
class Group:
    """The cases of one model (or of none), and the roles that it plays in them."""

    roles: frozenset[str]
    showing: tuple[Case, ...]
    cases: tuple[Case, ...]


@frozen
class Wanted:
    """The selection as the user gave it; empty means everything."""

    ids: frozenset[str] | None = None
    select: tuple[str, ...] = ()
    deselect: tuple[str, ...] = ()
    profile: Profile | None = None
    only: frozenset[str] | None = None
    """Ids of an earlier run (--last-failed)."""
    part: Part | None = None
    """A shard: a part of all that was chosen."""


def plan(catalogue: Catalogue, overlay: Overlay | None, wanted: Wanted) -> Plan:
    """Choose and order the cases. Raises BadInputError when nothing is left, or nothing that sends a request."""
    lineage = overlay.lineage if overlay else ()
    possible = [case for case in catalogue.cases if case.server is None or case.server in lineage]
    chosen = [case for case in possible if _chosen(case, wanted)]
    if not chosen:
        others = sorted({case.server for case in catalogue.cases if _chosen(case, wanted) and case.server is not None})
        hint = f"these cases are for --server {' or '.join(others)}" if others else "see `aioc list`"
        raise bad_input("nothing is selected", hint=hint)
    planned = frozenset(case.id for case in chosen)
    if wanted.part is not None:
        chosen = _part_of(chosen, wanted.part)
    selected = frozenset(case.id for case in chosen)
    shown = _showing(catalogue, chosen)
    rest = [case for case in chosen if case.answers is None and case not in shown]
    if not shown and not rest:
        own = "`needs: [chat]` in the case lets a run ask for an answer"
        asks = own if wanted.ids is not None else "select what asks for such answers too, as --select 'chat/**' does"
        raise bad_input("only invariants are selected, which judge the answers to other cases", hint=asks)
    return Plan(
        tuple(shown),
        tuple(case for case in rest if not case.danger),
        tuple(case for case in rest if case.danger),
        tuple(case for case in chosen if case.answers is not None),
        selected,
        {
            name: case.id
            for name, row in catalogue.capabilities.items()
            if (case := catalogue.case(row.shown_by)) is not None
        },
        planned,
        all(case.id in planned for case in possible if not case.danger and case.topic != CLIENT_REQUESTS.name),
    )


def check_names(catalogue: Catalogue, wanted: Wanted) -> None:
    """Raise BadInputError for a glob that fits no case of any server."""
    for pattern in (*wanted.select, *wanted.deselect):
        for problem in stray(catalogue, pattern):
            raise BadInputError([replace(problem, hint=problem.hint or "globs: chat/*, **/basic")])


def _chosen(case: Case, wanted: Wanted) -> bool:
    profile = wanted.profile
    if wanted.ids is not None and case.id not in wanted.ids:
        return False
    if wanted.only is not None and case.id not in wanted.only:
        return False
    if profile is not None and not selects(profile, case.id):
        return False
    if case.danger and not (profile is not None and profile.danger):
        return False
    if wanted.select and not matches_any(wanted.select, case.id):
        return False
    return not matches_any(wanted.deselect, case.id)


def _part_of(chosen: Sequence[Case], part: Part) -> list[Case]:
    """Give every n-th family, and every invariant: it speaks of the answers of each part.

    A family stays together, since an overlay entry on it is stale only if each of its members conforms. Raises
    BadInputError when nothing but invariants is left.
    """
    families = list(dict.fromkeys(case.family for case in chosen if case.answers is None))
    mine = frozenset(families[part.number - 1 :: part.total])
    if not mine:
        number = len(families)
        raise bad_input(
            f"there is nothing for shard {part}: {number} {'family' if number == 1 else 'families'} of cases selected",
            hint=f"give one shard for each family at most: {max(number, 1)}",
        )
    return [case for case in chosen if case.answers is not None or case.family in mine]


def _showing(catalogue: Catalogue, chosen: Sequence[Case]) -> list[Case]:
    """Give the cases that show the capabilities that the chosen cases need, in the order of the table."""
    needed = {need for case in chosen for need in case.needs}
    shown: list[Case] = []
    for name, row in catalogue.capabilities.items():
        case = catalogue.case(row.shown_by)
        if case is not None and (name in needed or case in chosen) and case not in shown:
            shown.append(case)
    return shown


def other_needs(case: Case, shown_by: Mapping[str, str]) -> tuple[str, ...]:
    """Give the capabilities that a case needs and does not show itself."""
    return tuple(need for need in case.needs if shown_by.get(need) != case.id)


def waves(showing: Sequence[Case], shown_by: Mapping[str, str]) -> Iterator[tuple[Case, ...]]:
    """Give the cases that show a capability in waves: what one needs beside it was shown in a wave before.

    A stored answer cannot be fetched from a server that has no such endpoint to make one.
    """
    left = list(showing)
    while left:
        open_ids = {case.id for case in left}
        ready = [
            case for case in left if not any(shown_by.get(need) in open_ids for need in other_needs(case, shown_by))
        ]
        yield tuple(ready or left)  # two that need each other: as they stand
        left = [case for case in left if ready and case not in ready]
