"""An overlay file and the endpoint table: from documents to frozen values, every fault noted."""

import re
from collections.abc import Iterator, Mapping

from aioc.model.case import Severity
from aioc.model.choice import ROLES
from aioc.model.overlay import Capability, Deviation, Fact, Gone, Lack, Overlay, SetUp, Sign, VersionSource
from aioc.model.problem import Json, did_you_mean
from aioc.read.check import Scope, one_group, read_check, read_checks
from aioc.read.document import KeyPath, each


def read_overlay(scope: Scope, name: str) -> Overlay:
    """Read an overlay from a document that fits overlay.schema.json; faults go to the scope."""
    data = scope.document.data
    for role in data.get("models", {}):
        if role not in ROLES:
            scope.note(f"unknown role {role!r}", ("models", role), did_you_mean(role, ROLES), key=True)
    return Overlay(
        name=name,
        title=data["title"],
        place=scope.document.place(),
        extends=data.get("extends"),
        homepage=data.get("homepage", ""),
        base_url=data.get("base_url"),
        evidence=data.get("evidence", ""),
        jobs=data.get("jobs"),
        roles=dict(data.get("models", {})),
        detect=tuple(
            Sign(item["get"], check)
            for item, path in each(data.get("detect"), ("detect",))
            if (check := read_check(scope, item, path))
        ),
        version=tuple(_version(scope, item, path) for item, path in each(data.get("version"), ("version",))),
        own_answers=read_checks(scope, data.get("own_answers"), ("own_answers",)),
        lacks=tuple(
            Lack(
                item["capability"],
                item["reason"],
                item["source"],
                item.get("versions"),
                name,
                scope.document.place(path),
            )
            for item, path in each(data.get("lacks"), ("lacks",))
        ),
        deviations=tuple(
            deviation
            for item, path in each(data.get("deviations"), ("deviations",))
            if (deviation := _deviation(scope, item, path, name))
        ),
        gone=tuple(
            Gone(item["case"], *split_address(item["check"]), item["reason"], scope.document.place(path))
            for item, path in each(data.get("gone"), ("gone",))
        ),
        about=data.get("about", ""),
        quirks=tuple(_facts(scope, data, "quirks")),
        layers=tuple(_facts(scope, data, "layers")),
        set_ups=tuple(
            SetUp(item["name"], item["start"], item.get("options", ""), item.get("what", ""))
            for item in data.get("set_ups", ())
        ),
        notes=data.get("notes", ""),
        lineage=(name,),
    )


def _facts(scope: Scope, data: Mapping[str, Json], word: str) -> Iterator[Fact]:
    for item, path in each(data.get(word), (word,)):
        yield Fact(item["what"], item["source"], item.get("versions"), scope.document.place(path))


def split_address(address: str) -> tuple[str, str]:
    """Cut `[step/]name` into step ('' when there is none) and name; a JSONPath or pointer may hold slashes."""
    match = re.match(r"([a-z0-9-]+)/(.+)\Z", address, re.DOTALL)
    return (match[1], match[2]) if match else ("", address)


def _version(scope: Scope, data: Mapping[str, Json], path: KeyPath) -> VersionSource:
    if ("get" in data) == ("chat" in data):
        scope.note("a version is read by a `get`, or from the answer to a plain `chat`", path, "get: /version")
    if ("path" in data) == ("header" in data):
        scope.note("a version is read from a `path` or from a `header`", path, "keep one of them")
    if "path" in data:
        scope.path(data["path"], (*path, "path"))
    pattern = data.get("pattern")
    one_group(scope, pattern, (*path, "pattern"), "the pattern of a version")
    return VersionSource(data.get("get"), data.get("path"), data.get("header"), pattern, scope.document.place(path))


def _deviation(scope: Scope, data: Mapping[str, Json], path: KeyPath, overlay: str) -> Deviation | None:
    instead = read_check(scope, data["instead"], (*path, "instead"), needs_subject=False)
    if instead is None:
        return None
    step, address = split_address(data["check"])
    return Deviation(
        data["case"],
        step,
        address,
        instead,
        Severity(data.get("severity", "warn")),
        data["reason"],
        data["source"],
        data.get("versions"),
        bool(data.get("sometimes")),
        overlay,
        scope.document.place(path),
    )


def read_capabilities(scope: Scope) -> dict[str, Capability]:
    """Read the endpoint table from a document that fits capabilities.schema.json."""
    data = scope.document.data
    common = read_checks(scope, data["unsupported"], ("unsupported",))
    table = {}
    for name, row in data["capabilities"].items():
        path: KeyPath = ("capabilities", name)
        own = read_checks(scope, row.get("unsupported"), (*path, "unsupported"))
        table[name] = Capability(
            name,
            row["endpoint"],
            row["kind"],
            row["shown_by"],
            (*common, *own),
            scope.document.place(path, key=True),
            row.get("title", ""),
        )
    return table
