"""Names that point from one file to another: every one must lead somewhere."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from aioc.keywords import nested
from aioc.model.case import Case
from aioc.model.catalogue import Catalogue, Profile
from aioc.model.client import Client
from aioc.model.overlay import Deviation, Fact, Gone, Lack, Overlay, addressed
from aioc.model.problem import BadInputError, Place, Problem, did_you_mean
from aioc.paths import shape_names
from aioc.read.document import KeyPath
from aioc.read.parse import read_document
from aioc.versions import VersionError, parse_range

BUILT_IN = frozenset({"json", "stream", "until"})


def link_problems(catalogue: Catalogue) -> list[Problem]:
    """Give every name that leads nowhere: capabilities, cases, checks, overlays, schemas, versions."""
    return [
        *case_problems(catalogue),
        *_capability_links(catalogue),
        *(problem for overlay in catalogue.overlays.values() for problem in overlay_problems(catalogue, overlay)),
        *(problem for profile in catalogue.profiles.values() for problem in profile_problems(catalogue, profile)),
    ]


def case_problems(catalogue: Catalogue) -> Iterator[Problem]:
    """Give every name in a case that leads nowhere."""
    seen: set[str] = set()
    for case in catalogue.cases:
        if case.family in seen:
            continue
        seen.add(case.family)
        for number, need in enumerate(case.needs):
            if need not in catalogue.capabilities:
                place = _inside(case.place, "needs", number)
                yield Problem(f"unknown capability {need!r}", place, did_you_mean(need, catalogue.capabilities))
        if case.server is not None and case.server not in catalogue.overlays:
            hint = did_you_mean(case.server, catalogue.overlays)
            yield Problem(f"there is no overlay {case.server!r}", case.place, hint)
        for check in case.every_check:
            below: KeyPath = ("status",) if check.subject.kind == "status" else ()
            for name, path in _shapes_used(dict(check.keywords), below):
                if name not in shape_names():
                    hint = did_you_mean(name, shape_names())
                    yield Problem(f"unknown schema {name!r}", _inside(check.place, *path), hint)


def _shapes_used(keywords: dict[str, object], path: KeyPath) -> Iterator[tuple[str, KeyPath]]:
    if isinstance(keywords.get("schema"), str):
        yield str(keywords["schema"]), (*path, "schema")
    for _, schema, below in nested(keywords):
        if isinstance(schema, dict):
            yield from _shapes_used(schema, (*path, *below))


def _inside(place: Place, *words: str | int) -> Place:
    """Give the place of a word of what stands at `place`: the file is read again, for a fault is rare."""
    try:
        document = read_document(Path(place.file), place.file)
    except BadInputError:
        return place
    base = document.path_at(place.line, place.column)
    return place if base is None else document.place((*base, *words))


def _capability_links(catalogue: Catalogue) -> Iterator[Problem]:
    for row in catalogue.capabilities.values():
        shown_by = catalogue.case(row.shown_by)
        if shown_by is None:
            ids = {case.id for case in catalogue.cases}
            yield Problem(f"there is no case {row.shown_by!r}", row.place, did_you_mean(row.shown_by, ids))
        elif shown_by.needs and row.name not in shown_by.needs:
            yield Problem(f"{row.shown_by} shows {row.name!r} but does not need it", row.place)


def overlay_problems(catalogue: Catalogue, overlay: Overlay) -> Iterator[Problem]:
    """Give every name of an overlay that leads nowhere in this catalogue."""
    chain = [overlay.name]
    parent = overlay.extends
    while parent is not None:
        if parent not in catalogue.overlays:
            place = _inside(overlay.place, "extends")
            yield Problem(f"there is no overlay {parent!r}", place, did_you_mean(parent, catalogue.overlays))
            break
        if parent in chain:
            circle = " → ".join([*chain, parent])
            place = _inside(overlay.place, "extends")
            yield Problem(f"overlays extend each other in a circle: {circle}", place, "leave one `extends` out")
            break
        chain.append(parent)
        parent = catalogue.overlays[parent].extends
    for lack in overlay.lacks:
        if lack.capability not in catalogue.capabilities:
            hint = did_you_mean(lack.capability, catalogue.capabilities)
            yield Problem(f"unknown capability {lack.capability!r}", _inside(lack.place, "capability"), hint)
    told: dict[str, Lack] = {}
    for lack in overlay.lacks:
        if told.setdefault(lack.reason, lack).capability != lack.capability:
            # Cases are skipped with these words, and by them a client's needs are told apart.
            what = f"{told[lack.reason].capability!r} is lacking for the same reason"
            yield Problem(what, _inside(lack.place, "reason"), "say of each what its users have to do without")
    entries: list[Deviation | Gone] = [*overlay.deviations, *overlay.gone]
    for entry in entries:
        present = catalogue.renamed.get(entry.case, entry.case)
        case = catalogue.case(present)
        if case is not None or present.partition(":")[0] not in catalogue.unread:
            yield from _check_links(catalogue, case, entry.case, addressed(entry.step, entry.address), entry.place)
    bounded: list[Deviation | Lack | Fact] = [*overlay.deviations, *overlay.lacks, *overlay.quirks, *overlay.layers]
    for one in bounded:
        try:
            if one.versions is not None:
                parse_range(one.versions)
        except VersionError as error:
            yield Problem(str(error), _inside(one.place, "versions"))


def _check_links(catalogue: Catalogue, case: Case | None, called: str, address: str, place: Place) -> Iterator[Problem]:
    """Give what leads nowhere of a case that is called so, or of a check of it ('' when none is named)."""
    if case is None:
        ids = {known for case in catalogue.cases for known in (case.id, case.family)}
        yield Problem(f"there is no case {called!r}", _inside(place, "case"), did_you_mean(called, ids))
    elif address and address.partition("#/")[0] not in (known := addresses(case)):
        what = f"the case {case.id} has no check {address!r}"
        yield Problem(what, _inside(place, "check"), did_you_mean(address, known))


def client_problems(catalogue: Catalogue, client: Client) -> Iterator[Problem]:
    """Give every need of a client that names no case or no check of it."""
    for need in (*client.needs, *client.sends):
        yield from _check_links(catalogue, catalogue.case(need.case), need.case, need.check, need.place)


def addresses(case: Case) -> set[str]:
    """Give every address an overlay may name in a case: [step/]name."""
    if case.answers is not None:
        captures = {f"capture {capture.name}" for capture in case.captures}
        return {check.address for check in case.checks} | captures | BUILT_IN
    known: set[str] = set()
    for step in case.steps:
        names = {check.address for check in step.checks} | {f"capture {capture.name}" for capture in step.captures}
        known |= {f"{step.name}/{name}" if step.name else name for name in names | BUILT_IN}
    return known


def profile_problems(catalogue: Catalogue, profile: Profile) -> Iterator[Problem]:
    """Give every glob of a profile that selects nothing in this catalogue."""
    for word, globs in (("cases", profile.cases), ("without", profile.without)):
        for number, glob in enumerate(globs):
            place = _inside(profile.place, word, number) if profile.place else None
            yield from stray(catalogue, glob, place)


def stray(catalogue: Catalogue, glob: str, place: Place | None = None) -> Iterator[Problem]:
    """Give the problem of a glob that fits no case of any server."""
    if not any(map(_glob(glob).fullmatch, catalogue.ids)):
        yield Problem(f"no case is called {glob!r}", place, did_you_mean(glob, catalogue.ids))


def matches(pattern: str, case_id: str) -> bool:
    """Whether a glob selects an id: `*` stays inside one part, `**` does not; a family selects its members."""
    return _glob(pattern).fullmatch(case_id) is not None


def matches_any(patterns: Iterable[str], case_id: str) -> bool:
    """Whether one of these globs selects an id."""
    return any(matches(pattern, case_id) for pattern in patterns)


def selects(profile: Profile, case_id: str) -> bool:
    """Whether a profile selects an id and does not leave it out again."""
    return matches_any(profile.cases, case_id) and not matches_any(profile.without, case_id)


@lru_cache(maxsize=512)
def _glob(pattern: str) -> re.Pattern[str]:
    expression = "".join(
        {"**": ".*", "*": "[^/]*", "?": "[^/]"}.get(part, re.escape(part))
        for part in re.split(r"(\*\*|\*|\?)", pattern)
    )
    return re.compile(f"{expression}(:.*)?")
