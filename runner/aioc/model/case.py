"""A case as the engine knows it: frozen, checked, every part with its place in the file."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Literal

from aioc.model.frozen import frozen
from aioc.model.problem import Json, Place


class Severity(StrEnum):
    """How bad a check is when it does not hold; declared from worst to mildest."""

    FAIL = "fail"
    WARN = "warn"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst, so that `max` of ranks is the mildest."""
        return list(Severity).index(self)

    def at_most(self, ceiling: "Severity") -> "Severity":
        """Give the milder of the two."""
        return self if self.rank >= ceiling.rank else ceiling


SubjectKind = Literal["status", "header", "path", "events", "exchange", "body", "value", "sum"]


@frozen
class Subject:
    """What a check looks at: the kind and its argument (a JSONPath, a header's name, a template …)."""

    kind: SubjectKind
    argument: Json = None

    @property
    def address(self) -> str:
        """The name by which overlays and reports call a check that has no name of its own."""
        if self.kind == "header":
            return f"header {str(self.argument).lower()}"
        if self.kind in ("path", "events", "exchange", "value"):
            return str(self.argument)
        return self.kind


@frozen
class Check:
    """One statement about an answer: a subject, how to select from it, and JSON Schema keywords."""

    subject: Subject
    address: str
    keywords: Mapping[str, Json]
    severity: Severity
    place: Place
    optional: bool = False
    absent: bool = False
    collect: bool = False
    join: str | None = None
    gate: bool = False
    given: tuple["Condition", ...] = ()


@frozen
class Condition:
    """A `given`: a check that decides whether the rest is judged."""

    check: Check
    tries: int = 1
    otherwise: Literal["skip", "warn"] = "skip"


@frozen
class Until:
    """Polling: the request is repeated until the check holds, for `within` seconds at most."""

    check: Check
    within: float


@frozen
class Capture:
    """A value taken from an answer under a name; `pattern` has one group, which is what is kept."""

    name: str
    subject: Subject
    place: Place
    collect: bool = False
    pattern: str | None = None


@frozen
class FilePart:
    """One file of a multipart request: its bytes come from a file of the tree or from a text."""

    field: str
    file_name: str
    media_type: str
    content: bytes | None
    text: str | None


@frozen
class Request:
    """A request with its templates still in it. At most one of json, raw and form/files is there."""

    method: str
    path: str
    place: Place
    headers: tuple[tuple[str, str | None], ...] = ()
    has_json: bool = False
    json: Json = None
    raw: str | None = None
    form: tuple[tuple[str, Json], ...] = ()
    files: tuple[FilePart, ...] = ()
    hang_up_after: int | None = None
    copies: int = 1


@frozen
class Step:
    """A request and what is expected of its answer; `name` is the step's address in overlays."""

    name: str
    place: Place
    request: Request
    captures: tuple[Capture, ...] = ()
    checks: tuple[Check, ...] = ()
    given: tuple[Condition, ...] = ()
    until: Until | None = None
    always: bool = False


@frozen
class Answers:
    """Which answers an invariant holds for: path patterns, methods (none: any), streamed, a status schema."""

    paths: tuple[str, ...]
    methods: tuple[str, ...]
    streamed: bool | None
    status: Json


@frozen
class Case:
    """One case, or one member of a `for_each` family; an invariant has `answers`, `captures`, `checks` and no steps.

    `constants` are the values of `let` and of the family's name; `roles` the role variables it uses;
    `digest` identifies the text of its file, so that a diff can tell a changed case from a changed server.
    """

    id: str
    family: str
    title: str
    source: str
    place: Place
    digest: str
    severity: Severity = Severity.FAIL
    needs: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset()
    constants: Mapping[str, Json] = field(default_factory=dict)
    given: tuple[Condition, ...] = ()
    steps: tuple[Step, ...] = ()
    answers: Answers | None = None
    captures: tuple[Capture, ...] = ()
    checks: tuple[Check, ...] = ()
    timeout: float | None = None
    danger: bool = False
    server: str | None = None
    """The overlay under which alone the case runs (specs/servers/<server>/)."""
    why: str = ""
    """What a client notices when the case fails."""

    @property
    def topic(self) -> str:
        """The first part of the id."""
        return self.id.split("/", 1)[0]

    @property
    def every_check(self) -> tuple["Check", ...]:
        """The checks of the case itself and of each step."""
        return (*self.checks, *(check for step in self.steps for check in step.checks))

    @property
    def worst(self) -> Severity:
        """The worst severity among the checks: how bad the end of the case can be."""
        return min((check.severity for check in self.every_check), key=lambda one: one.rank, default=self.severity)

    @property
    def gates(self) -> frozenset[tuple[str, str]]:
        """The checks that end a step when they do not hold: step and address of each."""
        return frozenset((step.name, check.address) for step in self.steps for check in step.checks if check.gate)
