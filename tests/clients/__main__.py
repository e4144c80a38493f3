"""`python -m tests.clients` (make clients): the table client x mutant, and each claim that did not happen.

Exit code 0 when all is as the client files say, 1 when not, 3 when the clients are not installed.
"""

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from aioc.model.client import Effect

from .claimed import Claimed, claimed, not_so
from .clients import CLIENTS, INSTALLED
from .driver import NotUpError
from .missed import Missing
from .play import Played, Row, played
from .relay import Relay
from .table import WHOLE, table

AT_ONCE = 2
MOST_SECONDS = 270.0
"""For the clients; what aioc says of it all takes another twenty."""


def main(arguments: Sequence[str]) -> int:
    """Play, print, judge."""
    given = _given(arguments)
    if not (INSTALLED / "complete").exists():
        print(f"the clients are not installed: tests/clients/get.sh {INSTALLED}", file=sys.stderr)
        return 3
    clients = [CLIENTS[name] for name in given.client or CLIENTS]
    claims = [
        one
        for client in clients
        for one in claimed(client.name)
        if not given.mutant or one.claim.mutant in given.mutant
    ]
    order = list(table().mutants)
    rows = {Row(one.claim.mutant, one.claim.scenario) for one in claims}
    ordered = sorted(rows, key=lambda row: (order.index(row.mutant), row.scenario))
    with Relay(table().mutants) as relay, ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            hang, until = _hanging(claims), time.monotonic() + MOST_SECONDS
            seen = list(pool.map(lambda one: played(one, ordered, hang[one.name], relay, _tell, until), clients))
        except NotUpError as error:
            print(error, file=sys.stderr)
            return 1
        _print(ordered, seen)
        wrong = _wrong(claims, seen, Missing(relay))
    print(f"\n{len(claims)} claims, {len(wrong)} that did not happen" + "".join(f"\n  {line}" for line in wrong))
    return 1 if wrong else 0


def _given(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.clients", description="Drive real clients.")
    parser.add_argument("--client", action="append", choices=sorted(CLIENTS), help="only this client; may be repeated")
    parser.add_argument("--mutant", action="append", choices=sorted(table().mutants), help="only this mutant")
    return parser.parse_args(arguments)


def _hanging(claims: Sequence[Claimed]) -> Mapping[str, set[Row]]:
    """Where each client is said to hang."""
    found: defaultdict[str, set[Row]] = defaultdict(set)
    for one in claims:
        if one.effect is Effect.HANG:
            found[one.client].add(Row(one.claim.mutant, one.claim.scenario))
    return found


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _wrong(claims: Sequence[Claimed], seen: Sequence[Played], missing: Missing) -> list[str]:
    lines = [line for one in seen for line in one.wrong]
    cells = {one.client: one.cells for one in seen}
    for one in claims:
        cell = cells[one.client].get(Row(one.claim.mutant, one.claim.scenario))
        lines += [f"{one.shown}: {what}" for what in not_so(one, cell, missing)]
    return lines


def _print(rows: Sequence[Row], seen: Sequence[Played]) -> None:
    """A table with a line a mutant and a column a client; - where it has no such scenario."""
    lines = [["mutant", "scenario", *(one.client for one in seen)]]
    lines.append([WHOLE, "all", *(f"{len(one.wrong)} wrong" if one.wrong else "ok" for one in seen)])
    for row in rows:
        cells = [one.cells.get(row) for one in seen]
        lines.append([row.mutant, row.scenario, *("-" if cell is None else cell.shown for cell in cells)])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        print("  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
