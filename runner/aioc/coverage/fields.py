"""The documented fields of each endpoint (schemas/openai_v1/fields.yaml): what the catalogue is measured by."""

import re
from collections.abc import Mapping
from functools import lru_cache

import yaml

from aioc.judge.invariant import path_pattern
from aioc.model.frozen import frozen
from aioc.paths import COLLECTION, schemas_root


@frozen
class Endpoint:
    """A method and a path (`{id}` stands for one segment), and the names of its fields.

    `request` has `a` and `a.b` of the body or form and `?a` of the query; `answer` and `events` have paths of names
    through objects and lists alike (`choices.message.content`).
    """

    method: str
    path: str
    request: tuple[str, ...] = ()
    answer: tuple[str, ...] = ()
    events: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """`POST /v1/chat/completions`."""
        return f"{self.method} {self.path}"

    def is_asked_by(self, method: str, path: str) -> bool:
        """Whether a request goes to this endpoint; `path` may hold templates and a query."""
        plain = re.sub(r"\$\{\w+\}", "x", path.partition("?")[0])
        return method == self.method and path_pattern(self.path).fullmatch(plain) is not None


@lru_cache(maxsize=1)
def endpoints() -> tuple[Endpoint, ...]:
    """Give every documented endpoint, in the order of the file."""
    text = (schemas_root() / COLLECTION / "fields.yaml").read_text(encoding="utf-8")
    entries: Mapping[str, Mapping[str, list[str] | str]] = yaml.safe_load(text)
    made = []
    for name, entry in entries.items():
        method, path = name.split()
        same = entries[str(entry["answer_of"])] if "answer_of" in entry else entry
        made.append(
            Endpoint(
                method,
                path,
                tuple(entry.get("request", ())),
                tuple(same.get("answer", ())),
                tuple(entry.get("events", ())),
            )
        )
    return tuple(made)


def endpoint_of(method: str, path: str) -> Endpoint | None:
    """Give the endpoint of a request: the one with the most literal segments, None for an undocumented one."""
    fitting = [endpoint for endpoint in endpoints() if endpoint.is_asked_by(method, path)]
    return min(fitting, key=lambda endpoint: endpoint.path.count("{"), default=None)
