"""Overlay entries whose deviation was looked for and did not happen: they are to be removed, and a run says so."""

from collections.abc import Iterator, Mapping, Sequence

from aioc.judge.mark import Seen
from aioc.model.catalogue import Catalogue
from aioc.model.overlay import Overlay
from aioc.model.run import StaleEntry
from aioc.overlay import applicability


def stale_entries(
    overlay: Overlay,
    catalogue: Catalogue,
    versions: Mapping[str, str],
    seen: Mapping[str, Sequence[Seen]],
    *,
    whole: bool = True,
) -> Iterator[StaleEntry]:
    """Give every stale entry; `seen` maps the place of an entry to what the results say of it.

    An entry on a family speaks of all its members, so that it is stale only if each was seen to conform. One whose
    versions are bounded is never stale while the version is unknown, nor one that happens `sometimes`. One on an
    invariant is stale only in a `whole` run: else the answer that deviates may not have been asked for.
    """
    for entry in overlay.deviations:
        states = seen.get(str(entry.place), ())
        members = max(1, sum(entry.case in (case.id, case.family) for case in catalogue.cases))
        conform = len(states) >= members and all(state is Seen.CONFORMS for state in states)
        how = applicability(entry, versions)
        case = catalogue.case(entry.case)
        if not whole and case is not None and case.answers is not None:
            continue
        if conform and how.applies and how.certain and not entry.sometimes:
            yield StaleEntry(
                entry.name,
                entry.case,
                str(entry.place),
                "the server behaves as documented here: remove the entry, or bound its versions",
            )
    for lack in overlay.lacks:
        how = applicability(lack, versions)
        if str(lack.place) in seen and how.applies and how.certain:
            yield StaleEntry(
                f"{lack.overlay}: lacks {lack.capability}",
                "",
                str(lack.place),
                f"the server has {lack.capability}: remove the entry",
            )
