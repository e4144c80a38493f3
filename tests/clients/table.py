"""claims.yaml, read: which broken answer shows which need of a client, in which scenario."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("claims.yaml")
WHOLE = "untouched"
"""The name of the mutant that changes nothing."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One way of breaking a server.

    `of` is the kind of answer that is broken: chat, chat-stream, responses … `known` (`is:` in the file) names a mutant
    of tests/mutation, `damage` says it in the language of tests/mutation/damage.py, `ignored` are the members of a
    request that the server overlooks. With `sent`, JSON Schemas of headers and body, only answers to such requests are
    broken.
    """

    name: str
    of: str
    known: str = ""
    damage: tuple[Mapping[str, Any], ...] = ()
    ignored: tuple[str, ...] = ()
    sent: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A need, by its case and check ('' for any), and how it is shown.

    `client` is '' where it holds for all; `effect` is said where it is another one than the need's.
    """

    case: str
    check: str
    mutant: str
    scenario: str
    client: str = ""
    effect: str = ""


@dataclass(frozen=True, slots=True)
class Undriven:
    """A need that is not shown here, and why."""

    client: str
    case: str
    why: str


@dataclass(frozen=True, slots=True)
class Table:
    """All of claims.yaml."""

    mutants: Mapping[str, Mutant]
    claims: tuple[Claim, ...]
    undriven: tuple[Undriven, ...]

    def claims_for(self, client: str, case: str, check: str) -> list[Claim]:
        """Give the claims for a need: those of the very check before the others, then those of the client."""
        near = [
            claim
            for claim in self.claims
            if claim.case == case and claim.check in ("", check) and claim.client in ("", client)
        ]
        nearest = max((_nearness(claim) for claim in near), default=None)
        return [claim for claim in near if _nearness(claim) == nearest]


def _nearness(claim: Claim) -> tuple[bool, bool]:
    return (bool(claim.check), bool(claim.client))


@cache
def table() -> Table:
    """Read claims.yaml. Raises where a word in it is unknown."""
    said = yaml.safe_load(FILE.read_text())
    mutants = {name: _mutant(name, words) for name, words in said["mutants"].items()}
    claims = [claim for entry in said["claims"] for claim in _claims(entry)]
    return Table(
        {WHOLE: Mutant(WHOLE, ""), **mutants}, tuple(claims), tuple(Undriven(**entry) for entry in said["undriven"])
    )


def _mutant(name: str, words: dict[str, Any]) -> Mutant:
    return Mutant(
        name,
        words.pop("of"),
        known=words.pop("is", ""),
        damage=tuple(words.pop("damage", ())),
        ignored=tuple(words.pop("ignored", ())),
        **words,
    )


def _claims(entry: dict[str, Any]) -> Iterator[Claim]:
    """An entry, and one more for each client that it is otherwise with; a claim for each of its mutants."""
    otherwise = entry.pop("otherwise", {})
    for client, words in {"": {}, **otherwise}.items():
        whole = {"check": "", **entry, **words}
        whole["client"] = client or whole.get("client", "")
        names = whole.pop("mutant")
        for name in [names] if isinstance(names, str) else names:
            yield Claim(mutant=name, **whole)
