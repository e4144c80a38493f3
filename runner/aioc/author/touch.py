"""Which servers' overlays touch a case: by a deviation, or by lacking what the case needs."""

from collections.abc import Mapping, Sequence

from aioc.model.case import Case
from aioc.model.catalogue import Catalogue
from aioc.model.overlay import Deviation, Lack, Overlay
from aioc.overlay import resolve


def resolved(catalogue: Catalogue) -> dict[str, Overlay]:
    """Give every overlay with what it inherits, in the order of the names."""
    return {name: resolve(name, catalogue) for name in sorted(catalogue.overlays)}


def touch(cases: Sequence[Case], overlay: Overlay) -> list[Deviation | Lack]:
    """Give what a resolved overlay says of a case, or of the members of a family."""
    ids = {name for case in cases for name in (case.id, case.family)}
    needs = {need for case in cases for need in case.needs}
    return [
        *(entry for entry in overlay.deviations if entry.case in ids),
        *(lack for lack in overlay.lacks if lack.capability in needs),
    ]


def touched_by(case: Case, overlays: Mapping[str, Overlay]) -> list[str]:
    """Name the servers whose overlay touches a case, or to which alone it belongs."""
    return [name for name, one in overlays.items() if touch([case], one) or case.server in one.lineage]
