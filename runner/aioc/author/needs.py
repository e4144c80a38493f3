"""What a request needs of a server, read off the endpoint table: capabilities, and the role whose model it names."""

import difflib
import json
from collections.abc import Sequence

from aioc.coverage.fields import endpoint_of, endpoints
from aioc.judge.invariant import path_pattern
from aioc.model.catalogue import Catalogue
from aioc.model.overlay import Capability, split_endpoint
from aioc.model.problem import Json


def meant(method: str, path: str) -> str:
    """Give the documented path that an undocumented one looks like; '' for none, or where the API has it."""
    path = path.partition("?")[0]
    if endpoint_of(method, path) is not None:
        return ""
    known = sorted({endpoint.path for endpoint in endpoints() if "{" not in endpoint.path} - {path})
    return next(iter(difflib.get_close_matches(path, known, n=1, cutoff=0.85)), "")


def rows_of(method: str, path: str, body: Json, catalogue: Catalogue) -> list[Capability]:
    """Give the capabilities that a request needs: its endpoint, and the features that its body asks for."""
    exact, near = [], []
    for row in catalogue.capabilities.values():
        route, form = split_endpoint(row.endpoint)
        own = route.partition(" ")[2]
        if path_pattern(route).fullmatch(f"{method} {path}"):
            if not form or _says(body, form):
                exact.append(row)
        elif not form and f"{path}/".startswith(own.partition("{")[0].rstrip("/") + "/"):
            near.append(row)
    return exact or sorted(near, key=lambda row: -len(row.endpoint.partition(" ")[2]))[:1]


def _says(body: Json, feature: str) -> bool:
    """Whether a body asks for a feature by its name, as a member or as the kind of a part of a message."""
    if not isinstance(body, dict):
        return False
    return bool(body.get(feature)) or f'"{feature}"' in json.dumps(body.get("messages"))


def role_of(rows: Sequence[Capability], catalogue: Catalogue) -> str:
    """Give the role that plays in the cases that show these capabilities, the last one's before the others'."""
    for row in reversed(rows):
        case = catalogue.case(row.shown_by)
        if case is not None and case.roles:
            return min(case.roles)
    return "model"
