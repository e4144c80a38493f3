"""Which kinds of damage to which answers anything in the catalogue notices, and what nothing does."""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from aioc.answer.read import is_stream, read
from aioc.coverage.fields import endpoint_of
from aioc.model.exchange import Exchange, Transfer
from aioc.model.result import Finding, Verdict

from .kill import judged_by, new_findings, replay
from .play import Baseline, Recorded
from .spots import Reader, Spot, spots_of
from .tier import tier_a

Fate = Literal["killed", "survived", "not applicable"]
SAMPLES = 2
"""So many answers of a kind are put to the invariants; every case may see the damage to its own answer."""


_WHICH = re.compile("event|cut before")


class Ledger:
    """Which kinds of damage to which answers anything in the catalogue notices."""

    def __init__(self, base: Baseline) -> None:
        self._invariants = base.invariants
        self._reader = Reader()
        self._unbroken: dict[int, list[Finding]] = {}
        self.spots: dict[tuple[str, str], list[tuple[Recorded, Spot]]] = {}
        for recorded in base.telling:
            if recorded.result.verdict is Verdict.PASS:
                self._list(recorded)

    def _list(self, recorded: Recorded) -> None:
        for spot in spots_of(recorded, self._reader):
            if spot.mutant.kind in ("cross", "echo") or spot.mutant.name.startswith("guided"):
                continue
            name = spot.mutant.name.replace(" [last]", "").replace(" [middle]", "")
            if spot.mutant.kind == "framing" and not _WHICH.match(name):
                name = name.partition(" (")[0]  # whichever frame it is
            self.spots.setdefault((answer_of(spot.transfer), name), []).append((recorded, spot))

    def fates(self, everything: bool = False, every: int = 1) -> Iterator[tuple[str, str, Fate]]:
        """Give each kind of answer with each kind of damage (that breaks a client, or `everything`) and its fate.

        `every` of 10 takes one in ten of them, spread over all kinds, the same ones each time.
        """
        asked = [
            (answer, name, spots)
            for (answer, name), spots in sorted(self.spots.items(), key=lambda item: item[0])
            if everything or tier_a(answer, name, spots[0][1].mutant.kind)
        ]
        for answer, name, spots in asked[:: max(1, every)]:
            yield answer, name, self._fate(spots)

    def _fate(self, spots: Sequence[tuple[Recorded, Spot]]) -> Fate:
        """Whether an invariant or a case sees this damage; not applicable: the mutant is the answer itself."""
        shortest = sorted(spots, key=lambda pair: len(pair[1].transfer.body))
        made = [(recorded, spot, spot.mutant.make()) for recorded, spot in shortest]
        made = [
            (recorded, spot, broken)
            for recorded, spot, broken in made
            if broken.body != spot.transfer.body or spot.mutant.kind in ("status", "header", "facts")
        ]
        if not made:
            return "not applicable"
        whole = [(spot, broken) for _, spot, broken in made if broken.cut is None]
        try:
            seen = any(
                new_findings(self._found(read(broken)), self._before(spot.transfer)) for spot, broken in whole[:SAMPLES]
            ) or any(
                new_findings(replay(recorded, spot, self._reader).findings, recorded.result.findings)
                for recorded, spot, _ in made
            )
        except Exception as error:  # a defect of the engine; the survey tells where
            print(f"!! {shortest[0][1].mutant.name}: {error!r}", file=sys.stderr)
            return "killed"
        return "killed" if seen else "survived"

    def _before(self, transfer: Transfer) -> list[Finding]:
        if id(transfer) not in self._unbroken:
            self._unbroken[id(transfer)] = self._found(self._reader(transfer))
        return self._unbroken[id(transfer)]

    def _found(self, exchange: Exchange) -> list[Finding]:
        results = judged_by(self._invariants, [("mutant", exchange)])
        return [
            replace(finding, address=f"{result.case.id} {finding.address}")
            for result in results
            for finding in result.findings
        ]


def answer_of(transfer: Transfer) -> str:
    """The kind of an answer: method, endpoint, status, stream or not."""
    method, path = transfer.request.method, transfer.request.target.partition("?")[0]
    endpoint = endpoint_of(method, path)
    stream = is_stream(transfer.request, transfer.status, transfer.header("content-type"), transfer.body)
    return f"{endpoint.name if endpoint else f'{method} {path}'} {transfer.status}{' stream' if stream else ''}"
