"""The needs of a client file with their claims, and whether a claim happened."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.playing import catalogue

from aioc.model.client import Effect, Need

from .missed import Missing
from .play import Cell
from .table import Claim, table

CLAIMED = (Effect.CRASH, Effect.HANG, Effect.SILENT_LOSS)
"""Needs of these effects have a claim each; others may."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """One need of a client with its claim."""

    client: str
    need: Need
    claim: Claim

    @property
    def effect(self) -> Effect:
        """What is to happen."""
        return Effect(self.claim.effect) if self.claim.effect else self.need.effect

    @property
    def shown(self) -> str:
        """Name it."""
        at = f"{self.need.case} {self.need.check}".strip()
        return f"{self.client}, {at}, with {self.claim.mutant} in {self.claim.scenario}"


def claimed(client: str) -> list[Claimed]:
    """Give the needs of a client, each with each of its claims."""
    return [
        Claimed(client, need, claim)
        for need in catalogue().clients[client].needs
        for claim in table().claims_for(client, need.case, need.check)
    ]


def unclaimed(client: str) -> list[str]:
    """Give the grave needs of a client that have no claim and no excuse."""
    excused = {one.case for one in table().undriven if one.client == client}
    have = {(one.need.case, one.need.check) for one in claimed(client)}
    return [
        f"{need.case} {need.check}".strip()
        for need in catalogue().clients[client].needs
        if need.effect in CLAIMED and (need.case, need.check) not in have and need.case not in excused
    ]


def not_so(one: Claimed, cell: Cell | None, missing: Missing) -> Iterator[str]:
    """Say in what way a claim did not happen."""
    if cell is None:
        yield "the client has no such scenario"
    elif not cell.struck:
        yield f"the mutant changed nothing that the client got ({cell.outcome.raised or cell.outcome.shown})"
    elif cell.outcome.effect is not one.effect:
        yield f"{cell.outcome.raised or cell.shown}, and not {one.effect}"
    if missing.missed(catalogue().clients[one.client], one.need, table().mutants[one.claim.mutant]) is None:
        yield "aioc does not say that the need is missed"
