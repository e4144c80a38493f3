"""A server's overlay with everything it inherits, and which of its entries speak of this version."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from aioc.model.case import Case
from aioc.model.catalogue import Catalogue
from aioc.model.frozen import frozen
from aioc.model.overlay import Deviation, Lack, Overlay
from aioc.model.problem import bad_input, did_you_mean
from aioc.versions import lies_in, parse


def resolve(name: str, catalogue: Catalogue, beside: Iterable[str] = ()) -> Overlay:
    """Give the overlay of this name with its parents' entries; a child's replace all of the parent's at an address.

    `beside` are words that the asker knows too. Raises BadInputError when there is no overlay of this name.
    """
    overlays = catalogue.overlays
    if name not in overlays:
        raise bad_input(f"there is no server {name!r}", hint=did_you_mean(name, [*overlays, *beside]))
    own = _renamed(overlays[name], catalogue)
    return _onto(resolve(own.extends, catalogue), own) if own.extends else own


def with_own(overlay: Overlay | None, extra: Iterable[Overlay], catalogue: Catalogue) -> Overlay | None:
    """Put an operator's own overlays on top, the last one last.

    The versions in one that does not say where its version is read are the server's.
    """
    merged = overlay
    for own in extra:
        fresh = _renamed(own, catalogue)
        if merged is None:
            merged = fresh
            continue
        if not fresh.version:
            server = merged.name
            fresh = replace(
                fresh,
                deviations=tuple(replace(entry, overlay=server) for entry in fresh.deviations),
                lacks=tuple(replace(lack, overlay=server) for lack in fresh.lacks),
            )
        merged = replace(_onto(merged, fresh), name=merged.name, title=merged.title)
    return merged


def _renamed(overlay: Overlay, catalogue: Catalogue) -> Overlay:
    """Give the overlay with the present ids of the cases it speaks of."""
    renamed = catalogue.renamed
    return replace(
        overlay,
        deviations=tuple(replace(entry, case=renamed.get(entry.case, entry.case)) for entry in overlay.deviations),
        gone=tuple(replace(entry, case=renamed.get(entry.case, entry.case)) for entry in overlay.gone),
    )


def _onto(parent: Overlay, child: Overlay) -> Overlay:
    gone = {(entry.case, entry.step, entry.address) for entry in child.gone}
    gone |= {(entry.case, entry.step, entry.address) for entry in child.deviations}
    lacking = {lack.capability for lack in child.lacks}
    return replace(
        child,
        base_url=child.base_url or parent.base_url,
        jobs=child.jobs or parent.jobs,
        homepage=child.homepage or parent.homepage,
        roles={**parent.roles, **child.roles},
        version=child.version or parent.version,
        own_answers=child.own_answers or parent.own_answers,
        lacks=(*(lack for lack in parent.lacks if lack.capability not in lacking), *child.lacks),
        deviations=(
            *(entry for entry in parent.deviations if (entry.case, entry.step, entry.address) not in gone),
            *child.deviations,
        ),
        lineage=(child.name, *parent.lineage),
    )


def entries_by_case(overlay: Overlay | None, versions: Mapping[str, str]) -> dict[str, list[Deviation]]:
    """Give the deviations that speak of this server, by the case they name."""
    entries: dict[str, list[Deviation]] = {}
    for entry in overlay.deviations if overlay else ():
        if applicability(entry, versions).applies:
            entries.setdefault(entry.case, []).append(entry)
    return entries


def entries_of(case: Case, entries: Mapping[str, Sequence[Deviation]]) -> list[Deviation]:
    """Give the entries that speak of a case: by its own id, and of the member of a family by the family's."""
    return [entry for name in dict.fromkeys((case.id, case.family)) for entry in entries.get(name, ())]


@frozen
class Applicability:
    """Which entries apply. `certain` is False for a bounded entry of a file whose product's version is unknown."""

    applies: bool
    certain: bool


def applicability(entry: Deviation | Lack, versions: Mapping[str, str]) -> Applicability:
    """Say whether an entry speaks of this server; `versions` maps an overlay to its product's version.

    Unknown version: the entry applies, but is then never stale.
    """
    if entry.versions is None:
        return Applicability(True, True)
    version = parse(versions.get(entry.overlay, ""))
    if version is None:
        return Applicability(True, False)
    return Applicability(lies_in(version, entry.versions), True)
