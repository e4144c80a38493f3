"""Whose answer it is: a proxy's own, or that of the server behind it (an overlay's `own_answers`)."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from aioc.judge.script import holds
from aioc.model.exchange import Exchange
from aioc.model.overlay import Overlay
from aioc.model.result import Finding

Blame = Callable[[Exchange], str]


def blame_of(overlay: Overlay | None) -> Blame:
    """Give the judge of who wrote an answer; where the overlay says no `own_answers` it says nothing ('')."""
    if overlay is None or not overlay.own_answers:
        return lambda _exchange: ""
    checks, name = overlay.own_answers, overlay.name

    def whose(exchange: Exchange) -> str:
        if exchange.transfer.failure is not None:
            return ""
        own = any(holds(check, (exchange,), {}) for check in checks)
        return f"{name} itself" if own else f"the server behind {name}"

    return whose


def blamed(findings: Sequence[Finding], exchanges: Sequence[Exchange], whose: Blame) -> tuple[Finding, ...]:
    """Write on each finding whose answer it is about."""
    return tuple(
        replace(finding, whose=whose(exchanges[finding.exchange]))
        if 0 <= finding.exchange < len(exchanges)
        else finding
        for finding in findings
    )
